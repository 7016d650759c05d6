"""A run from begin to end over REST, and who may take part."""

from typing import Any

import pytest

from tests.factories import DefinitionFactory, book_of
from tests.rest import Program, program
from workflows.models import AgentBinding, Step, WorkflowRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def agents() -> None:
    for agent in ("writer", "editor"):
        AgentBinding.objects.create(agent=agent, executor="external")


@pytest.fixture
def run() -> dict[str, Any]:
    DefinitionFactory()
    editor = program("grace", "editor")
    answer = editor.post("runs/", workflow_type="tiny", book=book_of(1).slug)
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def test_a_run_goes_from_its_start_over_work_and_review_to_its_gate(run: dict[str, Any]) -> None:
    writer = program("ada", "agent", agents=("writer",))
    reviewer = program("bob", "agent", agents=("editor",))
    claimed = writer.post("work/claim/", agents=["writer"]).json()
    text = {"artifact_type": "chapter", "path": "01-one.md", "text": "# One\n\nBetter.\n"}
    step = claimed["step"]["id"]
    done = writer.post(f"steps/{step}/complete/", lease=claimed["lease"], artifacts=[text])
    assert (done.status_code, done.json()["status"]) == (200, "completed")
    review = reviewer.post("work/claim/", agents=["editor"]).json()
    assert review["brief"]["chapter"]["text"] == "# One\n\nBetter.\n"
    reviewer.post(f"steps/{review['step']['id']}/complete/", lease=review["lease"])
    gate = program("grace", "viewer").get("steps/", status="awaiting_decision").json()["results"][0]
    decider = program("kim", "managing-editor")
    read = decider.get(f"steps/{gate['id']}/").json()
    stale = decider.post(f"steps/{gate['id']}/decide/", decision="approve", digest="0" * 64)
    assert (stale.status_code, stale.json()["code"]) == (409, "contradiction")
    answer = decider.post(f"steps/{gate['id']}/decide/", decision="approve", digest=read["digest"])
    assert answer.status_code == 200, answer.json()
    assert WorkflowRun.objects.get().status == "completed"


def test_nothing_to_do_is_told_with_no_content(run: dict[str, Any]) -> None:
    reviewer = program("bob", "agent")
    answer = reviewer.post("work/claim/", agents=["editor"])
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_claim_waits_for_work_until_its_time_is_up(run: dict[str, Any]) -> None:
    reviewer = program("bob", "agent")
    assert reviewer.post("work/claim/", agents=["editor"], wait_seconds=1).status_code == 204
    assert reviewer.post("work/claim/", agents=["editor"], wait_seconds=31).status_code == 400


def test_a_claim_with_its_key_is_answered_as_before(run: dict[str, Any]) -> None:
    writer = program("ada", "agent")
    first = writer.post("work/claim/", key="one", agents=["writer"])
    again = writer.post("work/claim/", key="one", agents=["writer"])
    assert first.json() == again.json()
    assert Step.objects.filter(status="running").count() == 1
    other = writer.post("work/claim/", key="one", agents=["editor"])
    assert (other.status_code, other.json()["code"]) == (409, "contradiction")


def test_an_agent_cannot_touch_the_work_of_another(run: dict[str, Any]) -> None:
    writer = program("ada", "agent", agents=("writer",))
    stranger = program("eve", "agent", agents=("editor",))
    same = program("mallory", "agent", agents=("writer",))
    claimed = writer.post("work/claim/", agents=["writer"]).json()
    step, lease = claimed["step"]["id"], claimed["lease"]
    assert stranger.post("work/claim/", agents=["writer"]).status_code == 403
    for other in (stranger, same):
        for verb, more in (
            ("heartbeat", {}),
            ("complete", {}),
            ("fail", {"reason": "x"}),
            ("release", {"reason": "x"}),
            ("reject", {"rejection_type": "style", "reason": "x"}),
        ):
            answer = other.post(f"steps/{step}/{verb}/", lease=lease, **more)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), verb
        assert other.put(f"steps/{step}/draft/", lease=lease, text="mine").status_code == 403
        assert other.get(f"steps/{step}/").status_code == 403
        assert other.get("steps/").json()["results"] == []
    assert Step.objects.get(pk=step).status == "running"


