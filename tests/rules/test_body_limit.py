"""Bodies that are too large are refused before an application sees all of them."""

import asyncio
import json
from typing import Any, NamedTuple

import pytest

from config.serving.asgi import Message, Receive, Scope, Send, answer
from config.serving.bodies import DRAIN_BYTES, FORM_BYTES, BodyLimit

MULTIPART = "multipart/form-data; boundary=x"


class Reader:
    """An application that reads its body to the end, as Django does, and answers 200."""

    def __init__(self) -> None:
        self.body = b""
        self.ended = ""

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.ended = "disconnected"
                return
            self.body += message["body"]
            more = message.get("more_body", False)
        self.ended = "read"
        await answer(send, 200, [], b"")


class Sent(NamedTuple):
    """What the application read, the answer, and how many chunks had come before it and in all."""

    reader: Reader
    status: int
    body: bytes
    before: int
    taken: int


def sent(*chunks: bytes, path: str = "/api/v1/artifacts/", **headers: str) -> Sent:
    reader, told, before = Reader(), list[Message](), list[int]()
    coming = [
        {"type": "http.request", "body": chunk, "more_body": place + 1 < len(chunks)}
        for place, chunk in enumerate(chunks)
    ]
    waiting = len(coming)

    async def receive() -> Message:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.append(message)
        before.append(waiting - len(coming))

    named = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    limited = BodyLimit(reader, upload_bytes=5_000, body_bytes=100)
    asyncio.run(limited({"type": "http", "path": path, "headers": named}, receive, send))
    status = told[0]["status"] if told else 0
    body = b"".join(one.get("body", b"") for one in told)
    return Sent(reader, status, body, before[0] if before else 0, waiting - len(coming))


def test_a_body_of_just_the_limit_is_read() -> None:
    just = sent(b"x" * 60, b"y" * 40, content_length="100")
    assert (just.status, len(just.reader.body)) == (200, 100)


def test_a_declared_length_is_refused_before_anything_is_read() -> None:
    declared = sent(b"x" * 101, content_length="101")
    assert (declared.status, declared.before, declared.reader.body) == (413, 0, b"")
    assert json.loads(declared.body) == {
        "code": "too_large",
        "detail": "the body is larger than the 100 bytes it may have",
    }


def test_chunks_of_no_declared_length_are_refused_as_soon_as_they_pass_the_limit() -> None:
    chunked = sent(b"x" * 60, b"x" * 60, b"x" * 60, b"x" * 60)
    assert (chunked.status, chunked.before, chunked.reader.ended) == (413, 2, "")
    assert json.loads(chunked.body)["code"] == "too_large"


def test_a_length_that_lies_helps_nobody() -> None:
    lying = sent(b"x" * 60, b"x" * 60, b"x" * 60, content_length="60")
    assert (lying.status, lying.before) == (413, 2)


def test_what_a_client_sends_on_is_thrown_away_up_to_a_limit() -> None:
    """Who sends all before reading would else find the connection closed, and no answer."""
    short = sent(*[b"x" * 1_000_000] * 9, content_length="9000000")
    assert (short.status, short.before, short.taken, short.reader.body) == (413, 0, 9, b"")
    endless = sent(*[b"x" * (DRAIN_BYTES // 4)] * 9)
    assert (endless.status, endless.before, endless.taken) == (413, 1, 5)


@pytest.mark.parametrize("known", [{"authorization": "Bearer x"}, {"cookie": "sessionid=x"}])
def test_a_form_with_a_file_may_have_the_size_of_an_upload(known: dict[str, str]) -> None:
    form = {"content_type": MULTIPART, **known}
    just = sent(b"x" * 5_000, b"y" * FORM_BYTES, **form)
    assert (just.status, len(just.reader.body)) == (200, 5_000 + FORM_BYTES)
    more = sent(b"x" * 5_001, b"y" * FORM_BYTES, **form)
    assert more.status == 413
    assert b"1,005,000 bytes" in more.body


def test_a_form_from_nobody_or_to_elsewhere_may_not() -> None:
    form = {"content_type": MULTIPART}
    assert sent(b"x" * 200, **form).status == 413
    assert sent(b"x" * 200, path="/api/v1/runs/", authorization="Bearer x", **form).status == 413


def test_a_client_that_goes_is_no_error_and_gets_no_answer() -> None:
    gone = sent()
    assert (gone.reader.ended, gone.status, gone.body) == ("disconnected", 0, b"")


def test_what_is_no_request_passes_untouched() -> None:
    seen = list[Any]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    asyncio.run(BodyLimit(app, 1, 1)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
