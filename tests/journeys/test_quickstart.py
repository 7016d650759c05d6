"""The quickstart shows what the end of its run has started, and what is still open."""

from pathlib import Path
from typing import Any

import pytest

from config.quickstart import left_open
from triggers.models import WorkflowTrigger

pytestmark = pytest.mark.django_db
COLUMNS = ("workflow_type", "status", "input_version", "output_version", "cause", "trigger")


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> None:
    settings.BINDERY_DATA = tmp_path


def told(answer: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(run[word] for word in COLUMNS) for run in answer["runs"]]


def test_it_lists_the_run_that_its_run_started_and_says_whom_that_waits_for(
    run_command: Any,
) -> None:
    answer = run_command("quickstart")
    assert told(answer) == [
        ("w1_editing", "completed", "1.0.0", "1.1.0", "manual", None),
        ("w2_pdf", "running", "1.1.0", None, "trigger", "w1-to-w2"),
    ]
    w2 = answer["runs"][1]["id"]
    assert answer["open_runs"] == [w2]
    assert list(left_open(answer)) == [
        f"Run {w2} (w2_pdf), started by trigger w1-to-w2, waits at pm_review for product-manager: "
        "an agent of yours (work_claim --agent product-manager)."
    ]


def test_again_it_lists_its_own_runs_and_counts_those_of_earlier_times(run_command: Any) -> None:
    first, second = run_command("quickstart"), run_command("quickstart")
    assert told(second) == [
        ("w1_editing", "completed", "1.1.0", "1.1.0", "manual", None),
        ("w2_pdf", "running", "1.1.0", None, "trigger", "w1-to-w2"),
    ]
    assert second["open_runs"] == [first["runs"][1]["id"], second["runs"][1]["id"]]
    _, more = left_open(second)
    assert more.startswith("2 runs of the Core Rulebook are open")


def test_without_its_trigger_it_starts_nothing_and_leaves_nothing_open(run_command: Any) -> None:
    run_command("seed")
    WorkflowTrigger.objects.all().delete()
    answer = run_command("quickstart")
    assert [run["workflow_type"] for run in answer["runs"]] == ["w1_editing"]
    assert answer["open_runs"] == []
    assert list(left_open(answer)) == []
