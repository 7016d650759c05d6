"""All that the page of a gate shows, asked for once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from artifacts.models import Artifact, ArtifactType
from books.errors import nearest, unknown
from config.console.gates.chapters import ALL, SINCE, Chapters, Line, Section, preview_of
from config.console.gates.form import Filled
from config.console.gates.standing import Standing, standing_of
from config.console.redlines import Shown, between
from config.errors import Refusal
from events.gates.answers import Answered, answered
from events.gates.ways import Ways, ways_from
from workflows.callers import Caller
from workflows.definitions.definition import StepSpec
from workflows.errors import InvalidInput
from workflows.matter import Matter, workers
from workflows.models import Step

MOST_LINES = 100
LONGEST_DIGEST = 64
MOST_OTHERS = 100
MOST_CHANGED = 20


class Asked:
    """A gate, by one caller, with what the address asks for (`since`, `view`, …). Its `read` is
    the digest of what was there as one began to read: without a script that takes several pages."""

    def __init__(self, step: Step, caller: Caller, query: QueryDict) -> None:
        self.step, self.run, self.caller, self.query = step, step.run, caller, query
        self.matter = Matter.of(step)
        since = query.get("since", ALL)
        if since not in SINCE:
            raise InvalidInput(f'nothing is known since "{since}"{nearest(since, SINCE)}')
        self.told: Sequence[Answered] = answered(self.run)
        self.read = query.get("read", "")[:LONGEST_DIGEST] or self.matter.digest
        self.chapters = Chapters(self.matter, self.told, since, self.read)

    @property
    def is_stale(self) -> bool:
        """Whether what one began to read is no longer what would be decided on."""
        return self.read != self.matter.digest and self.standing.waits

    @property
    def decide_address(self) -> str:
        """Of the form, which says what was read."""
        return f"{self.fresh_address}?{urlencode({'read': self.read})}#decide"

    @property
    def fresh_address(self) -> str:
        """Of the page as things are now."""
        return reverse("console:gate", args=[self.step.pk])

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.step, self.caller)

    @cached_property
    def ways(self) -> Ways:
        return ways_from(self.step)

    @cached_property
    def lines(self) -> list[Line]:
        return self.chapters.lines

    @cached_property
    def all_changed(self) -> list[Line]:
        return [line for line in self.lines if line.differs]

    @cached_property
    def all_unchanged(self) -> list[Line]:
        return [line for line in self.lines if not line.differs]

    @cached_property
    def changed(self) -> list[Line]:
        """Those that are listed, the first of them as its section has weighed it."""
        found = self.all_changed[:MOST_LINES]
        return [self.first.line, *found[1:]] if self.first else found

    @property
    def unchanged(self) -> list[Line]:
        return self.all_unchanged[:MOST_LINES]

    @property
    def changed_beyond(self) -> list[Line]:
        """Those that the list has no room for: one goes through them page by page."""
        return self.all_changed[MOST_LINES:]

    @cached_property
    def first(self) -> Section | None:
        """The chapter that is shown at once."""
        first = next(iter(self.all_changed), None)
        return self.chapters.section(first, self.query) if first else None

    def line(self, slug: str) -> Line:
        """That chapter's. Raises Unknown with the nearest slug."""
        found = {one.chapter.slug: one for one in self.lines}
        if slug not in found:
            raise unknown("chapter in scope", slug, found)
        return found[slug]

    def around(self, line: Line) -> tuple[Line | None, Line | None]:
        """The lines before and after it in the list."""
        place = self.lines.index(line)
        earlier = self.lines[place - 1] if place else None
        return earlier, next(iter(self.lines[place + 1 :]), None)

    @property
    def late(self) -> bool:
        return self.step.due_at is not None and self.step.due_at <= timezone.now()

    @property
    def about_all(self) -> list[Answered]:
        """The rejections that are about no one chapter in scope."""
        known = {line.chapter.slug for line in self.lines}
        return [one for one in self.told if one.rejection.item not in known]

    @property
    def others(self) -> list[tuple[Artifact, str]]:
        """What it decides on beside chapters, the newest of them, each with the address of its
        preview."""
        found = self.matter.others
        oldest = sorted(one.pk for one in found)[-MOST_OTHERS:][:1]
        return [(one, preview_of(one)) for one in found if one.pk >= oldest[0]]

    @property
    def others_beyond(self) -> int:
        """How many there are besides."""
        return max(0, len(self.matter.others) - MOST_OTHERS)

    @property
    def goes_on(self) -> list[tuple[StepSpec, str]]:
        """The steps that wait for this gate, and who does them."""
        steps = self.run.definition.parsed.steps
        waiting = [spec for spec in steps if self.step.name in spec.needs]
        return [(spec, self.run.agent_of(spec)) for spec in waiting]

    @property
    def did(self) -> dict[str, list[str]]:
        return workers(self.run)


@dataclass(frozen=True)
class Changed:
    """What is not as it was read; of a chapter with both texts, and the first of them `shown`."""

    name: str
    was: Artifact | None
    now: Artifact | None
    shown: Shown | None = None

    @property
    def address(self) -> str:
        """Of the redline; empty where there is none to show."""
        if not (self.was and self.now and self.now.artifact_type == ArtifactType.CHAPTER):
            return ""
        return reverse("console:redline", args=[self.was.digest, self.now.digest])


def told(asked: Asked, filled: Filled, refusal: Refusal | None = None) -> dict[str, Any]:
    """For the template. `filled` is a form as it was sent, where it was refused."""
    read = list(Artifact.objects.called(filled.read)) if refusal else []
    changed = _changed(asked, read)
    return {
        "title": f"{asked.step.name} · {asked.run.book.title}",
        "asked": asked,
        "gate": asked.step,
        "run": asked.run,
        "refusal": refusal,
        "changed": changed,
        "filled": filled.again({one.now.item for one in changed if one.now}),
        "wrote": _wrote(asked, filled),
    }


def _wrote(asked: Asked, filled: Filled) -> list[tuple[str, list[str]]]:
    """The chapters that were named, by their titles, each with what was quoted of it."""
    titles = {line.chapter.slug: line.chapter.title for line in asked.lines}
    passages = [*filled.marked, *filled.typed]
    return [
        (titles.get(slug, slug), [one["quote"] for one in passages if one["chapter"] == slug])
        for slug in filled.asked_items
    ]


def _changed(asked: Asked, read: list[Artifact]) -> list[Changed]:
    """Nothing where nothing is known to have been read."""
    pairs = asked.matter.since(read) if read else []
    found = [Changed(_name(was or now), was, now) for was, now in pairs[:MOST_CHANGED]]
    for place, one in enumerate(found):
        if one.address and one.was and one.now:
            redline = between(one.was.digest, one.now.digest)
            shown = Shown.of(redline, QueryDict(), address=one.address, slug=one.now.item, notes={})
            found[place] = Changed(one.name, one.was, one.now, shown)
            break
    return found


def _name(artifact: Artifact | None) -> str:
    return artifact.item or artifact.path if artifact else ""
