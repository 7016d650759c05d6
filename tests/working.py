"""Somebody without a browser at the page of a step: what a browser would send."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.agents import Crew
from tests.factories import book_of, started
from workflows.models import Step

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
PART = {"HX-Request": "true"}


@dataclass
class Desk:
    """One user before one step."""

    client: Client
    crew: Crew
    step: int
    hidden: dict[str, str] = field(default_factory=dict)

    def at(self, route: str, *place: object) -> str:
        return reverse(f"console:{route}", args=(self.step, *place))

    def row(self) -> Step:
        return Step.objects.numbered(self.step)

    def look(self, query: str = "") -> str:
        """The page; its hidden fields are sent with what comes then."""
        page = self.client.get(self.at("work") + query).content.decode()
        self.hidden = {name: unescape(value) for name, value in reversed(HIDDEN.findall(page))}
        return page

    def claim(self) -> Any:
        return self.client.post(self.at("work-claim"))

    def claimed(self) -> "Desk":
        self.claim()
        self.look()
        return self

    def send(self, verb: str, *, part: bool = False, **said: Any) -> Any:
        headers = PART if part else {}
        return self.client.post(self.at(f"work-{verb}"), {**self.hidden, **said}, headers=headers)

    def save(self, text: str, **more: Any) -> Any:
        return self.send("draft", text=text, part=True, **more)

    def hand_in(self, text: str, **more: Any) -> Any:
        return self.send("complete", text=text, **more)


def at_desk(
    name: str, *groups: str, crew: Crew | None = None, step: str = "write", item: str = "01-one"
) -> Desk:
    """A user in these groups before a step of a run: the writing of a first chapter, unless
    another is named."""
    crew = crew or Crew(started(book_of(2))).up_to("write")
    return Desk(logged_in(name, *groups), crew, crew.step(step, item).pk)


def logged_in(name: str, *groups: str) -> Client:
    user = User.objects.get_or_create(username=name)[0]
    for group in groups:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    client = Client()
    client.force_login(user)
    return client
