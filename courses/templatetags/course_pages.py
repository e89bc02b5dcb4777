from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import get_language

from assessments.survey_forms import make_questions
from courses.grades import describe_grade
from courses.quizzes import get_quiz_facts, get_rules
from lms.routing import get_page_url

register = template.Library()


@register.simple_tag
def address(page):
    """The address of a page. Unlike Wagtail's ``pageurl`` it asks neither for the site nor for anything else."""
    return get_page_url(page.url_path)


@register.simple_tag(takes_context=True)
def lesson_body(context, page):
    """The blocks of a lesson page. What was published is the same for every reader and is kept; drafts and pages that
    mirror another are not."""
    if getattr(context.get("request"), "is_preview", False) or page.alias_of_id or not page.last_published_at:
        return _render_body(page)
    return _keep_body(page, page.last_published_at, get_language(), timezone.localtime().strftime("%Y-%m-%d %H"))


def _render_body(page):
    return get_template("courses/lesson_body.html").render({"page": page})


@lru_cache(maxsize=300)
def _keep_body(page, published_at, language, hour):
    # What it shows from outside its page, such as an image or how old a law is, is never older than an hour.
    return _render_body(page)


@register.simple_tag
def grade(graded, edition):
    """An Attempt, or the per cent of a course, as a grade of the edition (courses.grades.describe_grade)."""
    return describe_grade(graded, edition)


@register.simple_tag
def quiz_facts(page):
    """The rules of a quiz page for a reader who takes no edition, as in the preview of an author."""
    return get_quiz_facts(page, get_rules(page))


@register.simple_tag
def survey_questions(page):
    """The questions of a survey page that nobody fills in, as in the preview of an author."""
    return make_questions(page.survey.version.content) if page.survey_id else []
