"""Where a rejection goes, decided from facts alone."""

from dataclasses import dataclass, replace
from itertools import count, permutations
from typing import Any

import pytest

from events.errors import CannotRoute
from events.router import Case, Maker, decide, most_specific

numbers = count(1)


@dataclass
class Rule:
    """A row of the routing table, without a table."""

    rejection_type: str = "style"
    handler_agent: str = "style-editor"
    workflow_type: str = ""
    step: str = ""
    rework_step: str = ""
    max_retries: int = 3
    escalation_target: str = "senior-editor"
    enabled: bool = True
    pk: int = 0

    def __post_init__(self) -> None:
        self.pk = self.pk or next(numbers)


MAKERS = {
    "plan": Maker("project-manager", makes_chapter=False),
    "write": Maker("writer", makes_chapter=True),
    "edit": Maker("editor", makes_chapter=False),
}
CASE = Case("w1_editing", "edit", "style", retry_count=1, nearest="write", makers=MAKERS)
DEFAULT = Rule()


def test_a_first_rejection_goes_to_the_handler_at_the_nearest_step() -> None:
    decision = decide(CASE, [DEFAULT])
    assert decision.escalate is False
    assert (decision.handler_agent, decision.rework_step) == ("style-editor", "write")
    assert (decision.max_retries, decision.rule) == (3, DEFAULT.pk)


@pytest.mark.parametrize(
    ("count", "limit", "escalates"),
    [(1, 3, False), (2, 3, False), (3, 3, True), (4, 3, True), (1, 1, True), (2, 1, True)],
)
def test_it_escalates_when_the_count_reaches_the_limit(
    count: int, limit: int, *, escalates: bool
) -> None:
    decision = decide(replace(CASE, retry_count=count), [Rule(max_retries=limit)])
    assert decision.escalate is escalates
    assert decision.escalation_target == "senior-editor"
    assert str(limit) in decision.why
    assert str(count) in decision.why


def test_the_most_specific_rule_wins_in_whatever_order_they_come() -> None:
    of_step = Rule(workflow_type="w1_editing", step="edit", handler_agent="of-step")
    of_type = Rule(workflow_type="w1_editing", handler_agent="of-type")
    for rules in permutations([DEFAULT, of_type, of_step]):
        assert most_specific(CASE, rules) is of_step
    for pair in permutations([DEFAULT, of_type]):
        assert most_specific(CASE, pair) is of_type


@pytest.mark.parametrize(
    "other",
    [
        {"rejection_type": "clarity"},
        {"workflow_type": "w2_pdf"},
        {"workflow_type": "w2_pdf", "step": "edit"},
        {"workflow_type": "w1_editing", "step": "domain_review"},
        {"enabled": False},
        {"enabled": False, "workflow_type": "w1_editing", "step": "edit"},
    ],
)
def test_a_rule_for_something_else_or_disabled_is_passed_over(other: dict[str, Any]) -> None:
    assert most_specific(CASE, [Rule(**other)]) is None
    assert most_specific(CASE, [Rule(**other), DEFAULT]) is DEFAULT


def test_without_a_rule_its_own_agent_mends_and_a_human_reviewer_is_asked() -> None:
    decision = decide(CASE, [])
    assert (decision.handler_agent, decision.rework_step) == ("writer", "write")
    assert (decision.rule, decision.max_retries) == (None, 3)
    third = decide(replace(CASE, retry_count=3), [])
    assert (third.escalate, third.escalation_target) == (True, "human-reviewer")


def test_a_default_rules_handler_takes_over_only_what_makes_a_chapter() -> None:
    chapter, plan = CASE, replace(CASE, nearest="plan")
    assert decide(chapter, [DEFAULT]).handler_agent == "style-editor"
    assert decide(plan, [DEFAULT]).handler_agent == "project-manager"


