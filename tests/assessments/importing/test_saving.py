import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.draws import bank, get_pool
from assessments.importing.categories import find_category, get_path, in_category, split_path
from assessments.importing.exporting import export_questions
from assessments.importing.saving import import_questions
from assessments.importing.sources import read
from assessments.models import Question, QuestionOrigin
from assessments.searching import search
from tests.factories import make_assignment, make_category, make_organisation, make_user

pytestmark = pytest.mark.django_db

GIFT = """$CATEGORY: $course$/top/Compras/Ley 19.886

// [id:capital] [tag:geografía]
::Capital::¿Cuál es la capital de Chile? {=Santiago#Bien ~Lima#No ~%50%Valparaíso#Sede del Congreso ####Vea el mapa}

::VF::El sol sale por el este. {T#No#Sí}

::Pares::Una. {=uno -> one =dos -> two}

::Número::¿Cuánto es 2 + 2? {#4:0.5#Bien =%50%5:0#Casi}

::Corta::La capital de Francia. {=París =%50%Paris#Con tilde =Lyon}

::Larga::Explique. {}

::Varias::¿Cuáles? {~%50%uno ~%50%dos ~%-100%tres}

::Orden::Ordene. {>3 ALL VERTICAL ABSOLUTE_POSITION SHOW none
uno
dos
tres}

Una descripción sin pregunta.

::Mala::¿Quién? {=a ~b
"""


def put(text, language="es", **options):
    format, found = read(text.encode())
    return import_questions(format=format, questions=found, language=language, **options)


def get(name):
    return next(origin.question for origin in QuestionOrigin.objects.all()
                if origin.record["Question"].get("name") == name)


def test_a_file_is_imported():
    outcome = put(GIFT)
    assert outcome.by_type == {"single_choice": 1, "true_false": 1, "matching": 1, "numeric": 1, "short_text": 1,
                               "long_text": 1, "multiple_choice": 1, "ordering": 1}
    assert [(each.line, each.name, each.type, each.reason) for each in outcome.refused] == [
        (25, "Mala", "", "braces")]
    content = get("Capital").version.content
    assert content["stem"]["es"] == "¿Cuál es la capital de Chile?"
    assert [(option["text"]["es"], option["percent"]) for option in content["options"]] == [
        ("Santiago", "100"), ("Lima", "0"), ("Valparaíso", "50")]


def test_categories_of_the_file_are_made_below_the_chosen_one():
    put(GIFT, base=("Curso", "Banco/2"))
    category = find_category(split_path("Curso/Banco//2/Compras/Ley 19.886"))
    assert category.questions.count() == 8
    put("¿Cuánto? {=dos}")
    assert find_category(("Preguntas importadas",)).questions.count() == 1


def test_a_trial_saves_nothing():
    outcome = put(GIFT, is_trial=True)
    assert (outcome.imported, outcome.read) == (8, 9)
    assert not Question.objects.exists() and not find_category(("Compras",))


def test_the_same_file_again_changes_nothing():
    put(GIFT)
    before = dict(Question.objects.values_list("pk", "version_id"))
    outcome = put(GIFT)
    assert outcome.actions == {"same": 8}
    assert dict(Question.objects.values_list("pk", "version_id")) == before


def test_a_question_is_known_by_its_id_and_changed_in_its_place():
    put(GIFT)
    old = get("Capital")
    ids = [option["id"] for option in old.version.content["options"]]
    body = old.body.get_prep_value()
    body[0]["value"]["stem"]["en"] = "What is the capital of Chile?"
    old.body = body
    old.save()
    outcome = put(GIFT.replace("capital de Chile?", "capital de la República de Chile?"))
    assert outcome.actions == {"same": 7, "changed": 1}
    content = get("Capital").version.content
    assert content["stem"] == {"es": "¿Cuál es la capital de la República de Chile?",
                               "en": "What is the capital of Chile?"}
    assert [option["id"] for option in content["options"]] == ids
    assert Question.objects.count() == 8


def test_tags_given_in_the_bank_stay_and_those_of_the_file_follow_it():
    text = "// [id:uno] [tag:a] [tag:b]\n¿Sí? {T}"
    put(text)
    question = Question.objects.get()
    question.tags.add("propio")
    assert put(text).actions == {"same": 1}
    rows = []
    outcome = put(text.replace("[tag:b]", "[tag:c]"), describe=rows.append)
    assert outcome.actions == {"changed": 1}
    assert set(question.tags.names()) == {"a", "c", "propio"}
    assert [remark.sentence for remark in rows[0].remarks] == ["It keeps the tags that were given to it here."]


def test_a_question_that_stands_twice_in_a_file_is_two_and_stays_two():
    twice = "// [id:1]\n¿Sí? {T}\n\n// [id:1]\n¿Sí? {T}\n\n¿Sí? {T}\n"
    assert put(twice).actions == {"new": 3}
    assert put(twice).actions == {"same": 3}
    assert Question.objects.count() == 3


def test_an_id_is_known_in_its_category_alone():
    put("// [id:uno]\n¿Sí? {T}", base=("A",))
    assert put("// [id:uno]\n¿Sí? {T}", base=("B",)).actions == {"new": 1}
    assert put("// [id:uno]\n¿No? {T}", base=("B",)).actions == {"changed": 1}
    assert sorted(Question.objects.values_list("origin__external_id", flat=True)) == ["uno", "uno"]


