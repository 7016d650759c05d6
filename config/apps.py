import sqlite3
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.db.backends.signals import connection_created

from config.menu import name_models


class BinderyAdmin(SimpleAdminConfig):
    """Django's admin under the product's name.

    The apps' pages are loaded by who shows them (`config/urls.py`) or checks them: most commands
    do neither, and would spend a fifth of their start on it.
    """

    default_site = "config.admin_site.BinderySite"

    def ready(self) -> None:
        """Registers what Django's own does, but that it loads the pages it checks."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_pages, checks.Tags.admin)


def check_pages(app_configs: Sequence[AppConfig] | None, **_: Any) -> Sequence[checks.CheckMessage]:
    admin.autodiscover()
    return check_admin_app(app_configs)


class ConfigApp(AppConfig):
    """The composition root, installed for the commands that need every app."""

    name = "config"
    verbose_name = "Bindery"

    def ready(self) -> None:
        connection_created.connect(let_statements_be_long)
        name_models()


def let_statements_be_long(connection: Any, **_: Any) -> None:
    """Django 5.2 splits what it sends to SQLite after 999 values. Ask SQLite how many it takes, as
    Django 6 does, so that rows for a book of any size go in by one statement."""
    if connection.vendor == "sqlite":
        most = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = most
