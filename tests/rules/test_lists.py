import time

import pytest

from books.checks import Book, lists, ours
from books.checks.reading import Reading
from tests.checking import findings, found, page


def form(text: str) -> list[str]:
    return found(text, "list-form")


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("1. a\n2. b\n4. c\n", ["4."]),
        ("1. a\n2. b\n2. c\n3. d\n", ["2."]),
        ("1) a\n3) b\n", ["3)"]),
        ("- x\n  1. a\n  3. b\n", ["3."]),
        ("> 1. a\n> 3. b\n", ["3."]),
        ("1. a\n   - x\n3. b\n", ["3."]),
        ("3. a\n5. b\n", ["5."]),
        ("- a\n- b\n* c\n", ["*"]),
        ("- a\n\n- b\n\n* c\n", ["*"]),
        ("1. a\n2. b\n3) c\n", ["3)"]),
        ("Take:\n• rope\n• lamp\n", ["•"]),
        ("> - rope\n> • lamp\n> - oil\n", ["•"]),
        ("- Lamp\n-Rope\n- Oil\n", ["-"]),
        ("> 1. Lamp\n> 2.Rope\n", ["2."]),
        ("- a\n* b\n- c\n- d\n", ["*"]),
        ("- a\n* b\n+ c\n- d\n", ["*", "+"]),
        ("-Rope\n-Lamp\n", ["-", "-"]),
        ("1.Rope\n2.Lamp\n", ["1.", "2."]),
        ("Then roll:\n2. rope\n3. lamp\n", ["2."]),
        ("1. a\r\n2. b\r\n4. c\r\n", ["4."]),
    ],
)
def test_a_list_that_falls_apart_is_found(text: str, quotes: list[str]) -> None:
    assert form(text) == quotes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1. a\n1. b\n1. c\n",
        "0. a\n1. b\n",
        "4. a\n5. b\n",
        "1. a\n2. b\n\nText.\n\n3. c\n",
        "- a\n  * x\n  * y\n- b\n",
        "- a\n  - x\n\n- b\n  * y\n",
        "- a\n- b\n\n* another list\n* by its mark\n",
        "- a\n\n1. b\n",
        "Take:\n- rope\n- lamp\n",
        "Take:\n1. rope\n2. lamp\n",
        "1986. A great year.\n1990. Another.\n",
        "It weighs\n2.5 stone, or\n-3 at most.\n",
        "- A long\n-term plan\n",
        "```\n1. a\n3. b\n```\n",
        "A middle dot · stands here.\n",
        "1. a\n\n   More.\n\n2. b\n",
    ],
)
def test_lists_that_hold_together_are_left_alone(text: str) -> None:
    assert form(text) == []


def test_the_number_that_would_be_right_is_suggested() -> None:
    (finding,) = [one for one in findings("1. a\n2. b\n4. c\n") if one.rule == "list-form"]
    assert (finding.line, finding.suggestion) == (3, "3.")


@pytest.mark.parametrize("piece", ["1. a\n", "- a\n* b\n", "•", "- ", "1.", "a\n2. b\n", "\n", ">"])
def test_lists_of_a_long_text_are_read_in_proportion_to_its_length(piece: str) -> None:
    alone = page(piece * (50_000 // len(piece)))
    other = page(alone.text, "02-rules")
    reading = Reading(alone, Book.of([alone, other]), ours())
    assert len(alone.blocks) == len(other.blocks) <= len(alone.prose.masked)
    started_at = time.process_time()
    for rule in (lists.ill_formed,):
        assert len(list(rule(reading))) <= len(alone.text)
    assert time.process_time() - started_at < 10
