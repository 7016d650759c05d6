"""The stream of events: who may listen to what, and what is no position. What is heard is in
tests/faults, where there are real servers."""

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from events.emitter import News, record
from events.live.feed import joined, listeners
from events.live.reading import catch_up
from events.live.recent import BATCH, BATCH_BYTES
from events.live.wanted import Wanted
from events.models import Event
from tests.factories import started
from tests.rest import API, Program, program
from tests.served import LONG
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
STREAM = f"{API}events/stream/"


@pytest.fixture
def run() -> WorkflowRun:
    return started()


@pytest.fixture
def reader() -> Program:
    return program("reader", "viewer")


def ask(who: Program, query: str = "", method: str = "get", **headers: str) -> Any:
    """As a server that speaks ASGI asks; nothing is read of the stream."""
    send = getattr(AsyncClient(), method)
    return async_to_sync(send)(STREAM + query, headers={**who.headers, **headers})


def test_a_stream_is_handed_on_at_once_and_kept_nowhere(run: WorkflowRun, reader: Program) -> None:
    response = ask(reader, f"?run={run.public_id}&event_type=paused,resumed&after=1")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("?run=wfrun_0", 404, 'no run "wfrun_0"'),
        ("?book=nowhere", 404, 'no book "nowhere"'),
        ("?event_type=pausd", 400, 'no event type "pausd"; did you mean "paused"?'),
        ("?event_type=paused,", 400, 'no event type ""'),
        ("?event_type=paused&event_type=resumed", 400, "more than one thing"),
        ("?type=paused", 400, "is not known here"),
        ("?page_size=3", 400, "is not known here"),
        ("?after=", 400, "names nothing"),
        ("?after=-1", 400, '"-1" is not the id of an event, such as 120'),
        ("?after=1.5", 400, '"1.5" is not the id'),
        ("?after=1000000", 400, "no event 1000000 yet; the last is"),
        ("?after=99999999999999999999", 400, "is not the id"),
    ],
)
def test_what_cannot_be_streamed_is_refused_in_json_before_a_stream_begins(
    run: WorkflowRun, reader: Program, query: str, status: int, said: str
) -> None:
    response = ask(reader, query, Accept="text/event-stream")
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/json")
    assert said in response.json()["detail"]


def test_the_header_goes_before_the_query_since_a_browser_comes_again_with_both(
    run: WorkflowRun, reader: Program
) -> None:
    last = Event.objects.latest("pk").pk
    assert ask(reader, "?after=abc", **{"Last-Event-ID": str(last)}).status_code == 200
    response = ask(reader, f"?after={last}", **{"Last-Event-ID": "abc"})
    assert (response.status_code, response.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("size", [100, 120_000])
def test_who_catches_up_is_told_few_large_events_at_once_and_all_in_the_end(
    run: WorkflowRun, size: int
) -> None:
    reason = {"reason": "x" * size}
    said = [record(run, News("resumed", payload=reason), actor="zoe").pk for _ in range(11)]
    got, position = list[int](), said[0] - 1
    while position < said[-1]:
        told, position = catch_up(Wanted(), position, said[-1])
        assert len(told) <= BATCH
        assert sum(len(one.text) for one in told[:-1]) <= BATCH_BYTES
        got += [one.id for one in told]
    assert got == said


def test_only_who_may_read_all_may_listen(run: WorkflowRun, reader: Program) -> None:
    assert ask(Program()).status_code == 401
    assert ask(Program("bindery_guessed")).status_code == 401
    assert ask(program("bot", "agent")).status_code == 403
    assert ask(program("grace", "managing-editor")).status_code == 200


def test_it_is_read_and_nothing_else(reader: Program) -> None:
    response = ask(reader, method="post")
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert ask(reader, method="head").status_code == 405


def test_a_server_that_would_keep_all_of_it_back_says_so(reader: Program) -> None:
    response = reader.get("events/stream/")
    assert (response.status_code, response.json()["code"]) == (501, "not_streamed")
    assert "manage.py serve" in response.json()["detail"]


def followers() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("events-feed")]


@pytest.mark.django_db(transaction=True)
def test_one_reader_serves_all_listeners_and_stops_with_the_last_of_them(run: WorkflowRun) -> None:
    last = Event.objects.latest("pk").pk

    async def listen() -> None:
        async with joined() as feed:
            async with joined() as same:
                assert same is feed
                assert listeners() == 2
                while feed.recent.settled < last:
                    await feed.more(feed.recent.settled, LONG)
                assert len(followers()) == 1
            assert not feed.over
        assert feed.over
        assert listeners() == 0
        async with joined() as another:
            assert another is not feed
            await another.more(0, LONG)
        while followers():
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(listen(), LONG))
