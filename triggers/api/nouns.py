"""The nouns of triggers, as the schema tells of them."""

from rest_framework import serializers as fields

from books.api.bodies import Noun
from triggers.models import Condition, Result


class TermsNoun(Noun):
    """All that decides what a trigger does."""

    name = fields.SlugField()
    source_workflow_type = fields.CharField()
    target_workflow_type = fields.CharField()
    trigger_condition = fields.ChoiceField(Condition.choices)
    enabled = fields.BooleanField()
    config = fields.DictField()


class TriggerNoun(TermsNoun):
    """A trigger, and who changed it last."""

    changed_by = fields.CharField(allow_null=True)
    changed_at = fields.DateTimeField()


class FiringNoun(Noun):
    """What became of a trigger; `terms` is what it said then."""

    id = fields.IntegerField()
    trigger = fields.CharField()
    book = fields.SlugField()
    source_run = fields.CharField()
    target_run = fields.CharField(allow_null=True)
    result = fields.ChoiceField(Result.choices)
    reason = fields.CharField(allow_null=True)
    requested = fields.BooleanField()
    actor = fields.CharField()
    event = fields.IntegerField()
    terms = TermsNoun()
    created_at = fields.DateTimeField()


class ForeseenNoun(Noun):
    """What would become of a trigger, and the run it would start."""

    trigger = fields.CharField()
    source_run = fields.CharField()
    result = fields.ChoiceField(Result.choices)
    reason = fields.CharField()
    target_workflow_type = fields.CharField()
    input_version = fields.CharField(allow_null=True)
    parameters = fields.DictField(allow_null=True)
    dry_run = fields.BooleanField()


class VerdictNoun(Noun):
    """Whether a trigger would fire when a run completes; `clause` is what decides it."""

    trigger = fields.CharField()
    would_fire = fields.BooleanField()
    clause = fields.CharField()
    why = fields.CharField()
