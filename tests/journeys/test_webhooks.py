"""A receiver that fails, times out, leads astray and recovers gets every event, in order."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Delivery, Event, WebhookEndpoint
from events.sweeping import sweep
from events.webhooks import claiming
from events.webhooks.changing import Change, delete, put, redeliver, rotate
from events.webhooks.ending import record
from events.webhooks.sending import Attempt
from tests.agents import Crew
from tests.clock import later
from tests.factories import DefinitionFactory, book_of, started
from tests.receiving import Receiver, answering, dripping, hanging, refusing, waiting
from tests.served import LONG
from tests.subscribing import due_again, subscribed
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
TWO_STEPS = ({"name": "draft", "agent": "writer"}, {"name": "bind", "agent": "binder"})


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Private addresses are allowed, and an answer has all the time that a slow machine takes."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.WEBHOOK_TIMEOUT_SECONDS = LONG
    with Receiver() as opened:
        yield opened


def finished(book: Any = None) -> WorkflowRun:
    """A run of eight events, at its end."""
    DefinitionFactory(steps=TWO_STEPS)
    return Crew(started(book or book_of(1), workflow_type="tiny")).finish()


def delivered() -> int:
    return int(sweep(actor="sweeper")["deliveries"])


def event_ids(run: WorkflowRun) -> list[int]:
    return list(Event.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))


def statuses(**about: Any) -> list[str]:
    return list(
        Delivery.objects.filter(**about).order_by("event_id").values_list("status", flat=True)
    )


def test_what_fails_times_out_leads_astray_and_recovers_gets_all_in_order_and_signed(
    receiver: Receiver, settings: Any
) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 4  # which two attempts wait for
    hook = subscribed(receiver.url)
    runs = [finished() for _ in range(3)]
    private = f"http://127.0.0.1:{receiver.port}/elsewhere"
    receiver.then = [
        answering(500), hanging, answering(307, Location=private), answering(404), dripping,
        answering(204), answering(503), answering(308, Location=private),
    ]  # fmt: skip
    for _ in range(20):
        delivered()
        due_again()
    assert set(statuses()) == {"delivered"}
    for run in runs:
        assert receiver.events_of(run.public_id) == event_ids(run)
    for letter in receiver.got:
        letter.verify(hook.secret)
    assert len(receiver.got) == Delivery.objects.count() + 7
    assert len({letter.id for letter in receiver.got}) == Delivery.objects.count()


def test_nothing_of_a_run_overtakes_what_is_still_to_be_sent(receiver: Receiver) -> None:
    subscribed(receiver.url)
    stuck, other = finished(), finished()
    first = event_ids(stuck)[0]
    receiver.usual = refusing(first)
    delivered()
    due_again()
    delivered()
    assert statuses(run=stuck) == ["pending"] * len(event_ids(stuck))
    assert statuses(run=other) == ["delivered"] * len(event_ids(other))
    assert receiver.events_of(stuck.public_id) == [first]
    receiver.usual = answering(200)
    due_again()
    assert delivered() == len(event_ids(stuck))
    assert receiver.events_of(stuck.public_id) == event_ids(stuck)


def test_a_rotated_secret_and_the_one_before_both_verify(receiver: Receiver) -> None:
    hook = subscribed(receiver.url)
    first = hook.secret
    second = rotate(hook).secret
    finished()
    delivered()
    for letter in receiver.got:
        letter.verify(first)
        letter.verify(second)


def test_a_failure_is_told_and_the_next_attempt_is_put_off(receiver: Receiver) -> None:
    subscribed(receiver.url, "created")
    receiver.then = [answering(503, Retry_After="600"), answering(500)]
    started()
    before = timezone.now()
    assert delivered() == 0
    after = timezone.now()
    assert delivered() == 0
    [delivery] = Delivery.objects.all()
    assert (delivery.attempts, delivery.response_status) == (1, 503)
    assert delivery.error == "answered 503"
    assert delivery.next_attempt_at
    assert (delivery.next_attempt_at - before).total_seconds() >= 600
    assert (delivery.next_attempt_at - after).total_seconds() < 730


def test_after_a_day_of_failures_it_is_given_up_and_the_next_has_its_turn(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(receiver.url)
    run = finished()
    first = event_ids(run)[0]
    receiver.usual = refusing(first)
    delivered()
    later(monkeypatch, hours=25)
    for _ in range(2):
        delivered()
        due_again()
        assert statuses(run=run) == ["pending"] * len(event_ids(run))
    assert delivered() == len(event_ids(run)) - 1
    assert statuses(run=run) == ["exhausted"] + ["delivered"] * (len(event_ids(run)) - 1)
    given_up = Delivery.objects.get(event=first)
    assert (given_up.attempts, given_up.next_attempt_at) == (4, None)
    assert WebhookEndpoint.objects.get().exhausted_at == given_up.ended_at


def test_what_was_given_up_can_be_sent_once_more_under_the_same_id(receiver: Receiver) -> None:
    hook = subscribed(receiver.url)
    run = finished()
    delivered()
    letter = receiver.got[0]
    assert letter.event == event_ids(run)[0]
    assert redeliver(Delivery.objects.get(event=letter.event)).status == "pending"
    assert delivered() == 1
    again = receiver.got[-1]
    assert (again.id, again.body) == (letter.id, letter.body)
    again.verify(hook.secret)


def test_what_is_sent_once_more_waits_for_what_is_pending_before_it(receiver: Receiver) -> None:
    subscribed(receiver.url)
    run = finished()
    delivered()
    second, last = event_ids(run)[1], event_ids(run)[-1]
    receiver.usual = refusing(second)
    redeliver(Delivery.objects.get(event=last))
    redeliver(Delivery.objects.get(event=second))
    before = len(receiver.got)
    delivered()
    assert [letter.event for letter in receiver.got[before:]] == [second]
    receiver.usual = answering(200)
    due_again()
    delivered()
    assert [letter.event for letter in receiver.got[before:]] == [second, second, last]


def test_who_is_gone_is_told_nothing_more_until_enabled_again(receiver: Receiver) -> None:
    hook = subscribed(receiver.url)
    run = finished()
    receiver.then = [answering(410)]
    delivered()
    hook = WebhookEndpoint.objects.numbered(hook.pk)
    assert (hook.enabled, hook.disabled_because) == (False, "it answered 410 Gone")
    assert statuses() == ["exhausted"] + ["pending"] * (len(event_ids(run)) - 1)
    finished()
    due_again()
    delivered()
    assert len(receiver.got) == 1
    assert not Delivery.objects.exclude(run=run).exists()
    put(hook, Change(enabled=True))
    assert WebhookEndpoint.objects.numbered(hook.pk).disabled_because == ""
    assert delivered() == len(event_ids(run)) - 1
    assert receiver.events_of(run.public_id) == event_ids(run)


def test_a_slow_receiver_has_few_at_once_and_holds_up_no_other(
    receiver: Receiver,
) -> None:
    """It answers nothing until the other has got all."""
    for _ in range(12):
        started()
    runs = list(WorkflowRun.objects.all())
    with Receiver() as slow:
        most = claiming.MOST_OF_ONE
        slow.usual = waiting(lambda: len(receiver.got) == 12 and slow.most_at_once == most)
        slow_hook, quick_hook = subscribed(slow.url), subscribed(receiver.url)
        for hook in (slow_hook, quick_hook):
            Delivery.objects.bulk_create(
                Delivery(event=event, endpoint=hook, run=run, pending_since=event.created_at,
                         next_attempt_at=event.created_at)
                for run in runs for event in run.events.all()[:1]
            )  # fmt: skip
        assert delivered() == 24
        assert slow.most_at_once == most
        assert len(slow.got) == len(receiver.got) == 12


def test_what_was_written_for_a_webhook_deleted_meanwhile_is_deleted(receiver: Receiver) -> None:
    """An act looks at the webhooks, another deletes one, and the act writes."""
    gone, kept = subscribed(receiver.url), subscribed(receiver.url)
    started()
    delete(gone)
    events = Event.objects.all()
    Delivery.objects.bulk_create(
        Delivery(event=event, endpoint_id=gone.pk, run=event.run, pending_since=event.created_at,
                 next_attempt_at=event.created_at)
        for event in events
    )  # fmt: skip
    assert delivered() == len(events)
    assert set(Delivery.objects.values_list("endpoint", flat=True)) == {kept.pk}


def test_an_attempt_whose_end_was_never_written_counts_as_lost(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process died: another takes it up when the lease has run out, and no sooner."""
    subscribed(receiver.url)
    run = started()
    [held] = claiming.take(32, Counter()) or []
    assert delivered() == 0
    assert receiver.got == []
    later(monkeypatch, seconds=LONG + 61)
    assert delivered() == run.events.count()
    assert Delivery.objects.get(pk=held.delivery.pk).attempts == 2


