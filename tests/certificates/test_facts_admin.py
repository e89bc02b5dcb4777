from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from certificates import ending
from certificates.checking import identity_matches
from certificates.erasing import erase_holder
from certificates.models import Certificate, Outbox
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db


def get_url(certificate):
    return reverse("correct_certificate", args=[certificate.pk])


def fill(client, certificate, **changes):
    """What the form holds, with some of it changed."""
    form = client.get(get_url(certificate)).context["form"]
    filled = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in {
        **filled, "note": "El acta dice otra cosa.", "confirmed": "on", **changes}.items() if value is not None}


def correct(client, certificate, **changes):
    return client.post(get_url(certificate), fill(client, certificate, **changes), follow=True)


def test_facts_are_put_right_in_a_new_version(client, administrator):
    certificate = make_certificate()
    page = correct(client, certificate, organisation="Municipalidad de Temuco", hours="12.5",
                   completed_on="2026-11-20", staff_type="contrata")
    assert "has version 2 now. The holder gets a mail." in page.content.decode()
    old, new = Certificate.objects.order_by("version")
    assert (old.state, old.reason, old.internal_note) == ("superseded", "facts", "El acta dice otra cosa.")
    assert new.code == old.code
    before, after = ({**each.snapshot} for each in (old, new))
    assert {name for name in before if before[name] != after[name]} == {
        "organisation", "hours", "completed_on", "staff_type"}
    assert (after["organisation"], after["completed_on"]) == ("Municipalidad de Temuco", "2026-11-20")
    assert Decimal(after["hours"]) == Decimal("12.5")
    assert Outbox.objects.filter(certificate=new, kind="mail_corrected").exists()
    assert new.identity_fingerprint == old.identity_fingerprint


def test_name_alone_is_told_as_such(client, administrator):
    correct(client, make_certificate(), holder="  Ana   Soto ")
    old, new = Certificate.objects.order_by("version")
    assert (old.reason, new.snapshot["holder"]) == ("name", "Ana Soto")


def test_identity_is_that_which_the_profile_has_now(client, administrator):
    learner = make_user(document=("rut", "12.345.678-5"))
    certificate = make_certificate(learner=learner, identity_kind="rut", identity_masked="••••5670-K")
    Certificate.objects.update(identity_fingerprint="x" * 64)
    correct(client, certificate, take_identity="on")
    new = Certificate.objects.get(version=2)
    assert new.snapshot["identity_masked"] == "••••5678-5"
    assert identity_matches(new, "12.345.678-5")
    assert "take_identity" not in client.get(get_url(new)).context["form"].fields


@pytest.mark.parametrize(("changes", "field", "words"), [
    ({}, "__all__", "Nothing is different"),
    ({"organisation": " Municipalidad  de Las Acacias "}, "__all__", "Nothing is different"),
    ({"holder": ""}, "holder", "required"),
    ({"holder": "Ana\u202eSoto"}, "holder", "cannot be printed"),
    ({"edition": "2026\u0007"}, "edition", "cannot be printed"),
    ({"hours": "-1"}, "hours", "greater than or equal"),
    ({"hours": "many"}, "hours", "Enter a number"),
    ({"completed_on": "2020-01-01"}, "completed_on", "cannot be before the first"),
    ({"completed_on": "2026-10-31"}, "completed_on", "must be before"),
    ({"completed_on": "2999-01-01"}, "completed_on", "not come yet"),
    ({"completed_on": "31/31/2026"}, "completed_on", "valid date"),
    ({"staff_type": "king"}, "staff_type", "valid choice"),
    ({"holder": "Ana Soto", "note": ""}, "note", "what was wrong"),
    ({"holder": "Ana Soto", "confirmed": None}, "confirmed", "Confirm that"),
])
def test_what_cannot_be_is_refused_in_words(client, administrator, changes, field, words):
    certificate = make_certificate(organisation="Municipalidad de Las Acacias", completed_on=date(2026, 10, 20),
                                   expires_on=date(2026, 10, 31))
    page = correct(client, certificate, **changes)
    assert field in page.context["form"].errors
    assert words in page.content.decode()
    assert Certificate.objects.count() == 1


def test_what_ended_meanwhile_or_was_altered_stays_as_it_is(client, administrator):
    certificate = make_certificate()
    filled = fill(client, certificate, holder="Ana Soto")
    ending.revoke(certificate=certificate, reason="mistake", by=administrator, now=timezone.now())
    page = client.post(get_url(certificate), filled, follow=True).content.decode()
    assert "does not hold any more. Nothing was changed." in page
    altered = make_certificate()
    Certificate.objects.filter(pk=altered.pk).update(snapshot={**altered.snapshot, "holder": "Otra"})
    assert "is not what was issued" in client.get(get_url(altered), follow=True).content.decode()
    assert Certificate.objects.count() == 2


def test_nobody_is_named_again_on_what_was_erased(client, administrator):
    certificate = make_certificate()
    filled = fill(client, certificate, holder="Ana Soto")
    erase_holder(learner=certificate.learner, by=administrator, now=timezone.now())
    client.post(get_url(certificate), filled)
    assert Certificate.objects.get().snapshot["holder"] == ""
    certificate.refresh_from_db()
    with pytest.raises(ending.AlreadyEnded):
        ending.correct(certificate=certificate, changes={"edition": "Otra"}, reason="facts", by=administrator,
                       now=timezone.now())


def test_correcting_is_for_administrators_and_never_ones_own(client, administrator):
    own = make_certificate(learner=administrator)
    assert client.get(get_url(own)).status_code == 302
    assert get_url(own) not in client.get(reverse("certificate_details", args=[own.pk])).content.decode()
    certificate = make_certificate()
    assert get_url(certificate) in client.get(
        reverse("certificate_details", args=[certificate.pk])).content.decode()
    filled = fill(client, certificate, holder="Ana Soto")
    trainer, reader = make_user(), make_user()
    for user, codenames in ((trainer, ["access_admin"]), (reader, ["access_admin", "view_certificate"])):
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    for person in (None, certificate.learner, trainer, reader):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(get_url(certificate)).status_code in {302, 403}
        assert client.post(get_url(certificate), filled).status_code in {302, 403}
    assert Certificate.objects.count() == 2
