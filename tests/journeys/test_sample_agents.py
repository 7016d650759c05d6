"""The programs of docs/agents.md, run as they stand there against a server."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.product import INLINE
from tests.installation import Installation, installed
from tests.pages import DOCS, program
from tests.requirement import require
from tests.restarting import WebServer, restarting
from tests.sample_agents import PAGE, Agents, agents_of, ended
from workflows.api.nouns import BriefNoun

SOON = 240  # seconds until what must happen has happened
WRITES = """
def work(brief):
    chapter = brief["chapter"]
    return "complete", {}, ("chapter", chapter["path"], b"# Written\\n\\nAnew.\\n")
"""
OBJECTS = """
def work(brief):
    passages = [{"quote": brief["chapter"]["text"].splitlines()[0]}]
    return "reject", {"rejection_type": "style", "reason": "dull", "passages": passages}
"""
RAISES = """
def work(brief):
    raise ValueError("out of ink")
"""
MAKES_NOTHING = """
def work(brief):
    return "complete", {}
"""
TAKES_LONG = """
BEAT_SECONDS, WAIT_SECONDS = 0.2, 1

def work(brief):
    print("at work", flush=True)
    threading.Event().wait(60)
"""


MAKES_NO_TEXT = """
def work(brief):
    return "complete", {}, ("chapter", brief["chapter"]["path"], b"\\xff")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        yield installation


@pytest.fixture(scope="module")
def server(site: Installation) -> Iterator[WebServer]:
    with restarting(site) as started:
        yield started


@pytest.fixture
def agents(site: Installation, server: WebServer) -> Iterator[Agents]:
    with agents_of(site, server) as started:
        yield started


@pytest.fixture
def run(site: Installation) -> Iterator[str]:
    """An editing run of one chapter that waits for its writer."""
    run = site("workflow_start", "--type", "w1", "--book", "core-rulebook",
               "--param", "chapters=01-welcome")["id"]  # fmt: skip
    site("worker", "--until-idle")
    yield run
    if site("workflow_status", run)["status"] == "running":
        site("workflow_cancel", run, "--reason", "the test is over")


def test_it_is_sixty_lines_long() -> None:
    lines = program(PAGE, "python").splitlines()
    assert len([line for line in lines if line.strip()]) <= 60


def test_every_key_of_the_brief_is_told() -> None:
    section = (DOCS / PAGE).read_text().split("## The brief")[1].split("\n## ")[0]
    told = {key for line in section.splitlines() for key in INLINE.findall(line.split(" | ")[0])}
    assert set(BriefNoun().fields) <= told


def test_an_agent_uploads_what_it_made_and_completes(
    site: Installation, agents: Agents, run: str
) -> None:
    agents.python("writer", work=WRITES)
    step = until(lambda: step_of(site, run, "write"), lambda step: step["status"] == "completed")
    assert (step["worker"], step["attempt"]) == ("writer-bot", 1)
    (made,) = site("artifact_list", "--run", run, "--type", "chapter")
    assert made["size_bytes"] == len("# Written\n\nAnew.\n")


def test_a_reviewer_rejects_with_a_passage_and_the_handler_mends_it(
    site: Installation, agents: Agents, run: str
) -> None:
    agents.python("writer", "style-editor")
    agents.python("editor", work=OBJECTS)
    (told,) = until(lambda: site("rejection_list", "--run", run), lambda found: len(found) == 1)
    assert (told["rejection_type"], told["reason"]) == ("style", "dull")
    assert told["passages"][0]["start"] == 0
    mended = until(lambda: step_of(site, run, "write"), lambda step: step["attempt"] == 2)
    assert mended["agent"] == "style-editor"


def test_what_its_work_raises_fails_the_step(site: Installation, agents: Agents, run: str) -> None:
    agents.python("writer", work=RAISES)
    ended_run = until(lambda: site("workflow_status", run), lambda run: run["status"] == "failed")
    assert "out of ink" in ended_run["reason"]


@pytest.mark.parametrize(
    ("work", "reason"),
    [(MAKES_NOTHING, "is not complete without chapter"), (MAKES_NO_TEXT, "is not UTF-8")],
    ids=["nothing", "no text"],
)
def test_what_is_refused_fails_the_step_too(
    site: Installation, agents: Agents, run: str, work: str, reason: str
) -> None:
    agents.python("writer", work=work)
    ended_run = until(lambda: site("workflow_status", run), lambda run: run["status"] == "failed")
    assert reason in ended_run["reason"]


