"""The templates in templates/components and templates/blocks that decide something."""

from datetime import date, timedelta
from types import SimpleNamespace

from bs4 import BeautifulSoup
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from courses.blocks import LawBlock


class PersonForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on your document.")
    nickname = forms.CharField(label="Nickname", required=False)
    sex = forms.ChoiceField(label="Sex", choices=[("f", "Female"), ("m", "Male")], widget=forms.RadioSelect)


def render(template, request=None, **context):
    with translation.override("en"):
        return BeautifulSoup(render_to_string(template, context, request=request), "html.parser")


def test_field_in_error_points_to_its_help_and_its_error():
    field = PersonForm({"sex": "f"})["name"]
    page = render("components/field.html", field=field)
    control = page.find(id="id_name")
    described_by = [" ".join(page.find(id=name).text.split()) for name in control["aria-describedby"].split()]
    assert described_by == ["As on your document.", "Error: This field is required."]
    assert control["aria-invalid"] == "true"


def test_field_says_when_it_is_optional_and_only_then():
    form = PersonForm()
    assert "(optional)" in render("components/field.html", field=form["nickname"]).text
    assert "(optional)" not in render("components/field.html", field=form["name"]).text


def test_error_summary_links_to_something_that_exists():
    form = PersonForm({})
    summary = render("components/form_errors.html", form=form)
    page = render("components/form.html", form=form)
    targets = [link["href"].removeprefix("#") for link in summary("a")]
    assert targets == ["id_name", "id_sex_0"]
    assert [page.find(id=target).name for target in targets] == ["input", "input"]


def test_error_summary_does_not_repeat_a_label_that_is_a_sentence():
    class AgreementForm(forms.Form):
        agreed = forms.BooleanField(label="I have read it.", error_messages={"required": "Mark it."})

    assert render("components/form_errors.html", form=AgreementForm({})).a.text == "Mark it."


def test_error_summary_is_nothing_for_a_valid_form():
    assert render("components/form_errors.html", form=PersonForm({"name": "Rosa", "sex": "f"})).text.strip() == ""


def test_pagination_keeps_the_rest_of_the_address():
    request = RequestFactory().get("/", {"q": "visa", "page": "2"})
    page = render("components/pagination.html", request=request, page_obj=Paginator(range(30), 10).page(2))
    assert [link["href"] for link in page("a")] == ["?q=visa&page=1", "?q=visa&page=3"]


LANGUAGES = [
    {"code": "es", "name": "Español", "url": "/es/x/", "is_current": True},
    {"code": "en", "name": "English", "url": "/en/x/", "is_current": False},
]


def test_language_switch_is_a_link_in_the_language_it_names():
    [link] = render("components/language_switch.html", language_urls=LANGUAGES)("a")
    assert (link["href"], link["hreflang"], link["lang"], link.text) == ("/en/x/", "en", "en", "English")


def test_language_switch_of_a_form_sends_the_form_and_enter_only_saves_it():
    page = render("components/language_switch.html", language_urls=LANGUAGES, switch_form="attempt-form")
    buttons = [(button["form"], button["name"], button["value"]) for button in page("button")]
    assert buttons == [("attempt-form", "action", "save"), ("attempt-form", "language", "en")]
    assert not page("a")


def render_law(review_by):
    value = LawBlock().to_python({"title": "T", "text": "<p>x</p>", "source": "S", "valid_from": "2020-01-01",
                                  "review_by": review_by.isoformat()})
    return render("blocks/law.html", value=value, part=SimpleNamespace(id="1")).text


def test_law_is_under_review_from_the_day_after_its_date():
    today = timezone.localdate()
    assert "Under review" not in render_law(today)
    assert "Under review" in render_law(today - timedelta(days=1))
    assert "Under review" not in render_law(date(today.year + 1, 1, 1))
