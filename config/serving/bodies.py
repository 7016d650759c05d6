"""Bodies that are too large end here: Django would write all of one to disk before a view runs."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass

from config.serving.asgi import Application, Message, Receive, Scope, Send, header

UPLOADS = ("/api/v1/artifacts/", "/admin/", "/work/")
FORM_BYTES = 1_000_000
"""What a multipart body may hold beside the file: its other fields and its boundaries."""

DRAIN_BYTES, DRAIN_SECONDS = 50_000_000, 5.0
"""What is still taken, and thrown away, from a client that sends on: many send all of a body before
they look for an answer, and would lose it with the connection."""


class _TooLarge(Exception):
    """More bytes came than the body may have."""


@dataclass(frozen=True)
class BodyLimit:
    """Answers 413 as soon as the declared or the received length of a body passes its limit.

    `upload_bytes` is the largest file, which comes in a multipart body, to where files are taken
    and from who says who it is; `body_bytes` is the largest body of any other kind.
    """

    app: Application
    upload_bytes: int
    body_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self._most(scope)
        declared = header(scope, b"content-length")
        if declared.isdigit() and int(declared) > most:
            await _refuse(receive, send, most)
            return
        counted = _Counted(receive, send, most)
        try:
            await self.app(scope, counted.receive, counted.send)
        except _TooLarge:
            if counted.answering:
                raise  # the server closes the connection: half an answer cannot be taken back
            await _refuse(receive, send, most)

    def _most(self, scope: Scope) -> int:
        form = header(scope, b"content-type").lower().startswith(b"multipart/form-data")
        known = header(scope, b"authorization") or header(scope, b"cookie")
        if form and known and scope["path"].startswith(UPLOADS):
            return max(self.upload_bytes + FORM_BYTES, self.body_bytes)
        return self.body_bytes


@dataclass
class _Counted:
    """One request, its received bytes counted."""

    receive_next: Receive
    send_on: Send
    most: int
    received: int = 0
    answering: bool = False

    async def receive(self) -> Message:
        message = await self.receive_next()
        self.received += len(message.get("body", b""))
        if self.received > self.most:
            raise _TooLarge
        return message

    async def send(self, message: Message) -> None:
        self.answering = True
        await self.send_on(message)


async def _refuse(receive: Receive, send: Send, most: int) -> None:
    detail = f"the body is larger than the {most:,} bytes it may have"
    body = json.dumps({"code": "too_large", "detail": detail}).encode()
    # No length is told: once that much was sent, the server would close before all is drained.
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await _drain(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    taken, more = 0, True
    while more and taken < DRAIN_BYTES:
        message = await receive()
        taken += len(message.get("body", b""))
        more = message.get("more_body", False)
