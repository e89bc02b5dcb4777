"""The public pages: whoever was shown a certificate finds out whether it is true."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates import sharing, wording
from certificates.checking import Verdict, check_code, check_codes, identity_matches, may_download
from certificates.code_lists import write_csv
from certificates.codes import grouped
from certificates.forms import CodeForm, CodeListForm, IdentityForm
from certificates.models import Certificate, Outbox
from certificates.throttling import HOUR, origin, spend, throttled


@require_safe
def redirect_to_check(request, code):
    """The short address in the QR: to the certificate's page in the language of whoever looks."""
    return redirect("certificate", code=code)


@require_safe
def check(request):
    """Where a code is typed. Looks up nothing: it leads to the page of the certificate."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("certificate", code=form.cleaned_data["code"])
    return not_indexed(render(request, "certificates/check.html", {"form": form}))


@require_safe
@never_cache
@throttled(name="certificate", limit=30)
def show(request, code):
    """The public page: the frozen facts and whether they hold. Never a mail address or an identity number."""
    return _show(request, check_code(code, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled(name="identity", limit=5, methods={"POST"})
def match_identity(request, code):
    """The public page with an answer: is this the number of the holder? Yes or no, and never twenty guesses. Without a
    question, as when somebody changes the language there, back to the page itself."""
    if request.method != "POST":
        return redirect("certificate", code=code)
    checked = check_code(code, now=timezone.now())
    form = IdentityForm(request.POST)
    if not _may_be_matched(checked) or not form.is_valid():
        return _show(request, checked, identity_form=form)
    spend(name="identity-of", subject=checked.code, limit=20, window=HOUR)
    try:
        return _show(request, checked, identity_form=IdentityForm(),
                     matches=identity_matches(checked.certificate, form.cleaned_data["number"]))
    except ValidationError as error:
        form.add_error("number", error)
        return _show(request, checked, identity_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@throttled(name="certificate-list", limit=10, methods={"POST"})
def check_list(request):
    """The codes of an employer's list, on the page or as CSV. Posted, because a list does not fit into an address."""
    form = CodeListForm(request.POST, request.FILES) if request.method == "POST" else CodeListForm()
    rows = None
    if form.is_bound and form.is_valid():
        entries = form.cleaned_data["entries"]
        spend(name="certificate-list-codes", subject=origin(request), limit=2_000, window=HOUR, amount=len(entries))
        found = {checked.code: checked for checked in
                 check_codes([entry.code for entry in entries if entry.code], now=timezone.now())}
        rows = [(entry, found.get(entry.code)) for entry in entries]
        if "csv" in request.POST:
            return not_indexed(HttpResponse(write_csv(rows), content_type="text/csv; charset=utf-8", headers={
                "Content-Disposition": f'attachment; filename="certificates-{timezone.localdate():%Y-%m-%d}.csv"'}))
    return not_indexed(render(request, "certificates/list.html", {"form": form, "rows": rows}))


def not_indexed(response):
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _may_be_matched(checked):
    return checked.snapshot is not None and bool(checked.certificate.identity_fingerprint)


def _show(request, checked, *, identity_form=None, matches=None):
    if checked.verdict == Verdict.UNKNOWN:
        # The same page for a code that was never given and for one that cannot be.
        return not_indexed(render(request, "certificates/unknown.html", {"form": CodeForm()}, status=404))
    certificate, snapshot = checked.certificate, checked.snapshot
    context = {"checked": checked, "certificate": certificate, "snapshot": snapshot, "code": grouped(certificate.code)}
    if snapshot:
        language = request.LANGUAGE_CODE
        keys = dict(certificate.artifacts.values_list("kind", "key"))
        context |= {
            "title": snapshot.course_title(language),
            "title_language": language if language in snapshot.course else snapshot.language,
            "other_titles": [(other, text) for other, text in snapshot.course.items()
                             if text and text != snapshot.course_title(language)],
            "contents": snapshot.content_titles(language),
            "hours": wording.hours(snapshot),
            "period": wording.period(snapshot),
            "modality": wording.modality(snapshot),
            "result": wording.result(snapshot),
            "progress": wording.progress(snapshot),
            "grade_rule": wording.grade_rule(snapshot),
            "workplace": wording.workplace(snapshot),
            "signatories": wording.signatories(snapshot, language),
            "is_holder": request.user.is_authenticated and may_download(request.user, certificate),
            "identity_form": (identity_form or IdentityForm()) if _may_be_matched(checked) else None,
            "identity_kind": wording.identity_kind(snapshot),
            "matches": matches,
            "has_credential": certificate.state == Certificate.State.ISSUED and Outbox.CREDENTIAL in keys,
            "is_unsigned": any(key is None for kind, key in keys.items() if kind.startswith(Outbox.PDF_PREFIX)),
            "linkedin_url": sharing.linkedin_url(certificate, snapshot, language),
        }
    return not_indexed(render(request, "certificates/certificate.html", context))
