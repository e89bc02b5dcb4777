from assessments.models import Completion


def record_completion(*, learner, enrolment, activity, at, attempt=None):
    """Insert the Completion of an activity (both identifiers are UUIDs), once: the first one stays as it was. Safe to
    repeat, and the database decides who was first."""
    Completion.objects.bulk_create(
        [Completion(learner=learner, enrolment=enrolment, activity=activity, attempt=attempt, completed_at=at)],
        ignore_conflicts=True,
    )
