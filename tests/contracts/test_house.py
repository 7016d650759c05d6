"""The shape of the project: what lies where, how long files are, who imports whom."""

import re
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import get_args

import pytest
from django.core.management import call_command

from artifacts.contents import records
from books.configs import REJECTION_TYPES
from events.models import RejectionType
from tests.contracts.product import ROOT

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "artifacts",
    "books",
    "config",
    "constraints.txt",
    "docs",
    "events",
    "manage.py",
    "pyproject.toml",
    "templates",
    "tests",
    "triggers",
    "workflows",
}
MOST_LINES = 350
PINNED = re.compile(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.+!]*")


def tracked() -> list[str]:
    """The paths git keeps. Skips where there is no repository to ask."""
    if not (git := shutil.which("git")):
        pytest.skip("needs git")
    answer = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if answer.returncode or not answer.stdout:
        pytest.skip("needs a git repository with files in it")
    return [path for path in answer.stdout.split("\0") if path]


def test_nothing_else_lies_at_the_top() -> None:
    assert {path.split("/")[0] for path in tracked()} <= TOP_LEVEL


GIVEN = (".pdf", ".png", ".svg", ".ttf", ".woff2")


def test_no_file_outgrows_the_limit() -> None:
    ours = [ROOT / path for path in tracked() if not is_given(path)]
    lengths = {path: len(path.read_text().splitlines()) for path in ours if path.is_file()}
    assert {str(path): length for path, length in lengths.items() if length > MOST_LINES} == {}


def is_given(path: str) -> bool:
    """Files that are not written to be read from top to bottom as our own words."""
    place = Path(path)
    made = "migrations" in place.parts or "library" in place.parts or "data" in place.parts
    return made or place.name in ("LICENSE", "openapi.yaml") or place.suffix in GIVEN


def test_imports_point_down_the_house() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    if not program.exists():
        pytest.skip("needs lint-imports, which the extra `dev` installs")
    answer = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert out.getvalue().strip() == "No changes detected"


def test_constraints_are_exact_versions_and_name_no_place() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins == sorted(pins, key=str.lower)
    assert [pin for pin in pins if not PINNED.fullmatch(pin)] == []


def test_a_book_may_limit_each_type_of_rejection() -> None:
    """`books` cannot import `events`, so it names the types itself."""
    assert set(REJECTION_TYPES) == set(RejectionType.values)


def test_feedback_may_be_of_each_type_of_rejection() -> None:
    """`artifacts` cannot import `events` either."""
    assert set(get_args(records.RejectionType)) == set(RejectionType.values)
