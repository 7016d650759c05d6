"""Plans which chapters an editing run works on, and in what order."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from textwrap import shorten
from typing import Any

from django.template.loader import render_to_string

from artifacts.models import ArtifactType
from artifacts.registry import Handed
from books.checks import Finding, Page, Report
from books.checks.figures import Figures, figures
from books.models import Chapter
from workflows.agents.agent import Brief, CannotDo, Done
from workflows.agents.documents import json_of
from workflows.agents.folder import draft_of
from workflows.agents.house import House
from workflows.models import Step

WEIGHTS = {"error": 3, "warning": 1}
FEEDBACK_WEIGHT = 5
LONGEST_QUOTE, MOST_QUOTES = 60, 5


@dataclass(frozen=True)
class Entry:
    """A chapter of the plan; `feedback` are open items about it from playtests."""

    chapter: Chapter
    draft: bool
    report: Report
    figures: Figures
    feedback: list[dict[str, Any]]

    @property
    def need(self) -> int:
        """How much the chapter asks to be worked on: 5 for a feedback item, 3 for an error, 1
        for a warning."""
        found = sum(WEIGHTS[finding.severity] for finding in self.report.findings)
        return found + FEEDBACK_WEIGHT * len(self.feedback)

    @property
    def rules(self) -> list[tuple[str, int]]:
        """The rules with findings, the most frequent first."""
        return Counter(finding.rule for finding in self.report.findings).most_common()

    @property
    def asked(self) -> list[str]:
        """The feedback for people: under which heading, and what it says or quotes."""
        return [
            f"{item['heading']}: {_said(item)}" if item["heading"] else _said(item)
            for item in self.feedback
        ]

    @property
    def lines(self) -> list[str]:
        """The findings for people: those of a line and a rule together, with what stands there."""
        return [
            f"line {line} ({severity}, {rule}): {message}: {_quotes(list(found))}"
            for (line, severity, rule, message), found in groupby(self.report.findings, _kind)
        ]

    def as_json(self) -> dict[str, Any]:
        severities = Counter(finding.severity for finding in self.report.findings)
        return {
            "slug": self.chapter.slug,
            "title": self.chapter.title,
            "words": self.chapter.words,
            "draft": self.draft,
            "need": self.need,
            "errors": severities["error"],
            "warnings": severities["warning"],
            "figures": self.figures.as_json(),
            "feedback": self.feedback,
            **self.report.as_json(),
        }


def _said(item: dict[str, Any]) -> str:
    return str(item["text"] or item["quote"] or item["key"])


def _kind(finding: Finding) -> tuple[int, str, str, str]:
    return finding.line, finding.severity, finding.rule, finding.message


def _quotes(findings: list[Finding]) -> str:
    """What stands there, cut short; of many, the first and how many more."""
    shown = [f'"{shorten(one.quote, LONGEST_QUOTE, placeholder="…")}"' for one in findings]
    more = [f"and {len(shown) - MOST_QUOTES} more"] if len(shown) > MOST_QUOTES else []
    return ", ".join(shown[:MOST_QUOTES] + more)


class Planner:
    """Chapters asked for, else those the revisions folder has a draft of, else all; those that
    need it most come first. Answers `improvement-plan.json` and the same for people to read."""

    def can_do(self, step: Step) -> bool:
        return step.run.workflow_type == "w1_editing" and step.name == "plan"

    def perform(self, step: Step, brief: Brief) -> Done:
        house = House(step.run)
        feedback = _feedback(brief)
        entries = [_entry(step, house, one, feedback) for one in self._chosen(step, brief)]
        entries.sort(key=lambda entry: -entry.need)
        plan = {
            "book": brief["book"],
            "version": brief["version"],
            "chapters": [entry.as_json() for entry in entries],
        }
        context = {"book": step.run.book, "version": brief["version"], "entries": entries}
        page = render_to_string("workflows/improvement_plan.md", context).encode()
        kind = ArtifactType.IMPROVEMENT_PLAN
        handed = [
            json_of(kind, "improvement-plan.json", plan),
            Handed.of_bytes(kind, "improvement-plan.md", page),
        ]
        chapters = [entry.chapter.slug for entry in entries]
        return Done({"chapters": chapters, **_answers(entries)}, handed)

    def _chosen(self, step: Step, brief: Brief) -> list[Chapter]:
        chapters = list(step.run.input_version.chapters.all())
        if asked := brief["parameters"].get("chapters"):
            return [chapter for chapter in chapters if chapter.slug in asked]
        if not (folder := brief["parameters"].get("revisions")):
            return chapters
        drafted = [one for one in chapters if draft_of(step, one.path, attempt=1)]
        if not drafted:
            raise CannotDo(f"{folder} holds no draft of any chapter of {step.run.input_version}")
        return drafted


def _entry(step: Step, house: House, chapter: Chapter, feedback: list[dict[str, Any]]) -> Entry:
    page: Page = house.before.pages[chapter.slug]
    return Entry(
        chapter,
        draft_of(step, chapter.path, attempt=1) is not None,
        house.report(page, house.before),
        figures(page),
        [item for item in feedback if item["chapter"] == chapter.slug],
    )


def _feedback(brief: Brief) -> list[dict[str, Any]]:
    """What playtests ask and no other run has planned."""
    free = (None, brief["run"])
    return [item for item in brief["feedback_items"] if item["planned_by_run"] in free]


def _answers(entries: list[Entry]) -> dict[str, list[str]]:
    """The items about the chapters of the plan, each key once; nothing where there are none."""
    keys = dict.fromkeys(item["key"] for entry in entries for item in entry.feedback)
    return {"answers": list(keys)} if keys else {}
