from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils.translation import override


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return settings.OPEN_SIGNUP

    def send_mail(self, template_prefix, email, context):
        """Write in the language of the person, not of whoever caused the mail."""
        user = context.get("user")
        if user is None:
            return super().send_mail(template_prefix, email, context)
        with override(user.preferred_language):
            return super().send_mail(template_prefix, email, context)
