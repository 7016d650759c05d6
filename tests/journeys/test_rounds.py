"""What each round is told of the one before: open rejections, and what has changed since."""

from pathlib import Path
from typing import Any

import pytest

from artifacts.registry import Handed
from artifacts.store import name_of
from events.models import Rejection
from tests.agents import Claimed, Crew
from tests.factories import DefinitionFactory, RoutingRuleFactory, book_of, set_up, started
from workflows import runs

pytestmark = pytest.mark.django_db
HEAD = "# Chapter 1\n\n"
DRAFT = {"name": "draft", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]}
ALL_WRITTEN = {"name": "rewrite", "agent": "writer", "produces": ["chapter"]}
POLISH = {
    "name": "polish", "agent": "polisher", "foreach": "chapter", "consumes": ["chapter"],
    "produces": ["chapter"],
}  # fmt: skip
CHECK = {
    "name": "check", "kind": "review", "agent": "editor", "foreach": "chapter",
    "consumes": ["chapter"],
}  # fmt: skip
BIND = {
    "name": "bind", "agent": "binder", "consumes": ["chapter"], "produces": ["release_notes"],
}  # fmt: skip
PROOF = {"name": "proof", "kind": "review", "agent": "proofer", "consumes": ["release_notes"]}


def prepare() -> dict[str, str]:
    """Editing runs over two chapters to be edited, and three to be validated; `scope` is sent
    back to the plan."""
    set_up()
    RoutingRuleFactory(
        rejection_type="scope", workflow_type="w1_editing", handler_agent="project-manager",
        rework_step="plan",
    )  # fmt: skip
    made = {
        "editing": Crew(started(book_of(2))).up_to("edit"),
        "judging": Crew(started(book_of(3))).up_to("validate"),
    }
    return {name: crew.run.public_id for name, crew in made.items()}


@pytest.fixture
def editing(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["editing"])


@pytest.fixture
def judging(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["judging"])


def of(steps: list[dict[str, Any]], chapters: int = 1) -> Crew:
    DefinitionFactory(type="rounds", steps=steps)
    return Crew(started(book_of(chapters), workflow_type="rounds"))


def claim_at(crew: Crew, name: str, item: str) -> Claimed:
    """That very step, what is older done before."""
    while (claimed := crew.claim()).name != name or claimed.item != item:
        claimed.complete()
    return claimed


def written(crew: Crew, item: str = "01-one") -> list[str]:
    """The digest of the chapter in the input version, then of all that was handed in."""
    old = crew.fresh().input_version.digests()[item]
    made = crew.run.artifacts.filter(artifact_type="chapter", item=item).order_by("pk")
    return [old, *made.values_list("digest", flat=True)]


def between(changed: Any) -> tuple[str, str]:
    return changed["from"], changed["to"]


def test_at_a_first_attempt_nothing_changed_since(judging: Crew) -> None:
    assert judging.claim("validator").brief["changed_since"] is None
    fresh = Crew(started(judging.run.book))
    for _ in range(6):
        claimed = fresh.claim()
        assert claimed.brief["changed_since"] is None
        claimed.complete()


def test_who_mends_a_text_sees_what_was_done_to_it_in_the_round_before(editing: Crew) -> None:
    editing.claim("editor").reject()
    second = editing.claim("style-editor")
    changed = second.brief["changed_since"]
    assert between(changed) == tuple(written(editing))
    assert changed["to"] == second.brief["chapter"]["digest"]
    assert (changed["words_added"], changed["words_removed"]) == (1, 0)
    assert "{+Revised.+}" in changed["diff"]
    second.complete(HEAD + "Some words stand here.\n")
    claim_at(editing, "edit", "01-one").reject()
    third = editing.claim("style-editor")
    changed = third.brief["changed_since"]
    assert between(changed) == tuple(written(editing)[1:])
    assert "{+stand+}" in changed["diff"]
    assert "[-Revised.-]" in changed["diff"]


def test_a_step_claimed_again_is_told_the_same(editing: Crew) -> None:
    editing.claim("editor").reject()
    first = editing.claim("style-editor")
    first.release()
    again = editing.claim("style-editor")
    assert again.brief["changed_since"] == first.brief["changed_since"] is not None


