"""What a template asks of whoever is there; nothing that the page has not asked the database."""

from typing import Any

from django import template

from config.login.powers import powers_of
from workflows.callers import Power

register = template.Library()


@register.filter
def reads(user: Any) -> bool:
    """Whether this user may look at everything, in the admin too."""
    return Power.READ in powers_of(user)
