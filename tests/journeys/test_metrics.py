"""What Prometheus is told, and who may ask."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.metrics import counting
from config.models import Tally
from events.models import Delivery, Event
from tests.agents import Crew
from tests.clock import later
from tests.factories import book_of, started
from tests.rest import program
from tests.scraping import Samples, samples
from tests.subscribing import subscribed
from tests.waiting import at_gate, given_up, member
from workflows import runs
from workflows.models import AgentBinding, Executor, WorkflowRun

pytestmark = pytest.mark.django_db
ACCEPT = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    settings.BINDERY_METRICS_PUBLIC = True


def scrape(client: Client | None = None) -> Samples:
    answer = (client or Client()).get("/metrics", headers={"Accept": ACCEPT})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return samples(answer.text)


def row(run: str) -> WorkflowRun:
    return WorkflowRun.objects.named(run)


def test_runs_by_workflow_and_status() -> None:
    book = book_of(1)
    started(book)
    runs.pause(row(started(book)), actor="grace")
    runs.cancel(row(started(book)), actor="grace", reason="a mistake")
    Crew(started(book)).finish()
    told = scrape()
    states = ("pending", "running", "paused", "completed", "failed")
    counted = {state: told["bindery_runs", state, "w1_editing"] for state in states}
    assert counted == {"pending": 0, "running": 1, "paused": 1, "completed": 1, "failed": 1}
    assert told["bindery_runs", "running", "w4_playtesting"] == 0


def test_steps_that_are_ready_and_running_by_agent() -> None:
    AgentBinding.objects.create(agent="editor", executor=Executor.EXTERNAL)
    crew = Crew(started(book_of(3))).up_to("write")
    crew.claim("writer")
    told = scrape()
    assert told["bindery_steps", "writer", "ready"] == 2
    assert told["bindery_steps", "writer", "running"] == 1
    assert told["bindery_steps", "editor", "ready"] == 0


def test_the_oldest_ready_step_tells_its_age_but_not_while_nobody_may_claim_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    AgentBinding.objects.create(agent="writer", executor=Executor.EXTERNAL)
    later(monkeypatch)  # no time passes by itself
    book = book_of(1)
    run = started(book)
    later(monkeypatch, minutes=10)
    started(book)
    age = ("bindery_oldest_ready_step_age_seconds", "project-manager")
    assert scrape()[age] == 600
    runs.pause(row(run), actor="grace")
    told = scrape()
    assert told[age] == 0
    assert told["bindery_steps", "project-manager", "ready"] == 2
    assert told["bindery_oldest_ready_step_age_seconds", "writer"] == 0


def test_claims_and_rejections_are_counted_once_however_often_it_is_asked() -> None:
    crew = Crew(started(book_of(2))).up_to("edit")
    crew.claim("editor").reject("clarity")
    before = scrape()
    assert before["bindery_claims_total", "writer"] == 2
    assert before["bindery_claims_total", "editor"] == 1
    assert before["bindery_rejections_total", "clarity"] == 1
    assert before["bindery_rejections_total", "style"] == 0
    crew.claim("editor").reject("style")
    for _ in range(2):
        after = scrape()
        assert after["bindery_claims_total", "editor"] == 2
        assert after["bindery_rejections_total", "style"] == 1
    assert after["bindery_events_uncounted",] == 0


def test_escalations_and_gates_that_wait_and_those_that_wait_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_up()
    at_gate()
    told = scrape()
    assert told["bindery_escalations", "pending"] == 1
    assert told["bindery_escalations", "acknowledged"] == 0
    assert told["bindery_steps", "owner", "awaiting_decision"] == 1
    assert (told["bindery_escalations_overdue",], told["bindery_gates_overdue",]) == (0, 0)
    later(monkeypatch, hours=49)
    told = scrape()
    assert (told["bindery_escalations_overdue",], told["bindery_gates_overdue",]) == (1, 1)


def test_deliveries_that_are_still_to_be_sent() -> None:
    assert scrape()["bindery_deliveries_pending",] == 0
    subscribed("mailto:ada@books.test")
    Crew(started(book_of(1)))
    assert scrape()["bindery_deliveries_pending",] == Delivery.objects.count() > 0


def test_a_log_too_long_for_one_scrape_is_counted_by_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counters that are behind are left out: they would seem to leap."""
    Crew(started(book_of(2))).finish()
    last = Event.objects.latest("pk").pk
    monkeypatch.setattr(counting, "BATCH", last // 8 + 1)
    left = [last]
    while left[-1]:
        left.append(counting.catch_up(seconds=0))
        assert left[-1] < left[-2]
    assert len(left) > 8
    ended = Tally.objects.get(name=counting.ENDED)
    assert (ended.label, ended.status, ended.total) == ("w1_editing", "completed", 1)
    claims = Tally.objects.filter(name=counting.CLAIMS).values_list("total", flat=True)
    assert sum(claims) == Event.objects.filter(event_type="started", step__isnull=False).count()


def test_while_it_is_behind_what_is_counted_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    Crew(started(book_of(1))).finish()
    monkeypatch.setattr("config.metrics.collecting.COUNTING_SECONDS", 0)
    monkeypatch.setattr(counting, "BATCH", 5)
    told = scrape()
    assert told["bindery_events_uncounted",] > 10
    assert not [key for key in told if key[0].endswith(("claims_total", "rejections_total"))]
    assert ("bindery_runs", "completed", "w1_editing") not in told
    assert told["bindery_runs", "running", "w1_editing"] == 0


def test_requests_are_timed_by_route_and_not_by_what_was_asked() -> None:
    client = Client()
    key = ("bindery_http_request_duration_seconds_count", "GET", "login", "2xx")
    before = scrape(client).get(key, 0)
    for page in range(3):
        client.get(f"/login/?next=/{page}")
        client.get(f"/nowhere/{page}")
        client.generic("BREW", "/login/")
    told = scrape(client)
    assert told[key] == before + 3
    assert told["bindery_http_request_duration_seconds_count", "GET", "", "4xx"] >= 3
    assert told["bindery_http_request_duration_seconds_count", "other", "login", "4xx"] >= 3
    assert not [key for key in told if any("nowhere" in part for part in key)]


def test_a_scrape_asks_as_much_of_many_runs_as_of_few() -> None:
    book = book_of(1)
    counts = []
    for _ in range(2):
        for _ in range(5):
            started(book)
        scrape()  # counts what happened
        with CaptureQueriesContext(connection) as asked:
            scrape()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 17


def test_only_who_may_read_may_ask(settings: Any) -> None:
    settings.BINDERY_METRICS_PUBLIC = False
    nobody = Client().get("/metrics")
    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, 'Bearer realm="bindery"')
    assert nobody.json()["code"] == "not_authenticated"
    wrong = Client(headers={"Authorization": "Bearer bindery_x"}).get("/metrics")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "not_authenticated")
    for group, status in {"viewer": 200, "operator": 200, "owner": 200, "agent": 403}.items():
        token = program(f"by-token-{group}", group).headers
        assert Client(headers=token).get("/metrics").status_code == status
        client = Client()
        client.force_login(member(f"logged-in-{group}", group))
        assert client.get("/metrics").status_code == status
    assert Client(headers=token).get("/metrics").json()["code"] == "not_allowed"


def test_it_is_for_reading_alone() -> None:
    assert Client().head("/metrics").content == b""
    assert Client().post("/metrics").status_code == 405
    assert Client().get("/metrics")["Cache-Control"] == "no-store"
