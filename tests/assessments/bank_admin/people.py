"""Who meets in the bank."""

from dataclasses import dataclass

from wagtail.users.models import UserProfile

from lms.accounts.models import Organisation, User
from tests.courses.authors import make_site, make_trainer
from tests.factories import make_assignment, make_organisation, make_user


@dataclass
class People:
    """``trainer`` and ``colleague`` work in different units of ``institution``, ``stranger`` in ``other``."""

    institution: Organisation
    other: Organisation
    trainer: User
    colleague: User
    stranger: User
    admin: User
    learner: User


def make_people(django_capture_on_commit_callbacks):
    """The site, with people who read English in the admin."""
    make_site(django_capture_on_commit_callbacks)
    institution, other = make_organisation(name="Quilicura"), make_organisation(name="Iztapalapa")
    unit = make_organisation(parent=make_organisation(parent=institution))
    people = People(institution=institution, other=other, trainer=make_trainer(), colleague=make_trainer(),
                    stranger=make_trainer(), admin=make_user(is_superuser=True), learner=make_user())
    for user, place in ((people.trainer, institution), (people.colleague, unit), (people.stranger, other),
                        (people.learner, institution)):
        make_assignment(user=user, organisation=Organisation.objects.get(pk=place.pk))
    for user in (people.trainer, people.colleague, people.stranger, people.admin):
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    return people


def write(question, **changes):
    """The question with other values of its block, as a trainer would save it."""
    raw = list(question.body.raw_data)
    question.body = [{**raw[0], "value": {**raw[0]["value"], **changes}}]
    question.save()
    return question
