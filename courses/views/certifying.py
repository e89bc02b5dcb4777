"""What a learner asks for beside the certificate of a course: to renew it, a constancy of progress, that of a path."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import constancies, renewing
from courses.enrolling import EditionNotOpen
from courses.models import CoursePage, Enrolment, LearningPath
from courses.paths import claim_path


def get_own(request, enrolment):
    """The learner's own enrolment. Raises Http404, for somebody else's as for none."""
    return get_object_or_404(Enrolment.objects.select_related("edition"), pk=enrolment, learner=request.user)


@login_required
@require_POST
def renew(request, enrolment):
    enrolment = get_own(request, enrolment)
    try:
        renewing.renew_enrolment(enrolment=enrolment, now=timezone.now())
    except renewing.NotRenewable:
        messages.error(request, _("This certificate cannot be renewed now. Renewal opens 90 days before it expires."))
    except EditionNotOpen:
        messages.error(request, _("The course is closed at the moment, so the certificate cannot be renewed yet. Ask "
                                  "your trainer or your institution when it opens again."))
    else:
        messages.success(request, _("Your renewal has begun. Pass the tests of the course that are still to be done; "
                                    "your new certificate comes with the last one."))
        return redirect("continue", course=enrolment.edition.course_id)
    return redirect("my_courses")


@login_required
@require_POST
def constancy(request, enrolment):
    enrolment = get_own(request, enrolment)
    if not CoursePage.objects.filter(translation_key=enrolment.edition.course_id).exists():
        raise Http404
    try:
        certificate = constancies.issue_constancy(enrolment=enrolment, now=timezone.now())
    except constancies.CourseCompleted:
        messages.info(request, _("You have completed this course: your certificate says more than a constancy."))
        return redirect("my_courses")
    messages.success(request, _("This is your constancy of progress of today. Download it below."))
    return redirect("certificate", code=certificate.code)


@login_required
@require_POST
def claim(request, path):
    path = get_object_or_404(LearningPath.objects.offered(), pk=path)
    certificate = claim_path(learner=request.user, path=path, now=timezone.now())
    if certificate is None:
        messages.info(request, _("Something of this path is still missing. Complete its courses first."))
        return redirect("my_courses")
    return redirect("certificate", code=certificate.code)
