import time

import pytest

from books.checks import RULES
from books.errors import Invalid
from tests.checking import found, report

PATTERN = """
[[patterns]]
rule = "no-elves"
find = 'elf\\b'
message = "there are no elves"
suggestion = "warden"
type = "scope"
severity = "error"
"""


def style(find: str) -> str:
    return f'[[patterns]]\nrule = "own"\nfind = \'{find}\'\nmessage = "not so"\n'


def test_what_a_pattern_matches_is_a_finding_like_any_other() -> None:
    (finding,) = report("A dwarf.\n\nAn elf.", PATTERN).findings
    assert (finding.rule, finding.quote, finding.line) == ("no-elves", "elf", 3)
    assert (finding.message, finding.suggestion) == ("there are no elves", "warden")
    assert (finding.rejection_type, finding.severity) == ("scope", "error")


def test_a_pattern_is_a_warning_of_style_unless_it_says_otherwise() -> None:
    (finding,) = report("An elf.", style("elf")).findings
    assert (finding.rejection_type, finding.severity, finding.suggestion) == (
        "style",
        "warning",
        "",
    )


def test_patterns_read_prose_only() -> None:
    assert report("`elf` <!-- elf --> [x](elf.md)\n\n```\nelf\n```", PATTERN).findings == []


def test_the_house_may_weigh_its_own_patterns_by_name() -> None:
    assert report("An elf.", f'{PATTERN}\n[rules]\nno-elves = "off"\n').findings == []


def test_matches_of_nothing_are_no_findings() -> None:
    assert found("An elf.", "own", style("(?=elf)")) == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (r"(?:a|aa)+$", "a" * 60 + "!"),
        (r"(?:\w|\w\w)+$", "warden" * 20 + "!"),
        (r"(?:a|aa)+$|b", ("a" * 26 + "b") * 400),  # none of them long, but too many
    ],
    ids=["one match", "words", "all matches"],
)
def test_a_pattern_that_runs_away_is_stopped_and_named(find: str, text: str) -> None:
    started_at = time.perf_counter()
    with pytest.raises(Invalid) as refused:
        report(text, style(find))
    assert time.perf_counter() - started_at < 20
    assert str(refused.value) == (
        'house-style.toml: [patterns] "own" takes more than 3 s in 01-chapter.md'
    )


def test_the_names_of_the_products_rules_are_taken() -> None:
    for rule in RULES:
        with pytest.raises(Invalid, match="is the name of a rule of the product"):
            report("", PATTERN.replace("no-elves", rule))
