"""Fixtures for all tests. Nothing here or below writes outside temporary folders."""

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from events.log import guard
from tests import environment  # noqa: F401  (first of all, where no -p loads it)
from tests.factories import write_folder

# The same examples in every run, and no stopwatch: a change is judged, not the machine or the day.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
# By the hour: `--hypothesis-profile=thorough` tries others each time, and says how to repeat one.
hypothesis_settings.register_profile(
    "thorough", deadline=None, max_examples=500, print_blob=True, database=None
)
hypothesis_settings.load_profile("steady")

RECORDED_RUNS = Path(__file__).parents[1] / "../shared/runs"
RAZORWEAVE = Path(__file__).parents[1] / "../shared/manuscripts/razorweave"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On SQLite a file: of a database in memory all threads of a server share one connection, and
    get into each other's transactions."""
    if connection.vendor == "sqlite":
        place = tmp_path_factory.mktemp("database") / "bindery.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(place)


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that stored bytes go to, empty for each test."""
    place = tmp_path_factory.mktemp("store")
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(place)}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return place


@pytest.fixture(autouse=True, scope="session")
def emptying() -> Iterator[None]:
    """A test with `transaction=True` empties the database when it ends; events refuse that."""
    empty = TransactionTestCase._fixture_teardown

    def lifting(case: TransactionTestCase) -> None:
        with guard.lifted(connection):
            empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lifting)
        yield


@pytest.fixture
def run_command() -> Callable[..., Any]:
    """Run a command with --json; its answer, parsed."""

    def run(name: str, *args: object) -> Any:
        out, err = StringIO(), StringIO()
        call_command(name, *map(str, args), "--json", stdout=out, stderr=err)
        assert err.getvalue() == ""
        return json.loads(out.getvalue())

    return run


@pytest.fixture
def refused() -> Callable[..., str]:
    """Run a command that must be refused; its error, which is one line."""

    def run(name: str, *args: object) -> str:
        out = StringIO()
        with pytest.raises(CommandError) as caught:
            call_command(name, *map(str, args), "--json", stdout=out)
        assert out.getvalue() == ""
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small manuscript: three chapters, a README and a map."""
    return write_folder(
        tmp_path / "manuscript",
        {
            "01-welcome.md": "# Welcome\n\nHello there, reader.\n",
            "02-rules.md": "# Rules\n\nRoll two dice.\n",
            "10-end.md": "# The End\n",
            "README.md": "Notes.\n",
            "art/map.svg": "<svg/>",
        },
    )


@pytest.fixture
def razorweave() -> Path:
    """Four successive releases of a real rulebook, which lie beside the project."""
    if not RAZORWEAVE.is_dir():
        pytest.skip("needs the Razorweave manuscripts in ../shared/manuscripts")
    return RAZORWEAVE.resolve()


@pytest.fixture(scope="session")
def recorded_runs() -> Path:
    """Records of three real editing runs on the Razorweave rulebook."""
    if not RECORDED_RUNS.is_dir():
        pytest.skip("needs the recorded runs in ../shared/runs")
    return RECORDED_RUNS.resolve()
