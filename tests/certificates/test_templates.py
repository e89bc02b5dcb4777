import datetime as dt

import pytest
from django.core.files.storage import storages

from certificates import templates
from certificates.models import CertificateTemplate, SignatoryVersion, TemplateVersion
from certificates.templates import Content
from lms.accounts.models import AuditEvent
from tests.factories import localized, make_organisation, make_picture, make_signatory, make_template, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


def save(version, by=None, **content):
    """Save the template of ``version`` with other content."""
    old = templates.read_content(version)
    facts = {name: getattr(old, name) for name in ("layout", "texts", "logo", "second_logo", "signatories")}
    return templates.save_template(template=version.template, content=Content(**{**facts, **content}), by=by, now=NOW)


def test_saving_a_change_makes_the_next_version():
    author = make_user()
    first = make_template()
    second = save(first, by=author, texts={"place": localized("Santiago de Chile")})
    assert (second.number, second.created_by, second.created_at) == (2, author, NOW)
    assert second.sha256 != first.sha256
    assert TemplateVersion.objects.get(pk=first.pk).texts == {}
    assert first.template.latest == second
    event = AuditEvent.objects.get(actor=author)
    assert (event.action, event.details["version"]) == ("certificate_template.saved", 2)


def test_saving_the_same_content_makes_no_version():
    version = make_template(logo=make_picture(), signatories=[make_signatory(image=make_picture("Rosa"))])
    version.template.name = "Another name"
    assert save(version) == version
    assert CertificateTemplate.objects.get().name == "Another name"
    assert TemplateVersion.objects.count() == 1


@pytest.mark.parametrize("change", [
    {"layout": "plain"}, {"texts": {"note": localized("Nota.")}}, {"logo": make_picture("Logo")},
    {"second_logo": make_picture("Logo")}, {"signatories": []},
])
def test_whatever_is_printed_changes_the_sha256(change):
    version = make_template(signatories=[make_signatory()])
    assert save(version, **change).sha256 != version.sha256


def test_order_of_signatories_is_printed():
    rosa, elena = make_signatory(), make_signatory(name="Elena Muñoz")
    version = make_template(signatories=[rosa, elena])
    assert templates.get_signatories(save(version, signatories=[elena, rosa])) == [elena, rosa]
    assert version.template.latest.number == 2


def test_version_cannot_be_changed():
    version = make_template()
    version.layout = "plain"
    with pytest.raises(TypeError, match="cannot be changed"):
        version.save()


def test_same_picture_is_kept_once():
    picture = make_picture("Kept once")
    first, second = make_template(logo=picture), make_template(second_logo=picture)
    assert first.logo.name == second.second_logo.name == f"logos/{picture.sha256}.png"
    assert templates.read_content(first).logo == picture


def test_altered_picture_is_an_error():
    version = make_template(logo=make_picture("Altered"))
    storage = storages["private"]
    with open(storage.path(version.logo.name), "ab") as file:
        file.write(b"x")
    try:
        with pytest.raises(templates.TemplateAltered):
            templates.read_content(version)
    finally:
        storage.delete(version.logo.name)
    with pytest.raises(templates.TemplateAltered, match="missing"):
        templates.read_content(version)


def test_altered_text_is_an_error():
    version = make_template()
    TemplateVersion.objects.filter(pk=version.pk).update(texts={"note": {"es": "Otra cosa"}})
    version.refresh_from_db()
    with pytest.raises(templates.TemplateAltered):
        templates.read_content(version)


def test_restoring_makes_an_earlier_content_the_newest_version():
    first = make_template(texts={"note": localized("Nota.")}, signatories=[make_signatory()])
    save(first, texts={}, signatories=[])
    third = templates.restore_version(version=first, by=None, now=NOW)
    assert (third.number, third.sha256) == (3, first.sha256)
    assert templates.get_signatories(third) == templates.get_signatories(first)
    assert templates.restore_version(version=third, by=None, now=NOW) == third


