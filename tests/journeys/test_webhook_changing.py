"""Which webhooks there may be, and what becomes of deliveries when one is changed."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from books.errors import Unknown
from events.errors import CannotRedeliver, WebhookRefused
from events.models import Delivery, Event, WebhookEndpoint
from events.webhooks.changing import Change, delete, make, put, redeliver, rotate
from tests.clock import later
from tests.factories import book_of, started
from tests.subscribing import subscribed
from workflows.errors import UnknownThing

pytestmark = pytest.mark.django_db
URL = "https://hook.example.org/in"
REFUSED = {
    "http://hook.example.org/": r'is not https:// or mailto:, but "http"',
    "ftp://hook.example.org/": "is not https:// or mailto:",
    "hook.example.org/in": "is not https:// or mailto:",
    "": "is not https:// or mailto:",
    "https://": "names no host",
    "https:///in": "names no host",
    "https://ada:word@hook.example.org/": "holds a user or password",
    "https://ada@hook.example.org/": "holds a user or password",
    "https://hook.example.org/#part": "has a fragment",
    "https://hook.example.org:99999/": "the url is none",
    "https://hook.example.org:0/": "names no host",
    "https://[::1/": "the url is none",
    "https://hook.example.org/a b": "without spaces",
    "https://hook.example.org/\n": "without spaces",
    "https://h\u00f6ok.example.org/": "xn--",
    "https://hook.example.org/" + "a" * 2000: "2000 ASCII characters",
    "https://127.0.0.1/": "127.0.0.1 is no public address",
    "https://127.1/": "no public address",
    "https://2130706433/": "no public address",
    "https://169.254.169.254/latest/meta-data": "no public address",
    "https://[::1]/": "no public address",
    "https://[::ffff:10.0.0.1]/": "no public address",
    "https://localhost/": "no public address",
    "https://LOCALHOST./": "no public address",
    "https://app.localhost/": "no public address",
    "mailto:ada": "is not one mail address",
    "mailto:ada@example.org,bob@example.org": "is not one mail address",
    "mailto:ada@example.org?subject=Hello": "is not one mail address",
    "mailto:ada@example.org": "set EMAIL_URL",
}


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_is_not_sound_is_refused(url: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    with pytest.raises(WebhookRefused, match=REFUSED[url]):
        make(Change(url), actor="ada")
    assert not WebhookEndpoint.objects.exists()


def test_private_addresses_and_http_are_allowed_where_the_setting_says_so(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    for url in ("http://127.0.0.1:8000/", "https://localhost/", "http://hook.example.org/"):
        assert make(Change(url), actor="ada").url == url


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"event_types": ["compleated"]}, 'no event type "compleated"; did you mean "completed"?'),
        ({"book": "core-rulebok"}, 'no book "core-rulebok"; did you mean "core-rulebook"?'),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_right_one(
    change: dict[str, Any], hint: str
) -> None:
    book_of(1, slug="core-rulebook")
    with pytest.raises(Unknown) as refused:
        make(Change(URL, **change), actor="ada")
    assert str(refused.value) == hint


def test_a_webhook_says_what_it_was_told_and_never_its_secret() -> None:
    book = book_of(1)
    made = make(Change(URL, ["completed", "failed", "completed"], book.slug), actor="ada")
    said = WebhookEndpoint.objects.numbered(made.pk).as_json()
    assert said == {
        "id": made.pk,
        "url": URL,
        "event_types": ["completed", "failed"],
        "book": book.slug,
        "enabled": True,
        "disabled_because": None,
        "exhausted_at": None,
        "made_by": "ada",
        "created_at": made.created_at,
    }


def test_a_change_changes_what_it_says_and_nothing_else() -> None:
    book = book_of(1)
    made = subscribed(URL, "completed", book=book.slug)
    put(made, Change(event_types=[]))
    put(made, Change(book=""))
    put(WebhookEndpoint.objects.numbered(made.pk), Change(enabled=False))
    after = WebhookEndpoint.objects.numbered(made.pk)
    assert (after.url, after.event_types, after.book, after.enabled) == (URL, [], None, False)
    assert after.secret == made.secret


def test_a_webhook_stays_of_its_kind(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    made = subscribed(URL)
    with pytest.raises(WebhookRefused, match="make another"):
        put(made, Change("mailto:ada@example.org"))
    assert WebhookEndpoint.objects.numbered(made.pk).url == URL


def wanted_by(*hooks: WebhookEndpoint) -> list[list[str]]:
    """The types of the events that each of these is to get, in order."""
    return [
        list(hook.deliveries.order_by("event_id").values_list("event__event_type", flat=True))
        for hook in hooks
    ]


def test_events_go_to_whom_they_are_wanted_by() -> None:
    book, other = book_of(1), book_of(1)
    everything, begun, mine, off = (
        subscribed(URL),
        subscribed(URL, "started"),
        subscribed(URL, book=book.slug),
        subscribed(URL, enabled=False),
    )
    started(book)
    started(other)
    both = ["created", "started"]
    assert wanted_by(everything, begun, mine, off) == [both * 2, ["started"] * 2, both, []]


def test_what_is_undone_is_not_delivered() -> None:
    hook = subscribed(URL)
    with transaction.atomic():
        started()
        assert hook.deliveries.count() == 2
        transaction.set_rollback(True)
    assert (Event.objects.count(), hook.deliveries.count()) == (0, 0)


def test_a_rotated_secret_signs_for_a_day_beside_the_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hook = subscribed(URL)
    first = hook.secret
    second = rotate(WebhookEndpoint.objects.numbered(hook.pk)).secret
    hook = WebhookEndpoint.objects.numbered(hook.pk)
    assert first != second
    assert hook.secrets_at(timezone.now()) == (second, first)
    third = rotate(hook).secret
    assert hook.secrets_at(timezone.now()) == (third, second)
    later(monkeypatch, hours=24)
    assert hook.secrets_at(timezone.now()) == (third,)


def test_a_deleted_webhook_takes_its_deliveries_along_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("events.webhooks.changing.PIECE", 1)
    gone, kept = subscribed(URL), subscribed(URL)
    started()
    assert delete(gone)["deleted"]
    assert set(Delivery.objects.values_list("endpoint", flat=True)) == {kept.pk}
    assert list(WebhookEndpoint.objects.all()) == [kept]
    assert Event.objects.count() == 2


def test_what_has_ended_can_be_sent_once_more_and_what_is_pending_cannot() -> None:
    hook = subscribed(URL)
    started()
    delivery = hook.deliveries.all()[0]
    with pytest.raises(CannotRedeliver, match="is pending already"):
        redeliver(delivery)
    ended = {"status": "exhausted", "next_attempt_at": None, "ended_at": timezone.now()}
    Delivery.objects.filter(pk=delivery.pk).update(**ended, attempts=13, response_status=500)
    again = redeliver(delivery)
    assert (again.status, again.attempts, again.ended_at) == ("pending", 0, None)
    assert again.response_status is None
    assert again.webhook_id == delivery.webhook_id
    put(hook, Change(enabled=False))
    Delivery.objects.filter(pk=delivery.pk).update(**ended)
    with pytest.raises(CannotRedeliver, match="is disabled: enable it first"):
        redeliver(delivery)


def test_what_another_has_just_deleted_is_told_as_unknown() -> None:
    hook = subscribed(URL)
    delete(hook)
    with pytest.raises(UnknownThing, match="another has just deleted"):
        put(hook, Change(enabled=False))
    with pytest.raises(UnknownThing, match="another has just deleted"):
        rotate(hook)
