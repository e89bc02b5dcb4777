"""Earlier records for HR: the list, one of them with its evidence, and files of them on their way in."""

import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certificates import earlier
from certificates.models import EarlierRecord, HistoryImport
from courses.text_search import fold
from lms.accounts.audit import record_event
from lms.reports import history
from lms.reports.filters import get_pattern
from lms.reports.history_columns import HEADING_LANGUAGES, write_refused, write_template
from lms.reports.history_forms import EvidenceForm, SaveForm, SearchForm, UploadForm
from lms.reports.history_reading import HistoryUnreadable
from lms.reports.limits import limited
from lms.reports.people import get_people, is_hr
from lms.reports.record_views import for_hr

PAGE_SIZE = 50
KEPT_IN_LIST = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def get_own_import(request, pk):
    """An import of the person; of anybody for an administrator. Raises Http404."""
    imports = HistoryImport.objects.select_related("by")
    return get_object_or_404(imports if request.user.is_superuser else imports.filter(by=request.user), pk=pk)


def get_record(request, pk):
    """A record of one of the people whom the viewer has to do with. Raises Http404."""
    people = get_people(viewer=request.user, now=timezone.now())
    return get_object_or_404(EarlierRecord.objects.select_related("learner", "added_by"), pk=pk, learner__in=people)


@for_hr
@require_GET
def list_records(request):
    people = get_people(viewer=request.user, now=timezone.now())
    records = EarlierRecord.objects.filter(learner__in=people).select_related("learner").order_by(
        "learner__first_surname", "learner__second_surname", "learner__given_names", "learner", "-completed_on", "pk")
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if text:
        person = Concat(*(part for name in ("given_names", "first_surname", "second_surname", "email")
                          for part in (F(f"learner__{name}"), Value(" "))), output_field=CharField())
        records = records.alias(person=person).filter(
            Q(*(Q(person__iregex=get_pattern(word)) for word in fold(text).split())))
    page = Paginator(records, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "reports/earlier_list.html", {"form": form, "page_obj": page, "text": text})


@for_hr
@require_http_methods(["GET", "POST"])
@limited(name="earlier_record", limit=60)
def show_record(request, pk):
    record = get_record(request, pk)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        earlier.attach_evidence(record=record, file=form.cleaned_data["file"], by=request.user)
        messages.success(request, _("The document is kept with the record."))
        return redirect("earlier_record", pk)
    return render(request, "reports/earlier_record.html", {"record": record, "form": form})


@never_cache
@login_required
@require_GET
def evidence(request, pk):
    """For the person it is about, and for HR of the institution where they work."""
    mine = EarlierRecord.objects.filter(learner=request.user, pk=pk).first()
    if mine is None and not is_hr(request.user):
        raise Http404
    record = mine or get_record(request, pk)
    if not record.evidence:
        raise Http404
    if mine is None:
        record_event(actor=request.user, action="earlier_record.evidence_downloaded",
                     subject=f"earlier-record:{record.pk}")
    return FileResponse(record.evidence.open("rb"), as_attachment=True, filename=f"{pgettext('file name', 'evidence')}."
                        f"{record.evidence_extension}", content_type="application/octet-stream")


@for_hr
@require_POST
def remove(request, pk):
    record = get_record(request, pk)
    person = record.learner
    earlier.remove_record(record=record, by=request.user)
    messages.success(request, _("The record was removed."))
    return redirect("person_record", person.public_id)


@for_hr
@require_http_methods(["GET", "POST"])
@limited(name="history", limit=30)
def list_imports(request):
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            source = history.begin_import(content=file.read(), name=file.name, by=request.user, now=timezone.now(),
                                          language=get_language())
        except HistoryUnreadable as error:
            form.add_error("file", str(error))
        else:
            return redirect("history_import", source.pk)
    imports = HistoryImport.objects.filter(by=request.user)[:KEPT_IN_LIST]
    return render(request, "reports/history_imports.html", {
        "form": form, "imports": imports, "template_languages": HEADING_LANGUAGES})


@for_hr
@require_GET
def template(request, language):
    if language not in HEADING_LANGUAGES:
        raise Http404
    file = io.BytesIO()
    write_template(file, language)
    with override(language):
        name = pgettext("file name", "earlier-records")
    return HttpResponse(file.getvalue(), content_type=XLSX,
                        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


@for_hr
@require_GET
def show_import(request, pk):
    source = get_own_import(request, pk)
    context = {"source": source}
    if source.state == HistoryImport.State.READY:
        outcomes = _look(request, source)
        counts = history.count_fates(outcomes)
        order = [history.Fate.REFUSED, history.Fate.UNKNOWN, history.Fate.NEW, history.Fate.KNOWN]
        outcomes.sort(key=lambda outcome: order.index(outcome.fate))
        context |= {"counts": counts, "total": len(outcomes), "form": SaveForm(viewer=request.user),
                    "page_obj": Paginator(outcomes, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(request, "reports/history_import.html", context)


def _look(request, source):
    return history.look(source=source, viewer=request.user, now=timezone.now(), language=get_language())


@for_hr
@require_GET
def refused(request, pk):
    """The rows that cannot be added, to be corrected and brought again."""
    source = get_own_import(request, pk)
    if source.state != HistoryImport.State.READY:
        raise Http404
    file = io.BytesIO()
    write_refused(file, [each for each in _look(request, source) if each.fate == history.Fate.REFUSED], get_language())
    name = pgettext("file name", "rows-not-added")
    return HttpResponse(file.getvalue(), content_type=XLSX,
                        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


@for_hr
@require_POST
def save(request, pk):
    source = get_own_import(request, pk)
    form = SaveForm(request.POST, viewer=request.user)
    if not form.is_valid():
        messages.error(request, _("This organisation is not one of yours. Nothing was saved."))
        return redirect("history_import", pk)
    try:
        saved = history.save_import(source=source, by=request.user, now=timezone.now(), language=get_language(),
                                    place=form.cleaned_data["place"])
    except (earlier.ImportDone, FileNotFoundError, ValueError):
        messages.error(request, _("This file was saved or removed before. Nothing was saved again."))
    except IntegrityError:
        messages.error(request, _("Somebody changed the same people at the same moment, so nothing was saved. Look at "
                                  "the rows again and save once more."))
    else:
        messages.success(request, ngettext("%(number)d earlier record was saved.",
                                           "%(number)d earlier records were saved.", saved) % {"number": saved})
    return redirect("history_import", pk)


@for_hr
@require_POST
def discard(request, pk):
    try:
        earlier.discard_import(source=get_own_import(request, pk))
    except earlier.ImportDone:
        messages.error(request, _("This file was saved already. You can take the import back instead."))
        return redirect("history_import", pk)
    messages.success(request, _("The file was removed. No record was saved."))
    return redirect("history_imports")


@for_hr
@require_POST
def undo(request, pk):
    source = get_own_import(request, pk)
    if source.records.exclude(learner__in=get_people(viewer=request.user, now=timezone.now())).exists():
        messages.error(request, _("Some of these people do not work in your organisations any more, so nothing was "
                                  "removed. Ask an administrator to take this import back."))
        return redirect("history_import", pk)
    try:
        removed = earlier.undo_import(source=source, by=request.user, now=timezone.now())
    except earlier.ImportDone:
        messages.error(request, _("This import was not saved, or it was taken back before."))
    else:
        messages.success(request, ngettext("%(number)d earlier record was removed.",
                                           "%(number)d earlier records were removed.", removed) % {"number": removed})
    return redirect("history_import", pk)
