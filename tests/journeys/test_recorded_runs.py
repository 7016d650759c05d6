"""Three recorded editing runs, replayed by built-in agents over four releases of the book."""

import json
from pathlib import Path
from typing import Any

import pytest

from artifacts.models import Artifact
from books.models import Book, BookVersion
from config.seeding import seed
from events.working import work_off
from workflows.gates import Decision, Judgement, decide
from workflows.models import WorkflowRun

RUNS = ("wfrun_miby9oo6_a7xlw7", "wfrun_mic5vslx_4umpzj", "wfrun_mic6qjlc_jmdfg1")
RELEASES = ("1.0.0", "1.1.0", "1.2.0", "1.3.0")
SAME = {("1.1.0", RUNS[0]), ("1.2.0", RUNS[2])}


PAIRS = [(release, recorded) for release in RELEASES for recorded in RUNS]
ONLY_WORDS = {
    "least_headings": 0,
    "least_tables": 0,
    "least_pictures": 0,
    "reading_ease_drop": 100,
    "passive_percent_rise": 100,
}


@pytest.fixture
def replay(db: None, razorweave: Path, recorded_runs: Path, run_command: Any) -> Any:
    seed()

    def start(release: str, recorded: str, *, checks: dict[str, float]) -> WorkflowRun:
        run_command("book_register", "--slug", "razorweave", "--title", "Razorweave",
                    "--source", razorweave / release / "chapters", "--number", release)  # fmt: skip
        run_command("book_config", "razorweave", "--type", "w1",
                    "--config", json.dumps({"checks": checks}))  # fmt: skip
        drafts = recorded_runs / recorded / "chapters"
        run = run_command("workflow_start", "--type", "w1", "--book", "razorweave",
                          "--param", f"revisions={drafts}")["id"]  # fmt: skip
        work_off(until_idle=True)
        return WorkflowRun.objects.named(run)

    return start


@pytest.mark.parametrize(("release", "recorded"), [*PAIRS[:3], *sorted(SAME)])
def test_a_recorded_run_makes_exactly_its_chapters_new(
    replay: Any, recorded_runs: Path, release: str, recorded: str
) -> None:
    run = replay(release, recorded, checks={**ONLY_WORDS, "least_words": 0, "most_words": 10})
    assert run.current_step == "approve", list(run.rejections.values_list("item", "reason"))
    decide(run, Judgement(Decision.APPROVE), actor="grace")
    work_off(until_idle=True)
    run = WorkflowRun.objects.named(run.public_id)
    assert (run.status, run.outcome) == ("completed", "succeeded")
    assert run.output_version
    before, after = run.input_version.digests(), run.output_version.digests()
    drafts = {file.stem: file for file in (recorded_runs / recorded / "chapters").glob("*.md")}
    for chapter in run.output_version.chapters.with_text():
        if chapter.slug in drafts:
            assert chapter.text.encode() == drafts[chapter.slug].read_bytes()
        else:
            assert after[chapter.slug] == before[chapter.slug]
    notes = Artifact.objects.get(run=run, artifact_type="release_notes").content().decode()
    if (release, recorded) in SAME:
        assert run.output_version == run.input_version
        assert "Nothing changed" in notes
        assert BookVersion.objects.filter(book__slug="razorweave").count() == 1
    else:
        assert run.output_version.number == f"1.{int(release[2]) + 1}.0"
        assert notes.count("\n## ") == sum(after[s] != before[s] for s in after)
    assert Book.objects.named("razorweave").as_json()["latest_version"] == run.output_version.number


@pytest.mark.parametrize(("release", "recorded"), PAIRS)
def test_what_leaves_half_to_four_times_is_sent_back_and_waits(
    replay: Any, recorded_runs: Path, release: str, recorded: str
) -> None:
    run = replay(release, recorded, checks=ONLY_WORDS)
    drafts = (recorded_runs / recorded / "chapters").glob("*.md")
    had = dict(run.input_version.chapters.values_list("slug", "words"))
    wild = {
        file.stem
        for file in drafts
        if not 0.5 <= len(file.read_text(encoding="utf-8").split()) / had[file.stem] <= 4
    }
    assert set(run.rejections.values_list("item", flat=True)) == wild
    if wild:
        waiting = run.steps.filter(status="ready")
        assert {(step.agent, step.item) for step in waiting} == {
            ("scope-reviewer", s) for s in wild
        }
    else:
        assert run.current_step == "approve"
