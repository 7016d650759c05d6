"""Books as HTML: the single page and the pages of chapters, from real pandoc."""

import re
from pathlib import Path

import pytest

from artifacts.builders import Book, Built, build
from tests.documents import (
    SVG,
    Page,
    book_in,
    book_of,
    built_in,
    content_of,
    dead_links,
    pages,
    png,
    unzipped,
)

LIBRARY = Path(__file__).parents[2] / "books/library/core-rulebook"
ATTRIBUTES_THAT_LOAD = ("src", "srcset", "action", "data", "poster", "background", "formaction")

CHAPTERS = {
    "index.md": "# Welcome\n\nOn to [the rules](part 1/02-rüles.md#rolling-dice).[^1]\n\n"
    "## Text\n\n[Here](#text)\n\n[^1]: First note.\n",
    "index-chapter.md": "# Also Welcome\n\n[First](index.md), [same](./index.md#text).\n",
    "part 1/02-rüles.md": "# Rules\n\nBack to [Welcome](../index.md#welcome), on to "
    "[gear](../part%202/03-gear.md#ropes), [nowhere](04-gone.md).[^1]\n\n## Rolling *Dice*\n\n"
    "### At Night\n\n![A map](../art/the%20map.svg)\n\n[^1]: Second note.\n",
    "part 2/03-gear.md": '# Gear\n\n## Ropes\n\n## Ropes\n\n![](<../art/ünï #1.png> "Knot")\n\n'
    "[The map](../art/the%20map.svg) [up](../../out.md) [mail](mailto:a@b.example)\n",
    "part 2.md": "# Part\n\n## 03 Gear\n",
    "Part 1: Lamps.md": "# Lamps\n\n## Lamps & <Oil>\n\n[Oil](#lamps--oil) [x](index.md#gone)\n",
}
PICTURES = {"art/the map.svg": SVG % b"", "art/ünï #1.png": png()}


@pytest.fixture(scope="module")
def web() -> Built:
    return build("web_html", book_of(CHAPTERS, PICTURES))


@pytest.fixture(scope="module")
def whole(web: Built) -> Page:
    return pages(web)["book.html"]


def chapters_of(book: Book) -> dict[str, list[str]]:
    """The lines of each chapter that look like headings, outside of code."""
    found = {}
    for chapter in book.chapters:
        text = re.sub(r"^(```|~~~).*?^\1", "", chapter.text, flags=re.DOTALL | re.MULTILINE)
        found[chapter.slug] = re.findall(r"^#{1,6} +(.+?)\s*$", text, re.MULTILINE)
    return found


def test_every_chapter_has_a_page_and_no_two_share_one(web: Built) -> None:
    assert set(unzipped(web)) == {
        "index.html",
        "index-chapter.html",
        "index-chapter-chapter.html",
        "part 1--02-rüles.html",
        "part 2--03-gear.html",
        "part 2.html",
        "Part 1: Lamps.html",
        *PICTURES,
    }


def test_chapters_whose_names_differ_only_in_case_have_pages_that_differ_in_more() -> None:
    built = build("web_html", book_of({"a.md": "# A\n\n[b](A.md)", "A.md": "# B\n\n[a](a.md)"}))
    names = [name.casefold() for name in unzipped(built)]
    assert len(set(names)) == len(names) == 3
    assert dead_links(built) == []


def test_every_link_inside_a_book_leads_somewhere(web: Built) -> None:
    assert dead_links(web) == []


def test_links_lead_to_the_chapter_and_anchor_they_name(web: Built) -> None:
    links = {path: page.values("a", "href") for path, page in pages(web).items()}
    assert "part%201--02-rüles.html#rolling-dice" in links["index-chapter.html"]
    assert "#part%201--02-rüles:rolling-dice" in links["book.html"]
    assert "part%202--03-gear.html#ropes" in links["part 1--02-rüles.html"]
    assert "index-chapter.html#welcome" in links["part 1--02-rüles.html"]
    assert "art/the%20map.svg" in links["part 2--03-gear.html"]
    assert "mailto:a@b.example" in links["book.html"]


def test_a_link_to_nothing_is_just_its_words(whole: Page) -> None:
    assert "nowhere" in whole.words
    assert not [link for link in whole.values("a", "href") if "gone" in link or "out" in link]


@pytest.mark.parametrize("path", ["book.html", "index-chapter.html", "part 2--03-gear.html"])
def test_no_identifier_stands_twice_on_a_page(web: Built, path: str) -> None:
    ids = pages(web)[path].ids
    assert sorted(ids) == sorted(set(ids))


def test_every_heading_of_a_chapter_is_on_the_single_page_with_its_anchor(whole: Page) -> None:
    headings = [(tag, name, text.strip()) for tag, name, text in whole.headings]
    assert ("h1", "part 1--02-rüles:rules", "Rules") in headings
    assert ("h2", "part 1--02-rüles:rolling-dice", "Rolling Dice") in headings
    assert ("h3", "part 1--02-rüles:at-night", "At Night") in headings
    assert ("h2", "part 2--03-gear:ropes-1", "Ropes") in headings
    assert ("h2", "Part 1: Lamps:lamps--oil", "Lamps & <Oil>") not in headings  # HTML, not words


