"""Whoever sits before the admin, and what its pages say and offer."""

import html
import re
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

OFFERED = re.compile(r'href="[^"]*/do/([a-z-]+)/"')
KEY = re.compile(r'name="key" value="([0-9a-f]+)"')
FORESEEN = re.compile(r'name="foreseen" value="([^"]+)"')


def member(*groups: str) -> Client:
    """Whoever is in these groups, and named by them; logged in."""
    user = User.objects.create_user("-".join(groups))
    for group in groups:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    client = Client()
    client.force_login(user)
    return client


def address(row: Any, verb: str = "") -> str:
    """Of the page of a row, or of one of its verbs."""
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    if verb:
        return reverse(f"{name}_do", args=[row.pk, verb])
    return reverse(f"{name}_change", args=[row.pk])


def told(answer: Any) -> str:
    """What a page says, as one reads it."""
    return html.unescape(answer.content.decode())


def page(client: Client, row: Any, query: str = "") -> str:
    answer = client.get(address(row) + query)
    assert answer.status_code == 200
    return told(answer)


def offered(client: Client, row: Any) -> set[str]:
    return set(OFFERED.findall(page(client, row)))
