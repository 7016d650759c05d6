"""What lies before whoever does a step: what is wanted, the text, and what was kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.conf import settings

from artifacts.models import Artifact, ArtifactType
from books.chapter_text import word_count
from books.models import Chapter
from config.console.working.wanted import Made, made_by
from workflows import briefs, feedback_items, texts
from workflows.callers import Caller, Power
from workflows.inputs import inputs_of
from workflows.models import Draft, RunStatus, Step, StepStatus
from workflows.models.work import DraftQuerySet
from workflows.rounds import compared

HOURS = 24  # of a day
MOST_SHOWN = 100
MOST_DRAFTS = 20
LONGEST_QUOTE = 400


class Difference(NamedTuple):
    """Of a chapter, from one digest to another."""

    slug: str
    old: str
    new: str


@dataclass(frozen=True)
class Desk:
    """One step before one person. `text` is what was posted and could not be taken, or what is
    asked for instead of the own draft: a draft of another, or the chapter as it was. `said` are the
    other fields of a form that was refused."""

    step: Step
    caller: Caller
    text: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_mine(self) -> bool:
        running = self.step.status == StepStatus.RUNNING
        return bool(running and self.step.worker == self.caller.name)

    @property
    def is_free(self) -> bool:
        ready = self.step.status == StepStatus.READY
        return bool(ready and self.step.run.status == RunStatus.RUNNING)

    @property
    def has_places(self) -> bool:
        """Whether passages lead to their places in the text that the page shows."""
        return bool(self.is_mine and self.step.item and (self.writes_chapter or self.is_review))

    @property
    def may_do(self) -> bool:
        return self.caller.may_do(self.step.agent)

    @property
    def may_take_back(self) -> bool:
        return self.caller.may(Power.OPERATE)

    @cached_property
    def inputs(self) -> list[Artifact]:
        return inputs_of(self.step)

    @cached_property
    def shown_inputs(self) -> list[Artifact]:
        """Those that are not the text itself."""
        others = [a for a in self.inputs if not self._is_the_text(a)]
        return others[:MOST_SHOWN]

    def _is_the_text(self, artifact: Artifact) -> bool:
        return artifact.artifact_type == ArtifactType.CHAPTER and artifact.item == self.step.item

    @cached_property
    def chapter(self) -> Chapter | None:
        """As the input version has it."""
        chapters = self.step.run.input_version.chapters.with_text()
        return chapters.get(slug=self.step.item) if self.step.item else None

    @cached_property
    def own(self) -> Artifact | None:
        """What the run made of the chapter."""
        return texts.own_text(self.step, self.inputs)

    @cached_property
    def chapter_text(self) -> str:
        """As the run has it now."""
        if not self.chapter:
            return ""
        return self.own.content().decode() if self.own else str(self.chapter.text)

    @property
    def chapter_digest(self) -> str:
        if not self.chapter:
            return ""
        return str(self.own.digest if self.own else self.chapter.source_id)

    @property
    def is_plain(self) -> bool:
        """Whether a browser shows it character for character: it makes one line end of all."""
        return "\r" not in self.chapter_text

    @cached_property
    def text_to_show(self) -> str:
        """What stands in the text area."""
        if self.text is not None:
            return self.text
        return self.own_draft.text if self.own_draft else self.chapter_text

    @cached_property
    def words(self) -> int:
        return word_count(self.text_to_show)

    @cached_property
    def words_before(self) -> int:
        return word_count(self.chapter_text)

    @property
    def most_bytes(self) -> int:
        """Of a chapter."""
        return int(settings.BINDERY_MAX_CHAPTER_BYTES)

    @property
    def writes_chapter(self) -> bool:
        return bool(self.step.item) and ArtifactType.CHAPTER in self.step.spec.made

    @property
    def is_review(self) -> bool:
        return self.step.kind == "review"

    @cached_property
    def judges_texts(self) -> bool:
        return self.is_review and texts.judges_texts(self.step)

    @cached_property
    def made(self) -> list[Made]:
        """What is to be handed in beside the chapter."""
        return made_by(self.step, self.said, ArtifactType.CHAPTER if self.writes_chapter else "")

    @cached_property
    def chapters(self) -> list[Chapter]:
        """In scope, where the step is about them all."""
        if self.step.item:
            return []
        slugs = self.step.run.progress.chapters
        return list(self.step.run.input_version.chapters.within(slugs))

    @property
    def chooses_chapters(self) -> bool:
        """Whether its result may say which chapters are in scope."""
        steps = self.step.run.definition.parsed.steps
        later = any(spec.foreach for spec in steps) and not self.step.item
        return later and self.step.kind == "work" and not self.step.spec.makes_version

    @property
    def chooses_answers(self) -> bool:
        return feedback_items.plans(self.step.spec)

    # What was kept

    @property
    def offered(self) -> DraftQuerySet:
        """The drafts of whoever worked on it, to who may do the step; to others only their own."""
        found: DraftQuerySet = Draft.objects.offered_to(self.step)
        return found if self.may_do else found.left_by(self.caller.name)

    @cached_property
    def own_draft(self) -> Draft | None:
        """The newest, of whichever attempt."""
        path = self.chapter.path if self.chapter else ""
        return Draft.objects.offered_to(self.step).by(self.caller.name, path).first()

    @cached_property
    def over(self) -> str:
        """The digest of the draft that the next one goes over: of this very attempt. What was
        posted, and is shown again, goes over the draft that it came from."""
        mine = self.own_draft
        now = mine.digest if mine and mine.step_id == self.step.pk else ""
        is_kept = mine and mine.text == self.text
        return now if is_kept else self.said.get("over", now)

    @cached_property
    def drafts(self) -> list[Draft]:
        """What others left, and the own one where it is not in the text area."""
        mine = self.own_draft
        stands = mine and self.is_mine and self.text in (None, mine.text)
        listed = self.offered.listed(mine.pk if mine and stands else None)
        return list(listed[:MOST_DRAFTS])

    # What is wanted

    @cached_property
    def feedback(self) -> list[dict[str, Any]]:
        """The open rejections, the newest first, passages with the lines they stand in."""
        return [self._placed(one) for one in reversed(briefs.feedback(self.step)[-MOST_SHOWN:])]

    def _placed(self, rejection: dict[str, Any]) -> dict[str, Any]:
        passages = [
            {**one, "quote": (one["quote"] or "")[:LONGEST_QUOTE], "line": self._line(one["start"])}
            for one in rejection["passages"][:MOST_SHOWN]
        ]
        return {
            **rejection,
            "passages": passages,
            "more": len(rejection["passages"]) - len(passages),
        }

    def _line(self, start: int | None) -> int | None:
        return None if start is None else self.chapter_text.count("\n", 0, start) + 1

    @cached_property
    def answers(self) -> list[dict[str, Any]]:
        return briefs.answers(self.step)[-MOST_SHOWN:]

    @cached_property
    def asked_by_playtests(self) -> list[dict[str, Any]]:
        return feedback_items.items_for(self.step)[:MOST_SHOWN]

    @cached_property
    def differences(self) -> list[Difference]:
        """What changed since the last round; at the first of a review, since the input version."""
        was, now = compared(self.step, self.inputs) or self._revised
        wanted = [self.step.item] if self.step.item else list(was)
        differing = [slug for slug in wanted if slug in now and was.get(slug) != now[slug]]
        return [Difference(slug, was[slug], now[slug]) for slug in differing[:MOST_SHOWN]]

    @property
    def _revised(self) -> tuple[dict[str, str], dict[str, str]]:
        if not self.judges_texts:
            return {}, {}
        judged = texts.judged_texts(self.step)
        return self.step.run.input_version.digests(), judged

    @property
    def title(self) -> str:
        """Of the workflow."""
        return str(self.step.run.definition.parsed.title)

    @property
    def days(self) -> str:
        """For how long a claim holds."""
        hours = int(settings.BINDERY_HUMAN_LEASE_HOURS)
        whole = hours % HOURS == 0 and hours > HOURS
        return f"{hours // HOURS} days" if whole else f"{hours} hour{'s' * (hours > 1)}"

    @property
    def held_until(self) -> datetime | None:
        return self.step.lease_expires_at

    @property
    def ending(self) -> str:
        """How it stands, in a word, where nobody does it now."""
        done = self.step.status == StepStatus.COMPLETED
        return "done" if done else self.step.get_status_display().partition(":")[0]

    @property
    def way_on(self) -> str:
        """To the page of the step, for whoever held it and does no more."""
        if self.is_mine:
            return "You have claimed it anew: go on there"
        if self.step.status == StepStatus.RUNNING:
            return f"{self.step.worker} has it: see until when"
        if self.is_free and self.may_do:
            return "It is free: claim it again"
        return "See how it stands"

    @property
    def handed_in(self) -> list[Artifact]:
        return list(self.step.artifacts.order_by("pk")[:MOST_SHOWN])