def test_a_late_hand_back_is_stale_and_its_text_kept(run: dict[str, Any]) -> None:
    first, second = (program(name, "agent", agents=("writer",)) for name in ("ada", "bea"))
    claimed = first.post("work/claim/", agents=["writer"]).json()
    step, lease = claimed["step"]["id"], claimed["lease"]
    assert first.post(f"steps/{step}/release/", lease=lease, reason="no time").status_code == 200
    taken = second.post("work/claim/", agents=["writer"]).json()
    text = {"artifact_type": "chapter", "path": "01-one.md", "text": "# One\n\nLate.\n"}
    late = first.post(f"steps/{step}/complete/", lease=lease, artifacts=[text])
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert second.get(f"steps/{step}/draft/").json()["text"] == "# One\n\nLate.\n"
    kept = second.put(f"steps/{step}/draft/", lease=taken["lease"], text="mine so far")
    assert kept.status_code == 200
    assert second.get(f"steps/{step}/draft/").json()["text"] == "mine so far"


def test_what_an_operator_took_back_is_claimed_anew_and_the_late_text_kept(
    run: dict[str, Any],
) -> None:
    worker, other, boss = (
        program("ada", "agent"),
        program("bea", "agent"),
        program("eve", "operator"),
    )
    claimed = worker.post("work/claim/", agents=["writer"]).json()
    step, lease = claimed["step"]["id"], claimed["lease"]
    back = boss.post(f"steps/{step}/take-back/", reason="Ada is ill.", key="once")
    assert (back.status_code, back.json()["status"], back.json()["worker"]) == (200, "ready", None)
    assert other.post("work/claim/", agents=["writer"]).json()["step"]["id"] == step
    again = boss.post(f"steps/{step}/take-back/", reason="Ada is ill.", key="once")
    assert again.json() == back.json()  # and not taken back from the other
    assert Step.objects.get(pk=step).worker == "bea"
    text = {"artifact_type": "chapter", "path": "01-one.md", "text": "# One\n\nLate.\n"}
    late = worker.post(f"steps/{step}/complete/", lease=lease, artifacts=[text])
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert other.get(f"steps/{step}/draft/").json()["text"] == "# One\n\nLate.\n"


def test_lists_come_in_pages_whose_cursors_are_theirs_alone(run: dict[str, Any]) -> None:
    editor = program("grace", "editor")
    for _ in range(4):
        editor.post("runs/", workflow_type="tiny", book=run["book"], begin=False)
    page = editor.get("runs/", page_size=2).json()
    assert len(page["results"]) == 2
    seen = [one["id"] for one in page["results"]]
    while page["next"]:
        page = editor.client.get(page["next"]).json()
        seen += [one["id"] for one in page["results"]]
    assert seen == list(WorkflowRun.objects.order_by("-pk").values_list("public_id", flat=True))
    cursor = editor.get("runs/", page_size=2).json()["next"].split("cursor=")[1].split("&")[0]
    for path, query in (
        ("steps/", {"cursor": cursor}),
        ("runs/", {"cursor": cursor, "status": "running"}),
        ("runs/", {"cursor": "x"}),
        ("runs/", {"page_size": "201"}),
        ("runs/", {"page_size": "-1"}),
        ("runs/", {"colour": "red"}),
        ("runs/", {"status": "walking"}),
    ):
        answer = editor.get(path, **query)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), query


def test_wrong_bodies_are_told_field_by_field(run: dict[str, Any]) -> None:
    editor = program("grace", "editor")
    answer = editor.post("runs/", workflow_type=5, book="x", colour="red")
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"colour": ["is no field; there are begin, book, "
    "input_version, parameters, plan_id, session_id, workflow_type"]}  # fmt: skip
    answer = editor.post("runs/", workflow_type=5, begin="yes", parameters=[])
    assert set(answer.json()["fields"]) == {"workflow_type", "begin", "parameters", "book"}
    assert editor.post("runs/", workflow_type="tyni", book="x").json()["code"] == "unknown"
    nan = editor.client.post("/api/v1/runs/", "{NaN", content_type="application/json")
    assert (nan.status_code, nan.json()["code"]) == (400, "invalid")
    form = editor.client.post("/api/v1/runs/", {"a": 1})
    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")
    assert editor.client.get("/api/v1/nowhere/").json()["code"] == "unknown"


