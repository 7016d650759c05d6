"""The default installation edits a book by itself, from a folder of revised chapters."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from artifacts.models import Artifact
from artifacts.registry import Handed
from books.models import Book
from config import seeding
from events.models import Rejection
from events.working import work_off
from tests.agents import Crew
from tests.factories import BookFactory, BookVersionFactory, book_of, set_up, started, write_folder
from workflows.agents import BUILTIN
from workflows.agents.agent import Done
from workflows.executor import doable, perform
from workflows.models import AgentBinding, Step
from workflows.roster import bind
from workflows.verdicts import Verdict

pytestmark = pytest.mark.django_db
BETTER = "# Chapter 1\n\nSome better words here.\n"
DOUBLED = "# Chapter 1\n\nSome some words here, here they are are.\n"


def prepare() -> None:
    """The definitions, rules and bindings of `seed`."""
    set_up()
    for agent in seeding._agents():
        seeding._bind(agent)


@pytest.fixture
def begin(prepared: None, tmp_path: Path) -> Callable[..., Crew]:
    """An editing run of two chapters over a folder with these drafts."""

    def make(drafts: dict[str, str | bytes], **parameters: Any) -> Crew:
        folder = tmp_path / "revisions"
        folder.mkdir(exist_ok=True)
        write_folder(folder, drafts)
        return Crew(started(book_of(2), {"revisions": str(folder), **parameters}))

    return make


def asked_of(book: Book, *items: tuple[str, str]) -> None:
    """Completed playtests that ask these of the book, each of a key and a chapter."""
    for key, chapter in items:
        content = json.dumps({"items": [{"key": key, "chapter": chapter}]}).encode()
        crew = Crew(started(book, workflow_type="w4")).up_to("feedback")
        crew.claim("playtest-analyst").complete(
            handed=[Handed.of_bytes("playtest_feedback", "feedback.json", content)]
        )


def finish(crew: Crew) -> None:
    """Let the worker work, approve, let it work again."""
    work_off(until_idle=True)
    crew.decide()
    work_off(until_idle=True)


def rejections() -> list[tuple[str, str, str, bool]]:
    fields = ("item", "rejection_type", "handler_agent", "resolved")
    return list(Rejection.objects.values_list(*fields))


def test_good_drafts_become_a_version_with_its_release_notes(begin: Any) -> None:
    crew = begin({"01-one.md": BETTER})
    finish(crew)
    run = crew.fresh()
    assert (run.status, run.as_json()["output_version"]) == ("completed", "1.1.0")
    texts = {one.slug: one.text for one in run.output_version.chapters.with_text()}
    assert texts == {"01-one": BETTER, "02-one": "# Chapter 2\n\nSome words here.\n"}
    assert crew.step("plan").result == {"chapters": ["01-one"]}
    notes = crew.artifact("release_notes").content().decode()
    assert "1.1.0" in notes
    assert "Chapter 1" in notes
    assert "Chapter 2" not in notes
    assert rejections() == []
    assert all(row.worker.startswith("worker@") for row in crew.steps().exclude(kind="gate"))


def test_an_idle_worker_does_nothing_twice(begin: Any) -> None:
    crew = begin({"01-one.md": BETTER})
    assert work_off(until_idle=True)["steps"] == 5
    last = crew.last_event()
    assert work_off(until_idle=True) == {"steps": 0}
    assert crew.events(last) == []


def test_a_bad_draft_is_sent_back_and_the_second_round_passes(begin: Any) -> None:
    crew = begin({"01-one.md": DOUBLED, "cycle-2/01-one.md": BETTER})
    finish(crew)
    [(item, rejection_type, handler, resolved)] = rejections()
    assert (item, resolved) == ("01-one", True)
    assert handler == {"style": "style-editor", "clarity": "clarity-editor"}[rejection_type]
    rejection = Rejection.objects.get()
    assert rejection.passages
    for passage in rejection.passages:
        assert DOUBLED[passage["start"] : passage["end"]] == passage["quote"]
        assert (passage["chapter"], passage["heading"]) == ("01-one", "Chapter 1")
    assert crew.step("write", "01-one").attempt == 2
    texts = {one.slug: one.text for one in crew.fresh().output_version.chapters.with_text()}  # type: ignore[union-attr]
    assert texts["01-one"] == BETTER


def test_without_a_draft_for_the_next_round_the_step_waits_for_whoever_claims_it(
    begin: Any,
) -> None:
    crew = begin({"01-one.md": DOUBLED})
    work_off(until_idle=True)
    assert [row[:4] for row in crew.open()] == [("write", "01-one", 2, "ready")]
    assert crew.fresh().status == "running"
    handler = crew.step("write", "01-one").agent
    crew.claim(handler, worker="human").complete(BETTER)
    finish(crew)
    assert crew.fresh().status == "completed"


def test_a_blemish_that_was_there_before_is_reported_not_rejected(prepared: None) -> None:
    version = BookVersionFactory(book=BookFactory(), texts={"01-one.md": DOUBLED})
    crew = Crew(started(version.book)).up_to("write")
    crew.claim("writer", worker="human").complete(DOUBLED + "\nAnd a new line.\n")
    work_off(until_idle=True)
    assert rejections() == []
    assert crew.step("approve").status == "awaiting_decision"
    assert crew.step("edit", "01-one").result["findings"] > 0
    assert b'"doubled-word"' in crew.artifact("review_report", "01-one").content()


@pytest.mark.parametrize("emptied", ["", "   \n", "# One\n"])
def test_an_emptied_chapter_is_sent_back_by_the_validator(begin: Any, emptied: str) -> None:
    crew = begin({"01-one.md": emptied, "cycle-2/01-one.md": BETTER})
    finish(crew)
    assert rejections() == [("01-one", "scope", "scope-reviewer", True)]
    assert Rejection.objects.get().rejecting_agent == "validator"
    assert crew.fresh().status == "completed"


def test_a_chapter_of_five_times_its_words_is_sent_back(begin: Any) -> None:
    crew = begin({"01-one.md": "# Chapter 1\n\n" + "Word another. " * 12})
    work_off(until_idle=True)
    assert [row[:3] for row in rejections()] == [("01-one", "scope", "scope-reviewer")]
    assert crew.ready() == ["write"]


def test_an_unchanged_chapter_is_valid_whatever_spaces_it_has(prepared: None) -> None:
    text = "# Un\n\n" + "«\u00a0bonjour\u00a0»\u00a0:\u00a0oui\u00a0! " * 4
    version = BookVersionFactory(book=BookFactory(), texts={"01-one.md": text})
    crew = Crew(started(version.book)).up_to("write")
    crew.claim("writer", worker="human").complete(text)
    work_off(until_idle=True)
    assert rejections() == []


def test_the_planner_takes_what_was_asked_for(begin: Any) -> None:
    crew = begin({"01-one.md": BETTER, "02-one.md": BETTER}, chapters="02-one")
    perform(crew.step("plan"), worker="w")
    assert crew.step("plan").result == {"chapters": ["02-one"]}
    assert [row[:2] for row in crew.open()] == [("write", "02-one")]


def test_the_planner_answers_what_is_open_about_the_chapters_it_plans(begin: Any) -> None:
    crew = begin({"01-one.md": BETTER})
    book = crew.run.book
    items = [("dark", "01-one"), ("dark", "01-one"), ("slow", "02-one"), ("index", ""), ("x", "9")]
    asked_of(book, *items, ("taken", "01-one"))
    other = Crew(started(book))
    other.claim("project-manager").complete(result={"answers": ["taken"]})
    perform(crew.step("plan"), worker="w")
    assert crew.step("plan").result == {"chapters": ["01-one"], "answers": ["dark"]}
    planned = book.feedback_items.exclude(planned_by_run=None).order_by("pk")
    assert [(one.key, one.planned_by_run) for one in planned] == [
        ("dark", crew.run),
        ("dark", crew.run),
        ("taken", other.run),
    ]


def test_a_folder_without_a_draft_fails_the_plan_and_says_so(begin: Any) -> None:
    crew = begin({"unknown.md": "text"})
    work_off(until_idle=True)
    run = crew.fresh()
    assert (run.status, run.outcome) == ("failed", "error")
    assert "no draft of any chapter" in run.reason
    assert crew.story()[-7:] == [*["started plan", "failed plan"] * 3, "failed"]


def test_a_draft_outside_the_folder_is_none(begin: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (tmp_path / "revisions").mkdir()
    (tmp_path / "revisions" / "01-one.md").symlink_to(secret)
    crew = begin({"02-one.md": BETTER})
    work_off(until_idle=True)
    assert crew.step("plan").result == {"chapters": ["02-one"]}
    assert not Artifact.objects.filter(item="01-one").exists()


def test_an_agent_that_raises_fails_its_try_and_says_why(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clumsy:
        def can_do(self, _: Step) -> bool:
            return True

        def perform(self, *_: Any) -> Done | Verdict:
            raise RuntimeError("dropped it")

    crew = begin({"01-one.md": BETTER})
    monkeypatch.setitem(BUILTIN, "project-manager", Clumsy())
    assert perform(crew.step("plan"), worker="w") is True
    row = crew.step("plan")
    assert (row.status, row.failures) == ("ready", 1)
    assert crew.events()[-1].payload["reason"] == "RuntimeError: dropped it"
    assert not crew.run.artifacts.exists()


def test_a_duplicate_delivery_does_nothing(begin: Any) -> None:
    crew = begin({"01-one.md": BETTER})
    plan = crew.step("plan")
    assert perform(plan, worker="w") is True
    last = crew.last_event()
    assert perform(plan, worker="other") is False
    assert crew.events(last) == []


def test_a_worker_holds_a_step_only_for_its_own_short_lease(
    begin: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew, leases = begin({"01-one.md": BETTER}), []

    class Watching:
        def can_do(self, _: Step) -> bool:
            return True

        def perform(self, step: Step, _: Any) -> Done | Verdict:
            row = Step.objects.get(pk=step.pk)
            leases.append((row.lease_expires_at - row.started_at).total_seconds())  # type: ignore[operator]
            return Verdict("style", "not a review")

    monkeypatch.setitem(BUILTIN, "project-manager", Watching())
    perform(crew.step("plan"), worker="w")
    assert leases == [settings.BINDERY_WORKER_LEASE_SECONDS]
    assert crew.step("plan").failures == 1


def test_the_worker_takes_only_what_is_bound_to_it(begin: Any) -> None:
    crew = begin({"01-one.md": BETTER})
    bind("project-manager", "external")
    assert [*doable()] == []
    bind("project-manager", "builtin", book=crew.run.book.slug)
    assert [one.name for one in doable()] == ["plan"]
    bind("project-manager", "human", workflow_type="w1", book=crew.run.book.slug)
    assert [*doable()] == []
    AgentBinding.objects.filter(agent="project-manager").delete()
    assert [*doable()] == []