def test_signatory_in_a_new_position_is_printed_on_the_templates_from_now_on():
    rosa = make_signatory()
    uses, other = make_template(signatories=[rosa]), make_template()
    later = templates.save_signatory(signatory=rosa.signatory, name=rosa.name, role=localized("Alcaldesa", "Mayor"),
                                     image=None, by=None, now=NOW)
    assert later.number == 2
    assert templates.get_signatories(uses) == [rosa]
    assert templates.get_signatories(uses.template.latest) == [later]
    assert other.template.latest == other


def test_signatory_saved_without_change_makes_no_version():
    rosa = make_signatory(image=make_picture("Rosa"))
    again = templates.save_signatory(signatory=rosa.signatory, name=rosa.name, role=rosa.role,
                                     image=templates.read_picture(rosa.image), by=None, now=NOW)
    assert again == rosa
    assert SignatoryVersion.objects.count() == 1


def test_template_takes_three_signatories_and_nobody_twice():
    people = [make_signatory() for _number in range(4)]
    make_template(signatories=people[:3])
    for wrong in (people, [people[0], people[0]]):
        with pytest.raises(templates.TooManySignatories):
            make_template(signatories=wrong)


def test_who_signs_for_an_institution_signs_on_its_templates_only():
    ours, theirs = make_organisation(), make_organisation()
    rosa = make_signatory(organisation=ours)
    make_template(organisation=ours, signatories=[rosa, make_signatory()])
    for organisation in (theirs, None):
        with pytest.raises(templates.SignatoryNotAllowed):
            make_template(organisation=organisation, signatories=[rosa])


def test_signatory_of_a_shared_template_cannot_move_to_an_institution():
    rosa = make_signatory()
    make_template(signatories=[rosa])
    rosa.signatory.organisation = make_organisation()
    with pytest.raises(templates.SignatoryNotAllowed):
        templates.save_signatory(signatory=rosa.signatory, name=rosa.name, role=rosa.role, image=None, by=None, now=NOW)


def test_signatory_is_archived_when_no_template_prints_them():
    rosa = make_signatory()
    version = make_template(signatories=[rosa])
    with pytest.raises(templates.SignatoryInUse) as refusal:
        templates.archive_signatory(signatory=rosa.signatory, by=None, now=NOW)
    assert refusal.value.templates == [version.template]
    save(version, signatories=[])
    templates.archive_signatory(signatory=rosa.signatory, by=None, now=NOW)
    with pytest.raises(templates.SignatoryNotAllowed):
        make_template(signatories=[rosa])
    templates.unarchive_signatory(signatory=rosa.signatory, by=None)
    make_template(signatories=[rosa])


def test_only_one_template_is_the_default_and_it_is_not_archived():
    first, second = make_template(is_default=True).template, make_template().template
    with pytest.raises(templates.TemplateInUse):
        templates.archive_template(template=first, by=None, now=NOW)
    templates.archive_template(template=second, by=None, now=NOW)
    second.refresh_from_db()
    assert second.archived_at == NOW
    templates.make_default(template=second, by=None)
    first.refresh_from_db()
    assert (templates.get_default(), second.archived_at, first.is_default) == (second, None, False)
    templates.archive_template(template=first, by=None, now=NOW)
    templates.unarchive_template(template=first, by=None)
    first.refresh_from_db()
    assert first.archived_at is None


def test_issuing_takes_the_newest_version_of_the_template_or_of_the_default_one():
    assert templates.for_issue() == (None, {})
    rosa = make_signatory()
    default, other = make_template(is_default=True), make_template(signatories=[rosa])
    later = save(other, layout="plain")
    assert templates.for_issue() == (default, {"signatories": [], "template_sha256": default.sha256})
    assert templates.for_issue(other.template) == (later, {
        "signatories": [{"name": "Rosa Catrileo Paine", "role": rosa.role}], "template_sha256": later.sha256})


def test_issuing_asks_two_questions_of_the_database(django_assert_num_queries):
    template = make_template(is_default=True, signatories=[make_signatory() for _number in range(3)]).template
    for choice in (None, template):
        with django_assert_num_queries(2):
            templates.for_issue(choice)
