import re
import time

import pypandoc
import pytest

from books.checks import Book, Page, check, headings, ours
from books.checks.blocks import blocks
from books.checks.outline import outline
from books.checks.reading import Reading
from tests.checking import findings, found, page

FOUR = {f"0{number}-part": f"## {number}. Part\n\n### One\n" for number in range(2, 6)}


def levels(text: str, **others: str) -> list[str]:
    return found(text, "heading-level", **others)


def numbers(text: str, **others: str) -> list[str]:
    return found(text, "heading-number", **others)


def numbered(*titles: str) -> list[tuple[str, str]]:
    """A book of these files and titles: whose number is objected to, and what of it."""
    pages = []
    for title in titles:
        slug, _, words = title.partition(" ")
        pages.append(Page(slug, f"{slug}.md", f"# {words}\n"))
    book = Book.of(pages)
    reports = (check(page, book) for page in pages)
    return [
        (one.chapter, one.quote)
        for report in reports
        for one in report.findings
        if one.rule == "heading-number"
    ]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("## Gear\n\n#### Rope\n", "Rope"),
        ("# Gear\n\n### Rope ###\n\n### Lamps\n", "Rope"),
        ("# Gear\n\nText.\n\nLamps\n-----\n\n#### Oil\n", "Oil"),
        ("# Gear\n\n## Rope\n\n# Lamps\n", "Lamps"),
        ("## 7. Gear\n\n### Rope\n\n## Lamps\n", "Lamps"),
        ("## 7. Gear\n\n# Lamps\n", "Lamps"),
        ("# Gear\n\n##\n", "##"),
        ("# Gear\n\n## **Rope**\n", "**Rope**"),
        ("# Gear\n\n##Rope\n\nText.\n", "##"),
        ("# Gear\n\nThe lamp is lit.### Rope\n", "###"),
        ("# Gear\n\nThe lamp is lit.\n## Rope\n", "##"),
        ("# Gear\r\n\r\nThe lamp is lit.\r\n## Rope\r\n", "##"),
    ],
)
def test_a_heading_out_of_place_is_found(text: str, quote: str) -> None:
    assert levels(text) == [quote]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Text alone.",
        "#### Rope\n\n## Lamps\n",
        "## Gear\n\n### Rope\n\n#### Knots\n\n## Lamps\n",
        "## Rope\n\nText.\n\n## Lamps\n",
        "# Chapter 1: Gear\n\n## Rope\n\n# Chapter 2: Lamps\n",
        "# Gear\n\n**Rope**\n\nText.\n",
        "# Gear\n\n## *The Long Ebb*\n",
        "# Gear\n\n> #### A letter\n",
        "# Gear\n## Rope\nText.\n",
        "# Gear\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Rope\n",
        "# Gear\n\n- One.\n\n## Rope\n",
        "# Gear\n\n```\n##Rope\nx### y\n```\n",
        "# Gear\n\nThe colour ##ff0 and C## are code, and #hashtags too.\n",
        "# Gear\n\n<!-- a note -->\n## Rope\n",
    ],
)
def test_headings_in_their_places_are_left_alone(text: str) -> None:
    assert levels(text) == []


def test_the_deepest_level_is_the_house_s() -> None:
    style = '[headings]\ndeepest = 2\n[rules]\nheading-level = "error"\n'
    assert found("# A\n\n## B\n\n### C\n", "heading-level", style) == ["C"]


def test_a_title_of_another_level_than_most_chapters_have_is_found() -> None:
    assert levels("# 1. Gear\n", **FOUR) == ["1. Gear"]
    assert levels("## 1. Gear\n", **FOUR) == []


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("# A\n\n## 1. B\n\n## 2. C\n\n## 4. D\n", ["4."]),
        ("# A\n\n## 1. B\n\n## 2. C\n\n## 2. D\n\n## 3. E\n", ["2."]),
        ("# A\n\n## Step 1: B\n\n## Step 3: C\n", ["Step 3:"]),
        ("# A\n\n## Step One\n\n## Step Three\n", ["Step Three"]),
        ("# A\n\n## Round 1: B\n\n## Round 3: C\n\n## Stage 1\n", ["Round 3:"]),
        ("# A\n\n## Part I\n\n## Part III\n", ["Part III"]),
        ("# A\n\n## Scene 2 – B\n\n### C\n\n## Scene 1 – D\n", ["Scene 1 –"]),
        ("# A\n\n## Worked Example 1: B\n\n## Worked Example 1: C\n", ["Worked Example 1:"]),
        ("## 1. Gear\n\n### 1.1 B\n\n### 1.3 C\n", ["1.3"]),
        ("## 1. Gear\n\n### 7.2 B\n", ["7.2"]),
        ("# A\n\n## 1. B\n\n### 2.1 C\n\n## 2. D\n", ["2.1"]),
        ("# A\n\n## Act 1\n\n### Scene 1\n\n## Act 2\n\n### Scene 3\n", ["Scene 3"]),
        ("# 7. Gear\n", ["7."]),
        ("# Chapter 7: Gear\n", ["Chapter 7:"]),
    ],
)
def test_a_number_out_of_sequence_is_found(text: str, quotes: list[str]) -> None:
    assert numbers(text) == quotes


