"""The page of a redline, and what it is made of."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import caches
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client

from artifacts.models import Artifact
from books.chapter_text import ChapterText
from books.models import Text
from books.redlines import redline
from config.console import redlines
from tests.agents import Crew
from tests.factories import started

pytestmark = pytest.mark.django_db

HOSTILE = (
    "<script>alert(1)</script> ]]> <img src=x onerror=alert(1)> \u202eevil\u202c {{ 7 }} &amp;\n"
)
MOST_BYTES = 150_000


def kept(text: str) -> str:
    """The digest of a text in the registry."""
    chapter = ChapterText.from_text("a.md", text)
    Text.objects.get_or_create(digest=chapter.digest, text=text)
    return chapter.digest


def between(old: str, new: str) -> str:
    """The address of their redline."""
    return f"/redlines/{kept(old)}/{kept(new)}/"


@pytest.fixture(autouse=True)
def forgetful(settings: Any, tmp_path: Path) -> None:
    """A cache of redlines for each test."""
    place = {**settings.CACHES["redlines"], "LOCATION": str(tmp_path / "redlines")}
    settings.CACHES = {**settings.CACHES, "redlines": place}


@pytest.fixture
def reader() -> Client:
    user = User.objects.create_user("anna")
    user.groups.add(Group.objects.get_or_create(name="viewer")[0])
    client = Client()
    client.force_login(user)
    return client


def shown(reader: Client, address: str, **headers: str) -> str:
    answer = reader.get(address, headers=headers)
    assert answer.status_code == 200, answer.content
    assert len(answer.content) <= MOST_BYTES
    return answer.content.decode()


def part(reader: Client, address: str) -> str:
    return shown(reader, address, **{"HX-Request": "true"})


def new_text(page: str) -> str:
    """What a script puts together from the rows: that of the new text, without its folds."""
    rows = re.findall(r'<div class="text" data-start="(\d+)">(.*?)</div>', page, re.DOTALL)
    return "".join(
        unescape(re.sub(r"<del.*?</del>|</?ins.*?>", "", row, flags=re.S)) for _, row in rows
    )


def lines(count: int) -> str:
    return "".join(f"## Head {n}\n\nline {n}\n\n" for n in range(count))


def test_words_are_marked(reader: Client) -> None:
    page = shown(reader, between("Roll two dice now.\n", "Roll three dice now.\n"))
    assert "Roll <del>two</del><ins>three</ins> dice now." in page
    assert '+1<span class="of"> word added' in page


def test_nothing_and_only_white_space_are_said(reader: Client) -> None:
    assert "Nothing changed." in shown(reader, between("a\n", "a\n"))
    assert "Only white space differs" in shown(reader, between("a b\n", "a  b\n"))


def test_side_by_side_has_both_texts_in_a_row(reader: Client) -> None:
    page = shown(reader, between("Roll two dice.\n", "Roll three dice.\n") + "?view=side")
    assert page.count('class="cell changed"') == 2
    assert "Roll <del>two</del> dice." in page
    assert "Roll <ins>three</ins> dice." in page


def test_what_came_stands_beside_what_went(reader: Client) -> None:
    old, new = "The dwarves keep gold under it.\n", "Whoever sails must pay a toll.\n"
    page = shown(reader, between(old, new) + "?view=side")
    assert re.search(r'cell removed"[^§]*?cell added"', page)
    assert page.count('<div class="row') == 1


@pytest.mark.parametrize("view", ["inline", "side"])
def test_what_a_text_says_is_never_run(reader: Client, view: str) -> None:
    for old, new in (("a\n", HOSTILE), (HOSTILE, "a\n"), (HOSTILE, HOSTILE + "b"), ("", HOSTILE)):
        page = shown(reader, between(old, new) + f"?view={view}&unfold=all")
        assert "<script>alert" not in page
        assert "<img src" not in page
        assert "{{ 7 }}" in page
        assert "&amp;amp;" in page


def test_a_fold_opens_in_the_page_and_as_a_part(reader: Client) -> None:
    old = lines(20)
    address = between(old, old.replace("line 19", "line nineteen"))
    folded = shown(reader, address)
    link = re.search(r'<a href="([^"#]*unfold[^"#]*)#[^"]*" hx-get="([^"]*)"', folded)
    assert link is not None
    assert "line 7" not in folded
    assert "line 7" in shown(reader, unescape(link[1]))
    lone = part(reader, unescape(link[2]))
    assert "line 7" in lone
    assert "line nineteen" not in lone
    assert "<section" not in lone


def test_folds_opened_one_by_one_stay_open(reader: Client) -> None:
    old = lines(60)
    address = between(old, old.replace("line 30\n", "line thirty\n"))
    first = unescape(re.findall(r'href="([^"#]*unfold=\d+)#', shown(reader, address))[0])
    both = unescape(re.findall(r'href="([^"#]*unfold=[^"#]*)#', shown(reader, first))[-1])
    page = shown(reader, both)
    assert "line 3\n" in page
    assert "line 55\n" in page
    assert new_text(page) == old.replace("line 30\n", "line thirty\n")


def test_rows_give_the_offsets_of_the_new_text(reader: Client) -> None:
    old = lines(20)
    new = old.replace("line 3", "ligne & 3").replace("## Head 7", "## Kopf 'sieben'")
    page = shown(reader, between(old, new) + "?unfold=all&view=side")
    assert "part=2" not in page
    assert new_text(page) == new
    for start, row in re.findall(r'data-start="(\d+)">([^<]+)<', page):
        assert new[int(start) :].startswith(unescape(row))


@pytest.mark.parametrize("view", ["inline", "side"])
def test_a_long_text_comes_in_parts_each_small_enough(reader: Client, view: str) -> None:
    new = "".join(f"Rule {n} of 'many' & \"more\" <b>words</b> than fit.\n\n" for n in range(900))
    address = f"{between('', new)}?view={view}"
    whole, pages = "", 0
    after: str | None = address
    while after:
        page = shown(reader, after)
        whole, pages = whole + new_text(page), pages + 1
        found = re.search(r'<a href="([^"]*)" hx-get="[^"]*more=1', page)
        after = unescape(found[1]) if found else None
    assert whole == new
    assert pages >= 3
    assert "Rule 0 of" not in part(reader, f"{address}&part=2&more=1")


def test_a_fold_too_long_for_a_page_opens_bit_by_bit(reader: Client) -> None:
    old = "".join(f"line {n}\n\n" for n in range(1_000))
    address = between(old, old + "end\n")
    whole = ""
    found = re.search(r'hx-get="([^"]*fold=\d+)"', shown(reader, address))
    while found:
        lone = part(reader, unescape(found[1]))
        whole += new_text(lone)
        found = re.search(r'hx-get="([^"]*fold=\d+)"', lone)
    assert whole == old[: len(whole)]
    assert len(whole) > len(old) - 50


def test_one_line_of_a_megabyte_comes_in_parts(reader: Client) -> None:
    old = "word " * 200_000
    first = shown(reader, between(old, old.replace("word", "<'>", 3)))
    assert "part=2" in first
    ids = re.findall(r' id="([^"]+)"', first)
    assert len(ids) == len(set(ids))


def test_moved_text_leads_to_its_other_end_though_in_another_part(reader: Client) -> None:
    block = "The keeper of the tower counts each of the stairs aloud.\n\n"
    rest = "".join(f"Newly written rule {n} stands here for all to see.\n\n" for n in range(500))
    old = f"Start.\n\n{block}Go on.\n\nMiddle.\n\nEnd.\n"
    page = shown(reader, between(old, f"Start.\n\nGo on.\n\nMiddle.\n\n{rest}End.\n\n{block}"))
    link = re.search(r'<a class="tag moved" href="([^"]*part=\d+[^"]*)#text-(\d+)">Moved to', page)
    assert link is not None
    other = shown(reader, unescape(link[1]))
    assert f'id="text-{link[2]}"' in other
    assert re.search(r'href="[^"]*#text-old-3">Moved from line 3<', other)


@dataclass
class Note:
    severity: str
    message: str
    rule: str


def test_notes_stand_beside_their_lines_which_are_not_folded(reader: Client) -> None:
    old = lines(30)
    made = redline(old, old + "end\n")
    note = Note("error", "no <b>such</b> word", "terms")
    on_page = redlines.Shown.of(made, QueryDict(), address="/x/?a=1", slug="s", notes={43: [note]})
    html = render_to_string("console/parts/redline.html", {"shown": on_page})
    row = re.search(r'id="s-43".*?</ul>', html, re.DOTALL)
    assert row is not None
    assert "line 10\n" in row[0]
    assert "no &lt;b&gt;such&lt;/b&gt; word" in row[0]
    assert 'href="/x/?a=1&amp;unfold=0#s-1"' in html


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("view=upside", 'view: no "upside"'),
        ("part=2", "part: no 2"),
        ("part=0", "part: no 0"),
        ("part=x", "is no number"),
        ("part=%C2%B2", "is no number"),
        ("unfold=3", "nothing is folded at 3"),
        ("unfold=-1", "is no number"),
        ("fold=77", "nothing is folded at 77"),
        ("fold=99999999999999999999", "is no number"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(reader: Client, query: str, told: str) -> None:
    answer = reader.get(between("a\n", "b\n") + f"?{query}")
    assert answer.status_code == 400
    assert told in unescape(answer.content.decode())


def test_chapters_are_shown_that_were_handed_in_and_nothing_else(reader: Client) -> None:
    crew = Crew(started())
    while not Artifact.objects.filter(artifact_type="chapter").exists():
        crew.claim().complete()
    chapter = Artifact.objects.filter(artifact_type="chapter").get().digest
    assert "Revised." in shown(reader, f"/redlines/{kept('a')}/{chapter}/")
    others = Artifact.objects.exclude(artifact_type="chapter").values_list("digest", flat=True)
    for other in (*others, "a" * 64):
        answer = reader.get(f"/redlines/{kept('a')}/{other}/")
        assert answer.status_code == 404
        assert f"no chapter has the digest {other}" in answer.content.decode()


def test_the_second_time_no_text_is_read(reader: Client, django_assert_num_queries: Any) -> None:
    old, new = kept("a b c\n"), kept("a x c\n")
    first = redlines.between(old, new)
    with django_assert_num_queries(0):
        assert redlines.between(old, new) == first


def test_a_damaged_cache_is_drawn_anew(reader: Client) -> None:
    old, new = kept("a b c\n"), kept("a x c\n")
    first = redlines.between(old, new)
    for bad in (b"damaged", "text", 7):
        caches["redlines"].set(f"1-{old}-{new}", bad)
        assert redlines.between(old, new) == first


def test_the_page_asks_few_queries_whatever_the_length(
    reader: Client, django_assert_max_num_queries: Any
) -> None:
    for count in (1, 500):
        address = between(lines(count), lines(count + 1))
        with django_assert_max_num_queries(10):
            shown(reader, address)
