"""Whether a trigger fits a run, clause by clause: the first that does not hold decides."""

from dataclasses import dataclass, field
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from triggers.clauses import CLAUSES, Verdict, decide
from triggers.models import WorkflowTrigger
from triggers.source import Source
from triggers.terms import Terms


@dataclass
class Ran:
    """A run as triggers see it, without rows."""

    workflow_type: str = "w1_editing"
    book_slug: str = "core-rulebook"
    book_type: str = "core"
    setting: str | None = "razorweave"
    outcome: str = "succeeded"
    status: str = "completed"
    parameters: dict[str, Any] = field(default_factory=dict)
    made: tuple[str, ...] = ()
    approved_by: str | None = None
    chain_depth: int = 0
    version: str = "1.1.0"
    others: tuple["Ran", ...] = ()

    @property
    def run(self) -> "Ran":
        return self

    @property
    def book(self) -> SimpleNamespace:
        return SimpleNamespace(slug=self.book_slug, book_type=self.book_type)

    @property
    def joined(self) -> dict[str, "Ran"]:
        return {one.workflow_type: one for one in (*self.others, self)}

    def has(self, artifact_type: str) -> bool:
        return artifact_type in self.made

    def of(self, terms: Terms) -> list[Source]:
        return Source.of(self, terms)

    def __str__(self) -> str:
        return f"run of {self.workflow_type}"


def terms(condition: str = "on_complete", **config: Any) -> Terms:
    trigger = WorkflowTrigger(
        name="after-editing",
        source_workflow_type="w1_editing",
        target_workflow_type="w2_pdf",
        trigger_condition=condition,
        config=config,
    )
    return Terms.of(trigger)


def test_one_that_asks_for_nothing_fires_and_says_why() -> None:
    verdict = decide(terms(), Ran())
    assert verdict == Verdict("trigger_condition", "run of w1_editing completed", fires=True)
    assert str(verdict) == "run of w1_editing completed"


FITTING: list[tuple[Terms, Ran]] = [
    (terms(books=["other", "core-rulebook"]), Ran()),
    (terms(book_types=["supplement", "core"]), Ran()),
    (terms(settings=["razorweave"]), Ran()),
    (terms(settings=[]), Ran(setting=None)),
    (terms(match={"outcome": ["succeeded"]}), Ran()),
    (terms(match={"parameters": {"n": 1, "o": {"b": [1], "a": None}}}),
     Ran(parameters={"n": 1, "o": {"a": None, "b": [1]}, "more": 2})),
    (terms(match={"parameters": {"n": None}}), Ran(parameters={"n": None})),
    (terms(match={"has": ["release_notes"]}), Ran(made=("pdf_draft", "release_notes"))),
    (terms("on_approve"), Ran(approved_by="grace")),
    (terms(), Ran(chain_depth=7)),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "ran"), FITTING)
def test_what_fits_fires(asked: Terms, ran: Ran) -> None:
    assert decide(asked, ran).fires


SKIPPED: list[tuple[Terms, Ran, str]] = [
    (terms(books=["a", "b"]), Ran(), "books: book core-rulebook is not among a, b"),
    (terms(book_types=["campaign"]), Ran(),
     "book_types: book type core is not among campaign"),
    (terms(settings=["elsewhere"]), Ran(), "settings: setting razorweave is not among elsewhere"),
    (terms(settings=["elsewhere"]), Ran(setting=None),
     "settings: setting (none) is not among elsewhere"),
    (terms(match={"outcome": ["rejected", "error"]}), Ran(),
     "match.outcome: the outcome of run of w1_editing succeeded is not among rejected, error"),
    (terms(match={"parameters": {"n": 1}}), Ran(parameters={"n": 2}),
     "match.parameters: n of run of w1_editing is 2, not 1"),
    (terms(match={"parameters": {"n": 1}}), Ran(parameters={"n": True}),
     "match.parameters: n of run of w1_editing is true, not 1"),
    (terms(match={"parameters": {"n": "1"}}), Ran(parameters={"n": 1}),
     'match.parameters: n of run of w1_editing is 1, not "1"'),
    (terms(match={"parameters": {"n": [1, 2]}}), Ran(parameters={"n": [2, 1]}),
     "match.parameters: n of run of w1_editing is [2, 1], not [1, 2]"),
    (terms(match={"parameters": {"n": "ä"}}), Ran(),
     'match.parameters: run of w1_editing was given no parameter n'),
    (terms(match={"has": ["epub", "pdf_draft", "pdf_print"]}), Ran(made=("pdf_draft",)),
     "match.has: run of w1_editing made no epub and no pdf_print"),
    (terms("on_approve"), Ran(),
     "trigger_condition: no gate of run of w1_editing was approved"),
    (terms(), Ran(chain_depth=8),
     "chain: run of w1_editing is at chain_depth 8; a chain goes no further than 8"),
    (terms(**{"with": ["w3_publication", "w4_playtesting"]}), Ran(),
     "with: no w3_publication and no w4_playtesting of 1.1.0 is done yet"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "ran", "says"), SKIPPED, ids=[says for _, _, says in SKIPPED])