def to_the_plan(crew: Crew) -> None:
    """The editor sends the second chapter to the plan, which is made again and in full."""
    claimed = crew.claim("editor")
    assert claimed.item == "02-one"
    claimed.reject("scope")
    crew.claim("project-manager").complete()


@pytest.mark.parametrize("claimed", [False, True])
def test_an_attempt_that_handed_in_nothing_is_passed_over(editing: Crew, claimed: bool) -> None:
    editing.claim("editor").reject()
    if claimed:
        editing.claim("style-editor")
    to_the_plan(editing)
    third = editing.claim("writer")
    assert (third.item, third.brief["attempt"]) == ("01-one", 3)
    assert between(third.brief["changed_since"]) == tuple(written(editing))


def test_a_review_passes_over_an_attempt_that_nobody_claimed(editing: Crew) -> None:
    editing.claim("editor").reject()
    editing.claim("style-editor").complete(HEAD + "Other words.\n")
    to_the_plan(editing)
    assert editing.step("edit", "01-one").status == "superseded"
    third = claim_at(editing, "edit", "01-one")
    assert third.brief["attempt"] == 3
    _, first, _, last = written(editing)
    assert between(third.brief["changed_since"]) == (first, last)
    assert third.brief["changed_since"]["to"] == third.brief["chapter"]["digest"]


def test_where_no_attempt_before_was_given_anything_nothing_changed_since(editing: Crew) -> None:
    first, second = editing.claim("editor"), editing.claim("editor")
    first.complete()
    second.reject("scope")
    assert editing.step("domain_review", "01-one").status == "superseded"
    editing.claim("project-manager").complete()
    review = claim_at(editing, "domain_review", "01-one")
    assert review.brief["attempt"] == 2
    assert review.brief["changed_since"] is None


def test_at_the_join_only_chapters_that_changed_are_shown(judging: Crew, store: Path) -> None:
    judging.claim("validator").reject(items=("02-one",))
    judging.claim("style-editor").complete("# Chapter 2\n\nSome better words here.\n")
    judging.up_to("validate")
    for item in ("01-one", "03-one"):  # what is the same is not even read
        (store / name_of(written(judging, item)[-1])).unlink()
    second = judging.claim("validator")
    assert second.brief["attempt"] == 2
    (slug, changed), *others = second.brief["changed_since"]["chapters"].items()
    assert (slug, others) == ("02-one", [])
    assert between(changed) == tuple(written(judging, "02-one")[1:])
    assert (changed["words_added"], changed["words_removed"]) == (1, 1)
    assert "{+better+}" in changed["diff"]


def test_at_the_join_no_chapter_is_shown_where_none_changed(judging: Crew) -> None:
    judging.claim("validator").reject(items=("02-one",))
    same = judging.artifact("chapter", "02-one").content().decode()
    judging.claim("style-editor").complete(same)
    assert judging.up_to("validate").claim("validator").brief["changed_since"] == {"chapters": {}}


def test_at_the_join_chapters_that_enter_or_leave_the_scope_differ_from_the_input(
    judging: Crew,
) -> None:
    crew = Crew(started(judging.run.book))
    crew.claim("project-manager").complete(result={"chapters": ["01-one", "02-one"]})
    crew.up_to("validate").claim("validator").reject("scope", "other chapters")
    crew.claim("project-manager").complete(result={"chapters": ["02-one", "03-one"]})
    chapters = crew.up_to("validate").claim("validator").brief["changed_since"]["chapters"]
    assert list(chapters) == ["01-one", "02-one", "03-one"]
    old, new = written(crew, "01-one")
    assert between(chapters["01-one"]) == (new, old)
    assert between(chapters["02-one"]) == tuple(written(crew, "02-one")[1:])
    assert between(chapters["03-one"]) == tuple(written(crew, "03-one"))


def test_what_is_made_of_all_chapters_is_told_which_changed() -> None:
    crew = of([DRAFT, BIND, PROOF], chapters=2).up_to("proof")
    crew.claim("proofer").reject()
    again = crew.claim("binder")
    assert again.brief["changed_since"] == {"chapters": {}}
    again.complete()
    RoutingRuleFactory(
        rejection_type="clarity", workflow_type="rounds", step="proof", rework_step="draft"
    )
    proofing = crew.claim("proofer")
    assert proofing.brief["changed_since"] is None
    proofing.reject("clarity", items=("02-one",))
    chapters = claim_at(crew, "bind", "").brief["changed_since"]["chapters"]
    rewritten = tuple(written(crew, "02-one")[1:])
    assert {slug: between(one) for slug, one in chapters.items()} == {"02-one": rewritten}


