"""People whose address is confirmed, as sign-in needs them, and institutions by name."""

from allauth.account.models import EmailAddress

from tests import factories
from tests.factories import PASSWORD

__all__ = ["PASSWORD", "make_institution", "make_user"]


def make_user(**fields):
    user = factories.make_user(**{"given_names": "Ana", "first_surname": "Rojas", "second_surname": "", **fields})
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_institution(name="Municipalidad de Prueba", **fields):
    return factories.make_organisation(name=name, **fields)
