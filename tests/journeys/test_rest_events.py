"""What happened, over REST: events in order, and rejections."""

from collections.abc import Callable
from typing import Any

import pytest

from events.api.nouns import EventNoun, FiguresNoun, RejectionNoun
from events.models import Event
from tests.agents import Crew
from tests.factories import book_of, started
from tests.nouns import strays
from tests.rest import Program, program
from workflows.api.nouns import RunStatusNoun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


def prepare() -> dict[str, str]:
    """Of `red` two chapters sent back for their style, one mended and sent back again; of `blue`
    one for its clarity."""
    red = Crew(started(book_of(2, slug="red"))).up_to("edit")
    for _ in range(2):
        red.claim("editor").reject(passages=[{"quote": "Some words"}])
    red.claim("style-editor").complete()
    again = red.claim("editor")
    again.reject(reason="still")
    blue = Crew(started(book_of(1, slug="blue"))).up_to("edit")
    blue.claim("editor").reject("clarity")
    return {"red": red.run.public_id, "blue": blue.run.public_id, "item": again.item}


@pytest.fixture
def reader(prepared: dict[str, str]) -> Program:
    return program("rita", "viewer")


def all_of(reader: Program, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every row of a list, page after page."""
    page = reader.get(path, **query).json()
    rows = page["results"]
    while page["next"]:
        page = reader.client.get(page["next"]).json()
        rows += page["results"]
    return list(rows)


def test_events_are_told_in_order_and_each_once(reader: Program, run_command: Run) -> None:
    listed = run_command("event_list", "--limit", 1000)
    assert all_of(reader, "events/", page_size=7) == listed
    assert strays(EventNoun, listed[0]) == []
    first = reader.get("events/", page_size=5).json()
    assert (first["previous"], len(first["results"])) == (None, 5)
    then = reader.client.get(first["next"]).json()
    back = reader.client.get(then["previous"]).json()
    assert back["results"] == first["results"]


def test_who_has_read_to_the_end_goes_on_after_the_last(
    reader: Program, prepared: dict[str, str]
) -> None:
    last = all_of(reader, "events/")[-1]["id"]
    assert reader.get("events/", after=last).json() == {
        "next": None, "previous": None, "results": []}  # fmt: skip
    Crew(prepared["blue"]).claim("clarity-editor").complete()
    new = all_of(reader, "events/", after=last, page_size=2)
    assert [one["id"] for one in new] == list(
        Event.objects.filter(pk__gt=last).values_list("pk", flat=True)
    )
    assert [one["event_type"] for one in new] == ["started", "artifact_registered", "completed"]


def test_events_are_narrowed_by_run_and_type(
    reader: Program, run_command: Run, prepared: dict[str, str]
) -> None:
    run = prepared["red"]
    mine = all_of(reader, "events/", run=run, event_type="rejected")
    assert mine == run_command("event_list", "--run", run, "--type=rejected")
    assert len(mine) == 3
    after = mine[0]["id"]
    assert all_of(reader, "events/", run=run, event_type="rejected", after=after) == mine[1:]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"after": "-1"}, 400),
        ({"after": "1.0"}, 400),
        ({"after": "²"}, 400),
        ({"after": "9" * 19}, 400),
        ({"after": "9" * 5000}, 400),
        ({"after": ""}, 400),
        ({"event_type": "complete"}, 400),
        ({"type": "completed"}, 400),
        ({"run": "wfrun_x"}, 404),
        ({"run": "a\0b"}, 400),
    ],
    ids=str,
)
def test_what_no_list_of_events_is_asked_is_refused(
    reader: Program, query: dict[str, str], status: int
) -> None:
    answer = reader.get("events/", **query)
    assert (answer.status_code, set(answer.json()) >= {"code", "detail"}) == (status, True)


def test_rejections_are_listed_the_newest_first_and_narrowed(
    reader: Program, run_command: Run, prepared: dict[str, str]
) -> None:
    listed = run_command("rejection_list")
    assert all_of(reader, "rejections/", page_size=2) == listed
    assert strays(RejectionNoun, listed[1]) == []
    assert all(one["passages"] for one in listed[-2:])
    for query, wanted in (
        ({"run": prepared["red"]}, 3),
        ({"book": "blue"}, 1),
        ({"item": prepared["item"], "book": "red"}, 2),
        ({"item": "99-none"}, 0),
        ({"rejection_type": "style"}, 3),
        ({"resolved": "true"}, 0),
        ({"resolved": "false"}, 4),
    ):
        assert len(all_of(reader, "rejections/", **query)) == wanted, query
    assert reader.get("rejections/", resolved="True").status_code == 400
    assert reader.get("rejections/", rejection_type="stile").status_code == 400
    assert reader.get("rejections/", book="rde").status_code == 404


def test_figures_are_those_of_the_command(
    reader: Program, run_command: Run, prepared: dict[str, str]
) -> None:
    answer = reader.get("rejections/stats/")
    assert answer.json() == run_command("rejection_stats")
    assert strays(FiguresNoun, answer.json()) == []
    assert answer.json()["by_type"] == {"style": 3, "clarity": 1}
    for query, options in (
        ({"book": "red"}, ["--book=red"]),
        ({"run": prepared["blue"]}, ["--run", prepared["blue"]]),
        ({"rejection_type": "style"}, ["--type=style"]),
        ({"step": "edit", "agent": "editor"}, ["--step=edit", "--agent=editor"]),
        ({"since": "2001-01-01", "until": "2002-01-01T00:00:00+02:00"},
         ["--since=2001-01-01", "--until=2002-01-01T00:00:00+02:00"]),
    ):  # fmt: skip
        assert reader.get("rejections/stats/", **query).json() == run_command(
            "rejection_stats", *options
        )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"since": "yesterday"}, 400),
        ({"since": "9999-12-31T23:59:59-23:00"}, 400),
        ({"since": "2025-02-01", "until": "2025-01-01"}, 400),
        ({"rejection_type": "stile"}, 400),
        ({"type": "style"}, 400),
        ({"step": "edti"}, 404),
        ({"agent": "edtor"}, 404),
        ({"book": "rde"}, 404),
        ({"run": "x" * 201}, 400),
    ],
    ids=str,
)
def test_what_no_figures_are_asked_is_refused(
    reader: Program, query: dict[str, str], status: int
) -> None:
    answer = reader.get("rejections/stats/", **query)
    assert (answer.status_code, set(answer.json()) >= {"code", "detail"}) == (status, True)


def test_a_run_tells_of_its_rejections_as_the_schema_does(
    reader: Program, prepared: dict[str, str]
) -> None:
    told = reader.get(f"runs/{prepared['red']}/").json()
    assert [one["id"] for one in told["open_rejections"]]
    assert [odd for odd in strays(RunStatusNoun, told) if odd.startswith("open_")] == []
