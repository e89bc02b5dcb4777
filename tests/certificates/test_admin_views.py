import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate, Outbox
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db
LISTS = ["certificate_list", "certificate_list_results", "certificate_work", "certificate_work_results"]


def test_list_shows_what_was_issued(client, administrator):
    certificate = make_certificate()
    page = client.get(reverse("certificate_list")).content.decode()
    assert certificate.folio in page
    assert "María Ñancupil Gutiérrez" in page
    assert "5678" not in page


@pytest.mark.parametrize("search", ["{folio}", "{number}", "Huenchumán", "other@puentes.test"])
def test_list_finds_by_folio_name_and_mail(client, administrator, search):
    make_certificate()
    found = make_certificate(learner=make_user(first_surname="Huenchumán", email="other@puentes.test"))
    query = search.format(folio=found.folio, number=found.number)
    response = client.get(reverse("certificate_list"), {"q": query})
    assert list(response.context["object_list"]) == [found]


def test_list_filters_by_state(client, administrator):
    make_certificate()
    revoked = make_certificate()
    Certificate.objects.filter(pk=revoked.pk).update(state="revoked", ended_at=timezone.now())
    response = client.get(reverse("certificate_list"), {"state": "revoked"})
    assert list(response.context["object_list"]) == [revoked]


@pytest.mark.parametrize("name", ["certificate_list", "certificate_work"])
def test_lists_cost_the_same_with_more_rows(client, administrator, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_certificate()
    client.get(reverse(name))
    counts = []
    for more in (0, 2):
        for _number in range(more):
            make_certificate()
        with CaptureQueriesContext(connection, ) as queries:
            client.get(reverse(name))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name, sentence", [
    ("certificate_work", "Nothing waits: every document is made and every mail is sent."),
    ("correction_list", "Nobody has asked for a correction."),
    ("untranslated", "Every question says the same in all languages."),
    ("marking", "Nothing waits for your mark."),
])
def test_empty_list_says_what_that_means(client, administrator, name, sentence):
    assert sentence in client.get(reverse(name)).content.decode()


def test_empty_list_says_no_more_than_its_filter(client, administrator):
    assert "Nothing waits" not in client.get(reverse("certificate_work"), {"given_up": "true"}).content.decode()


def test_work_shows_what_was_given_up_with_a_way_to_retry(client, administrator):
    certificate = make_certificate()
    Outbox.objects.filter(kind="mail_issued").update(attempts=Outbox.MAX_ATTEMPTS,
                                                     last_error="smtplib.SMTPServerDisconnected")
    response = client.get(reverse("certificate_work"), {"given_up": "true"})
    work = certificate.outbox.get(kind="mail_issued")
    assert list(response.context["object_list"]) == [work]
    assert reverse("retry_certificate_work", args=[work.pk]) in response.content.decode()
    assert "The mail server did not take the mail." in response.content.decode()


def test_work_says_what_waits_for_work_that_was_given_up(client, administrator):
    certificate = make_certificate()
    Outbox.plan(certificate=certificate, kinds=[Outbox.CREDENTIAL], now=timezone.now())
    Outbox.objects.filter(kind=Outbox.CREDENTIAL).update(attempts=Outbox.MAX_ATTEMPTS, last_error="x.Unheard")
    page = client.get(reverse("certificate_work")).content.decode()
    assert "Something unexpected happened (x.Unheard)." in page
    assert page.count("It waits for what comes before it, which was given up.") == 3


def test_retry_starts_the_work_anew(client, administrator):
    make_certificate()
    Outbox.objects.filter(kind="pdf_es").update(attempts=Outbox.MAX_ATTEMPTS)
    work = Outbox.objects.get(kind="pdf_es")
    response = client.post(reverse("retry_certificate_work", args=[work.pk]))
    assert response["Location"] == reverse("certificate_work")
    work.refresh_from_db()
    assert work.done_at is not None


def test_retry_of_what_is_not_given_up_changes_nothing(client, administrator):
    make_certificate()
    work = Outbox.objects.get(kind="pdf_es")
    assert client.post(reverse("retry_certificate_work", args=[work.pk])).status_code == 302
    work.refresh_from_db()
    assert (work.attempts, work.done_at) == (0, None)


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_not_for_learners(client, name):
    client.force_login(make_user())
    assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_not_for_anonymous_visitors(client, name):
    assert client.get(reverse(name)).status_code == 302


def test_lists_and_retry_are_not_for_trainers(client):
    from django.contrib.auth.models import Permission

    trainer = make_user()
    trainer.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(trainer)
    make_certificate()
    work = Outbox.objects.get(kind="pdf_es")
    for name in LISTS:
        assert client.get(reverse(name))["Location"] == reverse("wagtailadmin_home")
    client.post(reverse("retry_certificate_work", args=[work.pk]))
    work.refresh_from_db()
    assert work.attempts == 0
