"""Several processes at once on one database."""

from collections import Counter
from pathlib import Path

from tests.factories import write_folder
from tests.installation import Installation

CHAPTERS = 20


def chapters(folder: Path, text: str) -> Path:
    return write_folder(folder, {f"{n:02}.md": f"# {n}\n\n{text}\n" for n in range(CHAPTERS)})


def test_four_workers_share_two_runs_and_do_each_step_once(
    site: Installation, tmp_path: Path
) -> None:
    source = chapters(tmp_path / "source", "Old words stand here.")
    drafts = chapters(tmp_path / "drafts", "New words stand here.")
    site("book_register", "--slug", "raced", "--title", "Raced", "--source", source)
    runs = [
        site("workflow_start", "--type", "w1", "--book", "raced", "--param", f"revisions={drafts}")
        for _ in range(2)
    ]
    workers = [site.start("worker", "--until-idle", "--json") for _ in range(4)]
    for worker in workers:
        _, errors = worker.communicate()
        assert worker.returncode == 0, errors
        assert "locked" not in errors
    site("worker", "--until-idle")
    for run in runs:
        events = site("event_list", "--run", run["id"], "--limit", "1000")
        status = site("workflow_status", run["id"])
        kinds = Counter(
            (event["step"], event["event_type"])
            for event in events
            if event["event_type"] != "artifact_registered"
        )
        assert set(kinds.values()) == {1}
        made = Counter((one["step"], one["path"]) for one in status["artifacts"])
        assert set(made.values()) == {1}
        assert len(events) == sum(kinds.values()) + sum(made.values())
        assert status["current_step"] == "approve"


def test_a_gate_decided_by_six_at_once_is_decided_once(site: Installation, tmp_path: Path) -> None:
    source = chapters(tmp_path / "source", "Old words stand here.")
    drafts = chapters(tmp_path / "drafts", "Better words stand here.")
    site("book_register", "--slug", "decided", "--title", "Decided", "--source", source)
    run = site("workflow_start", "--type", "w1", "--book", "decided",
               "--param", f"revisions={drafts}")["id"]  # fmt: skip
    site("worker", "--until-idle")
    deciders = [
        site.start("gate_decide", run, "--decision", "approve", "--actor", f"editor-{n}", "--json")
        for n in range(6)
    ]
    outcomes = [(decider.communicate()[1], decider.returncode) for decider in deciders]
    assert sorted(code for _, code in outcomes) == [0, 1, 1, 1, 1, 1]
    assert all("gate approve" in error for error, code in outcomes if code)
    approved = site("event_list", "--run", run, "--type", "approved")
    assert len(approved) == 1


def test_of_four_plans_that_answer_one_thing_at_once_one_takes_it_up(
    site: Installation, tmp_path: Path
) -> None:
    source = chapters(tmp_path / "source", "Old words stand here.")
    site("book_register", "--slug", "asked", "--title", "Asked", "--source", source)
    files = write_folder(tmp_path, {"asks.json": '{"items": [{"key": "k"}]}', "plan.json": "{}"})

    def in_hand(run: str) -> list[str]:
        claimed = site("work_claim", "--run", run, "--agent", "project-manager",
                       "--agent", "playtest-recorder", "--agent", "playtest-analyst")  # fmt: skip
        return ["--step", claimed["step"]["id"], "--lease", claimed["lease"], "--artifact"]

    playing = site("workflow_start", "--type", "w4", "--book", "asked")["id"]
    for kind in ("session", "analysis", "feedback"):
        site("work_complete", *in_hand(playing), f"playtest_{kind}={files / 'asks.json'}")
    runs = [site("workflow_start", "--type", "w1", "--book", "asked")["id"] for _ in range(4)]
    answers = [f"improvement_plan={files / 'plan.json'}", "--result", '{"answers": ["k"]}']
    plans = [site.start("work_complete", *in_hand(run), *answers) for run in runs]
    outcomes = [(plan.communicate()[1], plan.returncode) for plan in plans]
    assert sorted(code for _, code in outcomes) == [0, 1, 1, 1]
    winner = runs[[code for _, code in outcomes].index(0)]
    assert all(f"run {winner} has planned" in error for error, code in outcomes if code)
    (item,) = site("feedback_list", "--book", "asked", "--open")
    assert item["planned_by_run"] == winner


def test_four_that_set_one_trigger_at_once_make_it_once_and_delete_it_once(
    site: Installation,
) -> None:
    def at_once(*args: str) -> list[tuple[str, int]]:
        setting = [site.start("trigger_set", "raced", *args, "--json") for _ in range(4)]
        return [(one.communicate()[1], one.returncode) for one in setting]

    def raced() -> list[str]:
        listed = site("trigger_list")
        return [one["target_workflow_type"] for one in listed if one["name"] == "raced"]

    made = at_once("--source=w1", "--target=w2", "--condition=manual")
    assert [code for _, code in made] == [0] * 4, made
    assert raced() == ["w2_pdf"]
    gone = at_once("--delete")
    assert sorted(code for _, code in gone) == [0, 1, 1, 1]
    told = ('no trigger "raced"', "another has just deleted the trigger raced")
    assert all(any(words in error for words in told) for error, code in gone if code)
    assert raced() == []
