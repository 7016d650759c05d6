"""Who asks a trigger and who completes a run wait for one another in one order, and never both."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread
from time import sleep
from typing import Any

import pytest
from django.db import connection

from events.models import Event as Recorded
from tests.chains import begun, completed, told, trigger, workflows
from tests.factories import book_of, set_up
from tests.requirement import require
from triggers import requests
from workflows import runs
from workflows.models import WorkflowRun

REST, PATIENCE = 0.3, 120  # seconds; in the first a thread comes to where another holds it up


@pytest.mark.django_db(transaction=True)
def test_a_request_and_a_completion_that_want_the_same_trigger_and_book_need_no_second_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What fails for a deadlock and is tried again leaves a gap in the ids of events."""
    require("postgres")
    set_up()
    workflows("one")
    book = book_of(1, slug="red")
    done, crew = completed(book), begun(book)
    braked = trigger("braked", target="w1", limit={"count": 9, "seconds": 600})
    asking, begin = Event(), runs._begin
    asker = ""

    def meeting(run: WorkflowRun) -> None:
        """The request holds the trigger; it goes on to the book when the other is on its way."""
        if current_thread().name == asker:
            asking.set()
            sleep(REST)
        begin(run)

    def ask() -> None:
        nonlocal asker
        asker = current_thread().name
        assert requests.fire(braked, done, actor="zoe")["result"] == "fired"

    monkeypatch.setattr(runs, "_begin", meeting)
    before = crew.claim()
    with ThreadPoolExecutor(2) as pool:
        request = pool.submit(closing, ask)
        assert asking.wait(PATIENCE)
        pool.submit(closing, before.complete).result()
        request.result()
    assert [result for result, _ in told(crew.run)] == ["fired"]
    ids = list(Recorded.objects.order_by("pk").values_list("pk", flat=True))
    assert ids == list(range(ids[0], ids[0] + len(ids)))


def closing(act: Callable[[], Any]) -> None:
    try:
        act()
    finally:
        connection.close()