def test_texts_in_english_alone_leave_the_first_language_empty():
    put("Match. {=one -> uno =two -> dos}\n\nCapital? {=Santiago ~Lima}", language="en")
    contents = [question.version.content for question in Question.objects.order_by("pk")]
    assert contents[1]["stem"] == {"es": "", "en": "Capital?"}
    assert [prompt["match"] for prompt in contents[0]["prompts"]] == [prompt["id"] for prompt in contents[0]["prompts"]]


def test_nothing_is_saved_when_something_breaks(monkeypatch):
    def fail(done):
        raise RuntimeError
    with pytest.raises(RuntimeError):
        put(GIFT, progress=fail)
    assert not Question.objects.exists()


@pytest.mark.parametrize("format", ["gift", "xlsx", "moodle-xml"])
def test_export_import_export_is_identical(format):
    put(GIFT.replace("Compras/Ley", "A/Ley"), base=("A",))
    first = export_questions(Question.objects.all(), format=format, language="es", base=("A",))
    assert (first.total, first.refused) == (8, ())
    format, found = read(first.data)
    outcome = import_questions(format=format, questions=found, language="es", base=("B",))
    assert outcome.actions == {"new": 8}
    second = export_questions(in_category(find_category(("B",))), format=format, language="es", base=("B",))
    assert second.data == first.data


def test_what_was_changed_here_leaves_as_it_is_here():
    put("// [id:7]\n::Capital::[html]<b>¿Cuál</b> es? {=Santiago#<i>Bien</i> ~Lima}")
    question = get("Capital")
    assert question.version.content["stem"]["es"] == "¿Cuál es?"
    assert b"[html]<b>" in export_questions(Question.objects.all(), format="gift", language="es").data
    body = question.body.get_prep_value()
    body[0]["value"]["stem"]["es"] = "¿Cuál es la capital?"
    question.body = body
    question.save()
    assert export_questions(Question.objects.all(), format="gift", language="es").data.decode().splitlines() == [
        "$CATEGORY: Preguntas importadas", "", "// [id:7]", "::Capital::¿Cuál es la capital?{", "\t=Santiago#Bien",
        "\t~Lima", "}"]


def test_search_and_draws_know_what_was_imported():
    category = make_category()
    assert get_pool(category.pk, "", "") == ()
    put(GIFT, base=get_path(category))
    Question.objects.update(state="approved")
    bank.forget()
    assert len(get_pool(category.pk, "", "")) == 8
    assert [each.kind for each in search(Question.objects.all(), "francia capital")] == ["short_text"]


def test_what_is_not_translated_is_flagged():
    put("¿Cuánto? {=dos ~tres}")
    gap = Question.objects.get().gaps.get()
    assert (gap.language, gap.missing, gap.older) == ("en", 3, 0)
    edit = Question.objects.get().edits.get()
    assert edit.body[0]["value"]["stem"]["es"] == "¿Cuánto?"


def test_a_question_of_another_institution_is_not_changed():
    owner, other = make_organisation(), make_organisation()
    trainer = make_user()
    make_assignment(user=trainer, organisation=owner)
    put("// [id:uno]\n¿Sí? {T}", owner=other)
    outcome = put("// [id:uno]\n¿No? {T}", by=trainer, owner=owner)
    assert outcome.actions == {"new": 1}
    assert put("// [id:uno]\n¿O sí? {T}", by=trainer, owner=owner).actions == {"changed": 1}
    assert list(Question.objects.order_by("pk").values_list("owner", "version__content__stem__es")) == [
        (other.pk, "¿Sí?"), (owner.pk, "¿O sí?")]


def test_tags_that_are_too_long_are_cut_when_a_question_changes_too():
    text = f"// [id:a] [tag:{'x' * 150}]\n::A::¿Cuál? {{=uno ~dos}}"
    put(text)
    assert put(text.replace("dos", "tres")).actions == {"changed": 1}
    assert [tag.name for tag in get("A").tags.all()] == ["x" * 100]


def test_export_costs_the_same_with_more_categories(django_assert_num_queries):
    put("$CATEGORY: a/b\n\n¿Sí? {T}")
    with CaptureQueriesContext(connection) as before:
        export_questions(Question.objects.all(), format="gift", language="es")
    put("".join(f"$CATEGORY: a/c{number}\n\n¿{number}? {{T}}\n\n" for number in range(3)))
    with django_assert_num_queries(len(before)):
        exported = export_questions(Question.objects.all(), format="gift", language="es")
    assert exported.data.count(b"$CATEGORY: ") == 4


def test_categories_that_are_too_deep_are_cut():
    path = "/".join(f"c{number}" for number in range(80))
    for actions in ({"new": 1}, {"same": 1}):
        assert put(f"$CATEGORY: {path}\n\n// [id:a]\n¿Sí? {{T}}").actions == actions
    assert Question.objects.get().category.depth == 60


def test_tags_are_kept():
    put(GIFT)
    assert [tag.name for tag in get("Capital").tags.all()] == ["geografía"]
