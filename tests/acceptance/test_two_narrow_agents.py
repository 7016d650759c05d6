"""Two tokens, limited to `writer` and to `editor`: neither can take part in the work of the other,
at whatever address it tries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from artifacts.models import Artifact
from events.models import Event
from tests.agents import Crew
from tests.factories import book_of, started
from tests.rest import API, Program
from workflows import tokens
from workflows.models import Draft, IdempotencyKey, Step, WorkflowRun

CONTENT = b"# One\n\nOf another hand.\n"
FILES = {"chapter": ("01-one.md", CONTENT), "review_report": ("report.json", b"{}")}


@pytest.fixture
def seeded(db: None, run_command: Callable[..., Any]) -> None:
    run_command("seed")


@pytest.fixture(params=["two users", "one user"])
def tokens_of(request: Any, seeded: None) -> dict[str, Program]:
    """Of two users, and of one user who has both: then only the tokens keep them apart."""
    made = {}
    for agent in ("writer", "editor"):
        user = "both" if request.param == "one user" else f"{agent}-bot"
        made[agent] = tokens.make(user, agent, groups=["agent"], agents=[agent])
    return {agent: Program(token["token"]) for agent, token in made.items()}


@pytest.fixture
def run(seeded: None) -> WorkflowRun:
    """Of two chapters: one is to be written, one to be edited."""
    run = started(book_of(2))
    Crew(run, "planner").claim("project-manager").complete()
    Crew(run, "somebody").claim("writer").complete()
    return run


@pytest.fixture
def claimed(run: WorkflowRun, tokens_of: dict[str, Program]) -> dict[str, dict[str, Any]]:
    """What each of them holds, with a draft of its own there."""
    answers = {}
    for agent, program in tokens_of.items():
        answer = program.post("work/claim/", key=f"the claim of {agent}", agents=[agent])
        assert answer.status_code == 200
        answers[agent] = answer.json()
        step, lease = answers[agent]["step"]["id"], answers[agent]["lease"]
        assert program.put(f"steps/{step}/draft/", lease=lease, text="mine").status_code == 200
    return answers


@pytest.mark.parametrize(("me", "other"), [("writer", "editor"), ("editor", "writer")])
def test_neither_can_touch_what_the_other_holds(
    me: str,
    other: str,
    run: WorkflowRun,
    tokens_of: dict[str, Program],
    claimed: dict[str, dict[str, Any]],
) -> None:
    program, before = tokens_of[me], everything()
    step, lease = claimed[other]["step"]["id"], claimed[other]["lease"]
    text = {"artifact_type": "chapter", "path": "01-one.md", "text": CONTENT.decode()}
    own = claimed[me]["lease"]
    form = {"run": str(run), "step": step, "artifact_type": "chapter"}
    tries = {
        "claim": program.post("work/claim/", agents=[other]),
        "claim beside its own": program.post("work/claim/", agents=[me, other]),
        "claim again": program.post("work/claim/", key=f"the claim of {other}", agents=[other]),
        "read": program.get(f"steps/{step}/"),
        "read the draft": program.get(f"steps/{step}/draft/"),
        "draft": program.put(f"steps/{step}/draft/", lease=lease, text="not mine"),
        "heartbeat": program.post(f"steps/{step}/heartbeat/", lease=lease),
        "complete": program.post(f"steps/{step}/complete/", lease=lease, artifacts=[text]),
        "reject": program.post(
            f"steps/{step}/reject/", lease=lease, rejection_type="style", reason="no"
        ),
        "complete by its own lease": program.post(f"steps/{step}/complete/", lease=own),
        "fail": program.post(f"steps/{step}/fail/", lease=lease, reason="no"),
        "release": program.post(f"steps/{step}/release/", lease=lease, reason="no"),
        "upload": upload(program, **form, lease=lease),
        "upload by its own lease": upload(program, **form, lease=own),
        "upload without a lease": upload(program, **form),
        "upload to the run": upload(program, run=str(run), artifact_type="chapter"),
        "decide": program.post(f"steps/{step}/decide/", decision="approve"),
    }
    told = {name: (answer.status_code, answer.json()["code"]) for name, answer in tries.items()}
    assert told == dict.fromkeys(tries, (403, "not_allowed"))
    assert everything() == before


@pytest.mark.parametrize(("me", "other"), [("writer", "editor"), ("editor", "writer")])
def test_neither_sees_the_steps_of_the_other(
    me: str,
    other: str,
    run: WorkflowRun,
    tokens_of: dict[str, Program],
    claimed: dict[str, dict[str, Any]],
) -> None:
    program = tokens_of[me]
    seen = program.get("steps/").json()["results"]
    assert [step["id"] for step in seen] == [claimed[me]["step"]["id"]]
    assert program.get("steps/", agent=other).json()["results"] == []
    theirs = claimed[other]["step"]["id"]
    released = tokens_of[other].post(
        f"steps/{theirs}/release/", lease=claimed[other]["lease"], reason="no time"
    )
    assert released.json()["status"] == "ready"
    assert program.get(f"steps/{theirs}/").status_code == 403
    assert program.post("work/claim/", agents=[me], run=str(run)).status_code == 204


@pytest.mark.parametrize(("me", "other"), [("writer", "editor"), ("editor", "writer")])
def test_neither_reads_what_the_other_uploaded(
    me: str,
    other: str,
    run: WorkflowRun,
    tokens_of: dict[str, Program],
    claimed: dict[str, dict[str, Any]],
) -> None:
    """But what it is given to work on it reads, whoever made it."""
    held = {"run": str(run), "step": claimed[other]["step"]["id"], "lease": claimed[other]["lease"]}
    types = {"writer": "chapter", "editor": "review_report"}
    made = upload(tokens_of[other], **held, artifact_type=types[other])
    assert made.status_code == 201, made.content
    program, theirs = tokens_of[me], made.json()["id"]
    for address in (f"{theirs}/", f"{theirs}/content/", f"{theirs}/lineage/"):
        answer = program.get(f"artifacts/{address}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), address
    seen = {one["id"] for one in program.get("artifacts/").json()["results"]}
    given = {one["id"] for one in claimed[me]["brief"]["inputs"]}
    assert theirs not in seen
    assert given <= seen
    for one in given:
        assert program.get(f"artifacts/{one}/").status_code == 200


def test_each_can_do_what_it_is_for(
    tokens_of: dict[str, Program], claimed: dict[str, dict[str, Any]]
) -> None:
    for agent, program in tokens_of.items():
        step, lease = claimed[agent]["step"]["id"], claimed[agent]["lease"]
        assert program.get(f"steps/{step}/draft/").json()["text"] == "mine"
        assert program.post(f"steps/{step}/heartbeat/", lease=lease).status_code == 200
        text = {"artifact_type": "chapter", "path": "02-one.md", "text": CONTENT.decode()}
        made = {"artifacts": [text]} if agent == "writer" else {}
        done = program.post(f"steps/{step}/complete/", lease=lease, **made)
        assert (done.status_code, done.json()["status"]) == (200, "completed")


def upload(program: Program, **form: Any) -> Any:
    name, content = FILES[form["artifact_type"]]
    return program.client.post(
        f"{API}artifacts/", {**form, "file": SimpleUploadedFile(name, content)}
    )


def everything() -> dict[str, list[Any]]:
    """Every row that one of them could have made, moved or changed."""
    kinds = (Artifact, Draft, Event, IdempotencyKey, Step, WorkflowRun)
    return {kind.__name__: list(kind.objects.order_by("pk").values()) for kind in kinds}
