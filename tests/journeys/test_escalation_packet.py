"""What a human is shown of an escalation: the rounds of a text, and what each answer would do."""

import hashlib
from collections.abc import Callable
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from books.configs import configure
from books.models import Book
from books.registry import register
from events.escalations import escalating
from events.escalations.answers import Answer
from events.escalations.packet import packet
from events.models import Escalation, Rejection, RoutingRule
from tests.agents import Claimed, Crew
from tests.clock import later
from tests.factories import DefinitionFactory, RoutingRuleFactory, book_of, started
from workflows import runs
from workflows.models import Step

pytestmark = pytest.mark.django_db


def alone(rounds: int, book: Any = None, item: str = "01-one") -> Crew:
    """A run over one chapter that was given up after so many rounds of style."""
    book = book or book_of(2)
    configure(book, "w1_editing", config={"max_retries": {"style": rounds}})
    crew = Crew(started(book, {"chapters": item})).up_to("edit")
    for number in range(1, rounds):
        crew.claim("editor").reject(reason=f"round {number}")
        mending = crew.claim("style-editor")
        mending.complete(f"# One\n\nText of round {number + 1}.\n")
    crew.claim("editor").reject(reason="still wrong")
    return crew


def escalation_of(crew: Crew) -> Escalation:
    return Escalation.objects.get(run=crew.run, status="pending")


def packet_of(crew: Crew) -> dict[str, Any]:
    return packet(Escalation.objects.filter(run=crew.run).latest("pk"))


