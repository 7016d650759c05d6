import time

import pytest

from books.checks import Book, glossary, ours
from books.checks.reading import Reading
from tests.checking import found, page

CAPITALS = '[game]\ncapitals = ["Grit", "Snag"]\n'


def entries(*terms: str) -> str:
    return "# Glossary\n\n" + "\n\n".join(f"**{term}.** What it is." for term in terms)


def order(text: str) -> list[str]:
    return found(text, "glossary-order")


def abbreviated(text: str, style: str = "", **others: str) -> list[str]:
    return found(text, "abbreviation", style, **others)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (entries("Bit", "Armour", "Crew", "Dying"), ["Bit"]),
        (entries("Armour", "Crew", "Bit", "Dying"), ["Crew"]),
        (entries("Zeal", "Armour", "Bit"), ["Zeal"]),
        (entries("Armour", "Bit", "Crew", "Armour"), ["Armour", "Armour"]),
        (entries("Armour", "Bit", "Bit"), ["Bit"]),
        ("# Glossary\n\n- **Bit**: x\n- **Crew**: x\n- **Armour**: x\n", ["Armour"]),
        ("# Glossary\n\n- __Bit__ x\n- __Crew__ x\n- __Armour__ x\n", ["Armour"]),
        ("# Glossary\n\n## Bit\n\nx\n\n## Crew\n\nx\n\n## Armour\n\nx\n", ["Armour"]),
        ("# Glossary\n\n| Term | x |\n|--|--|\n| Bit | x |\n| Crew | x |\n| Arm | x |\n", ["Arm"]),
        ("# Glossary\n\nBit\n:   x\n\nCrew\n:   x\n\nArmour\n:   x\n", ["Armour"]),
        (
            "# Glossary\n\n## A\n\n**Bit** x\n\n**Arm** x\n\n**Crew** x\n\n## B\n\n**Aa** x\n",
            ["Bit"],
        ),
    ],
)
def test_an_entry_out_of_order_is_found(text: str, quotes: list[str]) -> None:
    assert order(text) == quotes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Glossary\n",
        entries("Armour", "Bit", "Clean success", "Clock", "Crew"),
        entries("armour", "Bit", "The Crew", "DC", "Édge"[1:], "Edge (E)"),
        "# Glossary\n\n## Rules\n\n**Zeal.** x\n\n## Foes\n\n**Arm.** x\n",
        "# Gear\n\n**Zeal.** x\n\n**Arm.** x\n",
        "# Glossary\n\nSee the **Zeal** first.\n\n**Arm.** x\n",
    ],
)
def test_entries_in_order_are_left_alone(text: str) -> None:
    assert order(text) == []


def test_the_glossary_is_the_chapter_that_the_house_style_names() -> None:
    style = '[glossary]\nchapter = "01-chapter"\n[rules]\nglossary-order = "error"\n'
    assert found("# Words\n\n**Bit.** x\n\n**Arm.** x\n", "glossary-order", style) == ["Bit"]


def test_a_term_of_the_game_that_the_glossary_lacks_is_found_once_in_the_book() -> None:
    glossary = {"09-glossary": entries("Grit")}
    text = "# A\n\nRoll with a Snag, spend Grit. A Snag again.\n"
    assert found(text, "glossary-undefined", CAPITALS, **glossary) == ["Snag"]
    assert found("# A\n\nGrits.\n", "glossary-undefined", CAPITALS, **glossary) == []
    assert found(text, "glossary-undefined", CAPITALS) == []
    broken, style = "> The Tide\n> Ledger.", '[game]\ncapitals = ["Tide Ledger", ""]\n'
    assert found(broken, "glossary-undefined", style, **glossary) == ["Tide\n> Ledger"]
    assert (
        found(text, "glossary-undefined", CAPITALS, **{"09-glossary": entries("Snags", "Grit")})
        == []
    )


