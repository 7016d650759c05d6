"""What differs between two PDFs of a book."""

from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifacts.builders import build
from tests.documents import book_in, content_of
from tests.typeset import SMALL, pdf
from workflows.comparing.furniture import Page, bodies
from workflows.comparing.pdf import compare, read
from workflows.comparing.pdfium import BROKEN, Bookmark, Document
from workflows.comparing.reading import Unreadable
from workflows.comparing.running_text import RunningText

PROSE = "\n\n".join(
    f"{who} keeps the lantern burning through the longest night of the year. "
    f"Nobody in {where} has ever understood the extraordinary responsibility. "
    f"Whoever extinguishes the well-known light must immediately relight it, "
    f"notwithstanding the difficulty of {what}."
    for who, where, what in (
        ("The warden", "the lowlands", "the circumstances"),
        ("Her apprentice", "the harbour town", "finding dry matches"),
        ("An innkeeper", "the ruined monastery", "reaching the tower alone"),
        ("The youngest", "any of these places", "being believed afterwards"),
    )
)
NARROW = SMALL.replace("width: 200pt", "width: 150pt") + "#set par(justify: true)\n"
HEADED = """
#set page(numbering: "1", header: context [A Book of Lanterns])
#set heading(numbering: none)
"""


def between(old: bytes, new: bytes) -> dict[str, Any]:
    return compare(read(old), read(new))


def document(*texts: str, outline: tuple[Bookmark, ...] = ()) -> Document:
    return Document(b"", list(texts), [(100.0, 100.0)] * len(texts), list(outline), {})


def page(text: str) -> Document:
    """A page that was read as saying this."""
    return document(text)._replace(content=pdf("A page."))


def sentences(*texts: str, outline: tuple[Bookmark, ...] = (), known: str = "") -> list[str]:
    running = RunningText(document(*texts, outline=outline))
    return [one.text for one in running.sentences({*running.words(), *known.split()})]


def diffs(found: dict[str, Any]) -> list[str]:
    return [one["diff"] for one in found["text"]]


def test_a_changed_word_is_told_with_its_page_and_heading() -> None:
    old = pdf(f"= Light\n{PROSE}\n#pagebreak()\n= Dark\nRoll two dice.")
    new = pdf(f"= Light\n{PROSE}\n#pagebreak()\nMore.\n#pagebreak()\n= Dark\nRoll three dice.")
    page = len(read(new).texts)
    found = between(old, new)
    assert found["text"] == [
        {
            "page": page - 1,
            "last_page": page - 1,
            "page_from": page - 2,
            "heading": "Light",
            "words_added": 1,
            "words_removed": 0,
            "diff": "{+More.+}\n",
        },
        {
            "page": page,
            "last_page": page,
            "page_from": page - 1,
            "heading": "Dark",
            "words_added": 1,
            "words_removed": 1,
            "diff": "Roll [-two-]{+three+} dice.\n",
        },
    ]
    assert (found["words_added"], found["words_removed"]) == (2, 1)
    assert (found["pages_from"], found["pages_to"]) == (page - 1, page)


@pytest.mark.parametrize("opening", [NARROW, SMALL.replace("11pt", "14pt"), SMALL + HEADED])
def test_text_that_breaks_elsewhere_is_the_same_text(opening: str) -> None:
    markup = f'#set par(justify: true)\n#set text(lang: "en", hyphenate: true)\n= Light\n{PROSE}'
    old, new = pdf(markup), pdf(markup, opening)
    assert read(old).texts != read(new).texts
    assert diffs(between(old, new)) == []


def test_pages_are_counted_and_measured() -> None:
    old, new = pdf("One."), pdf("One.\n#pagebreak()\nOne.\n#page(width: 90pt)[Two.]")
    found = between(old, new)
    assert (found["pages_from"], found["pages_to"]) == (1, 3)
    small = {"width_points": 200.0, "height_points": 200.0}
    assert found["page_sizes"] == {
        "from": [{"first": 1, "last": 1, **small}],
        "to": [
            {"first": 1, "last": 2, **small},
            {"first": 3, "last": 3, "width_points": 90.0, "height_points": 200.0},
        ],
    }


