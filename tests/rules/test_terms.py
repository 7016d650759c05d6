import time

import pytest

from books.checks import Book, read
from books.checks.reading import Reading
from books.checks.terms import avoided, uncapitalised, upright
from books.checks.vocabulary import Vocabulary, plural_of
from tests.checking import findings, found, page

HOUSE = """
[terms]
"armor" = "armour"
"game master" = "Harbourmaster"
"hit point" = "point of grit"
"hit points" = "Grit"
"sea-stack" = "sea stack"
"oil" = "lamp oil"
"lamp lights" = "lamp lights"
"lamp light" = "lamplight"
"army" = "host"
"Keeper" = "Warden"
"grimoire" = "*grimoire*"
"&" = "and"
"e.g." = "for example"
[game]
capitals = ["Grit", "Lamp Office", "near miss"]
italics = ["The Long Ebb"]
"""


def suggested(text: str, rule: str) -> list[tuple[str, str]]:
    return [(one.quote, one.suggestion) for one in findings(text, HOUSE) if one.rule == rule]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("armor", "armour"),
        ("armors", "armours"),
        ("Armor", "Armour"),
        ("ARMOR", "ARMOUR"),
        ("game master", "Harbourmaster"),
        ("Game Masters", "Harbourmasters"),
        ("game\nmaster", "Harbourmaster"),
        ("hit point", "point of grit"),
        ("Hit Point", "Point of Grit"),
        ("hit points", "Grit"),
        ("sea-stacks", "sea stacks"),
        ("oil", "lamp oil"),
        ("armies", "hosts"),
        ("Keeper", "Warden"),
        ("grimoire", "*grimoire*"),
        ("Grimoires", "*Grimoires*"),
        ("&", "and"),
        ("e.g.", "for example"),
    ],
)
def test_a_form_to_avoid_is_found_with_the_one_to_print(written: str, right: str) -> None:
    assert suggested(f"Take {written} along.", "term") == [(written, right)]


def test_the_possessive_stays_as_it_stands() -> None:
    assert suggested("The game master's armor’s weight", "term") == [
        ("game master", "Harbourmaster"),
        ("armor", "armour"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Take armour, armored men and disarmor along.",
        "The lamp oil burns. Lamp oil is dear.",
        "A keeper of bees.",
        "The *grimoire* and the _old grimoire_ burn.",
        "## The grimoire",
        "Your lamp lights the way.",
        "`armor` <!-- armor --> [a suit](armor.md) https://armor.example",
        "A hit, points of light.",
    ],
)
def test_right_forms_are_left_alone(text: str) -> None:
    assert found(text, "term", HOUSE) == []


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("Lose 2 grit.", "grit", "Grit"),
        ("The GRIT you have.", "GRIT", "Grit"),
        ("Go to the lamp office.", "lamp office", "Lamp Office"),
        ("The Lamp office’s door", "Lamp office", "Lamp Office"),
        ("It is a Near Miss.", "Near Miss", "near miss"),
        ("Two Near misses.", "Near misses", "near misses"),
        ("### Your grit", "grit", "Grit"),
    ],
)
def test_a_term_without_its_capitals_is_found(text: str, wrong: str, right: str) -> None:
    assert suggested(text, "capitals") == [(wrong, right)]


@pytest.mark.parametrize(
    "text",
    [
        "Lose Grit at the Lamp\nOffice. It is a near miss.",
        "Near misses hurt. “Near miss!” - Near miss.",
        "**Near miss.** You may pay.",
        "# GRIT\n\n| GRIT | Near Miss |\n|---|---|\n| 1 | Near miss |",
        "## Near Miss",
        "The Lamp Offices’ doors; gritty, integrity.",
        "`grit` [see](grit.md)",
    ],
)
def test_terms_with_their_capitals_are_left_alone(text: str) -> None:
    assert found(text, "capitals", HOUSE) == []


@pytest.mark.parametrize(
    "text", ["Play The Long Ebb now.", "**The Long Ebb** is a game.", "The Long\nEbb"]
)
def test_a_title_that_stands_upright_is_found(text: str) -> None:
    assert [right for _, right in suggested(text, "italics")] == ["*The Long Ebb*"]


@pytest.mark.parametrize(
    "text",
    [
        "*The Long Ebb*, _The Long Ebb_ and ***The Long Ebb***.",
        "*Welcome to The Long Ebb, friend.*",
        "# The Long Ebb",
        "[The Long Ebb](ebb.md) and [buy The Long Ebb now][shop]",
        "It was the long ebb of the year.",
    ],
)
def test_a_title_in_italics_a_heading_or_a_link_is_left_alone(text: str) -> None:
    assert found(text, "italics", HOUSE) == []


def test_without_terms_nothing_is_looked_for() -> None:
    assert {one.rule for one in findings("armor grit The Long Ebb")} == set()


def test_of_forms_at_one_place_the_longest_counts() -> None:
    words = Vocabulary(["sea", "sea bed", "bed"])
    assert [hit.form for hit in words.hits("The Sea beds of the İsea.")] == ["sea bed"]


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("army", "armies"),
        ("key", "keys"),
        ("torch", "torches"),
        ("glass", "glasses"),
        ("Wits", "Wits"),
        ("GM", "GMs"),
    ],
)
def test_plurals_are_the_regular_ones(one: str, many: str) -> None:
    assert plural_of(one) == many


def test_thousands_of_terms_are_looked_for_in_a_moment() -> None:
    style = "[terms]\n" + "\n".join(f'"wrong{n}" = "right{n}"' for n in range(5000))
    text = "A plain line of the book, of which wrong42 is one.\n\n" * 2000
    started_at = time.process_time()
    assert len(found(text, "term", style)) == 2000
    assert time.process_time() - started_at < 10


@pytest.mark.parametrize(
    "piece",
    ["armor ", "game ", "game\n", "& ", "hit point", "*grimoire ", "grit ", "The Long Ebb [", "İ"],
)
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    reading = Reading(page(text), Book({}), read(HOUSE))
    started_at = time.process_time()
    list(avoided(reading)), list(uncapitalised(reading)), list(upright(reading))
    assert time.process_time() - started_at < 10