@pytest.mark.parametrize(
    "text",
    [
        "# 1. Gear\n\n## 1.1 B\n\n## 1.2 C\n\n### 1.2.1 D\n\n## 1.3 E\n",
        "# A\n\n## Step 1\n\n### B\n\n## Step 2\n\n# C\n\n## Step 3\n",
        "# A\n\n## Act 1\n\n### Scene 1\n\n### Scene 2\n\n## Act 2\n\n### Scene 1\n",
        "# A\n\n## Level 1\n\n## Level 5\n\n## Room 12\n\n## Room 3\n",
        "# A\n\n## 4d6 Rolls\n\n## 10 Seeds\n\n## 3 Days Later\n\n## 1–6\n\n## 1986\n",
        "# A\n\n## Step Back\n\n## Part of a Crew\n\n## Scene by Scene\n",
        "# A\n\n## 5. B\n\n## 6. C\n",
    ],
)
def test_numbers_that_count_on_are_left_alone(text: str) -> None:
    assert numbers(text) == []


def test_a_chapter_is_numbered_as_its_file_or_as_the_chapter_before_says() -> None:
    assert numbered("01-a 1. A", "01.5-b 1.5 B", "02-c 2. C", "03-d 3. D") == []
    assert numbered("01-preface Preface", "02-a 1. A", "03-b 2. B") == []
    assert numbered("07-a 7. A", "08-b 7. B", "09-c 9. C") == [("08-b", "7.")]
    assert numbered("07-a 7. A", "08-b 9. B", "09-c 9. C") == [("08-b", "9.")]
    assert numbered("a 1. A", "b 3. B", "c 4. C") == [("b", "3.")]


def test_the_number_of_a_file_is_that_of_its_own_name_in_a_folder_too() -> None:
    pages = [
        Page(f"part--{name}", f"part/{name}.md", f"# {title}\n")
        for name, title in (("01-a", "1. A"), ("01.5-b", "1.5 B"), ("02-c", "2. C"))
    ]
    book = Book.of(pages)
    assert not any(check(page, book).findings for page in pages)
    assert list(book.by_number) == [(1,), (1, 5), (2,)]


def test_files_of_equal_numbers_in_two_parts_number_no_chapter() -> None:
    paths = ("one/01-a", "two/01-b", "two/02-c")
    book = Book.of(Page(path.replace("/", "--"), f"{path}.md", "# A\n") for path in paths)
    assert list(book.by_number) == [(2,)]


def test_a_chapter_numbered_in_another_way_than_most_is_found_with_the_right_one() -> None:
    (finding,) = [
        one for one in findings("## Chapter 1: Gear\n", **FOUR) if one.rule == "heading-number"
    ]
    assert (finding.quote, finding.suggestion) == ("Chapter 1:", "1.")


AWKWARD = [
    *["Gear", "Gear", "Gear-1", "Gear", "H *em* `co_de` [li nk](x.md)", "a -- b --- c"],
    *['"q" it\'s a...b', "C++ & D/E 1.5", "C &amp; D", "É ß x² ½", "_u_ a_b __c__", "own"],
    *["H~2~O ~~s~~", "\\* star \\_x", "<b>bold</b> x", "![alt](p.png) pic", "日本語 見出し"],
    *["مرحبا بالعالم", "1. One", "7.2 Two", "x {#own}", "own", "y {.wide}", "Closed ##", "???"],
    *["  spaced   out  ", "Edge – Burden", "Weapon: +1 (rare)", "50% off", "**Bold** Head"],
    *["Step 3: Don’t", "Multi‑Session", "e\u0301a", "a&nbsp;b", "$x+y$ z", "Ⅳ ①", "___"],
]


def test_anchors_are_those_that_pandoc_makes() -> None:
    text = "\n\n".join(f"## {heading}" for heading in AWKWARD)
    html = pypandoc.convert_text(text, "html", format="markdown+gfm_auto_identifiers")
    ours = [heading.anchor for heading in outline(text, blocks(text))]
    assert ours == re.findall(r'<h2[^>]*?\sid="([^"]*)"', html)


@pytest.mark.parametrize("piece", ["# a\n\n", "#", "## 1. ", "# _a ", "Part ", "[", "a# ", "#\n"])
def test_headings_of_a_long_text_are_read_in_proportion_to_its_length(piece: str) -> None:
    alone = page(piece * (50_000 // len(piece)))
    other = page(alone.text, "02-rules")
    reading = Reading(alone, Book.of([alone, other]), ours())
    assert len(alone.blocks) == len(other.blocks) <= len(alone.prose.masked)
    started_at = time.process_time()
    for rule in (headings.misplaced, headings.misnumbered):
        assert len(list(rule(reading))) <= len(alone.text)
    assert time.process_time() - started_at < 10


@pytest.mark.parametrize("text", ["# \n# ", "#\n\n###\n", "# A\n\n# \n"])
def test_a_finding_about_a_heading_without_words_has_its_marks(text: str) -> None:
    assert all(one.start < one.end for one in findings(text))
