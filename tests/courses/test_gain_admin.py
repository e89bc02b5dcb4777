import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.models import AuditEvent, RoleGrant
from lms.accounts.roles import grant_role
from tests.courses.authors import make_site, make_trainer
from tests.courses.gaining import GainCourse, make_gaining
from tests.courses.learning import SmallCourse
from tests.factories import get_edition, make_edition, make_user

pytestmark = pytest.mark.django_db
SIX = [(0, 1), (1, 2), (2, 2), (1, 1), (0, 2), (1, 0)]


@pytest.fixture
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture
def trainer(site, client):
    trainer = make_trainer(preferred_language="en")
    client.force_login(trainer)
    return trainer


def url(course, name="gain"):
    return reverse(name, args=[course.key])


def read(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


# --- The page ---------------------------------------------------------------------------------------------------------

def test_page_shows_the_figures_a_chart_and_tables(client, trainer):
    course = GainCourse()
    people = make_gaining(course, [*SIX, *SIX, (0, None)])
    response = client.get(url(course))
    page, gain = response.content.decode(), response.context["measured"].total.gain
    assert (gain.n, gain.undefined, gain.negative) == (12, 2, 2)
    for text in (f"{gain.pre_mean:.1f} %", f"{gain.g_of_means:.2f}", f"{gain.mean_g:.2f}", f"{gain.d_av.size:.2f}",
                 f"−{-gain.d_z.low:.2f} to {gain.d_z.high:.2f}", "2 people had everything right before",
                 "2 people had less after than before.", "1 person handed in the pre-test only; 0 the post-test only.",
                 "A before, B after", "Of what they did not know before, people know 43 % after the course."):
        assert text in page, text
    assert page.count('<svg class="analysis__chart"') == 1
    assert page.count("analysis__bar--loss") == 6
    shown = page[page.index('<div class="nice-padding puentes-page analysis">'):page.index("</main>")]
    assert "style=" not in shown
    assert people[0].learner.email not in page
    assert people[0].learner.given_names not in page


def test_page_of_few_pairs_shows_no_figures(client, trainer):
    course = GainCourse()
    make_gaining(course, [*SIX[:4], (0, None)])
    page = client.get(url(course)).content.decode()
    assert "4 people whose results you may see have handed in both tests." in page
    assert "analysis__facts" not in page
    assert client.get(url(course, "gain_file"), follow=True).status_code == 404


def test_page_hides_small_editions_and_what_they_could_be_computed_from(client, trainer):
    course = GainCourse(with_forms=False)
    make_gaining(course, SIX)
    for size in (5, 2):
        make_gaining(course, [(0, 1)] * size, edition=make_edition(course_page=course.page))
    response = client.get(url(course))
    assert [each["group"].is_hidden for each in response.context["editions"]] == [False, True, True]
    page = response.content.decode()
    assert "too few" in page
    assert "not shown, so that a small group cannot be computed from it" in page


def test_page_where_too_few_could_gain_shows_no_individual_gains(client, trainer):
    course = GainCourse(with_forms=False)
    make_gaining(course, [*[(2, 2)] * 3, *[(1, 2)] * 4])
    response = client.get(url(course))
    assert response.context["histogram"] is None
    assert "Fewer than 5 people have an individual gain" in response.content.decode()
    assert "Individual gains" not in read(client.get(url(course, "gain_file")))


def test_page_where_everybody_had_everything_right_before_says_so(client, trainer):
    course = GainCourse(with_forms=False)
    make_gaining(course, [(2, 2)] * 5)
    page = client.get(url(course)).content.decode()
    assert "Everybody had everything right before the course" in page
    assert client.get(url(course, "gain_file")).status_code == 200


def test_page_of_a_course_without_the_tests_says_how_to_measure(client, trainer):
    page = client.get(url(SmallCourse())).content.decode()
    assert "The gain of this course is not measured yet." in page


def test_unknown_course_is_missing(client, trainer):
    unknown = reverse("gain", args=["3f0b1f0e-0000-4000-8000-000000000000"])
    assert client.get(unknown, follow=True).status_code == 404


def test_pages_cost_the_same_with_more(client, trainer):
    def count(course):
        numbers = []
        for address in (reverse("analysis"), url(course)):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    course = GainCourse()
    make_gaining(course, SIX)
    few = count(course)
    for _number in range(2):
        make_gaining(course, SIX, edition=make_edition(course_page=course.page))
        make_gaining(GainCourse(), [(0, 1)])
    assert count(course) == few


# --- As a file --------------------------------------------------------------------------------------------------------

def test_file_has_what_the_page_has_and_is_logged(client, trainer):
    course = GainCourse()
    make_gaining(course, SIX * 2)
    gain = client.get(url(course)).context["measured"].total.gain
    response = client.get(url(course, "gain_file"))
    assert response["Content-Disposition"].startswith('attachment; filename="learning-gain-')
    sheets = read(response)
    assert list(sheets) == ["Learning gain", "Forms", "Individual gains", "About this file"]
    header, total, edition = sheets["Learning gain"]
    figures = dict(zip(header, total, strict=True))
    assert figures["Pairs"] == 12
    assert figures["Normalised gain of the means"] == pytest.approx(gain.g_of_means)
    assert [figures[name] for name in ("Effect size d_av", "d_av from", "d_av to")] == pytest.approx(
        [gain.d_av.size, gain.d_av.low, gain.d_av.high])
    assert edition[1:] == total[1:]
    assert [row[:2] for row in sheets["Forms"][1:]] == [["A", 6], ["B", 6]]
    assert sum(row[1] for row in sheets["Individual gains"][1:]) == gain.defined
    assert sheets["Individual gains"][1][0] == "below −0.5"
    assert sheets["Individual gains"][-1][0] == "0.9 to 1.0"
    event = AuditEvent.objects.get(action="report.exported")
    assert (event.actor, event.subject, event.details["n"]) == (trainer, f"report:gain:{course.key}", 12)


# --- Who may look -----------------------------------------------------------------------------------------------------

def make_manager():
    manager = make_user()
    grant_role(user=manager, role=RoleGrant.Role.PROGRAMME_MANAGER)
    return manager


@pytest.mark.parametrize(("who", "n"), [
    ("own trainer", 6), ("administrator", 6), ("programme manager", 6), ("other trainer", 0), ("learner", None),
    ("anonymous", None)])
def test_gain_is_for_those_who_see_figures(site, client, who, n):
    course, own = GainCourse(), make_trainer()
    people = make_gaining(course, SIX)
    edition = get_edition(course.page)
    edition.trainer = own
    edition.save()
    person = {"own trainer": own, "administrator": make_user(is_superuser=True), "programme manager": make_manager(),
              "other trainer": make_trainer(), "learner": people[0].learner, "anonymous": None}[who]
    if person:
        client.force_login(person)
    if n is None:
        for name in ("gain", "gain_file"):
            assert client.get(url(course, name)).status_code == 302
        return
    assert (url(course) in client.get(reverse("analysis")).content.decode()) is bool(n)
    assert client.get(url(course)).context["measured"].total.gain.n == n
    assert client.get(url(course, "gain_file"), follow=True).status_code == (200 if n else 404)


def test_trainer_sees_the_own_edition_only(client, trainer):
    course = GainCourse()
    make_gaining(course, SIX, edition=make_edition(course_page=course.page, trainer=make_trainer()))
    own = make_edition(course_page=course.page, trainer=trainer, name="Own")
    make_gaining(course, [(0, 2)] * 5, edition=own)
    measured = client.get(url(course)).context["measured"]
    assert (measured.total.gain.n, [each.name for each in measured.editions]) == (5, ["Own"])


def test_editor_of_a_course_leads_to_its_gain(client, trainer):
    course = GainCourse()
    page = client.get(reverse("wagtailadmin_pages:edit", args=[course.page.pk])).content.decode()
    assert url(course) in page
