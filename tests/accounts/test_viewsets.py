import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.acts import ACTIONS
from lms.accounts.audit import record_event
from lms.accounts.models import Assignment, AuditEvent, Organisation, RoleGrant, Territory, User
from lms.accounts.organising import assign
from lms.accounts.roles import grant_role
from lms.privacy.models import ErasureRequest
from tests.accounts.people import make_institution, make_user

pytestmark = pytest.mark.django_db
DAY = date(2025, 1, 1)
LISTS = ["wagtailusers_users", "organisations", "assignments", "roles", "territories", "audit"]
CHOOSERS = ["person_chooser", "organisation_chooser", "territory_chooser"]


@pytest.fixture
def administrator():
    user = make_user(email="administrator@example.org", given_names="Adela", first_surname="Mora")
    grant_role(user=user, role="administrator")
    user.refresh_from_db()
    return user


@pytest.fixture
def admin(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def trainer():
    user = make_user(email="trainer@example.org")
    grant_role(user=user, role="trainer")
    user.groups.get().permissions.add(Permission.objects.get(codename="access_admin"))
    return user


def actions():
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def person_data(**changes):
    return {"email": "Nora@Example.org", "given_names": "Nora", "first_surname": "Vega", "second_surname": "",
            "preferred_language": "en", "sex": "not_stated", "document_kind": "", "document_number": "", **changes}


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_for_administrators_only(client, administrator, trainer, name):
    url = reverse(f"{name}:index")
    assert client.get(url).status_code == 302
    for user, status in [(make_user(), 302), (trainer, 302), (administrator, 200)]:
        client.force_login(user)
        response = client.get(url)
        assert (response.status_code, user.email) == (status, user.email)


@pytest.mark.parametrize("name", CHOOSERS)
@pytest.mark.parametrize("view", ["choose", "choose_results"])
def test_choosers_list_people_to_administrators_only(client, administrator, trainer, name, view):
    url = reverse(f"{name}:{view}")
    client.force_login(trainer)
    assert client.get(url).status_code == 302
    client.force_login(administrator)
    assert client.get(url).status_code == 200


def test_person_chooser_says_nothing_of_a_chosen_person_to_trainers(client, administrator, trainer):
    client.force_login(trainer)
    response = client.get(reverse("person_chooser:chosen", args=[administrator.pk]))
    assert "Mora" not in response.content.decode()


def test_person_chooser_finds_by_each_word(admin):
    make_user(given_names="Rosa", first_surname="Vega")
    make_user(given_names="Rosa", first_surname="Lagos")
    html = admin.get(reverse("person_chooser:choose_results"), {"q": "rosa veg"}).content.decode()
    assert "Vega" in html
    assert "Lagos" not in html


def test_menu_group_is_for_administrators_only(client, administrator, trainer):
    for user, shown in [(trainer, False), (administrator, True)]:
        client.force_login(user)
        html = client.get(reverse("wagtailadmin_home")).content.decode()
        assert (reverse("audit:index") in html) is shown
        assert (reverse("wagtailusers_users:index") in html) is shown


def count_queries(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def fill_lists():
    root = make_institution(f"Institution {Organisation.objects.count()}", territory=Territory.objects.last())
    user = make_user()
    assign(user=user, organisation=root, since=DAY)
    grant_role(user=user, role="hr_officer", organisation=root, by=user)


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_number_of_queries_for_one_row_and_three(admin, name):
    fill_lists()
    url = reverse(f"{name}:index")
    admin.get(url)
    one = count_queries(admin, url)
    fill_lists()
    fill_lists()
    assert count_queries(admin, url) == one


def test_people_list_shows_roles_and_organisation_of_today(admin):
    user = make_user(given_names="Ana", first_surname="Rojas", second_surname="Soto", email="ana@example.org")
    organisation = make_institution("Municipalidad de Peñablanca")
    assign(user=user, organisation=make_institution("Antigua"), since=date(2020, 1, 1))
    assign(user=user, organisation=organisation, since=DAY)
    grant_role(user=user, role="trainer")
    html = admin.get(reverse("wagtailusers_users:index"), {"q": "rojas"}).content.decode()
    assert "Rojas Soto, Ana" in html
    assert "Municipalidad de Peñablanca" in html
    assert "Antigua" not in html
    assert "Mora, Adela" not in html
    filtered = admin.get(reverse("wagtailusers_users:index"), {"role": "trainer"}).content.decode()
    assert "Rojas Soto, Ana" in filtered
    assert "Mora, Adela" not in filtered


def test_person_is_added_with_a_welcome_in_their_language(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = admin.post(reverse("wagtailusers_users:add"), person_data(
            document_kind="rut", document_number="12.345.678-5"))
    assert response.status_code == 302
    user = User.objects.get(email="nora@example.org")
    assert (user.document_number, user.has_usable_password()) == ("12345678-5", False)
    assert [(message.to, message.alternatives) for message in mail.outbox] == [(["nora@example.org"], [])]
    link = next(word for word in mail.outbox[0].body.split() if "/key/" in word)
    assert "/en/" in link
    admin.logout()
    url = admin.get(link, follow=True).redirect_chain[-1][0]
    admin.post(url, {"password1": "a-bridge-over-the-river", "password2": "a-bridge-over-the-river"})
    admin.post(reverse("account_login"), {"login": "nora@example.org", "password": "a-bridge-over-the-river"})
    assert admin.session["_auth_user_id"] == str(user.pk)


def test_person_with_registered_email_or_document_is_refused(admin, administrator):
    administrator.set_document(kind="rut", number="12.345.678-5")
    administrator.save()
    response = admin.post(reverse("wagtailusers_users:add"), person_data(
        email="ADMINISTRATOR@example.org", document_kind="rut", document_number="12345678-5"))
    assert sorted(response.context["form"].errors) == ["document_number", "email"]
    assert User.objects.count() == 1


def test_person_is_edited_closed_and_traced(admin, administrator):
    user = make_user(email="nora@example.org")
    url = reverse("wagtailusers_users:edit", args=[user.pk])
    assert admin.get(url).status_code == 200
    assert admin.post(url, person_data(email="nora.vega@example.org")).status_code == 302
    user.refresh_from_db()
    assert (user.get_full_name(), user.email, user.is_active) == ("Nora Vega", "nora.vega@example.org", False)
    event = AuditEvent.objects.get(action="person.changed")
    assert (event.actor, event.details) == (
        administrator, {"fields": ["email", "first_surname", "given_names", "is_active"]})


def test_administrator_cannot_close_the_own_account(admin, administrator):
    admin.post(reverse("wagtailusers_users:edit", args=[administrator.pk]), person_data(email=administrator.email))
    administrator.refresh_from_db()
    assert (administrator.given_names, administrator.is_active, administrator.is_superuser) == ("Nora", True, True)


def test_person_is_never_removed(admin):
    user = make_user()
    admin.post(reverse("wagtailusers_users:delete", args=[user.pk]))
    assert User.objects.filter(pk=user.pk).exists()


def organisation_data(**changes):
    return {"name": "Zeta", "parent": "", "kind": "cso", "official_code": "", "territory": "", **changes}


def test_organisation_is_added_moved_and_removed(admin):
    territory = Territory.objects.get(country_code="CL", code="13101")
    admin.post(reverse("organisations:add"), organisation_data(territory=territory.pk, official_code="X1"))
    root = Organisation.objects.get(name="Zeta")
    assert (root.territory, root.depth) == (territory, 1)
    admin.post(reverse("organisations:add"), organisation_data(name="Unit", parent=root.pk))
    unit = Organisation.objects.get(name="Unit")
    assert (unit.get_parent(), unit.kind) == (root, "")
    other = make_institution("Alfa")
    edit = reverse("organisations:edit", args=[unit.pk])
    assert admin.get(edit).context["form"]["parent"].value() == root.pk
    admin.post(edit, organisation_data(name="Office", parent=other.pk))
    assert list(Organisation.objects.order_by("path").values_list("depth", "name")) == [
        (1, "Alfa"), (2, "Office"), (1, "Zeta")]
    html = admin.get(reverse("organisations:index")).content.decode()
    assert "\u2003Office" in html
    delete = reverse("organisations:delete", args=[other.pk])
    assert admin.get(delete).status_code == 200
    admin.post(delete)
    assert list(Organisation.objects.values_list("name", flat=True)) == ["Zeta"]
    assert Organisation.find_problems() == ([], [], [], [], [])
    assert actions()[-4:] == ["organisation.added", "organisation.added", "organisation.changed",
                              "organisation.removed"]


@pytest.mark.parametrize(("changes", "field"), [
    ({"kind": ""}, "kind"), ({"name": ""}, "name"), ({"official_code": "M1"}, "official_code"),
])
def test_organisation_with_errors_is_refused(admin, changes, field):
    make_institution("First", official_code="M1")
    response = admin.post(reverse("organisations:add"), organisation_data(**changes))
    assert list(response.context["form"].errors) == [field]
    assert Organisation.objects.count() == 1


def test_organisation_below_itself_or_too_deep_is_refused(admin):
    root = make_institution("Root")
    office = root.add_child(name="Office")
    desk = Organisation.objects.get(pk=office.pk).add_child(name="Desk")
    for url, parent in [(reverse("organisations:edit", args=[root.pk]), desk), (reverse("organisations:add"), desk)]:
        response = admin.post(url, organisation_data(parent=parent.pk))
        assert list(response.context["form"].errors) == ["parent"]
    assert Organisation.objects.count() == 3


def test_organisation_in_use_is_not_removed_and_says_why(admin):
    root = make_institution("Root")
    office = root.add_child(name="Office")
    assign(user=make_user(), organisation=office, since=DAY)
    response = admin.post(reverse("organisations:delete", args=[root.pk]), follow=True)
    text = " ".join(str(message) for message in response.context["messages"])
    assert "Root" in text
    assert "(1)" in text
    assert Organisation.objects.count() == 2
    assert "organisation.removed" not in actions()


def test_assignment_is_added_through_assign_and_corrected(admin):
    user, first, second = make_user(), make_institution("First"), make_institution("Second")
    assign(user=user, organisation=first, since=DAY)
    data = {"user": user.pk, "organisation": second.pk, "staff_type": "planta", "position": "Jefa",
            "since": "2025-03-01"}
    assert admin.post(reverse("assignments:add"), data).status_code == 302
    assert list(user.assignments.order_by("since").values_list("organisation__name", "until")) == [
        ("First", date(2025, 2, 28)), ("Second", None)]
    early = admin.post(reverse("assignments:add"), {**data, "since": "2025-02-01"})
    assert list(early.context["form"].errors) == ["since"]
    edit = reverse("assignments:edit", args=[user.assignments.latest("since").pk])
    assert admin.get(edit).status_code == 200
    admin.post(edit, {**data, "position": "Directora", "until": "2025-12-31"})
    assert user.assignments.latest("since").position == "Directora"
    wrong = admin.post(edit, {**data, "until": "2024-12-31"})
    assert wrong.context["form"].errors
    assert actions()[-2:] == ["person.assigned", "assignment.corrected"]
    assert Assignment.objects.count() == 2


def test_role_is_granted_and_taken_away_through_roles(admin, administrator):
    user, organisation = make_user(), make_institution()
    add = reverse("roles:add")
    admin.post(add, {"user": user.pk, "role": "trainer", "organisation": ""})
    admin.post(add, {"user": user.pk, "role": "hr_officer", "organisation": organisation.pk})
    assert list(user.groups.values_list("name", flat=True)) == ["Trainers"]
    assert sorted(user.role_grants.values_list("role", flat=True)) == ["hr_officer", "trainer"]
    delete = reverse("roles:delete", args=[user.role_grants.get(role="trainer").pk])
    assert admin.get(delete).status_code == 200
    admin.post(delete)
    assert not user.groups.exists()
    events = AuditEvent.objects.filter(actor=administrator).order_by("id")
    assert [event.action for event in events] == ["role.granted", "role.granted", "role.revoked"]


@pytest.mark.parametrize(("role", "with_organisation", "field"), [
    ("hr_officer", False, "organisation"), ("trainer", True, "organisation"), ("programme_manager", False, "role"),
])
def test_role_that_cannot_be_is_refused(admin, role, with_organisation, field):
    user, organisation = make_user(), make_institution()
    grant_role(user=user, role="programme_manager")
    response = admin.post(reverse("roles:add"), {
        "user": user.pk, "role": role, "organisation": organisation.pk if with_organisation else ""})
    assert list(response.context["form"].errors) == [field]
    assert user.role_grants.count() == 1


def test_administrator_cannot_take_the_own_role_away(admin, administrator):
    admin.post(reverse("roles:delete", args=[administrator.role_grants.get().pk]))
    administrator.refresh_from_db()
    assert administrator.is_superuser
    assert RoleGrant.objects.count() == 1


@pytest.mark.parametrize("name", ["territories", "audit"])
def test_territories_and_audit_log_are_read_only(admin, name):
    event = AuditEvent.objects.create(action="test.done")
    row = event if name == "audit" else Territory.objects.first()
    assert admin.get(reverse(f"{name}:inspect", args=[row.pk])).status_code == 200
    before = (AuditEvent.objects.count(), Territory.objects.count())
    for view, args in [("add", []), ("edit", [row.pk]), ("delete", [row.pk])]:
        assert admin.post(reverse(f"{name}:{view}", args=args)).status_code == 302
    assert (AuditEvent.objects.count(), Territory.objects.count()) == before


def test_audit_log_is_filtered(admin, administrator):
    AuditEvent.objects.create(action="report.exported", actor=make_user(email="hr@example.org"), subject="list")
    AuditEvent.objects.create(action="role.granted", actor=administrator)
    url = reverse("audit:index")

    def see(**query):
        return [row.action for row in admin.get(url, query).context["object_list"]]

    for query in [{"actor": "hr@"}, {"action": "report.exported"}, {"subject": "list"}]:
        assert see(**query) == ["report.exported"]
    assert see(at_from="2099-01-01") == []


def test_audit_log_speaks_in_words(admin, administrator):
    event = record_event(actor=administrator, action="report.exported", subject="report:completions")
    for url in (reverse("audit:index"), reverse("audit:inspect", args=[event.pk])):
        html = admin.get(url).content.decode()
        assert "<td>report.exported" not in html
        assert "Lista de finalización descargada" in html


def test_every_act_has_words(administrator):
    """Those in the code, and no other can be written down."""
    written = {match for app in ("lms", "courses", "assessments", "certificates") for path in Path(app).rglob("*.py")
               for match in re.findall(r"(?:action=|action = |_trace\()[\"']([a-z_]+\.[a-z_]+)[\"']", path.read_text())}
    assert len(written) > 40
    assert written - {"assessments.state"} <= ACTIONS.keys()  # that one is of Wagtail's own log
    assert {f"erasure.{state}" for state in ErasureRequest.State.values} - {"erasure.open"} <= ACTIONS.keys()
    with pytest.raises(ValueError, match="no words"):
        record_event(actor=administrator, action="tea.made")


def test_admin_preferences_are_saved_without_names(admin, administrator):
    url = reverse("wagtailadmin_account")
    html = admin.get(url).content.decode()
    assert "first_name" not in html
    response = admin.post(url, {"locale-preferred_language": "en", "locale-current_time_zone": "America/Santiago",
                                "theme-theme": "dark", "theme-contrast": "system", "theme-density": "default",
                                "theme-keyboard_shortcuts": "on"})
    assert response.status_code == 302
    assert administrator.wagtail_userprofile.preferred_language == "en"


def test_admin_preferences_are_for_authors_only(client):
    client.force_login(make_user())
    assert client.get(reverse("wagtailadmin_account")).status_code == 302
