import pytest

from books.checks import Page
from books.sections import Change, changes

OLD = "# Fire\n\nFire burns for a while.\n\n## Smoke\n\n{smoke}\n\n## Ash\n\nAsh is grey.\n"
SMOKE = "Smoke rises from every fire and fills the room until a door is opened. " * 4


def page(text: str) -> Page:
    return Page("fire", "fire.md", text)


def told(old: str, new: str) -> list[tuple[Change, str, int, int]]:
    found = changes(page(old), page(new))
    return [(one.change, one.heading, one.words_added, one.words_removed) for one in found]


@pytest.mark.parametrize(
    ("smoke", "change", "added", "removed"),
    [
        (SMOKE.replace("every fire", "any fire", 1), "corrected", 1, 1),
        (
            SMOKE + "It stings the eyes, and nobody sees a thing in it for a round.",
            "expanded",
            14,
            0,
        ),
        (SMOKE[: len(SMOKE) // 4], "cut", 0, 42),
        ("Nothing here is what it was before. " * 8, "rewritten", 52, 52),
    ],
    ids=["corrected", "expanded", "cut", "rewritten"],
)
def test_a_section_is_told_by_how_much_of_it_changed(
    smoke: str, change: Change, added: int, removed: int
) -> None:
    [(what, heading, *counts)] = told(OLD.format(smoke=SMOKE), OLD.format(smoke=smoke))
    assert (what, heading) == (change, "Smoke")
    assert counts == [added, removed]


def test_a_new_section_and_one_taken_out_are_named() -> None:
    old = "# Fire\n\nFire burns.\n\n## Ash\n\nAsh is grey.\n"
    new = "# Fire\n\nFire burns.\n\n## Embers\n\nEmbers glow on.\n"
    assert told(old, new) == [("new", "Embers", 5, 0), ("taken out", "Ash", 0, 5)]


def test_a_section_with_a_new_heading_and_the_old_words_was_renamed() -> None:
    [change] = changes(page("# A\n\n## Ash\n\nGrey.\n"), page("# A\n\n## Cinders\n\nGrey.\n"))
    assert (change.change, change.was, change.heading) == ("renamed", "Ash", "Cinders")


def test_the_text_before_the_first_heading_is_a_section_without_a_name() -> None:
    assert told("Once.\n\n# A\n", "Twice, and then once more than that.\n\n# A\n") == [
        ("corrected", "", 7, 1)
    ]


def test_equal_headings_are_told_apart_by_their_order() -> None:
    old = "# A\n\n## Costs\n\nOne.\n\n## Costs\n\nTwo.\n"
    assert told(old, old.replace("Two.", "Three.")) == [("corrected", "Costs", 1, 1)]


@pytest.mark.parametrize("text", ["", "# A\n", OLD.format(smoke=SMOKE)])
def test_nothing_changed_is_nothing_told(text: str) -> None:
    assert told(text, text.replace("\n", "\r\n")) == []