def test_headings_are_added_removed_and_moved() -> None:
    old = pdf("= One\n== Gear\n= Two\n== Notes\n= Three\n= Last")
    new = pdf("= One\n= Two\n== Notes\n= Zero\n== Three\n== Gear\n= Last")
    assert between(old, new)["outline"] == {
        "added": [{"title": "Zero", "level": 1, "page": 1}],
        "removed": [],
        "moved": [
            {"title": "Gear", "level_from": 2, "level_to": 2, "page_from": 1, "page_to": 2},
            {"title": "Three", "level_from": 1, "level_to": 2, "page_from": 1, "page_to": 1},
        ],
    }


def test_headings_that_only_shift_are_not_told() -> None:
    old, new = pdf("= One\n= Two"), pdf("#page[New.]\n= One\n= Two")
    assert between(old, new)["outline"] == {"added": [], "removed": [], "moved": []}


def test_what_the_document_says_of_itself_is_told_but_for_its_dates() -> None:
    old = pdf('#set document(title: "A", date: datetime(year: 2020, month: 1, day: 1))\nText.')
    new = pdf('#set document(title: "B", author: "Ada")\nText.')
    assert between(old, new)["info"] == [
        {"key": "Author", "from": None, "to": "Ada"},
        {"key": "Title", "from": "A", "to": "B"},
    ]


def test_pages_of_the_same_words_that_look_different_are_named() -> None:
    old = pdf("Same.\n#pagebreak()\nDrawn.\n#rect(fill: red)\n#pagebreak()\nSame.")
    new = pdf("Same.\n#pagebreak()\nDrawn.\n#rect(fill: blue)\n#pagebreak()\nSame.")
    found = between(old, new)
    assert (found["looks"], found["text"]) == ([{"page": 2, "page_from": 2}], [])


def test_a_shifted_page_is_looked_at_without_its_number() -> None:
    opening = SMALL + '#set page(height: 400pt, numbering: "1")\n'
    old = pdf("Kept.\n#pagebreak()\nDrawn.\n#rect(fill: red)", opening)
    new = pdf("#page[New one.]\n#page[New two.]\nKept.\n#pagebreak()\nDrawn.\n#rect()", opening)
    assert between(old, new)["looks"] == [{"page": 4, "page_from": 2}]


def test_a_document_does_not_differ_from_itself() -> None:
    one = pdf(f"= Light\n{PROSE}")
    found = between(one, one)
    assert (found["text"], found["looks"], found["info"]) == ([], [], [])
    assert found["outline"] == {"added": [], "removed": [], "moved": []}


def test_a_document_without_words_can_be_compared() -> None:
    found = between(pdf("#rect(fill: red)"), pdf("Words."))
    assert (found["words_added"], diffs(found)) == (1, ["{+Words.+}\n"])
    assert between(pdf("Words."), pdf("#rect(fill: red)"))["words_removed"] == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nno more", b"\0" * 100, pdf("Cut.")[:300]])
def test_what_does_not_open_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="does not open as a PDF"):
        read(content)