@pytest.mark.parametrize("step", ["", "edit"])
def test_a_workflows_own_rule_hands_over_any_step(step: str) -> None:
    rule = Rule(workflow_type="w1_editing", step=step, rework_step="plan")
    decision = decide(CASE, [DEFAULT, rule])
    assert (decision.handler_agent, decision.rework_step) == ("style-editor", "plan")


def test_a_default_rules_rework_step_decides_whether_its_handler_takes_over() -> None:
    assert decide(CASE, [Rule(rework_step="plan")]).handler_agent == "project-manager"


def test_the_book_says_how_often_before_the_rule_does() -> None:
    fussy = replace(CASE, book_max_retries={"style": 1})
    patient = replace(CASE, retry_count=4, book_max_retries={"style": 5})
    elsewhere = replace(CASE, retry_count=3, book_max_retries={"clarity": 9})
    assert decide(fussy, [DEFAULT]).escalate is True
    assert decide(fussy, [DEFAULT]).max_retries == 1
    assert decide(patient, [DEFAULT]).escalate is False
    assert decide(elsewhere, [DEFAULT]).escalate is True
    assert decide(patient, []).max_retries == 5


def test_nothing_upstream_escalates_at_once_and_says_so() -> None:
    decision = decide(replace(CASE, step="release_check", nearest=""), [DEFAULT])
    assert decision.escalate is True
    assert decision.rework_step == ""
    assert decision.escalation_target == "senior-editor"
    assert "nothing upstream" in decision.why
    assert "release_check" in decision.why


def test_a_rule_that_names_a_step_helps_where_nothing_is_near() -> None:
    decision = decide(replace(CASE, nearest=""), [Rule(rework_step="plan")])
    assert (decision.escalate, decision.rework_step) == (False, "plan")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_gate_never_escalates(count: int) -> None:
    gate = replace(CASE, step="approve", by_human=True, retry_count=count)
    decision = decide(gate, [Rule(max_retries=1)])
    assert decision.escalate is False
    assert decision.rework_step == "write"


def test_the_step_a_human_names_wins_over_the_rules() -> None:
    named = replace(CASE, step="approve", by_human=True, to_step="plan")
    rule = Rule(workflow_type="w1_editing", rework_step="write", handler_agent="fixer")
    assert decide(named, [rule]).rework_step == "plan"
    assert decide(named, [DEFAULT]).handler_agent == "project-manager"


def test_a_rule_that_is_only_tried_is_the_new_rule() -> None:
    tried = Rule(rework_step="finalize", workflow_type="w1_editing")
    tried.pk = 0
    with pytest.raises(CannotRoute, match=r"finalize \(the new rule\) is no work step upstream"):
        decide(CASE, [tried])
    tried.rework_step = "plan"
    assert decide(CASE, [tried]).why == "the new rule: rejection 1 of 3, back to plan"


def test_deciding_changes_no_fact() -> None:
    rules = [Rule(), Rule(workflow_type="w1_editing")]
    before = [replace(rule) for rule in rules]
    assert decide(CASE, iter(rules)) == decide(CASE, rules)
    assert rules == before


def test_a_step_that_a_human_named_is_done_by_who_does_it() -> None:
    of_type = Rule(workflow_type="w1_editing", handler_agent="of-type")
    named = replace(CASE, by_human=True, to_step="plan")
    assert decide(named, [of_type]).handler_agent == "project-manager"
    assert decide(replace(named, to_step="write"), [of_type]).handler_agent == "of-type"
    to_plan = Rule(workflow_type="w1_editing", handler_agent="planner", rework_step="plan")
    assert decide(named, [to_plan]).handler_agent == "planner"


def test_with_nothing_upstream_nobody_is_named_to_mend_it() -> None:
    decision = decide(replace(CASE, nearest="", makers={}), [DEFAULT])
    assert (decision.handler_agent, decision.escalate) == ("", True)


def test_the_books_own_limit_is_named_as_such() -> None:
    decision = decide(replace(CASE, book_max_retries={"style": 9}), [DEFAULT])
    assert decision.why.endswith("the book's own limit: rejection 1 of 9, back to write")
