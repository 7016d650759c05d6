"""Rejections of a real rulebook's chapters by external agents, through the commands alone."""

import json
from pathlib import Path
from typing import Any

import pytest

FIGHT, SKILLS, TRAVEL = (
    "10-combat-basics",
    "14-skills-system-overview",
    "11-exploration-social-play",
)


class Agents:
    """External agents at work on one run, each a caller of commands."""

    def __init__(self, run_command: Any, folder: Path, run: str) -> None:
        self.command, self.folder, self.run = run_command, folder, run

    def claim(self, agent: str, item: str = "") -> dict[str, Any] | None:
        """The agent's oldest ready step; of that chapter alone where one is named."""
        passed_over = []
        while claimed := self.command("work_claim", "--agent", agent, "--run", self.run,
                                      "--worker", f"{agent}-1"):  # fmt: skip
            if not item or claimed["step"]["item"] == item:
                break
            passed_over.append(claimed)
        for other in passed_over:
            self.hand_back(other, "work_release", "--reason", "not mine")
        return dict(claimed) if claimed else None

    def hand_back(self, claimed: dict[str, Any], verb: str, *more: str) -> dict[str, Any]:
        step, lease = claimed["step"]["id"], claimed["lease"]
        return dict(self.command(verb, "--step", step, "--lease", lease, *more))

    def complete(self, claimed: dict[str, Any], line: str = "") -> dict[str, Any]:
        """Hand back what the step makes: of a chapter its text, with a line more."""
        made = []
        for wanted in claimed["brief"]["produces"]:
            file = self.folder / f"{wanted.removesuffix('?')}.json"
            text = '{"done": true}'
            if wanted == "chapter":
                chapter = claimed["brief"]["chapter"]
                file = self.folder / Path(chapter["path"]).name
                text = chapter["text"] + line
            if not wanted.endswith("?"):
                file.write_text(text)
                made += ["--artifact", f"{wanted}={file}"]
        return self.hand_back(claimed, "work_complete", *made)

    def do(self, agent: str, item: str = "", line: str = "") -> dict[str, Any]:
        claimed = self.claim(agent, item)
        assert claimed, f"nothing ready for {agent} {item}"
        return self.complete(claimed, line)

    def reject(self, claimed: dict[str, Any], reason: str, *more: str) -> dict[str, Any]:
        verdict = ("--type", "style", "--reason", reason, *more)
        return self.hand_back(claimed, "work_reject", *verdict)

    def status(self) -> dict[str, Any]:
        return dict(self.command("workflow_status", self.run))

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        return list(self.command("event_list", "--run", self.run, "--after", after,
                                 "--limit", 1000))  # fmt: skip

    def last(self) -> int:
        return int(self.events()[-1]["id"])

    def story(self, after: int) -> list[str]:
        return [event["event_type"] for event in self.events(after)]


@pytest.fixture
def start(db: None, razorweave: Path, run_command: Any, tmp_path: Path) -> Any:
    """An editing run of these chapters of the first release, planned and ready to be written."""

    def started(*chapters: str) -> Agents:
        run_command("seed")
        run_command("book_register", "--slug", "razorweave", "--title", "Razorweave",
                    "--source", razorweave / "1.0.0" / "chapters")  # fmt: skip
        run = run_command("workflow_start", "--type", "w1", "--book", "razorweave",
                          "--param", f"chapters={','.join(chapters)}")["id"]  # fmt: skip
        agents = Agents(run_command, tmp_path, run)
        agents.do("project-manager")
        return agents

    return started


def rejected_twice(agents: Agents, item: str) -> dict[str, Any]:
    """Its writer, then two rounds of `style`; the editor's third step, claimed."""
    agents.do("writer", item, "\nA first draft.\n")
    for said in ("too long", "still too long"):
        editing = agents.claim("editor", item)
        assert editing
        quote = editing["brief"]["chapter"]["text"].splitlines()[0]
        agents.reject(editing, said, "--passages", json.dumps([{"quote": quote}]))
        mending = agents.claim("style-editor", item)
        assert mending
        assert mending["brief"]["feedback"][-1]["reason"] == said
        assert mending["brief"]["feedback"][-1]["passages"][0]["quote"] == quote
        assert mending["step"]["name"] == "write"
        agents.complete(mending, f"\nCut, for it was {said}.\n")
    third = agents.claim("editor", item)
    assert third
    return third


