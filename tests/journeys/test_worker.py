"""What the worker does with steps it cannot do: it goes on with the others."""

from typing import Any

import pytest

from artifacts import store
from artifacts.models import Artifact
from artifacts.registry import Handed
from books.errors import Invalid
from config.quickstart import take_through
from config.seeding import seed
from events.working import work_off
from tests.agents import Crew
from tests.factories import book_of, started
from workflows import claims, work
from workflows.errors import StaleLease
from workflows.models import Draft, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded() -> None:
    seed()


def at_finalize(book: Any, worker: str) -> Crew:
    crew = Crew(started(book), worker=worker).up_to("")
    crew.decide()
    return crew


def test_a_version_that_another_run_holds_does_not_hold_up_other_books() -> None:
    book = book_of(1)
    holder = at_finalize(book, "ada")
    held = holder.claim("production-editor", worker="human")
    waiting = Crew(started(book), worker="bob").up_to("")
    other = started(book_of(1))
    work_off(until_idle=True)
    assert "plan" not in Crew(other).ready()
    held.complete()
    assert holder.fresh().status == "completed"
    assert waiting.fresh().status == "running"


def test_a_step_that_cannot_be_claimed_is_put_off_and_the_others_are_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, sound = started(book_of(1)), started(book_of(1))
    brief = claims.brief

    def breaking(step: Step, inputs: Any) -> Any:
        if step.run_id == broken.pk:
            raise Invalid("the brief cannot be made")
        return brief(step, inputs)

    monkeypatch.setattr(claims, "brief", breaking)
    work_off(until_idle=True)
    [stuck] = broken.steps.all()
    assert stuck.status == "ready"
    assert stuck.not_before is not None
    assert "plan" not in Crew(sound).ready()


def test_bytes_that_are_no_chapter_cannot_be_handed_in_as_one_by_id() -> None:
    crew = Crew(started(book_of(1), {"chapters": "01-one"})).up_to("write")
    writing = crew.claim("writer")
    made = Artifact.objects.create(
        run=crew.run,
        book=crew.run.book,
        workflow_type=crew.run.workflow_type,
        artifact_type="pdf_draft",
        path="draft",
        digest=store.keep(b"\xff\xfe").digest,
        size_bytes=2,
        media_type="application/pdf",
    )
    with pytest.raises(Exception, match="not UTF-8"):
        Handed.of_artifact("chapter", made)
    writing.complete("Sound words.\n")


def test_a_late_chapter_is_kept_whatever_its_file_is_called() -> None:
    crew = Crew(started(book_of(1), {"chapters": "01-one"})).up_to("write")
    late = crew.claim("writer")
    work.release(late.held(), reason="no time")
    with pytest.raises(StaleLease, match="kept as a draft"):
        late.complete(handed=[Handed.of_bytes("chapter", "draft", b"Late words.\n")])
    assert Draft.objects.get().text == "Late words.\n"


def test_the_plan_names_chapters_by_their_slugs_alone() -> None:
    crew = Crew(started(book_of(1)))
    planning = crew.claim("project-manager")
    with pytest.raises(Exception, match="not a list of chapters"):
        planning.complete(result={"chapters": [1]})
    assert planning.row().status == "running"


def test_quickstart_goes_on_beside_a_worker_that_holds_a_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = started(book_of(1), actor="zoe")
    held = Crew(run).claim("project-manager")
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        held.complete(result={"chapters": ["01-one"]})

    monkeypatch.setattr("config.quickstart.time.sleep", sleep)
    steps = take_through(run.public_id)
    next(steps)
    next(steps)
    assert slept
    assert [row.status for row in run.steps.filter(name="plan")] == ["completed"]
