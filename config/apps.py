import sqlite3
from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.backends.signals import connection_created


class BinderyAdmin(AdminConfig):
    """Django's admin under the product's name."""

    default_site = "config.admin_site.BinderySite"


class ConfigApp(AppConfig):
    """The composition root, installed for the commands that need every app."""

    name = "config"
    verbose_name = "Bindery"

    def ready(self) -> None:
        connection_created.connect(let_statements_be_long)


def let_statements_be_long(connection: Any, **_: Any) -> None:
    """Django 5.2 splits what it sends to SQLite after 999 values. Ask SQLite how many it takes, as
    Django 6 does, so that rows for a book of any size go in by one statement."""
    if connection.vendor == "sqlite":
        most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = most
