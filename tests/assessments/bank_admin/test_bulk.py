import pytest
from django.urls import reverse

from assessments.models import Question, Sharing
from tests.factories import make_category, make_question

State = Question.State


def get_address(action, *questions, back=""):
    query = "&".join(f"id={question if question == 'all' else question.pk}" for question in questions)
    return f"{reverse('wagtail_bulk_action', args=['assessments', 'question', action])}?{query}{back}"


@pytest.fixture
def questions(people):
    """Three of the trainer's institution, one of another."""
    own = [make_question(owner=people.institution, code=f"propia-{number}") for number in range(3)]
    return [*own, make_question(owner=people.other, code="ajena")]


ACTS = {"change_state": {"state": "draft"}, "retire": {}, "move_to_category": {"category": None},
        "add_tags": {"tags": "refugio, acogida"}, "share": {"sharing": "use"}}


def get_data(action):
    return ACTS[action] | ({"category": make_category(slug="destino").pk} if action == "move_to_category" else {})


def is_changed(question):
    question = Question.objects.select_related("category").get(pk=question.pk)
    return (question.state != State.APPROVED or question.category.slug == "destino" or question.tags.exists()
            or question.sharing != Sharing.PRIVATE)


@pytest.mark.parametrize("action", ACTS)
def test_action_asks_first_and_then_changes_what_a_person_may_change(people, client, questions, action):
    client.force_login(people.trainer)
    address = get_address(action, *questions)
    page = client.get(address)
    assert page.status_code == 200
    told = page.content.decode()
    assert "propia-1" in told and "ajena" not in told
    assert not any(is_changed(question) for question in questions)
    assert client.post(address, get_data(action)).status_code == 302
    assert [is_changed(question) for question in questions] == [True, True, True, False]


@pytest.mark.parametrize("action", ACTS)
def test_action_names_what_a_person_may_only_use_and_leaves_it(people, client, questions, action):
    questions[3].shared_to_use.add(people.institution)
    client.force_login(people.trainer)
    assert "ajena" in client.get(get_address(action, *questions)).content.decode()
    client.post(get_address(action, *questions), get_data(action))
    assert not is_changed(questions[3]) or questions[3].sharing != Sharing.PRIVATE


@pytest.mark.parametrize("action", [*ACTS, "delete"])
def test_action_is_refused_to_strangers(people, client, questions, action):
    data = {} if action == "delete" else get_data(action)
    for user in (people.stranger, people.learner, None):
        client.logout()
        if user:
            client.force_login(user)
        client.post(get_address(action, *questions[:3]), data)
    assert not any(is_changed(question) for question in questions[:3])


def test_delete_names_and_deletes_nothing_that_a_person_may_not_see(people, client, questions):
    client.force_login(people.trainer)
    address = get_address("delete", *questions)
    told = client.get(address).content.decode()
    assert "propia-1" in told and "ajena" not in told
    client.post(address)
    assert set(Question.objects.values_list("code", flat=True)) == {"ajena"}


def test_delete_of_all_keeps_to_the_filters_of_the_list(people, client, questions):
    Question.objects.filter(pk=questions[1].pk).update(difficulty="hard")
    client.force_login(people.trainer)
    back = "&next=" + reverse("wagtailsnippets_assessments_question:list") + "%3Fdifficulty%3Dhard"
    client.post(get_address("delete", "all", back=back))
    assert set(Question.objects.values_list("code", flat=True)) == {"propia-0", "propia-2", "ajena"}


def test_action_for_all_keeps_to_search_and_filters_of_the_list(people, client, questions):
    Question.objects.filter(pk=questions[1].pk).update(difficulty="hard")
    client.force_login(people.trainer)
    back = "&next=" + reverse("wagtailsnippets_assessments_question:list") + "%3Fdifficulty%3Dhard"
    client.post(get_address("retire", "all", back=back))
    assert [Question.objects.get(pk=question.pk).state for question in questions] == [
        State.APPROVED, State.RETIRED, State.APPROVED, State.APPROVED]
    back = "&next=" + reverse("wagtailsnippets_assessments_question:list") + "%3Fq%3Dpropia-2"
    client.post(get_address("retire", "all", back=back))
    assert Question.objects.get(pk=questions[2].pk).state == State.RETIRED
    assert Question.objects.get(pk=questions[0].pk).state == State.APPROVED


def test_state_that_is_not_theirs_to_give_is_not_offered(people, client, questions):
    group = people.trainer.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="approve_question"))
    client.force_login(people.trainer)
    form = client.get(get_address("change_state", *questions)).context["form"]
    assert [value for value, _label in form.fields["state"].choices] == ["draft", "in_review"]
    client.post(get_address("change_state", *questions), {"state": "draft"})
    client.post(get_address("retire", *questions))
    assert not any(is_changed(question) for question in questions)


@pytest.mark.parametrize(("action", "data"), [
    ("add_tags", {"tags": " , "}), ("add_tags", {"tags": "x" * 101}), ("share", {}),
    ("change_state", {"state": "gone"}), ("move_to_category", {"category": "999999"}),
])
def test_what_is_not_filled_in_right_is_asked_again(people, client, questions, action, data):
    client.force_login(people.trainer)
    response = client.post(get_address(action, *questions), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not any(is_changed(question) for question in questions)
