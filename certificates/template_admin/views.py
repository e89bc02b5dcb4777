"""Certificate templates in the Wagtail admin: list, editor with preview, versions."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import user_passes_test

from certificates import templates
from certificates.models import CertificateTemplate, TemplateVersion
from certificates.rights import check_design_all, get_institutions, get_templates, may_design, may_design_all
from certificates.template_admin.forms import PICTURES, PreviewForm, TemplateForm
from certificates.template_admin.preview import draw

for_designers = user_passes_test(may_design)


@for_designers
def list_templates(request):
    rows = list(get_templates(request.user).order_by("archived_at", "name"))
    uses = templates.count_uses(rows)
    newest = {version.template_id: version for version in TemplateVersion.objects.filter(
        template__in=rows).select_related("created_by").order_by("number")}
    for row in rows:
        row.uses, row.newest = uses[row.pk], newest.get(row.pk)
    return TemplateResponse(request, "certificates/admin/templates/list.html", {
        "rows": rows, "may_design_all": may_design_all(request.user),
        "may_add": may_design_all(request.user) or get_institutions(request.user).exists()})


@for_designers
def edit_template(request, pk=None):
    """The editor of a template, or of a new one. The button “Preview” shows what would be printed and saves nothing."""
    template = get_own(request, pk) if pk else CertificateTemplate()
    version = template.latest if pk else None
    asked = request.method == "POST"
    form = TemplateForm(request.POST if asked else None, request.FILES if asked else None, user=request.user,
                        template=template, version=version)
    look_at = PreviewForm(request.POST if asked else None, initial={"preview_language": "es"})
    pages, status = [], 200
    if asked and form.is_valid():
        if "preview" not in request.POST:
            return save(request, form, template)
        pages = draw(form.content, look_at.chosen)
    elif asked:
        status = 422
    else:
        pages = draw(templates.read_content(version) if version else templates.Content(), look_at.chosen)
    if asked:
        form.keep_pictures()
    return TemplateResponse(request, "certificates/admin/templates/edit.html", {
        "template_row": template, "version": version, "form": form, "look_at": look_at, "pages": pages,
        "pictures": describe_pictures(form, version)}, status=status)


def save(request, form, template):
    before = template.latest if template.pk and not template._state.adding else None
    template.name, template.organisation = form.cleaned_data["name"], form.cleaned_data["organisation"]
    version = templates.save_template(template=template, content=form.content, by=request.user, now=timezone.now())
    if version == before:
        messages.success(request, _("Saved. What is printed has not changed: it is still version %(number)d.") % {
            "number": version.number})
    else:
        messages.success(request, _("Saved as version %(number)d. Certificates that are issued from now on look like "
                                    "this; those issued before stay as they are.") % {"number": version.number})
    return redirect("certificate_template", template.pk)


def describe_pictures(form, version):
    """{name of the field: is one printed now, or was one chosen just now?}"""
    return {name: bool(form.pictures.get(name)) if form.is_bound else bool(version and getattr(version, name))
            for name in PICTURES}


@for_designers
def list_versions(request, pk):
    template = get_own(request, pk)
    rows = list(template.versions.select_related("created_by").order_by("-number"))
    chosen = request.GET.get("version")
    shown = next((row for row in rows if str(row.number) == chosen), None) if chosen else rows[0]
    if shown is None:
        raise Http404
    look_at = PreviewForm(request.GET)
    return TemplateResponse(request, "certificates/admin/templates/versions.html", {
        "template_row": template, "rows": rows, "shown": shown, "look_at": look_at,
        "pages": draw(templates.read_content(shown), look_at.chosen)})


@for_designers
@require_POST
def restore_version(request, pk, number):
    template = get_own(request, pk)
    version = get_object_or_404(template.versions, number=number)
    try:
        newest = templates.restore_version(version=version, by=request.user, now=timezone.now())
    except templates.SignatoryNotAllowed:
        messages.error(request, _("Version %(number)d was not restored: somebody who signed it is archived or signs "
                                  "for another institution now.") % {"number": number})
    else:
        messages.success(request, _("Version %(number)d is printed from now on, as version %(newest)d.") % {
            "number": number, "newest": newest.number})
    return redirect("certificate_template_versions", pk)


@for_designers
@require_POST
def archive_template(request, pk):
    template = get_own(request, pk)
    try:
        templates.archive_template(template=template, by=request.user, now=timezone.now())
    except templates.TemplateInUse:
        messages.error(request, _("“%(name)s” is used where nothing else was chosen, so it cannot be archived. Make "
                                  "another one the default first.") % {"name": template.name})
    else:
        messages.success(request, _("“%(name)s” is archived: it is not offered any more. Where it was chosen it goes "
                                    "on being used.") % {"name": template.name})
    return redirect("certificate_templates")


@for_designers
@require_POST
def unarchive_template(request, pk):
    template = get_own(request, pk)
    templates.unarchive_template(template=template, by=request.user)
    messages.success(request, _("“%(name)s” is offered again.") % {"name": template.name})
    return redirect("certificate_templates")


@for_designers
@require_POST
def make_default(request, pk):
    check_design_all(request.user)
    template = get_own(request, pk)
    templates.make_default(template=template, by=request.user)
    messages.success(request, _("“%(name)s” is used from now on where nothing else was chosen.") % {
        "name": template.name})
    return redirect("certificate_templates")


def get_own(request, pk):
    return get_object_or_404(get_templates(request.user), pk=pk)
