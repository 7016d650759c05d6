"""The law of the lifecycle, held against whatever anybody may do."""

from collections import Counter

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import run_state_machine_as_test

from tests.law.machine import Law
from tests.law.sayings import CHAIN_LIMIT, OUTCOMES
from tests.law.verbs import VERBS
from tests.law.world import Clock, World

STEADY_EXAMPLES = 26


def test_the_law_holds_whatever_anybody_does(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    monkeypatch.setattr(settings, "BINDERY_CHAIN_LIMIT", CHAIN_LIMIT)
    Law.world, Law.tally = World(clock), Counter()
    steady = hypothesis_settings.get_current_profile_name() == "steady"
    wanted = hypothesis_settings(
        max_examples=STEADY_EXAMPLES if steady else hypothesis_settings.default.max_examples,
        stateful_step_count=50,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Law, settings=wanted)
    for name, count in sorted(Law.tally.items()):
        print(f"{count:7} {name}")
    assert not {verb for verb in VERBS if not Law.tally[f"{verb} done"]}
    assert not {outcome for outcome in OUTCOMES if not Law.tally[outcome]}
