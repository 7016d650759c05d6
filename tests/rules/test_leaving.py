"""A server that is told to stop: what it tells the requests that come in just then."""

import asyncio
import os
from typing import Any

import pytest

from config.serving import leaving
from config.serving.asgi import Message, Receive, Scope, Send
from tests.served import LONG

STREAM = {"type": "http.response.start", "headers": [(b"content-type", leaving.ENDLESS)]}


async def until_left(scope: Scope, receive: Receive, send: Send) -> None:
    """Ends when its client goes; a stream has begun its answer."""
    if scope["path"] == "/stream":
        await send(STREAM)
    while (await receive())["type"] != "http.disconnect":
        continue


class Served:
    """Requests to such an application, whose clients stay."""

    def __init__(self) -> None:
        self.leaving = leaving.Leaving(until_left)
        self.sent: list[Message] = []

    async def begins(self) -> Any:
        """The life of its process, which is for the caller to hold."""
        started: asyncio.Queue[Message] = asyncio.Queue()
        started.put_nowait({"type": "lifespan.startup"})
        done = asyncio.Event()

        async def send(_: Message) -> None:
            done.set()

        living = asyncio.create_task(self.leaving({"type": "lifespan"}, started.get, send))
        await done.wait()
        return living

    async def asked(self, path: str) -> None:
        async def send(message: Message) -> None:
            self.sent.append(message)

        stays: Receive = asyncio.Queue[Message]().get
        await self.leaving({"type": "http", "path": path}, stays, send)


def test_what_comes_in_after_the_others_were_told_has_a_grace_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaving, "GRACE_SECONDS", 0.01)

    async def late() -> list[Message]:
        server = Served()
        living = await server.begins()
        stream = asyncio.create_task(server.asked("/stream"))
        while not server.sent:
            await asyncio.sleep(0)
        os.kill(os.getpid(), leaving.LEAVE)
        await stream  # which ends as soon as it is told
        server.sent.clear()
        await server.asked("/poll")
        living.cancel()
        return server.sent

    head, _ = asyncio.run(asyncio.wait_for(late(), LONG))
    assert head["status"] == 503
