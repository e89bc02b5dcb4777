import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from courses.models import CoursePage, Edition
from courses.progress import freeze_facts
from lms.accounts.models import Organisation, User
from lms.accounts.roles import grant_role
from tests import factories
from tests.snapshots import kept

SANTIAGO = ZoneInfo("America/Santiago")
NOW = dt.datetime(2026, 11, 22, 15, 30, tzinfo=SANTIAGO)
ENROLLED = dt.datetime(2026, 9, 1, 9, 0, tzinfo=SANTIAGO)
COMPLETED = dt.datetime(2026, 10, 31, 23, 30, tzinfo=SANTIAGO)  # the day after in UTC


@dataclass
class Town:
    """Two institutions, one with a directorate of two units, a course in two languages, and those who ask for lists."""

    town: Organisation
    directorate: Organisation
    unit: Organisation
    other_unit: Organisation
    borough: Organisation
    course: CoursePage
    edition: Edition
    officer: User
    unit_officer: User
    stranger: User  # the HR officer of the borough
    administrator: User

    def add_person(self, *, organisation=None, **fields):
        person = factories.make_user(**fields)
        factories.make_assignment(user=person, organisation=organisation or self.unit)
        return person

    def add_enrolment(self, *, person=None, edition=None, at=ENROLLED, **fields):
        """One that was not started."""
        return factories.make_enrolment(learner=person or self.add_person(**fields), edition=edition or self.edition,
                                        now=at)

    def add_started(self, **fields):
        enrolment = self.add_enrolment(**fields)
        enrolment.last_seen_at = ENROLLED + dt.timedelta(days=1)
        enrolment.save()
        return enrolment

    def add_completed(self, *, completed_at=COMPLETED, **fields):
        """Completed as courses.progress does it, with 86.6667 %."""
        enrolment = self.add_started(**fields)
        freeze_facts(enrolment=enrolment, required={}, now=completed_at)
        enrolment.percentage = Decimal("86.6667")
        enrolment.save()
        return enrolment


def make_officer(organisation, email):
    officer = factories.make_user(email=email, given_names="Rosa", first_surname="Pérez", second_surname="")
    grant_role(user=officer, role="hr_officer", organisation=organisation)
    return officer


@kept(witnesses=["wagtailcore_page", "wagtailcore_locale", "wagtailcore_site", "accounts_organisation"])
def make_town():
    town = factories.make_organisation(name="Municipalidad de Las Acacias", territory=factories.get_territory("13101"))
    directorate = factories.make_organisation(parent=town, name="Desarrollo Comunitario")
    unit = factories.make_organisation(parent=directorate, name="Oficina de Migrantes")
    other_unit = factories.make_organisation(parent=directorate, name="Vivienda")
    borough = factories.make_organisation(name="Alcaldía Los Fresnos",
                                          territory=factories.get_territory("09015", "MX"))
    for organisation in (town, directorate, unit):
        organisation.refresh_from_db()
    course = factories.make_course(title="Interculturalidad en la atención municipal", hours=Decimal("24.5"))
    factories.translate(course, title="Intercultural public service")
    administrator = factories.make_user(email="admin@puentes.test")
    grant_role(user=administrator, role="administrator")
    return Town(town, directorate, unit, other_unit, borough, course, factories.get_edition(course),
                make_officer(town, "hr@puentes.test"), make_officer(unit, "unit-hr@puentes.test"),
                make_officer(borough, "hr@borough.test"), administrator)


