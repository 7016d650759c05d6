import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.checks import Book, Finding, Page, check, ours, references
from books.checks.reading import Reading
from tests.checking import found, page

GEAR = "# 7. Gear\n\n## Ropes & Lamps\n\n### Lamp Oil\n\n## Edge, Burden, and Tags\n"
TRAVEL = '# 6. Travel\n\n## Mud\n\n## Mud\n\n## Own {#mine}\n\n<a id="raw"></a>\n'
START = "# 1. Start\n\n## Here\n\n"
FILES = ("parts/images/lamp.svg", "parts/images/a b.png")


def book(text: str, slug: str = "01-start", open_: str = "") -> tuple[Page, Book]:
    texts = {"01-start": START, "06-travel": TRAVEL, "07-gear": GEAR}
    pages = [Page(name, f"parts/{name}.md", texts[name]) for name in texts]
    page = Page(slug, f"parts/{slug}.md", START + text)
    whole = Book.of(pages, FILES).with_page(page)
    return page, Book(whole.pages, whole.files, frozenset({open_} - {""}))


def cross(text: str, open_: str = "") -> list[Finding]:
    report = check(*book(text, open_=open_))
    return [one for one in report.findings if one.rule == "cross-reference"]


@pytest.mark.parametrize(
    ("text", "quote", "right"),
    [
        ("[x](07-gaer.md)", "07-gaer.md", "07-gear.md"),
        ("[x](gear/07-gear.md)", "gear/07-gear.md", "07-gear.md"),
        ("[x](../07-gear.md)", "../07-gear.md", "07-gear.md"),
        ("[x](07-gear)", "07-gear", "07-gear.md"),
        ("[x](#her)", "#her", "#here"),
        ("[x](#Here)", "#Here", "#here"),
        ("[x](#mud-1)", "#mud-1", "06-travel.md#mud-1"),
        ("[x](06-travel.md#mud-2)", "06-travel.md#mud-2", "06-travel.md#mud-1"),
        ("[x](07-gear.md#lamp%20oil)", "07-gear.md#lamp%20oil", "07-gear.md#lamp-oil"),
        ('[x](07-gear.md#oil "A title")', "07-gear.md#oil", ""),
        ("[x](<07 gear.md>)", "07 gear.md", "07-gear.md"),
        ("[x]()", "()", ""),
        ("![A lamp](images/lamb.svg)", "images/lamb.svg", "images/lamp.svg"),
        ("![A lamp](lamp.svg)", "lamp.svg", "images/lamp.svg"),
        ("[x][oil]", "[x][oil]", ""),
        ("A note.[^1]", "[^1]", ""),
        ("[oil]: 09-oil.md", "09-oil.md", ""),
        ("See Chapter 42.", "42", ""),
        ("See Chapters 6 and 9.", "9", ""),
        ("See chapters 1 through 8.", "8", ""),
        ("(Ch. 12)", "12", ""),
        ("See Chapter 7: Ropes and Lamp.", "Ropes and Lamp", "Ropes & Lamps"),
        ("See Chapter 7, “Wrong Title,” for more.", "Wrong Title", ""),
        ("See Chapter 7 (Traveling Light).", "Traveling Light", ""),
        ("See Chapter 6, *Journeys*.", "Journeys", ""),
        ("See Appendix C.", "Appendix C", ""),
        ("See page XX.", "page XX", ""),
        ("More on p. 00.", "p. 00", ""),
    ],
)
def test_what_leads_nowhere_is_found(text: str, quote: str, right: str) -> None:
    (finding,) = cross(text)
    assert (finding.quote, finding.suggestion) == (quote, right)
    assert finding.line == START.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "[x](07-gear.md) and [x](./07-gear.md#ropes--lamps) and [x](../parts/06-travel.md#mud-1)",
        "[x](06-travel.md#mine) and [x](06-travel.md#raw) and [x](#here)",
        "![A lamp](images/lamp.svg) and ![x](images/a%20b.png) and ![x](<images/a b.png>)",
        "[all](images)",
        "[x](https://example.org/a.md) and [x](mailto:a@example.org) and <https://example.org/#x>",
        "`[x](nowhere.md)` and <!-- [x](nowhere.md) -->",
        "```\n[x](nowhere.md)\n```",
        "[x][oil]\n\n[Oil]: 07-gear.md#lamp-oil",
        "[x][Here] and [Here][]",
        "A note.[^1]\n\n[^1]: Said here.",
        "Tick [ ] or [x] or [1–2] or a[0] at will.",
        "See Chapter 7, Chapters 1, 6, and 7, and ch. 6.",
        "See Chapter 7: Ropes and Lamps. See Chapter 7: Gear.",
        "See Chapter 7, “Lamp Oil,” and Chapter 7 (Burden, and Tags).",
        "See Chapter 7: it explains all. Chapter 7 (with care) is long.",
        "Read Chapter 42 of *The Long Ebb*.",
        "Chapter one of my life; the chapter 12-strong.",
        "The pages 3–4 and page 12 and p. 7.",
        "An appendix. Appendix to come.",
    ],
)
def test_what_leads_somewhere_is_left_alone(text: str) -> None:
    assert cross(text) == []


