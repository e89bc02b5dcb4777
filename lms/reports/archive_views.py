"""Asking for all certificates of a list, seeing how far they are, and fetching them. Only who asked for an archive
knows of it."""

from django import forms
from django.contrib import messages
from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lms.reports import archives
from lms.reports.filters import CompletionFilters
from lms.reports.limits import limited
from lms.reports.models import Archive
from lms.reports.record_views import for_hr

KEPT_IN_LIST = 20


class LanguagesForm(forms.Form):
    languages = forms.ChoiceField(choices=Archive.Languages)


def get_own(request, pk):
    """An archive that the person asked for and may still see. Raises Http404."""
    archive = get_object_or_404(Archive, pk=pk, by=request.user)
    if not archives.may_fetch(archive=archive, viewer=request.user):
        raise Http404
    return archive


@for_hr
@require_GET
def list_archives(request):
    own = Archive.objects.filter(by=request.user)[:KEPT_IN_LIST]
    return render(request, "reports/archive_list.html", {"archives": own})


@for_hr
@require_POST
@limited(name="archive", limit=6)
def begin(request):
    """The list is what the hidden fields say, which are the filters of the page it was asked from."""
    filters = CompletionFilters(request.POST, viewer=request.user, now=timezone.now(), language=get_language())
    form = LanguagesForm(request.POST)
    if not filters.is_valid() or not form.is_valid():
        messages.error(request, _("Something in the filters is not right, so nothing was begun. Correct it and try "
                                  "again."))
        return redirect("completion_list")
    try:
        archive = archives.begin(viewer=request.user, filters=filters, languages=form.cleaned_data["languages"])
    except archives.ArchiveRefused as error:
        messages.error(request, _explain(error))
        return redirect("archives" if isinstance(error, archives.TooManyArchives) else "completion_list")
    return redirect("archive", archive.pk)


def _explain(error):
    if isinstance(error, archives.NobodyInList):
        return _("This list is empty: there are no certificates to put into a file.")
    if isinstance(error, archives.TooManyPeople):
        return _("A file holds the certificates of %(most)s people at most. Choose fewer with the filters.") % {
            "most": archives.MOST_PEOPLE}
    return _("%(most)d files of certificates are being made for you already. Wait until one is ready, or cancel "
             "one.") % {"most": archives.MOST_AT_ONCE}


@for_hr
@require_GET
def show(request, pk):
    archive = get_own(request, pk)
    ended = archives.count_ended(archive) if archive.state == Archive.State.READY else 0
    return render(request, "reports/archive.html", {"archive": archive, "ended": ended, **_get_progress(archive)})


@for_hr
@require_GET
def progress(request, pk):
    """JSON for the page: ``{"state": …, "percent": 0-100, "sentence": …}``."""
    archive = get_own(request, pk)
    return JsonResponse({"state": archive.state, **_get_progress(archive)})


def _get_progress(archive):
    done = archives.count_done(archive)
    sentence = ngettext(
        "%(done)d of %(people)d person of the list done.", "%(done)d of %(people)d people of the list done.",
        archive.people) % {"done": done, "people": archive.people}
    found = ngettext("%(number)d certificate so far.", "%(number)d certificates so far.", archive.certificates) % {
        "number": archive.certificates}
    return {"percent": done * 100 // archive.people, "sentence": f"{sentence} {found}"}


@for_hr
@require_GET
@limited(name="archive_file", limit=10)
def download(request, pk):
    archive = get_own(request, pk)
    if archive.state != Archive.State.READY:
        messages.error(request, _("This file is not there. It is still being made, or it was removed."))
        return redirect("archive", archive.pk)
    name, size, content = archives.fetch(archive=archive, viewer=request.user)
    return StreamingHttpResponse(content, content_type="application/zip", headers={
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(size),
        "Content-Encoding": "identity",  # or the middleware would compress what is compressed and lose the length
    })


@for_hr
@require_POST
def cancel(request, pk):
    archive = get_own(request, pk)
    if archives.cancel(archive=archive, by=request.user):
        messages.success(request, _("The file was cancelled and what there was of it is removed. No certificate was "
                                    "changed."))
    return redirect("archives")


@for_hr
@require_POST
def restart(request, pk):
    archives.restart(archive=get_own(request, pk), now=timezone.now())
    return redirect("archive", pk)
