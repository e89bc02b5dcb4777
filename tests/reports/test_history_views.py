import io
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from certificates.models import EarlierRecord, HistoryImport
from lms.accounts.models import AuditEvent, User
from lms.accounts.roles import grant_role, revoke_role
from tests import factories
from tests.reports.test_history import make_csv
from tests.reports.test_views import get_text


def address(name, *args, language="en"):
    with override(language):
        return reverse(name, args=args)


@pytest.fixture
def ask(client):
    def ask(user, name, *args, post=None, **data):
        client.logout()
        if user:
            client.force_login(user)
        return client.get(address(name, *args), data) if post is None else client.post(address(name, *args), post)

    cache.clear()
    return ask


@pytest.fixture
def ana(town):
    return town.add_person(email="ana@x.test", document=("rut", "12.345.678-5"), first_surname="Ñancupil")


@pytest.fixture
def upload(ask, town):
    def upload(*rows, by=None):
        response = ask(by or town.officer, "history_imports", post={
            "file": SimpleUploadedFile("anteriores.csv", make_csv(*rows))})
        assert response.status_code == 302
        return HistoryImport.objects.latest("started_at")

    return upload


def test_import_is_looked_at_saved_and_taken_back(ask, town, ana, upload, client):
    source = upload({}, {"title": "Otro"}, {"source": "hearsay"})
    text = get_text(ask(town.officer, "history_import", source.pk))
    assert "Nothing is saved yet. This is what becomes of the 3 rows of the file." in text
    assert "Will be added 2 Is there already 0 The person has no account 0 Cannot be added 1" in text
    assert "Source: “hearsay” is none of: paper certificate, another system, official letter." in text
    response = ask(town.officer, "save_history", source.pk, post={})
    assert "2 earlier records were saved." in get_text(client.get(response["Location"]))
    assert "Dignity" in get_text(client.get(address("earlier_records")))
    response = ask(town.officer, "undo_history", source.pk, post={})
    assert "2 earlier records were removed." in get_text(client.get(response["Location"]))
    assert not EarlierRecord.objects.exists()
    for act in ("save_history", "undo_history", "discard_history"):
        response = ask(town.officer, act, source.pk, post={})
        assert re.search("was saved or removed before|was not saved, or it was taken back|was saved already",
                         get_text(client.get(response["Location"])))


def test_import_is_not_taken_back_by_who_has_nothing_to_do_with_its_people_any_more(ask, town, ana, upload, client):
    source = upload({})
    ask(town.officer, "save_history", source.pk, post={})
    revoke_role(grant=town.officer.role_grants.get())
    grant_role(user=town.officer, role="hr_officer", organisation=town.borough)
    response = ask(town.officer, "undo_history", source.pk, post={})
    assert "do not work in your organisations any more, so nothing was removed" in get_text(
        client.get(response["Location"]))
    assert source.records.count() == 1
    ask(town.administrator, "undo_history", source.pk, post={})
    assert not EarlierRecord.objects.exists()


def test_import_adds_people_only_to_own_organisations(ask, town, upload):
    source = upload({"document": "", "email": "luz@x.test", "given_names": "Luz", "first_surname": "Vera"})
    page = ask(town.officer, "history_import", source.pk).content.decode()
    assert f'value="{town.unit.pk}"' in page
    assert f'value="{town.borough.pk}"' not in page
    ask(town.officer, "save_history", source.pk, post={"place": town.borough.pk})
    assert not User.objects.filter(email="luz@x.test").exists()
    ask(town.officer, "save_history", source.pk, post={"place": town.unit.pk})
    assert EarlierRecord.objects.get().learner.email == "luz@x.test"


def test_import_is_known_to_who_made_it_and_administrators(ask, town, ana, upload):
    source = upload({})
    for page in ("history_import", "history_refused"):
        seen = [ask(who, page, source.pk).status_code for who in (
            town.officer, town.administrator, town.unit_officer, town.stranger, ana, None)]
        assert seen == [200, 200, 404, 404, 403, 302]
    for act in ("save_history", "undo_history", "discard_history"):
        seen = [ask(who, act, source.pk, post={}).status_code for who in (town.unit_officer, town.stranger, ana, None)]
        assert seen == [404, 404, 403, 302]
        assert ask(town.officer, act, source.pk).status_code == 405
    assert not EarlierRecord.objects.exists()