def test_what_does_not_fit_is_told_by_its_clause(asked: Terms, ran: Ran, says: str) -> None:
    verdict = decide(asked, ran)
    assert not verdict.fires
    assert str(verdict) == says


@pytest.mark.parametrize(("asked", "ran", "says"), SKIPPED, ids=[says for _, _, says in SKIPPED])
def test_a_request_is_held_to_the_same(asked: Terms, ran: Ran, says: str) -> None:
    assert str(decide(asked, ran, requested=True)) == says


def test_the_chain_is_as_long_as_the_installation_allows(settings: Any) -> None:
    settings.BINDERY_CHAIN_LIMIT = 2
    assert decide(terms(), Ran(chain_depth=1)).fires
    assert decide(terms(), Ran(chain_depth=2)).clause == "chain"


WITHOUT = {  # what does not hold of a clause, and what mends it
    "books": ({"books": ["x"]}, {"book_slug": "x"}),
    "book_types": ({"book_types": ["campaign"]}, {"book_type": "campaign"}),
    "settings": ({"settings": ["y"]}, {"setting": "y"}),
    "match.outcome": ({"outcome": ["rejected"]}, {"outcome": "rejected"}),
    "match.parameters": ({"parameters": {"n": 1}}, {"parameters": {"n": 1}}),
    "match.has": ({"has": ["epub"]}, {"made": ("epub",)}),
    "trigger_condition": ({}, {"approved_by": "grace"}),
    "chain": ({}, {"chain_depth": 0}),
}


def test_the_first_clause_that_does_not_hold_decides() -> None:
    """Nothing fits; then one clause after the other is mended, and the next one speaks."""
    config: dict[str, Any] = {"match": {}}
    for clause, (asked, _) in WITHOUT.items():
        (config["match"] if clause.startswith("match.") else config).update(asked)
    ran, spoke = {"chain_depth": 9}, []
    for _, mended in WITHOUT.values():
        spoke.append(decide(terms("on_approve", **config), Ran(**ran)).clause)
        ran |= mended
    assert spoke == list(WITHOUT)
    assert decide(terms("on_approve", **config), Ran(**ran)).fires
    order = list(CLAUSES)
    assert all(order.index(one) < order.index(next_) for one, next_ in pairwise(WITHOUT))


def together(**first: Any) -> Ran:
    """The PDF completed last, and the editing it waited for before it."""
    return Ran("w2_pdf", approved_by="ada", others=(Ran(**first),))


@pytest.mark.parametrize(
    ("config", "first", "says"),
    [
        ({"match": {"outcome": ["rejected"]}}, {}, "the outcome of run of w1_editing succeeded"),
        ({"match": {"parameters": {"n": 1}}}, {"parameters": {"n": 2}}, "n of run of w1_editing"),
        ({"match": {"has": ["epub"]}}, {"made": ("pdf_draft",)}, "run of w1_editing made no epub"),
    ],
)
def test_of_several_sources_the_first_is_asked_whichever_ended_last(
    config: dict[str, Any], first: dict[str, Any], says: str
) -> None:
    asked = terms(**config, **{"with": ["w2_pdf"]})
    assert says in decide(asked, together(**first), requested=True).why


def test_each_of_several_sources_needs_its_approval() -> None:
    asked = terms("on_approve", **{"with": ["w2_pdf"]})
    verdict = decide(asked, together(), requested=True)
    assert str(verdict) == "trigger_condition: no gate of run of w1_editing was approved"
    verdict = decide(asked, together(approved_by="grace"), requested=True)
    assert verdict.fires
    assert verdict.why == "run of w2_pdf completed, run of w1_editing completed, approved by ada"


def test_a_reason_is_text_that_every_database_keeps() -> None:
    """An error may quote what is none, as the name of a file."""
    assert str(Verdict("target", "no file \udcff\0")) == "target: no file ??"
