import logging
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from lms.accounts.lockout import get_account, get_lockout_end
from lms.accounts.models import User
from tests.accounts.people import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])
HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.1"}, {"REMOTE_ADDR": "192.0.2.2"}
NEW_PASSWORD = "another-bridge-further-south"
SIGN_UP = {
    "given_names": "María José", "first_surname": "Pérez", "second_surname": "", "email": "Maria@Example.org",
    "password1": PASSWORD, "preferred_language": "en", "document_kind": "rut", "document_number": "12.345.678-5",
    "sex": "female",
}


def url_in(language, name, *args):
    with override(language):
        return reverse(name, args=args)


def sign_in(client, email, password=PASSWORD, language="es", **extra):
    return client.post(url_in(language, "account_login"), {"login": email, "password": password}, **extra)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def links_in(message):
    return re.findall(r"http://testserver(/\S+)", message.body)


@LANGUAGES
def test_sign_in_by_email_whatever_its_case(client, language):
    user = make_user(email="ana@example.org")
    response = sign_in(client, "ANA@example.org", language=language)
    assert (response.status_code, response.url) == (302, url_in(language, "my_courses"))
    assert client.session["_auth_user_id"] == str(user.pk)


@LANGUAGES
def test_sign_in_with_wrong_password_is_an_accessible_error(client, language):
    make_user(email="ana@example.org")
    response = sign_in(client, "ana@example.org", "wrong-password", language)
    assert response.status_code == 200
    assert not is_signed_in(client)
    assert 'class="error-summary" role="alert"' in response.content.decode()


def test_sign_in_of_unconfirmed_address_sends_a_new_message(client):
    user = make_user(email="ana@example.org")
    user.emailaddress_set.update(verified=False)
    response = sign_in(client, "ana@example.org")
    assert response.url == url_in("es", "account_email_verification_sent")
    assert not is_signed_in(client)
    assert [message.to for message in mail.outbox] == [["ana@example.org"]]


def test_sign_in_of_closed_account_leads_to_an_explanation(client):
    make_user(email="ana@example.org", is_active=False)
    assert sign_in(client, "ana@example.org").url == url_in("es", "account_inactive")
    assert not is_signed_in(client)
    assert client.get(url_in("en", "account_inactive")).status_code == 200


@LANGUAGES
def test_sign_up_then_confirm_then_sign_in(client, language):
    page = client.get(url_in(language, "account_signup"))
    assert page.context["form"]["preferred_language"].value() == language
    response = client.post(url_in(language, "account_signup"), SIGN_UP)
    assert response.url == url_in(language, "account_email_verification_sent")
    user = User.objects.get()
    assert (user.email, user.get_full_name(), user.preferred_language, user.sex) == (
        "maria@example.org", "María José Pérez", "en", "female")
    assert user.document_number == "12345678-5"
    assert sign_in(client, "maria@example.org").url == url_in("es", "account_email_verification_sent")

    link = next(link for link in links_in(mail.outbox[0]) if "confirm" in link)
    assert mail.outbox[0].alternatives == []
    assert "Confirm" in client.get(link).content.decode() or language == "es"
    client.post(link)
    assert EmailAddress.objects.get(user=user).verified
    client.logout()
    sign_in(client, "maria@example.org", language=language)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_sign_up_needs_neither_document_nor_sex_nor_second_surname(client):
    data = {**SIGN_UP, "document_kind": "", "document_number": "", "sex": ""}
    client.post(url_in("es", "account_signup"), data)
    user = User.objects.get()
    assert (user.document_kind, user.document_fingerprint, user.sex, user.second_surname) == ("", "", "not_stated", "")


@pytest.mark.parametrize(("changes", "field"), [
    ({"document_number": "12.345.678-9"}, "document_number"),
    ({"document_number": ""}, "document_number"),
    ({"document_kind": ""}, "document_kind"),
    ({"document_kind": "curp", "document_number": "HEGG560427MVZRRL05"}, "document_number"),
    ({"given_names": ""}, "given_names"),
    ({"first_surname": " "}, "first_surname"),
    ({"email": "nobody"}, "email"),
    ({"password1": "1234567890"}, "password1"),
    ({"password1": "short"}, "password1"),
    ({"password1": "maría josé"}, "password1"),
    ({"preferred_language": "xx"}, "preferred_language"),
])
@LANGUAGES
def test_sign_up_refuses_and_says_where(client, language, changes, field):
    response = client.post(url_in(language, "account_signup"), {**SIGN_UP, **changes})
    assert list(response.context["form"].errors) == [field]
    html = response.content.decode()
    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}_error"' in html
    assert re.search(rf'id="id_{field}"[^>]*aria-describedby="[^"]*id_{field}_error', html) or re.search(
        rf'aria-describedby="[^"]*id_{field}_error[^"]*"[^>]*id="id_{field}"', html)
    assert not User.objects.exists()


