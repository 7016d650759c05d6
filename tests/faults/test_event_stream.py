"""The stream of events, from a real server: whoever comes again misses nothing and hears nothing
twice; what streams cost that stay open, and what ends them."""

import asyncio
import json
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.befalling import connected, shell, without_database
from tests.installation import Installation
from tests.listening import Listener, Stream, stream_of, streaming
from tests.recording import recording, stayed
from tests.requirement import require
from tests.restarting import WebServer
from tests.served import LONG

ACTS, MANY = 50, 200  # on PostgreSQL a process has 20 connections
SQL_INSERT = (
    "INSERT INTO events_event (run_id, event_type, agent, actor, payload, created_at) SELECT id,"
    " 'trigger_fired', '', %s, '{}', now() FROM workflows_workflowrun WHERE public_id = %s"
)


@pytest.fixture(scope="module")
def runs(site: Installation) -> list[str]:
    book = site("book_list")[0]["slug"]
    return [site("workflow_start", "--type", "w1", "--book", book)["id"] for _ in range(3)]


@pytest.fixture
def run(runs: list[str]) -> str:
    return runs[0]


async def soon(waiting: Any) -> Any:
    return await asyncio.wait_for(waiting, LONG)


def last(site: Installation) -> int:
    return int(site("event_list", "--limit", 1000)[-1]["id"])


def filters(runs: list[str]) -> list[tuple[str, Any]]:
    """What is asked for, and which events of the log that means."""
    return [
        ("", bool),
        (f"?run={runs[0]}", lambda event: event["run"] == runs[0]),
        ("?event_type=resumed", lambda event: event["event_type"] == "resumed"),
        ("?event_type=paused,completed", lambda event: event["event_type"] == "paused"),
        (f"?run={runs[1]}&event_type=paused", of(runs[1], "paused")),
        ("?book=core-rulebook", bool),
    ]


def of(run: str, event_type: str) -> Callable[[dict[str, Any]], bool]:
    return lambda event: (event["run"], event["event_type"]) == (run, event_type)


def test_whoever_is_cut_off_also_by_a_killed_server_hears_every_event_once_and_in_order(
    site: Installation, server: WebServer, runs: list[str], headers: dict[str, str]
) -> None:
    after, asked = last(site), filters(runs) * 2
    listeners = [
        Listener(stream_of(server.url, query), headers, random.Random(seed), after)  # noqa: S311
        for seed, (query, _) in enumerate(asked)
    ]
    asyncio.run(asyncio.wait_for(listened(site, server, runs, listeners), LONG))
    log = site("event_list", "--after", after, "--limit", 1000)
    for (query, fits), one in zip(asked, listeners, strict=True):
        wanted = [(event["id"], event["event_type"]) for event in log if fits(event)]
        assert wanted, query
        assert [(number, kind) for number, kind, _ in one.heard] == wanted, query
        assert [json.loads(data)["id"] for *_, data in one.heard] == [n for n, _ in wanted]
    assert sum(one.times for one in listeners) > 3 * len(listeners)


async def listened(
    site: Installation, server: WebServer, runs: list[str], listeners: list[Listener]
) -> None:
    """Three processes record, the server is killed in the middle and comes again, and everybody
    has heard the last of it."""
    end = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        for one in listeners:
            tasks.create_task(one.until(end))
        writers = recording(site, ACTS, runs)
        while len(listeners[0].heard) < ACTS // 2:
            await asyncio.sleep(0.01)
        server.kill()
        await asyncio.to_thread(server.restart)
        assert await asyncio.to_thread(stayed, writers) > ACTS
        end.set_result(last(site))


def test_two_hundred_streams_hear_of_an_act_and_cost_no_thread_or_connection_while_they_wait(
    site: Installation, server: WebServer, run: str, headers: dict[str, str]
) -> None:
    async def listen() -> None:
        async with AsyncExitStack() as stack:
            asked = [streaming(stream_of(server.url), **headers) for _ in range(MANY)]
            streams = await asyncio.gather(*map(stack.enter_async_context, asked))
            assert {one.status for one in streams} == {200}
            await asyncio.gather(*(one.read() for one in streams))
            acted = asyncio.create_task(asyncio.to_thread(site, "workflow_pause", "--run", run))
            heard = await soon(asyncio.gather(*(one.next() for one in streams)))
            assert {kind for _, kind, _ in heard} == {"paused"}
            assert len(set(heard)) == 1
            await acted
            while server.status("Threads") >= before + 15:  # those that read the token go again
                await soon(asyncio.gather(*(one.read() for one in streams)))
            await refused_as_one_too_many(server, headers)

    before = server.status("Threads")
    asyncio.run(asyncio.wait_for(listen(), LONG))
    site("workflow_resume", "--run", run)


async def refused_as_one_too_many(server: WebServer, headers: dict[str, str]) -> None:
    async with streaming(stream_of(server.url), **headers) as first:
        assert first.status == 200
        await first.read()
        async with streaming(stream_of(server.url), **headers) as second:
            assert (second.status, (await second.body())["code"]) == (503, "busy")


def test_a_server_that_is_stopped_ends_its_streams_whole_and_does_not_wait_for_them(
    site: Installation, server: WebServer, headers: dict[str, str]
) -> None:
    async def listen() -> int:
        async with streaming(stream_of(server.url), **headers) as stream:
            await stream.read()
            server.process.terminate()
            with pytest.raises(EOFError):
                await soon(read_on(stream))
        return await asyncio.to_thread(server.process.wait, LONG)

    assert asyncio.run(listen()) == 0
    server.restart()


async def read_on(stream: Stream) -> None:
    while True:
        await stream.read()


