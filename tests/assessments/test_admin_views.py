import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.assessments.kinds.stories import BADLY, START, WELL, YARD, make_scenario, situation
from tests.courses.authors import make_site, make_trainer
from tests.factories import make_question, make_user

LOST = situation("lost", ("Nada", "lost", "0"))


@pytest.fixture
def trainer(db, client, django_capture_on_commit_callbacks):
    make_site(django_capture_on_commit_callbacks)
    user = make_trainer()
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    client.force_login(user)
    return user


@pytest.fixture
def scenario(db):
    return make_scenario(START, YARD, WELL, BADLY, LOST)


def map_url(question):
    return reverse("scenario_map", args=[question.pk])


def look(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def get_words(element):
    return " ".join(element.text.split())


def test_map_says_what_is_amiss_in_sentences(trainer, client, scenario):
    findings = look(client, map_url(scenario)).select_one(".scenario-map__findings")
    assert [get_words(each) for each in findings("li")] == [
        "Look here: no way leads to the situation lost, so learners never see it.",
        "Look here: from the situation lost no ending can be reached, so whoever gets there earns nothing.",
        "A loop: a story can turn in circles among start, yard. Each choice counts once, however often it is taken.",
        "A loop: the situation lost can lead back to itself. Each choice counts once, however often it is taken."]


def test_map_of_a_sound_story_says_so(trainer, client):
    scenario = make_scenario(situation("start", ("Ir", "well", "1")), WELL)
    findings = look(client, map_url(scenario)).select_one(".scenario-map__findings")
    assert [get_words(each) for each in findings("li")] == [
        "In order: every situation can be reached.", "In order: an ending can be reached from every situation.",
        "No loops: every story goes forward."]


def test_drawing_has_a_name_and_shows_every_situation_and_choice(trainer, client, scenario):
    drawing = look(client, map_url(scenario)).select_one(".scenario-map svg")
    names = drawing["aria-labelledby"].split()
    assert [get_words(drawing.find(id=name)) for name in names] == [
        f"Map of the scenario {scenario.code}",
        "5 situations. 2 of them are endings. The table below says the same in words."]
    boxes = [[get_words(line) for line in box("text")] for box in drawing.select(".scenario-map__box")]
    assert ["start", "Está en start (en)", "Start of the story"] in boxes
    assert ["badly", "No vuelve (en)", "Bad outcome"] in boxes
    assert ["lost", "Está en lost (en)", "Cannot be reached"] in boxes
    assert len(boxes) == 5
    assert [get_words(label) for label in drawing.select(".scenario-map__label")] == [
        "1: +2", "2: −1", "1: 0", "2: +0.5", "1: 0"]
    assert len(drawing.select(".scenario-map__arrow")) == 5
    assert len(drawing.select(".scenario-map__arrow--back")) == 1


def test_table_says_the_same_as_the_drawing(trainer, client, scenario):
    situations, endings = look(client, map_url(scenario)).select(".scenario-map__table table")
    rows = [[get_words(cell) for cell in row(["th", "td"])] for row in situations.select("tbody tr")]
    assert rows == [
        ["start Está en start (en)", "Escuchar (en) → well · +2 points Gritar (en) → yard · −1 point",
         "Start of the story, yard", "Yes", "Yes"],
        ["yard Está en yard (en)", "Volver (en) → start · No points (goes back) Irse (en) → badly · +0.5 points",
         "start", "Yes", "Yes, by 1 choice"],
        ["well Está en well (en)", "Ending “Se va tranquila (en)”: Good outcome", "start", "No", "Yes, by 1 choice"],
        ["badly Está en badly (en)", "Ending “No vuelve (en)”: Bad outcome", "yard", "No", "Yes, by 2 choices"],
        ["lost Está en lost (en)", "Nada (en) → lost · No points", "lost", "Yes", "No; leads to no ending"]]
    assert [[get_words(cell) for cell in row(["th", "td"])] for row in endings.select("tbody tr")] == [
        ["well: Se va tranquila (en)", "Good outcome", "2 (100%)", "2 (100%)"],
        ["badly: No vuelve (en)", "Bad outcome", "−0.5 (0%)", "−0.5 (0%)"]]


def test_map_is_found_from_the_list_and_from_the_form_of_a_scenario_alone(trainer, client, scenario):
    other = make_question()
    page = look(client, reverse("wagtailsnippets_assessments_question:list"))
    links = [link["href"] for link in page.select("a[href]")]
    assert links.count(map_url(scenario)) == 1
    assert map_url(other) not in links
    edit = "wagtailsnippets_assessments_question:edit"
    assert look(client, reverse(edit, args=[scenario.pk])).select(f'a[href="{map_url(scenario)}"]')
    assert not look(client, reverse(edit, args=[other.pk])).select(f'a[href="{map_url(other)}"]')


def test_there_is_no_map_of_another_kind_nor_of_nothing(trainer, client):
    assert client.get(map_url(make_question()), follow=True).status_code == 404
    assert client.get(reverse("scenario_map", args=[99999]), follow=True).status_code == 404


@pytest.mark.parametrize("who", ["learner", "author of something else", "anonymous"])
def test_map_is_for_those_who_may_edit_questions(trainer, client, scenario, who):
    client.logout()
    if who != "anonymous":
        user = make_user()
        client.force_login(user)
    if who == "author of something else":
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    response = client.get(map_url(scenario))
    assert response.status_code == 302
    assert b"scenario-map" not in response.content
