"""Eight processes that bring runs to their end, and what triggers made of it.

The commands are the tests' own, carried out by a process of `dying.py`; what they do to runs they
do by the product's verbs.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from tests.dying import Mortal
from tests.factories import DefinitionFactory, book_of, started
from tests.installation import PROJECT, Installation
from workflows import claims, work
from workflows.management.base import WorkflowCommand
from workflows.models import Step, WorkflowRun

PROCESSES = 8
BEGIN = "tests.finishing.Begin"
FINISH = "tests.finishing.Finish"
LOSE_LEASES = "tests.finishing.LoseLeases"
Answer = TypeVar("Answer")


class Begin(WorkflowCommand):
    """Begin runs of these types, so many of each on every one of so many new books. A type has
    one step, of an agent of its name, and `after_TYPE` is there for triggers to start."""

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("types", nargs="+")
        parser.add_argument("--books", type=int)
        parser.add_argument("--each", type=int, default=1)

    @transaction.atomic
    def act(self, *_: Any, types: list[str], books: int, each: int, **__: Any) -> list[str]:
        for word in (*types, f"after_{types[0]}"):
            DefinitionFactory(type=word, steps=[{"name": "finish", "agent": word}])
        shelf = [book_of(1, slug=f"{types[0]}-{number}") for number in range(books)]
        return [
            started(book, workflow_type=word).public_id
            for book in shelf
            for word in types
            for _ in range(each)
        ]


class Finish(WorkflowCommand):
    """Claim the one step of a run and complete it, until nothing is ready; answers the runs."""

    def options(self, parser: CommandParser) -> None:
        parser.add_argument("agent")
        parser.add_argument("--run")
        parser.add_argument("--most", type=int, default=1000)

    def act(self, *_: Any, agent: str, run: str, most: int, actor: str, **__: Any) -> list[str]:
        only = WorkflowRun.objects.named(run) if run else None
        wanted, done = claims.Claim((agent,), worker=actor, run=only), list[str]()
        while len(done) < most and (claimed := claims.claim(wanted, actor=actor)):
            step = Step.objects.numbered(claimed["step"]["id"])
            work.complete(work.Held(step, claimed["lease"], actor), result={})
            done.append(claimed["step"]["run"])
        return done


class LoseLeases(WorkflowCommand):
    """Let every lease have run out."""

    def act(self, *_: Any, **__: Any) -> int:
        return Step.objects.filter(status="running").update(lease_expires_at=timezone.now())


@contextmanager
def processes(site: Installation, count: int = PROCESSES) -> Iterator[list[Mortal]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Mortal(site.env, str(PROJECT))) for _ in range(count)]


def at_once(mortals: list[Mortal], act: Callable[[Mortal], Answer]) -> list[Answer]:
    """What `act` answers of each of them, all begun together."""
    with ThreadPoolExecutor(len(mortals)) as pool:
        return list(pool.map(act, mortals))


def set_trigger(desk: Mortal, name: str, source: str, **config: Any) -> None:
    desk("trigger_set", "--name", name, "--source", source, "--target", f"after_{source}",
         "--config", json.dumps(config))  # fmt: skip


def firings(desk: Mortal, name: str) -> list[dict[str, Any]]:
    return list(desk("firing_list", "--trigger", name, "--limit", 1000))


def results(desk: Mortal, name: str) -> Counter[str]:
    return Counter(firing["result"] for firing in firings(desk, name))


def events(desk: Mortal, event_type: str) -> list[dict[str, Any]]:
    """All of that type that are about a run and none of its steps."""
    found: list[dict[str, Any]] = []
    ask = ("event_list", "--type", event_type, "--limit", 1000, "--after")
    while page := desk(*ask, found[-1]["id"] if found else 0):
        found += page
    return [event for event in found if event["step"] is None]


def counted(desk: Mortal, event_type: str) -> Counter[str]:
    return Counter(event["run"] for event in events(desk, event_type))


def runs_of(desk: Mortal, workflow_type: str) -> list[dict[str, Any]]:
    return list(desk("workflow_list", "--type", workflow_type, "--limit", 1000))


def assert_whole(desk: Mortal, *triggers: str, of: tuple[str, ...]) -> None:
    """Every run of these types is completed, once, and each trigger did one thing about it; what
    fired has a begun run."""
    sources = {run["id"]: run for word in of for run in runs_of(desk, word)}
    ended = counted(desk, "completed")
    assert {(run["status"], ended[id_]) for id_, run in sources.items()} == {("completed", 1)}
    told = [firing for name in triggers for firing in firings(desk, name)]
    decided = Counter((firing["trigger"], firing["source_run"]) for firing in told)
    assert decided == Counter((name, run) for name in triggers for run in sources)
    assert_targets(desk, of[0], [firing for firing in told if firing["result"] == "fired"])


def assert_targets(desk: Mortal, source: str, fired: list[dict[str, Any]]) -> None:
    """A whole run for each of these firings, and no run besides; the log tells of each once."""
    targets = {run["id"]: run for run in runs_of(desk, f"after_{source}")}
    assert sorted(targets) == sorted(firing["target_run"] for firing in fired)
    for firing in fired:
        target = targets[firing["target_run"]]
        assert (target["parent_run"], target["cause"]) == (firing["source_run"], "trigger")
        assert (target["status"], target["current_step"]) == ("running", "finish")
    created, begun = counted(desk, "created"), counted(desk, "started")
    assert {(created[run], begun[run]) for run in targets} == {(1, 1)}
    news = Counter(
        (event["run"], event["payload"]["target_run"])
        for event in events(desk, "trigger_fired")
        if event["payload"]["target_workflow_type"] == f"after_{source}"
    )
    assert news == Counter((firing["source_run"], firing["target_run"]) for firing in fired)
