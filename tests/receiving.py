"""A receiver of webhooks of the tests' own, over real sockets, which can do what receivers do."""

import json
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True)
class Letter:
    """One request as it came in."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def event(self) -> int:
        return int(self.said["data"]["id"])

    @property
    def run(self) -> str:
        return str(self.said["data"]["run"])

    def verify(self, secret: str) -> None:
        """Raises unless a signature is of that secret."""
        Webhook(secret).verify(self.body, self.headers)


Behaviour = Callable[["Handler"], None]


class Receiver:
    """Listens while it is open, and keeps every letter in `got`; `then` holds what it does with the
    next ones, one after the other, and `usual` what it does when that is empty."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.got: list[Letter] = []
        self.then: list[Behaviour] = []
        self.usual: Behaviour = answering(204)
        self.closing = threading.Event()
        self.most_at_once = self.now = 0
        self._lock = threading.Lock()
        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.receiver = self
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, handler: "Handler") -> None:
        with self._lock:
            self.now += 1
            self.most_at_once = max(self.most_at_once, self.now)
            headers = {name.lower(): value for name, value in handler.headers.items()}
            body = handler.rfile.read(int(headers["content-length"]))
            handler.letter = Letter(headers, body, time.monotonic())
            self.got.append(handler.letter)
            behave = self.then.pop(0) if self.then else self.usual
        try:
            behave(handler)
        finally:
            with self._lock:
                self.now -= 1

    def events_of(self, run: str) -> list[int]:
        """Its events in the order in which they first came in."""
        return list(dict.fromkeys(letter.event for letter in self.got if letter.run == run))


class Server(ThreadingHTTPServer):
    receiver: Receiver
    request_queue_size = 64
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Senders hang up."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    letter: Letter

    def do_POST(self) -> None:
        with suppress(OSError):
            self.server.receiver.take(self)

    def log_message(self, *_: object) -> None:
        pass


def answering(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def refusing(event: int) -> Behaviour:
    """Fails at that event, and accepts all others."""
    return lambda handler: answering(500 if handler.letter.event == event else 204)(handler)


def hanging(handler: Handler) -> None:
    """Takes the letter, and never answers."""
    handler.server.receiver.closing.wait()


def dripping(handler: Handler) -> None:
    """Sends a byte of an endless head now and then."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-drip: ")
    while not handler.server.receiver.closing.wait(0.05):
        handler.wfile.write(b"a")


def pouring(handler: Handler) -> None:
    """Accepts, and sends a body without end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not handler.server.receiver.closing.is_set():
        handler.wfile.write(b"a" * 65536)


def waiting(until: Callable[[], bool]) -> Behaviour:
    """Accepts, once that is so."""

    def behave(handler: Handler) -> None:
        while not until() and not handler.server.receiver.closing.wait(0.01):
            pass
        answering(204)(handler)

    return behave


def dozing(seconds: float) -> Behaviour:
    """Accepts, after so long."""

    def behave(handler: Handler) -> None:
        handler.server.receiver.closing.wait(seconds)
        answering(204)(handler)

    return behave
