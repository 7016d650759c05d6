"""What no author should write and some will: every text builds, or is refused in one clear line."""

# ruff: noqa: E501  (the texts read better unbroken)

import re
import time
from pathlib import Path

import pytest

from artifacts.builders import Book, BuildError, Built, build, pandoc
from artifacts.builders.pictures import fit_to_show
from tests.documents import (
    SVG,
    book_of,
    bookmarks,
    content_of,
    dead_links,
    pages,
    pdf_of,
    png,
    reader_of,
    text_of,
)

ALLOWED = set(
    re.findall(
        r"\w+",
        """
        a abbr acronym area article aside b bdi bdo blockquote body br caption center cite
        code col colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2
        h3 h4 h5 h6 head header hgroup hr html i img input ins kbd label li main map mark meta
        nav ol p pre q rp rt rtc ruby s samp section small span strike strong style sub
        summary sup table tbody td th thead time title tr tt u ul var wbr
        """,
    )
)
CODE = "#" + 'panic("typst") #read("/etc/passwd") #eval("1") *a* _b_ @x <label> $x$ = h // c /* d'

ACTIVE = {
    "script": "# A\n\n<script>alert(1)</script> <ScRiPt src=x></sCrIpT>\n\n<SCRIPT>alert(2)</SCRIPT>\n",
    "handlers": '# A\n\n<p onclick="x()" ONLOAD=y>p</p> <img src=x onerror=alert(1)> <b/onclick=x>b</b>\n',
    "links": "# A\n\n[a](javascript:x) [b](JaVaScRiPt:x) [c](data:text/html,x) [d](vbscript:x) "
    '<javascript:x> <a href="&#106;ava&#9;script:x">e</a> [f](file:///etc/passwd) [g]( javascript:x)\n',
    "pictures": '# A\n\n![a" onerror="x](javascript:x "t\\" onload=\\"y") ![b](data:text/html,x)\n',
    "frames": "# A\n\n<iframe src=x></iframe><object data=x></object><embed src=x><frame src=x>\n",
    "head": "# A\n\n<base href=//x><meta http-equiv=refresh content=0><link rel=stylesheet href=x>"
    "<style>*{display:none}</style><title>x</title>\n",
    "drawing": "# A\n\n<svg onload=x><script>y</script><a xlink:href='javascript:x'>z</a></svg>\n",
    "form": "# A\n\n<form action=x><input type=text name=q formaction=x><button>b</button></form>\n",
    "heading": '# <script>x</script> A <img src=x onerror=y>\n\n## B {onclick="x" style="y"}\n',
    "attributes": "# A\n\n[s]{onclick=x style=y} `c`{onclick=x}\n\n::: {onclick=x style=y}\nd\n:::\n",
    "confusing": '# A\n\n<noscript><p title="</noscript><img src=x onerror=y>"></noscript>'
    "<math><mtext><table><mglyph><style><img src=x onerror=y></style></math>\n",
    "styles": "# A\n\n<table><tr><td style='position:fixed;background:url(x)'>x</td></tr></table>\n",
}

