"""Which PDFs are taken."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typst
from pypdf import PdfWriter

from artifacts.contents.content import Content
from artifacts.contents.errors import Unfit
from artifacts.contents.pdf import OPEN, check
from artifacts.registry import Handed
from tests.contents import assembled, pdf


def refusal(content: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        check(Content("pdf_draft", io.BytesIO(content)))
    return str(caught.value)


def encrypted(*passwords: str) -> bytes:
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(72, 72)
    writer.encrypt(*passwords, algorithm="RC4-128")
    writer.write(content)
    return content.getvalue()


@pytest.mark.parametrize("pages", [1, 2, 50])
def test_a_pdf_whose_pages_are_all_there_is_taken(pages: int) -> None:
    check(Content("pdf_draft", io.BytesIO(pdf(pages))))
    check(Content("pdf_draft", io.BytesIO(typst.compile(b"Words.\n#pagebreak()\nMore."))))


CUT = pdf(3)
WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is no PDF"),
    "words": (lambda: b"%PDF, they said. %%EOF", "is no PDF"),
    "a head alone": (lambda: b"%PDF-1.7\n%%EOF\n", "it is damaged"),
    "cut short": (lambda: CUT[: len(CUT) // 2], "cut short: its end is missing"),
    "cut and closed": (lambda: CUT[: len(CUT) // 2] + b"\n%%EOF\n", "cannot be opened"),
    "no page": (lambda: pdf(0), "has it any page"),
    "too few pages": (lambda: pdf(3).replace(b"/Count 3", b"/Count 9"), "its page 4 of 9"),
    "a page that is none": (
        lambda: assembled((
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"null",
        )),
        "its page 1 of 1",
    ),
    "a user's password": (lambda: encrypted("secret"), "encrypted with a password"),
    "an owner's password": (lambda: encrypted("", "secret"), "encrypted with a password"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "why"), WRONG.values(), ids=WRONG)
def test_any_other_pdf_is_refused(made: Callable[[], bytes], why: str) -> None:
    said = refusal(made())
    assert why in said
    assert "\n" not in said


def test_the_place_in_the_giver_s_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf(9) + b"%" * 20_000 + b"%%EOF")
    with file.open("rb") as stream:
        made = Handed.of_stream("pdf_draft", "a.pdf", stream)
    assert made.kept.size_bytes == file.stat().st_size


@pytest.mark.parametrize(
    ("instead", "longest", "why"),
    [
        ("import os; os.kill(os.getpid(), 11)", 60, "PDFium breaks off: code -11"),
        ("raise MemoryError('no more')", 60, "PDFium breaks off: MemoryError: no more"),
        ("import time; time.sleep(60)", 1, "does not open within 1 seconds"),
    ],
)
def test_a_reader_that_breaks_off_or_never_ends_is_a_refusal(
    instead: str, longest: int, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place := tmp_path / "instead.py").write_text(instead)
    monkeypatch.setattr("artifacts.contents.pdf.OPEN", place)
    monkeypatch.setattr("artifacts.contents.pdf.LONGEST_SECONDS", longest)
    assert why in refusal(pdf())


MEASURE = """
import resource, subprocess, sys
with open(sys.argv[2], "rb") as file:
    subprocess.run([sys.executable, "-P", sys.argv[1]], stdin=file, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_large_pdf_takes_little_memory(tmp_path: Path) -> None:
    """The process that opens it: 20 MB, most of which is Python, whatever the file's size."""
    picture = b"<</Type/XObject/Subtype/Image/Width 1000/Height 1000/ColorSpace/DeviceRGB"
    head = picture + b"/BitsPerComponent 8/Length %d>>stream\n" % 3_000_000
    noise = os.urandom(3_000_000)
    pictures = tuple(head + noise + b"\nendstream" for _ in range(34))
    (file := tmp_path / "large.pdf").write_bytes(pdf(34, more=pictures))
    assert file.stat().st_size > 100_000_000
    command = [sys.executable, "-c", MEASURE, str(OPEN), str(file)]
    took = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(took.stdout) < 35_000
