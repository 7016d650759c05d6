"""How a server process ends: what is being answered is finished, what never ends is ended.

granian waits for every open connection when it is told to stop, and kills the process when that
takes too long. It says nothing to the application meanwhile. `serve` therefore sends its processes
a signal of its own before: an event stream then ends at once, as if the client had gone, and so
does after `GRACE_SECONDS` whatever else is not done, such as a long poll. Clients come again.
"""

import asyncio
import signal
from dataclasses import dataclass, field

from config.serving.asgi import Application, Message, Receive, Scope, Send, answer

LEAVE = signal.SIGUSR1
GRACE_SECONDS = 3.0
ENDLESS = b"text/event-stream"
RETRY = ((b"content-type", b"application/json"), (b"retry-after", b"1"))
STOPPING = b'{"code": "stopping", "detail": "the server is being stopped; ask again"}'


@dataclass
class Leaving:
    """Tells the application that a client has gone when it is the server that goes."""

    app: Application
    _open: "set[_Request]" = field(default_factory=set)
    _stopping: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = _Request(receive, send)
        self._open.add(request)
        if self._stopping:  # it came in while granian was being told
            request.leave()
        try:
            await self.app(scope, request.receive, request.send)
            await request.close()
        finally:
            self._open.discard(request)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The life of the process; Django knows nothing of it."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                asyncio.get_running_loop().add_signal_handler(LEAVE, self._leave)
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    def _leave(self) -> None:
        self._stopping = True
        for request in self._open:
            request.leave()


class _Request:
    """One request: what its client sends, or that it is gone, whichever comes first."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.gone = asyncio.Event()
        self.endless = self._begun = self._ended = False
        self._receive, self._send = receive, send

    def leave(self) -> None:
        """Its client seems to go: soon, or at once where it never ends."""
        loop = asyncio.get_running_loop()
        loop.call_later(0 if self.endless else GRACE_SECONDS, self.gone.set)

    async def receive(self) -> Message:
        came = asyncio.ensure_future(self._receive())
        told = asyncio.ensure_future(self.gone.wait())
        try:
            await asyncio.wait({came, told}, return_when=asyncio.FIRST_COMPLETED)
            return came.result() if came.done() else {"type": "http.disconnect"}
        finally:
            came.cancel()
            told.cancel()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            headers = message.get("headers", ())
            self.endless = any(value.startswith(ENDLESS) for _, value in headers)
        elif not message.get("more_body"):
            self._ended = True
        await self._send(message)

    async def close(self) -> None:
        """End what was cut short, so that the client sees that it is over, and may come again."""
        if not self.gone.is_set():
            return
        if not self._begun:
            await answer(self._send, 503, [*RETRY], STOPPING)
        elif not self._ended:
            await self._send({"type": "http.response.body", "body": b""})