ODD = {
    "empty": "",
    "a heading alone": "# Only",
    "no heading": "Just words.\n",
    "spaces": " \n\t\n\n",
    "front matter": "---\ntitle: X\ntags: [a]\n---\n\n# Hello\n\nWords\n",
    "broken front matter": "---\ntitle: [X\n  bad: : :\n\n# Hello\n\nWords\n",
    "broken closed front matter": "---\ntitle: [X\n\t: : :\n---\n\n# Hello\n",
    "empty front matter": "---\n---\n# H\n",
    "rules in text": "# A\n\n---\n\ntitle: x\n\n---\n\nmore\n",
    "one level": "# T\n\n" + "".join(f"## Head {n}\n\ntext\n\n" for n in range(200)),
    "same headings": "# A\n\n## A\n\n## A\n\n# A\n\n## A-1\n\n## A 1\n\n[x](#a-1)\n",
    "odd anchors": '# A {#--}\n\n## B {#-}\n\n## C {#a"b<c>}\n\n[x](#--) [y](#-)\n\n## ---\n\n## !\n',
    "divisions": "::: weird\nT\n:::\n\n```weird {x=y}\nc\n```\n\n::: {.a #b x=y}\nq\n:::\n\n::: open\nx\n",
    "deep quotes": "> " * 100 + "deep\n",
    "deep lists": "".join("  " * n + "- x\n" for n in range(100)),
    "deep numbered lists": "".join("   " * n + "1. x\n" for n in range(100)),
    "deep everything": "> - " * 100 + "deep\n",
    "deep terms": "".join("    " * n + f"t{n}\n\n" + "    " * n + ":   d\n\n" for n in range(30)),
    "deep divisions": "<div>\n\n" * 100 + "deep",
    "emphasis": "*a **b _c __d* e** f_ g__ h `x ~~y ~z ^q\n" * 3 + "*" * 500 + "a" + "*a " * 300,
    "marks": "[" * 40 + "![" * 9 + "|" * 500 + "\\" * 99 + "`" * 7 + "\n\n" + "- " * 300 + "x\n",
    "controls": "# A\n\n" + "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f\ufffe\uffff\u2028 end\n",
    "binary": "".join(chr(1 + (n * 7919) % 250) for n in range(5000)),
    "emoji": "# Dragon 🐉\n\n## 🎲 Dice\n\n[d](#🎲-dice) 👩‍👩‍👧 🇩🇪 ⚔\n\n## 🎲 {#🎲}\n\n[x](#🎲)\n",
    "leftwards": "# שלום עולם\n\nזהו טקסט English באמצע.\n\n## مرحبا\n\nهذا نص. [x](#مرحبا)\n",
    "combining": "# Z̷̢͝a̸l̶g̵o̴\n\n" + "e" + "\u0301" * 100 + "\n\nnai\u0308ve Việt Nam\n",
    "long words": "# L\n\n" + "x" * 3000 + "\n\nhttps://e.example/" + "abc/" * 200 + " `" + "y" * 500
    + "`\n\n| a | b |\n|--|--|\n| " + "z" * 300 + " | b |\n\n## " + "H" * 200 + "\n",
    "open html": "# A\n\n<div>\n\n<b>bold\n\n<table><tr>\n\n## B\n\n</section></article></main> x\n",
    "open comment": "# A\n\nBefore\n\n<!-- open\n\n## B\n\nAfter\n",
    "cdata": "# A\n\n<![CDATA[ x ]]> <?php echo ?> <!DOCTYPE x> </p></body></html>\n",
    "tex": "# A\n\n\\input{/etc/passwd} $x^2$ \\begin{x}y\\end{x} $$z$$ \\newcommand{\\a}{b}\n",
    "raw": "# A\n\n```{=typst}\n#panic()\n```\n\n`#panic()`{=typst} `<script>`{=html}\n",
    "code in attributes": '# A {typst:text:fill="panic()"}\n\n[x]{typst:text:size="panic()"}\n\n'
    '::: {typst:block:fill="panic()" width="panic()"}\nz\n:::\n\n![p](a.png){typst:x=panic()}\n',
    "code everywhere": f'# {CODE}\n\n{CODE}\n\n- {CODE}\n\n> **{CODE}** x\n\n> **T** {CODE}\n\n'
    f'[{CODE}](#"\\#panic)\n\n![{CODE}](<a".png> "\\"#panic()")\n\n{CODE[:40]}\n\n| {CODE} |\n|--|\n'
    f"| {CODE} |\n\nTerm {CODE}\n:   {CODE}\n\nNote[^1]\n\n[^1]: {CODE}\n\n```{CODE}\n{CODE}\n```\n",
}  # fmt: skip


@pytest.mark.parametrize("text", ACTIVE.values(), ids=ACTIVE)
def test_nothing_that_runs_or_loads_gets_into_a_page(text: str) -> None:
    built = build("web_html", book_of(text))
    for path, page in pages(built).items():
        assert {tag for tag, _ in page.tags} <= ALLOWED, path
        assert page.misnested == []
        assert len(page.values("meta", "http-equiv")) == 1
        for tag, given in page.tags:
            assert not [name for name in given if name.startswith("on")], tag
            assert not given.get("style"), tag
            assert not re.match(r"\s*(javascript|vbscript|file|data:text)", given.get("href", ""))
            assert given.get("src", "data:image/").startswith("data:image/"), tag


@pytest.mark.parametrize("text", ACTIVE.values(), ids=ACTIVE)
def test_nothing_that_runs_gets_into_a_pdf(text: str) -> None:
    content = content_of(build("pdf_draft", book_of(text)), "draft.pdf").lower()
    assert b"javascript:" not in content
    assert b"/javascript" not in content
    assert b"file:" not in content


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_texts_build_as_sound_documents(text: str) -> None:
    book = book_of({"01-one.md": text, "02-two.md": "# After\n\nStill here.\n"})
    web = build("web_html", book)
    assert [path for path, page in pages(web).items() if page.misnested] == []
    assert dead_links(web) == []
    assert "Still here." in pages(web)["book.html"].words
    reader = pdf_of(book)
    assert bookmarks(reader)[-1] == "After"
    assert "Still here." in reader.pages[-1].extract_text()


