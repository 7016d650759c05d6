"""All the agents of one run, in this process: they claim work and hand it back."""

from dataclasses import dataclass
from typing import Any

from artifacts.models import Artifact
from artifacts.registry import Handed
from events.models import Event
from tests.contents import content_of
from workflows import claims, gates, verdicts, work
from workflows.models import Step, WorkflowRun

HANDLERS = ("style-editor", "mechanics-reviewer", "clarity-editor", "scope-reviewer")


@dataclass(frozen=True)
class Claimed:
    """A step held under a lease."""

    answer: dict[str, Any]
    worker: str

    @property
    def id(self) -> int:
        return int(self.answer["step"]["id"])

    @property
    def name(self) -> str:
        return str(self.answer["step"]["name"])

    @property
    def item(self) -> str:
        return self.answer["step"]["item"] or ""

    @property
    def lease(self) -> str:
        return str(self.answer["lease"])

    @property
    def brief(self) -> dict[str, Any]:
        return dict(self.answer["brief"])

    def row(self) -> Step:
        return Step.objects.numbered(self.id)

    def held(self, key: str = "") -> work.Held:
        return work.Held(self.row(), self.lease, self.worker, key)

    def complete(
        self,
        text: str | None = None,
        *,
        result: dict[str, Any] | None = None,
        handed: list[Handed] | None = None,
        key: str = "",
    ) -> dict[str, Any]:
        """Hand back all that the step must make; `text` is its chapter's."""
        made = self._needed(text) if handed is None else handed
        return work.complete(self.held(key), result=result or {}, handed=made)

    def reject(
        self,
        rejection_type: str = "style",
        reason: str = "mend this",
        *,
        items: tuple[str, ...] = (),
        passages: Any = (),
        key: str = "",
    ) -> dict[str, Any]:
        return verdicts.reject(
            self.held(key), verdicts.Verdict(rejection_type, reason, passages, items)
        )

    def fail(self, reason: str = "no idea", *, key: str = "") -> dict[str, Any]:
        return work.fail(self.held(key), reason=reason)

    def release(self, reason: str = "no time", *, key: str = "") -> dict[str, Any]:
        return work.release(self.held(key), reason=reason)

    def _needed(self, text: str | None) -> list[Handed]:
        types = [word for word in self.brief["produces"] if not word.endswith("?")]
        return [self._make(artifact_type, text) for artifact_type in types]

    def _make(self, artifact_type: str, text: str | None) -> Handed:
        if artifact_type != "chapter":
            return Handed.of_bytes(artifact_type, *content_of(artifact_type))
        chapter = self.brief["chapter"]
        content = chapter["text"] + "\nRevised.\n" if text is None else text
        return Handed.of_bytes("chapter", chapter["path"], content.encode())


class Crew:
    """Whoever works on one run; `worker` unless another is named."""

    def __init__(self, run: WorkflowRun | dict[str, Any] | str, worker: str = "ada") -> None:
        public_id = run["id"] if isinstance(run, dict) else str(run)
        self.run = WorkflowRun.objects.named(public_id)
        self.worker = worker

    def try_claim(self, *agents: str, worker: str = "", **more: Any) -> Claimed | None:
        worker = worker or self.worker
        key = more.pop("key", "")
        wanted = claims.Claim(agents or self.agents(), worker, run=self.run, **more)
        answer = claims.claim(wanted, actor=worker, key=key)
        return Claimed(answer, worker) if answer else None

    def claim(self, *agents: str, **more: Any) -> Claimed:
        """The oldest ready step of these agents, of all without a name."""
        claimed = self.try_claim(*agents, **more)
        assert claimed, f"nothing ready for {agents}; {self.open()}"
        return claimed

    def agents(self) -> tuple[str, ...]:
        return (*{spec.agent for spec in self.run.definition.parsed.steps}, *HANDLERS)

    def up_to(self, name: str) -> "Crew":
        """Do the oldest ready step, again and again, until the oldest is of that name, or it
        waits as a gate, or nothing is left."""
        while (ready := self.ready()) and ready[0] != name:
            self.claim().complete()
        return self

    def finish(self, *, decider: str = "grace") -> WorkflowRun:
        """Do all that is left, approving at every gate."""
        while self.fresh().status == "running":
            before = self.last_event()
            self.up_to("")
            if "awaiting_decision" in self.steps().values_list("status", flat=True):
                self.decide(actor=decider)
            assert self.last_event() != before, f"nothing moves: {self.open()}"
        return self.fresh()

    def pass_all(self, *agents: str, **more: Any) -> list[Claimed]:
        """Claim and complete until these agents have nothing left."""
        done = []
        while claimed := self.try_claim(*agents, **more):
            claimed.complete()
            done.append(claimed)
        return done

    def decide(
        self, decision: str = "approve", *, actor: str = "grace", key: str = "", **more: Any
    ) -> dict[str, Any]:
        gate = more.pop("gate", "")
        judged = gates.Judgement(decision, **more)
        return gates.decide(self.run, judged, actor=actor, gate=gate, key=key)

    def request_changes(self, *items: str, **more: Any) -> dict[str, Any]:
        wanted = {"rejection_type": "style", "reason": "once more", "items": items, **more}
        return self.decide("request_changes", **wanted)

    def fresh(self) -> WorkflowRun:
        return WorkflowRun.objects.named(self.run.public_id)

    def steps(self) -> Any:
        return Step.objects.filter(run=self.run).order_by("pk")

    def step(self, name: str, item: str = "", attempt: int | None = None) -> Step:
        """The newest row of that name and item, or the one of that attempt."""
        rows = self.steps().filter(name=name, item=item)
        rows = rows.filter(attempt=attempt) if attempt else rows
        return Step.objects.numbered(rows.order_by("attempt").last().pk)

    def ready(self) -> list[str]:
        """The names of the ready steps, oldest first."""
        return list(Step.objects.claimable().filter(run=self.run).values_list("name", flat=True))

    def open(self) -> list[tuple[str, str, int, str]]:
        """Name, item, attempt and status of every open row."""
        rows = self.steps().filter(status__in=["ready", "running", "awaiting_decision"])
        return list(rows.values_list("name", "item", "attempt", "status"))

    def events(self, after: int = 0) -> list[Event]:
        return list(Event.objects.filter(run=self.run, pk__gt=after).select_related("step"))

    def last_event(self) -> int:
        return self.events()[-1].pk

    def story(self, after: int = 0) -> list[str]:
        """Each event as `completed write(01-one)`, or `completed` where it is the run's."""
        return [
            f"{one.event_type} {one.step}" if one.step else one.event_type
            for one in self.events(after)
        ]

    def artifact(self, artifact_type: str, item: str = "") -> Artifact:
        found = Artifact.objects.filter(run=self.run, artifact_type=artifact_type, item=item)
        return found.order_by("pk")[0]