def test_file_that_cannot_be_read_is_explained_at_its_field(ask, town):
    response = ask(town.officer, "history_imports", post={"file": SimpleUploadedFile("a.csv", b"what is this")})
    text = get_text(response)
    assert response.status_code == 200
    assert "Something needs to be corrected" in text
    assert "The first rows have no headings that we know. Begin with the template." in text
    assert not HistoryImport.objects.exists()


@pytest.mark.parametrize("language", ["es", "en"])
def test_template_is_downloaded_in_both_languages(ask, town, ana, language):
    response = ask(town.officer, "history_template", language)
    assert response.content.startswith(b"PK")
    assert ask(ana, "history_template", language).status_code == 403
    assert ask(town.officer, "history_template", "fr").status_code == 404


def test_list_shows_those_of_the_own_institution_and_finds_by_name(ask, town, ana):
    factories.make_earlier_record(learner=ana)
    factories.make_earlier_record(learner=town.add_person(organisation=town.borough, email="elsewhere@x.test"))
    text = get_text(ask(town.officer, "earlier_records"))
    assert "ana@x.test" in text
    assert "elsewhere@x.test" not in text
    assert "Earlier record, from: Paper certificate" in text
    assert "elsewhere@x.test" in get_text(ask(town.administrator, "earlier_records"))
    assert "ana@x.test" in get_text(ask(town.officer, "earlier_records", q="nancupil"))
    assert "Nobody of that name has an earlier record" in get_text(ask(town.officer, "earlier_records", q="zz"))
    EarlierRecord.objects.all().delete()
    assert "There are no earlier records yet" in get_text(ask(town.officer, "earlier_records"))
    assert ask(ana, "earlier_records").status_code == 403
    assert ask(None, "earlier_records").status_code == 302


def test_list_asks_as_often_for_one_as_for_many(client, town, ana, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(20) as queries:
            client.get(address("earlier_records"))
        return len(queries)

    client.force_login(town.officer)
    factories.make_earlier_record(learner=ana)
    count()
    with_one = count()
    for _number in range(3):
        factories.make_earlier_record(learner=town.add_person())
    assert count() == with_one


def test_evidence_is_for_its_person_and_the_own_institution(ask, town, ana):
    record = factories.make_earlier_record(learner=ana)
    file = SimpleUploadedFile("carnet de Ana.pdf", b"%PDF-1.7 paper")
    assert ask(town.officer, "earlier_record", record.pk, post={"file": file}).status_code == 302
    expected = {town.officer: 200, town.unit_officer: 200, town.administrator: 200, town.stranger: 404, ana: 200,
                town.add_person(): 404, None: 302}
    assert {who: ask(who, "earlier_record_evidence", record.pk).status_code for who in expected} == expected
    response = ask(ana, "earlier_record_evidence", record.pk)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 paper"
    assert response["Content-Disposition"] == 'attachment; filename="evidence.pdf"'
    assert AuditEvent.objects.filter(action="earlier_record.evidence_downloaded").count() == 3


def test_evidence_of_another_kind_is_refused(ask, town, ana):
    record = factories.make_earlier_record(learner=ana)
    response = ask(town.officer, "earlier_record", record.pk, post={
        "file": SimpleUploadedFile("a.pdf", b"<html>")})
    assert "This is neither a PDF nor a PNG or JPEG picture, or it is too large." in get_text(response)


def test_record_is_shown_and_removed_by_the_own_institution(ask, town, ana):
    record = factories.make_earlier_record(learner=ana)
    for who, status in ((town.stranger, 404), (ana, 403), (None, 302)):
        assert ask(who, "earlier_record", record.pk).status_code == status
        assert ask(who, "remove_earlier_record", record.pk, post={}).status_code == status
    text = get_text(ask(town.unit_officer, "earlier_record", record.pk))
    assert "Earlier record, from: Paper certificate. It was not issued by Puentes." in text
    response = ask(town.unit_officer, "remove_earlier_record", record.pk, post={})
    assert response["Location"] == address("person_record", ana.public_id)
    assert not EarlierRecord.objects.exists()
    assert AuditEvent.objects.filter(action="earlier_record.removed").count() == 1


def test_record_is_never_on_the_check_page(client, ana):
    record = factories.make_earlier_record(learner=ana, number="0123456789ABCDEF")
    response = client.get(address("certificate", record.number), follow=True)
    assert response.status_code == 404
    assert record.issuer not in get_text(response)


def test_refused_rows_are_downloaded(ask, town, ana, upload):
    source = upload({"source": "hearsay"})
    response = ask(town.officer, "history_refused", source.pk)
    assert io.BytesIO(response.content).read(2) == b"PK"
