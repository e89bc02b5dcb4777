import datetime as dt

import pytest
from django.core.files.storage import storages

from certificates import templates
from certificates.looks import Look, get_look
from certificates.models import SignatoryVersion
from certificates.templates import TemplateAltered
from tests.factories import localized, make_certificate, make_picture, make_signatory, make_template

pytestmark = pytest.mark.django_db


def issue(version, **facts):
    """A certificate issued with ``version``."""
    template_version, printed = templates.for_issue(version.template)
    certificate = make_certificate(**printed, **facts)
    certificate.template_version = template_version
    certificate.save(update_fields=["template_version"])
    return certificate


def test_certificate_without_a_template_looks_as_the_platform_made_it():
    assert get_look(make_certificate()) == Look()


def test_look_is_that_of_the_version_and_never_of_the_newest():
    first = make_template(layout="plain", logo=make_picture("Look"), signatories=[make_signatory()],
                          texts={"place": localized("Santiago")})
    certificate = issue(first)
    templates.save_template(template=first.template, content=templates.Content(), by=None, now=dt.datetime.now(dt.UTC))
    look = get_look(certificate)
    assert (look.layout, look.text("place", "es"), look.text("place", "pt")) == ("plain", "Santiago", "")
    assert look.pictures.keys() == {"logo"}
    assert look.pictures["logo"].startswith("[137,80,78,71,")


def test_look_is_read_once(django_assert_num_queries):
    certificate = issue(make_template(texts={"place": localized("Read once")}))
    get_look(certificate)
    with django_assert_num_queries(0):
        get_look(certificate)


def test_altered_signature_is_an_error():
    rosa = make_signatory(image=make_picture("Altered signature"))
    certificate = issue(make_template(signatories=[rosa]))
    storage = storages["private"]
    with open(storage.path(rosa.image.name), "ab") as file:
        file.write(b"x")
    try:
        with pytest.raises(TemplateAltered):
            get_look(certificate)
    finally:
        storage.delete(rosa.image.name)


def test_altered_name_of_a_signatory_is_an_error():
    rosa = make_signatory(name="Altered")
    certificate = issue(make_template(signatories=[rosa]))
    SignatoryVersion.objects.filter(pk=rosa.pk).update(name="Somebody else")
    with pytest.raises(TemplateAltered):
        get_look(certificate)


def test_another_version_than_that_of_the_day_of_issue_is_an_error():
    certificate, other = issue(make_template()), make_template(layout="plain")
    certificate.template_version = other
    with pytest.raises(TemplateAltered):
        get_look(certificate)
    certificate.template_version = None
    with pytest.raises(TemplateAltered):
        get_look(certificate)
