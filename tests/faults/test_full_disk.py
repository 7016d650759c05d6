"""Disks that are full, for real and in mid-write: one line, no row, no half of a file."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import write_folder
from tests.installation import MANAGE, Installation, installed
from tests.serving import Ended

ROOM = 2_000_000
LARGE = ROOM * 2
FULL = "No space left on device"
LIMITED = "File too large"


class Limited(Installation):
    """One whose processes may write no file larger than so many blocks, 0 for any size."""

    blocks = 0  # of 512 bytes each

    def ended(self, *args: object) -> Ended:
        if not self.blocks:
            return super().ended(*args)
        limit = f'ulimit -f {self.blocks}; exec "$@"'
        process = subprocess.run(
            ["/bin/sh", "-c", limit, "sh", sys.executable, str(MANAGE), *map(str, args)],
            env=self.env,
            cwd=self.data,
            capture_output=True,
            text=True,
            check=False,
        )
        return process.returncode, process.stdout, process.stderr


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("site"), Limited) as installation:
        yield installation


@pytest.fixture(params=[FULL, LIMITED])
def site(whole: Limited, request: pytest.FixtureRequest) -> Iterator[Limited]:
    """An installation whose store takes 2 MB: it lies on a disk of that size, where such a disk
    may be mounted; or no file may be larger."""
    store = whole.data / "store"
    shutil.rmtree(store)
    store.mkdir()
    if request.param == LIMITED:
        whole.blocks = ROOM // 512
        yield whole
        whole.blocks = 0
        return
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(store)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    yield whole
    subprocess.run(["umount", str(store)], check=True)  # noqa: S607


@pytest.fixture
def why(site: Limited) -> str:
    return LIMITED if site.blocks else FULL


def plan(folder: Path, size: int, name: str = "plan.md") -> Path:
    return write_folder(folder, {name: "A word. " * (size // 8)}) / name


def started(site: Installation) -> str:
    return str(site("workflow_start", "--type", "w1", "--book", "core-rulebook")["id"])


def whole_files(site: Installation) -> int:
    """How many files lie in the store; all of them are what their names say."""
    files = [path for path in (site.data / "store").rglob("*") if path.is_file()]
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    return len(files)


def test_a_file_that_does_not_fit_is_not_registered(
    site: Installation, why: str, tmp_path: Path
) -> None:
    run = started(site)
    register = ("artifact_register", run, "--type", "improvement_plan", "--file")
    told = site.refusal(*register, plan(tmp_path, LARGE))
    assert told == f"CommandError: the store refuses it: {why}"
    assert site("artifact_list", "--run", run) == []
    assert whole_files(site) == 0
    made = site(*register, plan(tmp_path, ROOM // 4))
    assert [one["id"] for one in site("artifact_list", "--run", run)] == [made["id"]]
    assert whole_files(site) == 1


def test_a_step_whose_outputs_do_not_all_fit_stays_in_hand(
    site: Installation, why: str, tmp_path: Path
) -> None:
    run = started(site)
    claim = site("work_claim", "--agent", "project-manager", "--run", run)
    held = ("--step", claim["step"]["id"], "--lease", claim["lease"])
    small, large = plan(tmp_path, 1000, "small.md"), plan(tmp_path, LARGE)
    carried = [f"--artifact=improvement_plan={file}" for file in (small, large)]
    told = site.refusal("work_complete", *held, *carried)
    assert told == f"CommandError: the store refuses it: {why}"
    assert site("artifact_list", "--run", run) == []
    assert whole_files(site) == 1, "what fitted; no row names it"
    assert site("work_complete", *held, carried[0])["status"] == "completed"


def test_a_manuscript_whose_files_do_not_fit_makes_no_version(
    site: Installation, why: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path / "sea", {"01.md": "# One\n"})
    slug = f"sea-{len(site('book_list'))}"
    site("book_register", "--slug", slug, "--title", "Sea", "--source", folder)
    write_folder(folder, {"art/a.svg": "<svg/>", "art/sea.png": b"sea" * (LARGE // 3)})
    told = site.refusal("book_snapshot", slug)
    assert told == f"CommandError: art/sea.png cannot be stored: {why}"
    assert site("book_info", slug)["versions"] == ["1.0.0"]
    assert whole_files(site) == 1
    (folder / "art/sea.png").write_bytes(b"sea")
    assert site("book_snapshot", slug)["number"] == "1.1.0"


def test_an_output_that_does_not_fit_leaves_no_file(whole: Limited, tmp_path: Path) -> None:
    made = whole(
        "artifact_register", started(whole), "--type", "improvement_plan",
        "--file", plan(tmp_path, LARGE),
    )  # fmt: skip
    whole.blocks = ROOM // 512
    out = tmp_path / "out.md"
    told = whole.refusal("artifact_show", made["id"], "--output", out)
    whole.blocks = 0
    assert told == f"CommandError: {out} cannot be written: {LIMITED}"
    assert not out.exists()
    whole("artifact_show", made["id"], "--output", out)
    assert out.stat().st_size == made["size_bytes"]
