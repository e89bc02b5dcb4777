"""Which of the two forms of a test somebody gets: by turns in an edition, and after the course the other one."""

from django.db.models import Count, Q

from courses.models import Edition, Enrolment, ParallelForm, QuizPage


def take_form(*, enrolment, measure):
    """The ParallelForm of ``enrolment``, locked by the caller, for a test of this QuizPage.Measure. Decided once, when
    its first test with forms starts: the form that fewer in the edition have for their pre-test, A first; one after
    the other, however many start at once."""
    if not enrolment.first_form:
        Edition.objects.select_for_update(no_key=True).only("pk").get(pk=enrolment.edition_id)
        taken = Enrolment.objects.filter(edition=enrolment.edition_id).aggregate(
            a=Count("pk", filter=Q(first_form=ParallelForm.A)), b=Count("pk", filter=Q(first_form=ParallelForm.B)))
        enrolment.first_form = ParallelForm.A if taken["a"] <= taken["b"] else ParallelForm.B
        enrolment.save(update_fields=["first_form"])
    first = ParallelForm(enrolment.first_form)
    return first.other if measure == QuizPage.Measure.POST else first
