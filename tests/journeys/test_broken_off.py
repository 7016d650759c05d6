"""A browser breaks off what it asked for, as when its page is left; the log says so in one line."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installation import installed
from tests.served import Served, serving, serving_endless

CLAIM = "/api/v1/work/claim/"
WAITING = json.dumps({"agents": ["writer"], "wait_seconds": 30}).encode()
LINES = (f"POST {CLAIM} 499 ", "POST /login/ 499 ", "GET /login/ 200 ")


@contextmanager
def asking(server: Served, head: str, sent: bytes = b"", told: int = 0) -> Iterator[None]:
    """Ask, and go away in the middle. `told` is how long the body would have been."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        length = f"Content-Length: {told or len(sent)}"
        client.sendall(f"{head}\r\nHost: 127.0.0.1\r\n{length}\r\n\r\n".encode() + sent)
        server.wait_until_taken(client)
        yield


def test_what_a_client_breaks_off_is_one_line_and_no_fault(tmp_path: Path) -> None:
    with installed(tmp_path) as site:
        token = site("token_create", "--user", "ada", "--name", "polls", "--group", "agent")
        known = f"Authorization: Bearer {token['token']}\r\nContent-Type: application/json"
        with serving(site) as server:
            with asking(server, f"POST {CLAIM} HTTP/1.1\r\n{known}", WAITING):
                assert server("GET", "/login/").status == 200
            with asking(server, "POST /login/ HTTP/1.1", b"username=", told=1000):
                pass
            server.wait_until_said(*LINES)
            _, _, said = server.stop()
    assert [said.count(line) for line in LINES] == [1, 1, 1]
    assert "Traceback" not in said


def test_a_fault_is_a_fault_though_the_client_has_gone() -> None:
    with serving_endless() as server:
        with asking(server, "GET /fault HTTP/1.1"):
            server.wait_until_said("/fault begun")
        server.wait_until_said("RuntimeError: a fault of its own", "GET /fault 500 ")


def test_what_was_being_answered_keeps_its_status() -> None:
    with serving_endless() as server:
        with asking(server, "GET /stream HTTP/1.1"):
            server.wait_until_said("/stream begun")
        server.wait_until_said("stream left", "GET /stream 200 ")
