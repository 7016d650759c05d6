"""Checks, documents and the worker's memory, on the real rulebook."""

# ruff: noqa: PLC0415  (imports of the product wait for django.setup)

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.row import MANAGE, RAZORWEAVE, RECORDED_RUNS, Row, process, timed

IN_TURNS = 5


def rows(data: Path) -> Iterator[Row]:
    """In turns with what each is compared with, so that what else the machine does falls on
    both alike."""
    import django

    django.setup()
    yield checks()
    yield from documents()
    yield from worker(data)


def checks() -> Row:
    """All rules over 89,138 words, nothing worked out before."""
    from books.checks import Book, Page, check

    files = sorted((RAZORWEAVE / "1.3.0" / "chapters").glob("*.md"))

    def all_checks() -> None:
        pages = [Page(file.stem, file.name, file.read_text()) for file in files]
        book = Book.of(pages)
        for page in pages:
            check(page, book)

    return Row("all checks of 1.3.0", median(timed(all_checks) for _ in range(IN_TURNS)), None, 1)


def documents() -> Iterator[Row]:
    from django.core.cache import caches

    from artifacts import building

    book = real_book()
    changed = with_a_changed_chapter(book)
    cache = caches["builds"]
    bare = {"web_html": bare_html, "print_html": bare_html, "pdf_draft": bare_pdf}
    for kind, base in bare.items():
        times = []
        for _ in range(IN_TURNS):
            cache.clear()
            full = timed(lambda: building.build(kind, book))  # noqa: B023
            again = timed(lambda: building.build(kind, book))  # noqa: B023
            one = timed(lambda: building.build(kind, changed))  # noqa: B023
            times.append((full, again, one, timed(lambda: base(book))))  # noqa: B023
        full, again, one, against = map(median, zip(*times, strict=True))
        yield Row(f"{kind}, against bare pandoc and Typst", full, against, 1.15)
        yield Row(f"{kind}, built a second time", again, full, 0.02)
        if kind != "pdf_draft":  # Typst sets a whole book, however little of it changed
            yield Row(f"{kind}, one chapter changed", one, full, 0.5)


def real_book() -> Any:
    from artifacts.builders import Book, Chapter
    from books.manuscript import read

    manuscript = read(RAZORWEAVE / "1.3.0" / "chapters")
    chapters = [
        Chapter(one.slug, one.path, one.title, one.text, one.digest) for one in manuscript.chapters
    ]
    return Book("Razorweave", "1.3.0", tuple(chapters), {})


def with_a_changed_chapter(book: Any) -> Any:
    """The longest one, which takes pandoc longest."""
    longest = max(book.chapters, key=lambda chapter: len(chapter.text))
    other = replace(longest, text=longest.text + "\nMore.\n", digest="0" * 64)
    chapters = tuple(other if one is longest else one for one in book.chapters)
    return replace(book, chapters=chapters)


def bare_pandoc(book: Any, markup: str, folder: Path) -> None:
    """The pandoc command as a person would give it, over all chapters at once."""
    import pypandoc

    from artifacts.builders.pandoc import READER

    files = []
    for number, chapter in enumerate(book.chapters):
        file = folder / f"{number:03}.md"
        file.write_text(chapter.text)
        files.append(str(file))
    command = [pypandoc.get_pandoc_path(), "--from", READER, "--to", markup, "--standalone"]
    subprocess.run([*command, "--toc", "--output", str(folder / "book"), *files], check=True)


def bare_html(book: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bare_pandoc(book, "html5", Path(folder))


def bare_pdf(book: Any) -> None:
    """Pandoc, then Typst on the chapters as the template of the product sets them."""
    from artifacts import building
    from artifacts.builders import typesetter
    from artifacts.builders.pdf import Layout

    with tempfile.TemporaryDirectory() as folder:
        bare_pandoc(book, "typst", Path(folder))
    markup = building.render(book.chapters, "typst")  # kept from the build before
    with tempfile.TemporaryDirectory() as folder:
        Layout(Path(folder), book, markup).write()
        typesetter.typeset(Path(folder))


def worker(data: Path) -> Iterator[Row]:
    """The memory of a worker that edits the real book, and of all that it starts."""
    env = {"BINDERY_DATA": str(data / "worker")}
    run = (RECORDED_RUNS / "wfrun_miby9oo6_a7xlw7" / "chapters").resolve()
    for command in (
        ["migrate", "-v0"],
        ["seed"],
        ["book_register", "--slug", "real", "--title", "Real",
         "--source", str(RAZORWEAVE / "1.0.0" / "chapters")],
        ["workflow_start", "--type", "w1", "--book", "real", "--param", f"revisions={run}"],
    ):  # fmt: skip
        process(*MANAGE, *command, env=env)
    whole = {**os.environ, **env}
    first = peaks([*MANAGE, "worker", "--until-idle"], whole)
    listed = subprocess.run([*MANAGE, "workflow_list", "--json"], env=whole, check=True,
                            capture_output=True, text=True)  # fmt: skip
    run_id = listed.stdout.split('"id": "', 1)[1].split('"', 1)[0]
    process(*MANAGE, "gate_decide", run_id, "--decision", "approve", env=env)
    last = peaks([*MANAGE, "worker", "--until-idle"], whole)
    alone, together = (max(pair) for pair in zip(first, last, strict=True))
    yield Row("the worker's own memory at its peak, MB", alone, None, 450, unit="MB")
    yield Row("with pandoc and Typst, MB", together, None, 450, unit="MB")


def peaks(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """The most resident memory, in megabytes, of a process, and of it with its descendants."""
    alone = together = 0.0
    with subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as started:
        while started.poll() is None:
            sizes = resident(started.pid)
            alone = max(alone, sizes.get(started.pid, 0))
            together = max(together, sum(sizes.values()))
            time.sleep(0.02)
    if started.returncode:
        sys.exit(f"{' '.join(command)} ended with {started.returncode}")
    return alone, together


def resident(root: int) -> dict[int, float]:
    """Megabytes by process, for one and all below it."""
    parents, sizes = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                lines = dict(
                    line.split(":", 1) for line in (entry / "status").read_text().splitlines()
                )
            except OSError:
                continue
            parents[int(entry.name)] = int(lines["PPid"])
            sizes[int(entry.name)] = int(lines.get("VmRSS", "0").split()[0]) / 1024
    below = {root}
    for _ in parents:
        more = {pid for pid, parent in parents.items() if parent in below} - below
        if not more:
            break
        below |= more
    return {pid: sizes.get(pid, 0) for pid in below}
