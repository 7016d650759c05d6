"""A real rulebook from its edit through PDF, publication and playtest to the next edit: each run
started by a trigger, through the commands alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contents import content_of
from workflows.definitions import sync

RECORDED = "wfrun_miby9oo6_a7xlw7"
CHECKS = {
    "least_words": 0,
    "most_words": 10,
    "least_headings": 0,
    "least_tables": 0,
    "least_pictures": 0,
    "reading_ease_drop": 100,
    "passive_percent_rise": 100,
}
GATE = '[[steps]]\nname = "approve"\nkind = "gate"\nrole = "managing-editor"\n'


@pytest.fixture
def book(db: None, razorweave: Path, run_command: Any) -> str:
    run_command("seed")
    registered = run_command("book_register", "--slug", "razorweave", "--title", "Razorweave",
                             "--source", razorweave / "1.0.0" / "chapters")  # fmt: skip
    return str(registered["slug"])


def edit(run_command: Any, book: str, drafts: Path) -> str:
    """W1 by the built-in agents, with the drafts of a recorded run; the run."""
    run_command("book_config", book, "--type", "w1", "--config", json.dumps({"checks": CHECKS}))
    run = run_command("workflow_start", "--type", "w1", "--book", book,
                      "--param", f"revisions={drafts}")["id"]  # fmt: skip
    run_command("worker", "--until-idle")
    run_command("gate_decide", run, "--decision", "approve", "--actor", "grace")
    run_command("worker", "--until-idle")
    return str(run)


def play(run_command: Any, run: str, work: Path) -> dict[str, Any]:
    """One who plays every agent, and grace at the gates, until the run has ended; where it
    stands."""
    agents = [one["agent"] for one in run_command("agent_list")]
    claim = ["work_claim", "--run", run, *(word for one in agents for word in ("--agent", one))]
    while run_command("workflow_status", run)["status"] == "running":
        if claimed := run_command(*claim):
            hand_in(run_command, claimed, work)
        else:
            run_command("gate_decide", run, "--decision", "approve", "--actor", "grace")
    return dict(run_command("workflow_status", run))


def hand_in(run_command: Any, claimed: dict[str, Any], work: Path) -> None:
    made = []
    for kind in claimed["brief"]["produces"]:
        if not kind.endswith("?"):
            name, content = content_of(kind)
            (work / name).write_bytes(content)
            made += ["--artifact", f"{kind}={work / name}"]
    step, lease = claimed["step"]["id"], claimed["lease"]
    run_command("work_complete", "--step", step, "--lease", lease, *made)


def started_by(run_command: Any, run: str) -> list[tuple[str, str, str | None]]:
    """What became of each trigger when the run completed: its name, result and target run."""
    firings = run_command("workflow_status", run)["firings"]
    return [(one["trigger"], one["result"], one["target_run"]) for one in firings]


def test_each_workflow_starts_the_next_of_itself_or_on_request_and_the_last_shows_the_chain(
    book: str, recorded_runs: Path, run_command: Any, tmp_path: Path
) -> None:
    w1 = edit(run_command, book, recorded_runs / RECORDED / "chapters")
    [(trigger, result, w2)] = started_by(run_command, w1)
    assert (trigger, result) == ("w1-to-w2", "fired")
    begun = run_command("workflow_status", w2)
    assert (begun["workflow_type"], begun["status"]) == ("w2_pdf", "running")
    assert (begun["input_version"], begun["output_version"]) == ("1.1.0", None)
    assert (begun["cause"], begun["parent_run"], begun["chain_depth"]) == ("trigger", w1, 1)

    assert play(run_command, w2, tmp_path)["status"] == "completed"
    [(trigger, result, w3)] = started_by(run_command, w2)
    assert (trigger, result) == ("w2-to-w3", "fired")
    told = run_command("event_list", "--run", w2, "--type", "trigger_fired")
    assert [one["payload"]["reason"] for one in told] == [f"run {w2} completed, approved by grace"]

    published = play(run_command, w3, tmp_path)
    assert (published["status"], published["input_version"]) == ("completed", "1.1.0")
    assert started_by(run_command, w3) == []
    assert run_command("book_info", book)["status"] == "published"

    asked = run_command("trigger_fire", "w3-to-w4", "--run", w3, "--actor", "grace")
    w4 = asked["target_run"]
    assert (asked["result"], asked["requested"], asked["actor"]) == ("fired", True, "grace")
    assert play(run_command, w4, tmp_path)["status"] == "completed"
    assert started_by(run_command, w4) == []

    again = run_command("trigger_fire", "w4-to-w1", "--book", book)["target_run"]
    last = run_command("workflow_status", again)
    assert (last["status"], last["input_version"], last["chain_depth"]) == ("running", "1.1.0", 4)
    assert last["chain"] == [
        {"run": w1, "workflow_type": "w1_editing", "cause": "manual", "trigger": None},
        {"run": w2, "workflow_type": "w2_pdf", "cause": "trigger", "trigger": "w1-to-w2"},
        {"run": w3, "workflow_type": "w3_publication", "cause": "trigger", "trigger": "w2-to-w3"},
        {"run": w4, "workflow_type": "w4_playtesting", "cause": "trigger", "trigger": "w3-to-w4"},
        {"run": again, "workflow_type": "w1_editing", "cause": "trigger", "trigger": "w4-to-w1"},
    ]
    assert len(run_command("workflow_list")) == len(last["chain"])


def test_a_pdf_that_nobody_approved_starts_no_publication(
    book: str, run_command: Any, tmp_path: Path
) -> None:
    changed = tmp_path / "definitions"
    changed.mkdir()
    text = (sync.FOLDER / "w2_pdf.toml").read_text()
    assert GATE in text
    (changed / "w2_pdf.toml").write_text(text.replace(GATE, ""))
    sync.sync(changed)
    w2 = run_command("workflow_start", "--type", "w2", "--book", book)["id"]
    assert play(run_command, w2, tmp_path)["status"] == "completed"
    [firing] = run_command("firing_list", "--run", w2)
    assert (firing["trigger"], firing["result"]) == ("w2-to-w3", "skipped")
    assert firing["reason"] == f"trigger_condition: no gate of run {w2} was approved"
    assert firing["target_run"] is None
    assert [one["id"] for one in run_command("workflow_list")] == [w2]
    assert run_command("event_list", "--run", w2, "--type", "trigger_fired") == []
