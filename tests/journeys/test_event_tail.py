"""Following the log: events are printed as they happen, until somebody says stop."""

import json
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from django.core.management import call_command

from events.log.tail import Stream, follow
from events.models import Event
from tests.agents import Crew
from tests.factories import started, write_folder
from tests.installation import MANAGE, Installation, installed

Start = Callable[..., subprocess.Popen[str]]
LONG = 120  # seconds after which a test that waits in vain fails


class Tail:
    """`event_tail` as a process, whose lines are read as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.process = process
        self.lines: Queue[str] = Queue()
        self.reading = threading.Thread(target=self._read, args=[process.stdout])
        self.reading.start()

    def _read(self, out: Iterable[str]) -> None:
        for line in out:
            self.lines.put(line)

    def next(self) -> Any:
        return json.loads(self.lines.get(timeout=LONG))

    def ended_by(self, number: int) -> tuple[int, str]:
        """Its exit code after that signal, and what it complained of."""
        self.process.send_signal(number)
        self.reading.join(LONG)
        return ended(self.process)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code, and what it complained of."""
    code = process.wait(LONG)
    assert process.stderr
    return code, process.stderr.read()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        source = write_folder(tmp_path_factory.mktemp("source"), {"01.md": "# One\n\nWords.\n"})
        installation("book_register", "--slug", "red", "--title", "Red", "--source", source)
        yield installation


@pytest.fixture
def tail(site: Installation) -> Iterator[Start]:
    """Start `event_tail`; whatever the test does, it is gone afterwards."""
    with ExitStack() as stack:

        def start(*args: object) -> subprocess.Popen[str]:
            process = stack.enter_context(site.start("event_tail", *args))
            stack.callback(process.kill)
            return process

        yield start


