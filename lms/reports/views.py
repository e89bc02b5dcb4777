from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.reports.exports import Format, TooManyRows, export_completions, get_csv_format, snapshot
from lms.reports.filters import CompletionFilters
from lms.reports.models import Archive
from lms.reports.people import get_people
from lms.reports.records import count_records, read_records, select_rows

PAGE_SIZE = 50


def hr_only(view):
    """For HR officers, who see their own organisations, and administrators; others are refused. The view gets what may
    be seen and is asked for, as CompletionFilters at the moment of the request."""

    @never_cache
    @require_GET
    @login_required
    @wraps(view)
    def authorised(request):
        filters = CompletionFilters(request.GET, viewer=request.user, now=timezone.now(), language=get_language())
        if not request.user.is_superuser and not filters.organisations:
            raise PermissionDenied
        return view(request, filters)

    return authorised


def _get_csv_format(request, filters):
    return get_csv_format([] if request.user.is_superuser else filters.organisations)


def _render_list(request, filters, status=200):
    now = filters.now
    counts = count_records(filters.qs, now=now)
    paginator = Paginator(select_rows(filters.qs, now=now, language=get_language()), PAGE_SIZE)
    paginator.count = counts.total  # known already
    page = paginator.get_page(request.GET.get("page"))
    with snapshot():  # both of the same people
        records = list(read_records(page.object_list, editions=filters.editions))
        people = _get_people_to_open(filters, request.user, page)
    query = request.GET.copy()
    query.pop("page", None)
    return render(request, "reports/completion_list.html", {
        "filters": filters,
        "form": filters.form,
        "chosen": filters.get_chosen() if filters.is_valid() else [],
        "now": now,
        "today": timezone.localdate(now),
        "counts": counts,
        "page_obj": page,
        "rows": list(zip(records, people, strict=True)),
        "query": query.urlencode(),
        "applied": [(name, value) for name, value in query.items() if name in filters.filters and value],
        "csv_format": _get_csv_format(request, filters),
        "archive_languages": Archive.Languages.choices,
        "csv_formats": [Format.CSV_CL, Format.CSV_MX],
    }, status=status)


def _get_people_to_open(filters, viewer, page):
    """The public identifier of the person of each row of ``page``, None for those whose whole record ``viewer`` may not
    see: who has left the institution."""
    shown = get_people(viewer=viewer, now=filters.now)
    identifiers = filters.qs.values_list("learner__public_id", Exists(shown.filter(pk=OuterRef("learner"))))
    first = max(page.start_index() - 1, 0)
    return [public_id if may_open else None for public_id, may_open in identifiers[first:page.end_index()]]


@hr_only
def completion_list(request, filters):
    return _render_list(request, filters)


@hr_only
def completion_file(request, filters):
    if not filters.is_valid():
        return _render_list(request, filters, status=400)
    format = request.GET.get("format", Format.XLSX)
    if format == "csv":
        format = _get_csv_format(request, filters)
    if format not in Format.values:
        raise BadRequest("Unknown format of a report.")
    try:
        export = export_completions(viewer=request.user, filters=filters, format=Format(format),
                                    with_documents="documents" in request.GET)
    except TooManyRows:
        messages.error(request, _("An Excel sheet does not hold this many rows. Nothing was lost: choose fewer with "
                                  "the filters, or download the CSV file."))
        return redirect(f"{reverse('completion_list')}?{request.GET.urlencode()}")
    return FileResponse(export.file, as_attachment=True, filename=export.name, content_type=export.content_type)
