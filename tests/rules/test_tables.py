import time

import pytest

from books.checks import Book, ours, tables
from books.checks.reading import Reading
from tests.checking import findings, found, page

HEAD = "| Item | Cost | Load |\n|------|-----:|------|\n"
ROPE = "| Rope | 2 | 1 |\n"
LAMP = "| Lamp | 5 | 1 |\n"


def columns(text: str) -> list[str]:
    return found(text, "table-columns")


def cells(text: str) -> list[str]:
    return found(text, "table-cells")


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (f"{HEAD}{ROPE}| Lamp | 5 |\n", "| Lamp | 5 |"),
        (f"{HEAD}| Lamp | 5 | 1 | 2 |\n{ROPE}", "| Lamp | 5 | 1 | 2 |"),
        (f"> {HEAD}".replace("\n|", "\n> |") + "> | Lamp |\n", "| Lamp |"),
        ("Item | Cost\n--- | ---\nRope | 2\nLamp\n", "Lamp"),
        ("| Item | Cost | Load |\n|---|---|\n| Rope | 2 | 1 |\n", "|---|---|"),
        ("| Item | Cost |\n|---|---|---|\n| Rope | 2 |\n", "|---|---|---|"),
        ("| Item | Cost |\n| Rope | 2 |\n| Lamp | 5 |\n", "| Item | Cost |"),
        (f"{HEAD}| a \\| b | 5 |\n", "| a \\| b | 5 |"),
        (f"{HEAD}| `a | b` | 5 |\n", "| `a | b` | 5 |"),
        (f"{HEAD}\r\n".replace("\n", "\r\n").strip() + "\r\n| Lamp | 5 |\r\n", "| Lamp | 5 |"),
        (f"{HEAD}| Lamp || 5 | 1 |\n", "| Lamp || 5 | 1 |"),
    ],
)
def test_a_row_that_does_not_fit_is_found(text: str, quote: str) -> None:
    assert columns(text) == [quote]


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD + ROPE,
        "Item | Cost\n--- | ---\nRope | 2\n",
        f"{HEAD}| a \\| b | `c | d` | 1 |\n",
        f"{HEAD}|  |  |  |\n",
        "- " + HEAD.replace("\n|", "\n  |") + "  | Rope | 2 | 1 |\n",
        "Roll 2 | 3.\n\nA | alone.\n\n---\n",
        "```\n| a | b |\n|---|\n```\n",
        "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+\n",
        "The norm |x| is small.\nSo is |y|.\n",
        "| Item |\n|---|\n| Rope |\n",
        f"{HEAD}{ROPE}\nText | after.\n",
    ],
)
def test_rows_that_fit_are_left_alone(text: str) -> None:
    assert columns(text) == []


def test_the_message_counts_the_cells() -> None:
    (finding,) = [one for one in findings(f"{HEAD}| Lamp |\n") if one.rule == "table-columns"]
    assert finding.message == "this row has 1 cell, its header 3"
    assert finding.line == 3


@pytest.mark.parametrize(
    ("row", "quote"),
    [
        ("| Oil |  | 1 |", "|  |"),
        ("| Oil | | 1 |", "| |"),
        ("| Oil | 3 |  |", "|  |"),
        ("| Oil || 1 |", "||"),
        ("| Oil | 3 ||", "||"),
        ("> | Oil |  | 1 |", "|  |"),
        ("Oil |  | 1", "|  |"),
    ],
)
def test_an_empty_cell_among_full_ones_is_found(row: str, quote: str) -> None:
    lines = f"{HEAD}{ROPE}{LAMP}".splitlines()
    table = "\n".join(f"> {line}" for line in lines) if row.startswith(">") else "\n".join(lines)
    assert cells(f"{table}\n{row}\n") == [quote]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}{ROPE}{LAMP}",
        f"{HEAD}{ROPE}{LAMP}| Oil | — | 1 |\n",
        "|  | Cost | Load |\n|---|---|---|\n" + ROPE + LAMP + ROPE,
        f"{HEAD}{ROPE}{LAMP}{ROPE}|  |  |  |\n| Yours: |  |  |\n",
        f"{HEAD}| Rope | 2 |  |\n| Lamp | 5 |  |\n| Oil | 1 |  |\n",
        f"{HEAD}| Rope |  |  |\n| Lamp |  |  |\n| Oil |  |  |\n",
        f"{HEAD}{ROPE}|  | 3 | 2 |\n|  | 4 | 3 |\n{LAMP}",
        f"{HEAD}| Rope | 2 | `x` |\n| Lamp | 5 | `y` |\n| Oil | 1 | `z` |\n",
    ],
)
def test_cells_empty_on_purpose_are_left_alone(text: str) -> None:
    assert cells(text) == []


@pytest.mark.parametrize("piece", ["|", "| ", "|-", "\\|", "| a |\n", "|-|\n", "|a|b|\n|-|-|\n"])
def test_tables_of_a_long_text_are_read_in_proportion_to_its_length(piece: str) -> None:
    alone = page(HEAD + piece * (50_000 // len(piece)))
    other = page(alone.text, "02-rules")
    reading = Reading(alone, Book.of([alone, other]), ours())
    assert len(alone.blocks) == len(other.blocks) <= len(alone.prose.masked)
    started_at = time.process_time()
    for rule in (tables.uneven, tables.empty_cells):
        assert len(list(rule(reading))) <= len(alone.text)
    assert time.process_time() - started_at < 10
