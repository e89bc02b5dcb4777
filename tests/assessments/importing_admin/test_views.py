import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Question, QuestionImport
from courses.site_setup import set_up_site
from lms.accounts.models import AuditEvent, RoleGrant
from lms.accounts.roles import grant_role
from tests.factories import make_assignment, make_category, make_organisation, make_question, make_user

pytestmark = pytest.mark.django_db
GIFT = "$CATEGORY: Compras\n\n::Una::¿Sí? {T}\n\n::Dos::¿Cuál? {=a ~b}\n\n::Mala::¿Y? {~a ~b}\n"
LIST = reverse("question_imports")


@pytest.fixture
def trainer():
    set_up_site()
    return make_trainer()


def make_trainer():
    user = make_user()
    make_assignment(user=user, organisation=make_organisation())
    grant_role(user=user, role=RoleGrant.Role.TRAINER)
    return user


def upload(client, text=GIFT, **fields):
    file = SimpleUploadedFile("banco.gift", text.encode())
    response = client.post(LIST, {"file": file, "format": "auto", "language": "es", **fields})
    assert response.status_code == 302, response.context["form"].errors
    return QuestionImport.objects.latest("started_at"), response["Location"]


def get_text(client, url):
    return " ".join(client.get(url).content.decode().split())


def test_a_file_is_looked_at_saved_and_taken_back(client, trainer):
    client.force_login(trainer)
    source, url = upload(client)
    text = get_text(client, url)
    assert "¿Sí?" not in text and ">Una<" in text and "Compras" in text
    assert not Question.objects.exists()
    client.post(reverse("question_import_save", args=[source.pk]))
    assert Question.objects.count() == 2
    assert {question.owner for question in Question.objects.all()} == {trainer.assignments.get().organisation}
    assert ">Dos<" in get_text(client, url)
    client.post(reverse("question_import_undo", args=[source.pk]))
    assert not Question.objects.exists()
    assert get_text(client, url).partition('id="undone"')[2].partition("</p>")[0].count(".") == 1  # not of what is 0
    assert list(AuditEvent.objects.filter(action__startswith="questions.").order_by("pk").values_list(
        "action", "actor")) == [("questions.imported", trainer.pk), ("questions.import_undone", trainer.pk)]


def test_a_refused_question_is_shown_with_its_reason_in_the_language_of_the_person(client, trainer):
    client.force_login(trainer)
    _source, url = upload(client)
    client.cookies["django_language"] = "en"
    response = client.get(url)
    refused, = response.context["refused"]
    assert (refused["line"], refused["name"], str(refused["type"])) == (7, "Mala", "multichoice")
    assert refused["why"] in response.content.decode()


def test_category_and_language_can_be_changed_before_saving(client, trainer):
    client.force_login(trainer)
    category = make_category(name="Curso")
    source, url = upload(client)
    client.post(reverse("question_import_look_again", args=[source.pk]), {"category": category.pk, "language": "en"})
    assert "Curso › Compras" in get_text(client, url)
    client.post(reverse("question_import_save", args=[source.pk]))
    assert Question.objects.filter(version__content__stem__en="¿Cuál?", category__name="Compras").exists()


def test_a_file_that_is_no_such_file_is_said(client, trainer):
    client.force_login(trainer)
    source, url = upload(client, "Solo un texto.")
    assert source.state == "unreadable"
    assert "help-critical" in get_text(client, url)
    client.post(reverse("question_import_discard", args=[source.pk]))
    assert not QuestionImport.objects.exists()


def test_nothing_is_offered_to_be_saved_where_nothing_would_change(client, trainer):
    client.force_login(trainer)
    source, url = upload(client)
    save = reverse("question_import_save", args=[source.pk])
    assert save in get_text(client, url)
    client.post(save)
    source, url = upload(client)
    assert "same" in source.report["actions"]
    assert reverse("question_import_save", args=[source.pk]) not in get_text(client, url)
    source, url = upload(client, "// Nada\n\nSolo una descripción.\n", format="gift")
    assert source.report["read"] == 0
    assert reverse("question_import_save", args=[source.pk]) not in get_text(client, url)


def test_button_says_how_many_questions_it_saves(client, trainer):
    client.force_login(trainer)
    client.cookies["django_language"] = "en"
    source, url = upload(client)
    assert client.get(url).context["to_save"] == 2
    client.post(reverse("question_import_save", args=[source.pk]))
    _source, url = upload(client, GIFT.replace("¿Sí?", "¿Seguro?"))
    actions = client.get(url).context["actions"]
    assert client.get(url).context["to_save"] == sum(actions.values()) - actions["same"] == 1


