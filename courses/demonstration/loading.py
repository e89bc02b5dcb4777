"""The demonstration: two real courses, three institutions, forty invented people, what they did. All of it goes through
the functions that the platform itself uses, at times in the past; only how long they took to answer is made up at the
end, because to save each answer for itself would take long."""

import json
import random
import unicodedata
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid5

import yaml
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone
from stdnum.cl import rut
from stdnum.mx import curp
from wagtail.models import Locale, Page

from assessments import curating
from assessments.attempts import Change, get_items
from assessments.models import Answer, Question, Sharing, Survey
from courses import progress
from courses.demonstration.certificates import put_keys, put_template
from courses.demonstration.indexing import index_at_the_end
from courses.demonstration.paths import put_path
from courses.enrolling import enrol
from courses.importing.writing import import_course
from courses.models import Edition, QuizPage, SurveyPage
from courses.outline import get_outline, get_progress
from courses.quizzes import get_rules
from courses.site_setup import set_up_site
from courses.translating import publish_translation
from lms.accounts.models import Organisation, Territory, User
from lms.accounts.organising import assign
from lms.accounts.roles import grant_role

FOLDER = Path(__file__).parent
COURSE = FOLDER / "intercultural-public-service"
SHORT_COURSE = FOLDER / "personal-data"
PASSWORD = "puentes-demo-2026"  # noqa: S105 - printed for whoever tries the platform on their own machine
ACCOUNTS = [
    ("funcionaria@puentes.example", "official in the middle of a course, with a certificate to renew"),
    ("camila.araya@puentes.example", "official who has completed the learning path"),
    ("nuevo@puentes.example", "official who has not enrolled yet, prefers English"),
    ("rrhh.quilicura@puentes.example", "HR officer in Chile"),
    ("rrhh.iztapalapa@puentes.example", "HR officer in Mexico"),
    ("formadora@puentes.example", "trainer, works in /admin/"),
    ("programa@puentes.example", "programme manager"),
    ("admin@puentes.example", "administrator"),
]
LAST_PERSON = "nuevo@puentes.example"

COMMENTS = ["Los casos del mostrador.", "The cases at the counter.", "Más ejemplos de la Ciudad de México.",
            "Las palabras claras para explicar un trámite.", "More time for the module on referral.",
            "La lista breve al final de cada lección."]
LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


def is_loaded():
    return User.objects.filter(email=LAST_PERSON).exists()


def load_demonstration(*, now, report=lambda text: None):
    """Load what is not there yet. One person comes last, so that an interrupted load is completed by the next one."""
    set_up_site()
    with index_at_the_end():
        report("Course: Interculturalidad en la atención municipal / Intercultural public service")
        course_page = import_course(COURSE, report=lambda text: report(f"  {text}"))
        report("Course: Datos personales en el mostrador / Personal data at the counter")
        short_course_page = import_course(SHORT_COURSE, report=lambda text: report(f"  {text}"))
        put_measures(course_page)
        put_survey(course_page)
    data = yaml.safe_load((FOLDER / "people.yaml").read_text(encoding="utf-8"))
    keys = {name: node.pk for institution in data["institutions"] for name, node in _put_institution(institution)}
    # Read again: each new institution takes its place in the order of names, and the paths of others change.
    units = {name: Organisation.objects.get(pk=key) for name, key in keys.items()}
    _own_questions(units[data["owner_of_questions"]])
    for page in (course_page, short_course_page):
        put_template(page.translation_key, now=now)
    put_path([course_page.translation_key, short_course_page.translation_key])
    numbered = dict(enumerate(data["people"], start=1))
    taken = _list_courses_taken(numbered, course_page, short_course_page)
    put_keys(since=now - timedelta(days=taken[0].days + 1))
    people = _People(units=units, now=now)
    for account in data["accounts"]:
        people.put_account(account)
    last = next(number for number, person in numbered.items() if person.get("email") == LAST_PERSON)
    users = {number: people.put(person, number) for number, person in numbered.items() if number != last}
    rng = random.Random(2026)  # noqa: S311 - the same demonstration everywhere
    for course in taken:
        _take_course(users[course.person], course, now=now, rng=rng)
    people.put(numbered[last], last)
    _make_up_times()
    report(f"People: {len(data['people'])} in {len(data['institutions'])} institutions")


def put_survey(course_page):
    """The satisfaction survey after the final test, in every language; once."""
    texts = yaml.safe_load((FOLDER / "survey.yaml").read_text(encoding="utf-8"))
    if SurveyPage.objects.child_of(course_page).exists():
        return
    survey = Survey.objects.get(code="satisfaction")
    _put_page(course_page, SurveyPage, texts, survey=survey, is_required=False)


