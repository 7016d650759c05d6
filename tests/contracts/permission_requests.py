"""A request for each row of the law that would be served, to the right caller."""

from collections.abc import Callable
from typing import Any

from tests.contracts.permission_world import HOOK, Ask, World

RUN = {"workflow_type": "tiny", "book": "red"}
BOOK: dict[str, Any] = {"slug": "green", "title": "Green"}
APPROVE = {"decision": "approve"}
RESOLVE = {"action": "override", "resolution": "It may stay."}
TRIGGER = {
    "source_workflow_type": "tiny",
    "target_workflow_type": "judged",
    "trigger_condition": "manual",
}
V1 = "books/blue/versions/1.0.0"


def on_held(verb: str, **said: Any) -> Callable[[World], Ask]:
    return lambda world: world.held_by_agent(verb, said)


def on_run(stage: str, verb: str) -> Callable[[World], Ask]:
    return lambda world: Ask(f"runs/{getattr(world, stage)}/{verb}/")


REQUESTS: dict[str, Callable[[World], Ask]] = {
    "books GET": lambda _: Ask("books/"),
    "books POST": lambda world: Ask("books/", {**BOOK, "source_path": world.folder}),
    "book GET": lambda _: Ask("books/blue/"),
    "book PATCH": lambda _: Ask("books/blue/", {"title": "Bluer"}),
    "versions GET": lambda _: Ask("books/blue/versions/"),
    "versions POST": lambda _: Ask("books/blue/versions/", {"force": True}),
    "version GET": lambda _: Ask(f"{V1}/"),
    "version-diff GET": lambda _: Ask(f"{V1}/diff/", query={"against": "1.0.0"}),
    "version-chapter GET": lambda _: Ask(f"{V1}/chapters/01-welcome/"),
    "version-asset GET": lambda _: Ask(f"{V1}/assets/art/map.svg"),
    "settings GET": lambda _: Ask("settings/"),
    "settings POST": lambda _: Ask("settings/", {"slug": "sea", "name": "Sea", "genre": "salt"}),
    "runs GET": lambda _: Ask("runs/"),
    "runs POST": lambda _: Ask("runs/", RUN),
    "run GET": lambda world: Ask(f"runs/{world.running}/"),
    "run-begin POST": on_run("pending", "begin"),
    "run-pause POST": on_run("running", "pause"),
    "run-resume POST": on_run("paused", "resume"),
    "run-cancel POST": on_run("running", "cancel"),
    "run-rerun POST": on_run("failed", "rerun"),
    "steps GET": lambda _: Ask("steps/"),
    "step GET held-by-it": lambda world: Ask(f"steps/{world.held.id}/"),
    "step GET ready": lambda world: Ask(f"steps/{world.ready}/"),
    "step-draft GET": lambda world: Ask(f"steps/{world.held.id}/draft/"),
    "step-draft PUT": on_held("draft", text="more"),
    "step-heartbeat POST": on_held("heartbeat"),
    "step-complete POST": lambda world: world.held_by_agent(
        "complete", {"artifacts": [world.text]}
    ),
    "step-reject POST": lambda world: world.reviewed_by_agent(
        "reject", {"rejection_type": "style", "reason": "dull"}
    ),
    "step-fail POST": on_held("fail", reason="no idea"),
    "step-release POST": on_held("release", reason="no time"),
    "step-take-back POST": lambda world: Ask(
        f"steps/{world.held.id}/take-back/", {"reason": "she is ill"}
    ),
    "step-decide POST": lambda world: Ask(f"steps/{world.gate}/decide/", APPROVE),
    "step-decide POST empty-group": lambda world: Ask(f"steps/{world.open_gate}/decide/", APPROVE),
    "work-claim POST": lambda _: Ask("work/claim/", {"agents": ["writer"]}),
    "artifacts GET": lambda _: Ask("artifacts/"),
    "artifacts POST to-its-step": lambda world: world.upload(
        step=world.held.id, lease=world.held.lease
    ),
    "artifacts POST to-a-run": lambda world: world.upload(),
    "artifact GET made-by-it": lambda world: Ask(f"artifacts/{world.made}/"),
    "artifact-content GET made-by-it": lambda world: Ask(f"artifacts/{world.made}/content/"),
    "artifact-lineage GET made-by-it": lambda world: Ask(f"artifacts/{world.made}/lineage/"),
    "artifact GET given-to-it": lambda world: Ask(f"artifacts/{world.given}/"),
    "agents GET": lambda _: Ask("agents/"),
    "agents POST": lambda _: Ask("agents/", {"agent": "painter", "executor": "human"}),
    "feedback GET": lambda _: Ask("feedback/"),
    "events GET": lambda _: Ask("events/"),
    "events-stream GET": lambda _: Ask("events/stream/", live=True),
    "rejections GET": lambda _: Ask("rejections/"),
    "rejections-stats GET": lambda _: Ask("rejections/stats/"),
    "routes GET": lambda _: Ask("routes/"),
    "routes POST": lambda _: Ask(
        "routes/",
        {"rejection_type": "style", "workflow_type": "tiny", "handler_agent": "style-editor"},
    ),
    "routes-test GET": lambda _: Ask("routes/test/", query={"rejection_type": "style"}),
    "route GET": lambda world: Ask(f"routes/{world.rule}/"),
    "route PATCH": lambda world: Ask(f"routes/{world.rule}/", {"max_retries": 5}),
    "route DELETE": lambda world: Ask(f"routes/{world.rule}/"),
    "escalations GET": lambda _: Ask("escalations/"),
    "escalation GET": lambda world: Ask(f"escalations/{world.escalation}/"),
    "escalation-acknowledge POST": lambda world: Ask(
        f"escalations/{world.escalation}/acknowledge/"
    ),
    "escalation-acknowledge POST empty-group": lambda world: Ask(
        f"escalations/{world.open_escalation}/acknowledge/"
    ),
    "escalation-resolve POST": lambda world: Ask(
        f"escalations/{world.escalation}/resolve/", RESOLVE
    ),
    "escalation-resolve POST empty-group": lambda world: Ask(
        f"escalations/{world.open_escalation}/resolve/", RESOLVE
    ),
    "triggers GET": lambda _: Ask("triggers/"),
    "triggers POST": lambda _: Ask("triggers/", {"name": "new", **TRIGGER}),
    "trigger GET": lambda _: Ask("triggers/by-hand/"),
    "trigger PATCH": lambda _: Ask("triggers/by-hand/", {"enabled": False}),
    "trigger DELETE": lambda _: Ask("triggers/by-hand/"),
    "trigger-fire POST": lambda world: Ask("triggers/by-hand/fire/", {"run": str(world.failed)}),
    "trigger-test POST": lambda world: Ask("triggers/by-hand/test/", {"run": str(world.failed)}),
    "firings GET": lambda _: Ask("firings/"),
    "webhooks GET": lambda _: Ask("webhooks/"),
    "webhooks POST": lambda _: Ask("webhooks/", {"url": HOOK}),
    "webhook GET": lambda world: Ask(f"webhooks/{world.webhook}/"),
    "webhook PATCH": lambda world: Ask(f"webhooks/{world.webhook}/", {"enabled": False}),
    "webhook DELETE": lambda world: Ask(f"webhooks/{world.webhook}/"),
    "webhook-rotate POST": lambda world: Ask(f"webhooks/{world.webhook}/rotate/"),
    "deliveries GET": lambda _: Ask("deliveries/"),
    "delivery-redeliver POST": lambda world: Ask(f"deliveries/{world.delivery}/redeliver/"),
    "schema GET": lambda _: Ask("schema/"),
    "docs GET": lambda _: Ask("docs/"),
    "metrics GET": lambda _: Ask("/metrics"),
}
