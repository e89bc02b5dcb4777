from allauth.account.adapter import DefaultAccountAdapter
from axes.utils import reset as forget_failures
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return settings.OPEN_SIGNUP

    def save_user(self, request, user, form, commit=True):
        """Names and document in the same row from the first moment, not in a second step."""
        user = super().save_user(request, user, form, commit=False)
        form.fill(user)
        if commit:
            user.save()
        return user

    def set_password(self, user, password):
        """Whoever sets a new password has shown who they are: a lockout of the account ends."""
        super().set_password(user, password)
        forget_failures(username=user.email)

    def get_password_change_redirect_url(self, request):
        return reverse("profile")

    def send_mail(self, template_prefix, email, context):
        """Write in the language of the person, not of whoever caused the mail."""
        user = context.get("user")
        if user is None:
            return super().send_mail(template_prefix, email, context)
        with override(user.preferred_language):
            return super().send_mail(template_prefix, email, context)
