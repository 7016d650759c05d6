"""What a human is shown of an escalation, as the schema tells of it."""

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers as fields

from artifacts.models import ArtifactType
from books.api.bodies import Noun
from events.api.nouns import EscalationNoun, RejectionNoun
from events.escalations.endings import OVERRIDDEN, PASSED
from events.escalations.history import REJECTED, WAITING
from events.models import EscalationAction
from workflows.models import PauseReason, RunStatus, StepKind

ENDINGS = (PASSED, OVERRIDDEN, str(EscalationAction.CLOSED))
VERDICTS = (WAITING, REJECTED, PASSED, OVERRIDDEN)


class PacketRun(Noun):
    id = fields.CharField()
    book = fields.SlugField()
    workflow_type = fields.CharField()
    status = fields.ChoiceField(RunStatus.choices)
    pause_reason = fields.ChoiceField(PauseReason.choices, allow_null=True)
    current_step = fields.CharField(allow_null=True)


class PacketChapter(Noun):
    slug = fields.CharField()
    title = fields.CharField()
    path = fields.CharField()


class PacketArtifact(Noun):
    id = fields.CharField()
    artifact_type = fields.ChoiceField(ArtifactType.choices)
    path = fields.CharField()
    digest = fields.CharField()
    size_bytes = fields.IntegerField(min_value=0)


class Attempt(Noun):
    step = fields.IntegerField()
    name = fields.CharField()
    agent = fields.CharField()
    worker = fields.CharField(allow_null=True)
    attempt = fields.IntegerField(min_value=1)
    started_at = fields.DateTimeField(allow_null=True)
    finished_at = fields.DateTimeField(allow_null=True)
    agent_seconds = fields.IntegerField(allow_null=True, min_value=0)


class PacketVerdict(Attempt):
    kind = fields.ChoiceField(StepKind.choices)
    verdict = fields.ChoiceField(VERDICTS)
    rejection = RejectionNoun(allow_null=True)


TextChange = type(  # for `from`, a word that Python keeps for itself
    "TextChange",
    (Noun,),
    {
        "__doc__": "What changed since the round before; a word diff as `git` writes it.",
        "from": fields.CharField(),
        "to": fields.CharField(),
        "words_added": fields.IntegerField(min_value=0),
        "words_removed": fields.IntegerField(min_value=0),
        "diff": fields.CharField(),
    },
)


class PacketRound(Attempt):
    """An attempt at the text, and how it was judged. Where there is no one text, it is null."""

    round = fields.IntegerField(min_value=1)
    queue_seconds = fields.IntegerField(allow_null=True, min_value=0)
    feedback = fields.ListField(child=fields.IntegerField())
    artifact = fields.CharField(allow_null=True)
    digest = fields.CharField(allow_null=True)
    words = fields.IntegerField(allow_null=True, min_value=0)
    text = fields.CharField(allow_null=True)
    changed = TextChange(allow_null=True)
    artifacts = PacketArtifact(many=True)
    verdicts = PacketVerdict(many=True)


class PacketRejection(RejectionNoun):
    round = fields.IntegerField(allow_null=True, min_value=1)
    ending = fields.ChoiceField(ENDINGS, allow_null=True)


class TimeSpent(Noun):
    queue_seconds = fields.IntegerField(min_value=0)
    agent_seconds = fields.IntegerField(min_value=0)
    human_seconds = fields.IntegerField(min_value=0)
    rounds = fields.IntegerField(min_value=0)


class RetryChoice(Noun):
    """`refused` says why the rules lead nowhere, so that a step must be named."""

    action = fields.ChoiceField([str(EscalationAction.RETRY)])
    refused = fields.CharField(allow_null=True)
    handler_agent = fields.CharField(allow_null=True)
    rework_step = fields.CharField(allow_null=True)
    supersedes = fields.IntegerField(min_value=0)


class OverrideChoice(Noun):
    action = fields.ChoiceField([str(EscalationAction.OVERRIDE)])
    step = fields.IntegerField()
    name = fields.CharField()
    completes = fields.BooleanField()


class AbortChoice(Noun):
    action = fields.ChoiceField([str(EscalationAction.ABORT)])


class PacketNoun(Noun):
    """All that is needed to decide an escalation."""

    escalation = EscalationNoun()
    run = PacketRun()
    chapter = PacketChapter(allow_null=True)
    rounds = PacketRound(many=True)
    rejections = PacketRejection(many=True)
    time_spent = TimeSpent()
    choices = PolymorphicProxySerializer(
        component_name="Choice",
        serializers=[RetryChoice, OverrideChoice, AbortChoice],
        resource_type_field_name=None,
        many=True,
    )