def test_it_keeps_its_lease_while_it_works_and_puts_the_step_back_when_stopped(
    site: Installation, agents: Agents, run: str
) -> None:
    agent = agents.python("writer", work=TAKES_LONG)
    assert agent.stdout
    assert agent.stdout.readline() == "at work\n"
    first = step_of(site, run, "write")["lease_expires_at"]
    until(lambda: step_of(site, run, "write"), lambda step: step["lease_expires_at"] > first)
    agent.send_signal(signal.SIGTERM)
    code, out, err = ended(agent)
    assert (code, err) == (0, "")
    assert " release " in out
    step = step_of(site, run, "write")
    assert (step["status"], step["failures"]) == ("ready", 0)
    (event,) = site("event_list", "--run", run, "--type", "released")
    assert "the agent was stopped" in event["payload"]["reason"]


def test_it_goes_on_when_the_server_comes_back(
    site: Installation, server: WebServer, agents: Agents, run: str
) -> None:
    server.kill()
    agent = agents.python("writer", work=WRITES)
    assert agent.stderr
    assert "ConnectError" in agent.stderr.readline()
    server.restart()
    until(lambda: step_of(site, run, "write"), lambda step: step["status"] == "completed")


def test_the_shell_goes_on_too(
    site: Installation, server: WebServer, agents: Agents, run: str
) -> None:
    require("jq")
    server.kill()
    script = agents.shell("writer", "cat")
    assert script.stderr
    assert "connect" in script.stderr.readline()
    server.restart()
    assert ended(script)[0] == 0
    assert step_of(site, run, "write")["status"] == "completed"


def test_an_agent_that_waits_for_work_ends_when_stopped(agents: Agents) -> None:
    agent = agents.python("writer", work="WAIT_SECONDS = 1\n")
    until(lambda: catches(agent.pid, signal.SIGTERM), bool)
    agent.send_signal(signal.SIGTERM)
    assert ended(agent) == (0, "", "")


def test_a_token_for_another_agent_ends_it_with_what_was_refused(
    site: Installation, agents: Agents
) -> None:
    agent = agents.python("writer", work='sys.argv[1:] = ["editor"]\n')
    code, _, err = ended(agent)
    assert (code, "this token claims for writer, not editor" in err) == (1, True)


def test_the_shell_does_a_step_from_claim_to_complete(
    site: Installation, agents: Agents, run: str
) -> None:
    require("jq")
    code, out, err = ended(agents.shell("writer", "sed 's/the/THE/g'"))
    assert (code, err) == (0, "")
    step = step_of(site, run, "write")
    assert out == f"write {step['item']}: completed\n"
    (made,) = site("artifact_list", "--run", run, "--type", "chapter")
    assert made["path"].startswith(step["item"])


def test_in_the_shell_a_command_that_fails_fails_the_step(
    site: Installation, agents: Agents, run: str
) -> None:
    require("jq")
    code, out, _ = ended(agents.shell("writer", "exit 3"))
    assert (code, out) == (1, "")
    step = step_of(site, run, "write")
    assert (step["status"], step["failures"]) == ("ready", 1)


def test_in_the_shell_what_is_refused_is_told_and_the_step_put_back(
    site: Installation, agents: Agents, run: str
) -> None:
    require("jq")
    code, _, err = ended(agents.shell("writer", r"printf '\377'"))
    assert (code, '"code":"invalid"' in err) == (1, True)
    step = step_of(site, run, "write")
    assert (step["status"], step["failures"]) == ("ready", 0)


def catches(pid: int, number: signal.Signals) -> bool:
    """Whether that process does something of its own on that signal."""
    told = Path(f"/proc/{pid}/status").read_text()
    mask = told.split("SigCgt:")[1].split()[0]
    return bool(int(mask, 16) >> (number - 1) & 1)


def step_of(site: Installation, run: str, name: str) -> dict[str, Any]:
    """The latest attempt at it."""
    steps = site("workflow_status", run)["steps"]
    return [step for step in steps if step["name"] == name][-1]


def until(ask: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    """The first good answer. Fails after a while."""
    end = time.monotonic() + SOON
    while not good(answer := ask()):
        assert time.monotonic() < end, answer
        time.sleep(0.1)
    return answer
