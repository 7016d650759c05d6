"""What the law is tried on: small definitions, books, rules, and what must follow from them.

The tables here are written out by hand from the definitions, so that the router is judged by
another reckoning than its own.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from artifacts.registry import Handed
from books.configs import configure
from books.models import BookVersion
from tests.contents import content_of
from tests.factories import DEFAULT_RULES, DefinitionFactory, RoutingRuleFactory, book_of
from tests.law.sayings import CLOSED, TRIGGERS
from triggers.changing import Change, put
from workflows.definitions import sync
from workflows.definitions.definition import StepSpec
from workflows.models import WorkflowDefinition

WORKERS = ("ada", "bob")
DECIDERS = ("grace", "heidi")
TYPES = tuple(DEFAULT_RULES)
DRAFT = {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]}
OUTLINE = {"produces": ["improvement_plan"]}


def review(name: str, *needs: str, foreach: bool = False) -> dict[str, Any]:
    spec = {"name": name, "kind": "review", "agent": f"{name}-er", "consumes": ["chapter"]}
    return {**spec, "needs": list(needs), **({"foreach": "chapter"} if foreach else {})}


def gate(name: str, *needs: str) -> dict[str, Any]:
    return {"name": name, "kind": "gate", "role": "managing-editor", "needs": list(needs)}


# Two reviews side by side of one chapter, and a review that joins the chapters.
PAIRED = (
    DRAFT,
    review("left", "draft", foreach=True),
    review("right", "draft", foreach=True),
    review("whole", "left", "right"),
    gate("approve", "whole"),
)
# A gate at the front, and two side by side.
GATED = (
    {"name": "outline", "agent": "outliner", **OUTLINE},
    gate("sign", "outline"),
    {**DRAFT, "needs": ["sign"]},
    review("check", "draft", foreach=True),
    gate("words", "check"),
    gate("looks", "check"),
    {"name": "finish", "agent": "closer", "needs": ["words", "looks"], "max_attempts": 2},
)
# A rule sends rework to the plan, which says what chapters are in scope.
PLANNED = (
    {"name": "plan", "agent": "planner", "max_attempts": 2, **OUTLINE},
    {**DRAFT, "needs": ["plan"]},
    review("check", "draft", foreach=True),
    review("whole", "check"),
    gate("approve", "whole"),
    {"name": "finish", "agent": "closer", "needs": ["approve"], "max_attempts": 1},
)
# What triggers start, and what soon completes and starts others.
NOTE = ({"name": "jot", "agent": "jotter"},)
MADE = {
    "paired": PAIRED,
    "gated": GATED,
    "planned": PLANNED,
    "seal": GATED[:2],
    "note": NOTE,
    "memo": NOTE,
}
DEFINITIONS = ("w1_editing", "w3_publication", "paired", "gated", "planned")
SMALL = ("note", "seal")  # of `memo` only triggers start runs

# The nearest work step upstream that makes what is judged; the empty word: there is none.
NEAREST = {
    ("w1_editing", "edit"): "write",
    ("w1_editing", "domain_review"): "write",
    ("w1_editing", "validate"): "write",
    ("w1_editing", "approve"): "write",
    ("w3_publication", "release_check"): "",
    ("w3_publication", "qa"): "",
    ("w3_publication", "approve"): "marketing",
    ("paired", "left"): "draft",
    ("paired", "right"): "draft",
    ("paired", "whole"): "draft",
    ("paired", "approve"): "draft",
    ("gated", "sign"): "outline",
    ("gated", "check"): "draft",
    ("gated", "words"): "draft",
    ("gated", "looks"): "draft",
    ("seal", "sign"): "outline",
    ("planned", "check"): "draft",
    ("planned", "whole"): "draft",
    ("planned", "approve"): "draft",
}
DEFAULT_LIMITS = {"style": 3, "mechanics": 2, "clarity": 2, "scope": 1}
# By workflow type, step (empty: any) and rejection type: where to, and after how many it escalates.
RULES = {
    ("planned", "", "scope"): ("plan", 2),
    ("planned", "whole", "mechanics"): ("plan", 3),
    ("paired", "left", "style"): ("", 2),
}
# What a book says wins over the rules; every workflow type has the same.
BOOK_LIMITS: dict[str, dict[str, int]] = {
    "alpha": {"style": 1, "mechanics": 2, "clarity": 3},
    "beta": {"style": 2, "clarity": 1},
}
CHAPTERS = {"alpha": 2, "beta": 3}


@dataclass
class Clock:
    """Time stands still until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def move(self, *, to: datetime) -> None:
        self.at = max(self.at, to)

    def pass_seconds(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)