def test_sign_up_with_registered_document_does_not_say_whose(client):
    owner = make_user(email="owner@example.org", given_names="Otilia", first_surname="Duarte")
    owner.set_document(kind="rut", number="12345678-5")
    owner.save()
    response = client.post(url_in("en", "account_signup"), SIGN_UP)
    assert response.context["form"].errors.as_data()["document_number"][0].code == "document_taken"
    html = response.content.decode()
    assert not {"Otilia", "Duarte", "owner@example.org"} & set(re.findall(r"[\w@.]+", html))
    assert User.objects.count() == 1


def test_sign_up_with_registered_email_looks_the_same_and_tells_the_owner(client):
    make_user(email="maria@example.org")
    response = client.post(url_in("es", "account_signup"), SIGN_UP)
    assert response.url == url_in("es", "account_email_verification_sent")
    assert User.objects.count() == 1
    assert url_in("es", "account_reset_password") in "".join(links_in(mail.outbox[0]))


def test_sign_up_closed_shows_who_creates_accounts(client, settings):
    settings.OPEN_SIGNUP = False
    response = client.post(url_in("en", "account_signup"), SIGN_UP)
    assert "account/signup_closed.html" in [template.name for template in response.templates]
    assert not User.objects.exists()


@LANGUAGES
def test_password_reset_by_mail(client, language):
    user = make_user(email="ana@example.org", preferred_language=language)
    response = client.post(url_in(language, "account_reset_password"), {"email": "ana@example.org"})
    assert response.url == url_in(language, "account_reset_password_done")
    assert client.get(response.url).status_code == 200
    link = next(link for link in links_in(mail.outbox[0]) if "/key/" in link)
    assert link.startswith(f"/{language}/")
    page = client.get(link, follow=True)
    url = page.redirect_chain[-1][0]
    weak = client.post(url, {"password1": "12345678901", "password2": "12345678901"})
    assert list(weak.context["form"].errors) == ["password1"]
    done = client.post(url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert done.status_code == 200
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert [message.alternatives for message in mail.outbox] == [[], []]
    assert client.get(link, follow=True).context["token_fail"] is True


def test_password_reset_of_unknown_address_looks_the_same(client):
    response = client.post(url_in("en", "account_reset_password"), {"email": "nobody@example.org"})
    assert response.url == url_in("en", "account_reset_password_done")
    assert [message.to for message in mail.outbox] == [["nobody@example.org"]]


def test_password_change_needs_the_current_one(client):
    user = make_user()
    client.force_login(user)
    url = url_in("en", "account_change_password")
    wrong = client.post(url, {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert list(wrong.context["form"].errors) == ["oldpassword"]
    right = client.post(url, {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert right.url == url_in("en", "profile")
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert is_signed_in(client)


@LANGUAGES
def test_email_change_holds_only_once_confirmed(client, language):
    user = make_user(email="ana@example.org", preferred_language=language)
    client.force_login(user)
    url = url_in(language, "account_email")
    client.post(url, {"email": "ana.rojas@example.org", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "ana@example.org"
    assert "ana.rojas@example.org" in client.get(url).content.decode()
    link = next(link for link in links_in(mail.outbox[0]) if "confirm-email" in link)
    client.post(link)
    user.refresh_from_db()
    assert user.email == "ana.rojas@example.org"
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [
        ("ana.rojas@example.org", True, True)]
    assert ["ana@example.org"] in [message.to for message in mail.outbox[1:]]  # the old address is told


def test_email_change_to_an_address_of_another_account_is_never_possible(client):
    make_user(email="other@example.org")
    user = make_user(email="ana@example.org")
    client.force_login(user)
    client.post(url_in("en", "account_email"), {"email": "other@example.org", "action_add": ""})
    for link in [link for message in mail.outbox for link in links_in(message) if "confirm-email" in link]:
        client.post(link)
    user.refresh_from_db()
    assert user.email == "ana@example.org"


@pytest.mark.parametrize("name", [
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done", "account_inactive",
    "account_email_verification_sent", "account_reset_password_from_key_done",
])
@LANGUAGES
def test_entrance_pages_are_in_our_frame(client, language, name):
    response = client.get(url_in(language, name))
    html = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    assert "placeholder=" not in html
    assert " style=" not in html


@pytest.mark.parametrize("name", [
    "account_logout", "account_email", "account_change_password", "account_reauthenticate", "profile",
])
@LANGUAGES
def test_private_pages_need_a_sign_in(client, language, name):
    url = url_in(language, name)
    anonymous = client.get(url)
    assert (anonymous.status_code, anonymous.url.split("?")[0] in (url_in(language, "account_login"), "/")) == (
        302, True)
    client.force_login(make_user())
    page = client.get(url)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1


def test_sign_out_needs_a_post(client):
    client.force_login(make_user())
    client.get(url_in("es", "account_logout"))
    assert is_signed_in(client)
    client.post(url_in("es", "account_logout"))
    assert not is_signed_in(client)


def fail_six_times(client, email="ana@example.org", **extra):
    for _number in range(5):
        assert sign_in(client, email, "wrong-password", **extra).status_code == 200
    return sign_in(client, email, "wrong-password", **extra)


@LANGUAGES
def test_lockout_after_six_failures_says_until_when(client, language):
    make_user(email="ana@example.org")
    response = fail_six_times(client, language=language, **HERE)
    assert response.status_code == 429
    assert "accounts/locked_out.html" in [template.name for template in response.templates]
    until = response.context["until"]
    assert timedelta(minutes=14) < until - timezone.now() <= timedelta(minutes=15)
    html = response.content.decode()
    assert timezone.localtime(until).strftime("%H:%M") in html
    assert url_in(language, "account_reset_password") in html


def test_lockout_refuses_the_right_password_here_and_not_elsewhere(client):
    make_user(email="ana@example.org")
    make_user(email="other@example.org")
    fail_six_times(client, **HERE)
    assert sign_in(client, "ana@example.org", **HERE).status_code == 429
    assert sign_in(client, "ANA@Example.org", **HERE).status_code == 429
    assert not is_signed_in(client)
    assert sign_in(client, "other@example.org", **HERE).status_code == 302
    client.logout()
    assert sign_in(client, "ana@example.org", **ELSEWHERE).status_code == 302


def test_lockout_is_not_prolonged_by_trying_and_ends(client):
    make_user(email="ana@example.org")
    until = fail_six_times(client, **HERE).context["until"]
    assert sign_in(client, "ana@example.org", **HERE).context["until"] == until
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client, "ana@example.org", **HERE).status_code == 302


def test_lockout_ends_with_a_password_reset(client):
    make_user(email="ana@example.org")
    fail_six_times(client, **HERE)
    client.post(url_in("es", "account_reset_password"), {"email": "ana@example.org"}, **HERE)
    link = next(link for link in links_in(mail.outbox[0]) if "/key/" in link)
    url = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert sign_in(client, "ana@example.org", NEW_PASSWORD, **HERE).status_code == 302


def test_success_before_the_sixth_failure_starts_the_count_anew(client):
    make_user(email="ana@example.org")
    for _number in range(5):
        sign_in(client, "ana@example.org", "wrong-password", **HERE)
    assert sign_in(client, "ana@example.org", **HERE).status_code == 302
    client.logout()
    assert sign_in(client, "ana@example.org", "wrong-password", **HERE).status_code == 200


def test_get_account_reads_each_form(rf):
    assert get_account(rf.post("/"), {"email": " Ana@Example.org"}) == "ana@example.org"
    assert get_account(rf.post("/", {"login": "Ana@example.org"})) == "ana@example.org"
    assert get_account(rf.post("/", {"username": "ana@example.org"})) == "ana@example.org"
    assert get_account(rf.post("/")) is None


def test_get_lockout_end_is_none_without_failures(rf):
    assert get_lockout_end(rf.post("/", {"login": "ana@example.org"})) is None


def test_admin_sends_strangers_to_the_same_sign_in(client):
    for path in ("/admin/", "/admin/login/?next=/admin/", "/admin/users/"):
        response = client.get(path)
        assert response.url.split("?")[0] == url_in("es", "account_login")
        assert "next=/admin/" in response.url


def test_too_many_requests_are_answered_in_our_frame(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    for _number in range(2):
        assert sign_in(client, "nobody@example.org", language="en").status_code == 200
    response = sign_in(client, "nobody@example.org", language="en")
    assert (response.status_code, response.templates[0].name) == (429, "429.html")


def test_logs_hold_neither_email_nor_document(client, caplog):
    caplog.set_level(logging.DEBUG)
    client.post(url_in("es", "account_signup"), SIGN_UP)
    fail_six_times(client, "maria@example.org", **HERE)
    sign_in(client, "maria@example.org", **HERE)
    client.post(url_in("es", "account_reset_password"), {"email": "maria@example.org"})
    written = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records
                        if not record.name.startswith("django.db"))
    assert "12345678" not in written.replace(".", "")
    assert "maria@example.org" not in written.lower()
