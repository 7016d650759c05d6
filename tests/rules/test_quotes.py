"""Where a chapter says what is quoted from it."""

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from workflows.errors import InvalidInput
from workflows.passages import LONGEST_QUOTE, Judged, checked_passages
from workflows.quotes import Quotable

TEXT = """Before all.

# The *Sea*

Roll the dice. Then roll the dice.

## Storms

Roll two  dice,
or three.

## Ships ##

The hull holds.

### Sails

The mast holds. Roll two dice.

## Storms

The mast breaks.
"""
CHAPTER = Quotable("sea", TEXT)


def line_of(quote: str, heading: str | None = None) -> tuple[int, bool]:
    (start, _), alone = CHAPTER.place(quote, heading)
    return TEXT[:start].count("\n") + 1, alone


def test_white_space_counts_as_equal_whatever_it_is() -> None:
    (start, end), alone = CHAPTER.place(" two dice,\tor\n\nthree. ", None)
    assert (TEXT[start:end], alone) == ("two  dice,\nor three.", True)


@pytest.mark.parametrize(
    ("quote", "heading", "found"),
    [
        ("Before all", None, (1, True)),
        ("oll two dice", None, (9, False)),
        ("Roll two dice", "Storms", (9, True)),
        ("Roll two dice", "Sails", (18, True)),
        ("Roll two dice", "Ships", (18, True)),
        ("Roll two dice", "The Sea", (9, False)),
        ("The mast", "Storms", (22, True)),
        ("The mast", "Sails", (18, True)),
        ("the dice", "The Sea", (5, False)),
        ("The hull", "Storms", (14, True)),
    ],
)
def test_of_several_places_the_heading_tells_which(
    quote: str, heading: str | None, found: tuple[int, bool]
) -> None:
    assert line_of(quote, heading) == found


@pytest.mark.parametrize(
    "given", ["The Sea", "# The *Sea*", "The\n *Sea*", "  # The Sea #", "The _Sea_"]
)
def test_a_heading_is_known_by_its_words_and_as_it_is_written(given: str) -> None:
    assert CHAPTER.heading(given) == "The Sea"


@pytest.mark.parametrize("given", ["#", "Sea", "the sea", "Storms Ships"])
def test_what_is_no_heading_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="sea has no heading"):
        CHAPTER.heading(given)


def test_a_heading_whose_words_begin_with_hashes_is_known() -> None:
    assert Quotable("x", "# #1 Rule\n\n## C#\n").heading("#1 Rule") == "#1 Rule"
    assert Quotable("x", "# #1 Rule\n\n## C#\n").heading("## C#") == "C#"


@pytest.mark.parametrize(
    ("words", "heading"),
    [("Before", None), ("*Sea*", "The Sea"), ("hull", "Ships"), ("breaks", "Storms")],
)
def test_each_place_stands_under_the_heading_before_it(words: str, heading: str | None) -> None:
    assert CHAPTER.heading_at(TEXT.index(words)) == heading


PIECES = st.sampled_from(
    ["dice", "the", "Roll", " ", "  ", "\n", "\n\n", "# ", "## ", "A", "\t", "\xa0", "*", "é", "🎲"]
)
WRITTEN = st.lists(PIECES, max_size=30).map("".join)
ODD = st.one_of(st.none(), WRITTEN, st.text(max_size=5))
OFFSET = st.one_of(st.none(), st.integers(-2, 60), st.booleans())


@st.composite
def passages(draw: Any, texts: dict[str, str]) -> dict[str, Any]:
    """One that is right, with something else in up to three of its keys."""
    slug = draw(st.sampled_from(sorted(texts)))
    start, end = sorted(draw(st.integers(0, len(texts[slug]))) for _ in range(2))
    right = {"chapter": slug, "quote": texts[slug][start:end], "start": start, "end": end}
    other = {"chapter": ODD, "heading": ODD, "quote": ODD, "start": OFFSET, "end": OFFSET}
    for name in draw(st.lists(st.sampled_from(sorted(other)), max_size=3, unique=True)):
        right[name] = draw(other[name])
    away = draw(st.sampled_from([(), (), ("quote",), ("start", "end"), ("chapter",)]))
    return {name: value for name, value in right.items() if name not in away}


@settings(max_examples=500)
@given(st.data())
def test_any_passage_is_refused_in_one_line_or_stands_in_the_text(data: st.DataObject) -> None:
    texts = {"a": data.draw(WRITTEN), "b": data.draw(WRITTEN)}
    item = data.draw(st.sampled_from(["", "a"]))
    asked = data.draw(passages(texts))
    judged = Judged(
        "edit", item, has_text=True, digests={s: s for s in texts}, read=lambda _: texts
    )
    try:
        (kept,) = checked_passages([asked], judged)
    except InvalidInput as refusal:
        event("refused")
        said = str(refusal).splitlines()
    else:
        event("kept")
        said = [""]
        _stands(kept, asked, texts)
    assert len(said) == 1


def _stands(kept: dict[str, Any], asked: dict[str, Any], texts: dict[str, str]) -> None:
    text = texts.get(kept["chapter"], "")
    assert (kept["start"] is None) == (kept["end"] is None)
    if kept["start"] is not None:
        assert text[kept["start"] : kept["end"]] == kept["quote"]
    elif kept["quote"]:
        assert text.count(kept["quote"]) >= 1
        assert len(kept["quote"]) <= LONGEST_QUOTE
    if asked.get("quote") and kept["quote"]:
        assert kept["quote"].split() == asked["quote"].split()


@settings(max_examples=300)
@given(st.data())
def test_every_stretch_of_a_text_is_found_in_it(data: st.DataObject) -> None:
    text = data.draw(WRITTEN.filter(str.strip))
    start, end = sorted(data.draw(st.integers(0, len(text))) for _ in range(2))
    quote = text[start:end]
    if not quote.strip():
        return
    (first, last), alone = Quotable("a", text).place(quote, None)
    assert text[first:last].split() == quote.split()
    folded, wanted = " ".join(text.split()), " ".join(quote.split())
    again = folded.find(wanted, folded.index(wanted) + 1) >= 0
    assert alone is not again
