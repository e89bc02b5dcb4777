"""A template as it would print, as pictures of its pages."""

import base64

import typst
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import user_passes_test

from certificates.looks import make_look
from certificates.models import CertificateTemplate
from certificates.rendering import render_pages
from certificates.rights import get_templates, may_design
from certificates.template_admin.forms import PreviewForm, TemplateForm
from certificates.template_admin.samples import make_sample


def draw(content, choice):
    """The pages of a templates.Content as data URLs, with the sample that ``choice`` (PreviewForm.chosen) asks for."""
    languages, kind, is_long = choice
    certificate, snapshot = make_sample(
        kind=kind, is_long=is_long, language=languages[0], issuer=settings.CERTIFICATE_ISSUER,
        signatories=[{"name": each.name, "role": each.role} for each in content.signatories])
    pages = render_pages(certificate=certificate, snapshot=snapshot, look=make_look(content), languages=languages,
                         check_url=certificate.get_short_url())
    return [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in pages]


@user_passes_test(may_design)
@require_POST
def preview(request):
    """What the form would print, without saving anything: {"pages": [...]} or {"message": why there is nothing new}."""
    try:
        template = get_templates(request.user).filter(pk=request.POST.get("template") or None).first()
    except ValidationError:  # no identifier
        template = None
    form = TemplateForm(request.POST, request.FILES, user=request.user, template=template or CertificateTemplate(),
                        version=template and template.latest)
    if not form.is_valid():
        return JsonResponse({"message": _("The preview waits until the form has no errors: %(fields)s.") % {
            "fields": "; ".join(name for _bound, name in form.name_errors())}})
    try:
        return JsonResponse({"pages": draw(form.content, PreviewForm(request.POST).chosen)})
    except typst.TypstError:
        return JsonResponse({"message": _("This cannot be drawn: a text has characters that the fonts of the "
                                          "certificates lack.")})
