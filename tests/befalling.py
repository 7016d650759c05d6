"""What befalls an installation while others use it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from tests.installation import Installation


def shell(site: Installation, code: str) -> str:
    """What an administrator does meanwhile, and what it printed."""
    names = "from django.contrib.auth.models import User, Group; from workflows import tokens"
    return site.plain("shell", "-v0", "-c", f"{names}\n{code}").strip()


@contextmanager
def connected(site: Installation, *, autocommit: bool = True) -> Iterator[Any]:
    import psycopg  # noqa: PLC0415 (not installed where the tests run on SQLite)

    url = site.env["DATABASE_URL"]
    with closing(psycopg.connect(url, autocommit=autocommit)) as connection:
        yield connection


@contextmanager
def without_database(site: Installation) -> Iterator[None]:
    """No connection can be made, and those that were are gone."""
    if url := site.env.get("DATABASE_URL"):
        import psycopg  # noqa: PLC0415 (not installed where the tests run on SQLite)

        name = url.rsplit("/", 1)[1]
        with psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            yield
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        return
    file = site.data / "bindery.sqlite3"
    away = file.rename(file.with_suffix(".away"))
    file.mkdir()
    yield
    file.rmdir()
    away.rename(file)
