"""Processes that send at once, and processes that die while they send: nothing is lost, nothing of
a run overtakes, and no attempt is made twice at the same time."""

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import pytest

from tests.installation import Installation, installed
from tests.receiving import Receiver, answering, dozing, hanging
from tests.served import until

RUNS = 4
SWEEPS = 3
MAKE = """
from events.webhooks.changing import Change, make
print(make(Change({url!r}), actor="ada").secret)
"""
DUE_AGAIN = """
from events.models import Delivery
from django.utils import timezone
Delivery.objects.pending().update(next_attempt_at=timezone.now())
"""
STATUSES = """
from events.models import Delivery
print(*Delivery.objects.order_by("pk").values_list("status", flat=True))
"""
FORGET = """
from events.webhooks.changing import delete
from events.models import WebhookEndpoint
for one in WebhookEndpoint.objects.all():
    delete(one)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        installation.env["WEBHOOK_ALLOW_PRIVATE"] = "on"
        source = tmp_path_factory.mktemp("source")
        (source / "01.md").write_text("# One\n\nSome words.\n")
        installation("book_register", "--slug", "sent", "--title", "Sent", "--source", source)
        installation("agent_bind", "--agent", "project-manager", "--executor", "external")
        yield installation


@pytest.fixture
def receiver(site: Installation) -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened
    python(site, FORGET)


@contextmanager
def process(site: Installation, *args: object) -> Iterator["subprocess.Popen[str]"]:
    """Gone at the end, whatever happens."""
    with site.start(*args) as running:
        try:
            yield running
        finally:
            running.kill()


def python(site: Installation, code: str) -> str:
    return site.plain("shell", "--no-imports", "-c", code).strip()


def begun(site: Installation, count: int) -> dict[str, list[int]]:
    """So many new runs, with their events in order."""
    runs = [site("workflow_start", "--type", "w1", "--book", "sent")["id"] for _ in range(count)]
    return {run: [one["id"] for one in site("event_list", "--run", run)] for run in runs}


def statuses(site: Installation) -> Counter[str]:
    return Counter(python(site, STATUSES).split())


def test_sweeps_at_one_moment_send_each_event_once_and_in_order(
    site: Installation, receiver: Receiver
) -> None:
    secret = python(site, MAKE.format(url=receiver.url))
    events = begun(site, RUNS)
    receiver.usual = dozing(0.2)
    sweeps = [site.start("sweep", "--json") for _ in range(SWEEPS)]
    ended = [sweep.communicate() for sweep in sweeps]
    assert [sweep.returncode for sweep in sweeps] == [0] * SWEEPS, ended
    assert Counter(letter.event for letter in receiver.got) == Counter(chain(*events.values()))
    for run, ids in events.items():
        assert receiver.events_of(run) == ids
    for letter in receiver.got:
        letter.verify(secret)


@pytest.mark.parametrize("command", [("sweep",), ("worker", "--until-idle")])
def test_who_is_killed_while_it_sends_leaves_it_to_the_next(
    site: Installation, receiver: Receiver, command: tuple[str, ...]
) -> None:
    secret = python(site, MAKE.format(url=receiver.url))
    events = begun(site, 2)
    receiver.usual = hanging
    with process(site, *command) as dying:
        until(lambda: len(receiver.got) == 2)
        dying.send_signal(signal.SIGKILL)
    assert dying.returncode == -signal.SIGKILL
    cut_off = {letter.id for letter in receiver.got}
    receiver.usual = answering(204)
    assert site("sweep")["deliveries"] == 0  # still held by who died
    python(site, DUE_AGAIN)
    site("sweep")
    assert set(statuses(site)) == {"delivered"}
    for run, ids in events.items():
        assert receiver.events_of(run) == ids
    attempts = Counter(letter.id for letter in receiver.got)
    assert {letter: 2 if letter in cut_off else 1 for letter in attempts} == attempts
    for letter in receiver.got:
        letter.verify(secret)


def test_a_worker_does_steps_while_a_receiver_keeps_it_waiting(
    site: Installation, receiver: Receiver
) -> None:
    """And delivers what it does, also when it is told to stop."""
    python(site, MAKE.format(url=receiver.url))
    site("agent_bind", "--agent", "project-manager", "--executor", "builtin")
    with process(site, "worker") as worker:
        receiver.usual = hanging
        [run] = begun(site, 1)
        until(lambda: receiver.got)
        until(lambda: site("workflow_status", run)["current_step"] == "write")
        assert statuses(site)["delivered"] == 0
        receiver.closing.set()  # the one that hangs is let go, without an answer
        receiver.usual = answering(204)
        worker.send_signal(signal.SIGTERM)
        worker.communicate()
    assert worker.returncode == 0
    python(site, DUE_AGAIN)
    site("sweep")
    assert set(statuses(site)) == {"delivered"}
    ids = [one["id"] for one in site("event_list", "--run", run)]
    assert receiver.events_of(run) == ids
