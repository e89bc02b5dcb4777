"""The public page where a PDF or a digital credential is judged."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.credentials.verifying import NotACredential, verify
from certificates.file_findings import describe_credential, describe_pdf
from certificates.forms import FileForm
from certificates.reading import PdfRefused, read_pdf
from certificates.throttling import throttled
from certificates.views.checking import not_indexed


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled(name="certificate-file", limit=10, methods={"POST"})
def check_file(request):
    """What a document that somebody sent proves, each question by itself. The file is looked at and not kept."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    report = None
    if form.is_bound and form.is_valid():
        content, now = form.cleaned_data["file"].read(), timezone.now()
        try:
            if content.lstrip()[:1] == b"{":
                report = describe_credential(verify(content, now=now), now=now)
            else:
                report = describe_pdf(read_pdf(content, now=now), now=now)
        except NotACredential:
            form.add_error("file", FileForm.NOT_A_CREDENTIAL)
        except PdfRefused as refused:
            form.add_error("file", refused.sentence)
    return not_indexed(render(request, "certificates/file.html", {"form": form, "report": report}))
