"""The training record: for its person, and for an HR officer of the institution where the person works today."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import override, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.accounts.audit import record_event
from lms.reports.limits import limited
from lms.reports.people import get_people, is_hr
from lms.reports.record_pdf import make_record_pdf
from lms.reports.training_record import get_total, get_training_record


def for_hr(view):
    """For HR officers and administrators; others are refused."""
    @never_cache
    @login_required
    @wraps(view)
    def authorised(request, *args, **kwargs):
        if not is_hr(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)
    return authorised


def get_person(request, public_id):
    """Somebody whose whole record may be seen. Raises Http404, for those of another institution as for nobody."""
    return get_object_or_404(get_people(viewer=request.user, now=timezone.now()), public_id=public_id)


@never_cache
@login_required
@require_GET
@limited(name="training_record", limit=20)
def own_record(request, language):
    return _send(person=request.user, language=language)


@for_hr
@require_GET
@limited(name="training_record", limit=60)
def record_of(request, public_id, language):
    """Every download is written in the audit log."""
    person = get_person(request, public_id)
    response = _send(person=person, language=language)
    record_event(actor=request.user, action="training_record.downloaded", subject=f"user:{person.public_id}",
                 details={"language": language})
    return response


@for_hr
@require_GET
def show_person(request, public_id):
    person = get_person(request, public_id)
    record = get_training_record(person=person, now=timezone.now())
    return render(request, "reports/person.html", {
        "record": record, "total": get_total(record.years), "languages": settings.LANGUAGES})


def _send(*, person, language):
    if language not in dict(settings.LANGUAGES):
        raise Http404
    now = timezone.now()
    content = make_record_pdf(person=person, language=language, now=now)
    with override(language):
        name = pgettext("file name", "training-record")
    # No name of a person: addresses and names of files are seen by others.
    return HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{name}-{timezone.localtime(now):%Y-%m-%d}.pdf"',
        "X-Robots-Tag": "noindex, nofollow"})
