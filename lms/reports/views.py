from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lms.reports.exports import Format, TooManyRows, export_completions, get_csv_format
from lms.reports.filters import CompletionFilters
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
        "records": list(read_records(page.object_list, editions=filters.editions)),
        "query": query.urlencode(),
        "applied": [(name, value) for name, value in query.items() if name in filters.filters and value],
        "csv_format": _get_csv_format(request, filters),
        "csv_formats": [Format.CSV_CL, Format.CSV_MX],
    }, status=status)


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