def choice(crew: Crew, action: str) -> dict[str, Any]:
    return next(one for one in packet_of(crew)["choices"] if one["action"] == action)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hand_in(claimed: Claimed, text: str, monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    """So many minutes after it was claimed."""
    later(monkeypatch, minutes=minutes)
    claimed.complete(text)


def test_three_rounds_of_a_real_chapter_are_told_with_texts_times_and_verdicts(
    razorweave: Path, monkeypatch: pytest.MonkeyPatch, run_command: Callable[..., Any]
) -> None:
    later(monkeypatch)  # no time passes by itself
    register(slug="razorweave", title="Razorweave", source=razorweave / "1.0.0" / "chapters")
    source = next((razorweave / "1.0.0" / "chapters").glob("08-*.md"))
    texts = [
        next((razorweave / number / "chapters").glob("08-*.md")).read_text()
        for number in ("1.1.0", "1.2.0", "1.3.0")
    ]
    crew = Crew(started(Book.objects.get(slug="razorweave"), {"chapters": source.stem})).up_to(
        "write"
    )
    later(monkeypatch, minutes=10)
    hand_in(crew.claim("writer", worker="ada"), texts[0], monkeypatch, minutes=20)
    crew.claim("editor", worker="eve").complete()
    for number, text in enumerate([*texts[1:], ""], start=1):
        judging = crew.claim("domain-expert", "editor", worker="dom")
        if judging.name == "edit":
            judging.complete()
            judging = crew.claim("domain-expert", worker="dom")
        later(monkeypatch, minutes=5)
        judging.reject(reason=f"round {number}", passages=[{"quote": "the dice"}])
        if text:
            hand_in(crew.claim("style-editor", worker=f"bo{number}"), text, monkeypatch, minutes=30)
    later(monkeypatch, hours=2)

    found = run_command("escalation_show", escalation_of(crew).pk)
    assert found["escalation"] == {**found["escalation"], "item": source.stem, "retry_count": 3}
    assert found["run"]["pause_reason"] == "escalated"
    assert found["run"]["book"] == "razorweave"
    assert found["chapter"]["path"] == source.name
    rounds = found["rounds"]
    assert [one["round"] for one in rounds] == [1, 2, 3]
    assert [one["text"] for one in rounds] == texts
    assert [one["digest"] for one in rounds] == [sha256(text) for text in texts]
    assert [one["words"] for one in rounds] == [len(text.split()) for text in texts]
    assert [one["worker"] for one in rounds] == ["ada", "bo1", "bo2"]
    assert [one["attempt"] for one in rounds] == [1, 2, 3]
    assert [one["queue_seconds"] for one in rounds] == [600, 0, 0]
    assert [one["agent_seconds"] for one in rounds] == [1200, 1800, 1800]
    before = [sha256(source.read_text()), *(sha256(text) for text in texts)]
    ends = [(one["changed"]["from"], one["changed"]["to"]) for one in rounds]
    assert ends == list(pairwise(before))
    assert all(one["changed"]["words_added"] for one in rounds)
    assert all(one["changed"]["diff"].startswith("@@ line") for one in rounds)
    ids = [one["id"] for one in found["rejections"]]
    assert [one["feedback"] for one in rounds] == [[], ids[:1], ids[:2]]
    for one, rejection in zip(rounds, ids, strict=True):
        told = [(v["name"], v["worker"], v["verdict"], v["agent_seconds"]) for v in one["verdicts"]]
        editor = "eve" if one["round"] == 1 else "dom"
        assert told == [
            ("edit", editor, "passed", 0),
            ("domain_review", "dom", "rejected", 300),
        ]
        assert one["verdicts"][0]["rejection"] is None
        assert one["verdicts"][1]["rejection"]["id"] == rejection
    assert [(one["round"], one["ending"]) for one in found["rejections"]] == [
        (1, None), (2, None), (3, None)
    ]  # fmt: skip
    assert found["time_spent"] == {
        "queue_seconds": 600,
        "agent_seconds": 1200 + 2 * 1800 + 3 * 300,
        "human_seconds": 7200,
        "rounds": 3,
    }


def test_a_person_reads_rounds_objections_and_differences_one_below_the_other() -> None:
    crew = alone(2)
    out = StringIO()
    call_command("escalation_show", str(escalation_of(crew).pk), stdout=out)
    shown = out.getvalue()
    where = [shown.index(words) for words in (
        "  > still wrong", "round 1: write", "rejected: edit", "    > round 1",
        "round 2: write", "was to mend rejection", "{+Text of round 2.+}",
        "what each action does", "retry     write again, by style-editor, superseding 1 row",
        "override  completes edit", "abort",
    )]  # fmt: skip
    assert where == sorted(where)


def test_a_retry_does_what_it_was_said_to_do() -> None:
    crew = alone(2)
    told = choice(crew, "retry")
    assert told == {
        "action": "retry",
        "refused": None,
        "handler_agent": "style-editor",
        "rework_step": "write",
        "supersedes": 1,
    }
    escalating.resolve(escalation_of(crew), Answer("retry", "again"), actor="grace")
    routed = crew.events()[-2].payload
    assert len(routed["superseded"]) == told["supersedes"]
    assert crew.open() == [("write", "01-one", 3, "ready")]
    assert crew.step("write", "01-one").agent == "style-editor"


def test_an_override_that_completes_nothing_says_so() -> None:
    book = book_of(3)
    configure(book, "w1_editing", config={"max_retries": {"style": 1}})
    crew = Crew(started(book)).up_to("validate")
    crew.claim("validator").reject("style", items=("01-one", "03-one"))
    first, second = Escalation.objects.filter(run=crew.run)
    validate = crew.step("validate")
    override = {"action": "override", "step": validate.pk, "name": "validate"}
    assert packet(first)["choices"][1] == {**override, "completes": False}
    assert packet(first)["chapter"]["slug"] == "01-one"
    assert packet(first)["rounds"][0]["verdicts"][-1]["rejection"]["item"] == "01-one"
    escalating.resolve(first, Answer("override", "fine"), actor="grace")
    assert packet(second)["choices"][1] == {**override, "completes": True}
    first.refresh_from_db()
    assert packet(first)["rejections"][0]["ending"] == "overridden"
    assert packet(first)["choices"] == []
    escalating.resolve(second, Answer("override", "fine too"), actor="grace")
    assert crew.step("validate").status == "completed"
    told = [(one["name"], one["verdict"]) for one in packet_of(crew)["rounds"][0]["verdicts"]]
    assert told[-2:] == [("validate", "overridden"), ("approve", "waiting")]


def test_a_retry_that_the_rules_send_nowhere_says_why() -> None:
    crew = alone(1)
    RoutingRule.objects.create(
        workflow_type="w1_editing", rejection_type="style", handler_agent="writer",
        rework_step="finalize", escalation_target="senior-editor",
    )  # fmt: skip
    told = choice(crew, "retry")
    assert "finalize" in told["refused"]
    assert (told["rework_step"], told["supersedes"]) == (None, 0)


def test_with_nothing_upstream_the_rounds_are_the_reviews_own() -> None:
    upstream = [
        {"name": "press", "agent": "printer", "produces": ["pdf_print", "epub"]},
    ]
    check = {
        "name": "check", "kind": "review", "agent": "release-manager",
        "consumes": ["pdf_print?", "epub?"],
    }  # fmt: skip
    DefinitionFactory(type="press", steps=upstream)
    DefinitionFactory(type="release", steps=[check], upstream=["press"])
    book = book_of(1)
    Crew(started(book, workflow_type="press")).finish()
    crew = Crew(started(book, workflow_type="release"))
    crew.claim().reject("mechanics", "the print file is torn")
    escalating.resolve(escalation_of(crew), Answer("retry", "look again"), actor="grace")
    crew.claim().reject("mechanics", "still torn")
    found = packet_of(crew)
    assert found["chapter"] is None
    assert [one["name"] for one in found["rounds"]] == ["check", "check"]
    types = {made["artifact_type"] for made in found["rounds"][0]["artifacts"]}
    assert types == {"pdf_print", "epub"}
    assert len(found["rounds"][0]["digest"]) == 64
    assert found["rounds"][0]["changed"] is None
    reasons = [one["verdicts"][0]["rejection"]["reason"] for one in found["rounds"]]
    assert reasons == ["the print file is torn", "still torn"]
    retried = {"handler_agent": "release-manager", "rework_step": "check", "supersedes": 0}
    assert found["choices"][0] == {"action": "retry", "refused": None, **retried}


def test_an_escalated_release_check_of_w3_has_a_packet(run_command: Callable[..., Any]) -> None:
    crew = Crew(started(book_of(1), workflow_type="w3"))
    crew.claim("release-manager").reject("mechanics", "no print file")
    found = run_command("escalation_show", escalation_of(crew).pk)
    [only] = found["rounds"]
    assert (only["artifacts"], only["digest"], only["text"]) == ([], None, None)
    assert only["verdicts"][0]["verdict"] == "rejected"
    assert found["time_spent"]["rounds"] == 1


def test_where_no_text_is_made_a_round_is_what_was_handed_in() -> None:
    book = book_of(1)
    configure(book, "w2_pdf", config={"max_retries": {"style": 2}})
    crew = Crew(started(book, workflow_type="w2")).up_to("edit_pdf")
    crew.claim("pdf-editor").reject("style", "too small")
    crew.up_to("edit_pdf")
    crew.claim("pdf-editor").reject("style", "smaller still")
    found = packet_of(crew)
    assert [one["name"] for one in found["rounds"]] == ["create_pdf", "create_pdf"]
    made = crew.artifact("pdf_draft")
    first = found["rounds"][0]
    assert (first["artifact"], first["digest"]) == (made.public_id, made.digest)
    assert first["artifacts"][0]["size_bytes"] == made.size_bytes
    assert (first["text"], first["changed"]) == (None, None)
    assert [one["verdicts"][0]["verdict"] for one in found["rounds"]] == ["rejected", "rejected"]


def test_what_a_rejection_at_a_gate_and_of_other_reviews_led_to_is_told() -> None:
    crew = Crew(started(book_of(2), {"chapters": "01-one"})).up_to("edit")
    crew.claim("editor").reject("clarity", "who rolls?")
    crew.up_to("approve").request_changes("01-one", rejection_type="scope")
    crew.up_to("edit")
    configure(crew.run.book, "w1_editing", config={"max_retries": {"style": 1}})
    crew.claim("editor").reject("style", "no")
    found = packet_of(crew)
    told = [[(one["name"], one["verdict"]) for one in r["verdicts"]] for r in found["rounds"]]
    assert told == [
        [("edit", "rejected")],
        [("edit", "passed"), ("domain_review", "passed"), ("validate", "passed"),
         ("approve", "rejected")],
        [("edit", "rejected")],
    ]  # fmt: skip
    endings = [(one["rejection_type"], one["round"], one["ending"]) for one in found["rejections"]]
    assert endings == [("clarity", 1, "passed"), ("scope", 2, None), ("style", 3, None)]


def test_what_was_overridden_for_the_whole_run_is_not_said_to_be_closed() -> None:
    RoutingRuleFactory(workflow_type="w1_editing", rejection_type="scope", rework_step="plan")
    book = book_of(1)
    configure(book, "w1_editing", config={"max_retries": {"scope": 1, "style": 1}})
    crew = Crew(started(book)).up_to("validate")
    crew.claim("validator").reject("scope")
    escalating.resolve(escalation_of(crew), Answer("override", "it belongs"), actor="grace")
    crew.request_changes("01-one", rejection_type="clarity")
    crew.up_to("edit").claim("editor").reject("style")
    found = packet_of(crew)
    endings = [(one["item"], one["ending"]) for one in found["rejections"]]
    assert endings == [(None, "overridden"), ("01-one", None), ("01-one", None)]


def test_a_resolved_escalation_keeps_its_packet(run_command: Callable[..., Any]) -> None:
    crew = alone(2)
    pk = escalation_of(crew).pk
    escalating.resolve(escalation_of(crew), Answer("abort", "no hope"), actor="grace")
    found = run_command("escalation_show", pk)
    assert found["escalation"]["action"] == "abort"
    assert found["choices"] == []
    assert len(found["rounds"]) == 2
    assert {one["ending"] for one in found["rejections"]} == {"closed"}
    out = StringIO()
    call_command("escalation_show", str(pk), stdout=out)
    assert "resolved (abort) by grace: no hope" in out.getvalue()


def test_a_rerun_shows_the_rounds_it_took_over(monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch)  # no time passes by itself
    crew = alone(2)
    escalating.resolve(escalation_of(crew), Answer("override", "it is meant so"), actor="grace")
    crew.up_to("validate")
    runs.cancel(crew.fresh(), actor="zoe")
    later(monkeypatch, hours=5)
    again = Crew(runs.rerun(crew.fresh(), actor="zoe"))
    configure(again.run.book, "w1_editing", config={"max_retries": {"style": 1}})
    again.claim("validator").reject("style", items=("01-one",))
    found = packet_of(again)
    [only] = found["rounds"]
    assert only["text"] == "# One\n\nText of round 2.\n"
    assert only["queue_seconds"] == 0
    verdicts = [(one["name"], one["verdict"]) for one in only["verdicts"]]
    assert verdicts == [
        ("edit", "overridden"), ("domain_review", "passed"), ("validate", "rejected")
    ]  # fmt: skip


def test_looking_changes_nothing_and_costs_the_same_however_many_rounds() -> None:
    few, many = alone(2), alone(6)
    before = (Rejection.objects.count(), Step.objects.count(), few.last_event())
    counts = []
    for crew in (few, many):
        escalation = escalation_of(crew)
        with CaptureQueriesContext(connection) as captured:
            packet(escalation)
        said = [query["sql"].split()[0] for query in captured.captured_queries]
        assert set(said) == {"SELECT"}
        counts.append(len(said))
    assert counts[0] == counts[1]
    assert len(packet_of(many)["rounds"]) == 6
    assert (Rejection.objects.count(), Step.objects.count(), few.last_event()) == before


def test_a_number_that_is_no_escalation_is_refused(refused: Callable[..., str]) -> None:
    assert "escalation_list" in refused("escalation_show", 999)
