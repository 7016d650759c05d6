import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books.checks import Report
from books.checks.waivers import waivers
from tests.checking import page, report

ROLL = "dice-notation"
PASS = f"<!-- bindery: allow {ROLL} an old rule -->"
OFF = '[rules]\nwaiver = "off"\n'


def said(text: str, style: str = "") -> tuple[list[int], list[int]]:
    """The lines where rolls are objected to, and those where they are waived."""
    answer = report(text, style)
    standing = [one.line for one in answer.findings if one.rule == ROLL]
    return standing, [one.finding.line for one in answer.waived]


def about_waivers(answer: Report) -> list[str]:
    return [one.message for one in answer.findings if one.rule == "waiver"]


@pytest.mark.parametrize(
    ("text", "standing", "waived"),
    [
        (f"Roll 2D6 {PASS} now.\n\nRoll 3D6.", [3], [1]),
        (f"Roll 2D6\nor 3D6. {PASS}\n", [], [1, 2]),
        (f"Roll 2D6.\n\n{PASS}\n\nRoll 3D6.\n\nRoll 4D6.", [1, 7], [5]),
        (f"{PASS}\nRoll 3D6.\n\nRoll 4D6.", [4], [2]),
        (f"{PASS} Roll 3D6.\nRoll 4D6.\n\nRoll 5D6.", [4], [1, 2]),
        (f"{PASS}\n\n## The 2D6 roll\n\nRoll 3D6.", [5], [3]),
        (f"## The 2D6 roll {PASS}\n\nRoll 3D6.", [3], [1]),
        (f"{PASS}\n\n| 2D6 |\n|---|\n| 3D6 |\n\nRoll 4D6.", [7], [3, 5]),
        (f"| A | B |\n|---|---|\n| 2D6 | 1 | {PASS}\n| 3D6 | 2 |", [4], [3]),
        (f"| A | B |\n|---|---|\n| 2D6 {PASS} | 1 |\n| 3D6 | 2 |", [4], [3]),
        (f"{PASS}\n\n- 2D6\n- 3D6\n\nRoll 4D6.", [6], [3, 4]),
        (f"- 2D6\n- 3D6 {PASS}\n- 4D6", [1, 3], [2]),
        (f"- One:\n\n  {PASS}\n\n  Roll 2D6.\n\n  Roll 3D6.", [7], [5]),
        (f"{PASS}\n\n> Roll 2D6.\n>\n> Roll 3D6.\n\nRoll 4D6.", [7], [3, 5]),
        (f"> {PASS}\n> Roll 2D6.\n>\n> Roll 3D6.", [4], [2]),
        (f"> Roll 2D6. {PASS}\n>\n> Roll 3D6.", [3], [1]),
        (f"> One.\n>\n> {PASS}\n\nRoll 3D6.", [5], []),
        ("> <!-- bindery: allow dice-notation an\n> old rule -->\n> Roll 2D6.", [], [3]),
        (f"> - {PASS}\n>   Roll 2D6.\n\nRoll 3D6.", [4], [2]),
        (f"{PASS}\n{PASS.replace(ROLL, 'placeholder')}\n\nRoll 2D6. TODO", [], [4, 4]),
        (f"{PASS} {PASS.replace(ROLL, 'placeholder')}\n\nRoll 2D6. TODO", [], [3, 3]),
        (f"{PASS}\r\n\r\nRoll 2D6.\r\n", [], [3]),
        ("<!--bindery:allow dice-notation: old-->\n\nRoll 2D6.", [], [3]),
        ("<!--\nbindery: allow dice-notation\nan old rule\n-->\n\nRoll 2D6.", [], [6]),
        (f"<div>\n\n{PASS}\n\nRoll 2D6.\n\n</div>", [], [5]),
    ],
)
def test_a_waiver_covers_what_it_stands_in_or_before(
    text: str, standing: list[int], waived: list[int]
) -> None:
    assert said(text, '[rules]\nabbreviation = "off"\n') == (standing, waived)


@pytest.mark.parametrize("said_as", ["in this chapter: an old rule", "in this chapter an old rule"])
def test_a_waiver_of_the_whole_chapter_covers_all_of_it(said_as: str) -> None:
    text = f"Roll 2D6.\n\n<!-- bindery: allow {ROLL} {said_as} -->\n\n# Next\n\n- 3D6"
    assert said(text) == ([], [1, 7])
    assert {one.reason for one in report(text).waived} == {"an old rule"}


@pytest.mark.parametrize(
    "text",
    [
        f"`{PASS}` Roll 2D6.",
        f"```\n{PASS}\n```\n\nRoll 2D6.",
        f"    {PASS}\n\nRoll 2D6.",
        f"> ```\n> {PASS}\n> ```\n\nRoll 2D6.",
        "<!-- bindery: allow dice-notation an old rule\n\nRoll 2D6.",
        f"---\ntitle: a {PASS}\n---\nRoll 2D6.",
    ],
)
def test_what_stands_in_code_is_no_waiver(text: str) -> None:
    assert waivers(page(text)) == []