def test_two_rounds_then_a_human_and_each_answer_leads_where_it_should(
    start: Any, run_command: Any, refused: Any
) -> None:
    agents = start(FIGHT, SKILLS, TRAVEL)
    fight = rejected_twice(agents, FIGHT)
    skills = rejected_twice(agents, SKILLS)
    writing = agents.claim("writer", TRAVEL)
    assert writing
    assert agents.status()["open_escalations"] == []

    last = agents.last()
    agents.reject(fight, "it does not get shorter")
    assert agents.story(last) == ["rejected", "escalated", "paused"]
    status = agents.status()
    assert (status["status"], status["pause_reason"]) == ("paused", "escalated")
    waiting = status["open_escalations"][0]
    assert (waiting["escalated_to"], waiting["retry_count"]) == ("senior-editor", 3)
    assert (waiting["item"], waiting["reason"]) == (FIGHT, "it does not get shorter")

    assert agents.complete(writing, "\nOn the road.\n")["status"] == "completed"
    assert agents.claim("editor") is None
    last = agents.last()
    agents.reject(skills, "nor does this")
    assert agents.story(last) == ["rejected", "escalated"]
    first, second = agents.status()["open_escalations"]
    assert second["item"] == SKILLS
    assert "escalation is open" in refused("workflow_resume", agents.run)

    run_command("escalation_acknowledge", first["id"], "--actor", "grace")
    assert "grace has escalation" in refused(
        "escalation_acknowledge", first["id"], "--actor", "zoe"
    )
    last = agents.last()
    run_command("escalation_resolve", first["id"], "--action", "retry",
                "--resolution", "Halve the examples.", "--actor", "grace")  # fmt: skip
    assert agents.story(last) == ["resolved", "routed"]
    assert agents.status()["status"] == "paused"
    last = agents.last()
    run_command("escalation_resolve", second["id"], "--action", "override",
                "--resolution", "It has to be that long.", "--actor", "zoe")  # fmt: skip
    assert agents.story(last) == ["resolved", "completed", "resumed"]

    mending = agents.claim("style-editor", FIGHT)
    assert mending
    said = [one["reason"] for one in mending["brief"]["feedback"]]
    assert said == ["too long", "still too long", "it does not get shorter"]
    (answer,) = mending["brief"]["answers"]
    assert (answer["resolution"], answer["resolved_by"]) == ("Halve the examples.", "grace")
    agents.complete(mending, "\nHalved.\n")
    agents.do("domain-expert", SKILLS)
    again = agents.claim("editor", FIGHT)
    assert again
    agents.reject(again, "one word too many")
    counted = run_command("rejection_list", "--run", agents.run)[0]
    assert (counted["item"], counted["retry_count"]) == (FIGHT, 1)
    assert counted["handler_agent"] == "style-editor"
    agents.do("style-editor", FIGHT, "\nAnd that word.\n")
    agents.do("editor", FIGHT)
    assert not agents.status()["open_rejections"]


def test_a_reviewer_of_another_chapter_escalates_too_and_an_abort_ends_the_run(
    start: Any, run_command: Any
) -> None:
    agents = start(FIGHT, SKILLS)
    fight, skills = rejected_twice(agents, FIGHT), rejected_twice(agents, SKILLS)
    agents.reject(fight, "no better")
    agents.reject(skills, "no better either")
    first, second = run_command("escalation_list", "--status", "pending")
    last = agents.last()
    run_command("escalation_resolve", first["id"], "--action", "abort",
                "--resolution", "We drop this chapter.", "--actor", "grace")  # fmt: skip
    assert agents.story(last) == ["resolved", "failed"]
    status = agents.status()
    assert (status["status"], status["outcome"]) == ("failed", "rejected")
    assert status["reason"] == "We drop this chapter."
    closed = run_command("escalation_list", "--status", "resolved")
    assert [(one["id"], one["action"]) for one in closed] == [
        (first["id"], "abort"),
        (second["id"], "closed"),
    ]
    assert agents.claim("style-editor") is None


def test_an_operators_pause_survives_a_resolution(start: Any, run_command: Any) -> None:
    agents = start(FIGHT)
    third = rejected_twice(agents, FIGHT)
    run_command("workflow_pause", agents.run, "--reason", "lunch", "--actor", "zoe")
    agents.reject(third, "no better")
    (waiting,) = agents.status()["open_escalations"]
    run_command("escalation_resolve", waiting["id"], "--action", "retry",
                "--resolution", "Once more.", "--actor", "grace")  # fmt: skip
    status = agents.status()
    assert (status["status"], status["pause_reason"]) == ("paused", "operator")
    assert agents.claim("style-editor") is None
    run_command("workflow_resume", agents.run, "--actor", "zoe")
    assert agents.claim("style-editor", FIGHT)


def test_of_three_chapters_at_the_join_two_are_routed_and_one_escalates(
    start: Any, run_command: Any
) -> None:
    agents = start(FIGHT, SKILLS, TRAVEL)
    agents.complete(rejected_twice(agents, FIGHT))
    for item in (SKILLS, TRAVEL):
        agents.do("writer", item)
        agents.do("editor", item)
    for item in (FIGHT, SKILLS, TRAVEL):
        agents.do("domain-expert", item)
    judging = agents.claim("validator")
    assert judging
    last = agents.last()
    agents.reject(judging, "they do not fit together", "--items", "all")
    assert agents.story(last) == ["rejected", "escalated", "paused", "routed", "routed"]
    events = agents.events(last)
    assert events[1]["payload"]["item"] == FIGHT
    assert [event["payload"]["item"] for event in events[3:]] == [TRAVEL, SKILLS]
    (waiting,) = agents.status()["open_escalations"]
    assert (waiting["item"], waiting["retry_count"]) == (FIGHT, 3)
    run_command("escalation_resolve", waiting["id"], "--action", "override",
                "--resolution", "It fits.", "--actor", "grace")  # fmt: skip
    for item in (SKILLS, TRAVEL):
        agents.do("style-editor", item)
        agents.do("editor", item)
        agents.do("domain-expert", item)
    assert agents.claim("style-editor") is None
    again = agents.claim("validator")
    assert again
    assert again["step"]["attempt"] == 2
    agents.complete(again)
    assert agents.status()["current_step"] == "approve"
    assert agents.status()["open_rejections"] == []
