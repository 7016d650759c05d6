"""The nouns of runs and work, as the schema tells of them."""

from drf_spectacular.helpers import lazy_serializer
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers as fields

from artifacts.models import ArtifactType
from books.api.bodies import Noun
from books.api.nouns import Between
from workflows.models import (
    Cause,
    Executor,
    Outcome,
    PauseReason,
    RunStatus,
    StepKind,
    StepStatus,
)

# Of the apps above, by name: what they are is theirs to say.
RejectionNoun = lazy_serializer("events.api.nouns.RejectionNoun")
EscalationNoun = lazy_serializer("events.api.nouns.EscalationNoun")
FiringNoun = lazy_serializer("triggers.api.nouns.FiringNoun")
ACTIONS = ("begin", "pause", "resume", "cancel", "rerun")


class RunNoun(Noun):
    id = fields.CharField()
    workflow_type = fields.CharField()
    book = fields.SlugField()
    status = fields.ChoiceField(RunStatus.choices)
    outcome = fields.ChoiceField(Outcome.choices, allow_null=True)
    pause_reason = fields.ChoiceField(PauseReason.choices, allow_null=True)
    reason = fields.CharField(allow_null=True)
    current_step = fields.CharField(allow_null=True)
    current_agent = fields.CharField(allow_null=True)
    input_version = fields.CharField()
    output_version = fields.CharField(allow_null=True)
    session_id = fields.CharField(allow_null=True)
    plan_id = fields.CharField(allow_null=True)
    parameters = fields.DictField()
    cause = fields.ChoiceField(Cause.choices)
    parent_run = fields.CharField(allow_null=True)
    chain_depth = fields.IntegerField(min_value=0)
    definition_version = fields.IntegerField(min_value=1)
    created_at = fields.DateTimeField()
    updated_at = fields.DateTimeField()
    started_at = fields.DateTimeField(allow_null=True)
    finished_at = fields.DateTimeField(allow_null=True)


class StepNoun(Noun):
    id = fields.IntegerField()
    run = fields.CharField()
    name = fields.CharField()
    kind = fields.ChoiceField(StepKind.choices)
    agent = fields.CharField()
    item = fields.CharField(allow_null=True)
    attempt = fields.IntegerField(min_value=1)
    status = fields.ChoiceField(StepStatus.choices)
    worker = fields.CharField(allow_null=True)
    lease_expires_at = fields.DateTimeField(allow_null=True)
    failures = fields.IntegerField(min_value=0)
    due_at = fields.DateTimeField(allow_null=True)
    reused_from = fields.IntegerField(allow_null=True)
    digest = fields.CharField(allow_null=True)
    result = fields.DictField()
    feedback = fields.ListField(child=fields.IntegerField())
    created_at = fields.DateTimeField()
    started_at = fields.DateTimeField(allow_null=True)
    finished_at = fields.DateTimeField(allow_null=True)


class ArtifactNoun(Noun):
    id = fields.CharField()
    run = fields.CharField()
    step = fields.IntegerField(allow_null=True)
    artifact_type = fields.ChoiceField(ArtifactType.choices)
    path = fields.CharField()
    item = fields.CharField(allow_null=True)
    digest = fields.CharField()
    size_bytes = fields.IntegerField(min_value=0)
    media_type = fields.CharField()
    metadata = fields.DictField()
    book = fields.SlugField()
    book_version = fields.CharField(allow_null=True)
    supersedes = fields.CharField(allow_null=True)
    created_at = fields.DateTimeField()
    stale = fields.BooleanField()


class VersionNode(Noun):
    id = fields.CharField()
    kind = fields.ChoiceField(("version",))
    label = fields.CharField()  # type: ignore[assignment]


class ChapterNode(VersionNode):
    """A text; `version` is the first of those read that has it."""

    kind = fields.ChoiceField(("chapter",))
    slug = fields.CharField()
    digest = fields.CharField()
    version = fields.CharField()


class ArtifactNode(VersionNode):
    kind = fields.ChoiceField(("artifact",))
    artifact_type = fields.ChoiceField(ArtifactType.choices)
    path = fields.CharField()
    item = fields.CharField(allow_null=True)
    run = fields.CharField()
    workflow_type = fields.CharField()
    step = fields.CharField(allow_null=True)
    attempt = fields.IntegerField(allow_null=True, min_value=1)
    stale = fields.BooleanField()


class LineageNoun(Noun):
    nodes = PolymorphicProxySerializer(
        component_name="LineageNode",
        serializers=[VersionNode, ChapterNode, ArtifactNode],
        resource_type_field_name=None,
        many=True,
    )
    edges = Between(many=True)


class AgentNoun(Noun):
    agent = fields.CharField()
    workflow_type = fields.CharField(allow_null=True)
    book = fields.SlugField(allow_null=True)
    executor = fields.ChoiceField(Executor.choices)
    waiting = fields.IntegerField(min_value=0, help_text="Ready steps that nobody comes for.")
    last_claim_at = fields.DateTimeField(allow_null=True)


class FeedbackNoun(Noun):
    """What a playtest asks of a book; the words are the playtest's own."""

    key = fields.CharField()
    book = fields.SlugField()
    chapter = fields.CharField(allow_null=True)
    heading = fields.CharField(allow_null=True)
    rejection_type = fields.CharField(allow_null=True)
    severity = fields.CharField(allow_null=True)
    quote = fields.CharField(allow_null=True)
    text = fields.CharField(allow_null=True)
    artifact = fields.CharField()
    planned_by_run = fields.CharField(allow_null=True)
    answered_by_version = fields.CharField(allow_null=True)


class ChainLink(Noun):
    run = fields.CharField()
    workflow_type = fields.CharField()
    cause = fields.ChoiceField(Cause.choices)
    trigger = fields.CharField(allow_null=True)


class RunStatusNoun(RunNoun):
    """A run with all that bears on it."""

    steps = StepNoun(many=True)
    allowed_actions = fields.ListField(child=fields.ChoiceField(ACTIONS))
    open_rejections = RejectionNoun(many=True)
    open_escalations = EscalationNoun(many=True)
    artifacts = ArtifactNoun(many=True)
    chain = ChainLink(many=True)
    firings = FiringNoun(many=True)


class DraftNoun(Noun):
    """Text that somebody left at a step."""

    worker = fields.CharField()
    path = fields.CharField(allow_null=True)
    text = fields.CharField()
    updated_at = fields.DateTimeField()


class OwnChapter(Noun):
    """A chapter as the run has it."""

    slug = fields.CharField()
    path = fields.CharField()
    title = fields.CharField(allow_blank=True)
    text = fields.CharField(allow_blank=True)
    digest = fields.CharField()


class BriefNoun(Noun):
    """All that a step needs to know."""

    book = fields.SlugField()
    version = fields.CharField()
    run = fields.CharField()
    workflow_type = fields.CharField()
    step = fields.CharField()
    agent = fields.CharField()
    item = fields.CharField(allow_null=True)
    attempt = fields.IntegerField()
    parameters = fields.DictField()
    chapter = OwnChapter(allow_null=True)
    inputs = ArtifactNoun(many=True)
    feedback = RejectionNoun(many=True)
    answers = EscalationNoun(many=True)
    feedback_items = FeedbackNoun(many=True)
    changed_since = fields.DictField(allow_null=True)
    produces = fields.ListField(child=fields.CharField())
    drafts = DraftNoun(many=True)


class ClaimedNoun(Noun):
    """A step under a lease, with its brief."""

    step = StepNoun()
    lease = fields.CharField()
    lease_expires_at = fields.DateTimeField()
    brief = BriefNoun()
