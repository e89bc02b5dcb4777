"""Whatever a browser, or somebody who is none, sends to an attempt: it is saved, or refused, and never an error."""

import io
import random
from contextlib import suppress
from functools import cache
from importlib import import_module
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from assessments.attempts import get_fingerprint, get_items, get_responses
from assessments.grading import AnswerRefused
from assessments.kinds import get_kind, get_kinds
from assessments.models import Answer, Attempt, QuestionVersion
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import url_in

FORM = "application/x-www-form-urlencoded"
ITEMS = 25  # of each kind, on one page
POSTS = 40
VALUES = ["", " ", "0", "1", "-1", "1e400", "NaN", "Infinity", "9" * 5000, "٣", "½", "²", "true", "null", "[]", "{}",
          '{"a": 1}', "\0", "a\0b", "ñandú\r\n", "\u202e", "😀" * 300, "<script>alert(1)</script>", "' OR 1=1 --",
          "../../etc/passwd", "x" * 60_000, "00000000-0000-0000-0000-000000000000", "1,5", "1.000,5", "--", "%00", "%s"]
ENDS = ["", "-", "--", "-x", "[]", "-0", "-1", "-999999999999", "-best", "-worst", "-path", "-unit", "-go", "-remove",
        "-__proto__", "-\0", "-ñ", "-" + "y" * 300]

pytestmark = pytest.mark.django_db


@cache
def draw_items(kind):
    """ITEMS frozen questions of one kind, always the same."""
    items = []

    @settings(max_examples=ITEMS, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(import_module(f"tests.assessments.kinds.{kind}").ITEMS)
    def collect(item):
        items.append(item)

    collect()
    return items


class Page:
    """The page of an attempt at many questions of one kind."""

    def __init__(self, client, kind, rng):
        self.client, self.rng = client, rng
        learning = Learning(SmallCourse(), now=timezone.now())
        client.force_login(learning.learner)
        self.attempt = learning.start()
        self.attempt.form = []
        for item in draw_items(kind):
            digest = QuestionVersion.digest_of(item)
            QuestionVersion.objects.get_or_create(digest=digest, defaults={"content": item})
            self.attempt.form.append({"version": digest, "kind": kind, "options": get_kind(kind).arrange(item, rng)})
        self.attempt.save()
        self.words = [*VALUES, *(option for entry in self.attempt.form for option in entry["options"])]

    def url(self, name="attempt"):
        return url_in("es", name, self.attempt.pk)

    def fill(self):
        """[(name, value), …] as the form sends them, with nonsense in its fields and fields of nobody."""
        fields = [("action", "save")]
        for position, entry in enumerate(self.attempt.form):
            before = self.rng.choice(["", "x", "\0", get_fingerprint(["a"])])
            fields.append((f"before{position}", before))
            ends = [*ENDS, *(f"-{option}" for option in entry["options"])]
            for end in self.rng.choices(ends, k=self.rng.randint(0, 6)):
                value = self.rng.choice([*VALUES, *entry["options"]] if self.rng.random() < 0.8 else self.words)
                fields += [(f"q{position}{end}", value)] * self.rng.choice([1, 1, 1, 2, 5])
        self.rng.shuffle(fields)
        return fields

    def expect(self, fields):
        """{position: response} that may be saved after ``fields``: as it was, or what the kind makes of them."""
        post = QueryDict(urlencode(fields))
        saved = get_responses(self.attempt)
        expected = {}
        for position, item in enumerate(get_items(self.attempt)):
            kind = get_kind(item["kind"])
            expected[position] = [saved.get(position)]
            with suppress(AnswerRefused):
                expected[position].append(kind.grading.check(item, kind.read(post, f"q{position}", item)))
        return expected


@pytest.mark.parametrize("kind", list(get_kinds()))
def test_nonsense_in_every_field_is_saved_or_refused(client, kind):
    page = Page(client, kind, random.Random(kind))
    for number in range(POSTS):
        fields = page.fill()
        expected = page.expect(fields)
        name = "save_attempt" if number % 4 else "attempt"
        response = client.post(page.url(name), urlencode(fields), content_type=FORM)
        assert response.status_code in ({200, 400} if name == "save_attempt" else {302})
        for position, response in get_responses(page.attempt).items():
            assert response in expected[position]
    for name in ("attempt", "review_attempt"):
        assert client.get(page.url(name)).status_code == 200
    assert client.post(page.url(), {"action": "submit"}).url == page.url("result")
    assert client.get(page.url("result")).status_code == 200
    assert Attempt.objects.get().submitted_at


BODIES = [
    (b"before0=&q0=%ff%fe%00", FORM), (b"%&=&&==&q0", FORM), (b"before0=&q0=%E9", FORM),
    (b"before0=&q0=" + b"a" * 3_000_000, FORM), (b"&".join([b"q0=a"] * 5000), FORM),
    (b"\xff\xfe\x00", f"{FORM}; charset=utf-16"), (b"before0=&q0=a", f"{FORM}; charset=nonsense"),
    (b'{"before0": "", "q0": ["a"]}', "application/json"), (b"", ""), (b"[" * 100_000, "text/plain"),
    (b"x", "multipart/form-data"),
    (b'--b\r\nContent-Disposition: form-data; name="q0"\r\n\r\n\xff\xff\r\n--b', "multipart/form-data; boundary=b"),
    (b'--b\r\nContent-Disposition: form-data; name="file0"; filename="x\0.pdf"\r\n\r\n%PDF\r\n--b--',
     "multipart/form-data; boundary=b"),
    (b'--b\r\nContent-Disposition: form-data; name="before0"; filename=""\r\n\r\n\r\n--b--',
     "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
]


@pytest.mark.parametrize(("body", "content_type"), BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("name", ["attempt", "save_attempt"])
def test_body_that_is_no_form_changes_nothing(client, name, body, content_type):
    page = Page(client, "single_choice", random.Random(1))
    entry = page.attempt.form[0]
    client.post(page.url("save_attempt"), {"before0": "", "q0": entry["options"][0]})
    response = client.generic("POST", page.url(name), body, content_type=content_type)
    assert response.status_code in {200, 302, 400, 403, 413}
    assert Answer.objects.get().response == entry["options"][:1]
    assert Attempt.objects.get().is_open


@pytest.mark.parametrize("kind", list(get_kinds()))
def test_files_where_none_belong_change_nothing(client, kind):
    page = Page(client, kind, random.Random(kind))
    for content in (b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x00" * 2000, b"<svg onload=alert(1)>"):
        for field in ("file0", "q0", "before0", "file999", "action"):
            upload = io.BytesIO(content)
            upload.name = "../../x.pdf"
            response = client.post(page.url(), {"before1": "", field: upload})
            assert response.status_code == 302
    assert not any(get_responses(page.attempt).values())


NUMBERS = [*VALUES[:18], "1", "25", "26", "-0", "+1", " 1", "1 ", "0x1", "1_0"]


@pytest.mark.parametrize("field", ["action", "goto", "check", "language", "q"])
def test_nonsense_around_the_answers_leads_back_to_the_attempt(client, field):
    page = Page(client, "true_false", random.Random(2))
    page.attempt.rules = {"layout": "one", "feedback": "now"}
    page.attempt.save()
    for value in NUMBERS:
        if field == "q":
            query = urlencode({"q": value})
            assert client.get(f"{page.url()}?{query}").status_code == 200
            assert client.post(f"{page.url()}?{query}", {"action": "next"}).url.startswith(page.url())
        else:
            assert client.post(page.url(), {field: value}).url.startswith(page.url())
    assert Attempt.objects.get().is_open
