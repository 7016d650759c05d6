"""Webhooks and deliveries over REST: operators make them, readers look at what became of events."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Delivery, WebhookEndpoint
from tests.factories import book_of, started
from tests.rest import Program, program
from tests.subscribing import subscribed

pytestmark = pytest.mark.django_db
URL = "https://hook.example.org/in"


@pytest.fixture
def operator() -> Program:
    return program("olga", "operator")


def test_one_is_made_looked_at_changed_and_deleted(operator: Program) -> None:
    book = book_of(1)
    answer = operator.post("webhooks/", url=URL, event_types=["completed"], book=book.slug)
    made = answer.json()
    secret = made.pop("secret")
    assert (answer.status_code, secret[:6]) == (201, "whsec_")
    assert (made["url"], made["event_types"], made["book"]) == (URL, ["completed"], book.slug)
    assert (made["enabled"], made["made_by"]) == (True, "olga")
    place = f"webhooks/{made['id']}/"
    assert operator.get(place).json() == made
    assert operator.get("webhooks/").json()["results"] == [made]
    changed = operator.patch(place, book=None, enabled=False)
    assert changed.status_code == 200
    assert changed.json() == {**made, "book": None, "enabled": False}
    assert operator.get("webhooks/", enabled="true").json()["results"] == []
    assert len(operator.get("webhooks/", enabled="false").json()["results"]) == 1
    assert operator.get("webhooks/", book=book.slug).json()["results"] == []
    assert operator.delete(place).status_code == 204
    assert operator.get(place).status_code == 404


def test_the_secret_is_shown_when_it_is_made_and_when_it_is_rotated(operator: Program) -> None:
    made = operator.post("webhooks/", url=URL).json()
    rotated = operator.post(f"webhooks/{made['id']}/rotate/").json()
    row = WebhookEndpoint.objects.get()
    assert (row.former_secret, row.secret) == (made["secret"], rotated["secret"])
    for answer in (operator.get("webhooks/"), operator.get(f"webhooks/{made['id']}/")):
        assert "whsec_" not in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({}, 400, "url: This field is required."),
        ({"url": URL, "events": []}, 400, 'events: is no field; did you mean "event_types"?'),
        ({"url": 7}, 400, "url: Not a valid string."),
        ({"url": URL, "event_types": "completed"}, 400, "event_types: Expected a list"),
        ({"url": URL, "enabled": "yes"}, 400, "enabled: Must be a valid boolean."),
        ({"url": "https://10.0.0.1/"}, 400, "10.0.0.1 is no public address"),
        ({"url": URL, "event_types": ["compleated"]}, 404, 'did you mean "completed"?'),
        ({"url": URL, "book": "nowhere"}, 404, 'no book "nowhere"'),
    ],
)
def test_what_is_not_sound_is_refused(
    operator: Program, body: dict[str, Any], status: int, detail: str
) -> None:
    answer = operator.post("webhooks/", **body)
    assert (answer.status_code, detail in answer.json()["detail"]) == (status, True), answer.json()
    assert not WebhookEndpoint.objects.exists()


def test_what_became_of_an_event_is_shown(operator: Program) -> None:
    hook, other = subscribed(URL), subscribed(URL, "created")
    run = started()
    reader = program("vera", "viewer")
    shown = reader.get("deliveries/", endpoint=hook.pk).json()["results"]
    newest = hook.deliveries.all()[0]
    assert len(shown) == 2
    assert shown[0] == {
        "id": newest.pk,
        "endpoint": hook.pk,
        "event": newest.event_id,
        "event_type": "started",
        "run": run.public_id,
        "webhook_id": f"{run.public_id}_{newest.event_id}_{hook.pk}",
        "status": "pending",
        "attempts": 0,
        "pending_since": shown[0]["next_attempt_at"],
        "next_attempt_at": shown[0]["next_attempt_at"],
        "ended_at": None,
        "response_status": None,
        "error": None,
    }
    assert len(reader.get("deliveries/", event=shown[1]["event"]).json()["results"]) == 2
    assert len(reader.get("deliveries/", endpoint=other.pk).json()["results"]) == 1
    assert reader.get("deliveries/", status="exhausted").json()["results"] == []
    assert reader.get("deliveries/", status="lost").status_code == 400
    assert reader.get("deliveries/", event=10**30).status_code == 404


def test_one_is_sent_once_more_when_it_has_ended(operator: Program) -> None:
    subscribed(URL)
    started()
    number = Delivery.objects.all()[0].pk
    early = operator.post(f"deliveries/{number}/redeliver/")
    assert (early.status_code, early.json()["code"]) == (409, "illegal")
    Delivery.objects.filter(pk=number).update(
        status="delivered", next_attempt_at=None, ended_at=timezone.now()
    )
    again = operator.post(f"deliveries/{number}/redeliver/")
    assert (again.status_code, again.json()["status"]) == (200, "pending")
    assert operator.post("deliveries/999/redeliver/").status_code == 404


@pytest.mark.parametrize("group", ["viewer", "agent", "editor", "managing-editor"])
def test_nobody_else_sees_or_touches_a_webhook(group: str) -> None:
    hook = subscribed(URL)
    other = program("ada", group)
    place = f"webhooks/{hook.pk}/"
    answers = [
        other.get("webhooks/"), other.get(place), other.post("webhooks/", url=URL),
        other.patch(place, enabled=False), other.delete(place), other.post(f"{place}rotate/"),
        other.post("deliveries/1/redeliver/"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.parametrize("path", ["webhooks/", "deliveries/"])
def test_lists_ask_no_more_for_more_rows(operator: Program, path: str) -> None:
    operator.get(path)  # a token notes its first use
    counts = []
    for _ in range(2):
        for _ in range(3):
            subscribed(URL)
        started()
        with CaptureQueriesContext(connection) as captured:
            assert operator.get(path).json()["results"]
        counts.append(len(captured))
    assert counts[0] == counts[1]
