import datetime as dt

import pytest

from certificates import keys, templates
from certificates.models import IssuerKey
from courses.demonstration.certificates import put_keys, put_template
from courses.demonstration.paths import put_path
from courses.demonstration.signatures import draw_signature
from courses.models import Edition, LearningPath
from tests.courses.learning import SmallCourse
from tests.factories import get_edition, make_course

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


def test_template_of_the_demonstration_is_put_once_and_named_by_the_edition():
    course = make_course()
    for _time in range(2):
        put_template(course.translation_key, now=NOW)
    template = templates.get_default()
    assert get_edition(course).certificate_template == template
    version, facts = templates.for_issue(template)
    assert version.number == 1
    names = [person["name"] for person in facts["signatories"]]
    assert names == ["Beatriz Alarcón Meneses", "Tomás Iturriaga Painemal"]
    assert all(person.image for person in templates.get_signatories(version))
    assert Edition.objects.filter(certificate_template=template).count() == 1


def test_signatures_differ_and_are_always_drawn_alike():
    assert draw_signature("Ana").sha256 == draw_signature("Ana").sha256
    assert draw_signature("Ana").sha256 != draw_signature("Eva").sha256


def test_keys_are_put_once_and_are_older_than_what_they_sign(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    keys.create_key(purpose="pdf", now=NOW)
    since = NOW - dt.timedelta(days=400)
    for _time in range(2):
        put_keys(since=since)
    assert sorted(IssuerKey.objects.values_list("purpose", "valid_from")) == [
        ("credential", since), ("pdf", since), ("pdf", NOW)]
    assert keys.get_signing_key(purpose="pdf", now=NOW).valid_from == NOW
    assert keys.get_signing_key(purpose="credential", now=since + dt.timedelta(days=1)).valid_from == since


def test_path_of_the_demonstration_is_put_once_and_expires_with_its_last_course():
    first, second = SmallCourse().page, SmallCourse().page
    for _time in range(2):
        put_path([first.translation_key, second.translation_key])
    path = LearningPath.objects.get()
    assert [step.course_id for step in path.steps.order_by("sort_order")] == [
        first.translation_key, second.translation_key]
    assert set(path.titles) == set(path.summaries) == {"es", "en"}
    assert (path.certificate_valid_months, get_edition(first).certificate_valid_months) == (12, None)
    edition = get_edition(second)
    assert (edition.certificate_valid_months, edition.follow_up_months) == (12, None)
