import datetime as dt

import pytest

from certificates import templates
from courses.demonstration.certificates import put_template
from courses.demonstration.signatures import draw_signature
from courses.models import Edition
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
