"""Verbs in the admin: offered to who may do them by the law, refused in words to others."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Delivery, Event, RoutingRule
from tests.agents import Crew
from tests.chains import trigger
from tests.clock import later
from tests.desk import FORESEEN, KEY, address, member, offered, page, told
from tests.factories import BookFactory, book_of, started
from tests.stages import every_stage
from tests.subscribing import subscribed
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows.drafts import keep_texts
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
GROUPS = ("viewer", "editor", "managing-editor", "operator")


@pytest.fixture
def operator() -> Client:
    return member("operator")


@pytest.fixture
def editor() -> Client:
    return member("editor")


# By the stages of `tests.stages`: what the law allows there.
LAW = {
    "pending": {"begin", "cancel"},
    "deciding": {"pause", "cancel"},
    "escalated": {"cancel"},
    "failed": {"rerun"},
}
SAID = {
    "begin": {},
    "pause": {"reason": "lunch"},
    "resume": {"reason": "back"},
    "cancel": {"reason": "never mind"},
    "rerun": {"from_step": ""},
}


@pytest.mark.parametrize("group", GROUPS)
def test_a_run_offers_what_its_law_and_the_group_allow_and_refuses_the_rest(group: str) -> None:
    client, stages = member(group), every_stage()
    edits = group in ("editor", "operator")
    for stage, allowed in LAW.items():
        run = WorkflowRun.objects.named(stages[stage])
        assert offered(client, run) == (allowed if edits else set()), stage
        for verb, said in SAID.items():
            if edits and verb in allowed:
                assert client.get(address(run, verb)).status_code == 200
                continue
            before = Event.objects.count()
            status = 409 if edits else 403
            for answer in (client.get(address(run, verb)), client.post(address(run, verb), said)):
                assert answer.status_code == status, (stage, verb)
                words = "is in no group that may: editor, operator" if not edits else run.public_id
                assert words in told(answer)
            assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("stage", "verb"), [(stage, verb) for stage, verbs in LAW.items() for verb in sorted(verbs)]
)
def test_a_verb_that_is_offered_works_and_tells_who_did_it(
    stage: str, verb: str, editor: Client
) -> None:
    run = WorkflowRun.objects.named(every_stage()[stage])
    before = Event.objects.latest("pk").pk
    answer = editor.post(address(run, verb), SAID[verb], follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0].startswith("/admin/workflows/workflowrun/")
    done = Event.objects.filter(pk__gt=before)
    assert set(done.values_list("actor", flat=True)) == {"editor"}


def test_what_became_of_a_run_is_said_once(editor: Client) -> None:
    run = started()
    answer = editor.post(address(run, "cancel"), {"reason": "enough"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["The run is called off."]


def test_a_reason_is_kept_and_shown(editor: Client) -> None:
    run = started()
    answer = editor.post(address(run, "pause"), {"reason": "<b>lunch</b>"}, follow=True)
    assert b"<b>lunch" not in answer.content
    assert "<b>lunch</b>" in told(answer)
    run = WorkflowRun.objects.named(run.public_id)
    assert (run.status, run.reason) == ("paused", "<b>lunch</b>")


def test_to_cancel_takes_a_reason(editor: Client) -> None:
    run = started()
    answer = editor.post(address(run, "cancel"), {"reason": " "})
    assert answer.status_code == 400
    assert "This field is required" in told(answer)
    assert WorkflowRun.objects.named(run.public_id).status == "running"


def test_a_second_press_of_a_button_does_nothing_more(editor: Client) -> None:
    run = started()
    found = KEY.search(editor.get(address(run, "cancel")).content.decode())
    assert found
    said = {"reason": "never mind", "key": found[1]}
    first, second = (editor.post(address(run, "cancel"), said) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Event.objects.filter(run=run, event_type="cancelled").count() == 1


def test_a_stale_page_is_told_so_beside_what_was_typed(editor: Client) -> None:
    run = started()
    editor.post(address(run, "cancel"), {"reason": "gone"})
    answer = editor.post(address(run, "pause"), {"reason": "a long thought"})
    assert answer.status_code == 409
    assert "a long thought" in told(answer)
    assert 'role="alert"' in told(answer)


def test_no_verb_is_done_by_looking(editor: Client) -> None:
    run = started()
    before = Event.objects.count()
    for verb in SAID:
        editor.get(address(run, verb))
    assert Event.objects.count() == before


def test_what_is_no_verb_or_no_row_is_not_found(editor: Client) -> None:
    run = started()
    assert editor.get(address(run, "explode")).status_code == 404
    assert editor.get(address(run, "pause").replace(str(run.pk), "99999999")).status_code == 404


def test_a_run_that_completed_is_run_again_from_a_step(editor: Client) -> None:
    run = Crew(started(book_of(1), workflow_type="w3")).finish()
    answer = editor.get(address(run, "rerun"))
    assert "the first that was not done" not in told(answer)
    editor.post(address(run, "rerun"), {"from_step": "marketing"})
    again = WorkflowRun.objects.get(parent_run=run)
    assert (again.cause, again.current_step) == ("rerun", "marketing")
    assert again.public_id in page(editor, run)
    assert run.public_id in page(editor, again)


def test_a_step_is_taken_back_from_its_worker_by_operators_alone() -> None:
    crew = Crew(started())
    step = crew.claim().row()
    operator, editor = member("operator"), member("editor")
    assert 'name="worker" value="ada"' in told(operator.get(address(step, "take-back")))
    because = {"reason": "Ada is ill.", "worker": "ada"}
    assert offered(editor, step) == set()
    assert editor.post(address(step, "take-back"), because).status_code == 403
    assert offered(operator, step) == {"take-back"}
    assert "This field is required" in told(operator.post(address(step, "take-back"), {}))
    done = operator.post(address(step, "take-back"), because, follow=True)
    assert "The step is taken back from ada." in told(done)
    last = Event.objects.order_by("pk").last()
    assert (last.event_type, last.actor) == ("released", "operator")
    assert last.payload["reason"] == "Ada is ill."
    refused = operator.post(address(step, "take-back"), because)
    assert "is ready" in told(refused)
    crew.claim(worker="bea")
    refused = operator.post(address(step, "take-back"), because)
    assert "is not with ada any more: bea has it" in told(refused)
    assert crew.step("plan").worker == "bea"


def test_who_takes_a_step_back_reads_from_whom_and_how_old_the_draft_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crew = Crew(started(book_of(1, title="Red Moss"))).up_to("write")
    step = crew.claim("writer").row()
    operator = member("operator")
    said = told(operator.get(address(step, "take-back")))
    assert "01-one of Red Moss: ada has it until" in said
    assert "and saved no draft." in said
    keep_texts(step, "ada", {"01-one.md": "words"})
    later(monkeypatch, minutes=3)
    assert "and saved a draft 3 minutes ago." in told(operator.get(address(step, "take-back")))


def test_a_trigger_is_foreseen_before_it_is_fired(editor: Client) -> None:
    run = Crew(started(book_of(1, slug="red"), workflow_type="w3")).finish()
    one = trigger("t", "w3", "w4", "manual")
    asked = {"run": run.public_id, "book": ""}
    key = KEY.search(editor.get(address(one, "fire")).content.decode())
    assert key
    seen = editor.post(address(one, "fire"), {**asked, "key": key[1]})
    assert "A run of w4_playtesting would start" in told(seen)
    assert not TriggerFiring.objects.exists()
    same = FORESEEN.search(seen.content.decode())
    assert same
    again = {**asked, "foreseen": html.unescape(same[1]), "key": key[1]}
    other = editor.post(address(one, "fire"), {**again, "run": "", "book": "red"})
    assert other.status_code == 200, "what was not foreseen is not done"
    assert not TriggerFiring.objects.exists()
    for _ in range(2):
        answer = editor.post(address(one, "fire"), again, follow=True)
        assert "fired, and started this run" in told(answer)
    firing = TriggerFiring.objects.get()
    assert (firing.actor, firing.result) == ("editor", "fired")


def test_a_trigger_that_does_not_fit_shows_no_button_to_fire(editor: Client) -> None:
    run = Crew(started(book_of(1, slug="red"), workflow_type="w3")).finish()
    one = trigger("t", "w3", "w4", "manual", match={"parameters": {"tone": "grim"}})
    seen = told(editor.post(address(one, "fire"), {"run": run.public_id}))
    assert "It does not fit" in seen
    assert 'name="_foresee"' in seen
    assert re.findall(r"<button[^>]*>([^<]+)</button>", seen).count("Fire") == 0


def test_a_trigger_is_switched_by_operators(operator: Client) -> None:
    started()
    one = trigger("t", "w3", "w4", "manual")
    assert offered(operator, one) == {"fire", "disable"}
    operator.post(address(one, "disable"), {})
    one.refresh_from_db()
    assert (one.enabled, one.changed_by) == (False, "operator")
    assert offered(operator, one) == {"enable"}
    assert operator.post(address(one, "fire"), {"book": "x"}).status_code == 400
    assert operator.get(address(one, "fire")).status_code == 409
    assert offered(member("editor"), one) == set()


def test_a_rule_is_switched_by_operators(operator: Client) -> None:
    started()
    rule = RoutingRule.objects.get(rejection_type="style")
    operator.post(address(rule, "disable"), {})
    rule.refresh_from_db()
    assert not rule.enabled
    assert offered(operator, rule) == {"enable"}
    assert member("editor").post(address(rule, "enable"), {}).status_code == 403


def test_what_ended_is_delivered_once_more(operator: Client) -> None:
    subscribed("https://hook.example.org/in")
    started()
    delivery = Delivery.objects.order_by("pk").first()
    assert delivery
    assert offered(operator, delivery) == set()
    Delivery.objects.update(status="delivered", next_attempt_at=None, ended_at=timezone.now())
    assert offered(operator, delivery) == {"redeliver"}
    assert offered(member("editor"), delivery) == set()
    operator.post(address(delivery, "redeliver"), {})
    assert Delivery.objects.get(pk=delivery.pk).status == "pending"


def test_a_trigger_that_was_deleted_meanwhile_is_not_found(operator: Client) -> None:
    started()
    one = trigger("t", "w3", "w4", "manual")
    place = address(one, "disable")
    WorkflowTrigger.objects.all().delete()
    assert operator.post(place, {}).status_code == 404


def test_books_of_any_kind_show_their_page(operator: Client) -> None:
    assert "None yet." in page(operator, BookFactory())
