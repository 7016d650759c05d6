"""Rows that all tests of a module start from are made once: by its function `prepare`."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.post import PostOffice, use
from tests.served import held_port


@pytest.fixture(scope="module")
def made_once(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Any, Path]]:
    """What the module's `prepare` answers, in a transaction that ends with the module."""
    place = tmp_path_factory.mktemp("prepared")
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(place)}}
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(STORAGES={**settings.STORAGES, "default": default}):
            made = request.module.prepare()
        yield made, place
        transaction.set_rollback(True)


@pytest.fixture
def prepared(made_once: tuple[Any, Path], store: Path, db: None) -> Any:
    """What `prepare` made: rows and bytes as they were then, whatever other tests did."""
    made, place = made_once
    shutil.copytree(place, store, dirs_exist_ok=True)
    return made


@pytest.fixture
def plan_backfill(run_command: Callable[..., Any]) -> Callable[..., Any]:
    """The plan of a trigger, `one-to-two` unless another is named."""

    def planned(*options: str, name: str = "one-to-two") -> Any:
        return run_command("trigger_backfill", name, *options)

    return planned


@pytest.fixture
def do_backfill(
    run_command: Callable[..., Any], plan_backfill: Callable[..., Any]
) -> Callable[..., Any]:
    """Plan it, and do that plan."""

    def done(*options: str, name: str = "one-to-two") -> Any:
        digest = plan_backfill(*options, name=name)["digest"]
        return run_command("trigger_backfill", name, *options, "--do", digest, "--actor=zoe")

    return done


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """The mail server that settings name; still closed."""
    with held_port() as port:
        made = PostOffice(port)
        use(made, settings)
        yield made
