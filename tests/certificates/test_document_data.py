import datetime as dt
from decimal import Decimal

import pytest

from certificates import document_data
from certificates.looks import Look
from certificates.models import Certificate
from tests.factories import localized, make_snapshot

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
NOT_GRADED = {"percentage": None, "grade": None, "grade_rule": ""}


def build(*, kind="approval", languages=("es",), look=None, version=1, **facts):
    certificate = Certificate(kind=kind, series="2026", number=7, code="7Q4M9X2KAB3DPRST", version=version,
                              issued_at=NOW)
    return document_data.build(certificate=certificate, snapshot=make_snapshot(**facts), look=look or Look(),
                               languages=list(languages), check_url="https://puentes.test/c/7Q4M9X2KAB3DPRST")


def say(data, name, language="en"):
    return next(words for words in data["words"] if words["language"] == language)[name]


def get_facts(words):
    return {fact["label"]: fact["value"] for fact in words["facts"]}


@pytest.mark.parametrize(("kind", "title", "act"), [
    ("approval", "Certificate of approval", "completed and passed the course"),
    ("attendance", "Certificate of attendance", "attended the course"),
    ("path", "Certificate of a learning path", "completed the learning path"),
])
def test_each_kind_says_what_was_done(kind, title, act):
    data = build(kind=kind, languages=["en"], **NOT_GRADED)
    assert (say(data, "kind"), say(data, "act")) == (title, act)


def test_constancy_of_progress_cannot_be_taken_for_a_certificate_of_approval():
    look = Look(texts={"act_approval": localized("aprobó"), "act_progress": localized("aprobó")})
    data = build(kind="progress", progress=Decimal("62.5"), languages=["en"], look=look, **NOT_GRADED)
    words = data["words"][0]
    assert words["act"] == "had done 62.5% on 22 November 2026, without having finished, of the course"
    assert "not a certificate of approval" in words["note"]
    assert get_facts(words)["Done so far"] == "62.5%"
    assert "Result" not in get_facts(words)
    assert "Length of the whole course" in get_facts(words)


def test_result_is_not_on_a_constancy_of_progress_even_if_it_is_known():
    data = build(kind="progress", progress=Decimal(50), languages=["en"])
    assert "Result" not in get_facts(data["words"][0])


def test_author_words_stand_where_they_were_written_and_ours_elsewhere():
    look = Look(texts={"intro": {"es": "La Municipalidad certifica que"}, "act_approval": localized("aprobó", "passed"),
                       "place": localized("Santiago", "Santiago"), "note": {"es": "Nota."}})
    data = build(languages=["es", "en"], look=look)
    assert say(data, "intro", "es") == "La Municipalidad certifica que"
    assert say(data, "intro", "en") == "Puentes certifies that"
    assert (say(data, "act", "es"), say(data, "act", "en")) == ("aprobó", "passed")
    assert (say(data, "closing", "es"), say(data, "closing", "en")) == ("Nota.", "")
    assert say(data, "place-and-date", "en") == "Santiago, 22 November 2026"


def test_later_version_and_last_day_are_said():
    data = build(version=3, languages=["en"], expires_on=dt.date(2028, 11, 22))
    assert say(data, "version") == "Version 3, replaces version 2"
    assert (say(data, "expires_label"), say(data, "expires")) == ("Valid until", "22 November 2028")
    assert (say(build(languages=["en"]), "version"), say(build(languages=["en"]), "expires")) == ("", "")


def test_path_says_the_hours_of_its_courses():
    contents = [{**localized("Uno", "One"), "hours": "8.00", "hours_kind": "chronological"},
                {**localized("Dos", "Two"), "hours": "1", "hours_kind": "chronological"},
                {**localized("Tres", "Three"), "hours": "4.5", "hours_kind": "pedagogical"}]
    data = build(kind="path", languages=["en"], contents=contents, **NOT_GRADED)
    assert [item["hours"] for item in say(data, "contents")] == ["8 hours", "1 hour", "4.5 pedagogical hours"]
    assert say(data, "contents_label") == "Courses of the path"


def test_title_and_contents_that_are_missing_in_a_language_keep_their_own():
    data = build(languages=["en"], course={"es": "Solo español"}, contents=[{"es": "Uno"}])
    assert say(data, "course") == {"text": "Solo español", "language": "es"}
    assert say(data, "contents") == [{"text": "Uno", "language": "es", "hours": ""}]


def test_positions_are_said_in_each_language_and_once_when_they_are_the_same():
    people = [{"name": "Rosa", "role": localized("Alcaldesa", "Mayor")},
              {"name": "Ana", "role": localized("Directora", "Directora")}, {"name": "Eva", "role": {"es": "Jefa"}}]
    rosa, ana, eva = build(languages=["en", "es"], signatories=people)["signatories"]
    assert rosa["roles"] == [{"text": "Mayor", "language": "en"}, {"text": "Alcaldesa", "language": "es"}]
    assert [role["text"] for role in ana["roles"]] == ["Directora"]
    assert [role["text"] for role in build(languages=["en"], signatories=people)["signatories"][2]["roles"]] == ["Jefa"]
    assert (rosa["alt"], rosa["image"], eva["image"]) == ("Signature of Rosa", "", "")


def test_logo_is_named_by_its_text_or_by_the_issuer():
    look = Look(texts={"logo_alt": localized("Municipalidad")}, pictures={"logo": "[]", "second_logo": "[]"})
    assert build(look=look)["logos"] == {"logo": "Municipalidad", "second_logo": "Puentes"}


@pytest.mark.parametrize("kind", Certificate.Kind.values)
@pytest.mark.parametrize("language", ["es", "en"])
def test_document_never_claims_a_certification_of_competences(kind, language):
    note = say(build(kind=kind, languages=[language]), "note", language)
    assert "CONOCER" not in note
    assert "labour competences" in note or "competencias laborales" in note
