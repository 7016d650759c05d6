"""What the store holds, looked at in the browser: harmless, whatever was handed in."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from artifacts.models import Artifact
from artifacts.previews import pages
from artifacts.previews.harmless import harmless
from artifacts.registry import Handed, register
from artifacts.storage import name_of
from books.registry import snapshot
from config.admin.verbs import page_of
from tests.agents import Crew
from tests.contents import assembled, epub, pdf, zipped
from tests.documents import SVG, png
from tests.factories import BookFactory, book_of, started
from workflows.models import WorkflowRun
from workflows.roster import bind

pytestmark = pytest.mark.django_db
MOST_HTML = 150_000
TAG = re.compile("<[^>]*>")
SCRIPT = "<script>alert(1)</script>"
HOSTILE = f"""<!DOCTYPE html><html><head><title>x</title>
<meta http-equiv="refresh" content="0; url=https://evil.example/">
<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/a.css">
<style>p {{ color: teal }}</style></head><body onload="alert(1)">{SCRIPT}
<p>Words.</p><a href="https://evil.example/">out</a><a href="//evil.example/">out</a>
<a href="javascript:alert(1)">run</a><a href="#here">in</a>
<img src="https://evil.example/a.png" onerror="alert(1)"><img src="data:image/png;base64,AAAA">
<form action="https://evil.example/"><input name="a"><button>Send</button></form>
<iframe src="https://evil.example/"></iframe><object data="x.swf"></object>
<svg onload="alert(1)"><script>alert(2)</script></svg><p onclick="alert(1)">more</p></body>"""


@pytest.fixture(autouse=True)
def previews(settings: Any, tmp_path: Path) -> None:
    kept = {**settings.CACHES["previews"], "LOCATION": str(tmp_path / "previews")}
    settings.CACHES = {**settings.CACHES, "previews": kept}


@pytest.fixture
def run() -> WorkflowRun:
    return started(book_of(1, slug="sea"))


@pytest.fixture
def anna() -> Client:
    return browser("anna", "viewer")


def browser(name: str, *groups: str) -> Client:
    user = User.objects.create_user(name)
    for group in groups:
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    client = Client()
    client.force_login(user)
    return client


def made(run: WorkflowRun, artifact_type: str, path: str, content: bytes | str) -> Artifact:
    held = content.encode() if isinstance(content, str) else content
    handed = Handed.of_bytes(artifact_type, path, held)
    return register(run, None, handed, delivered=False)[0]


def at(route: str, artifact: Artifact, *more: object) -> str:
    return reverse(f"console:{route}", args=[artifact.public_id, *more])


def shown(client: Client, artifact: Artifact, **query: str) -> str:
    answer = client.get(at("preview", artifact), query)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert len(answer.content) <= MOST_HTML
    assert SCRIPT not in text
    return text


def test_a_chapter_is_set_as_it_will_look_and_its_source_is_a_click_away(
    run: WorkflowRun, anna: Client
) -> None:
    chapter = made(run, "chapter", "01-one.md", "# One\n\nRoll *two* dice.\n\n| a | b |\n|--|--|\n")
    assert f'<iframe class="preview-frame" sandbox src="{at("preview-frame", chapter)}"' in shown(
        anna, chapter
    )
    framed = anna.get(at("preview-frame", chapter))
    assert "Roll <em>two</em> dice." in framed.content.decode()
    assert "Roll *two* dice." in shown(anna, chapter, **{"as": "text"})


def test_a_framed_document_may_neither_run_nor_fetch_nor_lead_out(
    run: WorkflowRun, anna: Client
) -> None:
    for artifact in (
        made(run, "print_html", "print.html", HOSTILE),
        made(run, "release_notes", "notes.md", f"# Notes\n\n{HOSTILE}\n"),
    ):
        shown(anna, artifact)
        shown(anna, artifact, **{"as": "text"})
        answer = anna.get(at("preview-frame", artifact))
        law = answer["Content-Security-Policy"]
        assert law.startswith("sandbox; default-src 'none';")
        assert "allow-" not in law
        assert "script-src" not in law
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        body = answer.content.decode().partition("<body>")[2].lower()
        assert "words." in body
        tags = " ".join(TAG.findall(body))
        for word in ("evil", "script", "alert", " on", "<form", "<iframe", "<meta", "<svg"):
            assert word not in tags, word


def test_a_made_page_keeps_its_own_looks_and_its_ways_within(
    run: WorkflowRun, anna: Client
) -> None:
    page = made(run, "print_html", "print.html", HOSTILE)
    body = anna.get(at("preview-frame", page)).content.decode()
    assert "p { color: teal }" in body
    assert '<a href="#here"' in body
    assert '<img src="data:image/png;base64,AAAA">' in body


def test_a_document_keeps_its_column_and_its_title_is_no_text_of_it() -> None:
    page = "<title>Red</title><style>main {margin: 0}</style><main><p>Hello.</p></main>"
    assert harmless(page) == "<style>main {margin: 0}</style><main><p>Hello.</p></main>"


def test_what_leads_nowhere_is_harmless_already() -> None:
    assert harmless('<a href=" #x">a</a><a href="JAVASCRIPT:alert(1)">b</a>').count("href") == 1
    assert "http" not in harmless('<img src="data:text/html,x"><img src=" https://x/">')
    sheet = "@import 'https://x/a.css'; p { color: red; background: URL( 'https://x/b' ) }"
    kept = harmless(f'<style>{sheet}</style><p style="background: url(https://x/c)">x</p>')
    assert "https" not in kept
    assert "color: red" in kept
    assert "url(data:image/png;base64,AA)" in harmless(
        "<style>p { background: url(data:image/png;base64,AA) }</style>"
    )


def test_the_pictures_of_a_chapters_version_are_carried_within(
    tmp_path: Path, anna: Client
) -> None:
    files = {"01-one.md": "# One\n\n![A map](art/map.png)\n", "art/map.png": png()}
    book = BookFactory(folder=tmp_path / "book", files=files)
    snapshot(book)
    bind("writer", "external")
    crew = Crew(started(book)).up_to("write")
    crew.claim("writer").complete(files["01-one.md"])
    chapter = crew.artifact("chapter", "01-one")
    assert 'src="data:image/png;base64,' in anna.get(at("preview-frame", chapter)).content.decode()


def test_a_pdf_is_shown_page_by_page_and_drawn_once(
    run: WorkflowRun, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = made(run, "pdf_draft", "draft.pdf", pdf(3))
    page = shown(anna, draft)
    assert "3 pages" in page
    assert [page.count(at("sheet", draft, number)) for number in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert page.count('loading="lazy"') == 2
    first = anna.get(at("sheet", draft, 1))
    assert first["Content-Type"] == "image/png"
    assert first.content.startswith(b"\x89PNG")
    assert "sandbox" in first["Content-Security-Policy"]
    monkeypatch.setattr(pages, "_drawn", None)  # would fail if it were asked
    assert anna.get(at("sheet", draft, 1)).content == first.content
    known = {"If-None-Match": first["ETag"]}
    assert anna.get(at("sheet", draft, 1), headers=known).status_code == 304


def test_a_page_is_drawn_in_its_own_proportions(run: WorkflowRun) -> None:
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 800]/Contents 4 0 R>>",
        b"<</Length 26>>stream\n1 0 0 rg 0 0 400 800 re f \nendstream",
    )
    draft = made(run, "pdf_draft", "draft.pdf", assembled(objects))
    sheet = pages.sheet(draft.digest, 1)
    assert (sheet.pages, sheet.size) == (1, (700, 1400))
    assert first_pixel(sheet.png) == (255, 0, 0)


def first_pixel(content: bytes) -> tuple[int, ...]:
    place = content.index(b"IDAT") + 4
    return tuple(zlib.decompressobj().decompress(content[place:])[1:4])


def test_a_long_pdf_is_shown_in_parts(run: WorkflowRun, anna: Client) -> None:
    draft = made(run, "pdf_draft", "draft.pdf", pdf(100))
    first, last = shown(anna, draft), shown(anna, draft, **{"from": "81"})
    assert "100 pages, 1 to 40 shown" in first
    assert "Pages 41 to 80" in first
    assert "100 pages, 81 to 100 shown" in last
    assert "?from=41" in last


def test_a_page_that_there_is_not_is_refused_in_words(run: WorkflowRun, anna: Client) -> None:
    draft = made(run, "pdf_draft", "draft.pdf", pdf(3))
    answer = anna.get(at("sheet", draft, 9))
    assert (answer.status_code, "it has 3 pages, and no page 9" in answer.content.decode()) == (
        409, True
    )  # fmt: skip
    assert "it has 3 pages, and no page 9" in shown(anna, draft, **{"from": "9"})
    for wrong in ("0", "-1", "x", "٣", "9" * 5000):
        assert anna.get(at("preview", draft), {"from": wrong}).status_code == 400


def test_a_pdf_that_takes_too_long_is_not_shown_and_can_be_downloaded(
    run: WorkflowRun, anna: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = made(run, "pdf_draft", "draft.pdf", pdf())
    sleeping = tmp_path / "sleeping.py"
    sleeping.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr("artifacts.contents.pdf.OPEN", sleeping)
    monkeypatch.setattr(pages, "LONGEST_SECONDS", 1)
    page = shown(anna, draft)
    assert "It cannot be shown: it is a PDF that does not open within 1 seconds." in page
    assert at("content", draft) in page


def test_more_drawings_than_may_be_at_once_wait_and_are_refused_in_the_end(
    run: WorkflowRun, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = made(run, "pdf_draft", "draft.pdf", pdf())
    monkeypatch.setattr(pages, "LONGEST_SECONDS", 0.01)
    taken = [pages.AT_ONCE.acquire() for _ in range(2)]
    try:
        answer = anna.get(at("sheet", draft, 1))
    finally:
        for _ in taken:
            pages.AT_ONCE.release()
    assert answer.status_code == 503
    monkeypatch.setattr(pages, "LONGEST_SECONDS", 20)
    assert anna.get(at("sheet", draft, 1)).status_code == 200


def test_what_was_kept_and_is_damaged_is_drawn_again(run: WorkflowRun, anna: Client) -> None:
    draft = made(run, "pdf_draft", "draft.pdf", pdf())
    drawn = pages.sheet(draft.digest, 1)
    for file in Path(caches["previews"]._dir).glob("*.djcache"):
        file.write_bytes(b"damaged")
    assert pages.sheet(draft.digest, 1) == drawn


def test_texts_are_escaped_and_cut_and_the_whole_is_a_link_away(
    run: WorkflowRun, anna: Client
) -> None:
    told = json.dumps({"title": SCRIPT, "words": "&" * 400_000})
    record = made(run, "qa_report", "report.json", told)
    page = shown(anna, record)
    assert "&lt;script&gt;alert(1)" in page
    assert "This is its beginning" in page
    answer = anna.get(at("content", record))
    assert answer.getvalue().decode() == told
    assert answer["Content-Disposition"] == 'attachment; filename="report.json"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "This is its beginning" not in shown(anna, made(run, "qa_report", "short.json", "{}"))


def test_large_markdown_is_shown_as_text(run: WorkflowRun, anna: Client) -> None:
    notes = made(run, "release_notes", "notes.md", "words\n" * 200_000)
    assert "<iframe" not in shown(anna, notes)
    assert anna.get(at("preview-frame", notes)).status_code == 409


def test_zips_are_lists_of_their_files(run: WorkflowRun, anna: Client) -> None:
    files = {"index.html": "<p>x</p>", f"{SCRIPT.replace('/', '')}.html": "x"}
    page = shown(anna, made(run, "web_html", "web.zip", zipped(files)))
    assert "&lt;script&gt;alert(1)&lt;script&gt;.html" in page
    assert "OEBPS/book.opf" in shown(anna, made(run, "epub", "book.epub", epub()))
    many = {f"{n}{'&' * 150}.html": "x" for n in range(2000)}
    assert "and 1,800 more" in shown(anna, made(run, "web_html", "many.zip", zipped(many)))


def test_pictures_are_pictures(run: WorkflowRun, anna: Client) -> None:
    for path, content in (("a.png", png()), ("a.svg", SVG % b"")):
        plan = made(run, "layout_plan", path, content)
        assert f'<img src="{at("content", plan)}"' in shown(anna, plan)
        whole = anna.get(at("content", plan))
        assert whole.getvalue() == content
        assert "sandbox" in whole["Content-Security-Policy"]


def test_a_name_with_markup_in_it_is_only_a_name(run: WorkflowRun, anna: Client) -> None:
    for path in ('"><script>alert(1)<.md', "'onload=alert(1) x='.md"):
        page = shown(anna, made(run, "release_notes", path, "# Notes\n"))
        assert "<script>alert" not in page
        assert "'onload" not in page


def test_a_script_gets_only_the_part(run: WorkflowRun, anna: Client) -> None:
    notes = made(run, "release_notes", "notes.md", "# Notes\n")
    part = anna.get(at("preview", notes), headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<section class="preview"')
    assert "<html" not in part


def test_what_the_store_has_lost_is_told_plainly(
    run: WorkflowRun, anna: Client, store: Path
) -> None:
    record = made(run, "qa_report", "report.json", "{}")
    (store / name_of(record.digest)).unlink()
    for route in ("preview", "content"):
        answer = anna.get(at(route, record))
        assert answer.status_code == 409
        assert "are not in the store" in answer.content.decode()


def test_no_such_artifact_is_said_so(anna: Client) -> None:
    answer = anna.get(reverse("console:preview", args=["art-nothing"]))
    assert answer.status_code == 404
    assert "no artifact" in answer.content.decode()


def test_a_look_takes_a_fixed_number_of_queries(run: WorkflowRun, anna: Client) -> None:
    chapter = made(run, "chapter", "01-one.md", "# One\n")
    for route in ("preview", "preview-frame", "content"):
        with CaptureQueriesContext(connection) as asked:
            answer = anna.get(at(route, chapter))
            if answer.streaming:
                answer.getvalue()
        assert len(asked) <= 7, [one["sql"] for one in asked]


def test_in_a_frame_one_is_told_that_the_session_has_ended(run: WorkflowRun) -> None:
    chapter = made(run, "chapter", "01-one.md", "# One\n")
    answer = Client().get(at("preview-frame", chapter))
    assert (answer.status_code, b"your session has ended" in answer.content) == (401, True)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_leads_back_to_book_run_and_step_for_who_may_look_at_them(anna: Client) -> None:
    crew = Crew(started(book_of(1))).up_to("edit")
    step = crew.steps().get(name="write")
    page = shown(anna, Artifact.objects.get(step=step))
    for row in (crew.run.book, crew.run, step):
        assert f'href="{page_of(row)}"' in page