def put_measures(course_page):
    """The pre-test and, before the final test, the post-test, in every language; once."""
    if QuizPage.objects.child_of(course_page).exclude(measure="").exists():
        return
    data = yaml.safe_load((FOLDER / "measures.yaml").read_text(encoding="utf-8"))
    final = QuizPage.objects.child_of(course_page).get()
    questions = dict(Question.objects.values_list("code", "pk"))
    items = {field: json.dumps([
        {"type": "question", "value": questions[f"intercultural-public-service-{code}"],
         "id": str(uuid5(course_page.translation_key, f"{name} {code}"))} for code in data[name]])
        for field, name in (("items", "both"), ("form_a", "form_a"), ("form_b", "form_b"))}
    for measure in QuizPage.Measure.values:
        page = _put_page(course_page, QuizPage, data[measure], measure=measure, pass_mark=0, attempts_allowed=1,
                         **items)
        for each in page.get_translations(inclusive=True):
            target = Page.objects.get(translation_key=final.translation_key, locale=each.locale)
            Page.objects.get(pk=each.pk).move(target, pos="left")


def _put_page(parent, model, texts, **fields):
    """A new page below ``parent``, and its translation into every other language; ``texts``: {field: {language}}."""
    pages = {code: model(**fields, **{name: text[code] for name, text in texts.items()}) for code in LANGUAGES}
    page = Page.objects.get(pk=parent.pk).add_child(instance=pages.pop(parent.locale.language_code))
    page.save_revision().publish()
    for code, translated in pages.items():
        locale = Locale.objects.get(language_code=code)
        translated.locale, translated.translation_key = locale, page.translation_key
        publish_translation(page=page, translated=translated, locale=locale)
    return page


def _put_institution(data):
    """(name, Organisation) of an institution and everything below it, made where missing."""
    country, code = data["territory"]
    territory = Territory.objects.get(country_code=country, code=code)
    institution = Organisation.objects.filter(depth=1, name=data["name"]).first() or Organisation.add_root(
        name=data["name"], kind=data["kind"], official_code=data["official_code"], territory=territory)
    yield institution.name, institution
    for name, units in data["directorates"].items():
        directorate = _put_child(institution, name)
        yield name, directorate
        for unit in units:
            yield unit, _put_child(directorate, unit)


def _own_questions(institution):
    """The questions of the course belong to an institution that lets everybody use them."""
    questions = list(Question.objects.filter(owner=None, code__startswith="intercultural-public-service-"))
    curating.give(questions=questions, owner=institution, by=None)
    curating.share(questions=questions, sharing=Sharing.USE, to_use=[], to_edit=[], by=None)


def _put_child(parent, name):
    parent = Organisation.objects.get(pk=parent.pk)
    return parent.get_children().filter(name=name).first() or parent.add_child(name=name)


class _People:
    def __init__(self, *, units, now):
        self.units = units
        self.today = timezone.localdate(now)
        self.password = make_password(PASSWORD)  # one hash for all: hashing is slow on purpose

    def put_account(self, data):
        user = self._put_user(data["email"], data["name"])
        organisation = self.units.get(data.get("organisation"))
        grant_role(user=user, role=data["role"], organisation=organisation)
        if "unit" in data:
            assign(user=user, organisation=self.units[data["unit"]], since=date(self.today.year - 2, 3, 1))

    def put(self, data, number):
        email = data.get("email") or f"{_ascii(data['name'][0].split()[0])}.{_ascii(data['name'][1])}@puentes.example"
        unit = self.units[data["unit"]]
        user = self._put_user(email, data["name"], sex=data["sex"], preferred_language=data.get("language", "es"))
        if not user.document_kind:
            kind, value = data.get("document") or _invent_document(data, unit, number)
            user.set_document(kind=kind, number=str(value))
            user.save()
        assign(user=user, organisation=unit, staff_type=data["staff"], position=data["position"],
               since=date(self.today.year - 2, 3, 1))
        return user

    def _put_user(self, email, name, **fields):
        given, first, second = [*name, ""][:3]
        names = {"given_names": given, "first_surname": first, "second_surname": second}
        user, _created = User.objects.get_or_create(email=email,
                                                    defaults={**names, "password": self.password, **fields})
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
        return user


def _ascii(text):
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


