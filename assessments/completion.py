from assessments.models import Completion


def record_completion(*, learner, enrolment, activity, at, attempt=None):
    """Insert the Completion of an activity (both identifiers are UUIDs), once; safe to repeat.

    Returns True when it is new. ``ignore_conflicts`` leaves the decision who was first to the database."""
    if Completion.objects.filter(enrolment=enrolment, activity=activity).exists():
        return False
    Completion.objects.bulk_create(
        [Completion(learner=learner, enrolment=enrolment, activity=activity, attempt=attempt, completed_at=at)],
        ignore_conflicts=True,
    )
    return True
