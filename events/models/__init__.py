"""What happened, and what follows from a rejection."""

from events.models.escalation import Escalation, EscalationAction, EscalationStatus
from events.models.event import Event, EventQuerySet, EventType
from events.models.rejection import Rejection, RejectionType
from events.models.reminder import Reminder
from events.models.rule import RoutingRule

__all__ = [
    "Escalation",
    "EscalationAction",
    "EscalationStatus",
    "Event",
    "EventQuerySet",
    "EventType",
    "Rejection",
    "RejectionType",
    "Reminder",
    "RoutingRule",
]