def test_a_text_made_of_a_text_is_told_what_its_own_last_round_did() -> None:
    crew = of([DRAFT, POLISH, CHECK]).up_to("polish")
    crew.claim("polisher").complete(HEAD + "Polished.\n")
    crew.claim("editor").reject()
    again = crew.claim("style-editor")
    assert (again.name, again.brief["attempt"]) == ("polish", 2)
    _, drafted, polished = written(crew)
    assert again.brief["chapter"]["digest"] == drafted
    assert between(again.brief["changed_since"]) == (drafted, polished)


def test_all_chapters_made_at_once_are_each_told_what_was_done_to_them() -> None:
    crew = of([ALL_WRITTEN, {**CHECK, "foreach": "chapter"}], chapters=2)
    for _ in range(2):
        claimed = crew.claim("writer", "style-editor")
        texts = [
            Handed.of_bytes("chapter", f"0{n}-one.md", b"# %d %d" % (n, claimed.id), item=item)
            for n, item in enumerate(("01-one", "02-one"))
        ]
        claimed.complete(handed=texts[: 3 - claimed.brief["attempt"]])
        crew.claim("editor").reject()
    third = crew.claim("style-editor").brief["changed_since"]["chapters"]
    assert {slug: between(one) for slug, one in third.items()} == {
        "01-one": tuple(written(crew)[1:])
    }


def test_a_run_again_goes_on_from_what_the_first_run_was_given(judging: Crew) -> None:
    judging.claim("validator").complete()
    runs.cancel(judging.run, actor="zoe")
    again = Crew(runs.rerun(judging.fresh(), actor="zoe", from_step="approve"))
    again.request_changes("01-one")
    mending = again.claim("style-editor")
    assert mending.brief["attempt"] == 2
    assert between(mending.brief["changed_since"]) == tuple(written(judging))
    assert mending.brief["chapter"]["text"].endswith("\nRevised.\n")
    mending.complete(HEAD + "Other words.\n")
    editing = again.claim("editor")
    wanted = (written(judging)[1], written(again)[1])
    assert between(editing.brief["changed_since"]) == wanted
    editing.complete()
    chapters = again.up_to("validate").claim("validator").brief["changed_since"]["chapters"]
    assert {slug: between(one) for slug, one in chapters.items()} == {"01-one": wanted}


def reasons(claimed: Claimed) -> list[str]:
    return [one["reason"] for one in claimed.brief["feedback"]]


def test_feedback_is_what_is_open_of_the_chapter_and_of_the_run_oldest_first(
    judging: Crew,
) -> None:
    judging.claim("validator").reject("clarity", "first", items=("01-one", "02-one"))
    judging.claim("clarity-editor").complete()
    judging.claim("editor").reject("style", "of one")
    assert reasons(judging.claim("clarity-editor")) == ["first"]
    mending = judging.claim("style-editor")
    assert reasons(mending) == ["first", "of one"]
    mending.complete()
    passing = claim_at(judging, "edit", "01-one")
    assert reasons(passing) == ["first", "of one"]
    passing.complete()
    assert reasons(claim_at(judging, "domain_review", "01-one")) == ["first"]


def test_feedback_on_the_whole_run_bears_on_every_chapter_until_it_is_resolved(
    judging: Crew,
) -> None:
    judging.claim("validator").reject("scope", "the wrong chapters")
    assert Rejection.objects.get().item == ""
    judging.claim("project-manager").complete()
    for item in ("01-one", "02-one", "03-one"):
        writing = claim_at(judging, "write", item)
        assert reasons(writing) == ["the wrong chapters"]
        writing.complete()
    validating = judging.up_to("validate").claim("validator")
    assert reasons(validating) == ["the wrong chapters"]
    validating.complete()
    judging.request_changes("02-one", reason="of two")
    assert reasons(judging.claim("style-editor")) == ["of two"]
