"""Claims that wait, at a real server: many of them cost it next to nothing."""

import asyncio

import httpx

from tests.installation import Installation
from tests.restarting import WebServer
from tests.served import LONG, taken, until

MANY = 60  # on PostgreSQL a process has 20 connections
WAIT_SECONDS = 8


def test_claims_that_wait_keep_no_thread(site: Installation, server: WebServer) -> None:
    made = site("token_create", "--user", "poller", "--name", "all", "--group", "agent")
    headers = {"Authorization": f"Bearer {made['token']}"}
    before = server.status("Threads")
    threads, statuses = asyncio.run(polled(server, headers, before + 15))
    assert statuses == [204] * MANY
    assert min(threads) < before + 15, threads


async def polled(
    server: WebServer, headers: dict[str, str], enough: int
) -> tuple[list[int], list[int]]:
    """How many threads the server has while all wait, looked at now and then until they are fewer
    than that; and its answers."""
    body = {"agents": ["qa"], "wait_seconds": WAIT_SECONDS}
    async with httpx.AsyncClient(headers=headers, timeout=LONG) as client:
        url = f"{server.url}/api/v1/work/claim/"
        polls = [asyncio.create_task(client.post(url, json=body)) for _ in range(MANY)]
        await asyncio.to_thread(until, lambda: taken(server.port) >= MANY)
        await asyncio.sleep(WAIT_SECONDS / 4)  # each has looked for work, and waits now
        threads = [server.status("Threads")]
        while min(threads) >= enough and not any(poll.done() for poll in polls):
            threads.append(server.status("Threads"))
            await asyncio.sleep(0.1)
        return threads, [poll.status_code for poll in await asyncio.gather(*polls)]
