"""Leaves out the tests of pure functions, where they say the same once more: on another database.

Loaded by `-p tests.without_pure`. Those of `tests/rules` that ask for the database stay.
"""

from pathlib import Path

import pytest

PURE = Path(__file__).with_name("rules")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    pure = {item for item in items if PURE in item.path.parents and not asks(item)}
    config.hook.pytest_deselected(items=pure)
    items[:] = [item for item in items if item not in pure]


def asks(item: pytest.Item) -> bool:
    """Whether pytest-django lets a test have the database."""
    return "db" in getattr(item, "fixturenames", ()) or bool(item.get_closest_marker("django_db"))
