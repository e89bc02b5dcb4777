from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from lms.accounts.models import User
from lms.kept_queries import kept_query


class AuthenticationBackend(AllauthBackend):
    """Allauth's, with the person of a session by a query that is kept: every page asks it."""

    def get_user(self, user_id):
        people = find_people(user_id)
        return people[0] if people and self.user_can_authenticate(people[0]) else None


@kept_query
def find_people(pk):
    return User.objects.filter(pk=pk)
