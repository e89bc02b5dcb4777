"""The keys of the issuer in the Wagtail admin: what is signed with what, and what to do when a key is old or lost."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from certificates import keys
from certificates.models import IssuerKey
from certificates.rotation import get_storage, rotate
from certificates.unsigned import NoKey, get_unsigned, seal_unsigned

SEE, CHANGE = "certificates.view_issuerkey", "certificates.change_issuerkey"
Purpose = IssuerKey.Purpose


@dataclass(frozen=True)
class Act:
    """What may be done with a key, on a page that says first what will happen."""

    title: str
    consequences: tuple
    button: str
    do: callable
    is_open: callable
    done: str


ACTS = {
    "retire": Act(
        title=gettext_lazy("Retire this key"),
        consequences=(
            gettext_lazy("From now on nothing is signed with it."),
            gettext_lazy("What it signed stays good: it stays published."),
            gettext_lazy("When no other key of this kind is in use, new certificates are issued unsigned. To put a new "
                         "key in its place, go back and make one: the old one is retired by that."),
        ),
        button=gettext_lazy("Retire the key"), do=keys.retire, is_open=lambda key: not key.retired_at,
        done=gettext_lazy("The key was retired."),
    ),
    "compromised": Act(
        title=gettext_lazy("Withdraw this key: somebody else may have it"),
        consequences=(
            gettext_lazy("From now on nothing is signed with it, and it is not published any more: whoever checks a "
                         "document or credential that it signed is told that it cannot be believed."),
            gettext_lazy("The valid certificates that it signed are issued again as new versions, with a mail to each "
                         "holder, as soon as there is another key of this kind. Make one right after this."),
            gettext_lazy("It cannot be undone. To replace a sound key by a newer one, make a new key instead."),
        ),
        button=gettext_lazy("Withdraw the key"), do=keys.mark_compromised, is_open=lambda key: not key.compromised_at,
        done=gettext_lazy("The key was withdrawn."),
    ),
}


class ConfirmationForm(forms.Form):
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have read what will happen"),
        error_messages={"required": gettext_lazy("Confirm that you have read what will happen.")})


@require_safe
def show(request):
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    now = timezone.now()
    all_keys = list(IssuerKey.objects.with_progress())
    purposes = [_describe(purpose, now) for purpose in Purpose]
    return TemplateResponse(request, "certificates/admin/keys.html", {
        "withdrawn": [(key, key.reissued + key.waiting) for key in all_keys if key.compromised_at],
        "without_key": [each["purpose"] for each in purposes if each["key"] is None],
        "keys": [(key, _get_state(key), [name for name, act in ACTS.items() if act.is_open(key)]) for key in all_keys],
        "purposes": purposes,
        "unsigned": get_unsigned(now=now).count(),
        "may_change": request.user.has_perm(CHANGE),
        "breadcrumbs_items": _get_breadcrumbs(),
    })


def act(request, pk, name):
    """A page that says what will happen to a key, and does it."""
    _require_change(request)
    key, chosen = get_object_or_404(IssuerKey, pk=pk), ACTS[name]
    form = ConfirmationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.do(key=key, by=request.user, now=timezone.now())
        except keys.KeyAlreadyEnded:
            messages.warning(request, _("That was done before. Nothing was changed."))
        else:
            messages.success(request, chosen.done)
        return redirect("issuer_keys")
    consequences = list(chosen.consequences)
    if name == "compromised":
        number = keys.get_certificates_signed_by(key).count()
        consequences.insert(1, ngettext(
            "It signed %(number)d certificate that is valid.",
            "It signed %(number)d certificates that are valid.", number) % {"number": number})
    return _confirm(request, form, title=chosen.title, subject=key.key_id, consequences=consequences,
                    button=chosen.button, is_grave=True)


def make(request, purpose):
    """A new key in the place of the one in use."""
    _require_change(request)
    form = ConfirmationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            key, _retired, _number = rotate(purpose=purpose, storage=get_storage(), by=request.user, now=timezone.now())
        except keys.KeyUnavailable as error:
            messages.error(request, _("The key could not be made, and nothing was changed. %(reason)s") % {
                "reason": error})
        else:
            messages.success(request, _("The key %(key)s was made and signs from now on.") % {"key": key.key_id})
        return redirect("issuer_keys")
    return _confirm(
        request, form, title=_("Make a new key"), subject=Purpose(purpose).label, button=_("Make the key"),
        is_grave=False, consequences=[
            _("From now on it signs in place of the one in use, which is retired. What that one signed stays good."),
            _("Certificates that were issued without such a key are made again with it."),
            _("Whoever keeps the root certificates of the platform to check documents needs the new one too."),
        ])


@require_POST
def seal(request):
    """Have the unsigned documents made again."""
    _require_change(request)
    try:
        number = seal_unsigned(by=request.user, now=timezone.now())
    except NoKey:
        messages.error(request, _("There is no key yet that could seal them."))
    else:
        messages.success(request, ngettext(
            "%(number)d document is being made again with a seal.",
            "%(number)d documents are being made again with a seal.", number) % {"number": number})
    return redirect("issuer_keys")


def _require_change(request):
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied


def _confirm(request, form, **context):
    return TemplateResponse(request, "certificates/admin/key_confirm.html", {
        "form": form, **context,
        "breadcrumbs_items": [*_get_breadcrumbs(last=False), {"url": "", "label": context["title"]}]})


def _describe(purpose, now):
    """What is signed with which key, and whether it can be: {"purpose", "label", "key", "problem"}."""
    key, problem = keys.get_signing_key(purpose=purpose, now=now), ""
    if key:
        try:
            keys.sign(key=key, data=b"Can it be used?")
        except keys.KeyUnavailable as error:
            problem = str(error)
    return {"purpose": purpose.value, "label": purpose.label, "key": key, "problem": problem}


def _get_state(key):
    if key.compromised_at:
        return _("Withdrawn")
    return _("Retired") if key.retired_at else _("In use")


def _get_breadcrumbs(last=True):
    return [{"url": reverse("certificate_list"), "label": _("Certificates")},
            {"url": "" if last else reverse("issuer_keys"), "label": _("Keys of the issuer")}]


urlpatterns = [
    path("certificates/keys/", show, name="issuer_keys"),
    path("certificates/keys/seal/", seal, name="seal_unsigned"),
    *(path(f"certificates/keys/new/{purpose}/", make, {"purpose": purpose.value}, name=f"make_issuer_key_{purpose}")
      for purpose in Purpose),
    *(path(f"certificates/keys/<int:pk>/{name}/", act, {"name": name}, name=f"issuer_key_{name}") for name in ACTS),
]
