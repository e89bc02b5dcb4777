from django.shortcuts import redirect


def redirect_to_check(request, code):
    """The short address in the QR: to the check page in the language of whoever looks."""
    return redirect("certificate_check", code=code)