def _invent_document(data, unit, number):
    """A number whose check digit is right and that belongs, as far as we know, to nobody."""
    country = unit.get_root().territory.country_code
    if country == "CL":
        body = str(25_900_100 + number * 7)
        return "rut", f"{body}-{rut.calc_check_digit(body)}"
    letters = (_ascii(data["name"][1])[:2] + _ascii(data["name"][2])[:1] + _ascii(data["name"][0])[:1]).upper()
    sex = {"female": "M", "male": "H"}.get(data["sex"], "X")
    body = f"{letters}8{number % 10}0{number % 9 + 1}1{number % 9}{sex}DFRRN{number % 10}"
    return "curp", body + curp.calc_check_digit(body)


class _CourseTaken(NamedTuple):
    """Somebody did the first ``progress`` activities of a course, ending ``days`` ago."""

    person: int  # the number of the person
    page: Page
    progress: int | str  # or "all"
    days: int


def _list_courses_taken(people, course_page, short_course_page):
    """What ``people`` ({number: as in the file}) did, in the order in which it ended: folios follow the dates."""
    taken = []
    for number, person in people.items():
        if "progress" in person:
            taken.append(_CourseTaken(number, course_page, person["progress"], person["days"]))
        if "short_course" in person:
            taken.append(_CourseTaken(number, short_course_page, "all", person["short_course"]))
    return sorted(taken, key=lambda each: -each.days)


def _take_course(user, taken, *, now, rng):
    """Enrol and do what is not done yet."""
    edition = Edition.objects.get(course=taken.page.translation_key, is_default=True)
    end = now - timedelta(days=taken.days, hours=rng.randint(1, 6))
    activities = get_outline(course_path=taken.page.path).get_all_items()
    count = len(activities) if taken.progress == "all" else taken.progress
    begin = end - timedelta(days=count + 3)
    enrolment = enrol(learner=user, edition=edition, now=begin)
    done = get_progress([enrolment.pk])[enrolment.pk]["done"]
    for number, item in enumerate(activities[:count], start=1):
        if item.key in done:
            continue
        at = end - (count - number) * (end - begin) / (count + 1)
        progress.record_visit(enrolment=enrolment, item=item, language=user.preferred_language, now=at)
        if item.kind == "lesson":
            progress.complete_lesson(enrolment=enrolment, activity=item.key, now=at)
        elif item.kind == "survey":
            _answer_survey(enrolment, item.key, now=at, rng=rng)
        else:
            _pass_quiz(user, enrolment, item.key, now=at, rng=rng)
        enrolment.refresh_from_db()


def _answer_survey(enrolment, activity, *, now, rng):
    """Most are satisfied, not everybody answers."""
    if rng.random() < 0.2:
        return
    version = SurveyPage.objects.get(translation_key=activity, locale__language_code="es").survey.version
    high = rng.random() < 0.94
    answers = {}
    for item in version.content["items"]:
        if item["kind"] == "scale":
            answers |= {option["id"]: str(rng.choice([4, 5, 5] if high else [2, 3])) for option in item["options"]}
        elif item["kind"] == "choice":
            answers[item["id"]] = item["options"][0 if high else 1]["id"]
        elif rng.random() < 0.4:
            answers[item["id"]] = rng.choice(COMMENTS)
    progress.answer_survey(enrolment=enrolment, activity=activity, version=version, answers=answers, now=now)


def _pass_quiz(user, enrolment, activity, *, now, rng):
    """One attempt with a mistake or two, with more before the course; a second, right, when that was not enough."""
    page = QuizPage.objects.get(translation_key=activity, locale__language_code="es")
    skills = {QuizPage.Measure.PRE: (0.2, 0.7), QuizPage.Measure.POST: (0.6, 1)}
    for skill in (rng.uniform(*skills.get(page.measure, (0.75, 1))), 1):
        attempt = progress.start_attempt(enrolment=enrolment, activity=activity,
                                         rules=get_rules(page, enrolment=enrolment), now=now, rng=rng)
        changes = [
            Change(position=position, before="", response=_answer(item, right=rng.random() < skill, rng=rng),
                   language=user.preferred_language)
            for position, item in enumerate(get_items(attempt))
        ]
        now += timedelta(minutes=rng.randint(4, 20))
        attempt = progress.submit(attempt_id=attempt.pk, learner=user, changes=changes, now=now).attempt
        if attempt.passed or page.measure:
            return


def _make_up_times():
    """From 15 to 94 seconds for each answer, in one statement."""
    Answer.objects.filter(seconds=None).update(seconds=15 + F("pk") * 37 % 80)


def _answer(item, *, right, rng):
    correct = [option["id"] for option in item["options"] if option["correct"]]
    wrong = [option["id"] for option in item["options"] if not option["correct"]]
    if right or not wrong:
        return correct
    return [rng.choice(wrong)] if item["kind"] != "multiple_choice" else [correct[0], rng.choice(wrong)]
