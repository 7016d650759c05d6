from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy


class Password(PasswordChangeView):
    """Of whoever is logged in, groups or none; the other sessions of that user end."""

    template_name = "console/password.html"
    success_url = reverse_lazy("console:inbox")

    def form_valid(self, form: object) -> HttpResponse:
        messages.success(self.request, "The password is changed. Other browsers are logged out.")
        return super().form_valid(form)  # type: ignore[arg-type]
