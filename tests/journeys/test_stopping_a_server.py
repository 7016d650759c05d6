"""A server that is told to stop finishes what it can, and ends what would never end."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest

from config.serving.leaving import GRACE_SECONDS
from config.serving.running import KILL_SECONDS
from tests.contracts.product import ROOT
from tests.served import Served, free_port


@pytest.fixture
def server() -> Iterator[Served]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.endless", str(port)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    served = Served(process, port)
    try:
        served.wait("/now")
        yield served
    finally:
        process.kill()
        process.communicate()


@contextmanager
def asked(server: Served, path: str) -> Iterator[HTTPConnection]:
    with closing(server.connect()) as connection:
        connection.request("GET", path)
        yield connection


def test_a_stream_ends_at_once_and_whole(server: Served) -> None:
    with asked(server, "/stream") as connection, connection.getresponse() as stream:
        assert stream.readline() == b": begun\n"
        code, seconds, said = server.stop()
        assert stream.read() == b"\n"  # and no error: the end was sent
    assert code == 0
    assert seconds < GRACE_SECONDS
    assert "stream left" in said


def test_what_is_nearly_done_is_finished(server: Served) -> None:
    with asked(server, "/slow") as slow:
        time.sleep(0.3)
        code, seconds, _ = server.stop()
        assert slow.getresponse().read() == b"done"
    assert (code, seconds < GRACE_SECONDS) == (0, True)


def test_a_long_poll_is_cut_short_after_a_grace(server: Served) -> None:
    with asked(server, "/poll") as poll:
        time.sleep(0.3)
        code, seconds, said = server.stop(signal.SIGINT)
        response = poll.getresponse()
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
        assert json.load(response)["code"] == "stopping"
    assert (code, seconds < KILL_SECONDS) == (0, True)
    assert "/poll left" in said
    assert "Killing" not in said
