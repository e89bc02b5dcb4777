import logging
from datetime import date

import pytest
from django.urls import reverse

from lms.accounts.models import AuditEvent, User
from lms.accounts.organising import assign
from lms.accounts.people import save_person
from lms.accounts.roles import grant_role
from tests.accounts.people import make_institution, make_user

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])


@pytest.fixture
def ana(client):
    user = make_user(given_names="Ana", first_surname="Rojas", second_surname="Soto")
    user.set_document(kind="rut", number="12.345.678-5")
    user.save()
    client.force_login(user)
    return user


def profile_url(language="es"):
    return reverse("profile").replace("/es/", f"/{language}/")


def data_of(user, **changes):
    return {"given_names": user.given_names, "first_surname": user.first_surname,
            "second_surname": user.second_surname, "preferred_language": user.preferred_language, "sex": user.sex,
            "document_kind": user.document_kind, "document_number": "", **changes}


def changed_fields():
    return [event.details["fields"] for event in AuditEvent.objects.filter(action="person.changed").order_by("id")]


@LANGUAGES
def test_profile_shows_own_data_with_masked_number(client, ana, language):
    html = client.get(profile_url(language)).content.decode()
    assert "••••5678-5" in html
    assert "12345678" not in html
    assert 'value="Rojas"' in html


def test_profile_is_of_whoever_asks_and_of_nobody_else(client, ana):
    colleague = make_user(given_names="Benito", first_surname="Lagos")
    html = client.get(profile_url(), {"user": colleague.pk, "id": colleague.pk}).content.decode()
    assert "Benito" not in html
    client.post(profile_url(), {**data_of(ana, given_names="Anita"), "user": colleague.pk})
    assert list(User.objects.order_by("pk").values_list("given_names", flat=True)) == ["Anita", "Benito"]
    client.logout()
    response = client.post(profile_url(), data_of(ana, given_names="Nadie"))
    assert response.url.startswith(reverse("account_login"))
    assert User.objects.get(pk=ana.pk).given_names == "Anita"


def test_profile_shows_assignment_of_today_and_roles(client, ana):
    old, current = make_institution("Antigua"), make_institution("Municipalidad de Peñablanca")
    assign(user=ana, organisation=old, since=date(2020, 1, 1))
    assign(user=ana, organisation=current, since=date(2024, 3, 1), position="Encargada de acogida")
    grant_role(user=ana, role="hr_officer", organisation=current)
    html = client.get(profile_url("en")).content.decode()
    assert "Encargada de acogida" in html
    assert "Antigua" not in html
    assert "HR officer: Municipalidad de Peñablanca" in html


def test_profile_saves_names_and_leaves_a_trace_without_values(client, ana):
    client.post(profile_url(), data_of(ana, given_names="Ana María", sex="female", preferred_language="en"))
    ana.refresh_from_db()
    assert (ana.given_names, ana.sex, ana.preferred_language) == ("Ana María", "female", "en")
    assert ana.document_number == "12345678-5"
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.subject, event.details) == (
        "person.changed", ana, f"user:{ana.public_id}", {"fields": ["given_names"]})


def test_profile_of_no_traced_change_leaves_no_trace(client, ana):
    client.post(profile_url(), data_of(ana, sex="x"))
    client.post(profile_url(), data_of(ana, sex="x"))
    assert User.objects.get().sex == "x"
    assert not AuditEvent.objects.exists()


def test_profile_changes_and_removes_the_document(client, ana):
    client.post(profile_url(), data_of(ana, document_kind="curp", document_number="hegg560427mvzrrl04"))
    ana.refresh_from_db()
    assert (ana.document_kind, ana.document_number) == ("curp", "HEGG560427MVZRRL04")
    client.post(profile_url(), data_of(ana, document_kind=""))
    ana.refresh_from_db()
    assert (ana.document_kind, ana.document_number, ana.document_fingerprint) == ("", "", "")
    assert changed_fields() == [["document"], ["document"]]


@pytest.mark.parametrize(("changes", "field"), [
    ({"document_number": "12.345.678-9"}, "document_number"),
    ({"document_kind": "passport"}, "document_number"),
    ({"document_kind": "", "document_number": "12.345.678-5"}, "document_kind"),
    ({"given_names": ""}, "given_names"),
])
@LANGUAGES
def test_profile_refuses_and_keeps_what_was(client, ana, language, changes, field):
    response = client.post(profile_url(language), data_of(ana, **changes))
    assert list(response.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in response.content.decode()
    assert User.objects.filter(pk=ana.pk, given_names="Ana", document_fingerprint=ana.document_fingerprint).exists()
    assert not AuditEvent.objects.exists()


def test_profile_refuses_the_document_of_another(client, ana):
    other = make_user(email="other@example.org")
    other.set_document(kind="passport", number="AB123456")
    other.save()
    response = client.post(profile_url(), data_of(ana, document_kind="passport", document_number="ab 123456"))
    assert response.context["form"].errors.as_data()["document_number"][0].code == "document_taken"
    assert "other@example.org" not in response.content.decode()


def test_profile_accepts_own_document_again(client, ana):
    response = client.post(profile_url(), data_of(ana, document_number="12.345.678-5"))
    assert response.status_code == 302


def test_profile_logs_no_document(client, ana, caplog):
    caplog.set_level(logging.DEBUG)
    client.post(profile_url(), data_of(ana, document_number="12.678.579-8"))
    client.post(profile_url(), data_of(ana, document_number="12.678.579-1"))
    written = "\n".join(str(record.__dict__) for record in caplog.records if not record.name.startswith("django.db"))
    assert "12678579" not in written.replace(".", "")


def test_save_person_of_a_new_one_has_no_password_and_a_trace():
    administrator = make_user()
    user = User(email="new@example.org", given_names="Nora", first_surname="Vega")
    save_person(user=user, changed=["given_names"], by=administrator)
    assert not user.has_usable_password()
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [("new@example.org", True, True)]
    assert list(AuditEvent.objects.values_list("action", "subject", "details")) == [
        ("person.added", f"user:{user.public_id}", {})]


def test_save_person_with_new_email_has_it_confirmed_again():
    user = make_user(email="old@example.org")
    user.email = "new@example.org"
    save_person(user=user, changed=["email"], by=user)
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [("new@example.org", False, True)]
    assert changed_fields() == [["email"]]
