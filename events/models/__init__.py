"""What happened, what follows from a rejection, and who outside is told."""

from events.models.delivery import Delivery, DeliveryStatus
from events.models.escalation import Escalation, EscalationAction, EscalationStatus
from events.models.event import Event, EventQuerySet, EventType
from events.models.rejection import Rejection, RejectionType
from events.models.reminder import Reminder
from events.models.rule import RoutingRule
from events.models.webhook import WebhookEndpoint

__all__ = [
    "Delivery",
    "DeliveryStatus",
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
    "WebhookEndpoint",
]
