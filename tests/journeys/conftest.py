"""A real browser against a live server. Every page is watched: an error in its console, a request that fails or an
answer of 400 or more ends the test, unless the test takes it out of ``problems``."""

import functools
import json
import os
import re
import shutil
from collections import defaultdict

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests import static_files
from tests.servers import ROOT, ServiceMissing

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]
# Messages fade in: while they do, their colours are not theirs. What moves is brought to its end, not waited for.
SETTLE = """() => Promise.all(document.getAnimations()
    .filter((each) => each.playState === "running" && each.effect.getComputedTiming().endTime < 5000)
    .map((each) => { each.finish(); return each.finished.catch(() => null); })).then(() => null)"""
LONGEST_WAIT = 30_000  # milliseconds: a busy machine is no failure
CONTEXT = {"locale": "es-CL", "timezone_id": "America/Santiago"}


def pytest_collection_modifyitems(items):
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


def find_chromium():
    """The shell first: the same browser without windows and menus, for a third of the work."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise ServiceMissing("The tests need a browser. Install the system package chromium-headless-shell or chromium "
                         "(apt-get install chromium).")


def settled(act):
    """Playwright's click waits until the next page has begun to come. What a test reads then may not have come yet, so
    this one waits for the whole page; where the page stays, that costs nothing."""

    @functools.wraps(act)
    def act_and_wait(target, *arguments, **options):
        act(target, *arguments, **options)
        page = target if isinstance(target, Page) else target.page
        if not page.is_closed():
            page.wait_for_load_state()

    return act_and_wait


@pytest.fixture(scope="session")
def browser():
    # Playwright's synchronous interface runs an event loop in this thread, where Django refuses to query otherwise.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=LONGEST_WAIT)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        for kind in (Locator, Page):
            for name in ("click", "press"):
                patch.setattr(kind, name, settled(getattr(kind, name)))
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        yield browser
        browser.close()


class Sessions:
    """Browser sessions, each for one test at a time. The next test gets one that is empty again, but has the static
    files: to fetch them anew for each test is more work than the pages."""

    def __init__(self, browser, url):
        self.browser = browser
        self.url = url
        self.free = defaultdict(list)

    def take(self, options):
        kept = self.free[json.dumps(options, sort_keys=True)]
        if kept:
            return kept.pop()
        context = self.browser.new_context(base_url=self.url, **options)
        context.set_default_timeout(LONGEST_WAIT)
        return context

    def give_back(self, options, context):
        page, *others = context.pages or [context.new_page()]
        context.set_offline(False)
        context.clear_cookies()
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", {
            "origin": self.url, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"})
        for each in (page, *others):
            each.close()
        self.free[json.dumps(options, sort_keys=True)].append(context)


@pytest.fixture(scope="session")
def sessions(browser, live_server):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", static_files.serve)
        yield Sessions(browser, live_server.url)


class Problems(list):
    """What went wrong on the pages of a test, as sentences."""

    def watch(self, context):
        for event, note in self._get_notes():
            context.on(event, note)

    def leave(self, context):
        for event, note in self._get_notes():
            context.remove_listener(event, note)

    def _get_notes(self):
        return {"console": self._note_message, "weberror": self._note_error, "requestfailed": self._note_failure,
                "response": self._note_response}.items()

    def _note_message(self, message):
        if message.type == "error":
            self.append(f"console: {message.text}")

    def _note_error(self, error):
        self.append(f"script: {error.error}")

    def _note_failure(self, request):
        if request.failure != "net::ERR_ABORTED":  # a download, or a page left before all of it had come
            self.append(f"{request.failure}: {request.url}")

    def _note_response(self, response):
        if response.status >= 400:
            self.append(f"{response.status}: {response.url}")

    def expect(self, pattern):
        """Take out the problems that match a regular expression; fail if there is none."""
        found = [problem for problem in self if re.search(pattern, problem)]
        assert found, f"None of {list(self)} matches {pattern!r}"
        for problem in found:
            self.remove(problem)


@pytest.fixture
def problems():
    problems = Problems()
    yield problems
    assert list(problems) == []


@pytest.fixture
def new_page(sessions, problems):
    """Opens a page in a browser session of its own: ``new_page(javascript=False, width=360, locale="en-GB")``. Its
    addresses are relative to the live server."""
    taken = []

    def open_page(*, javascript=True, width=1280, height=900, **options):
        options = {**CONTEXT, "java_script_enabled": javascript, **options}
        context = sessions.take(options)
        taken.append((options, context))
        problems.watch(context)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        return page

    yield open_page
    for options, context in taken:
        sessions.give_back(options, context)
        problems.leave(context)


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def no_js_page(new_page):
    return new_page(javascript=False)


@pytest.fixture
def sign_in(live_server, client):
    """``sign_in(page, user)``: the page's session becomes that of the user, without the form."""

    def sign_in(page, user):
        client.force_login(user)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value,
                                   "url": live_server.url}])

    return sign_in


@pytest.fixture
def enter(sitting, sign_in):
    """``enter(page, language="en")``: the learner of the module's own ``sitting`` (tests.journeys.sitting) opens the
    attempt."""

    def enter(page, language="es"):
        sign_in(page, sitting.learner)
        page.goto(sitting.url(language=language))
        return page

    return enter


@pytest.fixture
def axe():
    """``axe(page)``: the page as it stands breaks no rule of WCAG 2.2 A and AA that a program can check."""
    script = AXE.read_text()
    # Without copies of the style sheets: no rule of these needs one, and a policy that is strict refuses to make them.
    # And without a description of each node that breaks no rule.
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "preload": False, "resultTypes": ["violations"]}

    def check(page):
        page.wait_for_load_state()
        page.evaluate(SETTLE)
        if not page.evaluate("'axe' in window"):  # half a megabyte, once a document
            page.evaluate(script)
        found = page.evaluate("options => axe.run(document, options).then((result) => result.violations)", options)
        violations = [f"{violation['id']}: {violation['help']}\n" + "\n".join(
            f"    {node['html']}\n    {node['failureSummary']}" for node in violation["nodes"])
            for violation in found]
        assert not violations, f"{page.url}\n" + "\n".join(violations)

    return check


@pytest.fixture
def check_widths(axe):
    """``check_widths(page)``: the page as it stands, form in error or part unfolded, wide and on a telephone: nothing
    sticks out, ``axe`` finds nothing."""

    def check(page, widths=(1280, 360)):
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
                f"{page.url} at {width} px")

    return check


@pytest.fixture
def check_schemes(check_widths):
    """``check_widths`` in light and in dark colours."""

    def check(page, **options):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            check_widths(page, **options)

    return check