def test_typst_code_in_a_text_stays_text() -> None:
    shown = text_of(pdf_of(book_of(f"# A\n\n{CODE}\n".replace("*a* _b_", ""))))
    assert '#read("/etc/passwd")' in shown.replace("“", '"').replace("”", '"')
    assert "root:" not in shown
    assert "@x" in shown


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_make_no_difference(end: str, mark: str) -> None:
    text = "---\ntitle: x\n---\n# A\n\ntext\n\n## B\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    expected = pandoc.render(book_of(text).chapters, "html5")
    assert pandoc.render(book_of(mark + text.replace("\n", end)).chapters, "html5") == expected


def test_an_open_script_takes_no_text_with_it() -> None:
    page = pages(build("web_html", book_of("# A\n\n<script>\n\nAfter\n\n<textarea>\n\nLast\n")))
    assert "After" in page["book.html"].words
    assert "Last" in page["book.html"].words


def test_very_long_words_stay_on_the_page() -> None:
    reader = pdf_of(book_of(ODD["long words"]))
    rightmost = 0.0

    def visit(text: str, _cm: list[float], tm: list[float], *_: object) -> None:
        nonlocal rightmost
        if text.strip():
            rightmost = max(rightmost, tm[4])

    for page in reader.pages[4:]:
        page.extract_text(visitor_text=visit)
    assert text_of(reader).replace("\u200b", "").replace(" ", "").count("x") >= 3000
    assert rightmost < 432


def test_a_table_of_500_rows_goes_over_pages_with_its_head() -> None:
    rows = "".join(f"| {n} | word | row {n} |\n" for n in range(500))
    reader = pdf_of(book_of(f"# T\n\n| Roll | B | C |\n|---|---|---|\n{rows}"))
    texts = [page.extract_text() for page in reader.pages[4:]]
    assert len(texts) > 10
    assert all("Roll" in text for text in texts)
    assert "row 499" in texts[-1]


def test_a_table_of_40_columns_gets_a_page_turned_sideways() -> None:
    def row(word: str) -> str:
        return "|" + "".join(f" {word}{n} |" for n in range(40)) + "\n"

    text = "# T\n\n" + row("c") + "|" + "---|" * 40 + "\n" + row("v") * 20
    reader = pdf_of(book_of(text))
    assert float(reader.pages[5].mediabox.width) == 648
    assert "v39" in reader.pages[5].extract_text()
    assert len(pages(build("web_html", book_of(text)))["book.html"].values("table", "class")) == 0


def test_hundreds_of_notes_are_kept() -> None:
    text = "# T\n\n" + "".join(f"Word[^{n}] " for n in range(400)) + "\n\n"
    book = book_of(text + "".join(f"[^{n}]: Note {n}.\n" for n in range(400)))
    web = build("web_html", book)
    assert dead_links(web) == []
    assert "Note 399." in pages(web)["book.html"].words
    assert "Note 399." in text_of(pdf_of(book))


def test_a_long_chapter_takes_seconds() -> None:
    began = time.monotonic()
    text = "# T\n\n" + ("Two dozen words of a rule. " * 8 + "\n\n") * 400
    assert len(build("web_html", book_of(text)).files) == 2
    assert len(pdf_of(book_of(text)).pages) > 15
    assert time.monotonic() - began < 30


BROKEN = {
    "no.png": b"hello",
    "empty.png": b"",
    "cut.png": png()[:40],
    "flipped.png": png()[:30] + b"xx" + png()[32:],
    "no.svg": b"<svg",
    "klingon.svg": b'<?xml version="1.0" encoding="klingon"?>' + SVG % b"",
    "flat.svg": SVG.replace(b'"20"', b'"0"') % b"",
    "other.svg": b'<x xmlns="y"/>',
    "png.svg": png(),
    "png.jpg": png(),
    "cut.webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "cut.gif": b"GIF89a\1\0\1\0",
    "words.txt": b"words",
}


@pytest.mark.parametrize(("name", "content"), BROKEN.items(), ids=BROKEN)
def test_a_broken_picture_is_named_with_chapter_and_line(name: str, content: bytes) -> None:
    book = book_of({"in/a.md": f"# A\n\nText\n\n![Alt]({name})\n"}, {f"in/{name}": content})
    said = outcome(book)
    assert name in said
    assert "line 5" in said
    assert said.startswith("in")
    assert "\n" not in said


