"""`artifact_show --against`: what differs between two artifacts, as a command tells it."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from artifacts.contents import media
from artifacts.models import Artifact
from artifacts.registry import Handed
from artifacts.store import keep
from tests.contents import zipped
from tests.factories import started
from tests.typeset import pdf
from workflows import comparing
from workflows.comparing import reading
from workflows.management.differences import LAYOUTS
from workflows.outputs import add

pytestmark = pytest.mark.django_db
BASE = {
    "against", "kind", "same", "size_bytes_from", "size_bytes_to", "digest_from", "digest_to",
}  # fmt: skip


TYPES = {".epub": "epub", ".zip": "web_html", ".png": "layout_plan"}


class Shelf:
    """Puts artifacts into a run, and compares the last two."""

    def __init__(self, run_command: Callable[..., Any]) -> None:
        self.run, self.run_command = started(), run_command
        self.ids: list[str] = []

    def put(self, path: str, content: str | bytes, artifact_type: str = "") -> "Shelf":
        """Whatever it holds, as if it had been taken in before its type was looked at."""
        content = content.encode() if isinstance(content, str) else content
        artifact_type = artifact_type or TYPES.get(Path(path).suffix, "review_report")
        handed = Handed(artifact_type, path, keep(content))
        self.ids.append(add(self.run, handed, actor="ada").artifact["id"])
        return self

    def compared(self) -> Any:
        return self.run_command("artifact_show", *self.last())["comparison"]

    def printed(self) -> str:
        out = StringIO()
        call_command("artifact_show", *self.last(), stdout=out)
        return out.getvalue()

    def last(self) -> tuple[str, ...]:
        return (self.ids[-1], "--against", self.ids[-2])


@pytest.fixture
def shelf(run_command: Callable[..., Any]) -> Shelf:
    return Shelf(run_command)


def test_the_answer_is_the_artifact_with_what_differs(shelf: Shelf) -> None:
    shelf.put("notes.md", "Roll two dice.\n").put("notes.md", "Roll three dice.\n")
    alone = shelf.run_command("artifact_show", shelf.ids[-1])
    answer = shelf.run_command("artifact_show", *shelf.last())
    found = answer.pop("comparison")
    assert answer == alone
    assert found == {
        "against": shelf.ids[0],
        "kind": "text",
        "same": False,
        "size_bytes_from": 15,
        "size_bytes_to": 17,
        "digest_from": Artifact.objects.named(shelf.ids[0]).digest,
        "digest_to": alone["digest"],
        "words_added": 1,
        "words_removed": 1,
        "diff": "@@ line 1 @@\nRoll [-two-]{+three+} dice.\n",
    }


def test_a_person_reads_a_summary_and_the_words(shelf: Shelf) -> None:
    shelf.put("notes.md", "Roll two dice.\n").put("notes.md", "Roll three dice.\n")
    assert shelf.printed() == (
        f"against  {shelf.ids[0]}\nkind     text\nsame     no\nbytes    15 → 17\n"
        "words    +1 -1\n\n@@ line 1 @@\nRoll [-two-]{+three+} dice.\n"
    )


def test_the_same_bytes_are_not_even_read(shelf: Shelf, store: Path) -> None:
    shelf.put("a.pdf", b"not a PDF").put("b.pdf", b"not a PDF")
    for file in [path for path in store.rglob("*") if path.is_file()]:
        file.unlink()
    found = shelf.compared()
    assert (found["kind"], found["same"], set(found)) == ("pdf", True, BASE)
    assert "same     yes" in shelf.printed()


def test_every_media_type_but_photographs_is_compared_as_what_it_is() -> None:
    known = set(comparing.BY_MEDIA_TYPE)
    assert set(media.SUFFIXES.values()) - known == {media.PNG, media.JPEG}
    assert set(comparing.BY_MEDIA_TYPE.values()) == set(comparing.KINDS)


def test_json_is_compared_value_by_value(shelf: Shelf) -> None:
    old = {"findings": [{"id": "a", "severity": 1}, {"id": "b"}], "by": "ada"}
    new = {"findings": [{"id": "b"}, {"id": "c"}, {"id": "a", "severity": 2}], "by": "ada"}
    shelf.put("report.json", json.dumps(old)).put("report.json", json.dumps(new))
    found = shelf.compared()
    assert found["kind"] == "json"
    assert found["changes"] == [
        {"path": "/findings/1", "change": "added", "from": None, "to": {"id": "c"}},
        {"path": "/findings/2", "change": "moved", "from": "/findings/0", "to": "/findings/2"},
        {"path": "/findings/2/severity", "change": "changed", "from": 1, "to": 2},
    ]
    printed = shelf.printed()
    assert "values   1 added, 0 removed, 1 changed, 1 moved\n\n" in printed
    assert printed.splitlines()[-3:] == [
        '+ /findings/1: {"id": "c"}',
        "> /findings/2: was /findings/0",
        "~ /findings/2/severity: 1 → 2",
    ]


def test_json_that_is_only_written_otherwise_is_said_to_be_the_same(shelf: Shelf) -> None:
    shelf.put("a.json", '{"a": 1, "b": 2}').put("a.json", '{"b":2,"a":1}')
    found = shelf.compared()
    assert (found["same"], found["changes"]) == (False, [])
    assert "the same; only the writing differs" in shelf.printed()


def test_what_only_ends_in_json_is_compared_as_text(shelf: Shelf) -> None:
    found = shelf.put("a.json", "{no json").put("a.json", "{still no json").compared()
    assert (found["kind"], found["words_added"]) == ("text", 2)


def test_pdfs_are_compared_page_by_page(shelf: Shelf) -> None:
    shelf.put("a.pdf", pdf("= Gear\nTwo ropes.")).put(
        "a.pdf", pdf("= Gear\nThree ropes.\n#pagebreak()\n= Notes\n#rect()")
    )
    found = shelf.compared()
    assert (found["kind"], found["pages_from"], found["pages_to"]) == ("pdf", 1, 2)
    assert shelf.printed().split("\n", 4)[4] == (
        "pages      1 → 2\n"
        "page size  2.778 × 2.778 in\n"
        "outline    1 added, 0 removed, 0 moved\n"
        "words      +2 -1\n"
        "places     1\n"
        "looks      -\n"
        "\n"
        "outline\n"
        "  + Notes, page 2\n"
        "\n"
        "@@ page 1–2 (was 1), Gear @@\n"
        "[-Two-]{+Three+} ropes.\n"
        "{+Notes+}\n"
    )


def test_pages_that_look_different_are_told_in_stretches(shelf: Shelf) -> None:
    def drawn(*colours: str) -> str:
        pages = (f"Page {colour[0]}.\n#rect(fill: {colour})" for colour in colours)
        return "\n#pagebreak()\n".join(pages)

    old = drawn("red", "blue", "black", "green", "orange")
    new = old.replace("fill: ", "stroke: ").replace("stroke: black", "fill: black")
    new = new.replace("Page o.", "More.\n#page[New.]\nPage o.")
    shelf.put("a.pdf", pdf(old)).put("a.pdf", pdf(new))
    assert "looks      different on page 1–2, 4, 7 (was 5)\n" in shelf.printed()


def test_members_of_an_epub_are_compared(shelf: Shelf) -> None:
    old = {"mimetype": "application/epub+zip", "a.xhtml": "<p>Two.</p>\n", "gone.png": "x"}
    new = {"mimetype": "application/epub+zip", "a.xhtml": "<p>Three.</p>\n", "new.png": "y"}
    found = shelf.put("a.epub", zipped(old)).put("a.epub", zipped(new)).compared()
    assert found["kind"] == "epub"
    assert (found["members"]["added"], found["members"]["removed"]) == (["new.png"], ["gone.png"])
    printed = shelf.printed()
    assert "members  1 added, 1 removed, 1 changed" in printed
    assert "@@ a.xhtml: +1 -1 words @@\n@@ line 1 @@\n[-<p>Two.</p>-]{+<p>Three.</p>+}" in printed


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("a.md", "a.pdf", "one is compared as text, the other as pdf"),
        ("a.png", "a.png", "image/png is only compared byte by byte"),
    ],
)
def test_of_other_kinds_only_sizes_and_digests_are_told(
    shelf: Shelf, old: str, new: str, why: str
) -> None:
    found = shelf.put(old, b"one").put(new, b"three").compared()
    assert (found["kind"], found["same"], found["why"]) == ("bytes", False, why)
    assert (found["size_bytes_from"], found["size_bytes_to"]) == (3, 5)
    assert why in shelf.printed()


def test_a_text_that_is_no_utf8_is_compared_byte_by_byte(shelf: Shelf) -> None:
    found = shelf.put("a.txt", b"\xff").put("a.txt", b"text").compared()
    assert (found["kind"], found["why"]) == ("bytes", "it is not UTF-8")


@pytest.mark.parametrize("path", ["a.md", "a.json", "a.pdf"])
def test_too_much_text_is_told_by_its_size(
    shelf: Shelf, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_TEXT_BYTES", 10)
    texts = [json.dumps({"a": "word " * n}).encode() for n in (5, 6)]
    if path == "a.pdf":
        texts = [pdf("word " * n) for n in (5, 6)]
    found = shelf.put(path, texts[0]).put(path, texts[1]).compared()
    assert found["kind"] == "bytes"
    assert found["why"] == "more than 10 bytes of text are not compared"
    assert found["size_bytes_to"] == len(texts[1])


@pytest.mark.parametrize("path", ["a.pdf", "a.epub", "a.zip"])
def test_a_document_that_does_not_open_is_refused_by_its_name(
    shelf: Shelf, refused: Callable[..., str], path: str, tmp_path: Path
) -> None:
    shelf.put(path, b"old").put(path, b"new")
    output = tmp_path / "out"
    said = refused("artifact_show", *shelf.last(), "--output", output)
    assert said.startswith(f"{shelf.ids[0]} ({path}) does not open as a ")
    assert not output.exists()


@pytest.mark.parametrize("unknown", ["art_unknown", "", "x"])
def test_an_unknown_artifact_is_refused(
    shelf: Shelf, refused: Callable[..., str], unknown: str
) -> None:
    shelf.put("a.md", b"text")
    assert f'no artifact "{unknown}"' in refused(
        "artifact_show", shelf.ids[0], "--against", unknown
    )


def test_lost_bytes_are_said_to_be_lost(
    shelf: Shelf, refused: Callable[..., str], store: Path
) -> None:
    shelf.put("a.md", b"one").put("a.md", b"two")
    lost = Artifact.objects.named(shelf.ids[0]).digest
    (store / lost[:2] / lost).unlink()
    assert lost in refused("artifact_show", *shelf.last())


def test_bytes_can_be_written_and_compared_at_once(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("a.md", b"one").put("a.md", b"two")
    output = tmp_path / "two.md"
    answer = shelf.run_command("artifact_show", *shelf.last(), "--output", output)
    assert answer["comparison"]["words_added"] == 1
    assert output.read_bytes() == b"two"


def test_every_kind_can_be_laid_out() -> None:
    assert set(LAYOUTS) == {*comparing.KINDS, comparing.BYTES}
