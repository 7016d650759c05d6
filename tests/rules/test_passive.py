import time

import pytest

from books.checks.passive import passives
from tests.checking import found, page, report

ACTIVE = "The warden opens the door. "
PASSIVE = "The door is opened. "


def verbs(text: str) -> list[str]:
    chapter = page(text)
    return passives(chapter.prose.masked, chapter.sentences)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("The check is made.", "is made"),
        ("Damage is then dealt at once.", "is dealt"),
        ("Wounds are not so easily healed.", "are healed"),
        ("The lamp was\n        lit.", "was lit"),
        ("> The lamp was\n> lit.", "was lit"),
        ("It can be rerolled.", "be rerolled"),
        ("The ship is being searched.", "being searched"),
        ("The gate has been broken.", "been broken"),
        ("The thief got caught.", "got caught"),
        ("Skills aren't rolled.", "aren't rolled"),
        ("Dice are **rolled** twice.", "are rolled"),
        ("The crew is frightened by the noise.", "is frightened"),
        ("Tokens are used to count.", "are used"),
        ("The rule is always strictly applied.", "is applied"),
    ],
)
def test_a_passive_is_known(text: str, verb: str) -> None:
    assert verbs(text) == [verb]


@pytest.mark.parametrize(
    "text",
    [
        "The guard is tired and the crew are interested.",
        "The inn is located at the quay.",
        "She is unarmed and unharmed.",
        "The target is Stunned or *Marked*.",
        "There is need of a red bed.",
        "It is indeed a hundred.",
        "Let us get started.",
        "She has opened the door.",
        "The lamp is a well-lit one.",
        "The door is open and the lamp is bright.",
        "This is marked-up text.",
        "`is made` <!-- is made -->",
        "Is the made bed yours?",
        "They are going. He was running.",
        "What it is\n\nMade by hand",
    ],
)
def test_what_only_looks_passive_is_left_alone(text: str) -> None:
    assert verbs(text) == []


def test_a_sentence_counts_once() -> None:
    assert verbs("It is rolled and is added. It is made.") == ["is rolled", "is made"]


def test_a_section_mostly_in_the_passive_is_found_by_its_heading() -> None:
    text = f"# One\n\n{ACTIVE * 9}\n\n## Two\n\n{PASSIVE * 3}{ACTIVE}"
    (finding,) = report(text).findings
    assert (finding.rule, finding.quote, finding.line) == ("passive-voice", "## Two", 5)
    assert finding.message == (
        '3 of 4 sentences are passive ("is opened", "is opened", "is opened"): say who acts'
    )


def test_a_section_without_a_heading_is_found_by_its_first_sentence() -> None:
    assert found(PASSIVE * 5, "passive-voice") == [PASSIVE.strip()]


@pytest.mark.parametrize("text", [PASSIVE * 2, PASSIVE * 3 + ACTIVE * 5, PASSIVE * 4 + ACTIVE * 6])
def test_few_passives_are_no_fault(text: str) -> None:
    assert found(text, "passive-voice") == []


def test_the_house_sets_the_share() -> None:
    style = "[limits]\npassive_percent = 20\n"
    assert len(found(PASSIVE * 3 + ACTIVE * 11, "passive-voice", style)) == 1
    assert found(PASSIVE * 3 + ACTIVE * 12, "passive-voice", style) == []


@pytest.mark.parametrize("piece", ["is ", "is very ", "is ly ", "is\n", "is made ", "is >", "is *"])
def test_a_long_text_is_read_in_proportion_to_its_length(piece: str) -> None:
    chapter = page(piece * (100_000 // len(piece)))
    assert chapter.sentences
    started_at = time.process_time()
    passives(chapter.prose.masked, chapter.sentences)
    assert time.process_time() - started_at < 10
