"""What tests of the store put there and look for."""

import hashlib
import json
import os
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from artifacts import store as stored
from artifacts.models import Artifact
from artifacts.registry import Handed
from books import registry as books
from books.models import Asset
from tests.agents import Crew
from tests.factories import write_folder
from workflows.claims import MAX_LEASE_SECONDS
from workflows.outputs import add

OLD = time.time() - MAX_LEASE_SECONDS - 60


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def place_of(store: Path, content: bytes) -> Path:
    return store / stored.name_of(digest_of(content))


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def aged(path: Path) -> Path:
    os.utime(path, (OLD, OLD))
    return path


def registered(crew: Crew, content: bytes, path: str = "a.md") -> Artifact:
    made = Handed.of_bytes("improvement_plan", path, content)
    return Artifact.objects.named(add(crew.run, made, actor="ada").artifact["id"])


def with_map(tmp_path: Path, content: bytes = b"<svg/>") -> Asset:
    folder = write_folder(tmp_path / "sea", {"01.md": "# One\n", "art/map.svg": content})
    books.register(slug="sea", title="Sea", source=folder)
    return Asset.objects.get()


def damage_of(name: str, *args: str) -> tuple[Any, str]:
    """What a command prints and then complains of."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(name, *args, "--json", stdout=out)
    return json.loads(out.getvalue()), str(caught.value)
