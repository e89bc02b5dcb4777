import base64
import html
import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from PIL import Image
from wagtail.users.models import UserProfile

from certificates import templates
from certificates.models import CertificateTemplate, Signatory, TemplateVersion
from lms.accounts.roles import Role, grant_role
from tests.factories import (
    localized,
    make_assignment,
    make_edition,
    make_organisation,
    make_picture,
    make_signatory,
    make_template,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_reader(**fields):
    """Somebody who reads the admin in English."""
    user = make_user(**fields)
    UserProfile.objects.create(user=user, preferred_language="en")
    return user


def make_designer(*, organisation=None, role=None):
    user = make_reader()
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "change_certificatetemplate"]))
    if organisation:
        make_assignment(user=user, organisation=organisation)
    if role:
        grant_role(user=user, role=role)
    return user


@pytest.fixture
def administrator(client):
    administrator = make_reader(is_superuser=True)
    client.force_login(administrator)
    return administrator


def fill(**more):
    """What the editor of a template sends."""
    return {"name": "Standard", "layout": "bridge", **more}


def upload(picture=None, name="logo.png"):
    return SimpleUploadedFile(name, (picture or make_picture("Logo")).content)


def read(response):
    return html.unescape(response.content.decode())


def get_error(response, field):
    with translation.override("en"):
        return " ".join(response.context["form"].errors[field])


# --- Templates --------------------------------------------------------------------------------------------------------


def test_new_template_is_saved_as_version_1(client, administrator):
    ours = make_organisation(name="Municipalidad de Las Acacias")
    rosa, elena = make_signatory(organisation=ours), make_signatory(name="Elena Muñoz")
    response = client.post(reverse("add_certificate_template"), fill(
        organisation=ours.pk, layout="plain", logo=upload(), signatory_1=elena.signatory.pk,
        signatory_2=rosa.signatory.pk, **{"place-es": "Santiago de Chile", "place-en": "Santiago, Chile"}), follow=True)
    version = TemplateVersion.objects.get()
    assert (version.template.name, version.template.organisation, version.layout) == ("Standard", ours, "plain")
    assert version.texts == {"place": {"es": "Santiago de Chile", "en": "Santiago, Chile"}}
    assert version.logo
    assert not version.second_logo
    assert templates.get_signatories(version) == [elena, rosa]
    assert version.created_by == administrator
    assert "Saved as version 1." in read(response)


def test_saving_without_a_change_says_so_and_keeps_the_logo(client, administrator):
    version = make_template(logo=make_picture())
    url = reverse("certificate_template", args=[version.template.pk])
    response = client.post(url, fill(name="Renamed"), follow=True)
    assert "it is still version 1" in read(response)
    client.post(url, fill(name="Renamed", remove_logo="on"))
    newest = version.template.latest
    assert (newest.number, newest.logo.name) == (2, "")


@pytest.mark.parametrize(("data", "field", "sentence"), [
    ({"name": ""}, "name", "This field is required."),
    ({"layout": "round"}, "layout", "Select a valid choice."),
    ({"intro-es": "Certificamos que"}, "intro-en", "Write it in this language too, or in none: English."),
    ({"note-es": "x" * 301, "note-en": "x"}, "note-es", "at most 300 characters"),
    ({"note-es": "Con validez ante ChileValora.", "note-en": "x"}, "note-es", "Take out the name of the body"),
    ({"intro-es": "CONOCER certifica", "intro-en": "x"}, "intro-es", "Take out the name of the body"),
    ({"signatory_1": "nobody"}, "signatory_1", "Select a valid choice."),
])
def test_editor_says_what_is_wrong_and_saves_nothing(client, administrator, data, field, sentence):
    response = client.post(reverse("add_certificate_template"), fill(**data))
    assert response.status_code == 422
    assert sentence in get_error(response, field)
    assert f'href="#id_{field}' in read(response)
    assert not CertificateTemplate.objects.exists()


