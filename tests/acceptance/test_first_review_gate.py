"""The first review gate of the plan this product was built to, word by word."""

from typing import Any

import pytest


@pytest.fixture
def seeded(db: None, run_command: Any) -> None:
    run_command("seed")


@pytest.mark.usefixtures("seeded")
def test_book_list_shows_the_core_rulebook_first(run_command: Any) -> None:
    first = run_command("book_list")[0]
    assert first["slug"] == "core-rulebook"
    assert first["book_type"] == "core"
    assert first["status"] == "draft"


@pytest.mark.usefixtures("seeded")
def test_workflow_start_creates_a_run_and_status_shows_it_running(run_command: Any) -> None:
    run = run_command("workflow_start", "--type", "w1", "--book", "core-rulebook")
    assert run["id"].startswith("wfrun_")
    status = run_command("workflow_status", "--run", run["id"])
    assert status["status"] == "running"
    assert status["current_step"] == "plan"
    assert status["current_agent"] == "project-manager"
    assert run_command("book_list")[0]["status"] == "editing"


@pytest.mark.usefixtures("seeded")
def test_pause_resume_and_cancel_work_and_refuse_what_the_law_refuses(
    run_command: Any, refused: Any
) -> None:
    run = run_command("workflow_start", "--type", "w1", "--book", "core-rulebook")["id"]
    assert "resume needs it paused" in refused("workflow_resume", "--run", run)
    paused = run_command("workflow_pause", "--run", run, "--reason", "lunch")
    assert (paused["status"], paused["pause_reason"]) == ("paused", "operator")
    assert "pause needs it running" in refused("workflow_pause", "--run", run)
    assert run_command("workflow_resume", "--run", run)["status"] == "running"
    ended = run_command("workflow_cancel", "--run", run, "--reason", "enough")
    assert (ended["status"], ended["outcome"]) == ("failed", "cancelled")
    for verb in ("begin", "pause", "resume", "cancel"):
        assert f"is failed: {verb} needs it" in refused(f"workflow_{verb}", "--run", run)


@pytest.mark.usefixtures("seeded")
def test_all_four_workflows_are_there(run_command: Any) -> None:
    for alias, name in {
        "w1": "w1_editing",
        "w2": "w2_pdf",
        "w3": "w3_publication",
        "w4": "w4_playtesting",
    }.items():
        run = run_command("workflow_start", "--type", alias, "--book", "core-rulebook")
        assert run["workflow_type"] == name