def test_threads_take_turns() -> None:
    one, found = pdf(f"= Light\n{PROSE}"), []
    threads = [Thread(target=lambda: found.append(read(one).texts)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [read(one).texts] * 4


def test_a_word_that_a_line_breaks_is_whole() -> None:
    assert sentences(f"the adven{BROKEN}ture") == ["the adventure"]


def test_a_hyphen_at_the_end_of_a_line_is_kept_where_the_word_is_known_with_it() -> None:
    broken = f"a well{BROKEN}known light"
    assert sentences(broken, known="well-known") == ["a well-known light"]
    assert sentences(broken, known="well-known wellknown") == ["a wellknown light"]
    assert sentences(broken) == ["a wellknown light"]


def test_half_a_word_at_the_foot_is_not_joined_to_the_number_of_the_page() -> None:
    pages = [f"The long adven{BROKEN}1", "ture ends \nhere.\n2", "Next \nday.\n3"]
    assert sentences(*pages) == ["The long adventure ends here.", "Next day."]


def test_numbers_of_pages_in_a_table_of_contents_are_no_text() -> None:
    marks = (Bookmark("Gear", 1, 2), Bookmark("Notes", 1, 2))
    listed = "Contents\nGear . . . . . . . . 12\nNotes 14\nRows ........ ix\nRoll \n16"
    assert sentences(listed, outline=marks) == ["Contents", "Gear", "Notes", "Rows", "Roll 16"]


def test_heads_and_numbers_of_pages_are_taken_off_but_not_the_heading_itself() -> None:
    marks = [Bookmark("Gear", 1, 1), Bookmark("Notes", 1, 3)]
    pages = [
        Page(1, ["Gear", "Ropes.", "1"]),
        Page(2, ["Gear", "Lamps.", "2"]),
        Page(3, ["Notes", "Gear", "None.", "3"]),
        Page(4, ["Notes 4", "* * *", "4d6"]),
    ]
    assert bodies(pages, marks) == [
        ["Gear", "Ropes."],
        ["Lamps."],
        ["Notes", "Gear", "None."],
        ["* * *", "4d6"],
    ]


def test_the_number_of_a_page_may_be_told_with_that_of_all() -> None:
    for foot in ("{}/40", "Page {} of 40", "A Book {}/40", "page {} of 40 A Book"):
        pages = [Page(n, [f"Text {n}x", foot.format(n)]) for n in range(1, 9)]
        assert bodies(pages, []) == [[f"Text {n}x"] for n in range(1, 9)], foot


def test_a_head_that_no_bookmark_names_is_known_by_coming_again() -> None:
    pages = [Page(n, ["A Book" if n % 2 else "The Chapter", f"Text {n}x", "end"]) for n in range(9)]
    assert [len(body) for body in bodies(pages, [])][2:] == [1] * 7


def test_dashes_and_hyphens_at_the_end_of_a_line_hold_words_together() -> None:
    lines = "A 6-\nsegment clock \nruns\n—as always—\nuntil \nit is one/\ntwo."
    assert sentences(lines) == ["A 6-segment clock runs—as always—until it is one/two."]


def test_a_hyphen_at_the_foot_breaks_a_word_too() -> None:
    assert sentences("The long adven-", "ture of a 6-", "sided die.") == [
        "The long adventure of a 6-sided die."
    ]


def test_lines_that_do_not_say_that_they_wrap_end_no_paragraph_but_headings_do() -> None:
    marks = (Bookmark("Gear", 1, 1),)
    lines = "Gear\nTwo ropes and\na lamp. One\nknife."
    assert sentences(lines, outline=marks) == ["Gear", "Two ropes and a lamp.", "One knife."]


def test_a_space_that_is_lost_between_two_fonts_is_no_change() -> None:
    old, new = "Chapters 5introduce the whole game.", "Chapters 5 introduce the big game."
    assert diffs(compare(page(old), page(new))) == [
        "Chapters 5 introduce the [-whole-]{+big+} game.\n"
    ]


def test_a_word_that_is_used_elsewhere_as_one_word_is_a_change() -> None:
    old, new = "Our world building. No worldbuilding.", "Our worldbuilding. No worldbuilding."
    assert diffs(compare(page(old), page(new))) == ["Our [-world building.-]{+worldbuilding.+}\n"]


@given(st.lists(st.lists(st.text("ab 1.—-\ufffe", max_size=8), max_size=4), max_size=5))
def test_every_letter_of_any_text_is_kept(pages: list[list[str]]) -> None:
    running = RunningText(document(*("\r\n".join(lines) for lines in pages)))
    found = running.sentences(set(running.words()))
    assert [one.page for one in found] == sorted(one.page for one in found)
    said = "".join(one.text for one in found)
    body = "".join(line for lines in running.bodies for line in lines)
    assert letters(said) == letters(body)


def letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def test_long_words_and_long_gaps_take_no_quadratic_time() -> None:
    began = process_time()
    sentences("a" * 200_000 + f"{BROKEN}b", "a" + " " * 200_000 + ".", "- " * 100_000 + "7")
    assert process_time() - began < 5


def test_two_releases_of_a_real_book_are_compared_in_seconds(razorweave: Path) -> None:
    made = {}
    for number in ("1.2.0", "1.3.0"):
        book = replace(book_in(razorweave / number / "chapters"), number=number)
        made[number] = content_of(build("pdf_draft", book), "draft.pdf")
    began = process_time()
    found = between(made["1.2.0"], made["1.3.0"])
    assert process_time() - began < 15
    assert (found["pages_from"], found["pages_to"]) == (213, 315)
    assert "1.5 Quick-Start Guide" in [one["title"] for one in found["outline"]["added"]]
    assert found["outline"]["removed"] == []
    assert 25_000 < found["words_added"] < 32_000
    assert found["words_removed"] < 300