def outcome(book: Book) -> str:
    """The one remark on a PDF that was built, or the one line of the refusal."""
    try:
        built: Built = build("pdf_draft", book)
    except BuildError as error:
        return str(error)
    (remark,) = built.remarks
    assert "Picture missing: Alt" in text_of(reader_of(built))
    return f"{remark.chapter}, line {remark.line}: {remark.message}"


UNFIT = {
    "script": b"<script>x</script>",
    "prefixed script": b'<a-b:script xmlns:a-b="http://www.w3.org/2000/svg">x</a-b:script>',
    "handler": b"<g onclick='x'/>",
    "link": b"<a href='java&#10;script&#58;x'><g/></a>",
    "animation": b"<set attributeName='onclick' to='x'/>",
    "foreign": b"<foreignObject><b>x</b></foreignObject>",
    "file": b"<image href='file:///etc/passwd'/>",
    "remote": b"<image href='https://x.example/y.png'/>",
    "style": b"<style>@import url(https://x.example)</style>",
    "fill": b"<g fill='url(https://x.example#y)'/>",
    "stylesheet": b"<?xml-stylesheet href='x'?>",
}


@pytest.mark.parametrize("inside", UNFIT.values(), ids=UNFIT)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_drawing_that_runs_or_fetches_is_not_passed_on(inside: bytes, encoding: str) -> None:
    content = (SVG % inside).decode().encode(encoding)
    (picture,) = book_of("", {"a.svg": content}).pictures.values()
    assert fit_to_show(picture)


@pytest.mark.parametrize(
    "content",
    [
        SVG % b"<!-- script --><a href='https://x.example'><text>onclick=</text></a>",
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/y.dtd">'
        + SVG % b"<style>.a{fill:url(#g)}</style><use href='#g'/>",
    ],
)
def test_an_honest_drawing_is_passed_on(content: bytes) -> None:
    (picture,) = book_of("", {"a.svg": content}).pictures.values()
    assert fit_to_show(picture) == ""


def test_a_drawing_with_entities_is_refused() -> None:
    content = b'<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + SVG % b"&b;"
    (picture,) = book_of("", {"a.svg": content}).pictures.values()
    assert fit_to_show(picture) == "declares entities"


@pytest.mark.parametrize(
    "source",
    ["gone.png", "../../../etc/passwd", "/etc/passwd", "https://x.example/a.png", "//x/a.png",
     "data:image/png;base64,iVBORw0KGgo=", "a%00.png", "a#b?c.png"],
)  # fmt: skip
def test_a_picture_that_is_no_file_of_the_book_is_remarked(source: str) -> None:
    book = book_of({"in/a.md": f"# A\n\nText\n\n![Alt]({source})\n"})
    for kind in ("web_html", "pdf_draft"):
        built = build(kind, book)
        assert [(one.chapter, one.line > 0) for one in built.remarks] == [("in--a", True)]
        assert "\n" not in built.remarks[0].message
    assert "Picture missing: Alt" in pages(build("web_html", book))["book.html"].words


def test_what_pandoc_cannot_finish_is_given_up_with_chapter_and_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pandoc, "LONGEST_SECONDS", 0.5)
    text = "# A\n\n" + "".join("> " * n + "q\n" for n in range(40))
    with pytest.raises(BuildError, match=r"^01-one.md: pandoc took more .* line 42 opens the most"):
        build("web_html", book_of(text))


def test_what_would_take_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "MOST_MEMORY", "64m")
    build("web_html", book_of("*a* [b](c) "))
    with pytest.raises(BuildError, match=r"^01-one.md: pandoc could not read it: .*[Hh]eap"):
        build("web_html", book_of("*a* [b](c) " * 5_000))


@pytest.mark.parametrize(
    "path", ["true.md", "a=b.md", "-x.md", "a'b\"<c>.md", "100%.md", "ü/é ß.md"]
)
def test_any_name_of_a_chapter_will_do(path: str) -> None:
    book = book_of({path: "No heading. [me](#x)\n", "z.md": "# Z\n"})
    web = build("web_html", book)
    assert dead_links(web) == []
    assert [page.misnested for page in pages(web).values()] == [[]] * 4
    assert len(bookmarks(pdf_of(book))) == 2


def test_no_file_of_the_machine_can_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(png())
    book = book_of(f"# A\n\n![Alt]({secret})\n\n![Alt](../../../../../..{secret})\n")
    for kind in ("web_html", "pdf_draft"):
        assert len(build(kind, book).remarks) == 2
