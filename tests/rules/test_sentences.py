import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.checks import Page
from tests.checking import page


def sentences(text: str) -> list[str]:
    return [" ".join(text[one.start : one.end].split()) for one in page(text).sentences]


def many(text: str, number: int) -> bool:
    return len(page(text).sentences) == number


@pytest.mark.parametrize(
    "text",
    [
        "Roll. Then move.",
        "Roll! Then move.",
        "Roll? Then move.",
        "Roll it… Then move.",
        "Roll it... Then move.",
        "Roll it.\nThen move.",
        "Roll it.\r\nThen move.",
        "Roll it.\n        Then move.",
        '"Run." Then he left.',
        "“Run!” Then he left.",
        "(Roll it.) Then move.",
        "**Roll it now, all of you.** Then move.",
        "*Roll it.* Then move.",
        "Roll *2d6.*Then move.",
        "Roll for `Grit`. Then move.",
        "Read [the rules.](rules.md) Then move.",
        "Roll it.[^1] Then move.",
        "Roll 2d6. 3 is enough.",
        "Roll it. “Then,” he said.",
        "Roll it. *Then* move.",
        "So do I. Then move.",
        "It costs 5. Then move.",
        "Mark it with an X. Then move.",
        "Choose plan B. Then move.",
        "Speed: 4\\\nGrit: 12",
        "Speed: 4  \nGrit: 12",
        "> Roll it. Then\n> move.",
        "- Roll it.\n- Then move.",
        "1. Roll it.\n2. Then move.",
        "Do this:\n\n- Roll it.",
        "Roll it\n\nThen move",
        "## Rolls\n\nRoll it. Then move.",
    ],
)
def test_two_sentences_are_told_apart(text: str) -> None:
    assert many(text, 2), sentences(text)


@pytest.mark.parametrize(
    "text",
    [
        "Roll vs. DC 14 or leave.",
        "Use tools, e.g. Rope, i.e. Gear.",
        "Mr. Hale and Dr. Okonedo know St. Elm.",
        "See p. 12, pp. 3–4, No. 3, ch. 2 and fig. 7.",
        "A tale by J. R. R. Hale and by J. Smith.",
        "The damage is 2.5 times 1.25.",
        "Wait ... and then roll.",
        "Wait… then roll.",
        '"Why?" she asked.',
        "He shouted “Run!” and left.",
        "1\\. Roll it.",
        "See core.rules.md for it.",
        "Roll it at 5 p.m. or later.",
        "It is open to\n        all who come.",
        "> It is open to\n> all who come.",
        "It is open [at the\nend.](a.b) of",
        "Roll it. ",
        "Roll it.\n\n| A b. | C d. |\n|---|---|\n| E f. | G h. |",
        "Roll it.\n\n```\nNo. Not this.\n```",
        "<!-- Not. This. --> Roll it.",
        "---\ntitle: One. Two.\n---\n\nRoll it.",
        "## Title. Two\n\nRoll it.",
        "Roll it.\n\n***\n\n— … —",
        "| Loose | cells. | And\n\nRoll it.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert len(sentences(text)) <= 1, sentences(text)


@pytest.mark.parametrize(
    "lead_in",
    [
        "**Margin:** ",
        "**Margin**: ",
        "__Margin:__ ",
        "***Margin:*** ",
        "*Margin:* ",
        "**Describe first.** ",
        "**Describe first.**",
        "**A Chase**\n",
        "**Example**\n**A Chase**\n",
        "- **Margin:** ",
        "3. **Margin:** ",
        "- [x] **Margin:** ",
        "> **Margin:** ",
        "> **A Chase**\n> ",
        "> - **Margin:** ",
    ],
)
def test_a_lead_in_belongs_to_no_sentence(lead_in: str) -> None:
    assert sentences(f"{lead_in}Run for it.") == ["Run for it."]


def test_emphasis_at_the_beginning_is_no_lead_in() -> None:
    assert sentences("**Run** for it.") == ["**Run** for it."]
    assert sentences("**You must always run for it.** Run.")[0].startswith("**You must")


def test_words_are_counted_as_a_reader_does() -> None:
    (one,) = page("The self-made GM’s 2d6+3 and/or 1,000 – 3–4 coins—all *lost*, `x`.").sentences
    words = "The self-made GM’s 2d6+3 and/or 1,000 3–4 coins all lost"
    assert one.words == tuple(words.split())


def test_a_sentence_is_finished_by_its_stop() -> None:
    found = page("- Rope\n- A lamp.\n- “Run!”\n- Roll it.[^2]\n- So:").sentences
    assert [one.finished for one in found] == [False, True, True, True, False]


def test_sections_hold_the_sentences_under_their_heading() -> None:
    text = "Before.\n\n# One\n\n## Two\n\nA. Bell rings.\n\n- C\n\n# Three\n\nD."
    chapter = page(text)
    heads = [text[one.start : one.end] for one in chapter.sections]
    assert heads == ["Before.", "## Two", "# Three"]
    assert [len(one.sentences) for one in chapter.sections] == [1, 2, 1]


PIECES = (
    "Roll it. |e.g. |**Lead:** |**|\n|\r\n|\n\n|> |- |1. |# A\n|`|```\n|<!--|-->|(|)|“|”|… |?! |J. "
    "|ü|🎲|א|$\\frac$|[^1]|[a](b)|| |\\\n|<b>|\u2028"
)
pieced = st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map("".join)


@given(st.text() | pieced)
def test_sentences_lie_in_order_and_never_overlap(text: str) -> None:
    at = 0
    for one in page(text).sentences:
        assert at <= one.start < one.end <= len(text)
        assert one.words
        at = one.end
    inside = [one for section in page(text).sections for one in section.sentences]
    assert inside == page(text).sentences


@pytest.mark.parametrize(
    "piece",
    [
        "Mr. ",
        "A. ",
        "1. ",
        ".",
        "?!",
        ". ",
        "*",
        "**a",
        "**a**\n",
        ".*A",
        "a'",
        "a.",
        "[^",
        ".)",
        "> ",
    ],
)
def test_a_long_text_is_split_in_proportion_to_its_length(piece: str) -> None:
    chapter = Page("a", "a.md", piece * (200_000 // len(piece)))
    assert chapter.blocks is not None
    assert chapter.prose
    started_at = time.process_time()
    assert chapter.sections is not None
    assert time.process_time() - started_at < 10
