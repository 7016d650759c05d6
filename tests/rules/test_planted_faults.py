"""How many of sixty faults the checks find, and what else they then say."""

from collections import Counter
from pathlib import Path

from books.checks import RULES
from tests.planted_faults import Planted, outcome

FEWEST_FOUND = 54
MOST_COLLATERAL = 2


def test_nine_in_ten_planted_faults_are_found(razorweave: Path) -> None:
    result = outcome(razorweave / "1.3.0" / "chapters")
    planted, found = _by_rule(result.planted), _by_rule(result.found)
    print()
    for rule, times in sorted(planted.items()):
        print(f"{rule:20}{times:4}{found[rule]:4}")
    print(f"{'all':20}{planted.total():4}{found.total():4}")
    missed = Counter(result.planted) - Counter(result.found)
    print("missed", *missed, sep="\n  ")
    print(f"not planted ({len(result.collateral)})", *result.collateral, sep="\n  ")
    assert len(result.planted) == 60
    assert set(RULES) <= set(planted)
    assert min(planted.values()) == 2
    assert len(result.found) >= FEWEST_FOUND
    assert set(found) == set(planted)
    assert len(result.collateral) <= MOST_COLLATERAL


def _by_rule(faults: list[Planted]) -> Counter[str]:
    return Counter(fault.rule for fault in faults)