def test_a_waiver_allows_its_own_rule_only() -> None:
    answer = report(f"Roll 2D6 for the the door. {PASS}")
    assert [one.rule for one in answer.findings] == ["doubled-word"]


def test_what_is_waived_is_reported_with_its_reason() -> None:
    (waived,) = report(f"Roll 2D6. {PASS}").waived
    assert waived.as_json()["waived_because"] == "an old rule"
    assert waived.finding.quote == "2D6"


def test_a_house_pattern_may_be_waived() -> None:
    style = '[[patterns]]\nrule = "no-elves"\nfind = "elf"\nmessage = "no elves"\n'
    answer = report("An elf. <!-- bindery: allow no-elves it is a name -->", style)
    assert (answer.findings, len(answer.waived)) == ([], 1)


def test_an_unknown_rule_is_answered_with_the_nearest() -> None:
    (finding,) = report("Run. <!-- bindery: allow dice-notatoin old -->").findings
    assert (finding.rule, finding.severity, finding.rejection_type) == (
        "waiver",
        "warning",
        "style",
    )
    assert finding.message == 'there is no rule "dice-notatoin"; did you mean "dice-notation"?'
    assert finding.quote == "<!-- bindery: allow dice-notatoin old -->"


@pytest.mark.parametrize(
    ("waiver", "message"),
    [
        (f"allow {ROLL}", f'the waiver of "{ROLL}" needs a reason'),
        (f"allow {ROLL}:", f'the waiver of "{ROLL}" needs a reason'),
        (f"allow {ROLL} in this chapter", f'the waiver of "{ROLL}" needs a reason'),
        ("allow", "this allows nothing"),
        ("alow dice-notation old", "this allows nothing"),
        ("", "this allows nothing"),
    ],
)
def test_an_incomplete_waiver_allows_nothing_and_is_found(waiver: str, message: str) -> None:
    answer = report(f"Roll 2D6. <!-- bindery: {waiver} -->")
    assert [one.rule for one in answer.findings] == [ROLL, "waiver"]
    assert about_waivers(answer)[0].startswith(message)


def test_a_waiver_that_covers_no_finding_is_found() -> None:
    assert about_waivers(report(f"Roll 2d6. {PASS}")) == [
        f'"{ROLL}" finds nothing that this waiver covers: remove it'
    ]


def test_of_two_waivers_for_one_finding_the_wider_is_unused() -> None:
    text = f"<!-- bindery: allow {ROLL} in this chapter: old -->\n\nRoll 2D6. {PASS}"
    (finding,) = report(text).findings
    assert (finding.rule, finding.line) == ("waiver", 1)


def test_a_waiver_of_a_rule_that_is_off_may_stay() -> None:
    assert report(f"Roll 2D6. {PASS}", f'[rules]\n{ROLL} = "off"\n').findings == []


def test_the_rule_about_waivers_weighs_what_the_house_says() -> None:
    text = f"Roll 2d6. {PASS} <!-- bindery: allow {ROLL} -->"
    assert report(text, OFF).findings == []
    severities = [one.severity for one in report(text, '[rules]\nwaiver = "error"\n').findings]
    assert severities == ["error", "error"]


PIECES = (
    f"{PASS}|<!-- bindery: allow |-->|in this chapter: |2D6 |the the |\n|\n\n|> |- |`|```\n|| |# "
)
pieced = st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map("".join)


@given(pieced)
def test_every_finding_is_either_standing_or_waived(text: str) -> None:
    masked = report(text.replace("bindery: allow", "bindery- allow"), OFF)
    answer = report(text, OFF)
    everything = [*answer.findings, *(one.finding for one in answer.waived)]
    assert len(everything) == len(masked.findings)
    for waiver in waivers(page(text)):
        assert text[waiver.start : waiver.end].startswith("<!--")
        assert 0 <= waiver.covers[0] <= waiver.covers[1] <= len(text) + 1


@pytest.mark.parametrize(
    ("piece", "times", "ending"),
    [
        (f"{PASS}\n", 2000, "\nRoll 2D6."),
        (f"Roll 2D6. {PASS}\n\n", 2000, ""),
        (f"> {PASS}\n\n", 2000, ""),
        (f"- {PASS}\n", 2000, "\n- 2D6"),
        ("<!-- bindery: allow ", 5000, ""),
        (" \n", 50_000, "<!-- bindery: -->"),
    ],
)
def test_many_waivers_are_read_in_proportion_to_their_number(
    piece: str, times: int, ending: str
) -> None:
    started_at = time.process_time()
    report(piece * times + ending)
    assert time.process_time() - started_at < 10


def test_many_findings_under_many_waivers_are_sorted_out_fast() -> None:
    started_at = time.process_time()
    answer = report(f"{PASS}\n" * 2000 + "\n" + "Roll 2D6. " * 2000, OFF)
    assert time.process_time() - started_at < 10
    assert len(answer.waived) == 2000
