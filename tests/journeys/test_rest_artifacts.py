"""Artifacts over REST: found, handed in and read, by those who may."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from artifacts.models import Artifact
from events.models import Event
from tests.agents import Crew
from tests.factories import book_of, started
from tests.rest import API, Program, program
from workflows.models import IdempotencyKey, WorkflowRun
from workflows.roster import bind

pytestmark = pytest.mark.django_db
TEXT = b"# Chapter 1\n\nBetter words.\n"


def prepare() -> str:
    """A run of two chapters, its plan done."""
    for agent in ("writer", "editor"):
        bind(agent, "external")
    return Crew(started(book_of(2, slug="sea"))).up_to("write").run.public_id


@pytest.fixture
def run(prepared: str) -> WorkflowRun:
    return WorkflowRun.objects.named(prepared)


@pytest.fixture
def writer(run: WorkflowRun) -> Program:
    return program("wren", "agent", agents=("writer",))


@pytest.fixture
def held(run: WorkflowRun, writer: Program) -> dict[str, Any]:
    """The form of an upload to a step that the writer holds."""
    claimed = writer.post("work/claim/", agents=["writer"]).json()
    return {
        "run": run.public_id,
        "step": claimed["step"]["id"],
        "lease": claimed["lease"],
        "artifact_type": "chapter",
        "path": "01-one.md",
    }


def upload(caller: Program, form: dict[str, Any], content: bytes = TEXT, *, key: str = "") -> Any:
    file = SimpleUploadedFile("01-one.md", content)
    headers = {"Idempotency-Key": key} if key else {}
    return caller.client.post(f"{API}artifacts/", {"file": file, **form}, headers=headers)


def test_an_agent_hands_in_a_file_and_reads_it_again(writer: Program, held: dict[str, Any]) -> None:
    digest = hashlib.sha256(TEXT).hexdigest()
    more = {"metadata": json.dumps({"model": "x"}), "digest": digest.upper()}
    answer = upload(writer, held | more)
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["digest"], made["item"], made["metadata"]) == (digest, "01-one", {"model": "x"})
    assert writer.get(f"artifacts/{made['id']}/").json() == made
    content = writer.get(f"artifacts/{made['id']}/content/")
    assert b"".join(content.streaming_content) == TEXT
    assert content["ETag"] == f'"{digest}"'
    assert content["Content-Type"] == "text/markdown"
    complete = writer.post(
        f"steps/{held['step']}/complete/", lease=held["lease"], artifacts=[made["id"]]
    )
    assert complete.status_code == 200, complete.json()


def test_the_same_file_again_is_the_same_artifact(writer: Program, held: dict[str, Any]) -> None:
    first, again = upload(writer, held), upload(writer, held)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Event.objects.filter(event_type="artifact_registered", actor="wren").count() == 1


def test_an_upload_with_its_key_is_answered_as_before(
    run: WorkflowRun, writer: Program, held: dict[str, Any]
) -> None:
    first = upload(writer, held, key="one")
    writer.post(f"steps/{held['step']}/release/", lease=held["lease"], reason="no time")
    again = upload(writer, held, key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    other = upload(writer, held, b"# Other\n", key="one")
    assert (other.status_code, other.json()["code"]) == (409, "contradiction")
    late = upload(writer, held, b"# Other\n", key="two")
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert list(IdempotencyKey.objects.filter(verb="artifact_register")) == list(
        IdempotencyKey.objects.filter(key="one")
    )


BAD_FORMS: dict[str, tuple[int, dict[str, Any]]] = {
    "no run": (404, {"run": "wfrun_x"}),
    "no step": (404, {"step": 999_999_999}),
    "a huge step": (404, {"step": 10**30}),
    "a word for a step": (400, {"step": "one"}),
    "type": (400, {"artifact_type": "poem"}),
    "a type that the step does not make": (400, {"artifact_type": "qa_report"}),
    "another chapter": (400, {"item": "02-one"}),
    "a path that climbs": (400, {"path": "../01-one.md"}),
    "a long path": (400, {"path": "a" * 501}),
    "a path with NUL": (400, {"path": "a\0.md"}),
    "another media type": (400, {"path": "01-one.pdf"}),
    "digest": (400, {"digest": "0" * 64}),
    "half a digest": (400, {"digest": "abc"}),
    "metadata": (400, {"metadata": "[]"}),
    "deep metadata": (400, {"metadata": '{"a":' * 1000 + "1" + "}" * 1000}),
    "metadata with NUL": (400, {"metadata": '{"a": "\\u0000"}'}),
    "unknown field": (400, {"colour": "red"}),
    "a second file": (400, {"other": SimpleUploadedFile("b.md", b"b")}),
    "a text for a file": (400, {"file": "# One"}),
    "two texts of one name": (400, {"path": ["01-one.md", "02-one.md"]}),
    "a wrong lease": (409, {"lease": "x"}),
    "large metadata": (413, {"metadata": '"' + "a" * 6_000_000 + '"'}),
}


@pytest.mark.parametrize(("status", "wrong"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_a_wrong_form_is_refused_and_no_row_written(
    writer: Program, held: dict[str, Any], status: int, wrong: dict[str, Any]
) -> None:
    before = Artifact.objects.count(), Event.objects.count()
    answer = upload(writer, held | wrong)
    assert answer.status_code == status, answer.json()
    assert set(answer.json()) >= {"code", "detail"}
    assert (Artifact.objects.count(), Event.objects.count()) == before


def test_a_form_must_be_one(writer: Program, held: dict[str, Any]) -> None:
    assert upload(writer, {}).json()["fields"].keys() == {"run", "artifact_type"}
    assert writer.send("post", "artifacts/", held).status_code == 415
    post = writer.client.post
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = post(f"{API}artifacts/", b"nonsense", content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), kind


def test_what_is_too_large_is_refused_before_it_is_read(
    writer: Program, held: dict[str, Any], settings: Any
) -> None:
    settings.BINDERY_MAX_UPLOAD_BYTES = 1000
    over = upload(writer, held, b"a" * 1001)
    assert (over.status_code, over.json()["code"]) == (413, "too_large")
    far = upload(writer, held, b"a" * 1_100_000)
    assert (far.status_code, far.json()["code"]) == (413, "too_large")
    assert "form" in far.json()["detail"]


def test_two_agents_cannot_read_or_hand_in_what_is_the_others(
    run: WorkflowRun, writer: Program, held: dict[str, Any]
) -> None:
    made = upload(writer, held).json()["id"]
    others = {
        "another worker": program("bob", "agent", agents=("editor",)),
        "another token of this one": program("wren", "agent", agents=("editor",)),
    }
    for who, other in others.items():
        assert upload(other, held, b"# Mine\n").status_code == 403, who
        for path in ("", "content/", "lineage/"):
            answer = other.get(f"artifacts/{made}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), who
        assert other.get("artifacts/").json()["results"] == [], who
        no_step = {"run": run.public_id, "artifact_type": "chapter", "lease": "x"}
        assert upload(other, no_step).status_code == 403
    assert made in [one["id"] for one in writer.get("artifacts/").json()["results"]]


def test_an_agent_reads_what_its_step_was_given_and_not_what_its_run_holds(
    run: WorkflowRun, writer: Program, held: dict[str, Any]
) -> None:
    made = upload(writer, held).json()["id"]
    other = Artifact.objects.exclude(public_id=made).exclude(uses__step=held["step"]).first()
    writer.post(f"steps/{held['step']}/complete/", lease=held["lease"], artifacts=[made])
    reviewer = program("bob", "agent", agents=("editor",))
    assert reviewer.get(f"artifacts/{made}/").status_code == 403
    brief = reviewer.post("work/claim/", agents=["editor"]).json()["brief"]
    given = [one["id"] for one in brief["inputs"]]
    assert made in given
    listed = [one["id"] for one in reviewer.get("artifacts/").json()["results"]]
    assert sorted(listed) == sorted(given)
    content = reviewer.get(f"artifacts/{made}/content/")
    assert b"".join(content.streaming_content) == TEXT
    assert other is None or reviewer.get(f"artifacts/{other.public_id}/").status_code == 403


def test_an_editor_adds_to_an_open_run_and_to_no_other(run: WorkflowRun) -> None:
    editor = program("grace", "editor")
    form = {"run": run.public_id, "artifact_type": "release_notes", "path": "notes.md"}
    made = upload(editor, form)
    assert (made.status_code, made.json()["step"]) == (201, None)
    editor.post(f"runs/{run.public_id}/cancel/")
    late = upload(editor, form, b"# Late\n")
    assert (late.status_code, late.json()["code"]) == (409, "illegal")
    assert upload(program("vera", "viewer"), form).status_code == 403


def test_content_is_sent_in_part_or_not_at_all_where_it_is_known(run: WorkflowRun) -> None:
    viewer = program("vera", "viewer")
    made = Artifact.objects.order_by("pk")[0]
    path, whole = f"{API}artifacts/{made.public_id}/content/", made.content()
    size, etag = len(whole), f'"{made.digest}"'

    def get(**headers: str) -> Any:
        return viewer.client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    for known in (etag, f'"x", W/{etag}', "*"):
        answer = get(If_None_Match=known)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag), known
    for asked, part, told in (
        ("bytes=0-3", whole[:4], f"bytes 0-3/{size}"),
        ("bytes=5-", whole[5:], f"bytes 5-{size - 1}/{size}"),
        ("bytes=-4", whole[-4:], f"bytes {size - 4}-{size - 1}/{size}"),
        ("bytes=1-999999", whole[1:], f"bytes 1-{size - 1}/{size}"),
    ):
        answer = get(Range=asked)
        assert (answer.status_code, answer["Content-Range"]) == (206, told)
        assert b"".join(answer.streaming_content) == part
        assert int(answer["Content-Length"]) == len(part)
    for asked in ("bytes=0-1,3-4", "bytes=4-2", "lines=1-2", "bytes=-", "bytes=٣-"):
        answer = get(Range=asked)
        assert (answer.status_code, b"".join(answer.streaming_content)) == (200, whole), asked
    for headers in (
        {"If_None_Match": '"x"'},
        {"Range": "bytes=0-3", "If_Range": '"old"'},
        {"Accept": "application/pdf"},
    ):
        answer = get(**headers)
        assert (answer.status_code, b"".join(answer.streaming_content)) == (200, whole), headers
    for asked in (f"bytes={size}-", "bytes=-0"):
        answer = get(Range=asked)
        assert (answer.status_code, answer.json()["code"]) == (416, "out_of_range")
    head = viewer.client.head(path)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(size))


def test_bytes_that_the_store_lost_are_told(run: WorkflowRun, store: Path) -> None:
    made = Artifact.objects.order_by("pk")[0]
    (store / made.digest[:2] / made.digest).unlink()
    answer = program("vera", "viewer").get(f"artifacts/{made.public_id}/content/")
    assert (answer.status_code, answer.json()["code"]) == (409, "bytes_missing")


def test_lineage_is_told_as_by_the_command(run: WorkflowRun, run_command: Any) -> None:
    Crew(run).finish()
    viewer = program("vera", "viewer")
    made = Artifact.objects.get(artifact_type="release_notes")
    for direction in ("up", "down", "both"):
        told = viewer.get(f"artifacts/{made.public_id}/lineage/", direction=direction).json()
        wanted = run_command("artifact_lineage", made.public_id, f"--direction={direction}")
        assert told == wanted
    wrong = viewer.get(f"artifacts/{made.public_id}/lineage/", direction="sideways")
    assert wrong.status_code == 400
    assert viewer.get("artifacts/art_x/lineage/").status_code == 404
