from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.auth import user_passes_test

from assessments import tasks
from assessments.bank_admin.fields import get_own_institutions
from assessments.importing import running
from assessments.importing.sentences import get_sentence
from assessments.importing.sources import FORMATS, write
from assessments.importing.undoing import ASKED, EDITED, USED, NotUndoable, undo_import
from assessments.importing_admin.exporting import export
from assessments.importing_admin.forms import PlaceForm, UploadForm, get_formats, get_kind_label
from assessments.models import QuestionImport
from assessments.rights import may_import

ROWS = 50
KEPT = 30
for_those_who_import = user_passes_test(may_import)


def get_own(request, pk):
    """An import of the person, or 404: nobody sees that of another."""
    return get_object_or_404(QuestionImport.objects.select_related("category", "by"), pk=pk, by=request.user)


@for_those_who_import
def list_imports(request):
    """The upload form, and the person's own imports."""
    form = UploadForm(request.POST or None, request.FILES or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        owner = None if request.user.is_superuser else get_own_institutions(request.user).first()
        source = running.begin(file=values["file"], name=values["file"].name, by=request.user, owner=owner,
                               language=values["language"], category=values["category"], format=values["format"])
        tasks.look_at_import.delay(str(source.pk), get_language())
        return redirect("question_import", source.pk)
    own = QuestionImport.objects.filter(by=request.user).defer("report", "made")[:KEPT]
    return TemplateResponse(request, "assessments/admin/importing/list.html", {"form": form, "imports": own})


@for_those_who_import
def download_template(request):
    """The workbook that explains itself, in the language of the page."""
    data, _written = write([], "xlsx", get_language())
    return HttpResponse(data, content_type=FORMATS["xlsx"].content_type, headers={
        "Content-Disposition": f'attachment; filename="{pgettext("file name", "questions")}.xlsx"'})


@for_those_who_import
def show_import(request, pk):
    source = get_own(request, pk)
    progress = running.get_progress(source) if source.is_working else None
    context = {
        "source": source, "progress": progress, "is_stalled": source.is_working and progress is None,
        "format": dict(get_formats()).get(source.format, ""), "problem": get_problem(source)}
    if source.state in (QuestionImport.State.READY, QuestionImport.State.SAVED, QuestionImport.State.UNDONE):
        context |= describe_report(request, source)
    if source.state == QuestionImport.State.READY:
        context["form"] = PlaceForm(initial={"category": source.category_id, "language": source.language})
    return TemplateResponse(request, "assessments/admin/importing/import.html", context)


def get_problem(source):
    error = source.report.get("error")
    return get_sentence(**error) if error else ""


def describe_report(request, source):
    report = source.report
    page = Paginator(report["rows"], ROWS).get_page(request.GET.get("p"))
    return {
        "rows": [describe_row(row) for row in page.object_list], "page": page,
        "by_type": [(get_kind_label(kind), total) for kind, total in report["by_type"].items() if total],
        "actions": report["actions"], "report": report,
        "to_save": sum(report["actions"].get(action, 0) for action in ("new", "changed")),
        "refused": [{**each, "type": get_kind_label(each["type"]),
                     "why": get_sentence(each["reason"], each["sentence"])} for each in report["refused"]],
        "kept": [{**each, "why": get_reason_to_keep(each["why"])} for each in report.get("undone", {}).get("kept", ())]}


def describe_row(row):
    return {**row, "kind": get_kind_label(row["kind"]), "place": " › ".join(row["path"]),
            "action_label": {"new": _("New"), "changed": _("Changes one that is here"),
                             "same": _("Is here already")}[row["action"]],
            "remarks": [get_sentence(**each) for each in row["remarks"]]}


def get_reason_to_keep(why):
    return {ASKED: _("Learners have been asked it, and it belongs to their results."),
            USED: _("A test has chosen it."),
            EDITED: _("It was changed after the import.")}[why]


def post_only(view):
    """Of the person's own import; then back to its page."""
    def handle(request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return view(request, get_own(request, pk)) or redirect("question_import", pk)
    return for_those_who_import(handle)


@post_only
def look_again(request, source):
    form = PlaceForm(request.POST)
    if form.is_valid() and running.look_again(source=source, **form.cleaned_data):
        tasks.look_at_import.delay(str(source.pk), get_language())


@post_only
def save_import(request, source):
    if running.confirm(source=source):
        tasks.save_import.delay(str(source.pk), get_language())


@post_only
def restart(request, source):
    """What a worker left when it died is begun again; what is done already is not."""
    if running.get_progress(source) is None and source.is_working:
        running.show_progress(source.pk, 0)
        task = tasks.save_import if source.state == QuestionImport.State.SAVING else tasks.look_at_import
        task.delay(str(source.pk), get_language())


@post_only
def discard(request, source):
    if not running.discard(source=source):
        return None
    messages.success(request, _("The file was removed. No question was saved."))
    return redirect("question_imports")


@post_only
def undo(request, source):
    try:
        undo_import(source=source, by=request.user, now=timezone.now())
    except NotUndoable:
        messages.error(request, _("This import cannot be taken back: it was not saved, or it was taken back before."))


urlpatterns = [
    path("question-imports/", list_imports, name="question_imports"),
    path("question-imports/<uuid:pk>/", show_import, name="question_import"),
    path("question-imports/<uuid:pk>/look-again/", look_again, name="question_import_look_again"),
    path("question-imports/<uuid:pk>/save/", save_import, name="question_import_save"),
    path("question-imports/<uuid:pk>/restart/", restart, name="question_import_restart"),
    path("question-imports/<uuid:pk>/discard/", discard, name="question_import_discard"),
    path("question-imports/<uuid:pk>/undo/", undo, name="question_import_undo"),
    path("question-imports/template/", download_template, name="question_import_template"),
    path("question-exports/", export, name="assessments_export"),
]
