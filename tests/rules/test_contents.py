"""Which media types an artifact type takes, and what texts and pictures must hold."""

import io
from typing import Any

import pytest

from artifacts import contents
from artifacts.contents import CHECKED_BY
from artifacts.contents.media import MOST_TEXT_BYTES, SUFFIXES, TAKES
from artifacts.errors import ArtifactTooLarge
from artifacts.models import ArtifactType
from artifacts.registry import Handed
from tests.contents import refusal, suffix_of, valid
from tests.documents import SVG

PAIRS = [(kind, media_type) for kind in ArtifactType.values for media_type in TAKES[kind]]


def test_every_type_takes_something_and_every_media_type_is_checked() -> None:
    assert set(TAKES) == set(ArtifactType.values)
    assert {one for takes in TAKES.values() for one in takes} == set(CHECKED_BY)
    assert set(SUFFIXES.values()) == set(CHECKED_BY)


@pytest.mark.parametrize(("artifact_type", "media_type"), PAIRS)
def test_what_a_type_takes_is_taken(artifact_type: str, media_type: str) -> None:
    made = Handed.of_bytes(artifact_type, f"a/b{suffix_of(media_type)}", valid(media_type))
    assert made.media_type == media_type


def test_another_media_type_is_refused_with_the_right_ones() -> None:
    said = refusal("web_html", "book.pdf", valid("application/pdf"))
    assert "cannot be web_html, which takes text/html (.html .htm), application/zip (.zip)" in said
    for path in ("plan.docx", "plan", ".json", "plan.json~"):
        refusal("improvement_plan", path, b"{}")


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("01.md", "text/markdown"), ("01.MARKDOWN", "text/markdown"), ("01.txt", "text/plain"),
     ("draft", "text/markdown"), ("01.5-quick-start", "text/markdown")],
)  # fmt: skip
def test_a_chapter_is_markdown_unless_its_name_says_otherwise(path: str, media_type: str) -> None:
    assert Handed.of_bytes("chapter", path, b"# One\n").media_type == media_type


@pytest.mark.parametrize("path", ["01.html", "01.json", "01.pdf", "01.epub", "01.zip", "01.png"])
def test_a_chapter_is_nothing_else(path: str) -> None:
    assert "takes text/markdown (.md .markdown)" in refusal("chapter", path, b"# One\n")


@pytest.mark.parametrize("path", ["a.md", "a.txt", "a.csv", "a.html"])
def test_text_is_utf8_without_nul(path: str) -> None:
    late = "ü".encode() * 600_000  # read in pieces, of which one ends within a letter
    assert "not UTF-8 (byte 1200001)" in refusal("qa_report", path, b"<" + late + b"\xff<p>")
    assert "not UTF-8 (byte 3)" in refusal("qa_report", path, b"<p>\xc3")
    assert "NUL" in refusal("qa_report", path, b"<p>" + late + b"\0")
    assert Handed.of_bytes("qa_report", path, b"<" + b"p>" + late).kept.size_bytes == 1_200_003


def test_html_holds_a_tag() -> None:
    for content in (b"", b"words", b"1 < 2", b"<!-- a comment -->"):
        assert "no tag" in refusal("print_html", "print.html", content)
    across = b" " * (1024 * 1024 - 1) + b"<p>"  # from one piece to the next
    assert Handed.of_bytes("print_html", "print.html", across).media_type == "text/html"


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.png", b""),
        ("a.png", b"\xff\xd8\xff"),
        ("a.jpg", b"\x89PNG\r\n\x1a\n"),
        ("a.jpeg", b"GIF89a"),
        ("a.svg", b"<svg"),
        ("a.svg", SVG % b"<script/>"),
        ("a.svg", SVG % b'<image href="https://example.org/a.png"/>'),
        ("a.svg", b'<?xml version="1.0" encoding="klingon"?>' + SVG % b""),
    ],
)
def test_a_picture_is_what_its_name_says_and_runs_nothing(path: str, content: bytes) -> None:
    refusal("design_plan", path, content)


def test_texts_have_a_limit_of_their_own(settings: Any) -> None:
    class Long(io.BytesIO):
        """So long that it must not be read."""

        def seek(self, offset: int, whence: int = 0) -> int:
            return MOST_TEXT_BYTES + 1 if whence else super().seek(offset)

        def read(self, _: int | None = -1) -> bytes:
            raise AssertionError

    for path in ("a.md", "a.txt", "a.json", "a.csv"):
        with pytest.raises(ArtifactTooLarge, match=f"larger than {MOST_TEXT_BYTES} bytes"):
            Handed.of_stream("qa_report", path, Long())
    assert contents.limit_bytes("qa_report", "text/html") == settings.BINDERY_MAX_UPLOAD_BYTES
    settings.BINDERY_MAX_UPLOAD_BYTES = 10
    assert contents.limit_bytes("qa_report", "text/csv") == 10
    assert contents.limit_bytes("chapter", "text/markdown") == 10