def test_editor_lets_the_verb_conocer_stand(client, administrator):
    client.post(reverse("add_certificate_template"), fill(**{"intro-es": "Damos a conocer que", "intro-en": "x"}))
    assert TemplateVersion.objects.get().texts["intro"]["es"] == "Damos a conocer que"


def test_editor_refuses_a_file_that_is_no_picture(client, administrator):
    response = client.post(reverse("add_certificate_template"), fill(logo=SimpleUploadedFile("logo.png", b"<svg/>")))
    assert "not a picture in PNG, JPEG or WebP" in get_error(response, "logo")


def test_editor_refuses_the_same_person_twice_and_who_signs_for_others(client, administrator):
    rosa, theirs = make_signatory(), make_signatory(organisation=make_organisation(name="Other"), name="Ana")
    response = client.post(reverse("add_certificate_template"), fill(
        signatory_1=rosa.signatory.pk, signatory_2=rosa.signatory.pk, signatory_3=theirs.signatory.pk))
    assert get_error(response, "signatory_2") == "This person is already chosen. Nobody signs twice."
    assert get_error(response, "signatory_3") == "Ana signs for Other, so only on templates of that institution."


def test_logo_is_not_lost_when_another_field_is_in_error(client, administrator):
    url = reverse("add_certificate_template")
    kept = client.post(url, fill(name="", logo=upload())).context["form"]["kept_logo"].value()
    client.post(url, fill(kept_logo=kept))
    assert TemplateVersion.objects.get().logo
    client.post(url, fill(name="Forged", kept_logo="logos/x.png"))
    assert not CertificateTemplate.objects.get(name="Forged").latest.logo


def test_restoring_makes_a_version(client, administrator):
    first = make_template(layout="plain")
    templates.save_template(template=first.template, content=templates.Content(), by=None, now=first.created_at)
    response = client.post(reverse("restore_certificate_template", args=[first.template.pk, 1]), follow=True)
    assert "Version 1 is printed from now on, as version 3." in read(response)
    assert first.template.latest.layout == "plain"


def test_restoring_what_an_archived_person_signed_is_refused(client, administrator):
    rosa = make_signatory()
    first = make_template(signatories=[rosa])
    templates.save_template(template=first.template, content=templates.Content(), by=None, now=first.created_at)
    templates.archive_signatory(signatory=rosa.signatory, by=None, now=first.created_at)
    response = client.post(reverse("restore_certificate_template", args=[first.template.pk, 1]), follow=True)
    assert "Version 1 was not restored" in read(response)
    assert first.template.latest.number == 2


def test_versions_page_shows_each_version(client, administrator):
    version = make_template(by=administrator)
    url = reverse("certificate_template_versions", args=[version.template.pk])
    assert administrator.get_full_name() in read(client.get(url))
    first = client.get(url, {"version": "1", "preview_facts": "long", "preview_language": "es_en"})
    assert len(first.context["pages"]) == 2
    assert client.get(url, {"version": "9"}, follow=True).status_code == 404


def test_template_is_archived_offered_again_and_made_the_default(client, administrator):
    template = make_template().template
    for act, sentence in (("archive", "is not offered any more"), ("unarchive", "is offered again"),
                          ("default", "used from now on"), ("archive", "cannot be archived")):
        response = client.post(reverse(f"{act}_certificate_template", args=[template.pk]), follow=True)
        assert sentence in read(response)
    assert templates.get_default() == template


def test_list_says_where_templates_are_used(client, administrator):
    template = make_template().template
    make_edition(certificate_template=template)
    page = read(client.get(reverse("certificate_templates")))
    assert "Editions: 1" in page
    assert template.name in page


def test_lists_say_what_to_do_first_when_they_are_empty(client, administrator):
    assert "There is no template yet." in read(client.get(reverse("certificate_templates")))
    assert "Nobody is written down yet." in read(client.get(reverse("certificate_signatories")))


@pytest.mark.parametrize("name", ["certificate_templates", "certificate_signatories"])
def test_lists_cost_the_same_with_more_rows(client, administrator, name):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            make_template(organisation=make_organisation(), signatories=[make_signatory()])
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Preview ----------------------------------------------------------------------------------------------------------


