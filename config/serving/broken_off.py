"""What a client breaks off, as a browser does with a page that is left before it is there.

Django ends such a request without an answer, and the server would log its own: 500, as of a fault.
It is logged as 499 instead, as proxies do. What raises is a fault, whoever has gone.
"""

from dataclasses import dataclass

from config.serving.asgi import Application, Message, Receive, Scope, Send, answer

GONE = 499


@dataclass(frozen=True)
class BrokenOff:
    """Gives a request that ended without an answer, its client gone, a status for the log."""

    app: Application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _Heard(receive, send)
        await self.app(scope, request.receive, request.send)
        if request.gone and not request.begun:
            await answer(send, GONE, [], b"")  # nobody is there to read it


@dataclass
class _Heard:
    """One request: whether its client has gone, and whether its answer has begun."""

    receive_next: Receive
    send_on: Send
    gone: bool = False
    begun: bool = False

    async def receive(self) -> Message:
        message = await self.receive_next()
        self.gone = self.gone or message["type"] == "http.disconnect"
        return message

    async def send(self, message: Message) -> None:
        self.begun = True
        await self.send_on(message)
