"""A server that is told to stop finishes what it can, and ends what would never end."""

import json
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest

from config.serving.leaving import GRACE_SECONDS
from tests.served import Served, serving_endless

PATIENT = 60  # a grace so long that what ends before has not waited for it, on any machine


@pytest.fixture
def server() -> Iterator[Served]:
    with serving_endless() as started:
        yield started


@pytest.fixture
def patient() -> Iterator[Served]:
    """One whose grace is long."""
    with serving_endless(GRACE_SECONDS=str(PATIENT)) as started:
        yield started


@contextmanager
def asked(server: Served, path: str) -> Iterator[HTTPConnection]:
    with closing(server.connect()) as connection:
        connection.request("GET", path)
        server.wait_until_said(f"{path} begun")
        yield connection


def test_a_stream_ends_at_once_and_whole(patient: Served) -> None:
    with asked(patient, "/stream") as connection, connection.getresponse() as stream:
        assert stream.readline() == b": begun\n"
        code, seconds, said = patient.stop()
        assert stream.read() == b"\n"  # and no error: the end was sent
    assert code == 0
    assert seconds < PATIENT
    assert "stream left" in said


def test_what_is_nearly_done_is_finished(patient: Served) -> None:
    with asked(patient, "/slow") as slow:
        code, seconds, _ = patient.stop()
        assert slow.getresponse().read() == b"done"
    assert (code, seconds < PATIENT) == (0, True)


def test_a_long_poll_is_cut_short_after_a_grace(server: Served) -> None:
    with asked(server, "/poll") as poll:
        code, seconds, said = server.stop(signal.SIGINT)
        response = poll.getresponse()
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
        assert json.load(response)["code"] == "stopping"
    assert (code, seconds >= GRACE_SECONDS) == (0, True)
    assert "/poll left" in said
    assert "Killing" not in said
