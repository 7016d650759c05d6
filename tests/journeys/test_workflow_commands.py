"""The commands over runs, work, gates, artifacts and events: answers and refusals."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.stages import every_stage
from workflows.models import WorkflowRun
from workflows.status import chain

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]

RUN = """id workflow_type book status outcome pause_reason reason current_step current_agent
    input_version output_version session_id plan_id parameters cause parent_run chain_depth
    definition_version created_at updated_at started_at finished_at"""
STEP = """id run name kind agent item attempt status worker lease_expires_at failures due_at
    reused_from digest result feedback created_at started_at finished_at"""
EVENT = "id run step event_type agent actor payload created_at"
REJECTION = """id run step item rejection_type reason passages rejecting_agent retry_count
    handler_agent escalation resolved resolved_by_step created_at"""
ESCALATION = """id run step item rejection_type retry_count escalated_to reason status action
    resolution acknowledged_by acknowledged_at resolved_by resolved_at created_at due_at"""
ROUTE = """id workflow_type step rejection_type handler_agent rework_step max_retries
    escalation_target enabled"""
ARTIFACT = """id run step artifact_type path item digest size_bytes media_type metadata book
    book_version supersedes stale created_at"""
AGENT = "agent workflow_type book executor waiting last_claim_at"
BRIEF = """book version run workflow_type step agent item attempt parameters chapter inputs
    feedback changed_since produces"""
STATUS = f"{RUN} steps allowed_actions open_rejections open_escalations artifacts chain firings"


def has(noun: Any, keys: str) -> None:
    assert set(noun) == set(keys.split())


def prepare() -> dict[str, str]:
    return every_stage()


@pytest.fixture(autouse=True)
def ids(prepared: dict[str, str]) -> dict[str, str]:
    return prepared


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.json"
    file.write_text('{"goal": "clearer rules"}')
    return file


@pytest.fixture
def claimed(run_command: Run, ids: dict[str, str]) -> dict[str, Any]:
    claimed: dict[str, Any] = run_command(
        "work_claim", "--agent=project-manager", "--run", ids["new"], "--worker=ada"
    )
    return claimed


def lease(claimed: dict[str, Any]) -> list[Any]:
    return ["--step", claimed["step"]["id"], "--lease", claimed["lease"]]


def test_a_run_is_started_paused_resumed_cancelled_and_run_again(
    run_command: Run, tmp_path: Path
) -> None:
    run = run_command("workflow_start", "--type=w1", "--book=red", "--param=chapters=01-one",
                      "--param=depth=3", "--param", f"revisions={tmp_path}", "--session=s",
                      "--plan=p", "--input-version=1.0.0", "--actor=zoe")  # fmt: skip
    has(run, RUN)
    assert run["parameters"] == {"chapters": ["01-one"], "depth": 3, "revisions": str(tmp_path)}
    told = (run["workflow_type"], run["status"], run["session_id"], run["plan_id"], run["cause"])
    assert told == ("w1_editing", "running", "s", "p", "manual")
    paused = run_command("workflow_pause", run["id"], "--reason=lunch")
    has(paused, RUN)
    assert (paused["pause_reason"], paused["reason"]) == ("operator", "lunch")
    assert run_command("workflow_resume", "--run", run["id"])["pause_reason"] is None
    cancelled = run_command("workflow_cancel", run["id"], "--reason=enough")
    assert (cancelled["outcome"], cancelled["reason"]) == ("cancelled", "enough")
    again = run_command("workflow_rerun", run["id"], "--from-step=plan")
    has(again, RUN)
    assert (again["cause"], again["parent_run"]) == ("rerun", run["id"])


def test_a_pending_run_is_begun(run_command: Run) -> None:
    run = run_command("workflow_start", "--type=w1_editing", "--book=red", "--pending")
    assert (run["status"], run["started_at"], run["finished_at"]) == ("pending", None, None)
    assert run_command("workflow_begin", run["id"])["status"] == "running"


@pytest.mark.parametrize(
    ("stage", "actions"),
    [
        ("pending", ["begin", "cancel"]),
        ("editing", ["pause", "cancel"]),
        ("escalated", ["cancel"]),
        ("failed", ["rerun"]),
    ],
)
def test_the_status_tells_all_that_bears_on_a_run(
    run_command: Run, ids: dict[str, str], stage: str, actions: list[str]
) -> None:
    status = run_command("workflow_status", ids[stage])
    has(status, STATUS)
    assert status["allowed_actions"] == actions
    for kind, keys in (("steps", STEP), ("open_rejections", REJECTION),
                       ("open_escalations", ESCALATION), ("artifacts", ARTIFACT)):  # fmt: skip
        for noun in status[kind]:
            has(noun, keys)
    assert len(status["open_escalations"]) == (stage == "escalated")
    assert len(status["open_rejections"]) == (stage in ("escalated", "editing"))
    [link] = status["chain"]
    has(link, "run workflow_type cause trigger")


def test_the_chain_leads_from_the_first_run_to_this_one(
    run_command: Run, ids: dict[str, str], django_assert_num_queries: Any
) -> None:
    again = run_command("workflow_rerun", ids["failed"])
    run_command("workflow_cancel", again["id"])
    third = run_command("workflow_rerun", again["id"])
    links = run_command("workflow_status", third["id"])["chain"]
    assert [(link["run"], link["cause"], link["trigger"]) for link in links] == [
        (ids["failed"], "manual", None),
        (again["id"], "rerun", None),
        (third["id"], "rerun", None),
    ]
    run = WorkflowRun.objects.named(third["id"])
    with django_assert_num_queries(1):
        assert chain(run) == links


def test_a_paused_run_may_be_resumed(run_command: Run, ids: dict[str, str]) -> None:
    run_command("workflow_pause", ids["new"])
    status = run_command("workflow_status", ids["new"])
    assert status["allowed_actions"] == ["resume", "cancel"]


def test_work_is_claimed_kept_and_handed_back(
    run_command: Run, claimed: dict[str, Any], plan: Path
) -> None:
    has(claimed, "step lease lease_expires_at brief")
    has(claimed["step"], STEP)
    assert set(BRIEF.split()) <= set(claimed["brief"])
    has(run_command("work_heartbeat", *lease(claimed)), STEP)
    step = run_command("work_complete", *lease(claimed), "--artifact", f"improvement_plan={plan}",
                       "--result", '{"chapters": ["01-one"]}')  # fmt: skip
    has(step, STEP)
    assert (step["status"], step["result"]) == ("completed", {"chapters": ["01-one"]})
    [made] = run_command("artifact_list", "--run", step["run"])
    has(made, ARTIFACT)
    assert (made["path"], made["item"]) == ("plan.json", None)
    writing = run_command("work_claim", "--agent=writer", "--run", step["run"])
    has_chapter = set(writing["brief"]["chapter"])
    assert {"slug", "title", "text", "digest"} <= has_chapter
    assert writing["step"]["worker"] == "cli"


def test_nothing_to_do_is_null(run_command: Run, ids: dict[str, str]) -> None:
    assert run_command("work_claim", "--agent=writer", "--run", ids["new"]) is None


@pytest.mark.parametrize("verb", ["work_fail", "work_release"])
def test_a_step_is_given_back(run_command: Run, claimed: dict[str, Any], verb: str) -> None:
    step = run_command(verb, *lease(claimed), "--reason=no time")
    has(step, STEP)
    assert (step["status"], step["failures"]) == ("ready", int(verb == "work_fail"))


def test_a_step_is_taken_back_without_its_lease(
    run_command: Run, refused: Any, claimed: dict[str, Any]
) -> None:
    number = claimed["step"]["id"]
    told = refused("work_take_back", number, "--reason=Kim is ill", "--worker=kim")
    assert "is not with kim any more: ada has it" in told
    step = run_command("work_take_back", number, "--reason=Kim is ill", "--worker=ada")
    has(step, STEP)
    assert (step["status"], step["worker"], step["failures"]) == ("ready", None, 0)
    assert "is ready" in refused("work_take_back", step["id"], "--reason=again")


def test_all_verbs_of_work_take_a_key(
    run_command: Run, claimed: dict[str, Any], plan: Path, ids: dict[str, str]
) -> None:
    key = ["--idempotency-key", "k"]
    run_command("work_heartbeat", *lease(claimed), "--idempotency-key", "h")
    done = ["work_complete", *lease(claimed), "--artifact", f"improvement_plan={plan}", *key]
    assert run_command(*done) == run_command(*done)
    decided = ["gate_decide", ids["deciding"], "--decision=approve", "--actor=grace", *key]
    assert run_command(*decided) == run_command(*decided)


def test_a_review_is_handed_back_as_rejected(run_command: Run, ids: dict[str, str]) -> None:
    claimed = run_command("work_claim", "--agent=editor", "--run", ids["editing"])
    step = run_command("work_reject", *lease(claimed), "--type=style", "--reason=flat",
                       "--passages", '[{"quote": "words"}]')  # fmt: skip
    has(step, STEP)
    assert step["status"] == "rejected"
    rejection = run_command("rejection_list", "--run", ids["editing"], "--limit=1")[0]
    has(rejection, REJECTION)
    assert rejection["passages"][0]["quote"] == "words"


def test_a_gate_is_decided(run_command: Run, ids: dict[str, str]) -> None:
    waiting = run_command("workflow_status", ids["deciding"])["steps"][-1]
    step = run_command("gate_decide", ids["deciding"], "--step=approve", "--decision=approve",
                       "--digest", waiting["digest"], "--actor=grace")  # fmt: skip
    has(step, STEP)
    assert (step["status"], step["digest"]) == ("completed", waiting["digest"])


def test_agents_are_listed_and_bound(run_command: Run) -> None:
    bound = run_command("agent_bind", "--agent=writer", "--executor=human", "--book=red",
                        "--workflow-type=w1")  # fmt: skip
    assert (bound["book"], bound["workflow_type"], bound["executor"]) == (
        "red",
        "w1_editing",
        "human",
    )
    listed = run_command("agent_list")
    assert len(listed) == 2
    for noun in listed:
        has(noun, AGENT)


def test_artifacts_are_registered_listed_and_shown(
    run_command: Run, refused: Run, ids: dict[str, str], plan: Path, tmp_path: Path
) -> None:
    made = run_command("artifact_register", ids["new"], "--type=layout_plan", "--file", plan,
                       "--path=plans/a.json", "--metadata", '{"by": "ada"}')  # fmt: skip
    has(made, ARTIFACT)
    assert (made["path"], made["metadata"], made["stale"]) == (
        "plans/a.json",
        {"by": "ada"},
        False,
    )
    assert run_command("artifact_list", "--book=red", "--type=layout_plan") == [made]
    assert run_command("artifact_show", made["id"]) == made
    output = tmp_path / "out.json"
    run_command("artifact_show", "--id", made["id"], "--output", output)
    assert output.read_bytes() == plan.read_bytes()
    assert "cannot be written" in refused("artifact_show", made["id"], "--output", output)


def test_events_rejections_escalations_and_routes_are_listed(
    run_command: Run, ids: dict[str, str]
) -> None:
    events = run_command("event_list", "--run", ids["editing"], "--limit=1000")
    assert [one["id"] for one in events] == sorted(one["id"] for one in events)
    later = run_command("event_list", "--run", ids["editing"], "--after", events[2]["id"])
    assert later == events[3:]
    assert {e["event_type"] for e in run_command("event_list", "--type=routed")} == {"routed"}
    assert len(run_command("event_list", "--limit=2")) == 2
    rejections = run_command("rejection_list", "--book=red", "--open", "--type=clarity",
                             "--step=edit")  # fmt: skip
    assert [one["run"] for one in rejections] == [ids["editing"]]
    [escalation] = run_command("escalation_list", "--status=pending", "--run", ids["escalated"])
    routes = run_command("route_list")
    assert len(routes) == 4
    for noun, keys in ((events[0], EVENT), (rejections[0], REJECTION), (escalation, ESCALATION),
                       (routes[0], ROUTE)):  # fmt: skip
        has(noun, keys)


def test_runs_are_listed_the_newest_first(run_command: Run, ids: dict[str, str]) -> None:
    listed = run_command("workflow_list", "--book=red", "--type=w1", "--status=failed")
    assert [one["id"] for one in listed] == [ids["failed"]]
    has(listed[0], RUN)
    assert [one["status"] for one in run_command("workflow_list", "--limit=2")] == [
        "pending",
        "running",
    ]


def test_a_disabled_workflow_does_not_start(run_command: Run, refused: Run) -> None:
    config = run_command("book_config", "red", "--type=w2", "--disable")
    has(config, "book workflow_type enabled config")
    assert (config["workflow_type"], config["enabled"]) == ("w2_pdf", False)
    assert "disabled for red" in refused("workflow_start", "--type=w2", "--book=red")
    run_command("book_config", "red", "--type=w2", "--enable", "--config",
                '{"max_retries": {"style": 5}}')  # fmt: skip
    run_command("workflow_start", "--type=w2", "--book=red")


@pytest.mark.parametrize("form", ["svg", "mermaid"])
def test_a_workflow_is_drawn(run_command: Run, form: str) -> None:
    drawn = run_command("workflow_graph", "--type=w1", "--format", form)
    has(drawn, "type version format graph")
    assert "domain_review" in drawn["graph"]


def test_definitions_are_taken_over_and_leases_swept(run_command: Run) -> None:
    assert [row["changed"] for row in run_command("workflow_sync")] == [False] * 4
    has(run_command("sweep"), "leases dispatched deliveries reminders")
