"""The people who sign certificates, in the Wagtail admin."""

import base64

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import user_passes_test

from certificates import templates
from certificates.models import Signatory, SignatoryVersion
from certificates.rights import get_institutions, get_signatories, may_design, may_design_all
from certificates.template_admin.forms import SignatoryForm

for_designers = user_passes_test(may_design)


@for_designers
def list_signatories(request):
    versions = SignatoryVersion.objects.order_by("-number")
    rows = list(get_signatories(request.user).prefetch_related(Prefetch("versions", versions)))
    for row in rows:
        row.newest = row.versions.all()[0]
        row.position = row.newest.role.get(get_language()) or next(iter(row.newest.role.values()), "")
    return TemplateResponse(request, "certificates/admin/templates/signatories.html", {
        "rows": sorted(rows, key=lambda row: (row.archived_at is not None, row.newest.name)),
        "may_add": may_design_all(request.user) or get_institutions(request.user).exists()})


@for_designers
def edit_signatory(request, pk=None):
    signatory = get_own(request, pk) if pk else Signatory()
    version = signatory.latest if pk else None
    asked = request.method == "POST"
    form = SignatoryForm(request.POST if asked else None, request.FILES if asked else None, user=request.user,
                         signatory=signatory, version=version)
    if asked and form.is_valid() and (newest := save(request, form, signatory)):
        if newest != version:
            tell(request, signatory, newest)
        else:
            messages.success(request, _("Saved. What is printed has not changed."))
        return redirect("certificate_signatories")
    picture = templates.read_picture(version.image) if version else None
    return TemplateResponse(request, "certificates/admin/templates/signatory.html", {
        "signatory": signatory, "version": version, "form": form,
        "versions": signatory.versions.select_related("created_by").order_by("-number") if pk else [],
        "used_in": templates.get_templates_of(signatory) if pk else [],
        "picture": picture and f"data:image/png;base64,{base64.b64encode(picture.content).decode()}",
    }, status=422 if asked else 200)


def save(request, form, signatory):
    """The newest version, or None with an error in ``form``."""
    values = form.cleaned_data
    signatory.organisation = values["organisation"]
    try:
        return templates.save_signatory(
            signatory=signatory, name=values["name"], role=form.get_texts("role"), image=form.picture, by=request.user,
            now=timezone.now())
    except templates.SignatoryNotAllowed:
        form.add_error("organisation", _("This person signs on templates of other institutions. Take them off those "
                                         "templates first."))
        return None


def tell(request, signatory, newest):
    used_in = templates.get_templates_of(signatory)
    message = _("Saved %(name)s.") % {"name": newest.name}
    if used_in:
        message += " " + ngettext(
            "A new version of the template “%(names)s” prints this from now on; certificates issued before stay as "
            "they are.",
            "New versions of the templates “%(names)s” print this from now on; certificates issued before stay as they "
            "are.", len(used_in)) % {"names": "”, “".join(template.name for template in used_in)}
    messages.success(request, message)


@for_designers
@require_POST
def archive_signatory(request, pk):
    signatory = get_own(request, pk)
    name = signatory.latest.name
    try:
        templates.archive_signatory(signatory=signatory, by=request.user, now=timezone.now())
    except templates.SignatoryInUse as error:
        messages.error(request, _("%(name)s was not archived, because these templates print the signature: %(names)s. "
                                  "Choose somebody else there first.") % {"name": name, "names": error})
    else:
        messages.success(request, _("%(name)s is archived: nobody can choose this signature any more.") % {
            "name": name})
    return redirect("certificate_signatories")


@for_designers
@require_POST
def unarchive_signatory(request, pk):
    signatory = get_own(request, pk)
    templates.unarchive_signatory(signatory=signatory, by=request.user)
    messages.success(request, _("%(name)s can be chosen again.") % {"name": signatory.latest.name})
    return redirect("certificate_signatories")


def get_own(request, pk):
    return get_object_or_404(get_signatories(request.user), pk=pk)
