"""The nouns of what happened and what follows, as the schema tells of them."""

from rest_framework import serializers as fields

from books.api.bodies import Noun
from events.models import (
    DeliveryStatus,
    EscalationAction,
    EscalationStatus,
    EventType,
    RejectionType,
)


class Counts(fields.DictField):
    """How many, by word."""

    child = fields.IntegerField(min_value=0)


class EventNoun(Noun):
    """The keys of `payload` are those of its type."""

    id = fields.IntegerField()
    run = fields.CharField()
    step = fields.IntegerField(allow_null=True)
    event_type = fields.ChoiceField(EventType.choices)
    agent = fields.CharField(allow_null=True)
    actor = fields.CharField()
    payload = fields.DictField()
    created_at = fields.DateTimeField()


class PassageNoun(Noun):
    """A place in a text; offsets are in characters, the end not included."""

    chapter = fields.CharField(allow_null=True)
    heading = fields.CharField(allow_null=True)
    quote = fields.CharField(allow_null=True)
    start = fields.IntegerField(allow_null=True, min_value=0)
    end = fields.IntegerField(allow_null=True, min_value=0)


class RejectionNoun(Noun):
    id = fields.IntegerField()
    run = fields.CharField()
    step = fields.IntegerField()
    item = fields.CharField(allow_null=True)
    rejection_type = fields.ChoiceField(RejectionType.choices)
    reason = fields.CharField()
    passages = PassageNoun(many=True)
    rejecting_agent = fields.CharField()
    retry_count = fields.IntegerField(min_value=1)
    handler_agent = fields.CharField(allow_null=True)
    escalation = fields.IntegerField(allow_null=True)
    resolved = fields.BooleanField()
    resolved_by_step = fields.IntegerField(allow_null=True)
    created_at = fields.DateTimeField()


class EscalationNoun(Noun):
    id = fields.IntegerField()
    run = fields.CharField()
    step = fields.IntegerField()
    item = fields.CharField(allow_null=True)
    rejection_type = fields.ChoiceField(RejectionType.choices)
    retry_count = fields.IntegerField(min_value=1)
    escalated_to = fields.CharField()
    reason = fields.CharField()
    status = fields.ChoiceField(EscalationStatus.choices)
    action = fields.ChoiceField(EscalationAction.choices, allow_null=True)
    resolution = fields.CharField(allow_null=True)
    acknowledged_by = fields.CharField(allow_null=True)
    acknowledged_at = fields.DateTimeField(allow_null=True)
    resolved_by = fields.CharField(allow_null=True)
    resolved_at = fields.DateTimeField(allow_null=True)
    created_at = fields.DateTimeField()
    due_at = fields.DateTimeField()


class RouteNoun(Noun):
    """A routing rule."""

    id = fields.IntegerField()
    workflow_type = fields.CharField(allow_null=True)
    step = fields.CharField(allow_null=True)
    rejection_type = fields.ChoiceField(RejectionType.choices)
    handler_agent = fields.CharField()
    rework_step = fields.CharField(allow_null=True)
    max_retries = fields.IntegerField(min_value=1)
    escalation_target = fields.CharField()
    enabled = fields.BooleanField()


class DecisionNoun(Noun):
    """Where a rejection would go, and why. `rule` is null for a rule that is only tried."""

    rejection_type = fields.ChoiceField(RejectionType.choices)
    handler_agent = fields.CharField(allow_null=True)
    rework_step = fields.CharField(allow_null=True)
    escalate = fields.BooleanField()
    escalation_target = fields.CharField()
    retry_count = fields.IntegerField(min_value=1)
    max_retries = fields.IntegerField(min_value=1)
    rule = fields.IntegerField(allow_null=True)
    why = fields.CharField()


class HindsightNoun(Noun):
    """Where past rejections would have gone by the rules of today."""

    rejection_type = fields.ChoiceField(RejectionType.choices)
    total = fields.IntegerField(min_value=0)
    escalated = fields.IntegerField(min_value=0)
    refused = fields.IntegerField(min_value=0)
    by_handler = Counts()
    by_step = Counts()
    changed = fields.IntegerField(min_value=0)
    why = fields.CharField()


class CycleTimeNoun(Noun):
    """Mean seconds of one unit."""

    queue = fields.FloatField()
    agent = fields.FloatField()
    human = fields.FloatField()
    rework = fields.FloatField()


class FiguresNoun(Noun):
    """Shares are from 0 to 1, times in seconds; of nothing they are null."""

    total = fields.IntegerField(min_value=0)
    escalations = fields.IntegerField(min_value=0)
    by_type = Counts()
    by_step = Counts()
    by_reviewer = Counts()
    by_handler = Counts()
    first_pass_yield = fields.DictField(child=fields.FloatField(min_value=0, max_value=1))
    rounds_to_accept = fields.FloatField(allow_null=True)
    cycle_time_seconds = fields.DictField(child=CycleTimeNoun())
    escalation_rate = fields.FloatField(allow_null=True, min_value=0, max_value=1)
    seconds_to_acknowledge = fields.FloatField(allow_null=True)
    seconds_to_resolve = fields.FloatField(allow_null=True)


class WebhookNoun(Noun):
    id = fields.IntegerField()
    url = fields.CharField()
    event_types = fields.ListField(child=fields.ChoiceField(EventType.choices))
    book = fields.SlugField(allow_null=True)
    enabled = fields.BooleanField()
    disabled_because = fields.CharField(allow_null=True)
    exhausted_at = fields.DateTimeField(allow_null=True)
    made_by = fields.CharField()
    created_at = fields.DateTimeField()


class WebhookSecretNoun(WebhookNoun):
    """A webhook with its secret, which is shown this once; by mail it has none."""

    secret = fields.CharField(allow_null=True)


class DeliveryNoun(Noun):
    id = fields.IntegerField()
    endpoint = fields.IntegerField()
    event = fields.IntegerField()
    event_type = fields.ChoiceField(EventType.choices)
    run = fields.CharField()
    webhook_id = fields.CharField()
    status = fields.ChoiceField(DeliveryStatus.choices)
    attempts = fields.IntegerField(min_value=0)
    pending_since = fields.DateTimeField()
    next_attempt_at = fields.DateTimeField(allow_null=True)
    ended_at = fields.DateTimeField(allow_null=True)
    response_status = fields.IntegerField(allow_null=True)
    error = fields.CharField(allow_null=True)
