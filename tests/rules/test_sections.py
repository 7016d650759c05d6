import time

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
    assert told(old, new) == [("new", "Embers", 4, 0), ("taken out", "Ash", 0, 4)]


def test_a_section_with_a_new_heading_and_the_old_words_was_renamed() -> None:
    [change] = changes(page("# A\n\n## Ash\n\nGrey.\n"), page("# A\n\n## Cinders\n\nGrey.\n"))
    assert (change.change, change.was, change.heading) == ("renamed", "Ash", "Cinders")


@pytest.mark.parametrize("text", ["{}\n\n# A\n", "# A\n\n{}\n", "{}\n"])
def test_a_chapters_opening_is_a_section_without_a_name(text: str) -> None:
    old = text.format("Once there were four of them.")
    assert told(old, old.replace("four", "five")) == [("corrected", "", 1, 1)]


def test_a_few_words_that_are_most_of_a_section_are_no_correction() -> None:
    old, new = "# A\n\n## Ash\n\nAsh is grey.\n", "# A\n\n## Ash\n\nNothing burns here.\n"
    assert told(old, new) == [("rewritten", "Ash", 3, 3)]


def test_words_that_only_moved_are_neither_added_nor_removed() -> None:
    old = f"# A\n\n## Fire\n\nIt burns.\n\n{SMOKE}\n"
    new = f"# A\n\n## Fire\n\nIt burns.\n\n## Smoke\n\n{SMOKE}\n"
    assert told(old, new) == [("new", "Smoke", 0, 0)]
    assert told(new, old) == [("taken out", "Smoke", 0, 0)]
    two = "# A\n\n## B\n\nOne.\n\n{}## C\n\nTwo.\n\n{}"
    assert told(two.format(SMOKE + "\n\n", ""), two.format("", SMOKE + "\n")) == []


def test_thousands_of_sections_are_compared_in_seconds() -> None:
    old = "".join(f"## {n}\n\nOld {n}.\n\n## Note\n\nx\n\n" for n in range(4000))
    began = time.process_time()
    assert len(told(old, old.replace("## ", "## New ").replace("Old", "New"))) > 4000
    assert time.process_time() - began < 10


def test_a_section_is_the_same_whatever_its_number() -> None:
    old = f"# A\n\n## Step One: Ash\n\n{SMOKE}\n"
    new = old.replace("Step One:", "Step 1:")
    (change,) = changes(page(old), page(new))
    assert (change.change, change.was, change.heading) == (
        "renamed",
        "Step One: Ash",
        "Step 1: Ash",
    )
    assert told(old, new + "\nOne more line for it.\n") == [("corrected", "Step 1: Ash", 6, 1)]


def test_equal_headings_are_told_apart_by_their_order() -> None:
    old = "# A\n\n## Costs\n\nOne.\n\n## Costs\n\nTwo.\n"
    assert told(old, old.replace("Two.", "Three.")) == [("corrected", "Costs", 1, 1)]


@pytest.mark.parametrize("text", ["", "# A\n", OLD.format(smoke=SMOKE)])
def test_nothing_changed_is_nothing_told(text: str) -> None:
    assert told(text, text.replace("\n", "\r\n")) == []
