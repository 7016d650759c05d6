"""What the store holds, before a browser: nothing of it runs, and it asks nobody else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from artifacts.builders import build
from artifacts.models import Artifact
from artifacts.registry import Handed, register
from tests.browser.person import PHONE, Person
from tests.contents import zipped
from tests.documents import png
from tests.factories import book_of, started
from workflows.agents.documents import book_of as as_book

Someone = Callable[..., Person]
HOSTILE = """<!DOCTYPE html><html><head><title>x</title>
<style>@import url("https://evil.example/a.css"); h1 { color: teal;
background: url(https://evil.example/b.png) }</style></head>
<body onload="document.title='run'"><script>document.title='run'</script>
<h1>Print</h1><p>Words to be read.</p><img src="https://evil.example/a.png">
<a href="https://evil.example/">a way out</a><iframe src="https://evil.example/"></iframe>
</body></html>"""
DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" width="300" height="160">
<rect width="300" height="160" fill="#dfe8ee"/><path d="M0 120q75-60 150 0t150 0v40H0z"
style="fill:#4c6b47"/><circle cx="230" cy="45" r="22" fill="#c98a2b"/></svg>"""
CHAPTER = """# The Toll at Sallow Bridge

The bridge at Sallow is held by a toll-keeper who has *not been paid* since the flood.

| Roll | She takes |
|------|-----------|
| 2–6  | coin      |
| 7+   | a story   |

> Whoever crosses by night hears the river say a name.

<script>document.title = "run"</script>
"""


@pytest.fixture
def run() -> object:
    return started(book_of(3, slug="sea", title="Lamps of the Strand"))


def made(run: object, artifact_type: str, path: str, content: bytes | str) -> str:
    held = content.encode() if isinstance(content, str) else content
    row: Artifact = register(
        run, None, Handed.of_bytes(artifact_type, path, held), delivered=False
    )[0]
    return f"/artifacts/{row.public_id}/preview/"


def test_a_chapter_is_set_and_its_source_is_one_click_away(someone: Someone, run: object) -> None:
    anna = someone("anna", "viewer")
    page = anna.opens(made(run, "chapter", "01-one.md", CHAPTER))
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="The Toll at Sallow Bridge")).to_be_visible()
    anna.looks("preview-chapter")
    page.get_by_role("link", name="Source").click()
    expect(page.get_by_text("| Roll | She takes |")).to_be_visible()
    anna.looks("preview-source")
    assert anna.violations() == []
    page.get_by_role("link", name="As it looks").click()
    expect(frame.get_by_role("heading", name="The Toll at Sallow Bridge")).to_be_visible()
    assert page.title() == "01-one.md – Bindery"


def test_nothing_of_a_hostile_page_runs_and_nobody_is_asked(someone: Someone, run: object) -> None:
    anna = someone("anna", "viewer")
    address = made(run, "print_html", "print.html", HOSTILE)
    page = anna.opens(address)
    expect(page.frame_locator("iframe").get_by_text("Words to be read.")).to_be_visible()
    assert page.title() == "print.html – Bindery"
    anna.opens(f"{address}frame/")
    expect(page.get_by_text("Words to be read.")).to_be_visible()
    page.get_by_text("a way out").click()
    assert page.url.endswith("/frame/")
    assert page.title() == "print.html"


def test_a_pdf_is_turned_by_scrolling(someone: Someone, run: object) -> None:
    anna = someone("anna", "viewer")
    draft = build("pdf_draft", as_book(run.input_version)).files[0]  # type: ignore[attr-defined]
    page = anna.opens(made(run, "pdf_draft", "draft.pdf", draft.content))
    first = page.get_by_alt_text("Page 1", exact=True)
    expect(first).to_be_visible()
    last = page.locator(".preview-pages img").last
    last.scroll_into_view_if_needed()
    drawn = "image => image.complete && image.naturalWidth > 300"
    page.wait_for_function(f"({drawn})(document.querySelector('.preview-pages img'))")
    anna.looks("preview-pdf")
    assert anna.violations() == []


def test_pictures_and_zips_fit_a_phone_and_the_dark(someone: Someone, run: object) -> None:
    anna = someone("anna", "viewer", viewport=PHONE, color_scheme="dark")
    page = anna.opens(made(run, "layout_plan", "plan.svg", DRAWING))
    wide = "() => document.querySelector('.preview-picture img').naturalWidth === 300"
    page.wait_for_function(wide)
    anna.looks("preview-picture-phone-dark")
    assert anna.violations() == []
    files = {"index.html": "<p>x</p>", "art/lamp.png": png(), f"{'long-' * 30}.html": "x"}
    anna.opens(made(run, "web_html", "web.zip", zipped(files)))
    anna.looks("preview-zip-phone-dark")
    assert anna.overflow() <= 0
    assert anna.violations() == []


def test_a_picture_is_shown_without_script_too(someone: Someone, run: object) -> None:
    anna = someone("anna", "viewer", java_script_enabled=False)
    page = anna.opens(made(run, "qa_report", "report.json", '{"findings": []}'))
    expect(page.get_by_text('{"findings": []}')).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_text() == '{"findings": []}'
