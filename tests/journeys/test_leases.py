"""How long a step is held, and what becomes of work that comes too late."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from events.sweeping import sweep
from tests.agents import Crew
from tests.clock import later
from tests.factories import DefinitionFactory, book_of, started
from workflows import work
from workflows.errors import InvalidInput, StaleLease
from workflows.models import Draft

pytestmark = pytest.mark.django_db
ONE_STEP = [{"name": "only", "agent": "soloist", "lease_seconds": 600, "max_attempts": 2}]


def prepare() -> dict[str, str]:
    """A run of one step; an editing run whose three chapters are ready to be written."""
    DefinitionFactory(type="one", steps=ONE_STEP)
    solo = started(book_of(1), workflow_type="one")
    writing = Crew(started(book_of(3))).up_to("write").run
    return {"solo": solo.public_id, "writing": writing.public_id}


@pytest.fixture
def solo(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["solo"])


@pytest.fixture
def writing(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["writing"])


@pytest.mark.parametrize("wanted", [None, 60])
def test_a_lease_lasts_as_the_step_says_or_as_was_asked(solo: Crew, wanted: int | None) -> None:
    before = timezone.now()
    row = solo.claim("soloist", lease_seconds=wanted).row()
    after = timezone.now()
    assert row.lease_expires_at is not None
    assert before <= row.lease_expires_at - timedelta(seconds=wanted or 600) <= after


@pytest.mark.parametrize("wrong", [0, -1, 14 * 24 * 3600 + 1])
def test_a_lease_of_no_time_or_of_ages_is_refused(solo: Crew, wrong: int) -> None:
    with pytest.raises(InvalidInput):
        solo.try_claim("soloist", lease_seconds=wrong)
    assert solo.ready() == ["only"]


@pytest.mark.parametrize("lease", ["", "wrong", "0" * 32, "früher"])
@pytest.mark.parametrize("verb", ["heartbeat", "complete", "fail", "release"])
def test_without_the_lease_nothing_is_handed_back(solo: Crew, verb: str, lease: str) -> None:
    claimed, last = solo.claim("soloist"), solo.last_event()
    holder = work.Held(claimed.row(), lease, "eve")
    acts: dict[str, Any] = {
        "heartbeat": lambda: work.heartbeat(holder),
        "complete": lambda: work.complete(holder, result={}),
        "fail": lambda: work.fail(holder, reason="x"),
        "release": lambda: work.release(holder, reason="x"),
    }
    with pytest.raises(StaleLease, match="running by ada"):
        acts[verb]()
    assert claimed.row().status == "running"
    assert solo.events(last) == []


def test_no_event_and_no_noun_tells_the_lease(solo: Crew) -> None:
    claimed = solo.claim("soloist")
    answer = claimed.complete()
    told = [str(event.payload) for event in solo.events()]
    assert not any(claimed.lease in text for text in [*told, str(answer)])


def test_a_late_text_is_refused_kept_and_offered_to_the_next(
    writing: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = writing.claim("writer", lease_seconds=60)
    later(monkeypatch, seconds=61)
    assert sweep(actor="sweeper")["leases"] == 1
    with pytest.raises(StaleLease, match="kept as a draft"):
        late.complete("Written too late.\n")
    assert not writing.run.artifacts.filter(artifact_type="chapter").exists()
    claimed = writing.claim("writer", worker="bob")
    assert claimed.id == late.id
    [draft] = claimed.brief["drafts"]
    assert (draft["text"], draft["worker"]) == ("Written too late.\n", "ada")
    with pytest.raises(StaleLease):
        late.complete("Later still.\n")
    assert Draft.objects.get().text == "Later still.\n"
    claimed.complete("In time.\n")
    assert writing.step("write", "01-one").worker == "bob"


def test_a_heartbeat_keeps_the_step_and_leaves_no_event(
    solo: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, last = solo.claim("soloist"), solo.last_event()
    later(monkeypatch, seconds=500)
    answer = work.heartbeat(work.Held(claimed.row(), claimed.lease, "ada"))
    assert answer["lease_expires_at"] == timezone.now() + timedelta(seconds=600)
    later(monkeypatch, seconds=599)
    assert sweep(actor="sweeper")["leases"] == 0
    assert solo.events(last) == []
    claimed.complete()


def test_a_heartbeat_never_shortens_a_lease(solo: Crew) -> None:
    claimed = solo.claim("soloist", lease_seconds=6000)
    until = claimed.row().lease_expires_at
    work.heartbeat(work.Held(claimed.row(), claimed.lease, "ada"))
    assert claimed.row().lease_expires_at >= until  # type: ignore[operator]


def test_run_out_leases_count_apart_and_end_the_run_at_the_twentieth(
    solo: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    solo.claim("soloist").fail()
    for count in range(1, 21):
        claimed = solo.claim("soloist")
        later(monkeypatch, seconds=601)
        assert sweep(actor="sweeper")["leases"] == 1
        assert sweep(actor="sweeper")["leases"] == 0
        assert claimed.row().leases_lost == count
    row = solo.steps().get()
    assert (row.status, row.failures) == ("failed", 1)
    assert solo.fresh().status == "failed"
    assert solo.story()[-2:] == ["failed only", "failed"]
    kinds = [event.event_type for event in solo.events() if event.actor == "sweeper"]
    assert kinds == ["released"] * 19 + ["failed"] * 2


def test_a_lease_that_holds_is_not_taken_back(solo: Crew) -> None:
    claimed = solo.claim("soloist")
    assert work.end_lease(claimed.row(), actor="sweeper") is False
    assert claimed.row().status == "running"


def test_who_hands_in_too_late_is_told_who_took_the_step_back_and_why(solo: Crew) -> None:
    claimed = solo.claim("soloist")
    work.take_back(claimed.row(), work.TakenBack("Ada is ill"), actor="olga")
    with pytest.raises(StaleLease, match='by that lease: olga took it back, "Ada is ill"'):
        claimed.complete()
    bea = solo.claim("soloist", worker="bea")
    bea.release()
    with pytest.raises(StaleLease, match=r"by that lease; it is ready now$"):
        work.heartbeat(bea.held(""))
