"""Who asks: `Authorization: Bearer …`, or a session."""

from typing import Any

from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from workflows.callers import Caller
from workflows.models import ApiToken
from workflows.tokens import valid_token

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """One answer for what is unknown, expired or revoked: it tells nobody which."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != SCHEME.lower().encode():
            return None
        token = valid_token(secret.strip().decode(errors="replace"))
        if token is None:
            raise AuthenticationFailed("this token opens nothing: unknown, expired or revoked")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return f'{SCHEME} realm="bindery"'


def caller_of(request: Any) -> Caller:
    """The caller of an authenticated request, found out once."""
    if not hasattr(request, "caller"):
        request.caller = Caller.of(request.user, request.auth)
    caller: Caller = request.caller
    return caller
