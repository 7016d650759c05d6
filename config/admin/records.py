"""Pages of what happened and was decided: events, rejections, escalations, firings, deliveries."""

from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpRequest

from config.admin.pages import ObjectPage, instead
from config.admin.run_tables import rejection_row
from config.admin.sheets import (
    Cell,
    Fact,
    Sheet,
    Table,
    as_text,
    fact,
    linked,
    soft,
    some,
    tabled,
    tag,
)
from config.admin.verbs import Asked, Button, Done, Verb, page_of, to_console
from config.login.powers import caller_of
from events.admin.events import EventAdmin
from events.admin.rejections import EscalationAdmin, RejectionAdmin
from events.admin.webhooks import DeliveryAdmin
from events.models import Delivery, Escalation, Event, Rejection, WebhookEndpoint
from events.webhooks import changing
from triggers.admin.firings import TriggerFiringAdmin
from triggers.models import TriggerFiring
from workflows.callers import Caller, Power, manned

MOST_PASSAGES = 30


class Record(ObjectPage):
    """Its fields are all told at a glance."""

    read_along: ClassVar[tuple[str, ...]] = ("run", "step")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        return []

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.read_along)


@instead(Event)
class EventPage(Record, EventAdmin):
    def sheet(self, row: Event, request: HttpRequest) -> Sheet:  # noqa: ARG002
        facts = [
            *fact("What", tag(row.event_type)),
            *fact("Run", linked(row.run)),
            *fact("Step", linked(row.step)),
            *fact("Agent", Cell(row.agent)),
            *fact("By", Cell(row.actor)),
            *fact("When", Cell(row.created_at)),
        ]
        return Sheet(facts, texts=[("What it tells", as_text(row.payload))])


@instead(Rejection)
class RejectionPage(Record, RejectionAdmin):
    read_along = ("run", "step", "event", "escalation", "resolved_by_step")

    def sheet(self, row: Rejection, request: HttpRequest) -> Sheet:  # noqa: ARG002
        facts = [
            *fact("Status", tag("resolved" if row.resolved else "open")),
            *fact("Type", Cell(row.rejection_type)),
            *fact("Run", linked(row.run)),
            *fact("Chapter", Cell(row.item)),
            *fact("Sent back at", linked(row.step), soft(f"by {row.rejecting_agent}")),
            *fact("Number", Cell(row.retry_count), soft("" if row.counted else "counts no more")),
            *fact("Mended by", Cell(row.handler_agent)),
            *fact("Escalated", linked(row.escalation)),
            *fact("Resolved by", linked(row.resolved_by_step)),
            *fact("When", linked(row.event, row.created_at), Cell(row.created_at)),
        ]
        return Sheet(facts, texts=[("Reason", row.reason)], tables=_passages(row))


def _passages(row: Rejection) -> list[Table]:
    found = [one for one in row.passages if isinstance(one, dict)][:MOST_PASSAGES]
    rows = [
        [Cell(one.get("heading") or ""), Cell(str(one.get("quote") or "")[:500]),
         soft(f"{one.get('start')}–{one.get('end')}")]
        for one in found
    ]  # fmt: skip
    return [Table("Passages", ("Heading", "Quote", "Letters"), rows)] if rows else []


def to_escalation(row: Escalation, caller: Caller) -> Button:
    """A way to its page, on which it is answered by who may."""
    if not row.is_open:
        label, look = "See all rounds", "plain"
    elif caller.may_decide(row.escalated_to, manned(row.escalated_to)):
        label, look = "Resolve the escalation", "main"
    else:
        label, look = "See the escalation", "plain"
    return to_console(label, "escalation", row.pk, look=look)


@instead(Escalation)
class EscalationPage(Record, EscalationAdmin):
    def sheet(self, row: Escalation, request: HttpRequest) -> Sheet:
        raised, _ = some(row.rejections.order_by("-pk"))
        heads = ("Rejection", "Chapter", "Type", "Reason", "Mended by", "When")
        texts = [("Reason", row.reason), ("Resolution", row.resolution)]
        return Sheet(
            _of_escalation(row),
            links=[to_escalation(row, caller_of(request.user))],
            texts=[(title, text) for title, text in texts if text],
            tables=[Table("What led to it", heads, tabled(map(rejection_row, raised)))],
        )


def _of_escalation(row: Escalation) -> list[Fact]:
    return [
        *fact("Status", tag(row.status), soft(row.action)),
        *fact("Type", Cell(row.rejection_type), soft(f"number {row.retry_count}")),
        *fact("Asked", Cell(row.escalated_to)),
        *fact("Run", linked(row.run)),
        *fact("Chapter", Cell(row.item)),
        *fact("Sent back at", linked(row.step)),
        *fact("Due", Cell(row.due_at) if row.is_open else None),
        *fact("Acknowledged by", Cell(row.acknowledged_by), Cell(row.acknowledged_at)),
        *fact("Resolved by", Cell(row.resolved_by), Cell(row.resolved_at)),
        *fact("Opened", Cell(row.created_at)),
    ]


@instead(TriggerFiring)
class FiringPage(Record, TriggerFiringAdmin):
    read_along = ("source_run", "target_run", "joined_version__book", "event")

    def sheet(self, row: TriggerFiring, request: HttpRequest) -> Sheet:  # noqa: ARG002
        facts = [
            *fact("Result", tag(row.result)),
            *fact("Trigger", Cell(row.trigger_id)),
            *fact("From", linked(row.source_run)),
            *fact("Started", linked(row.target_run)),
            *fact("Asked for", Cell("on request" if row.requested else "of itself")),
            *fact("By", Cell(row.actor)),
            *fact("For version", linked(row.joined_version)),
            *fact("Event", linked(row.event)),
            *fact("When", Cell(row.created_at)),
        ]
        notes = [row.reason] if row.reason else []
        texts = [("What the trigger said then", as_text(row.terms))]
        return Sheet(facts, notes=notes, texts=texts)


def redeliver(asked: Asked) -> Done:
    changing.redeliver(asked.row)
    return Done("It is sent once more.")


SEND = Verb(
    "redeliver",
    "Send once more",
    Power.OPERATE,
    redeliver,
    "Under the same webhook-id, after what is pending before it in its run.",
    hindered=lambda one: f"{one} is pending already" if one.status == "pending" else "",
)


@instead(Delivery)
class DeliveryPage(Record, DeliveryAdmin):
    verbs = (SEND,)
    read_along = ("run", "event")

    def sheet(self, row: Delivery, request: HttpRequest) -> Sheet:
        number = Cell(row.endpoint_id)
        if request.user.has_perm("events.view_webhookendpoint"):
            number = replace(number, href=page_of(WebhookEndpoint(pk=row.endpoint_id)))
        facts = [
            *fact("Status", tag(row.status), soft(row.response_status)),
            *fact("Event", linked(row.event)),
            *fact("Run", linked(row.run)),
            *fact("Webhook", number),
            *fact("Attempts", Cell(row.attempts)),
            *fact("Next attempt", Cell(row.next_attempt_at)),
            *fact("Ended", Cell(row.ended_at)),
        ]
        return Sheet(facts, notes=[row.error] if row.error else [])