def test_a_chapter_in_revision_is_judged_by_being_there() -> None:
    text = "[x](07-gear.md#gone) and Chapter 7: Wrong Title."
    assert cross(text, open_="07-gear") == []
    assert len(cross(text)) == 2
    assert len(cross("[x](08-none.md)", open_="07-gear")) == 1


def test_of_a_page_that_stands_alone_only_links_within_it_are_judged() -> None:
    alone = "# A\n\n[x](b.md) ![x](c.png) Chapter 42, Appendix C, [x](#a), [x](#b)\n"
    assert found(alone, "cross-reference") == ["#b"]


def test_an_appendix_that_there_is_may_be_named() -> None:
    pages = [
        Page("a", "a.md", "See Appendix A or Appendix B.\n"),
        Page("b", "b.md", "# Appendix A: Names\n"),
    ]
    report = check(pages[0], Book.of(pages))
    assert [one.quote for one in report.findings] == ["Appendix B"]


PIECES = ["](", "[x](a", "[x][y]", "[", "Chapter 1, 2", "](   ", "Chapter 9: A ", "p. ", "[^a]"]


@pytest.mark.parametrize("piece", [*PIECES, '](a "', "]: ", "{#a", "<a id='", "[a]: b\n"])
def test_references_of_a_long_text_are_read_in_proportion_to_its_length(piece: str) -> None:
    alone = page(piece * (50_000 // len(piece)))
    other = page(alone.text, "02-rules")
    reading = Reading(alone, Book.of([alone, other]), ours())
    assert len(alone.blocks) == len(other.blocks) <= len(alone.prose.masked)
    started_at = time.process_time()
    for rule in (references.dangling,):
        assert len(list(rule(reading))) <= len(alone.text)
    assert time.process_time() - started_at < 10


MARKDOWN = [
    *[
        "# ",
        "## 1. ",
        "### 1.2 ",
        "#",
        "\n",
        "\r\n",
        "\n\n",
        "\t",
        "    ",
        " ",
        "> ",
        "- ",
        "* ",
        "3. ",
    ],
    *["|", "|---|---|\n", "| a | b |\n", "\\", "`", "```\n", "**Grit** ", "**", "_", ": x", "{#a}"],
    *[
        "[a](",
        "b.md",
        "#a",
        ")",
        "[a][b]",
        "[^1]",
        "[b]: c\n",
        "![",
        "Chapter 7",
        ": Gear",
        "Step II",
    ],
    *[
        "GM",
        " (",
        "Might",
        "<a id='x'>",
        "<!--",
        "-->",
        "&amp;",
        "$x$",
        "😀",
        "שלום",
        "İ",
        "\u2028",
        "\0",
    ],
]


@given(st.lists(st.sampled_from(MARKDOWN), max_size=40).map("".join), st.booleans())
def test_any_markdown_is_read_and_quoted_as_it_stands(text: str, named: bool) -> None:
    page, whole = book(f"\n# Glossary\n\n{text}" if named else text)
    alone = Page(page.slug, page.path, text)
    for one, of in ((page, whole), (alone, None), (alone, whole.with_page(alone))):
        for finding in check(one, of).findings:
            assert one.text[finding.start : finding.end] == finding.quote
            assert one.text.count("\n", 0, finding.start) == finding.line - 1
