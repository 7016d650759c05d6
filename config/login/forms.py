from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from config.login import throttle

MINUTE = 60


class LoginForm(AuthenticationForm):
    """Django's, with its tries counted. `wait_seconds` is not 0 where there were too many."""

    request: HttpRequest
    wait_seconds = 0

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        address = throttle.address_of(self.request)
        if wait := throttle.take(name, address):
            self.wait_seconds = wait
            minutes = -(-wait // MINUTE)
            again = "a minute" if minutes == 1 else f"{minutes} minutes"
            raise ValidationError(f"Too many tries. Please try again in {again}.", "throttled")
        cleaned = super().clean()
        throttle.succeeded(name, address)
        return cleaned