def test_preview_draws_what_is_not_saved(client, administrator):
    url = reverse("preview_certificate_template")
    plain = client.post(url, fill(layout="plain", preview_language="es_en", preview_facts="long")).json()["pages"]
    bridge = client.post(url, fill(logo=upload(), preview_kind="progress")).json()["pages"]
    assert not CertificateTemplate.objects.exists()
    sizes = []
    for page in (plain[0], bridge[0]):
        assert page.startswith("data:image/png;base64,")
        sizes.append(Image.open(io.BytesIO(decode(page))).size)
    assert sizes[0][0] < sizes[0][1]
    assert sizes[1][0] > sizes[1][1]


def decode(page):
    return base64.b64decode(page.partition(",")[2])


def test_preview_says_what_it_waits_for(client, administrator):
    answer = client.post(reverse("preview_certificate_template"), fill(name="")).json()
    assert answer == {"message": "The preview waits until the form has no errors: Name."}


def test_preview_works_without_javascript(client, administrator):
    response = client.post(reverse("add_certificate_template"), fill(
        preview="1", preview_facts="long", preview_language="es_en", logo=upload()))
    assert len(response.context["pages"]) == 2
    assert response.context["form"]["kept_logo"].value()
    assert not CertificateTemplate.objects.exists()


# --- Signatories ------------------------------------------------------------------------------------------------------


def test_signatory_is_saved_and_changed_in_versions(client, administrator):
    role = {"role-es": "Alcaldesa", "role-en": "Mayor"}
    client.post(reverse("add_certificate_signatory"), {"name": "Rosa Catrileo", "image": upload(), **role})
    signatory = Signatory.objects.get()
    assert (signatory.latest.name, signatory.latest.role) == ("Rosa Catrileo", localized("Alcaldesa", "Mayor"))
    assert signatory.latest.image
    used = make_template(name="Ours", signatories=[signatory.latest]).template
    url = reverse("certificate_signatory", args=[signatory.pk])
    response = client.post(url, {"name": "Rosa Catrileo Paine", **role}, follow=True)
    assert "A new version of the template “Ours” prints this from now on" in read(response)
    assert used.latest.number == 2
    assert signatory.latest.image
    client.post(url, {"name": "Rosa Catrileo Paine", "remove_image": "on", **role})
    assert not signatory.latest.image


def test_signatory_needs_a_position_in_both_languages(client, administrator):
    response = client.post(reverse("add_certificate_signatory"), {"name": "Rosa", "role-es": "Alcaldesa"})
    assert response.status_code == 422
    assert "role-en" in response.context["form"].errors
    assert not Signatory.objects.exists()


def test_signatory_of_templates_of_others_stays_where_they_are(client, administrator):
    rosa = make_signatory()
    make_template(signatories=[rosa])
    response = client.post(reverse("certificate_signatory", args=[rosa.signatory.pk]), {
        "name": rosa.name, "role-es": "a", "role-en": "b", "organisation": make_organisation().pk})
    assert "Take them off those templates first" in get_error(response, "organisation")


def test_signatory_in_use_is_not_archived(client, administrator):
    rosa = make_signatory()
    version = make_template(name="Ours", signatories=[rosa])
    url = reverse("archive_certificate_signatory", args=[rosa.signatory.pk])
    assert "these templates print the signature: Ours" in read(client.post(url, follow=True))
    templates.save_template(template=version.template, content=templates.Content(), by=None, now=version.created_at)
    assert "is archived" in read(client.post(url, follow=True))
    url = reverse("unarchive_certificate_signatory", args=[rosa.signatory.pk])
    assert "can be chosen again" in read(client.post(url, follow=True))


# --- Who may ----------------------------------------------------------------------------------------------------------


