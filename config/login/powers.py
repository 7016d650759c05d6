"""What the groups give, in Django's own words for it: so the admin asks as it asks of any site."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import AnonymousUser, User

from workflows.callers import Caller, Power

OURS = frozenset({"books", "artifacts", "workflows", "events", "triggers"})
NEEDS = {
    "view": Power.READ,
    "add": Power.OPERATE,
    "change": Power.OPERATE,
    "delete": Power.OPERATE,
}
KEPT = "_caller"
SECRET = frozenset({"apitoken", "webhookendpoint", "idempotencykey"})
"""Models that only operators see."""


class Powers(BaseBackend):
    """Beside the permissions that a superuser hands out one by one: the powers of a user's groups
    over the product's own models. Users and groups are no operator's business."""

    def has_perm(
        self,
        user_obj: User | AnonymousUser,
        perm: str,
        obj: Any = None,  # noqa: ARG002
    ) -> bool:
        app, _, name = perm.partition(".")
        act, _, model = name.partition("_")
        needed = Power.OPERATE if model in SECRET else NEEDS.get(act)
        return app in OURS and needed in powers_of(user_obj)

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        return app_label in OURS and Power.READ in powers_of(user_obj)


def powers_of(user: User | AnonymousUser) -> frozenset[Power]:
    return caller_of(user).powers


def caller_of(user: User | AnonymousUser) -> Caller:
    """Asked of the database once for each user object, as Django keeps its permissions."""
    if not (isinstance(user, User) and user.is_active):
        return Caller(user.get_username(), frozenset())
    found: Caller | None = getattr(user, KEPT, None)
    if found is None:  # by setattr, since a request's user is a wrapper about the one that is kept
        found = Caller.of(user)
        setattr(user, KEPT, found)
    return found
