"""People for the tests of accounts: as sign-up leaves them once the address is confirmed."""

from itertools import count

from allauth.account.models import EmailAddress

from lms.accounts.models import Organisation, User

PASSWORD = "a-bridge-over-the-river"
numbers = count(1)


def make_user(*, email=None, password=PASSWORD, **fields):
    email = email or f"person{next(numbers)}@example.org"
    user = User.objects.create_user(email, password, **{"given_names": "Ana", "first_surname": "Rojas", **fields})
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_institution(name="Municipalidad de Prueba", **fields):
    return Organisation.add_root(name=name, **{"kind": Organisation.Kind.MUNICIPALITY, **fields})
