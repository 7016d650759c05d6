"""A gate decided in the browser: what the page tells, what it takes, and what it refuses."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from events.models import Event, Rejection
from tests.agents import Crew
from tests.editing import gate_of, waiting, write
from workflows import runs

pytestmark = pytest.mark.django_db
OTHER = "# Chapter 1\n\nQuite different words, and more of them.\n\nAnd a line more.\n"


def prepare() -> str:
    return waiting().run.public_id


@pytest.fixture
def crew(prepared: str) -> Crew:
    return Crew(prepared, "erin")


def browser(name: str = "grace", *groups: str) -> Client:
    """Of a user in these groups, of who decides without any."""
    user = User.objects.get_or_create(username=name)[0]
    for group in groups or ("managing-editor",):
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    client = Client()
    client.force_login(user)
    return client


def address(crew: Crew) -> str:
    return f"/gates/{gate_of(crew).pk}/"


def filled(client: Client, crew: Crew, **more: Any) -> dict[str, Any]:
    """The form of the page as it comes, with what was filled in."""
    page = client.get(address(crew)).context
    read = " ".join(one.public_id for one in page["asked"].matter.inputs)
    form = {"key": page["filled"].key, "digest": page["asked"].matter.digest, "read": read}
    return {**form, "decision": "approve", **more}


def changes(client: Client, crew: Crew, **more: Any) -> dict[str, Any]:
    wanted = {"decision": "request_changes", "rejection_type": "clarity", "reason": "unclear"}
    return filled(client, crew, **{**wanted, **more})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def marked(chapter: str, start: int, end: int, quote: str = "") -> str:
    return json.dumps([{"chapter": chapter, "start": start, "end": end, "quote": quote}])


def test_the_page_tells_who_waits_who_did_it_and_what_changed(crew: Crew) -> None:
    page = text(browser().get(address(crew)))
    for told in ("managing-editor", "wanda", "paula", "production-editor", crew.run.public_id):
        assert told in page
    assert "1 of 3 chapters changed" in page
    assert "<ins>" in page
    assert "data-start=" in page


def test_approval_goes_on_to_the_inbox_and_says_what_follows(crew: Crew) -> None:
    client = browser()
    answer = client.post(address(crew), filled(client, crew, reason="fine"), follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "You approved" in text(answer)
    assert "production-editor goes on with finalize." in text(answer)
    assert f'<meta name="bindery-taken" content="gate {gate_of(crew).pk}">' in text(answer)
    assert (gate_of(crew).status, gate_of(crew).worker) == ("completed", "grace")
    assert Event.objects.deciding(gate_of(crew)).get().payload["reason"] == "fine"


def test_changes_are_requested_with_passages_marked_and_typed(crew: Crew) -> None:
    client = browser()
    form = changes(
        client,
        crew,
        passages=marked("01-one", 13, 29),
        quote=["words here", "", ""],
        quote_chapter=["02-one", "01-one", "01-one"],
    )
    assert client.post(address(crew), form).status_code == 302
    first, second = Rejection.objects.filter(run=crew.run).order_by("item")
    assert (first.item, second.item) == ("01-one", "02-one")
    assert [one["quote"] for one in first.passages] == ["Some other words", "words here"]
    assert (first.rejection_type, first.reason, first.handler_agent) == (
        "clarity", "unclear", "clarity-editor"
    )  # fmt: skip


def test_chapters_without_passages_are_ticked(crew: Crew) -> None:
    client = browser()
    assert client.post(address(crew), changes(client, crew, item=["03-one"])).status_code == 302
    assert Rejection.objects.get(run=crew.run).item == "03-one"


def test_to_a_step_that_is_not_per_chapter_no_chapter_is_named(crew: Crew) -> None:
    client = browser()
    form = changes(client, crew, to_step="plan", item=["01-one"])
    assert client.post(address(crew), form).status_code == 302
    assert Rejection.objects.get(run=crew.run).item == ""
    assert crew.ready() == ["plan"]


def test_only_steps_that_can_be_reworked_are_offered(crew: Crew) -> None:
    page = browser().get(address(crew))
    assert page.context["asked"].ways.steps == ["plan", "write"]
    assert "clarity-editor will mend it at write" in text(page)
    assert "project-manager will mend it at plan, for the whole book" in text(page)


def test_to_reject_one_must_be_sure_and_the_run_ends(crew: Crew) -> None:
    client = browser()
    form = filled(client, crew, decision="reject", reason="not this year")
    refused = client.post(address(crew), form)
    assert refused.status_code == 400
    assert "tick that you are sure" in text(refused)
    assert "not this year" in text(refused)
    assert crew.fresh().status == "running"
    assert client.post(address(crew), {**form, "sure": "on"}).status_code == 302
    assert (crew.fresh().status, crew.fresh().outcome) == ("failed", "rejected")


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ({"decision": ""}, "Choose what you decide"),
        ({"rejection_type": ""}, "Say what is wrong."),
        ({"reason": "  "}, "Give a reason."),
        (
            {"rejection_type": "", "reason": " ", "item": []},
            "Say what is wrong, give a reason and tick the chapters to send back",
        ),
        ({"item": []}, "Tick the chapters to send back"),
        ({"passages": "{"}, "mark them again"),
        ({"passages": '[{"chapter": 3}]'}, "mark them again"),
        ({"passages": marked("nowhere", 0, 3)}, "no chapter"),
        ({"passages": marked("01-one", 0, 9999)}, "characters"),
        ({"rejection_type": "taste"}, "No rejection type"),
        ({"to_step": "edit"}, "no work step upstream"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_is_kept(
    crew: Crew, left_out: dict[str, Any], told: str
) -> None:
    client = browser()
    form = changes(client, crew, **{"item": ["01-one"], "reason": "KEEP ME", **left_out})
    answer = client.post(address(crew), form)
    assert answer.status_code == 400
    assert told in text(answer)
    assert gate_of(crew).status == "awaiting_decision"
    assert left_out.get("reason", "KEEP ME") in text(answer)


def test_who_may_not_decide_reads_why_and_finds_no_form(crew: Crew) -> None:
    browser("henry")
    client = browser("victor", "viewer")
    page = client.get(address(crew))
    assert "victor is not in the group managing-editor" in text(page)
    assert "can be decided by henry" in text(page)
    assert 'name="decision"' not in text(page)
    refused = client.post(address(crew), {"decision": "approve"})
    assert refused.status_code == 403
    assert gate_of(crew).status == "awaiting_decision"


def test_who_wrote_it_is_told_before_the_form_is_filled(crew: Crew) -> None:
    browser("henry")
    browser("paula")
    page = browser("wanda").get(address(crew))
    assert "You did step" in text(page)
    assert "another must decide" in text(page)
    assert "can be decided by henry." in text(page)
    assert 'name="decision"' not in text(page)
    client = browser("wanda")
    assert client.post(address(crew), filled(client, crew)).status_code == 403


def test_where_nobody_has_the_role_an_editor_decides(crew: Crew) -> None:
    client = browser("edda", "editor")
    assert client.post(address(crew), filled(client, crew)).status_code == 302


def test_a_paused_run_is_told_plainly(crew: Crew) -> None:
    runs.pause(crew.fresh(), actor="otto", reason="lunch")
    client = browser()
    page = text(client.get(address(crew)))
    assert "is paused (operator): lunch" in page
    assert 'name="decision"' not in page
    assert client.post(address(crew), {"decision": "approve"}).status_code == 409


def test_a_run_that_ended_first_is_told(crew: Crew) -> None:
    runs.cancel(crew.fresh(), actor="otto", reason="called off")
    page = text(browser().get(address(crew)))
    assert "ended first, as cancelled: called off" in page
    assert 'name="decision"' not in page


def test_who_comes_second_is_told_who_decided_what(crew: Crew) -> None:
    grace, henry = browser(), browser("henry")
    late = filled(henry, crew, reason="mine too")
    grace.post(address(crew), changes(grace, crew, item=["01-one"], reason="once more"))
    told = henry.post(address(crew), late)
    assert told.status_code == 409
    assert "Nothing was done: <b>grace</b> requested changes for clarity" in text(told)
    assert "is rejected by" not in text(told)
    assert "once more" in text(told)
    assert Rejection.objects.filter(run=crew.run).count() == 1
    page = text(henry.get(address(crew)))
    assert "<b>grace</b> requested changes for clarity" in page


def again(crew: Crew, words: str = OTHER) -> None:
    """The first chapter is sent back by grace, mended by clara, and waits again."""
    crew.request_changes("01-one", rejection_type="clarity", reason="once more")
    write(crew, {"01-one": words}, "clarity-editor", worker="clara")
    crew.up_to("approve")


def test_a_decision_on_text_that_has_changed_shows_what_changed(crew: Crew) -> None:
    client = browser("henry")
    was = address(crew)
    form = changes(
        client,
        crew,
        reason="KEEP ME",
        passages=marked("01-one", 13, 29, "Some other words"),
        item=["02-one"],
    )
    again(crew)
    answer = client.post(was, form)
    page = text(answer)
    assert answer.status_code == 409
    assert "Attempt 1 at gate approve is rejected by grace" in page
    assert "Changed since you read it" in page
    [changed] = answer.context["changed"]
    assert (changed.name, changed.shown.redline.new) == ("01-one", OTHER)
    assert "KEEP ME" in page
    assert f'action="{address(crew)}"' in page
    assert answer.context["asked"].matter.digest != form["digest"]
    [kept] = answer.context["filled"].marked
    assert (kept["start"], kept["quote"]) == (None, "Some other words")
    assert list(answer.context["filled"].items) == ["02-one"]
    assert gate_of(crew).status == "awaiting_decision"


def test_a_form_that_does_not_say_what_was_read_decides_nothing(crew: Crew) -> None:
    client = browser()
    refused = client.post(address(crew), filled(client, crew, digest=""))
    assert refused.status_code == 409
    assert gate_of(crew).status == "awaiting_decision"
    assert client.post(address(crew), filled(client, crew, digest="0" * 64)).status_code == 409


def test_a_form_that_is_sent_twice_decides_once_and_answers_the_same(crew: Crew) -> None:
    client = browser()
    form = changes(client, crew, item=["01-one"])
    first, second = (client.post(address(crew), form) for _ in range(2))
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert first.status_code == 302
    assert Rejection.objects.filter(run=crew.run).count() == 1


def test_a_decided_gate_shows_what_it_was_decided_on_and_leads_to_the_next(crew: Crew) -> None:
    old = address(crew)
    again(crew)
    page = browser().get(old)
    assert "<b>grace</b> requested changes for clarity" in text(page)
    assert f'<a href="{address(crew)}">attempt 2</a>' in text(page)
    assert "Some other words" in page.context["asked"].first.shown.redline.new
    assert 'name="decision"' not in text(page)


def test_since_the_last_round_shows_only_what_was_mended(crew: Crew) -> None:
    again(crew)
    client = browser()
    every = client.get(address(crew))
    last = client.get(f"{address(crew)}?since=last")
    assert "Since the last round" in text(every)
    assert every.context["asked"].first.shown.redline.old != OTHER
    assert "Some other words" in last.context["asked"].first.shown.redline.old
    assert [line.chapter.slug for line in last.context["asked"].changed] == ["01-one"]
    assert client.get(f"{address(crew)}?since=ever").status_code == 400


def test_in_the_first_round_there_is_no_switch(crew: Crew) -> None:
    assert "Since the last round" not in text(browser().get(address(crew)))
    answer = browser().get(f"{address(crew)}?since=last")
    assert answer.context["asked"].chapters.since == "all"


def test_rejections_are_told_with_how_they_were_answered(crew: Crew) -> None:
    crew.request_changes(
        "01-one",
        rejection_type="clarity",
        reason="what is this?",
        passages=[{"chapter": "01-one", "quote": "Some other words"}],
    )
    write(crew, {"01-one": OTHER}, "clarity-editor", worker="clara")
    crew.up_to("approve")
    client = browser()
    answer = client.get(address(crew))
    page = text(answer)
    mended = "mended by clara, attempt 2 at write"
    for told in ("what is this?", "Some other words", mended, "to be judged"):
        assert told in page
    [told] = answer.context["asked"].told
    now = answer.context["asked"].matter.chapters[0].now
    assert f"/redlines/{told.text}/{now}/" in page
    assert told.ending is None
    client.post(address(crew), filled(client, crew))
    assert client.get(address(crew)).context["asked"].told[0].ending == "passed"


def test_a_chapter_is_a_page_and_a_part(crew: Crew) -> None:
    client = browser()
    place = f"{address(crew)}chapters/01-one/"
    page = client.get(place)
    assert "<!doctype html>" in text(page)
    part = client.get(f"{place}?section=1", headers={"HX-Request": "true"})
    assert "<!doctype html>" not in text(part)
    assert 'hx-swap-oob="true"' in text(part)
    lines = client.get(f"{place}?view=side", headers={"HX-Request": "true"})
    assert "gate-chapter" not in text(lines)
    assert client.get(f"{address(crew)}chapters/04-one/").status_code == 404
    assert client.get(f"{place}?view=upside").status_code == 400


def test_a_step_that_is_no_gate_has_no_such_page(crew: Crew) -> None:
    assert browser().get(f"/gates/{crew.step('plan').pk}/").status_code == 409
    assert browser().get("/gates/999999/").status_code == 404


def test_a_session_that_ended_leads_to_the_login_and_back(crew: Crew) -> None:
    answer = Client().post(address(crew), {"decision": "approve"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/login/?next={address(crew)}"
    part = Client().get(address(crew), headers={"HX-Request": "true"})
    assert part.status_code == 401
