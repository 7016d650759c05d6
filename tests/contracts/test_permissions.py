"""The law of who may do what, held against every address, method and caller."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tests.contracts.permission_requests import REQUESTS
from tests.contracts.permission_world import World
from tests.contracts.permissions import CALLERS, rows
from tests.factories import set_up
from workflows.models import AgentBinding

pytestmark = pytest.mark.django_db
OPEN = {"", "login", "logout", "nothing-here"}  # where one finds the way in, and out; a dead end
OPEN |= {"chapter-styles"}  # how chapters look, for a frame that has no session
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def world(folder: Path) -> World:
    set_up()
    for agent in ("writer", "editor"):
        AgentBinding.objects.get_or_create(agent=agent, executor="external")
    return World(folder)


def test_every_cell_is_as_the_law_says(world: World) -> None:
    wrong = []
    for row, cells in rows().items():
        _, method, *_ = row.split()
        for caller, cell in cells.items():
            with undone():
                answer = REQUESTS[row](world).by(method, world.callers[caller])
            told = "yes" if 200 <= answer.status_code < 300 else str(answer.status_code)
            if told != cell:
                wrong.append(f"{row} by {caller}: {told} instead of {cell}: {said(answer)}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_law_has_every_address_and_method_and_no_other(world: World) -> None:
    """A method is there where it is not answered by 405."""
    asked = {(row.split()[0], row.split()[1]) for row in rows()}
    asks = {row.split()[0]: REQUESTS[row](world) for row in rows()}
    routes = set(routes_below(get_resolver())) - OPEN
    assert set(asks) == routes
    there = set()
    for route in routes:
        for method in METHODS:
            with undone():
                answer = asks[route].by(method, world.callers["operator"])
            if answer.status_code != 405:
                there.add((route, method))
    assert there == asked


def test_each_row_has_its_request_and_no_other() -> None:
    assert list(REQUESTS) == list(rows())
    assert len(CALLERS) == 8


def routes_below(resolver: URLResolver) -> Iterator[str]:
    """The names of all routes but those of the admin, which asks Django's permissions, and of the
    console (`test_console_permissions.py`)."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            if one.namespace not in ("admin", "console"):
                yield from routes_below(one)
        elif isinstance(one, URLPattern):
            yield one.name or str(one.pattern)


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def said(answer: Any) -> str:
    return answer.content.decode()[:200] if not answer.streaming else "a stream"