@pytest.fixture
def run(site: Installation) -> str:
    return str(site("workflow_start", "--type", "w1", "--book", "red")["id"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_what_another_process_does_until_a_signal_ends_it(
    site: Installation, run: str, tail: Start, number: int
) -> None:
    tailing = Tail(tail("--json", "--run", run))
    shown = [tailing.next(), tailing.next()]
    assert [event["event_type"] for event in shown] == ["created", "started"]
    site("workflow_pause", run)
    shown.append(tailing.next())
    site("workflow_resume", run)
    site("workflow_cancel", run)
    shown += [tailing.next(), tailing.next()]
    assert shown == site("event_list", "--run", run)
    assert tailing.ended_by(number) == (0, "")
    assert tailing.lines.empty()


def test_without_a_run_it_follows_all_of_them_from_where_it_is_told(
    site: Installation, run: str, tail: Start
) -> None:
    last = site("event_list", "--run", run)[-1]["id"]
    tailing = Tail(tail("--json", "--after", last, "--type", "paused"))
    other = site("workflow_start", "--type", "w1", "--book", "red")["id"]
    for one in (other, run):
        site("workflow_pause", one)
    assert [tailing.next()["run"], tailing.next()["run"]] == [other, run]
    assert tailing.ended_by(signal.SIGTERM) == (0, "")


def test_it_ends_quietly_when_nobody_reads_any_more(run: str, tail: Start) -> None:
    """Though nothing happens that it could print."""
    process = tail("--run", run)
    assert process.stdout
    assert "created" in process.stdout.readline()
    process.stdout.close()
    assert ended(process) == (0, "")


def test_the_first_line_is_all_that_head_takes(site: Installation, run: str) -> None:
    line = 'set -o pipefail; "$0" "$1" event_tail --run "$2" | head -1'
    answer = subprocess.run(
        ["bash", "-c", line, sys.executable, str(MANAGE), run],  # noqa: S607
        env=site.env, timeout=LONG, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (answer.returncode, answer.stderr) == (0, "")
    assert len(answer.stdout.splitlines()) == 1


MANY = """
from events.emitter import News, record
from workflows.models import WorkflowRun
for _ in range(100):
    told = {{"pause_reason": "operator", "reason": "x" * 2000}}
    record(WorkflowRun.objects.get(public_id="{}"), News("paused", payload=told), actor="zoe")
"""


def wait_until_full(process: subprocess.Popen[str]) -> None:
    """Until nothing more goes into the pipe that it writes to."""
    assert process.stdout
    end = time.monotonic() + LONG
    with Path(f"/proc/self/fd/{process.stdout.fileno()}").open("wb") as pipe:
        while select.select([], [pipe], [], 0)[1]:
            assert time.monotonic() < end, "the pipe is not full yet"
            time.sleep(0.01)


def close(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    process.stdout.close()


@pytest.mark.parametrize("end", [subprocess.Popen.terminate, close])
def test_it_ends_in_the_midst_of_writing_too(
    site: Installation, run: str, tail: Start, end: Callable[[subprocess.Popen[str]], None]
) -> None:
    site.plain("shell", "--no-imports", "-c", MANY.format(run))
    process = tail("--json", "--run", run, "--after", 0)
    wait_until_full(process)
    end(process)
    assert ended(process) == (0, "")


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["--run=wfrun_x"], 'no run "wfrun_x"'),
        (["--type=complete"], 'no event type "complete"; did you mean "completed"?'),
    ],
)
def test_what_is_unknown_is_refused_before_anything_is_printed(
    site: Installation, args: list[str], complaint: str
) -> None:
    assert complaint in site.refusal("event_tail", *args)


def prepare() -> str:
    return Crew(started()).up_to("edit").run.public_id


@pytest.fixture
def printed(prepared: str) -> Callable[..., list[str]]:
    """What it prints until so many lines were printed."""

    def lines(limit: int, *args: object) -> list[str]:
        out = StringIO()
        call_command("event_tail", f"--limit={limit}", *map(str, args), stdout=out)
        return out.getvalue().splitlines()

    return lines


def ids(lines: list[str]) -> list[int]:
    return [json.loads(line)["id"] for line in lines]


def test_it_begins_with_the_last_ten_or_as_few_as_were_asked_for(
    prepared: str, printed: Callable[..., list[str]]
) -> None:
    every = [event.pk for event in Crew(prepared).events()]
    assert ids(printed(10, "--json")) == every[-10:]
    assert ids(printed(3, "--json")) == every[-3:]
    assert ids(printed(1, "--json", "--run", prepared)) == every[-1:]
    finished = [event.pk for event in Crew(prepared).events() if event.event_type == "completed"]
    assert ids(printed(2, "--json", "--type=completed")) == finished[-2:]


def test_after_an_event_it_goes_on_with_the_next(
    prepared: str, printed: Callable[..., list[str]]
) -> None:
    every = [event.pk for event in Crew(prepared).events()]
    assert ids(printed(len(every), "--json", "--after=0")) == every
    assert ids(printed(1, "--json", "--after", every[0])) == [every[1]]


def test_a_person_gets_a_line_for_each_event(
    prepared: str, printed: Callable[..., list[str]]
) -> None:
    last = Crew(prepared).events()[-1]
    (line,) = printed(1)
    assert line.split("  ") == [
        str(last.pk), last.created_at.isoformat(" ", "seconds"), "completed", prepared,
        str(last.step_id), last.agent, "ada",
    ]  # fmt: skip


def test_a_follower_reads_more_than_one_batch_and_then_what_comes(
    prepared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.log.tail.BATCH", 2)
    crew, stop = Crew(prepared), threading.Event()
    every = [event.pk for event in crew.events()]
    follower = follow(Stream(), after=0, stop=stop, poll_seconds=0.001)
    assert [next(follower).pk for _ in every] == every
    crew.claim("editor")
    assert next(follower).pk == Event.objects.latest("pk").pk
    stop.set()
    assert list(follower) == []
