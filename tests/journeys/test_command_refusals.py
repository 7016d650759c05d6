"""What the commands over runs, work and events refuse, and how they say it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.stages import every_stage

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


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


REFUSALS = [
    ("workflow_start --type=w11 --book=red", 'no workflow type "w11"; did you mean "w1"?'),
    ("workflow_start --type=w1 --book=rde", 'no book "rde"; did you mean "red"?'),
    ("workflow_start --type=w1 --book=red --param=chapters=01-oen", 'did you mean "01-one"?'),
    ("workflow_start --type=w1 --book=red --input-version=1.0.1", 'did you mean "1.0.0"?'),
    ("workflow_start --type=w1 --book=red --input-version=one", "no version number"),
    ("workflow_status wfrun_x", 'no run "wfrun_x"'),
    ("workflow_list --status=runing", 'did you mean "running"?'),
    ("workflow_list --book=rde", 'did you mean "red"?'),
    ("workflow_list --type=w1_editting", 'did you mean "w1_editing"?'),
    ("workflow_graph --type=w1 --format=svgg", 'did you mean "svg"?'),
    ("workflow_rerun {failed} --from-step=plann", 'did you mean "plan"?'),
    ("workflow_begin {new}", "begin needs it pending"),
    ("workflow_resume {escalated}", "escalation is open"),
    ("work_claim --agent=writter", 'no agent "writter"; did you mean "writer"?'),
    ("work_claim --agent=writer --run=wfrun_x", 'no run "wfrun_x"'),
    ("work_claim --agent=writer --lease-seconds=0", "lease"),
    ("work_heartbeat --step=999999 --lease=x", 'no step "999999"'),
    ("work_complete --step=plan --lease=x", 'no step "plan"'),
    ("work_complete --step=999999 --lease=x --artifact=chapter=/nowhere", 'no step "999999"'),
    ("gate_decide {deciding} --decision=aprove --actor=g", 'did you mean "approve"?'),
    ("gate_decide {deciding} --decision=approve --step=aprove", 'did you mean "approve"?'),
    ("gate_decide {new} --decision=approve", "no gate of run"),
    ("agent_bind --agent=writer --executor=humann", 'did you mean "human"?'),
    ("agent_bind --agent=writer --executor=human --book=rde", 'did you mean "red"?'),
    ("artifact_register {new} --type=epubb --file=/nowhere", "epub"),
    ("artifact_register {new} --type=epub --file=/nowhere", "cannot be read"),
    ("artifact_register {new} --type=epub --file={file}", "takes application/epub+zip (.epub)"),
    ("artifact_register {new} --type=layout_plan --file={file} --digest=5e", "is no SHA-256"),
    (
        f"artifact_register {{new}} --type=layout_plan --file={{file}} --digest={'5e' * 32}",
        "was all of it sent",
    ),
    ("artifact_register {failed} --type=layout_plan --file={file}", "nothing can be added"),
    ("artifact_show art_x", 'no artifact "art_x"'),
    ("artifact_register {new} --type=layout_pln --file={file}", 'did you mean "layout_plan"?'),
    ("artifact_register {new} --type=layout_plan --file={file} --path=", "no path inside a run"),
    ("artifact_register {new} --type=layout_plan --file={file} --path=a//b.json", "no path"),
    ("artifact_register {new} --type=layout_plan --file={file} --path=a\\b.json", "no path"),
    ("artifact_register {new} --type=layout_plan --file=.", "is no file"),
    ("artifact_register {new} --type=layout_plan --file={file} --lease=x", "--lease needs --step"),
    ("artifact_list --run=", "names nothing"),
    ("artifact_list --older-than=", "names nothing"),
    ("feedback_list --book=", "names nothing"),
    ("artifact_lineage art_x", 'no artifact "art_x"'),
    ("artifact_lineage art_x --direction=upp", 'did you mean "up"?'),
    ("artifact_lineage art_x --format=svgg", 'did you mean "svg"?'),
    ("artifact_stale rde", 'did you mean "red"?'),
    ("artifact_list --type=chaptr", 'did you mean "chapter"?'),
    ("event_list --type=complete", 'did you mean "completed"?'),
    ("event_tail --type=complete", 'did you mean "completed"?'),
    ("event_tail --run=wfrun_x", 'no run "wfrun_x"'),
    ("rejection_list --type=stile", 'did you mean "style"?'),
    ("rejection_list --step=edti", 'did you mean "edit"?'),
    ("escalation_list --status=pendign", 'did you mean "pending"?'),
    ("book_config red --type=w12", "no workflow type"),
    ("book_config red --type=w1 --config={{\"agent\":{{}}}}", 'did you mean "agents"?'),
]  # fmt: skip


@pytest.mark.parametrize(("line", "complaint"), REFUSALS, ids=[line for line, _ in REFUSALS])
def test_what_is_unknown_or_not_allowed_is_refused_in_one_line(
    refused: Run, ids: dict[str, str], plan: Path, line: str, complaint: str
) -> None:
    assert complaint in refused(*line.format(**ids, file=plan).split())


MALFORMED = [
    "workflow_start --type=w1",
    "workflow_start --type=w1 --book=red --param=chapters",
    "workflow_start --type=w1 --book=red --param==3",
    "workflow_status",
    "workflow_status a --run=b",
    "workflow_list --limit=0",
    "workflow_list --limit=1001",
    "workflow_list --limit=ten",
    "workflow_list --colour=red",
    "work_claim",
    "work_claim --agent=writer --lease-seconds=soon",
    "work_complete --step=1",
    "work_complete --step=1 --lease=x --result=[]",
    "work_complete --step=1 --lease=x --result={",
    'work_complete --step=1 --lease=x --result={"a":NaN}',
    "work_complete --step=1 --lease=x --artifact=chapter",
    "work_reject --step=1 --lease=x --type=style",
    "work_reject --step=1 --lease=x --type=style --reason=x --passages={}",
    "work_fail --step=1 --lease=x",
    "gate_decide wfrun_x",
    "artifact_register wfrun_x --type=epub",
    "artifact_register wfrun_x --type=epub --file=x --metadata=[]",
    'artifact_register wfrun_x --type=epub --file=x --metadata={"a":' + 100 * "[" + 100 * "]" + "}",
    "event_list --after=x",
    "event_tail --after=x",
    "event_tail --limit=0",
    "book_config red --type=w1 --enable --disable",
    "agent_bind --agent=writer",
]


@pytest.mark.parametrize("line", MALFORMED)
def test_missing_and_malformed_options_are_usage_errors(line: str) -> None:
    name, *args = line.split()
    with pytest.raises(CommandError) as refusal:
        call_command(name, *args, "--json")
    assert str(refusal.value).startswith("Error: ")
