"""Memory stays the same whatever the size of a file. Each command is a process."""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import PROJECT, Installation, installed

MEGABYTE = 1_000_000
LARGE = 100 * MEGABYTE
MOST_MORE = 40 * 1024  # kilobytes, as the system counts them


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site")) as installation:
        yield installation


# What the system counts of a child at its end begins with the memory of its parent.
TELLING = """
import atexit, pathlib, sys
atexit.register(lambda: print(pathlib.Path("/proc/self/status").read_text(), file=sys.stderr))
import manage
manage.main()
"""


def peak(site: Installation, *args: object) -> int:
    """The most memory that a command ever held, in kilobytes. It must succeed."""
    told = subprocess.run(
        [sys.executable, "-c", TELLING, *map(str, args)],
        env={**site.env, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"^VmHWM:\s*(\d+) kB", told.stderr, re.MULTILINE)
    assert found, told.stderr
    return int(found[1])


def test_a_large_file_is_registered_verified_and_written_out_in_little_memory(
    site: Installation, tmp_path: Path
) -> None:
    run = site("workflow_start", "--type", "w1", "--book", "core-rulebook")["id"]
    peaks = []
    for size in (1, LARGE):
        file = tmp_path / f"{size}.html"
        file.write_text("<p>" + random.Random(size).randbytes(size // 2).hex())  # noqa: S311
        register = ("artifact_register", run, "--type", "print_html", "--file", file)
        registering = peak(site, *register), peak(site, *register)  # the second finds it there
        made = site(*register)
        out = tmp_path / f"{size}.out"
        writing = peak(site, "artifact_show", made["id"], "--output", out)
        peaks.append((*registering, writing, peak(site, "artifact_verify")))
        assert out.read_bytes() == file.read_bytes()
    small, large = peaks
    more = [one - other for one, other in zip(large, small, strict=True)]
    assert max(more) < MOST_MORE, (small, large)
    print(f"\n{more} kilobytes more")


def test_a_large_asset_is_taken_and_exported_in_little_memory(
    site: Installation, tmp_path: Path
) -> None:
    peaks = []
    for size in (1, LARGE):
        folder = tmp_path / f"sea-{size}"
        folder.mkdir()
        (folder / "01.md").write_text("# One\n")
        (folder / "map.png").write_bytes(random.Random(-size).randbytes(size))  # noqa: S311
        slug = f"sea-{size}"
        taking = peak(site, "book_register", "--slug", slug, "--title", "Sea", "--source", folder)
        out = tmp_path / f"out-{size}"
        peaks.append((taking, peak(site, "book_export", slug, "--to", out)))
        assert (out / "map.png").read_bytes() == (folder / "map.png").read_bytes()
    small, large = peaks
    assert max(one - other for one, other in zip(large, small, strict=True)) < MOST_MORE, peaks
