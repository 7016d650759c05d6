"""The settings for production, as the documents show them, are what Django asks for."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.contracts.product import ROOT

PAGE = (ROOT / "docs/operations.md").read_text()


def shown() -> dict[str, str]:
    """The block of settings below "In production", but for the places of one machine."""
    block = re.search(r"## In production.*?```\n(.*?)```", PAGE, re.DOTALL)
    assert block
    pairs = dict(line.split("=", 1) for line in block[1].splitlines())
    assert {"BINDERY_DATA", "DATABASE_URL"} <= set(pairs)
    return {
        key: value for key, value in pairs.items() if key not in ("BINDERY_DATA", "DATABASE_URL")
    }


def found(folder: Path, **settings: str) -> list[str]:
    """What the check finds."""
    told = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT,
        env={**os.environ, "BINDERY_DATA": str(folder), **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "System check identified" in told.stdout + told.stderr
    return [line for line in told.stderr.splitlines() if line.startswith("?: (")]


def test_check_deploy_finds_nothing_with_the_settings_for_production(tmp_path: Path) -> None:
    assert found(tmp_path, **shown()) == []


def test_check_deploy_would_find_something_without_them(tmp_path: Path) -> None:
    codes = set(re.findall(r"security\.W\d+", "".join(found(tmp_path))))
    assert codes == {"security.W004", "security.W008", "security.W012", "security.W016"}
