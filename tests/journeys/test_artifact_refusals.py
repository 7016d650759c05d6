"""What may not be handed in is refused in one line, by either command, and leaves no row."""

from pathlib import Path
from typing import Any

import pytest

from artifacts.models import Artifact, ArtifactUse
from events.models import Event
from tests.agents import Crew
from tests.factories import book_of, started
from workflows import runs
from workflows.models import Step

pytestmark = pytest.mark.django_db


def prepare() -> dict[str, Any]:
    """A step in hand, one in hand in another run, one of a run that was called off."""
    book = book_of(2)
    crews = {name: Crew(started(book)).up_to("write") for name in ("mine", "other", "closed")}
    ids: dict[str, Any] = {}
    for name, crew in crews.items():
        claimed = crew.claim("writer")
        ids |= {
            name: crew.run.public_id,
            f"{name}_step": claimed.id,
            f"{name}_lease": claimed.lease,
        }
    runs.cancel(crews["closed"].fresh(), actor="ada")
    return ids | {"of_other": crews["other"].artifact("improvement_plan").public_id}


@pytest.fixture
def ids(prepared: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    text, plan = tmp_path / "01-one.md", tmp_path / "plan.json"
    text.write_text("# One\n\nBetter words.\n")
    plan.write_text("{}")
    return {**prepared, "text": text, "plan": plan}


def picture() -> list[Any]:
    rows = (Artifact, ArtifactUse, Event)
    steps = Step.objects.order_by("pk").values_list("pk", "status", "lease", "finished_at")
    return [*(model.objects.count() for model in rows), *steps]


REGISTER = "artifact_register {mine} --type=chapter --file={text}"
COMPLETE = "work_complete --step={mine_step} --lease={mine_lease}"
REFUSALS = [
    ("artifact_register {closed} --type=chapter --file={text}", "nothing can be added"),
    (
        "artifact_register {closed} --type=chapter --file={text} --step={closed_step} "
        "--lease={closed_lease}",
        "nothing can be added",
    ),
    (REGISTER + " --step={mine_step} --lease={other_lease}", "no longer yours by that lease"),
    (REGISTER + " --step={mine_step}", "no longer yours by that lease"),
    (REGISTER + " --step={other_step} --lease={other_lease}", "is no step of run"),
    (REGISTER + " --step=999999", 'no step "999999"'),
    *((REGISTER + f" --path={path}", "is no path inside a run")
      for path in ("./a.md", "a//b.md", "a/./b.md", "a.md/", "..", "/a.md", "a/../../b.md")),
    (REGISTER + " --item=01-oen", 'did you mean "01-one"?'),
    (REGISTER + " --step={mine_step} --lease={mine_lease} --item=02-one", "nothing of 02-one"),
    (
        "artifact_register {mine} --type=improvement_plan --file={plan} --step={mine_step} "
        "--lease={mine_lease}",
        "makes chapter, not improvement_plan",
    ),
    (
        "work_complete --step={closed_step} --lease={closed_lease} --artifact=chapter={text}",
        "is cancelled",
    ),
    (
        "work_complete --step={mine_step} --lease={other_lease} --artifact=chapter={text}",
        "no longer yours by that lease",
    ),
    (COMPLETE + " --artifact=chapter={of_other}", "has no artifact"),
    (COMPLETE + " --artifact=chapter={text} --artifact=improvement_plan={plan}", "makes chapter"),
    (COMPLETE + " --artifact=chaptr={text}", "no artifact type"),
    (COMPLETE, "not complete without chapter"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "complaint"), REFUSALS)
def test_what_may_not_be_handed_in_is_refused_and_nothing_is_kept(
    refused: Any, ids: dict[str, Any], line: str, complaint: str
) -> None:
    before = picture()
    assert complaint in refused(*line.format(**ids).split())
    assert picture() == before


def test_the_same_lines_are_taken_where_they_are_right(
    run_command: Any, ids: dict[str, Any]
) -> None:
    right = REGISTER + " --step={mine_step} --lease={mine_lease} --item=01-one"
    made = run_command(*right.format(**ids).split())
    done = COMPLETE + " --artifact=chapter=" + made["id"]
    assert run_command(*done.format(**ids).split())["status"] == "completed"
