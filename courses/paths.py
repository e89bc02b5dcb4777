"""Learning paths as a learner sees them: how far the person has come, and the certificate."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

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


def get_paths_of(*, learner, get_pages, enrolments, certificates, now):
    """[PathProgress] of the paths that ``learner`` has begun: is or was in one of its courses. Queries the same however
    many there are. ``enrolments`` and ``certificates`` are all of the learner's, by enrolment; ``get_pages`` gives
    {course: page} of live courses."""
    courses = {enrolment.edition.course_id for enrolment in enrolments}
    paths = list(LearningPath.objects.offered().filter(steps__course__in=courses).distinct().prefetch_related("steps"))
    if not paths:
        return []
    awards = dict(PathAward.objects.filter(learner=learner).values_list("path", "pk"))
    done = {enrolment.edition.course_id for enrolment in enrolments
            if (certificate := certificates.get(enrolment.pk)) and certificate.state == Certificate.State.ISSUED
            and not certificate.is_expired(now)}
    titles = get_pages({step.course_id for path in paths for step in path.steps.all()})
    return [PathProgress(
        path=path.pk, title=path.title, summary=path.summary, certificate=certificates.get(awards.get(path.pk)),
        steps=[PathStep(title=page.title if page else "", url=get_page_url(page.url_path) if page else "",
                        done=step.course_id in done)
               for step in sorted(path.steps.all(), key=lambda step: step.sort_order)
               for page in [titles.get(step.course_id)]]) for path in paths]


@transaction.atomic
def claim_path(*, learner, path, now):
    """The certificate of a path whose courses were completed before it was made or changed; None when something is
    still missing. Safe to repeat."""
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)
    return certify_path(path=path, learner=learner, now=now)
