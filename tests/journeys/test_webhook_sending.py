"""One attempt over real sockets: it ends in time, follows nobody, goes where it was looked up."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

import pytest

from events.webhooks import sending
from events.webhooks.sending import Attempt
from tests.receiving import Handler, Receiver, answering, dozing, dripping, hanging, pouring
from tests.served import held_port

OPENSSL = shutil.which("openssl") or ""
BODY = b'{"type":"completed"}'
SHORT = 0.3
SOON = 3
post = partial(sending.post, body=BODY, headers={"webhook-id": "one"}, seconds=60)
posted = partial(post, allow_private=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


def timed(attempt: Callable[[], Attempt]) -> tuple[set[Attempt], float]:
    """What came of it, and how many seconds it took: of up to five times the quickest, since others
    use the machine too."""
    made, quickest = set[Attempt](), inf
    for _ in range(5):
        begun = time.monotonic()
        made.add(attempt())
        quickest = min(quickest, time.monotonic() - begun)
        if quickest < SOON:
            break
    return made, quickest


Resolve = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Let `hook.test` be these addresses, one at each look-up; the last for ever."""
    real = socket.getaddrinfo

    def use(*addresses: str) -> None:
        answers = list(addresses)

        def resolved(host: str, port: int, *args: Any, **more: Any) -> Any:
            if host != "hook.test":
                return real(host, port, *args, **more)
            return real(answers.pop(0) if answers[1:] else answers[0], port, *args, **more)

        monkeypatch.setattr(socket, "getaddrinfo", resolved)

    return use


def test_what_is_sent_arrives_as_it_is(receiver: Receiver) -> None:
    assert posted(receiver.url) == Attempt(status=204)
    [letter] = receiver.got
    assert letter.body == BODY
    assert letter.headers["webhook-id"] == "one"
    assert letter.headers["content-type"] == "application/json"
    assert letter.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("behaviour", [hanging, dripping])
def test_who_does_not_answer_in_time_has_failed(receiver: Receiver, behaviour: Any) -> None:
    receiver.usual = behaviour
    attempts, quickest = timed(lambda: posted(receiver.url, seconds=SHORT))
    assert attempts == {Attempt("no answer within 0.3 s")}
    assert SHORT <= quickest < SOON


def test_who_reads_slowly_has_no_more_time(receiver: Receiver) -> None:
    """Nobody takes the bytes from the socket."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        attempts, quickest = timed(
            lambda: sending.post(url, b"a" * 20_000_000, {}, seconds=SHORT, allow_private=True)
        )
    assert attempts == {Attempt("no answer within 0.3 s")}
    assert quickest < SOON


def test_of_an_endless_answer_a_few_bytes_are_read(receiver: Receiver) -> None:
    receiver.usual = pouring
    attempts, quickest = timed(lambda: posted(receiver.url))
    assert attempts == {Attempt(status=200)}
    assert quickest < SOON


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.usual = answering(status, Location=receiver.url)
    attempt = posted(receiver.url)
    assert attempt == Attempt(f"answered {status}; a redirect is not followed", status)
    assert len(receiver.got) == 1


def test_who_asks_for_time_is_heard(receiver: Receiver) -> None:
    receiver.then = [answering(503, Retry_After="120"), answering(429, Retry_After="tomorrow")]
    first, second = posted(receiver.url), posted(receiver.url)
    assert first.wait
    assert (first.error, first.wait.seconds) == ("answered 503", 120)
    assert (second.error, second.wait) == ("answered 429", None)


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/"])
def test_private_addresses_are_refused_before_any_connection(url: str) -> None:
    assert post(url, allow_private=False).error.endswith("is no public address")


def test_a_name_that_has_become_private_is_refused(receiver: Receiver, resolve: Resolve) -> None:
    resolve("127.0.0.1")
    url = f"http://hook.test:{receiver.port}/"
    attempt = post(url, allow_private=False)
    assert attempt.error == "hook.test is 127.0.0.1, which is no public address"
    assert receiver.got == []


def test_a_name_is_looked_up_once_and_that_address_is_gone_to(
    receiver: Receiver, resolve: Resolve
) -> None:
    """Who looks up again, after the check, is led elsewhere: to an address where nobody listens."""
    resolve("127.0.0.1", "127.0.0.2")
    assert posted(f"http://hook.test:{receiver.port}/").status == 204
    assert receiver.got[0].headers["host"] == f"hook.test:{receiver.port}"


def test_the_next_address_is_tried_where_nobody_listens(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    family, kind, protocol = socket.AF_INET, socket.SOCK_STREAM, 6
    both = [
        (family, kind, protocol, "", (address, receiver.port))
        for address in ("127.0.0.2", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert posted(f"http://hook.test:{receiver.port}/").status == 204


def test_nobody_there_is_a_failure_that_says_so() -> None:
    with held_port() as port:
        assert "refused" in posted(f"http://127.0.0.1:{port}/").error


def greeting(handler: Handler) -> None:
    handler.wfile.write(b"220 mail.test ready\r\n")


def test_what_speaks_no_http_is_a_failure(receiver: Receiver) -> None:
    receiver.usual = greeting
    assert posted(receiver.url).error


def test_who_is_slow_but_in_time_has_accepted(receiver: Receiver) -> None:
    receiver.usual = dozing(0.1)
    assert posted(receiver.url) == Attempt(status=204)


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ssl.SSLContext]:
    """A server's side for that name, by an authority that this process trusts."""

    def made(name: str) -> ssl.SSLContext:
        key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
        subprocess.run(
            [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=Test", "-days", "2",
             "-addext", f"subjectAltName=DNS:{name}"],
            check=True, capture_output=True,
        )  # fmt: skip
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context

    sending._trusted.cache_clear()
    return made


@pytest.mark.skipif(not OPENSSL, reason="needs openssl")
@pytest.mark.parametrize("name", ["hook.test", "other.test"])
def test_the_certificate_must_be_of_the_name_though_an_address_is_gone_to(
    name: str, certified: Callable[[str], ssl.SSLContext], resolve: Resolve
) -> None:
    resolve("127.0.0.1", "127.0.0.2")
    context, asked = certified(name), list[str]()
    context.sni_callback = lambda _socket, server_name, _context: asked.append(server_name)
    with Receiver(context) as receiver:
        attempt = post(f"https://hook.test:{receiver.port}/", allow_private=True)
    sending._trusted.cache_clear()
    assert asked == ["hook.test"]
    if name == "hook.test":
        assert attempt == Attempt(status=204)
    else:
        assert "certificate verify failed" in attempt.error
        assert receiver.got == []
