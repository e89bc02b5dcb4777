"""An HR officer downloads the list that is on the screen: each file, opened, has the rows of the page."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from time import strptime

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from courses import progress
from lms.accounts.organising import assign
from lms.accounts.roles import Role, grant_role
from lms.reports import views
from tests import factories
from tests.journeys.building import build_course, finish_course

# What a row of the page says, by the names of the files' columns.
COLUMNS = ["Surnames", "Given names", "E-mail", "Institution", "Directorate or unit", "Course", "Edition", "State",
           "Enrolled on", "Completed on", "Grade (%)", "Hours", "Certificate folio"]
DATES, NUMBERS = {"Enrolled on", "Completed on"}, {"Grade (%)", "Hours"}
DAYS = {"es": "%d-%m-%Y", "en": "%d %b %Y"}
CELLS = """rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim().split('\\n')))"""


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def officer(course):
    """Of an institution with two completions, one course begun and one not begun; a fifth person works elsewhere."""
    town, now = course["organisation"], timezone.now()
    unit = factories.make_organisation(parent=town, name="Dirección de Desarrollo")
    finish_course(learner=factories.make_user(first_surname="Ñancupil", given_names='Rosa "Rosita"; Inés'),
                  course=course)
    finish_course(learner=factories.make_user(first_surname="Álvarez"), course=course, skipped=1)
    for surname, organisation, lessons in (("Zúñiga", unit, 1), ("Díaz", unit, 0),
                                           ("Extraño", factories.make_organisation(), 1)):
        learner = factories.make_user(first_surname=surname)
        assign(user=learner, organisation=organisation, staff_type="contrata", since=timezone.localdate())
        enrolment = factories.make_enrolment(learner=learner, course_page=course["page"])
        for lesson in course["lessons"][:lessons]:
            progress.complete_lesson(enrolment=enrolment, activity=lesson.translation_key, now=now)
    user = factories.make_user(first_surname="Recursos")
    grant_role(user=user, role=Role.HR_OFFICER, organisation=town)
    return user


def make_row(values, day_format="%d-%m-%Y"):
    """{column: value} with dates and numbers as what they are, whatever the file or page writes them like."""
    row = {}
    for column, value in zip(COLUMNS, values, strict=True):
        if value in ("", "–", None):
            value = None
        elif column in DATES:
            value = value.date() if isinstance(value, datetime) else date(*strptime(value, day_format)[:3])
        elif column in NUMBERS:
            value = round(Decimal(str(value).replace(",", ".")), 2)
        row[column] = value
    return row


def read_page(page, language):
    """The rows on the page and on those that follow it."""
    rows, number = [], 1
    while True:
        for person, place, course, state, enrolled, completed, grade, hours, folio in page.locator(
                "main tbody tr").evaluate_all(CELLS):
            place, unit = (*place, "")[:2]
            rows.append(make_row([*person[0].split(", ", 1), person[1], place, unit, *course, state[0], enrolled[0],
                                  completed[0], grade[0], hours[0], folio[0]], DAYS[language]))
        following = page.locator("main nav a[rel=next]")
        if not following.count():
            return rows
        number += 1
        following.click()
        page.wait_for_url(f"**page={number}**")


def pick(header, row, language):
    with override(language):
        return [row[header.index(gettext(column))] for column in COLUMNS]


def download(page, button):
    with page.expect_download() as download:
        button.click()
    return download.value.path().read_bytes()


def read_xlsx(content, language):
    header, *rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [make_row(pick(header, row, language)) for row in rows]


def read_csv(content, language, delimiter):
    assert content.startswith(b"\xef\xbb\xbf")
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True)
    rows = lines[:lines.index([])]
    return [make_row(pick(header, row, language)) for row in rows]


@pytest.mark.parametrize("state, surnames", [
    ("", ["Álvarez Rojas", "Díaz Rojas", "Ñancupil Rojas", "Zúñiga Rojas"]),
    ("completed", ["Álvarez Rojas", "Ñancupil Rojas"]),
])
@pytest.mark.parametrize("language", ["es", "en"])
def test_files_have_the_rows_of_the_page(page, sign_in, monkeypatch, officer, language, state, surnames):
    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    sign_in(page, officer)
    with override(language):
        page.goto(reverse("completion_list"))
    if state:
        page.locator(".report-filters > summary").click()
        page.locator("#id_state").select_option(state)
        page.locator(".report-filters button[type=submit]").click()
        page.wait_for_url(f"**state={state}**")
    rows = read_page(page, language)
    assert sorted(row["Surnames"] for row in rows) == sorted(surnames)
    assert {row["Grade (%)"] for row in rows if row["Completed on"]} == {Decimal("100.00"), Decimal("66.67")}

    assert read_xlsx(download(page, page.locator("button[value=xlsx]")), language) == rows
    assert read_csv(download(page, page.locator("button[value=csv-cl]").first), language, ";") == rows
    page.locator(".report-download summary").click()
    assert read_csv(download(page, page.locator("button[value=csv-mx]")), language, ",") == rows
