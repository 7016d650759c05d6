from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpResponse

from config.login.forms import LoginForm


class Login(LoginView):
    """The one page to log in at; the admin leads here too."""

    form_class = LoginForm

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait_seconds:
            response.status_code = 429
            response["Retry-After"] = str(form.wait_seconds)
        return response
