from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from axes.utils import reset as forget_failures
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override


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

    def send_welcome(self, user):
        """Tell a person that somebody made an account for them, with a link to choose its password."""
        with override(user.preferred_language):
            path = reverse("account_reset_password_from_key",
                           args=[user_pk_to_url_str(user), default_token_generator.make_token(user)])
        self.send_mail("account/email/welcome", user.email,
                       {"user": user, "password_reset_url": settings.BASE_URL + path})

    def get_password_change_redirect_url(self, request):
        return reverse("profile")

    def send_mail(self, template_prefix, email, context):
        """Write in the language of the person, not of whoever caused the mail; no request is needed."""
        user = context.get("user")
        context = {**context, "email": email, "base_url": settings.BASE_URL, "open_signup": settings.OPEN_SIGNUP}
        with override(user.preferred_language if user else get_language()):
            self.render_mail(template_prefix, email, context).send()
