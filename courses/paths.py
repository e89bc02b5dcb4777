"""Learning paths as a learner sees them: how far the person has come, and the certificate."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language
from wagtail.models import Page

from certificates.models import Certificate
from courses.certifying import certify_path
from courses.models import LearningPath, PathAward
from lms.accounts.models import User
from lms.routing import get_page_url


@dataclass(slots=True)
class PathStep:
    title: str
    url: str
    done: bool


@dataclass(slots=True)
class PathProgress:
    """``certificate``: the newest that holds or held; ``is_complete``: each course has a certificate that is valid."""

    path: UUID
    title: str
    summary: str
    steps: list[PathStep]
    certificate: Certificate | None

    @property
    def done(self):
        return sum(step.done for step in self.steps)

    @property
    def total(self):
        return len(self.steps)

    @property
    def percent(self):
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_complete(self):
        return bool(self.steps) and self.done == self.total


def get_paths_of(*, learner, enrolments, certificates, now):
    """[PathProgress] of the paths that ``learner`` has begun: is or was in one of its courses. Queries the same however
    many there are. ``enrolments`` are all of the learner's and ``certificates`` by award."""
    courses = {enrolment.edition.course_id for enrolment in enrolments}
    paths = list(LearningPath.objects.offered().filter(steps__course__in=courses).distinct().prefetch_related("steps"))
    if not paths:
        return []
    awards = dict(PathAward.objects.filter(learner=learner).values_list("path", "pk"))
    done = {enrolment.edition.course_id for enrolment in enrolments
            if (certificate := certificates.get(enrolment.pk)) and certificate.state == Certificate.State.ISSUED
            and not certificate.is_expired(now)}
    pages = _get_pages({step.course_id for path in paths for step in path.steps.all()})
    return [PathProgress(
        path=path.pk, title=path.title, summary=path.summary, certificate=certificates.get(awards.get(path.pk)),
        steps=[PathStep(title=page.title if page else "", url=get_page_url(page.url_path) if page else "",
                        done=step.course_id in done)
               for step in sorted(path.steps.all(), key=lambda step: step.sort_order)
               for page in [pages.get(step.course_id)]]) for path in paths]


def _get_pages(courses):
    """{course: live page} in the active language, else in the first."""
    pages = Page.objects.live().filter(
        translation_key__in=courses, locale__language_code__in={get_language(), settings.LANGUAGE_CODE}).annotate(
        language=F("locale__language_code")).only("translation_key", "title", "url_path")
    return {page.translation_key: page for page in sorted(pages, key=lambda page: page.language == get_language())}


@transaction.atomic
def claim_path(*, learner, path, now):
    """The certificate of a path whose courses were completed before it was made or changed; None when something is
    still missing. Safe to repeat."""
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)
    return certify_path(path=path, learner=learner, now=now)
