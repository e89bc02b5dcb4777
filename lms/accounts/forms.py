from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms


class LoginForm(AllauthLoginForm):
    pass


class SignupForm(forms.Form):
    def signup(self, request, user):
        pass
