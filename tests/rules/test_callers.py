"""What a caller may do and decide, by its groups."""

import pytest

from workflows.callers import Caller
from workflows.errors import NotAllowed


def caller(*groups: str, agents: tuple[str, ...] = ()) -> Caller:
    return Caller("anna", frozenset(groups), frozenset(agents))


def test_who_works_does_any_agents_work_and_a_member_that_of_her_group() -> None:
    assert caller("agent").may_do("writer")
    assert caller("operator").may_do("writer")
    assert caller("writer").may_do("writer")
    assert not caller("writer").may_do("editor")
    assert not caller("viewer").may_do("writer")


def test_a_group_that_gives_powers_is_not_the_agent_of_that_name() -> None:
    assert not caller("editor").may_do("editor")
    with pytest.raises(NotAllowed, match="anna is neither in the group editor"):
        caller("editor").refuse_work("editor")


def test_a_token_for_one_agent_does_no_others_work() -> None:
    bound = caller("agent", "writer", agents=("editor",))
    assert bound.may_do("editor")
    assert not bound.may_do("writer")
    with pytest.raises(NotAllowed, match="this token claims for editor, not writer"):
        bound.refuse_work("writer")


def test_work_whose_group_has_members_is_theirs_first() -> None:
    assert caller("agent").is_for("writer", manned=())
    assert not caller("agent").is_for("writer", manned={"writer"})
    assert caller("writer").is_for("writer", manned={"writer"})
    assert not caller("viewer").is_for("writer", manned=())


def test_work_of_an_agent_named_like_a_group_that_gives_powers_is_for_whoever_works() -> None:
    assert caller("agent").is_for("editor", manned={"editor"})
    assert caller("operator").is_for("editor", manned={"editor"})
    assert not caller("editor").is_for("editor", manned={"editor"})


def test_members_decide_operators_too_and_editors_where_nobody_else_is() -> None:
    assert caller("owner").may_decide("owner", manned={"owner"})
    assert caller("operator").may_decide("owner", manned={"owner"})
    assert caller("editor").may_decide("owner", manned=())
    assert not caller("editor").may_decide("owner", manned={"owner"})
    assert not caller("viewer").may_decide("owner", manned=())
