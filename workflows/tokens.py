"""Making tokens, and finding whose they are."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from books.errors import nearest
from books.words import valid
from workflows.errors import Contradiction, InvalidInput, UnknownThing
from workflows.models import ApiToken
from workflows.roster import known_agents

PREFIX = "bindery_"
SHOWN = 12  # characters that a secret is recognised by
USED_TO = timedelta(hours=1)
MOST_DAYS = 3650


def make(
    user: str,
    name: str,
    *,
    groups: Sequence[str] = (),
    agents: Sequence[str] = (),
    expires_days: int | None = None,
) -> dict[str, Any]:
    """A new token for a user, who is made (without a password) and put into these groups where
    needed; answers the noun with the secret, which is told this once."""
    wanted, known = check(user, name, groups=groups, agents=agents, expires_days=expires_days)
    password = make_password(None)
    secret = PREFIX + secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(days=expires_days) if expires_days else None
    with transaction.atomic():
        owner, _ = User.objects.get_or_create(username=user, defaults={"password": password})
        owner.groups.add(*wanted)
        _refuse_second(user, name)
        token = ApiToken.objects.create(
            user=owner,
            name=name,
            digest=digest_of(secret),
            starts_with=secret[:SHOWN],
            groups=[group.name for group in wanted],
            agents=list(known),
            expires_at=expires_at,
        )
    return {"token": secret, **token.as_json()}


def check(
    user: str,
    name: str,
    *,
    groups: Sequence[str] = (),
    agents: Sequence[str] = (),
    expires_days: int | None = None,
) -> tuple[list[Group], tuple[str, ...]]:
    """The groups and agents of those names. Raises what `make` raises, and makes nothing."""
    if not user.strip() or not name.strip():
        raise InvalidInput("a token is of a user, and has a name")
    if expires_days is not None and not 1 <= expires_days <= MOST_DAYS:
        raise InvalidInput(f"a token expires after 1 to {MOST_DAYS} days")
    wanted = [_group(word) for word in dict.fromkeys(groups)]
    known = known_agents(agents)
    valid(User(username=user, password="!"))  # noqa: S106 (that of nobody)
    _refuse_second(user, name)
    return wanted, known


def revoke(token: ApiToken) -> None:
    """It opens nothing any more. May be repeated."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


def valid_token(secret: str) -> ApiToken | None:
    """The token of that secret with its user; None where it opens nothing, whatever the reason.

    One query, and once in an hour another that notes its use.
    """
    now = timezone.now()
    found = ApiToken.objects.valid(now).select_related("user").filter(digest=digest_of(secret))
    if token := found.first():
        _note_use(token, now)
    return token


def digest_of(secret: str) -> str:
    """SHA-256 is enough: a secret has 256 random bits, so nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note_use(token: ApiToken, now: datetime) -> None:
    if not token.last_used_at or token.last_used_at < now - USED_TO:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_TO)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def _group(name: str) -> Group:
    if group := Group.objects.filter(name=name).first():
        return group
    known = Group.objects.values_list("name", flat=True)
    raise UnknownThing(f'no group "{name}"{nearest(name, known)}')


def _refuse_second(user: str, name: str) -> None:
    if ApiToken.objects.filter(user__username=user, name=name, revoked_at=None).exists():
        raise Contradiction(f'{user} has a token "{name}" already; revoke it, or name another')