class World:
    """The rows that every example starts from. `make` it once, inside a transaction."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.began_at = clock.at
        self._handed: dict[tuple[str, str, str], Handed] = {}
        sync.sync()
        for name, steps in MADE.items():
            DefinitionFactory(type=name, steps=steps)
        for rejection_type, limit in DEFAULT_LIMITS.items():
            RoutingRuleFactory(rejection_type=rejection_type, max_retries=limit)
        for (workflow, step, rejection_type), (to_step, limit) in RULES.items():
            RoutingRuleFactory(
                workflow_type=workflow,
                step=step,
                rejection_type=rejection_type,
                rework_step=to_step,
                max_retries=limit,
            )
        self.books = {slug: book_of(count, slug=slug) for slug, count in CHAPTERS.items()}
        for slug, limits in BOOK_LIMITS.items():
            for workflow in DEFINITIONS:
                configure(self.books[slug], workflow, config={"max_retries": limits})
            configure(self.books[slug], CLOSED, enabled=False)
        for name, says in TRIGGERS.items():
            put(name, Change(**says))

    @cached_property
    def definitions(self) -> dict[int, WorkflowDefinition]:
        return {row.pk: row for row in WorkflowDefinition.objects.all()}

    @cached_property
    def chapters(self) -> dict[int, tuple[str, ...]]:
        """Chapter slugs by the id of a book."""
        return {
            book.pk: tuple(
                BookVersion.objects.latest_of(book)
                .chapters.order_by("position")
                .values_list("slug", flat=True)
            )
            for book in self.books.values()
        }

    @cached_property
    def slugs(self) -> dict[int, str]:
        return {book.pk: slug for slug, book in self.books.items()}

    def limit(self, book_id: int, workflow: str, step: str, rejection_type: str) -> int:
        """How many rejections escalate: as the book says, else the most specific rule."""
        said = BOOK_LIMITS[self.slugs[book_id]]
        return said.get(rejection_type) or rule(workflow, step, rejection_type)[1]

    def handed(self, spec: StepSpec, book: str, item: str) -> list[Handed]:
        """All that a step must make, stored once however often it is handed in."""
        return [
            self._made(str(wanted.artifact_type), book, item)
            for wanted in spec.produces
            if not wanted.optional
        ]

    def _made(self, artifact_type: str, book: str, item: str) -> Handed:
        key = (artifact_type, book, item)
        if key not in self._handed:
            path, content = content_of(artifact_type)
            if artifact_type == "chapter":
                path, content = f"{item}.md", f"# {item}\n\nRevised for {book}.\n".encode()
            self._handed[key] = Handed.of_bytes(artifact_type, path, content)
        return self._handed[key]


def rule(workflow: str, step: str, rejection_type: str) -> tuple[str, int]:
    """Where the most specific rule sends (empty: to the nearest), and its limit."""
    for key in ((workflow, step, rejection_type), (workflow, "", rejection_type)):
        if key in RULES:
            return RULES[key]
    return "", DEFAULT_LIMITS[rejection_type]


def rework_step(workflow: str, step: str, rejection_type: str) -> str:
    """Where a rejection by that step goes; empty where nothing can mend it."""
    return rule(workflow, step, rejection_type)[0] or NEAREST[workflow, step]


def handler(workflow: str, step: str, rejection_type: str, target: StepSpec) -> str:
    """Who mends: the rule's handler, at its own step; a default rule's, and any elsewhere, only
    where a chapter is made."""
    special = {(workflow, step, rejection_type), (workflow, "", rejection_type)} & RULES.keys()
    own = special and target.name == rework_step(workflow, step, rejection_type)
    takes_over = own or "chapter" in target.made
    return DEFAULT_RULES[rejection_type][0] if takes_over else target.agent
