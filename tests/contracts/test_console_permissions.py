"""Who may open which page of the console (`console_law.py`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse

from tests.contracts.console_law import REQUESTS, request_of, rows
from tests.contracts.permission_world import Ask, World
from tests.contracts.test_permissions import METHODS, undone
from tests.factories import set_up
from workflows.models import AgentBinding

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(folder: Path) -> World:
    set_up()
    for agent in ("writer", "editor"):
        AgentBinding.objects.get_or_create(agent=agent, executor="external")
    return World(folder)


def test_every_cell_is_as_the_law_says(world: World) -> None:
    wrong = []
    for row, cells in rows().items():
        for caller, cell in cells.items():
            with undone():
                answer = asked(request_of(row, world), row.split()[1], caller)
            if told(answer) != cell:
                wrong.append(f"{row} by {caller}: {told(answer)} instead of {cell}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_law_has_every_page_and_method_and_no_other(world: World) -> None:
    """A method is there where it is not answered by 405. The password page is Django's, and has
    what Django gives it."""
    there = set()
    for route in set(routes()) - {"password"}:
        row = next(row for row in rows() if row.split()[0] == route)
        for method in METHODS:
            with undone():
                answer = asked(request_of(row, world), method, "operator")
            if answer.status_code != 405:
                there.add((route, method))
    assert there == {(row.split()[0], row.split()[1]) for row in rows()} - {("password", "GET")}


def test_each_request_is_of_a_row() -> None:
    assert set(REQUESTS) <= set(rows())


def asked(ask: Ask, method: str, caller: str) -> Any:
    """By a browser in which that caller is logged in."""
    client = Client(raise_request_exception=False)
    if caller != "anonymous":
        client.force_login(User.objects.get(username=caller))
    said = {"GET": ask.query, "POST": ask.body}.get(method)
    answer = getattr(client, method.lower())(ask.address, said)
    if answer.streaming:
        answer.getvalue()  # a file is closed when it was read
    return answer


def told(answer: Any) -> str:
    if answer.status_code == 302 and answer.url.startswith(reverse("login")):
        return "login"
    return "yes" if 200 <= answer.status_code < 400 else str(answer.status_code)


def routes() -> Iterator[str]:
    console = next(
        one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "console"
    )
    for one in console.url_patterns:
        yield one.name
