"""Rows of every kind, for requests that would be served."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient

from books import registry
from events.models import Delivery, Escalation, Event, RoutingRule
from tests.agents import Claimed, Crew
from tests.chains import trigger
from tests.factories import DefinitionFactory, book_of, started
from tests.rest import API, Program, program
from tests.subscribing import subscribed
from tests.waiting import given_up
from workflows import drafting, runs
from workflows.models import WorkflowRun

GROUPS: dict[str, tuple[str, ...]] = {
    "nobody": (),
    "viewer": ("viewer",),
    "agent": ("agent",),
    "another": ("agent",),
    "editor": ("editor",),
    "role": ("managing-editor", "senior-editor"),
    "operator": ("operator",),
}
HOOK = "https://hooks.example.org/bindery"
EMPTY = "proof-readers"  # a group that nobody is in
JUDGED = (
    {"name": "draft", "agent": "writer", "produces": ["improvement_plan"]},
    {"name": "check", "kind": "review", "agent": "editor", "consumes": ["improvement_plan"]},
)


@dataclass(frozen=True)
class Ask:
    """One request, below /api/v1/ unless its path begins at the root. With a `file` its body is a
    form; where it is `live` it is asked as by a server that speaks ASGI."""

    path: str
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    file: bytes = b""
    live: bool = False

    @property
    def address(self) -> str:
        return self.path if self.path.startswith("/") else API + self.path

    def by(self, method: str, caller: Program) -> Any:
        """Whatever the method, with the body that it needs; a file that is answered is read."""
        answer = self._sent(method, caller)
        if answer.streaming and not answer.is_async:
            answer.getvalue()
        return answer

    def _sent(self, method: str, caller: Program) -> Any:
        if self.live:
            send = getattr(AsyncClient(), method.lower())
            return async_to_sync(send)(self.address, headers=caller.headers)
        send = getattr(caller.client, method.lower())
        if method == "GET":
            return send(self.address, self.query)
        if self.file and method == "POST":
            file = SimpleUploadedFile("01-one.md", self.file)
            return send(self.address, {**self.body, "file": file})
        return send(self.address, self.body, content_type="application/json")


class World:
    """What is held, made or given is so of the user `agent`."""

    text = {"artifact_type": "chapter", "path": "01-one.md", "text": "# One\n"}

    def __init__(self, folder: Path) -> None:
        self.callers = {"anonymous": Program()}
        self.callers |= {name: program(name, *groups) for name, groups in GROUPS.items()}
        self.folder = str(folder)
        registry.register(slug="blue", title="Blue", source=folder)
        self.book = book_of(2, slug="red")
        DefinitionFactory()
        self.pending = self.run(begin=False)
        self.running = self.run()
        self.paused = self.run()
        runs.pause(self.paused, actor="grace")
        self.failed = self.run()
        runs.cancel(self.failed, actor="grace")
        self.held = Crew(self.running, "agent").claim("writer")
        drafting.keep(self.held.row(), self.held.lease, "agent", "so far")
        self.ready = Crew(self.running).steps().get(status="ready").pk
        self.review = self.judging()
        self.gate = self.waiting("approving", "managing-editor")
        self.open_gate = self.waiting("proofing", EMPTY)
        self.rule = RoutingRule.objects.get(rejection_type="scope").pk
        self.made = self.making()
        self.webhook, self.delivery = self.delivering()
        self.escalation = self.escalating("senior-editor")
        self.open_escalation = self.escalating(EMPTY)
        trigger("by-hand", "tiny", "judged", "manual")

    def run(self, workflow_type: str = "tiny", **more: Any) -> WorkflowRun:
        return started(self.book, workflow_type=workflow_type, **more)

    def judging(self) -> Claimed:
        """A review in the hands of the agent, of what somebody made."""
        DefinitionFactory(type="judged", steps=JUDGED)
        crew = Crew(self.run("judged"), "somebody")
        crew.claim("writer").complete()
        self.given = crew.artifact("improvement_plan").public_id
        return crew.claim("editor", worker="agent")

    def waiting(self, workflow_type: str, group: str) -> int:
        """A gate that waits for that group."""
        gate = {"name": "approve", "kind": "gate", "role": group}
        DefinitionFactory(type=workflow_type, steps=[{"name": "draft", "agent": "writer"}, gate])
        crew = Crew(self.run(workflow_type)).up_to("")
        return int(crew.step("approve").pk)

    def making(self) -> str:
        """What the agent made and handed in."""
        crew = Crew(self.run(), "agent")
        crew.claim("writer").complete()
        return crew.artifact("chapter", "01-one").public_id

    def escalating(self, group: str) -> int:
        """An escalation that waits for that group."""
        found = Escalation.objects.filter(run=given_up().run)
        found.update(escalated_to=group)
        return int(found.get().pk)

    def delivering(self) -> tuple[int, int]:
        """A webhook, and a delivery that was given up."""
        webhook, event = subscribed(HOOK), Event.objects.latest("pk")
        told = {"event": event, "run": event.run, "pending_since": event.created_at}
        given_up = Delivery.objects.create(
            endpoint=webhook, **told, status="exhausted", ended_at=event.created_at
        )
        return webhook.pk, given_up.pk

    def held_by_agent(self, verb: str, said: dict[str, Any]) -> Ask:
        return Ask(f"steps/{self.held.id}/{verb}/", {"lease": self.held.lease, **said})

    def reviewed_by_agent(self, verb: str, said: dict[str, Any]) -> Ask:
        return Ask(f"steps/{self.review.id}/{verb}/", {"lease": self.review.lease, **said})

    def upload(self, **to: Any) -> Ask:
        form = {"run": str(self.running), "artifact_type": "chapter", **to}
        return Ask("artifacts/", form, file=b"# One\n")
