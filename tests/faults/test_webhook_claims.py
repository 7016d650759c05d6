"""Several processes look for what is due at one moment: each delivery is claimed by one of them."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from events.models import Delivery, Event
from events.webhooks.claiming import take
from tests.factories import book_of, started
from tests.requirement import require
from tests.subscribing import subscribed

TAKERS, WEBHOOKS = 4, 8


@pytest.mark.django_db(transaction=True)
def test_takers_at_one_moment_claim_each_delivery_once_and_only_the_first_of_each_run() -> None:
    require("postgres")
    for number in range(WEBHOOKS):
        subscribed(f"https://hook.example.org/{number}")
    runs = [started(book_of(1)) for _ in range(4)]
    firsts = {run.events.order_by("pk")[0].pk for run in runs}
    assert Delivery.objects.count() == Event.objects.count() * WEBHOOKS
    start = threading.Barrier(TAKERS)

    def taken(_: int) -> list[int]:
        try:
            connection.ensure_connection()
            start.wait()
            mine = list[int]()
            while (held := take(32, Counter())) is not None:
                mine += [one.delivery.pk for one in held]
            return mine
        finally:
            connection.close()

    with ThreadPoolExecutor(TAKERS) as pool:
        claimed = [pk for mine in pool.map(taken, range(TAKERS)) for pk in mine]
    assert len(claimed) == len(set(claimed)) == len(firsts) * WEBHOOKS
    rows = Delivery.objects.filter(pk__in=claimed)
    assert set(rows.values_list("event", flat=True)) == firsts
    assert set(rows.values_list("attempts", flat=True)) == {1}
