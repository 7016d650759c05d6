"""Every operation of the REST interface, tried by schemathesis with all its checks on."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import DataError, close_old_connections, connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from config.errors import REFUSALS
from tests.faults.fuzzing import loaded, told, undone
from tests.rest import program
from tests.world import furnish
from workflows.api import claiming

CALLER = "olga"
EXAMPLES = int(os.environ.get("BINDERY_FUZZ_EXAMPLES", "0")) or (
    10 if connection.vendor == "sqlite" else 1
)
AT_LEAST = 2000 if connection.vendor == "sqlite" else 1000


@pytest.fixture(scope="module")
def counted() -> Iterator[Counter[tuple[str, int]]]:
    counter: Counter[tuple[str, int]] = Counter()
    yield counter
    print(told(counter))


@pytest.fixture
def headers(db: None) -> dict[str, str]:
    return program(CALLER, "operator").headers


@pytest.fixture
def kept_open() -> Iterator[None]:
    """The connection, at the end of a request: what the test did is not committed. Django's own
    client does the same."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def interface(db: None, kept_open: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    leaping = SimpleNamespace(monotonic=count(step=60).__next__)
    monkeypatch.setattr(claiming, "time", leaping)  # nobody waits for work
    monkeypatch.delitem(REFUSALS, DataError)  # what only a database refuses is a fault here
    return loaded(furnish(CALLER, tmp_path), EXAMPLES)


operations = schemathesis.pytest.from_fixture("interface")


@operations.parametrize()
def test_every_operation_does_what_the_schema_says(
    case: Any, headers: dict[str, str], counted: Counter[tuple[str, int]]
) -> None:
    with undone():
        answer = case.call_and_validate(headers=headers)
    counted[case.operation.label, answer.status_code] += 1


def test_what_is_done_one_after_another_holds_together(
    interface: Any, headers: dict[str, str], counted: Counter[tuple[str, int]]
) -> None:
    class Sequences(interface.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.within = ExitStack()
            self.within.enter_context(undone())

        def teardown(self) -> None:
            self.within.close()

        def get_call_kwargs(self, _: Any) -> dict[str, Any]:
            return {"headers": headers}

        def after_call(self, response: Any, case: Any) -> None:
            super().after_call(response, case)
            counted[case.operation.label, response.status_code] += 1

        def validate_response(self, response: Any, case: Any, *_: Any, **sent: Any) -> None:
            case.validate_response(
                response, headers=headers, transport_kwargs=sent, recorder=self.recorder
            )

    run_state_machine_as_test(
        Sequences,
        settings=settings(
            max_examples=EXAMPLES * 2,
            stateful_step_count=10,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_they_were_many(counted: Counter[tuple[str, int]]) -> None:
    assert counted.total() >= AT_LEAST
