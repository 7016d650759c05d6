"""Artifacts are found by anything and everything that may be asked for, the newest first."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from artifacts.models import Artifact, Search, search
from books.models import Book
from tests.agents import Crew
from tests.factories import book_of, started
from workflows import runs
from workflows.finding import Words, found
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
START = datetime(2025, 3, 1, 12, tzinfo=UTC)


def prepare() -> dict[str, str]:
    """Runs of two books, completed, failed and open; an artifact each minute, but now and then
    two at once."""
    red, blue = book_of(2, slug="red"), book_of(1, slug="blue")
    crews = {
        "edited": Crew(started(red)),
        "called off": Crew(started(red)).up_to("approve"),
        "blue": Crew(started(blue)),
        "pdf": Crew(started(red, workflow_type="w2")),
        "edited again": Crew(started(red)),
        "open": Crew(started(blue)).up_to("validate"),
    }
    for name in ("edited", "blue", "pdf", "edited again"):
        crews[name].finish()
    runs.cancel(crews["called off"].fresh(), actor="ada")
    for number, row in enumerate(Artifact.objects.order_by("pk")):
        made_at = START + timedelta(minutes=number - number % 7 // 6)
        Artifact.objects.filter(pk=row.pk).update(created_at=made_at)
    return {name: crew.run.public_id for name, crew in crews.items()}


@pytest.fixture(autouse=True)
def ids(prepared: dict[str, str]) -> dict[str, str]:
    return prepared


def newest_first() -> list[Artifact]:
    rows = Artifact.objects.select_related("run__definition", "run__book")
    return sorted(rows, key=lambda row: (row.created_at, row.pk), reverse=True)


def fits(row: Artifact, words: Words) -> bool:
    """The same as the database is asked, in words of its own."""
    run: Any = row.run
    facts = {
        "run": run.public_id,
        "artifact_type": row.artifact_type,
        "book": run.book.slug,
        "workflow_type": run.definition.alias,
        "status": run.status,
        "path": row.path,
        "latest": row.latest,
    }
    if (words.after and row.created_at < words.after) or (
        words.before and row.created_at >= words.before
    ):
        return False
    return all(fact == getattr(words, name) for name, fact in facts.items() if getattr(words, name))


def every_search(ids: dict[str, str]) -> Iterator[Words]:
    """Up to three things asked for at once."""
    asked: list[tuple[str, Any]] = [
        ("run", ids["edited"]),
        ("artifact_type", "chapter"),
        ("artifact_type", "improvement_plan"),
        ("book", "red"),
        ("book", "blue"),
        ("workflow_type", "w1"),
        ("workflow_type", "w2"),
        ("status", "completed"),
        ("status", "running"),
        ("path", "01-one.md"),
        ("latest", True),
        ("after", START + timedelta(minutes=5)),
        ("before", START + timedelta(minutes=30)),
    ]
    for count in range(4):
        for chosen in combinations(asked, count):
            if len(dict(chosen)) == count:
                yield Words(**dict(chosen))


@pytest.mark.parametrize("few", [0, 100], ids=["many runs", "few runs"])
def test_whatever_is_asked_for_at_once_is_found_and_nothing_else(
    ids: dict[str, str], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW_RUNS", few)
    rows, hits = newest_first(), 0
    for words in every_search(ids):
        wanted = [row.pk for row in rows if fits(row, words)]
        assert [row.pk for row in found(words)] == wanted, asdict(words)
        hits += bool(wanted)
    assert hits > 100


def test_a_list_is_the_newest_first_and_goes_on_after_its_last(run_command: Any) -> None:
    wanted = [row.public_id for row in newest_first() if row.artifact_type == "chapter"]
    seen, more = [], []
    while page := run_command("artifact_list", "--type=chapter", "--limit=2", *more):
        seen += [one["id"] for one in page]
        more = [f"--older-than={seen[-1]}"]
    assert seen == wanted


def test_two_of_one_moment_are_both_shown_once() -> None:
    Artifact.objects.update(created_at=START)
    pages = [Artifact.objects.matching(Search())[:2]]
    while page := list(pages[-1]):
        pages.append(Artifact.objects.matching(Search()).older_than(page[-1])[:2])
    seen = [row.pk for page in pages for row in page]
    assert seen == sorted(Artifact.objects.values_list("pk", flat=True), reverse=True)


def test_after_is_included_and_before_is_not(run_command: Any) -> None:
    def listed(*options: str) -> set[str]:
        return {one["id"] for one in run_command("artifact_list", "--limit=1000", *options)}

    middle = newest_first()[20]
    told = middle.created_at.isoformat()
    assert middle.public_id in listed(f"--after={told}")
    assert middle.public_id not in listed(f"--before={told}")
    assert listed(f"--after={told}") | listed(f"--before={told}") == listed()


def test_a_time_is_utc_unless_it_says_otherwise_and_a_date_is_its_midnight(
    run_command: Any,
) -> None:
    def count(*options: str) -> int:
        return len(run_command("artifact_list", "--limit=1000", *options))

    assert count("--after=2025-03-01T12:20") == count("--after=2025-03-01T14:20+02:00")
    assert 0 < count("--after=2025-03-01T12:20") < count()
    assert count("--before=2025-03-01") == 0
    assert count("--after=2025-03-01", "--before=2025-03-02") == count()


def test_the_command_takes_every_filter_at_once(run_command: Any, ids: dict[str, str]) -> None:
    (told,) = run_command(
        "artifact_list", f"--run={ids['edited again']}", "--type=chapter", "--book=red",
        "--workflow-type=w1_editing", "--status=completed", "--path=02-one.md", "--latest",
        "--after=2025-03-01", "--before=2025-03-02",
    )  # fmt: skip
    assert told["run"] == ids["edited again"]
    assert (told["path"], told["book"], told["item"]) == ("02-one.md", "red", "02-one")


def test_the_latest_of_a_book_is_one_of_each_type_item_and_path(ids: dict[str, str]) -> None:
    book = Book.objects.named("red")
    made = list(Artifact.objects.latest_of(book).for_json())
    assert len({one.place for one in made}) == len(made) > 5
    assert {one.run.public_id for one in made} == {ids["edited again"], ids["pdf"]}
    (notes,) = Artifact.objects.latest_of(book, "release_notes")
    assert notes.run_id == WorkflowRun.objects.named(ids["edited again"]).pk


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("--run=wfrun_x", 'no run "wfrun_x"'),
        ("--type=chaptr", 'did you mean "chapter"?'),
        ("--book=rde", 'did you mean "red"?'),
        ("--workflow-type=w11", 'no workflow type "w11"; did you mean "w1"?'),
        ("--workflow-type=w1_editting", 'did you mean "w1_editing"?'),
        ("--status=runing", 'no run status "runing"; did you mean "running"?'),
        ("--for-workflow-type=w22 --book=red", 'no workflow type "w22"; did you mean "w2"?'),
        ("--for-workflow-type=w2 --book=rde", 'did you mean "red"?'),
        ("--older-than=art_x", 'no artifact "art_x"'),
        ("--after=2025-03-02 --before=2025-03-01", "is earlier than after"),
    ],
)
def test_a_word_that_names_nothing_is_refused(refused: Any, options: str, complaint: str) -> None:
    assert complaint in refused("artifact_list", *options.split())


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("--after=yesterday", '"yesterday" is no date or time such as 2025-03-01'),
        ("--before=2025-13-01", "is no date or time"),
        ("--for-workflow-type=w2", "--for-workflow-type needs --book"),
        ("--limit=1001", "not a number from 1 to 1000"),
    ],
)
def test_a_malformed_option_is_a_usage_error(options: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint) as refusal:
        call_command("artifact_list", *options.split(), "--json")
    assert str(refusal.value).startswith("Error: ")


LED: list[tuple[dict[str, Any], str]] = [
    ({"run": "x", "artifact_type": "chapter", "book": "red"}, "artifact_of_run"),
    ({"status": "running", "artifact_type": "chapter", "path": "a"}, "artifact_of_run"),
    ({"latest": True, "book": "red", "artifact_type": "chapter"}, "latest_of_book"),
    ({"latest": True, "artifact_type": "chapter"}, "latest_of_book"),
    ({"latest": True}, "latest_of_book"),
    ({"path": "a", "book": "red", "artifact_type": "chapter"}, "newest_at_path"),
    ({"book": "red", "artifact_type": "chapter"}, "newest_of_book_and_type"),
    ({"book": "red", "after": START}, "newest_of_book "),
    ({"artifact_type": "chapter", "before": START}, "newest_of_type"),
    ({}, "newest_artifacts"),
]


@pytest.mark.parametrize(("asked", "index"), LED, ids=[index for _, index in LED])
def test_the_narrowest_that_is_asked_for_leads(
    ids: dict[str, str], asked: dict[str, Any], index: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("where there are no statistics, there is one plan for any number of rows")
    run = {"run": ids["edited"]} if "run" in asked else {}
    plan = found(Words(**{**asked, **run})).explain().splitlines()
    assert [line for line in plan if f"INDEX {index}" in f"{line} "], plan


def test_a_workflow_type_leads_only_where_its_runs_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("where there are no statistics, there is one plan for any number of rows")
    asked = Words(workflow_type="w1")
    assert "INDEX artifact_of_run" in found(asked).explain()
    monkeypatch.setattr(search, "FEW_RUNS", 0)
    assert "INDEX newest_of_workflow_type" in found(asked).explain()