def test_who_is_not_known_is_asked_to_say_who_it_is(run: dict[str, Any]) -> None:
    for caller in (Program(), Program("bindery_wrong")):
        answer = caller.get("runs/")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_an_address_without_its_last_slash_is_not_taken_for_another(run: dict[str, Any]) -> None:
    answer = program("grace", "editor").post("runs", workflow_type="tiny", book=run["book"])
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown")
    assert "end in a slash" in answer.json()["detail"]


def test_only_a_gate_is_decided(run: dict[str, Any]) -> None:
    step = program("ada", "agent").post("work/claim/", agents=["writer"]).json()["step"]["id"]
    answer = program("root", "operator").post(f"steps/{step}/decide/", decision="approve")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal")


def test_who_may_not_read_all_is_not_told_what_there_is(run: dict[str, Any]) -> None:
    asked = {"agents": ["writer"], "run": run["id"][:-1]}
    told = program("ada", "agent").post("work/claim/", **asked).json()["detail"]
    assert told == f'no run "{run["id"][:-1]}"'
    assert run["id"] in program("grace", "viewer").get("steps/", run=asked["run"]).json()["detail"]


def test_words_that_there_are_not_are_refused_with_the_nearest(run: dict[str, Any]) -> None:
    viewer = program("grace", "editor")
    told = viewer.get("runs/", status="runing").json()["fields"]
    assert told == {"status": ['no such word "runing"; did you mean "running"?']}
    gate = {"decision": "aprove"}
    told = viewer.post(f"steps/{Step.objects.get().pk}/decide/", **gate).json()["fields"]
    assert told == {"decision": ['no such word "aprove"; did you mean "approve"?']}


def test_who_may_is_told_to_who_may_not(run: dict[str, Any]) -> None:
    told = program("ada", "viewer").post("runs/", workflow_type="tiny", book=run["book"]).json()
    assert told["detail"] == "ada is in no group that may: editor, operator"


def test_drafts_of_one_worker_are_no_more_than_a_request_may_hold(
    run: dict[str, Any], settings: Any
) -> None:
    settings.BINDERY_MAX_BODY_BYTES = 3000
    first, second = (program(name, "agent", agents=("writer",)) for name in ("ada", "bea"))
    claimed = first.post("work/claim/", agents=["writer"]).json()
    step, lease = claimed["step"]["id"], claimed["lease"]
    first.post(f"steps/{step}/release/", lease=lease, reason="no time")
    for number in range(6):
        text = {"artifact_type": "chapter", "path": f"{number}.md", "text": "x" * 1000}
        late = first.post(f"steps/{step}/complete/", lease=lease, artifacts=[text])
        assert late.status_code == 409
    offered = second.post("work/claim/", agents=["writer"]).json()["brief"]["drafts"]
    assert [draft["path"] for draft in offered] == ["3.md", "4.md", "5.md"]


def test_a_body_that_is_wrong_in_many_places_is_refused_in_few_words(run: dict[str, Any]) -> None:
    writer = program("ada", "agent")
    for wrong in (
        {"agents": [1] * 20_000},
        {"lease": "x", "artifacts": [1] * 20_000},
        {f"field{number}": 1 for number in range(20_000)},
    ):
        path = "work/claim/" if "lease" not in wrong else "steps/1/complete/"
        answer = writer.post(path, **wrong)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert len(answer.content) < 10_000


def test_an_object_that_would_swell_every_list_is_too_large(run: dict[str, Any]) -> None:
    writer = program("ada", "agent")
    claimed = writer.post("work/claim/", agents=["writer"]).json()
    path = f"steps/{claimed['step']['id']}/complete/"
    for result in ({"notes": "x" * 200_000}, {"notes": ["é" * 100_000]}):
        answer = writer.post(path, lease=claimed["lease"], result=result)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert Step.objects.get().status == "running"
