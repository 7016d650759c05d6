import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.checks import Book, ours
from books.checks.emphasis import stuck, unclosed
from books.checks.marks import emphasis
from books.checks.reading import Reading
from tests.checking import findings, found, page

UNCLOSED = [
    ("A **bold word here.", "**bold"),
    ("A *word that leans.", "*word"),
    ("A _word that leans.", "_word"),
    ("# The **end", "**end"),
    ("| **a | b |\n|---|---|\n| c | d |", "**a"),
    ("> **Note the sea\n> is cold.", "**Note"),
    ("**One. Then **two** more.", "**One."),
    ("- **One: a\n- **Two:** b", "**One:"),
    ("***Both** of them.", "***Both"),
    ("**Bold* it is.", "**Bold"),
    ("A Check** is made.", "Check**"),
    ("Use `4d6 now.", "`4d6"),
    ("- Use `4d6 now.\n- Use `5d6` here.", "`4d6"),
    ("**One\n\ntwo**", "**One"),
]


@pytest.mark.parametrize(("text", "quote"), UNCLOSED)
def test_a_mark_without_its_partner_is_found(text: str, quote: str) -> None:
    assert found(text, "unclosed-emphasis")[0] == quote


@pytest.mark.parametrize(
    ("text", "quote", "right"),
    [
        ("A ** bold** word.", "** bold", "**bold"),
        ("A **bold ** word.", "bold **", "bold**"),
        ("A **bold **word.", "bold **", "bold**"),
        ("A **bold word **here.", "word **", "word**"),
        ("An * odd* word.", "* odd", "*odd"),
    ],
)
def test_a_space_on_the_wrong_side_is_found(text: str, quote: str, right: str) -> None:
    (finding,) = [one for one in findings(text) if one.rule == "unclosed-emphasis"]
    assert (finding.quote, finding.suggestion) == (quote, right)


@pytest.mark.parametrize(
    "text",
    [
        "* One\n* *Two*\n* Sword*",
        "Cost 2 * 3 * 4, 2*3 and 4*5, Level*2.",
        "Roll 4d6* now.\n\n*Only once.",
        "| Sword* | Axe** |\n|---|---|\n| * | ** |",
        "A \\*star\\*, `a * b`, ``a ` b`` and \\` too.",
        "snake_case, ____ and Name: ________",
        "$a_1 * b_{2}$",
        "What the f**k, d*mn.",
        "**a *b* c** ***d*** ***e** f* *g **h***",
        "*a*, **b**; (*c*) “*d*” *“e”* — *g*—*h*, **a**/**b**",
        "**“Go!” she said.** *Then*",
        "**bold\nover lines** and\n> *so\n> on*",
        "**[link](a_b*c)** and <b class='**'>x</b>",
        "the**(4d6)**is, **Note:**then **more**",
        "***\n\n* * *\n\n```\n**a\n```",
    ],
)
def test_whole_emphasis_and_other_stars_are_left_alone(text: str) -> None:
    assert found(text, "unclosed-emphasis") == []


STUCK = [
    ("Then roll**4d6**and add.", "roll**4d6**and", "roll **4d6** and"),
    ("Then roll**4d6**.", "roll**4d6**", "roll **4d6**"),
    ("**Might (MIG)**– Force.", "**Might (MIG)**–", "**Might (MIG)** –"),
    ("**Might**(MIG) is force.", "**Might**(", "**Might** ("),
    ("It rests on*how*your hero acts.", "on*how*your", "on *how* your"),
    ("It ends.*Then* it rains.", ".*Then*", ". *Then*"),
    ("**Note:**The sea.", "**Note:**The", "**Note:** The"),
    ("The Tags*Dim Light*and*Wet*are on.", None, "Tags *Dim Light* and *Wet* are"),
    ("Take the**dice**.", "the**dice**", "the **dice**"),
    ("**0**- none", "**0**-", "**0** -"),
    ("**Prefer words.**“Harbour” is good.", "**Prefer words.**“", "**Prefer words.** “"),
    (f"roll**{'a long piece of bold text ' * 4}ends**.", "roll**a", "roll **a"),
]


@pytest.mark.parametrize(("text", "quote", "right"), STUCK)
def test_emphasis_stuck_to_a_word_is_found(text: str, quote: str | None, right: str) -> None:
    (finding,) = [one for one in findings(text) if one.rule == "emphasis-spacing"]
    assert (finding.quote, finding.suggestion) == (
        quote or right.replace(" *", "*", 1).replace("* and *", "*and*").replace("* are", "*are"),
        right,
    )


@pytest.mark.parametrize(
    "text",
    [
        "un*believ*able, re*write* it",
        "The in*visible* thing is invisible.",
        "**S**trength and *A*gility",
        "**DC**s, *Warden*’s, 3**rd**, **card**(s)",
        "**pre**- and **post**-war",
        "(*a*) **b**/**c** *d*–*e*, *A*—and “*f*”",
        "H*2*O, 2*3*4, +**2**, 5**%**",
        "文字**强调**文字",
        "`4d6`**and** ~~x~~**b**",
        "**a** b *c*",
    ],
)
def test_emphasis_within_a_word_or_beside_a_mark_is_left_alone(text: str) -> None:
    assert found(text, "emphasis-spacing") == []


PIECES = ["*", "**", "***", "_", "`", "a", "A", ".", "(", "–", "\\", "{", "1", "é", "文", "un"]
SPACES = [" ", "\n", "\n\n", "\r\n", "- ", "* ", "# ", "|"]
marked = st.lists(st.sampled_from([*PIECES, *SPACES]), max_size=40).map("".join)


@given(st.text() | marked)
def test_every_mark_is_told_once_and_stands_where_it_says(text: str) -> None:
    read = emphasis(page(text))
    pairs = [mark for pair in [*read.pairs, *read.spaced] for mark in pair]
    for mark in [*pairs, *read.lone]:
        assert page(text).prose.masked[mark.start : mark.end] == mark.sign
    assert len(set(read.lone)) == len(read.lone)


@given(marked)
def test_quotes_are_what_stands_at_their_offsets(text: str) -> None:
    for finding in findings(text):
        assert finding.quote == text[finding.start : finding.end]
        assert finding.start < finding.end


LONG = ["*", "**", "* ", "**a ", "a** ", "a*b", "*a*b", "_", "`", "`` ` ", "*a\n", "| *a ", "\\*"]


@pytest.mark.parametrize("piece", LONG)
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    reading = Reading(page(text), Book({}), ours())
    started_at = time.process_time()
    list(unclosed(reading)), list(stuck(reading))
    assert time.process_time() - started_at < 10
