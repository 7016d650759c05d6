"""What changed from one attempt at a step to the next."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from artifacts.models import Artifact, ArtifactType, ArtifactUse
from books.diff import word_diff
from workflows import texts
from workflows.inputs import handed_in, origins
from workflows.models import Step, StepKind

Digests = dict[str, str]  # of chapters' texts, by slug


def changed_since(step: Step, inputs: list[Artifact]) -> dict[str, Any] | None:
    """What changed since the last attempt that was given something; None without one.

    `{from, to, words_added, words_removed, diff}` of the step's chapter; of a step that is not
    per chapter `{"chapters": {slug: …}}`, those that differ.
    """
    both = compared(step, inputs)
    if both is None:
        return None
    was, now = both
    if step.item:
        return _diffs(was, now, [step.item])[step.item]
    differing = [slug for slug in was if slug in now and was[slug] != now[slug]]
    return {"chapters": _diffs(was, now, differing)}


def compared(step: Step, inputs: list[Artifact]) -> tuple[Digests, Digests] | None:
    """The texts before and after. Of a step that makes chapters: what its last attempt began
    with, and what that handed in. Of others: what was given then, and what is given now."""
    if step.attempt == 1:
        return None
    version = step.run.input_version.digests()
    if step.kind == StepKind.WORK and ArtifactType.CHAPTER in step.spec.made:
        made = _handed_in_before(step)
        return (version | _begun_with(made), _digests(made)) if made else None
    given = _given_before(step)
    shown = texts.handed_out(step, inputs)
    now = [one for one in shown if one.artifact_type == ArtifactType.CHAPTER and one.item]
    return (version | given, version | _digests(now)) if given else None


def earlier(step: Step) -> "QuerySet[Step, int]":
    """The attempts before this one, by whose artifacts they stand for."""
    mine = step.run.steps.filter(name=step.name, item=step.item)
    return origins(mine.filter(attempt__lt=step.attempt))


def _given_before(step: Step) -> Digests:
    """What the last attempt that was given any chapters was given; a claim records that.

    All it was given is read: asked for chapters alone, SQLite begins with all chapters there are.
    """
    uses = ArtifactUse.objects.filter(step__in=earlier(step))
    uses = uses.filter(artifact__item=step.item) if step.item else uses.exclude(artifact__item="")
    told = uses.order_by("step__attempt", "artifact").values_list(
        "artifact__artifact_type", "step", "artifact__item", "artifact__digest"
    )
    rows = [(pk, item, digest) for kind, pk, item, digest in told if kind == ArtifactType.CHAPTER]
    return {item: digest for pk, item, digest in rows if pk == rows[-1][0]}


def _handed_in_before(step: Step) -> list[Artifact]:
    """What the last attempt that handed in any chapters handed in."""
    made = Artifact.objects.delivered_by(earlier(step)).filter(artifact_type=ArtifactType.CHAPTER)
    rows = list(made.exclude(item="").select_related("run").order_by("step__attempt", "pk"))
    return [row for row in rows if row.step_id == rows[-1].step_id]


def _begun_with(made: list[Artifact]) -> Digests:
    """The texts from which an attempt made these, where they were not the input version's: what
    it was given, else what was handed in last before."""
    first = made[0]
    begun = handed_in(first.run).filter(pk__lt=first.pk, item__in=[one.item for one in made])
    given = Artifact.objects.filter(
        uses__step=first.step_id, artifact_type=ArtifactType.CHAPTER
    ).exclude(item="")
    return _digests([*begun, *given.order_by("pk")])


def _digests(made: list[Artifact]) -> Digests:
    return {one.item: one.digest for one in made}


def _diffs(was: Digests, now: Digests, slugs: list[str]) -> dict[str, dict[str, Any]]:
    """By slug; only their texts are read, each once."""
    read = texts.read({side[slug] for slug in slugs for side in (was, now)})
    return {slug: _diff(was[slug], now[slug], read) for slug in slugs}


def _diff(was: str, now: str, read: Mapping[str, str]) -> dict[str, Any]:
    return {"from": was, "to": now, **word_diff(read[was], read[now]).as_json()}