def test_an_open_transaction_holds_back_what_came_after_it_and_order_is_kept(
    site: Installation, server: WebServer, run: str, headers: dict[str, str]
) -> None:
    require("postgres")

    async def listen() -> list[str]:
        async with streaming(stream_of(server.url), **headers) as stream:
            await stream.read()
            with connected(site, autocommit=False) as slow, connected(site) as quick:
                slow.execute(SQL_INSERT, ["slow", run])
                quick.execute(SQL_INSERT, ["quick", run])
                end = time.monotonic() + 1
                while time.monotonic() < end:
                    assert await soon(stream.read()) == []  # heartbeats
                slow.commit()
            events = []
            while len(events) < 2:
                events += await soon(stream.read())
            return [json.loads(data)["actor"] for *_, data in events]

    assert asyncio.run(listen()) == ["slow", "quick"]


def test_a_heartbeat_comes_in_silence_and_moves_the_position_past_what_is_not_wanted(
    site: Installation, server: WebServer, run: str, headers: dict[str, str]
) -> None:
    async def listen() -> None:
        async with streaming(stream_of(server.url, "?event_type=approved"), **headers) as stream:
            assert await stream.read() == []
            before = stream.parser.last_id
            await asyncio.to_thread(site, "workflow_pause", "--run", run)
            while stream.parser.last_id == before:
                assert await soon(stream.read()) == []
            assert stream.parser.last_id == site("event_list", "--after", before)[-1]["id"]
            assert set(stream.parser.comments) == {"heartbeat"}

    asyncio.run(listen())
    site("workflow_resume", "--run", run)


MEANWHILE = {
    "revoked": "tokens.revoke(User.objects.get(username='revoked').tokens.get())",
    "expired": "User.objects.get(username='expired').tokens.update(expires_at='2020-01-01')",
    "inactive": "User.objects.filter(username='inactive').update(is_active=False)",
    "no-viewer": "User.objects.get(username='no-viewer').groups.clear()",
}


@pytest.mark.parametrize("user", MEANWHILE)
def test_a_stream_ends_soon_after_its_token_or_user_may_no_more(
    site: Installation, server: WebServer, user: str
) -> None:
    made = site("token_create", "--user", user, "--name", "own", "--group", "viewer")
    headers = {"Authorization": f"Bearer {made['token']}"}
    asyncio.run(ended_by(site, server, MEANWHILE[user], headers))


def test_a_stream_of_a_session_ends_soon_after_its_user_has_logged_out(
    site: Installation, server: WebServer
) -> None:
    key = shell(
        site,
        "from django.test import Client\n"
        "user, client = User.objects.create_user('grace'), Client()\n"
        "user.groups.add(Group.objects.get(name='viewer'))\n"
        "client.force_login(user)\n"
        "print(client.session.session_key)",
    )
    log_out = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"
    asyncio.run(ended_by(site, server, log_out, {"Cookie": f"sessionid={key}"}))


async def ended_by(
    site: Installation, server: WebServer, meanwhile: str, headers: dict[str, str]
) -> None:
    async with streaming(stream_of(server.url), **headers) as stream:
        assert stream.status == 200
        while not stream.parser.comments:
            assert await soon(stream.read()) == []
        shell(site, meanwhile)
        await soon(stream.ended())
    async with streaming(stream_of(server.url), **headers) as stream:
        assert stream.status in (401, 403)


def test_streams_end_where_the_database_fails_and_can_be_opened_again(
    site: Installation, server: WebServer, run: str, headers: dict[str, str]
) -> None:
    async def listen() -> None:
        async with streaming(stream_of(server.url), **headers) as one:
            async with streaming(stream_of(server.url), **headers) as another:
                await one.read()
                await another.read()
                with without_database(site):
                    await soon(asyncio.gather(one.ended(), another.ended()))
            after = str(one.parser.last_id)
        await asyncio.to_thread(site, "workflow_pause", "--run", run)
        async with streaming(stream_of(server.url), **headers, Last_Event_ID=after) as again:
            assert again.status == 200
            assert (await soon(again.next()))[1] == "paused"

    asyncio.run(listen())
    site("workflow_resume", "--run", run)


LARGE, SIZE, SLOW = 200, 120_000, 8


def test_listeners_that_do_not_read_hear_all_of_it_later_hold_up_nobody_and_fill_no_memory(
    site: Installation, server: WebServer, run: str, headers: dict[str, str]
) -> None:
    async def listen() -> None:
        async with AsyncExitStack() as stack:
            asked = [streaming(stream_of(server.url), **headers) for _ in range(1 + SLOW)]
            quick, *slow = await asyncio.gather(*map(stack.enter_async_context, asked))
            await asyncio.gather(*(one.read() for one in (quick, *slow)))
            before = server.status("VmRSS")
            await asyncio.to_thread(record_large, site, run)
            heard = await soon(last_large(quick))
            grown = server.status("VmRSS") - before
            assert len(heard) == LARGE
            assert grown < LARGE * SIZE / 1000 * SLOW / 2, "kB: half of what they have not read"
            assert await soon(asyncio.gather(*map(last_large, slow))) == [heard] * SLOW
            print(f"\nmemory grew by {grown} kB")

    asyncio.run(listen())


def record_large(site: Installation, run: str) -> None:
    shell(
        site,
        "from events.emitter import News, record\nfrom workflows.models import WorkflowRun\n"
        f"run = WorkflowRun.objects.get(public_id='{run}')\n"
        f"for _ in range({LARGE}):\n"
        f"    record(run, News('resumed', payload={{'reason': 'x' * {SIZE}}}), actor='zoe')",
    )


async def last_large(stream: Stream) -> list[int]:
    """The ids of all that were recorded, once they are there."""
    while len(stream.parser.events) < LARGE:
        await stream.read()
    return [number for number, *_ in stream.parser.events]
