"""Lists of artifacts over REST: what is found, page by page."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artifacts.models import Artifact
from tests.agents import Crew
from tests.factories import book_of, started
from tests.rest import API, Program, program
from workflows.api import walking
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db


def prepare() -> str:
    """A run of two chapters, its plan done."""
    return Crew(started(book_of(2, slug="sea"))).up_to("write").run.public_id


@pytest.fixture
def run(prepared: str) -> WorkflowRun:
    return WorkflowRun.objects.named(prepared)


def walked(viewer: Program, link: str, page: Any) -> Iterator[Any]:
    while page[link]:
        page = viewer.client.get(page[link]).json()
        yield page


def test_pages_go_forth_and_back_over_moments_that_many_share(run: WorkflowRun) -> None:
    Crew(run).finish()
    moments = sorted(Artifact.objects.values_list("created_at", flat=True))
    Artifact.objects.filter(pk__lte=Artifact.objects.order_by("pk")[6].pk).update(
        created_at=moments[0]
    )
    wanted = list(
        Artifact.objects.order_by("-created_at", "-pk").values_list("public_id", flat=True)
    )
    viewer = program("vera", "viewer")
    first = viewer.get("artifacts/", page_size=2).json()
    assert first["previous"] is None
    pages = [first, *walked(viewer, "next", first)]
    assert [one["id"] for page in pages for one in page["results"]] == wanted
    back = list(walked(viewer, "previous", pages[-1]))
    assert [page["results"] for page in back] == [page["results"] for page in pages[-2::-1]]
    again = viewer.client.get(back[0]["next"]).json()
    assert again["results"] == pages[-1]["results"]
    cursor = first["next"].split("cursor=")[1].split("&")[0]
    for query in ({"cursor": cursor, "book": "sea"}, {"cursor": cursor + "x"}, {"cursor": "x"}):
        assert viewer.get("artifacts/", **query).status_code == 400


def test_what_is_asked_for_is_what_the_command_finds(run: WorkflowRun, run_command: Any) -> None:
    Crew(run).finish()
    viewer = program("vera", "viewer")
    for query in (
        {"run": run.public_id},
        {"book": "sea", "artifact_type": "chapter"},
        {"book": "sea", "for_workflow_type": "w2"},
        {"workflow_type": "w1", "status": "completed"},
        {"path": "01-one.md"},
        {"before": "2025-01-01"},
        {"after": "2025-01-01T12:30+02:00"},
    ):
        options = [
            f"--{name.replace('_', '-').replace('artifact-type', 'type')}={word}"
            for name, word in query.items()
        ]
        listed = viewer.client.get(f"{API}artifacts/", query).json()
        assert listed["results"] == run_command("artifact_list", *options), query
    latest = viewer.get("artifacts/", latest="true").json()["results"]
    assert latest == run_command("artifact_list", "--latest")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=walking", 400),
        ("artifact_type=chaptr", 400),
        ("latest=yes", 400),
        ("latest=false", 400),
        ("stale=1", 400),
        ("after=yesterday", 400),
        ("after=0001-01-01T00:00:00%2B23:59", 400),
        ("after=2025-03-02&before=2025-03-01", 400),
        ("for_workflow_type=w2", 400),
        ("for_workflow_type=w2&book=", 400),
        ("path=%00", 400),
        ("path=" + "a" * 501, 400),
        ("page_size=0", 400),
        ("colour=red", 400),
        ("book=nowhere", 404),
        ("run=wfrun_x", 404),
        ("workflow_type=w11", 404),
    ],
)
def test_a_list_that_cannot_be_is_refused(run: WorkflowRun, query: str, status: int) -> None:
    answer = program("vera", "viewer").get(f"artifacts/?{query}")
    assert answer.status_code == status, answer.json()
    assert set(answer.json()) >= {"code", "detail"}


def test_what_is_stale_is_found_page_by_page(
    run: WorkflowRun, run_command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Crew(run).finish()
    again = Crew(started(run.book)).up_to("write")
    again.claim("writer").complete("# Chapter 1\n\nAll anew.\n")
    again.finish()
    wanted = [one["id"] for one in run_command("artifact_list", "--stale", "--limit=1000")]
    assert len(wanted) > 2
    viewer = program("vera", "viewer")
    for most in (1, 5000):
        monkeypatch.setattr(walking, "MOST_PASSED_OVER", most)
        monkeypatch.setattr("artifacts.models.artifact.PASSED_OVER_AT_ONCE", 3)
        first = viewer.get("artifacts/", stale="true", page_size=2).json()
        pages = [first, *walked(viewer, "next", first)]
        assert [one["id"] for page in pages for one in page["results"]] == wanted
        assert all(one["stale"] for page in pages for one in page["results"])
        assert all(page["previous"] is None for page in pages)


def test_a_list_takes_as_many_queries_whatever_it_holds(run: WorkflowRun) -> None:
    callers = program("vera", "viewer"), program("ada", "agent")
    crew = Crew(run)

    def counted() -> list[int]:
        return [len(asked(caller)) for caller in callers]

    def asked(caller: Program) -> list[Any]:
        caller.get("artifacts/")
        with CaptureQueriesContext(connection) as captured:
            assert caller.get("artifacts/", page_size=200).json()["results"]
        return list(captured.captured_queries)

    crew.finish()
    before, few = counted(), Artifact.objects.count()
    for _ in range(2):
        Crew(started(run.book)).finish()
    assert counted() == before
    assert Artifact.objects.count() == 3 * few
    print(f"\n{before} queries")
