from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin.views.account import AccountView, NameEmailSettingsPanel

from lms.accounts.forms import ProfileForm
from lms.accounts.lockout import get_lockout_end
from lms.accounts.models import User
from lms.accounts.people import save_person


@sensitive_post_parameters("document_number")
@never_cache
@login_required
def profile(request):
    """A person's own data: there is no address by which somebody else's could be asked for."""
    # A copy of its own: a form that fails must not show what was typed as the name in the header.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        save_person(user=person, changed=form.changed, by=request.user)
        messages.success(request, _("Your data were saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {
        "form": form,
        "assignments": request.user.assignments.on(timezone.localdate()).select_related("organisation"),
        "role_grants": request.user.role_grants.select_related("organisation"),
    })


def locked_out(request, response=None, credentials=None):
    """What axes shows after too many failed sign-ins, whatever the page they came from."""
    return render(request, "accounts/locked_out.html", {"until": get_lockout_end(request, credentials)}, status=429)


class AdminPreferencesView(AccountView):
    """How the Wagtail admin looks to a person. Names are changed in the profile: Wagtail's form has other fields."""

    def get_panels(self):
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]
