"""Runs that wait for a human, and the humans they wait for."""

from typing import Any

from django.contrib.auth.models import Group, User

from books.configs import configure
from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started

GATE = ({"name": "draft", "agent": "writer"}, {"name": "approve", "kind": "gate", "role": "owner"})


def at_gate(book: Any = None) -> Crew:
    """A run at its gate `approve`, which the group `owner` decides."""
    DefinitionFactory(type="gated", steps=GATE)
    return Crew(started(book or book_of(1), workflow_type="gated")).up_to("")


def given_up(book: Any = None) -> Crew:
    """A run whose editor gave up on the style of its first chapter."""
    book = book or book_of(1)
    configure(book, "w1_editing", config={"max_retries": {"style": 1}})
    crew = Crew(started(book)).up_to("edit")
    crew.claim("editor").reject()
    return crew


def member(name: str, *groups: str, **more: Any) -> User:
    user = User.objects.create(username=name, email=more.pop("email", f"{name}@books.test"), **more)
    user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    return user
