from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from tests.assessments.bank_admin.people import write
from tests.factories import localized, make_question


@pytest.fixture
def question(people, client):
    client.force_login(people.trainer)
    question = make_question(owner=people.institution, code="q", stem="Antes")
    return write(question, stem=localized("Después"))


def restore_the_first(client, question):
    first = question.edits.last()
    type(first).objects.filter(pk=first.pk).update(saved_at=datetime(2026, 3, 2, 1, tzinfo=UTC))
    return client.post(reverse("restore_version", args=[question.pk, first.pk]), follow=True)


def test_one_version_is_the_current_one_also_when_an_earlier_one_says_the_same(client, question):
    page = BeautifulSoup(restore_the_first(client, question).content, "html.parser")
    assert [bool(row.select_one(".w-status")) for row in page.select("tbody tr")] == [True, False, False]


def test_restoring_says_the_day_as_people_write_it_where_they_are(client, question):
    (message,) = restore_the_first(client, question).context["messages"]
    assert "is again what it was on 01 Mar 2026." in str(message)


@pytest.mark.parametrize("page", ["versions", "comments", "preview", "compare"])
def test_pages_beside_the_form_lead_back_to_it(client, question, page):
    last, first = question.edits.all()
    address = (f"{reverse('compare_versions', args=[question.pk])}?from={first.pk}&to={last.pk}" if page == "compare"
               else reverse(f"question_{page}", args=[question.pk]))
    links = BeautifulSoup(client.get(address).content, "html.parser").select(".puentes-header__links a")
    assert reverse("wagtailsnippets_assessments_question:edit", args=[question.pk]) in [link["href"] for link in links]
