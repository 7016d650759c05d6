"""The editing workflow on the real rulebook, every step done by an external agent."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typst

from tests.installation import Installation, installed
from tests.served import LONG

FOUR = (
    "06-character-creation",
    "08-actions-checks-outcomes",
    "09-tags-conditions-clocks",
    "10-combat-basics",
)
LATER = b"\nA later round.\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        yield installation


class Agents:
    """Claims and hands back over the command line."""

    def __init__(self, site: Installation, run: str, drafts: Path) -> None:
        self.site, self.run, self.drafts = site, run, drafts

    def claim(self, *agents: str, worker: str = "cli") -> Any:
        names = [word for agent in agents for word in ("--agent", agent)]
        return self.site("work_claim", *names, "--run", self.run, "--worker", worker)

    def hand_back(self, claimed: Any, verb: str, *args: object) -> Any:
        step, lease = claimed["step"]["id"], claimed["lease"]
        return self.site(f"work_{verb}", "--step", step, "--lease", lease, *args)

    def write(self, claimed: Any) -> str:
        """Hand in the draft; in a later round, with a line for each round."""
        slug, attempt = claimed["step"]["item"], claimed["step"]["attempt"]
        draft = self.drafts / f"{slug}.md"
        if attempt > 1:
            rounds = self.site.data / f"round-{attempt}"
            rounds.mkdir(exist_ok=True)
            mended = rounds / f"{slug}.md"
            mended.write_bytes(draft.read_bytes() + LATER * (attempt - 1))
            draft = mended
        self.hand_back(claimed, "complete", "--artifact", f"chapter={draft}")
        return str(slug)

    def write_all(self, worker: str, written: list[str]) -> None:
        while claimed := self.claim("writer", "style-editor", "clarity-editor", worker=worker):
            written.append(self.write(claimed))

    def review(self, agent: str, verdict: Callable[[Any], tuple[object, ...] | None]) -> None:
        """Review all that waits; a verdict is the options of a rejection, or None."""
        while claimed := self.claim(agent):
            if sent_back := verdict(claimed):
                self.hand_back(claimed, "reject", *sent_back)
            else:
                self.hand_back(claimed, "complete")


def passes(_: Any) -> None:
    return None


def test_a_real_rulebook_goes_through_editing_with_external_agents(
    site: Installation, razorweave: Path, recorded_runs: Path, tmp_path: Path
) -> None:
    drafts = recorded_runs / "wfrun_miby9oo6_a7xlw7" / "chapters"
    site("book_register", "--slug", "razorweave", "--title", "Razorweave",
         "--source", razorweave / "1.0.0" / "chapters")  # fmt: skip
    run = site("workflow_start", "--type", "w1", "--book", "razorweave")["id"]
    agents = Agents(site, run, drafts)

    plan = tmp_path / "plan.json"
    plan.write_text('{"goal": "clearer rules"}')
    planned = agents.claim("project-manager")
    agents.hand_back(planned, "complete", "--artifact", f"improvement_plan={plan}",
                     "--result", json.dumps({"chapters": FOUR}))  # fmt: skip

    written = _write_in_parallel(agents)
    assert sorted(written) == sorted(FOUR)
    workers = {step["worker"] for step in _steps(site, run, "write")}
    assert workers == {"ada", "bob"}

    def reject_twice(claimed: Any) -> tuple[object, ...] | None:
        if claimed["step"]["item"] == FOUR[0] and claimed["step"]["attempt"] < 3:
            return ("--type", "style", "--reason", f"round {claimed['step']['attempt']}")
        return None

    for expected in (1, 2):
        agents.review("editor", reject_twice)
        reworked = agents.claim("style-editor")
        assert reworked["step"]["item"] == FOUR[0]
        assert reworked["step"]["attempt"] == expected + 1
        assert [one["reason"] for one in reworked["brief"]["feedback"]] == [
            f"round {n}" for n in range(1, expected + 1)
        ]
        agents.write(reworked)
    agents.review("editor", passes)
    agents.review("domain-expert", passes)

    joined = agents.claim("validator")
    held = ("--step", joined["step"]["id"], "--lease", joined["lease"])
    refusal = site.refusal("work_reject", *held, "--type", "clarity", "--reason", "too long")
    assert "name those to rework" in refusal
    agents.hand_back(joined, "reject", "--type", "clarity", "--reason", "too long",
                     "--items", f"{FOUR[1]},{FOUR[2]}")  # fmt: skip
    again: list[str] = []
    agents.write_all("carol", again)
    assert sorted(again) == sorted([FOUR[1], FOUR[2]])
    _pass_reviews(agents)

    site("gate_decide", run, "--decision", "request_changes", "--type", "style",
         "--reason", "one more look", "--items", FOUR[3], "--actor", "grace")  # fmt: skip
    agents.write_all("dora", last := [])
    assert last == [FOUR[3]]
    _pass_reviews(agents)
    refusal = site.refusal("gate_decide", run, "--decision", "approve", "--actor", "dora")
    assert "dora" in refusal
    site("gate_decide", run, "--decision", "approve", "--actor", "grace")
    assert "completed by grace" in site.refusal("gate_decide", run, "--decision", "approve")

    notes = tmp_path / "release-notes.md"
    notes.write_text("# Four better chapters\n")
    final = agents.claim("production-editor")
    lease = ("--step", final["step"]["id"], "--lease", final["lease"])
    refusal = site.refusal("work_complete", *lease, "--artifact", f"release_notes={notes}")
    assert "without print_html, web_html, pdf_draft" in refusal
    (page := tmp_path / "book.html").write_text("<!DOCTYPE html><title>Four</title>")
    (pdf := tmp_path / "book.pdf").write_bytes(typst.compile(b"Four better chapters"))
    made = {"release_notes": notes, "print_html": page, "web_html": page, "pdf_draft": pdf}
    handed = [word for kind, file in made.items() for word in ("--artifact", f"{kind}={file}")]
    agents.hand_back(final, "complete", *handed)

    status = site("workflow_status", run)
    assert (status["status"], status["outcome"]) == ("completed", "succeeded")
    assert status["open_rejections"] == []
    rounds = {FOUR[0]: 2, FOUR[1]: 1, FOUR[2]: 1, FOUR[3]: 1}
    number = status["output_version"]
    changes = site("book_diff", "razorweave", "--from", "1.0.0", "--to", number)
    assert [one["slug"] for one in changes["changed"]] == list(FOUR)
    assert (changes["added"], changes["removed"], changes["renamed"]) == ([], [], [])
    site("book_export", "razorweave", "--number", number, "--to", tmp_path / "out")
    for original in (razorweave / "1.0.0" / "chapters").glob("*.md"):
        expected = original.read_bytes()
        if original.stem in rounds:
            expected = (drafts / original.name).read_bytes() + LATER * rounds[original.stem]
        assert (tmp_path / "out" / original.name).read_bytes() == expected
    _assert_events_tell_the_story(site, run)


def _write_in_parallel(agents: Agents) -> list[str]:
    """Two writers at once, each a process for every claim and hand-back, and each with a share."""
    written: list[str] = []
    barrier = threading.Barrier(2, timeout=LONG)

    def one(worker: str) -> None:
        barrier.wait()
        first = agents.claim("writer", worker=worker)
        barrier.wait()
        written.append(agents.write(first))
        agents.write_all(worker, written)

    threads = [threading.Thread(target=one, args=(name,)) for name in ("ada", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return written


def _pass_reviews(agents: Agents) -> None:
    for agent in ("editor", "domain-expert", "validator"):
        agents.review(agent, passes)


def _steps(site: Installation, run: str, name: str) -> list[Any]:
    return [step for step in site("workflow_status", run)["steps"] if step["name"] == name]


def _assert_events_tell_the_story(site: Installation, run: str) -> None:
    events = site("event_list", "--run", run, "--limit", "1000")
    counts: dict[str, int] = {}
    for event in events:
        counts[event["event_type"]] = counts.get(event["event_type"], 0) + 1
    assert counts["created"] == 1
    assert counts["rejected"] == 4
    assert counts["routed"] == 5
    assert counts["gate_opened"] == 2
    assert counts["approved"] == 1
    completed, fired = events[-2:]
    assert (completed["event_type"], completed["step"]) == ("completed", None)
    assert (fired["event_type"], fired["payload"]["trigger"]) == ("trigger_fired", "w1-to-w2")
    assert [event["id"] for event in events] == sorted(event["id"] for event in events)