def test_the_contents_name_every_chapter_and_section_in_order(web: Built) -> None:
    contents = pages(web)["index.html"].html
    listed = re.findall(r'<a href="([^"#]*)(?:#[^"]*)?">([^<]*)</a>', contents)
    assert [title for _, title in listed] == [
        *("Welcome", "Text", "Also Welcome", "Rules", "Rolling Dice", "Gear", "Ropes", "Ropes"),
        *("Part", "03 Gear", "Lamps", "Lamps &amp;"),
    ]


def test_pages_are_turned_forwards_and_backwards(web: Built) -> None:
    page = pages(web)["part 1--02-rüles.html"].html
    assert '<a rel="prev" href="index-chapter-chapter.html">Also Welcome</a>' in page
    assert '<a rel="next" href="part%202--03-gear.html">Gear</a>' in page
    assert 'rel="prev"' not in pages(web)["index-chapter.html"].html
    assert 'rel="next"' not in pages(web)["Part 1: Lamps.html"].html


def test_notes_with_the_same_mark_stay_with_their_chapters(whole: Page) -> None:
    first = whole.html.index("First note")
    assert first < whole.html.index("Second note")
    assert {"index:fn1", "part 1--02-rüles:fn1"} <= set(whole.ids)
    assert "#index:fn1" in whole.values("a", "href")


def test_a_note_in_a_heading_is_not_in_the_contents() -> None:
    built = build("web_html", book_of("# A\n\n## B[^1] and `c`\n\n[^1]: Note.\n"))
    assert ">B and c</a>" in pages(built)["index.html"].html


def test_pictures_are_in_the_single_page_and_beside_the_others(web: Built, whole: Page) -> None:
    assert web.remarks == ()
    sources = whole.values("img", "src")
    assert [source.split(",")[0] for source in sources] == [
        "data:image/svg+xml;base64",
        "data:image/png;base64",
    ]
    assert pages(web)["part 2--03-gear.html"].values("img", "src") == ["art/ünï%20%231.png"]
    assert unzipped(web)["art/ünï #1.png"] == png()


def test_a_picture_in_raw_html_is_a_picture_like_any_other() -> None:
    text = '# A\n\nIn <img src="../art/x.png" alt="X" width=9 onerror="y"> line.\n'
    built = build("web_html", book_of({"in/a.md": text}, {"art/x.png": png()}))
    assert built.remarks == ()
    assert pages(built)["in--a.html"].values("img", "src") == ["art/x.png"]
    assert "onerror" not in content_of(built, "book.html").decode()


def test_a_missing_picture_is_remarked_once_with_chapter_and_line() -> None:
    text = "# A\n\nText\n\n![The keep](art/a%20keep.png)\n\n![The keep](art/a%20keep.png)\n"
    built = build("web_html", book_of({"p/01.md": text}))
    (remark,) = built.remarks
    assert (remark.chapter, remark.line) == ("p--01", 5)
    assert remark.message == "the picture p/art/a keep.png is not among the book's files"
    assert "Picture missing: The keep" in pages(built)["book.html"].words


@pytest.mark.parametrize("name", ["notes.txt", "handout.pdf", "film.mp4", "page.html"])
def test_what_is_no_picture_is_remarked_and_seen_to_be_missing(name: str) -> None:
    built = build("web_html", book_of(f"# A\n\n![The keep]({name})\n", {name: b"bytes"}))
    assert [remark.line for remark in built.remarks] == [3]
    assert "Picture missing: The keep" in pages(built)["book.html"].words


def test_levels_go_from_one_to_six_whatever_the_author_wrote() -> None:
    page = pages(build("web_html", book_of("# A\n\n# B\n\n###### C\n")))["book.html"]
    assert [tag for tag, _, text in page.headings if text in "ABC"] == ["h1", "h2", "h6"]


def test_pages_are_well_nested_and_load_nothing(web: Built) -> None:
    for path, page in pages(web).items():
        assert page.misnested == [], path
        assert 'http-equiv="Content-Security-Policy" content="default-src' in page.html
        assert "script" not in {tag for tag, _ in page.tags}
        if path == "book.html":
            loaded = [
                given[name]
                for _, given in page.tags
                for name in ATTRIBUTES_THAT_LOAD
                if name in given
            ]
            assert all(source.startswith("data:") for source in loaded)


def test_the_print_edition_has_the_same_chapters_on_one_page(whole: Page) -> None:
    built = build("print_html", book_of(CHAPTERS, PICTURES))
    (file,) = built.files
    page = Page(file.content.decode())
    assert "@page { size: 6in 9in" in page.html
    assert page.headings == whole.headings
    assert page.misnested == []


def test_every_link_and_heading_of_the_shipped_book_is_there() -> None:
    check_real_book(LIBRARY)


def test_every_link_and_heading_of_a_long_real_book_is_there(razorweave: Path) -> None:
    check_real_book(razorweave / "1.3.0/chapters")


def check_real_book(folder: Path) -> None:
    built, book = built_in("web_html", folder), book_in(folder)
    found = pages(built)
    assert dead_links(built) == []
    assert [path for path, page in found.items() if page.misnested] == []
    assert sorted(set(found["book.html"].ids)) == sorted(found["book.html"].ids)
    for slug, lines in chapters_of(book).items():
        names = [name for _, name, _ in found[f"{slug}.html"].headings]
        assert len(names) == len(lines), slug
        assert all(names)
        assert {f"{slug}:{name}" for name in names} <= set(found["book.html"].ids)
