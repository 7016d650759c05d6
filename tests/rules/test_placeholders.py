import time

import pytest

from tests.checking import found

LOREM = "Draw [insert map here] or ???. TODO: lorem ipsum"


def test_placeholders_are_found_in_text_order() -> None:
    quotes = ["[insert map here]", "???", "TODO", "lorem ipsum"]
    assert found(LOREM, "placeholder") == quotes


PLACEHOLDERS = [
    "TBD",
    "the tbd tables",
    "FIXME: names",
    "Todo: write the ending",
    "| Cost | XXX |",
    "Speed: ???",
    "See page XX for more.",
    "Armour (p. XX) helps.",
    "on page ##",
    "on page 00",
    "on page [x]",
    "on page ___",
    "TKTK",
    "[TK]",
    "[XX] coins",
    "A town of [?] souls",
    "[art: a ship at dusk]",
    "[citation needed]",
    "[placeholder text]",
    "[add an example here]",
    "[Table to come]",
    "[names to be decided]",
    "Dear {{name}}",
]


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_each_placeholder_is_known(text: str) -> None:
    assert len(found(text, "placeholder")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Page XII and page xx of the preface, Louis XX and page 100.",
        "- [ ] Bread\n- [x] Water",
        "A [role] who wants [goal].[^1]",
        "[art](art.png)",
        "#TODO and @TBD",
        "Chapter XXX and the year MCMXXX.",
        "What??? Really?!?? She asked “why???”",
        "`TODO` <!-- TODO -->",
        "The todo list of a todolist.",
        "[Insert a coin](coin.md)",
        "You insert [a coin].",
        "[Add the Burden to the roll.] [add a die] [Welcome to comets]",
        "[Add a lamp](lamp.md)",
    ],
)
def test_what_only_looks_like_a_placeholder_is_left_alone(text: str) -> None:
    assert found(text, "placeholder") == []


@pytest.mark.parametrize("piece", ["XXX ", "[insert ", "?", "{{", "page ", "[?", "lorem "])
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started_at = time.process_time()
    found(text, "placeholder")
    assert time.process_time() - started_at < 10