def test_of_those_who_saw_it_due_one_has_it(receiver: Receiver) -> None:
    subscribed(receiver.url, "created")
    started()
    now, [seen] = timezone.now(), Delivery.objects.all()
    assert claiming._claimed([seen.pk], now) == [seen.pk]
    assert claiming._claimed([seen.pk], now) == []
    assert Delivery.objects.get().attempts == 1


def test_who_comes_too_late_with_an_answer_changes_nothing(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease has run out, and another has sent it meanwhile."""
    subscribed(receiver.url, "created")
    started()
    [late] = claiming.take(32, Counter()) or []
    later(monkeypatch, seconds=LONG + 61)
    assert delivered() == 1
    assert not record(late, Attempt("no answer within 15 s"))
    assert statuses() == ["delivered"]


def statements(act: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_recording_costs_the_same_for_one_webhook_and_for_fifty(receiver: Receiver) -> None:
    book = book_of(1)
    DefinitionFactory(steps=TWO_STEPS)
    costs = []
    for count in (0, 1, 49):
        for _ in range(count):
            subscribed(receiver.url)
        claimed = Crew(started(book, workflow_type="tiny")).claim("writer")
        costs.append(statements(claimed.complete))
    assert costs[1] == costs[2] == costs[0] + 1
    assert Event.objects.latest("pk").deliveries.count() == 50


def test_looking_for_what_is_due_is_one_query_where_nothing_is(receiver: Receiver) -> None:
    subscribed(receiver.url)
    finished()
    delivered()
    assert statements(lambda: claiming.take(32, Counter())) == 1
