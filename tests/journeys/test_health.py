"""What programs that watch over Bindery are told."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import AsyncClient, Client

from config.serving import health, readiness
from tests.installation import MANAGE
from tests.served import LONG

OPEN = ("/healthz", "/readyz")
ASK = "from config.serving.readiness import problems; print(problems())"
NOWHERE_ON_POSTGRES = "postgres://me:very-secret@127.0.0.1:1/none?pool=0"
ELSEWHERE = {"HTTP_HOST": "10.0.0.7:8000"}


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.django_db
def test_anybody_may_ask_by_any_name_and_without_tls(path: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get(path, **ELSEWHERE)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert Client().get("/admin/").status_code == 301


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.django_db
def test_only_reading_is_allowed(path: str) -> None:
    head = Client().head(path)
    assert (head.status_code, head.content) == (200, b"")
    for verb in ("post", "put", "patch", "delete", "options"):
        refused = getattr(Client(), verb)(path)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/healthz/", "/healthz2", "/readyz/x"])
@pytest.mark.django_db
def test_a_path_near_them_is_another(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_healthy_asks_no_database() -> None:
    """pytest-django forbids the database here."""
    assert Client().get("/healthz").json() == {"healthy": True}


@pytest.mark.django_db
def test_ready_leaves_nothing_behind(store: Path, django_assert_max_num_queries: Any) -> None:
    Client().get("/readyz")
    with django_assert_max_num_queries(2):
        answer = Client().get("/readyz")
    assert answer.json() == {"ready": True, "problems": {}}
    assert list(store.iterdir()) == []


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_is_not_ready() -> None:
    newest = sorted(name for app, name in readiness._newest() if app == "workflows")
    MigrationRecorder(connection).record_unapplied("workflows", newest[-1])
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    said = f"it lacks the migration workflows.{newest[-1]}: run migrate"
    assert answer.json() == {"ready": False, "problems": {"database": said}}


@pytest.mark.django_db
def test_a_store_that_cannot_be_written_is_not_ready(store: Path) -> None:
    store.rmdir()
    store.write_bytes(b"a file where the folder was")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == {"store": "the store refuses it: File exists"}


def test_a_database_that_cannot_be_reached_is_not_ready_and_shows_no_secret(
    tmp_path: Path,
) -> None:
    """Asked in another installation, whose database is nowhere."""
    postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    nowhere = NOWHERE_ON_POSTGRES if postgres else "sqlite:////very-secret/x"
    told = subprocess.run(
        [sys.executable, str(MANAGE), "shell", "-v0", "-c", ASK],
        env={**os.environ, "BINDERY_DATA": str(tmp_path), "DATABASE_URL": nowhere},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "{'database': 'it cannot be reached'}"
    assert "very-secret" not in told.stderr


def test_a_database_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(readiness, "problems", lambda: {} if asked.wait(LONG) else {"test": "hung"})

    async def ask() -> Any:
        try:
            return await AsyncClient().get("/readyz")
        finally:
            asked.set()  # the database answers after all

    answer = asyncio.run(ask())
    assert answer.status_code == 503
    assert "does not answer within" in answer.json()["problems"]["database"]
