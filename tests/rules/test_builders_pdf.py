"""Books as PDF, set by the real Typst and read back."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.documents import (
    SVG,
    book_in,
    book_of,
    bookmarks,
    built_in,
    pages,
    pdf_of,
    png,
    reader_of,
    text_of,
)
from tests.rules.test_builders_html import CHAPTERS, LIBRARY, PICTURES


@pytest.fixture(scope="module")
def small() -> PdfReader:
    return pdf_of(book_of(CHAPTERS, PICTURES))


@pytest.fixture(scope="module")
def shipped() -> PdfReader:
    return reader_of(built_in("pdf_draft", LIBRARY))


def internal_links(reader: PdfReader) -> int:
    """How many links lead to a place in the same document; fails where one leads to none."""
    count = 0
    for page in reader.pages:
        for annotation in page.get("/Annots") or ():
            found = annotation.get_object()
            if target := found.get("/Dest") or found.get("/A", {}).get("/D"):
                count += 1
                assert target is not None
    return count


def headings_of(folder: Path) -> list[str]:
    found = pages(built_in("web_html", folder))["book.html"].headings
    return [" ".join(text.replace("’", "'").split()) for _, name, text in found if ":" in name]


def test_a_book_is_six_by_nine_inches_and_bears_its_title(small: PdfReader) -> None:
    assert {tuple(map(float, page.mediabox)) for page in small.pages} == {(0, 0, 432, 648)}
    assert small.metadata is not None
    assert small.metadata.title == "A Book"


def test_the_front_matter_counts_in_roman_and_the_text_from_one(small: PdfReader) -> None:
    assert small.page_labels[2] == "i"
    assert small.page_labels[4:7] == ["1", "2", "3"]
    assert small.pages[5].extract_text().split()[-1] == "2"


def test_bookmarks_are_all_headings_in_order(small: PdfReader) -> None:
    assert bookmarks(small) == [
        *("Welcome", "Text", "Also Welcome", "Rules", "Rolling Dice", "At Night"),
        *("Gear", "Ropes", "Ropes", "Part", "03 Gear", "Lamps", "Lamps &"),
    ]


def test_a_heading_with_links_code_and_notes_has_a_plain_bookmark() -> None:
    text = "# A\n\n## To [the b](#b), `code` and *more*[^1]\n\n## B\n\n[^1]: A note.\n"
    reader = pdf_of(book_of(text))
    assert bookmarks(reader) == ["A", "To the b, code and more", "B"]
    assert "A note." in text_of(reader)
    assert "A note." not in reader.pages[2].extract_text()


def test_a_link_leads_to_the_page_of_the_anchor_it_names() -> None:
    texts = {"a.md": "# A\n\n[there](b.md#b)\n\n## B\n", "a/b.md": "# Wrong\n", "b.md": "# B\n"}
    reader = pdf_of(book_of(texts))
    (link,) = [one.get_object() for one in reader.pages[4]["/Annots"]]  # type: ignore[attr-defined]
    target = link["/Dest"] if "/Dest" in link else link["/A"]["/D"]
    name = target if isinstance(target, str) else None
    page = reader.named_destinations[name]["/Page"] if name else target[0]
    assert page.get_object() == reader.pages[6].get_object()


def test_two_chapters_of_which_one_is_named_as_an_anchor_of_the_other_are_told_apart() -> None:
    texts = {"a.md": "# A\n\n## B\n\nx[y](a/b.md)\n", "a/b.md": "# Other\n"}
    assert bookmarks(pdf_of(book_of(texts))) == ["A", "B", "Other"]


def test_pictures_are_in_it_at_any_size() -> None:
    pictures = {"small.png": png(2, 2), "tall.png": png(40, 4000), "wide.png": png(4000, 40)}
    text = "# A\n\n" + "\n\n".join(f"![{path}]({path})" for path in pictures)
    reader = pdf_of(book_of(text, pictures))
    assert sum(len(page.images) for page in reader.pages) == 3


def test_a_cover_is_the_first_page() -> None:
    reader = pdf_of(book_of("# A\n", {"cover.png": png(60, 90)}))
    assert len(reader.pages[0].images) == 1


def test_a_drawing_and_a_caption_are_set() -> None:
    reader = pdf_of(book_of('# A\n\n![x](m.svg "The *map* #panic()")\n', {"m.svg": SVG % b""}))
    assert "The *map* #panic()" in text_of(reader)


def test_the_shipped_book_is_whole(shipped: PdfReader) -> None:
    assert bookmarks(shipped) == headings_of(LIBRARY)
    assert internal_links(shipped) > 100


def test_a_long_real_book_is_whole(razorweave: Path) -> None:
    folder = razorweave / "1.3.0/chapters"
    built = built_in("pdf_draft", folder)
    reader = reader_of(built)
    assert built.remarks == ()
    assert len(reader.pages) > 150
    assert bookmarks(reader) == headings_of(folder)
    assert internal_links(reader) > 250
    first, last = (re.findall(r"\w{5,}", book_in(folder).chapters[n].text) for n in (0, -1))
    opening, ending = reader.pages[reader.page_labels.index("1")], reader.pages[-1]
    assert sum(word in opening.extract_text() for word in first[:10]) > 5
    assert sum(word in ending.extract_text() for word in last[-10:]) > 5
    assert reader.page_labels[-1].isdigit()


def test_a_short_table_stays_on_one_page_and_its_words_at_the_left() -> None:
    rows = "".join(f"| {n} | some longer words |\n" for n in range(9))
    filler = "Words of a paragraph.\n\n" * 24
    reader = pdf_of(book_of(f"# T\n\n{filler}\n| No. | B |\n|---|---|\n{rows}"))
    texts = [page.extract_text() for page in reader.pages[4:]]
    assert [("No." in text, "8 some" in text) for text in texts] == [(False, False), (True, True)]
