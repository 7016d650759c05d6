"""After each decision comes the next thing that waits."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from config.console.next_up import NextUp, on_to_next
from events.escalations import escalating
from events.inbox.asking import Kind
from events.models import Escalation
from tests.factories import book_of
from tests.waiting import at_gate, given_up
from workflows import runs
from workflows.callers import Caller

pytestmark = pytest.mark.django_db
GRACE = Caller("grace", frozenset({"operator"}))


def test_the_next_is_what_waits_the_longest_besides_this() -> None:
    first, second = at_gate(), given_up()
    gate = first.step("approve").pk
    escalation = Escalation.objects.get(run=second.run).pk
    assert NextUp(GRACE, (Kind.GATE, gate)).address == f"/escalations/{escalation}/"
    assert NextUp(GRACE, (Kind.ESCALATION, escalation)).address == f"/gates/{gate}/"
    assert NextUp(Caller("olga", frozenset({"owner"})), (Kind.GATE, gate)).address == "/"


def test_a_gate_of_a_paused_run_is_not_next() -> None:
    paused = at_gate()
    runs.pause(paused.run, actor="zoe")
    assert NextUp(GRACE, (Kind.GATE, 0)).address == "/"


def test_an_escalation_that_another_has_taken_is_not_next() -> None:
    row = Escalation.objects.get(run=given_up().run)
    escalating.acknowledge(row, actor="heidi")
    assert NextUp(GRACE, (Kind.GATE, 0)).address == "/"
    heidi = Caller("heidi", frozenset({"operator"}))
    assert NextUp(heidi, (Kind.GATE, 0)).address == f"/escalations/{row.pk}/"


def test_one_is_led_on_with_what_was_done_and_what_comes() -> None:
    done, following = at_gate(), at_gate(book_of(1, title="Deep Water"))
    request = RequestFactory().post("/")
    request.session = SessionStore()
    request._messages = FallbackStorage(request)
    gate = done.step("approve").pk
    answer = on_to_next(request, GRACE, (Kind.GATE, gate), "Red is approved.")
    assert answer.url == f"/gates/{following.step('approve').pk}/"
    following.decide()
    on_to_next(request, GRACE, (Kind.GATE, gate), "Blue is approved.")
    assert [str(one) for one in get_messages(request)] == [
        "Red is approved. Next: the gate approve in Deep Water.",
        "Blue is approved. Nothing else waits for you.",
    ]


def test_a_page_shows_how_many_wait_besides_and_costs_the_same_for_many() -> None:
    def shown() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as captured:
            up = NextUp(GRACE, (Kind.GATE, gate))
            html = render_to_string("console/parts/next_up.html", {"next_up": up})
        return " ".join(html.split()), len(captured)

    gate = at_gate().step("approve").pk
    assert "Nothing else waits for you" in shown()[0]
    at_gate(book_of(1, title="Deep <Water>"))
    html, cost = shown()
    assert "1 more waits" in html
    assert "next: <bdi>Deep &lt;Water&gt;</bdi>, approve" in html
    for _ in range(3):
        at_gate()
    html, now = shown()
    assert "4 more wait " in html
    assert now == cost <= 8
