"""Webhooks in the admin: the same law as over REST; a secret is shown once."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Delivery, WebhookEndpoint
from tests.factories import book_of, started
from tests.subscribing import subscribed

pytestmark = pytest.mark.django_db
URL = "https://hook.example.org/in"
ADD = "admin:events_webhookendpoint_add"
LIST = "admin:events_webhookendpoint_changelist"
DELIVERIES = "admin:events_delivery_changelist"
SECRET = re.compile(r"whsec_[\w+/=]+")


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def shown(answer: Any) -> str:
    """The page with its marks as they are."""
    text: str = answer.content.decode()
    return text.replace("&#x2B;", "+").replace("&quot;", '"')


def change_page(hook: WebhookEndpoint) -> str:
    return reverse("admin:events_webhookendpoint_change", args=[hook.pk])


def test_one_is_made_and_its_secret_is_shown_once(operator: Client) -> None:
    book = book_of(1)
    form = {"url": URL, "event_types": ["completed"], "book": book.pk, "enabled": "on"}
    answer = operator.post(reverse(ADD), form, follow=True)
    made = WebhookEndpoint.objects.get()
    assert (made.url, made.event_types, made.book, made.made_by) == (
        URL, ["completed"], book, "root",
    )  # fmt: skip
    assert SECRET.findall(shown(answer)) == [made.secret]
    for page in (reverse(LIST), change_page(made)):
        assert "whsec_" not in shown(operator.get(page))


def test_what_is_not_sound_is_refused_where_it_stands(operator: Client) -> None:
    answer = operator.post(reverse(ADD), {"url": "https://127.0.0.1/", "enabled": "on"})
    assert "127.0.0.1 is no public address" in shown(answer)
    assert not WebhookEndpoint.objects.exists()


def test_one_is_changed_and_keeps_its_secret(operator: Client) -> None:
    hook = subscribed(URL, "completed", book=book_of(1).slug)
    operator.post(change_page(hook), {"url": URL + "/new", "book": ""})
    after = WebhookEndpoint.objects.numbered(hook.pk)
    assert (after.url, after.event_types, after.book) == (URL + "/new", [], None)
    assert (after.enabled, after.secret) == (False, hook.secret)


def act(client: Client, page: str, action: str, *rows: Any, **more: str) -> Any:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(reverse(page), chosen, follow=True)


def test_a_rotated_secret_is_shown_once(operator: Client) -> None:
    hook = subscribed(URL)
    answer = act(operator, LIST, "rotate", hook)
    after = WebhookEndpoint.objects.get()
    assert after.former_secret == hook.secret
    assert SECRET.findall(shown(answer)) == [after.secret]


def test_deleting_takes_the_deliveries_along(operator: Client) -> None:
    gone, kept = subscribed(URL), subscribed(URL)
    started()
    act(operator, LIST, "delete_selected", gone, post="yes")
    assert set(Delivery.objects.values_list("endpoint", flat=True)) == {kept.pk}
    operator.post(reverse("admin:events_webhookendpoint_delete", args=[kept.pk]), {"post": "yes"})
    assert (WebhookEndpoint.objects.count(), Delivery.objects.count()) == (0, 0)


def test_what_has_ended_is_sent_once_more_and_what_is_pending_is_refused(operator: Client) -> None:
    subscribed(URL)
    started()
    pending, ended = Delivery.objects.all()
    Delivery.objects.filter(pk=ended.pk).update(
        status="exhausted", next_attempt_at=None, ended_at=timezone.now()
    )
    answer = act(operator, DELIVERIES, "redeliver", pending, ended)
    told = [str(message) for message in answer.context["messages"]]
    assert told == [f"delivery {pending.pk} of event {pending.event_id} is pending already"]
    assert Delivery.objects.get(pk=ended.pk).status == "pending"


def test_who_may_only_look_may_send_nothing_once_more(client: Client) -> None:
    viewer = User.objects.create_user("vera", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    client.force_login(viewer)
    subscribed(URL)
    started()
    Delivery.objects.update(status="delivered", next_attempt_at=None, ended_at=timezone.now())
    assert client.get(reverse(DELIVERIES)).status_code == 200
    act(client, DELIVERIES, "redeliver", *Delivery.objects.all())
    assert not Delivery.objects.pending().exists()
