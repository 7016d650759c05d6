"""A command loads what it needs when it starts, and nothing that only few commands need."""

import subprocess
import sys

from tests.contracts.product import ROOT

START = """
import atexit, sys, manage
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
manage.main()
"""
NEEDED_BY_FEW = {
    "artifacts.contents.archive",
    "books.admin",
    "books.checks",
    "granian",
    "markdown_it",
    "natsort",
    "nh3",
    "prometheus_client",
    "pypandoc",
    "pypdfium2",
    "regex",
    "rich",
    "typst",
    "whitenoise",
}


def loaded(*args: str) -> set[str]:
    """The modules that a process of `manage.py` has loaded at its end."""
    told = subprocess.run(
        [sys.executable, "-c", START, *args], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(told.stderr.split())


def test_a_command_loads_neither_the_admin_nor_the_checks_nor_the_builders() -> None:
    modules = loaded("event_list", "--help")
    assert "events.management.commands.event_list" in modules
    assert modules & NEEDED_BY_FEW == set()


def test_showing_an_artifact_loads_nothing_that_compares_two() -> None:
    modules = loaded("artifact_show", "--help")
    assert "workflows.comparing" in modules
    assert modules & NEEDED_BY_FEW == set()


def test_the_system_check_loads_the_admin_to_check_it() -> None:
    modules = loaded("check", "--tag", "admin")
    assert {"books.admin", "workflows.admin", "events.admin"} <= modules
