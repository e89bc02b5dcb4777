"""Questions out of the bank: those of a category, or those that were chosen in a list (?id=1&id=2)."""

from django.http import FileResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from wagtail.admin.auth import user_passes_test

from assessments.importing.categories import get_path, in_category
from assessments.importing.exporting import export_questions
from assessments.importing.sentences import get_sentence
from assessments.importing.sources import FORMATS
from assessments.importing_admin.forms import ExportForm, get_kind_label
from assessments.rights import get_usable, is_in_bank
from lms.accounts.audit import record_event

MOST_IDS = 5000


@user_passes_test(is_in_bank)
def export(request):
    """The form; with a format, what would be in the file; with «file», the file. By GET all of it: nothing changes."""
    ids = [each for each in request.GET.getlist("id") if each.isdecimal() and len(each) < 15][:MOST_IDS]
    form = ExportForm(request.GET if "format" in request.GET else None, initial={"language": get_language()})
    context = {"form": form, "ids": ids}
    if ids:
        del form.fields["category"]
        context["total"] = get_usable(request.user).filter(pk__in=ids).count()
    if form.is_bound and form.is_valid():
        exported = make_export(request.user, ids, form.cleaned_data)
        if "file" in request.GET or not (exported.refused or exported.changed):
            return send(request.user, exported, form.cleaned_data)
        context |= {"exported": exported, "query": f"{request.GET.urlencode()}&file=1",
                    "refused": describe(exported.refused), "changed": describe(exported.changed)}
    return TemplateResponse(request, "assessments/admin/importing/export.html", context)


def make_export(user, ids, values):
    """The Exported of what the person may use."""
    category = values.get("category")
    questions = get_usable(user)
    if ids:
        questions = questions.filter(pk__in=ids)
    elif category:
        questions = questions.filter(pk__in=in_category(category).values("pk"))
    return export_questions(questions, format=values["format"], language=values["language"],
                            base=get_path(category) if category else ())


def describe(several):
    return [{"name": each.name, "kind": get_kind_label(each.type), "why": get_sentence(each.reason, each.sentence)}
            for each in several]


def send(user, exported, values):
    """The whole file, which is finished before its first byte goes out (docs/decisions/0008)."""
    format = FORMATS[values["format"]]
    record_event(actor=user, action="questions.exported", subject="question-bank", details={
        "format": format.name, "language": values["language"], "questions": exported.total})
    name = f"{pgettext('file name', 'questions')}-{timezone.localtime():%Y-%m-%d-%H%M}.{format.extension}"
    return FileResponse(exported.file, as_attachment=True, filename=name, content_type=format.content_type)
