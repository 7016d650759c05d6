"""Every name of the little language stands for something of a real run."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, started
from triggers.filling import ARTIFACT_FIELDS, RUN_FIELDS
from triggers.models import WorkflowTrigger
from workflows.models import WorkflowRun

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
SKETCH = [{"name": "sketch", "agent": "artist", "produces": ["layout_plan"]}]
GIVEN = {"colour": "blue", "pages": [1, 2], "deep": {"a": None}, "a.b": True}


@pytest.fixture
def past(db: None) -> WorkflowRun:
    """A completed run that was given parameters and made a plan of the layout."""
    DefinitionFactory(type="sketching", steps=SKETCH)
    more = {"workflow_type": "sketching", "session_id": "s-1", "plan_id": "p-1"}
    return Crew(started(book_of(2), GIVEN, **more)).finish()


@pytest.fixture
def filled(run_command: Run, past: WorkflowRun) -> Run:
    """The parameters that a run started from there would be given for these."""

    def asked(parameters: Any) -> Any:
        run_command("trigger_set", "t", "--source=sketching", "--target=sketching",
                    f"--config={json.dumps({'parameters': parameters})}")  # fmt: skip
        return run_command("trigger_fire", "t", f"--run={past}", "--dry-run")["parameters"]

    return asked


def test_each_field_of_a_run_is_what_its_json_says(
    filled: Run, run_command: Run, past: WorkflowRun
) -> None:
    told = run_command("workflow_status", past)
    expected = {word: told[word] for word in RUN_FIELDS if word != "version"}
    made = filled({word: f"{{source.{word}}}" for word in RUN_FIELDS})
    assert made == {**expected, "version": "1.0.0"}
    assert (made["session_id"], made["outcome"]) == ("s-1", "succeeded")


def test_each_field_of_an_artifact_is_what_its_json_says(
    filled: Run, run_command: Run, past: WorkflowRun
) -> None:
    [told] = run_command("artifact_list", f"--run={past}")
    names = {word: f"{{source.artifacts.layout_plan.{word}}}" for word in ARTIFACT_FIELDS}
    assert filled(names) == {word: told[word] for word in ARTIFACT_FIELDS}


def test_each_parameter_is_what_was_given(filled: Run) -> None:
    assert filled({word: f"{{source.parameters.{word}}}" for word in GIVEN}) == GIVEN


def test_words_are_made_of_what_stands_in_a_text(filled: Run, past: WorkflowRun) -> None:
    said = "{source.book}/{source.id}: {source.parameters.pages}, {source.reason}{{ok}}"
    assert filled({"note": said})["note"] == f"{past.book.slug}/{past}: 1,2, {{ok}}"


def test_of_several_artifacts_of_a_type_the_last_is_taken(run_command: Run) -> None:
    DefinitionFactory()
    run = Crew(started(book_of(3), workflow_type="tiny")).finish()
    run_command("trigger_set", "t", "--source=tiny", "--target=tiny",
                '--config={"parameters": {"last": "{source.artifacts.chapter.item}"}}')  # fmt: skip
    answer = run_command("trigger_fire", "t", f"--run={run}", "--dry-run")
    assert answer["parameters"] == {"last": "03-one"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("source.pk", 'run {run} has no "pk"'),
        ("source.__class__", 'run {run} has no "__class__"'),
        ("source.parameters.absent", 'run {run} was given no parameter "absent"'),
        ("source.artifacts.epub.id", "run {run} made no epub"),
        ("source.artifacts.layout_plan.delete", 'layout_plan of run {run} has no "delete"'),
        ("source.artifacts.layout_plan.__dict__", 'layout_plan of run {run} has no "__dict__"'),
        ("with.w9.id", "there is no with.w9"),
        ("sorce.id", "there is no sorce"),
    ],
)
def test_a_name_that_slipped_in_asks_nothing_of_a_row(
    filled: Run, run_command: Run, past: WorkflowRun, name: str, says: str
) -> None:
    """However it came into the table, it is looked up among what there is, and told."""
    filled({})
    WorkflowTrigger.objects.update(config={"parameters": {"x": f"so {{{name}}}"}})
    answer = run_command("trigger_fire", "t", f"--run={past}", "--dry-run")
    assert (answer["result"], answer["parameters"]) == ("failed", None)
    assert answer["reason"] == f"target: {says.format(run=past)}"
