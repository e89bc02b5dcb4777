"""Who visits, and what a page's form would post."""

from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from tests.courses.learning import Learning, SmallCourse
from tests.factories import make_user


def url_in(language, name, *args):
    with override(language):
        return reverse(name, args=args)


def make_author():
    author = make_user()
    author.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return author


class Cast:
    """The owner of what is looked at, a colleague in the same course, a stranger, and an author."""

    def __init__(self, now, course=None):
        self.course = course or SmallCourse()
        self.owner = Learning(self.course, now=now)
        self.people = {"owner": self.owner.learner, "colleague": Learning(self.course, now=now).learner,
                       "stranger": make_user(), "author": make_author(), "anonymous": None}

    def enter(self, client, who):
        if person := self.people[who]:
            client.force_login(person)
        return client


def fill(questions, *, right=True, positions=None):
    """The data that the attempt's page posts when these of its questions, all of them choices, are answered right or
    wrong."""
    data = {}
    for question in questions:
        chosen = [option.id for option in question.view["options"] if option.checked]
        if positions is None or question.position in positions:
            chosen = [option["id"] for option in question.item["options"] if option["correct"] is right]
            chosen = chosen if question.kind.name == "multiple_choice" else chosen[:1]
        data[f"before{question.position}"] = question.before
        data[f"q{question.position}"] = chosen
    return data


def get_messages(response):
    return [str(message) for message in response.context["messages"]]


def count_queries(get):
    """The queries of a second visit: a process has the session and the roots of the site at hand."""
    get()
    with CaptureQueriesContext(connection) as queries:
        response = get()
    assert response.status_code == 200
    return len(queries)