def get_urls(version, signatory):
    template, pk = version.template.pk, signatory.signatory.pk
    return [
        ("get", reverse("certificate_template", args=[template])),
        ("post", reverse("certificate_template", args=[template])),
        ("get", reverse("certificate_template_versions", args=[template])),
        ("post", reverse("restore_certificate_template", args=[template, 1])),
        ("post", reverse("archive_certificate_template", args=[template])),
        ("post", reverse("unarchive_certificate_template", args=[template])),
        ("get", reverse("certificate_signatory", args=[pk])),
        ("post", reverse("certificate_signatory", args=[pk])),
        ("post", reverse("archive_certificate_signatory", args=[pk])),
        ("post", reverse("unarchive_certificate_signatory", args=[pk])),
    ]


def test_templates_of_an_institution_are_for_its_people(client):
    ours, theirs = make_organisation(), make_organisation()
    unit = make_organisation(parent=ours)
    rosa = make_signatory(organisation=ours)
    version = make_template(organisation=ours, signatories=[rosa])
    for colleague in (make_designer(organisation=unit), make_designer(role=Role.PROGRAMME_MANAGER)):
        client.force_login(colleague)
        for method, url in get_urls(version, rosa):
            assert getattr(client, method)(url).status_code in {200, 302, 422}, url
        assert list(client.get(reverse("certificate_templates")).context["rows"]) == [version.template]
    for stranger in (make_designer(organisation=theirs), make_designer()):
        client.force_login(stranger)
        for method, url in get_urls(version, rosa):
            assert getattr(client, method)(url, follow=True).status_code == 404, url
        assert list(client.get(reverse("certificate_templates")).context["rows"]) == []
        assert list(client.get(reverse("certificate_signatories")).context["rows"]) == []
    template = CertificateTemplate.objects.get()
    assert (template.name, template.archived_at) == (version.template.name, None)


def test_trainer_of_an_institution_makes_templates_of_it_with_its_signatories_only(client):
    ours, theirs = make_organisation(), make_organisation()
    shared, own, other = make_signatory(), make_signatory(organisation=ours), make_signatory(organisation=theirs)
    client.force_login(make_designer(organisation=ours))
    url = reverse("add_certificate_template")
    for wrong in ({"organisation": theirs.pk}, {}, {"organisation": ours.pk, "signatory_1": shared.signatory.pk},
                  {"organisation": ours.pk, "signatory_1": other.signatory.pk}):
        assert client.post(url, fill(**wrong)).status_code == 422
    assert client.post(url, fill(organisation=ours.pk, signatory_1=own.signatory.pk)).status_code == 302
    assert templates.get_signatories(TemplateVersion.objects.get()) == [own]


def test_default_template_is_chosen_by_those_who_may_change_all(client):
    ours = make_organisation()
    template = make_template(organisation=ours).template
    url = reverse("default_certificate_template", args=[template.pk])
    client.force_login(make_designer(organisation=ours))
    client.post(url)
    assert templates.get_default() is None
    client.force_login(make_designer(role=Role.PROGRAMME_MANAGER))
    client.post(url)
    assert templates.get_default() == template


@pytest.mark.parametrize("logged_in", [True, False])
def test_templates_are_not_for_learners_and_visitors(client, logged_in):
    version, rosa = make_template(), make_signatory()
    if logged_in:
        client.force_login(make_user())
    urls = [*get_urls(version, rosa), ("get", reverse("certificate_templates")),
            ("get", reverse("certificate_signatories")), ("get", reverse("add_certificate_template")),
            ("post", reverse("preview_certificate_template"))]
    for method, url in urls:
        response = getattr(client, method)(url)
        assert response.status_code == 302, url
        assert "certificate" not in response["Location"].partition("?")[0]
    assert CertificateTemplate.objects.get().archived_at is None


def test_preview_shows_nothing_of_the_template_of_others(client):
    version = make_template(organisation=make_organisation(), logo=make_picture("Secret"))
    ours = make_organisation()
    client.force_login(make_designer(organisation=ours))
    answers = [client.post(reverse("preview_certificate_template"),
                           fill(organisation=ours.pk, preview_kind="progress", **more)).json()["pages"]
               for more in ({}, {"template": str(version.template.pk)})]
    assert answers[0] == answers[1]
