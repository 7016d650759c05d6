"""Claims that wait, at a real server: many of them cost it next to nothing."""

import asyncio

import httpx

from tests.installation import Installation
from tests.restarting import WebServer

MANY = 60  # on PostgreSQL a process has 20 connections
WAIT_SECONDS = 4


def test_claims_that_wait_keep_no_thread(site: Installation, server: WebServer) -> None:
    made = site("token_create", "--user", "poller", "--name", "all", "--group", "agent")
    headers = {"Authorization": f"Bearer {made['token']}"}
    before = server.status("Threads")
    threads, statuses = asyncio.run(polled(server, headers))
    assert statuses == [204] * MANY
    assert min(threads) < before + 15, threads


async def polled(server: WebServer, headers: dict[str, str]) -> tuple[list[int], list[int]]:
    """How many threads the server has while all wait, looked at now and then; and its answers."""
    body = {"agents": ["qa"], "wait_seconds": WAIT_SECONDS}
    async with httpx.AsyncClient(headers=headers, timeout=60) as client:
        url = f"{server.url}/api/v1/work/claim/"
        polls = [asyncio.create_task(client.post(url, json=body)) for _ in range(MANY)]
        await asyncio.sleep(WAIT_SECONDS / 2)
        threads = []
        for _ in range(10):
            threads.append(server.status("Threads"))
            await asyncio.sleep(0.1)
        return threads, [poll.status_code for poll in await asyncio.gather(*polls)]
