"""A client of the stream of events, which reads it by the rules of the HTML standard."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

Event = tuple[int, str, str]
"""Id, type and data."""


class Parser:
    """What has been read so far. `last_id` is what a client sends when it comes again."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.comments: list[str] = []
        self.last_id: int | None = None
        self.retry: int | None = None
        self._rest = b""
        self._fields: dict[str, str] = {}

    def feed(self, piece: bytes) -> None:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            self._line(line.decode())

    def _line(self, line: str) -> None:
        if not line:
            self._dispatch()
        elif line.startswith(":"):
            self.comments.append(line[1:].strip())
        else:
            name, _, value = line.partition(":")
            self._fields[name] = value.removeprefix(" ")

    def _dispatch(self) -> None:
        fields, self._fields = self._fields, {}
        if "retry" in fields:
            self.retry = int(fields["retry"])
        if "id" in fields:
            self.last_id = int(fields["id"])
        if "data" in fields:
            assert self.last_id is not None
            self.events.append((self.last_id, fields["event"], fields["data"]))


class Stream:
    """An open stream. Bare asyncio, so that hundreds cost little."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.status, self.headers = 0, dict[str, str]()
        self.parser = Parser()

    async def begin(self) -> None:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.status = int(head[0].split()[1])
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        self.headers = {name.lower(): value for name, value in pairs}

    async def body(self) -> Any:
        """The JSON of a refusal."""
        return json.loads(await self._reader.readexactly(int(self.headers["content-length"])))

    async def read(self) -> list[Event]:
        """What came with the next piece, perhaps no event; EOFError where the stream has ended."""
        size = int(await self._reader.readuntil(b"\r\n"), 16)
        piece = await self._reader.readexactly(size + 2)
        if not size:
            raise EOFError
        known = len(self.parser.events)
        self.parser.feed(piece[:-2])
        return self.parser.events[known:]

    async def next(self) -> Event:
        """The next event, where they come one by one."""
        while not (events := await self.read()):
            pass
        [event] = events
        return event

    async def ended(self) -> None:
        """Read on to the end."""
        try:
            while True:
                await self.read()
        except (EOFError, ConnectionError):
            return


def stream_of(url: str, query: str = "") -> str:
    """The address of the stream, on the server at `url`."""
    return f"{url}/api/v1/events/stream/{query}"


@asynccontextmanager
async def streaming(url: str, **headers: str) -> AsyncIterator[Stream]:
    """A request for a stream, answered as far as its headers."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**20)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    stream = Stream(reader, writer)
    try:
        await stream.begin()
        yield stream
    finally:
        writer.close()


class Listener:
    """Hears what its filter lets by, and is cut off again and again at random moments."""

    def __init__(self, url: str, headers: dict[str, str], rng: random.Random, after: int) -> None:
        self.url, self.headers, self.rng, self.after = url, headers, rng, after
        self.heard: list[Event] = []
        self.times = 0

    async def until(self, end: "asyncio.Future[int]") -> None:
        """Listen until all up to that id has been told."""
        while not (end.done() and self.after >= end.result()):
            with suppress(EOFError, ConnectionError):
                async with streaming(self.url, **self.headers, Last_Event_ID=f"{self.after}") as it:
                    assert it.status == 200
                    self.times += 1
                    for _ in range(self.rng.randint(1, 6)):
                        self.heard += await it.read()
                        self.after = it.parser.last_id or self.after
            await asyncio.sleep(self.rng.uniform(0, 0.05))