@pytest.mark.parametrize(
    ("term", "text", "unused"),
    [
        ("Snag", "Roll with an edge.", True),
        ("Clean success", "A success that is clean.", True),
        ("Snag", "`snag` <!-- snag -->", True),
        ("Villain (VPC)", "The foe.", True),
        ("Snag", "Roll with two snags.", False),
        ("Injury", "Two injuries.", False),
        ("Clean success", "A clean\nsuccess.", False),
        ("Villain (VPC)", "A VPC comes.", False),
        ("Success, clean", "A clean success.", False),
        ("Snag", "| Snag |\n|---|\n", False),
    ],
)
def test_an_entry_that_no_chapter_uses_is_found_in_the_glossary(
    term: str, text: str, unused: bool
) -> None:
    others = {"02-rules": f"# Rules\n\n{text}\n", "03-index": f"# Index\n\n{term}\n"}
    expected = [term] if unused else []
    assert found(f"# Glossary\n\n**{term}** x\n", "glossary-unused", **others) == expected


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Ask the GM first.", ["GM"]),
        ("The GMs and the NPCs.", ["GM", "NPC"]),
        ("Roll MIG against the DC.", ["MIG", "DC"]),
        ("| AGI | 2 |\n|---|---|\n", ["AGI"]),
        ("The GM's turn.", ["GM"]),
        ("Add 2 XP.\n\nText.\n\nExperience (XP) is more.", ["XP"]),
        ("The NPC runs." + " Text." * 50 + " Non-player characters (NPCs) run.", ["NPC"]),
        ("A VPC (a foe) comes.", ["VPC"]),
        ("**HP**: 12", ["HP"]),
        ("The GM/NPC list", ["GM"]),
    ],
)
def test_an_abbreviation_that_nothing_has_spelled_out_is_found(
    text: str, quotes: list[str]
) -> None:
    assert abbreviated(f"# A\n\n{text}\n") == quotes


@pytest.mark.parametrize(
    "text",
    [
        "Might (MIG), Reason (RSN) and the Game Master (GM). The GM rolls MIG.",
        "The GM (Game Master) asks. A **Difficulty Class** (DC).",
        "**Difficulty Class (DC)** is a number. DC 12.",
        "GM = Game Master. NPC: non-player character.",
        "Game Master, or GM, and hit points – HP.",
        "The GM is the Game Master (GM) of the table.",
        "A PDF in the USA, by an AI. OK? See II and XIV and MCMXC.",
        "Do NOT do this. We do not do it.",
        "| VPC | Virtual Player Character |\n|---|---|\n",
        "How many hit points are left? She has 15 HP.",
        "THE SEA COMES BACK",
        "`GM` and <!-- GM --> and [x](GM.md)",
        "A model X-RAY2 and B2B and #ABC.",
        "I AM not a Mr. T. I am.",
    ],
)
def test_what_is_spelled_out_or_none_is_left_alone(text: str) -> None:
    assert abbreviated(f"# A\n\n{text}\n") == []


def test_an_abbreviation_is_reported_once_and_where_the_book_has_it_first() -> None:
    later = {"02-rules": "# Rules\n\nThe GM and the NPC.\n"}
    assert abbreviated("# A\n\nThe GM.\n", **later) == ["GM"]
    spelled = {"02-rules": "# Rules\n\nThe Game Master (GM).\n"}
    assert abbreviated("# A\n\nThe GM.\n", **spelled) == ["GM"]
    assert abbreviated("# A\n\nThe Game Master (GM).\n", **later) == []


def test_what_is_yet_to_be_written_is_no_abbreviation() -> None:
    assert abbreviated("# A\n\nTODO the names. TBD, FIXME and XXX.\n") == []


def test_the_glossary_explains_what_is_spelled_out_nowhere_else() -> None:
    glossary = {"09-glossary": entries("DC")}
    assert abbreviated("# A\n\nDC 12.\n", **glossary) == []


def test_the_house_style_names_abbreviations_that_every_reader_knows() -> None:
    assert abbreviated("# A\n\n12 HP.\n", '[game]\nabbreviations = ["HP"]\n') == []


@pytest.mark.parametrize(
    "piece", ["GM ", "GM (", "**A** x\n\n", "A (", "AB\n: c\n\n", "|a|\n", "A,"]
)
def test_a_long_glossary_is_read_in_proportion_to_its_length(piece: str) -> None:
    alone = page(f"# Glossary\n\n{piece * (50_000 // len(piece))}")
    other = page(alone.text, "02-rules")
    reading = Reading(alone, Book.of([alone, other]), ours())
    assert len(alone.blocks) == len(other.blocks) <= len(alone.prose.masked)
    started_at = time.process_time()
    for rule in (glossary.disordered, glossary.undefined, glossary.unused, glossary.unexplained):
        assert len(list(rule(reading))) <= len(alone.text)
    assert time.process_time() - started_at < 10