def test_nobody_else_sees_an_import(client, trainer):
    client.force_login(trainer)
    source, url = upload(client)
    actions = [reverse(f"question_import_{name}", args=[source.pk])
               for name in ("save", "undo", "discard", "look_again", "restart")]
    client.force_login(make_trainer())
    assert client.get(url, follow=True).status_code == 404
    assert [client.post(action, follow=True).status_code for action in actions] == [404] * 5
    assert "banco.gift" not in get_text(client, LIST)
    for user in (make_user(), None):
        client.logout()
        if user:
            client.force_login(user)
        for path in (LIST, url, reverse("assessments_export")):
            assert client.get(path).status_code == 302
        assert [client.post(action).status_code for action in actions] == [302] * 5
    source.refresh_from_db()
    assert source.state == "ready"


def test_whoever_may_not_change_questions_imports_none(client, trainer):
    trainer.groups.clear()
    trainer.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "add_question"]))
    client.force_login(trainer)
    assert client.get(LIST).status_code == 302
    trainer.user_permissions.add(Permission.objects.get(codename="change_question"))
    assert client.get(LIST).status_code == 200


def test_reading_changes_nothing(client, trainer):
    client.force_login(trainer)
    source, _url = upload(client)
    for name in ("save", "undo", "discard", "look_again", "restart"):
        assert client.get(reverse(f"question_import_{name}", args=[source.pk])).status_code == 405


def test_work_that_stopped_can_be_started_again(client, trainer):
    client.force_login(trainer)
    source, url = upload(client)
    QuestionImport.objects.filter(pk=source.pk).update(state="saving")
    assert "refresh" in get_text(client, url)
    cache.clear()
    assert "refresh" not in get_text(client, url)
    client.post(reverse("question_import_restart", args=[source.pk]))
    source.refresh_from_db()
    assert (source.state, Question.objects.count()) == ("saved", 2)


def test_list_asks_the_same_for_one_import_and_for_three(client, trainer):
    client.force_login(trainer)
    upload(client)
    client.get(LIST)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    one = count()
    upload(client)
    upload(client)
    assert count() == one


# --- Export -----------------------------------------------------------------------------------------------------------

def test_export_downloads_what_was_chosen_of_what_the_person_may_see(client, trainer):
    client.force_login(trainer)
    own, other = make_question(kind="true_false", code="own"), make_question(kind="true_false", code="other")
    foreign = make_question(kind="true_false", code="foreign", owner=make_organisation())
    response = client.get(reverse("assessments_export"), {
        "id": [own.pk, foreign.pk], "format": "gift", "language": "es"})
    text = b"".join(response.streaming_content).decode()
    assert "[id:own]" in text and other.code not in text and foreign.code not in text
    assert response["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.get(action="questions.exported").details["questions"] == 1


def test_export_of_a_category_has_those_below_it(client, trainer):
    client.force_login(trainer)
    parent = make_category()
    make_question(kind="true_false", code="inner", category=make_category(name="Dentro", parent=parent))
    make_question(kind="true_false", code="outer")
    response = client.get(reverse("assessments_export"), {
        "category": parent.pk, "format": "gift", "language": "es"})
    assert b"".join(response.streaming_content).decode().splitlines()[:3] == ["$CATEGORY: Dentro", "", "// [id:inner]"]


def test_export_says_what_it_leaves_out_before_the_file(client, trainer):
    client.force_login(trainer)
    make_question(kind="multiple_choice", code="several")
    make_question(code="one")
    query = {"format": "aiken", "language": "es"}
    response = client.get(reverse("assessments_export"), query)
    assert [each["name"] for each in response.context["refused"]] == ["¿Qué corresponde hacer?"]
    assert b"".join(client.get(reverse("assessments_export"), query | {"file": 1}).streaming_content).decode(
        ).splitlines()[-1] == "ANSWER: A"


def test_export_form_is_shown_first(client, trainer):
    client.force_login(trainer)
    question = make_question()
    response = client.get(reverse("assessments_export"), {"id": question.pk})
    assert f'name="id" value="{question.pk}"' in response.content.decode()
    assert "category" not in response.context["form"].fields
    assert client.get(reverse("assessments_export"), {"id": "x", "format": "zip"}).status_code == 200
