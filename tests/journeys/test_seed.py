"""What a new installation starts with; seeding again changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group

from books.models import Book
from config.seeding import seed
from events.models import RoutingRule
from tests.agents import Crew
from tests.factories import started
from triggers.models import WorkflowTrigger
from workflows.agents import BUILTIN
from workflows.definitions import sync
from workflows.errors import DefinitionError
from workflows.models import AgentBinding, WorkflowDefinition

pytestmark = pytest.mark.django_db
GROUPS = {"viewer", "agent", "editor", "operator", "managing-editor", "senior-editor",
          "lead-designer", "technical-writer", "human-reviewer"}  # fmt: skip
RULES = {
    ("style", "style-editor", "senior-editor"),
    ("mechanics", "mechanics-reviewer", "lead-designer"),
    ("clarity", "clarity-editor", "technical-writer"),
    ("scope", "scope-reviewer", "human-reviewer"),
}
TRIGGER = ("name", "source_workflow_type", "target_workflow_type", "trigger_condition")


@pytest.fixture
def seeded(settings: Any, tmp_path: Path) -> dict[str, list[str]]:
    settings.BINDERY_DATA = tmp_path
    return seed()


@pytest.mark.usefixtures("seeded")
def test_it_makes_what_the_contract_says() -> None:
    types = set(WorkflowDefinition.objects.values_list("type", "alias", "version"))
    assert types == {
        ("w1_editing", "w1", 1),
        ("w2_pdf", "w2", 1),
        ("w3_publication", "w3", 1),
        ("w4_playtesting", "w4", 1),
    }
    assert set(Group.objects.values_list("name", flat=True)) == GROUPS
    rules = RoutingRule.objects.values_list("rejection_type", "handler_agent", "escalation_target")
    assert set(rules) == RULES
    others = RoutingRule.objects.values_list("workflow_type", "step", "max_retries", "enabled")
    assert set(others) == {("", "", 3, True)}
    triggers = WorkflowTrigger.objects.order_by("pk")
    assert list(triggers.values_list(*TRIGGER, "enabled", "config")) == [
        ("w1-to-w2", "w1_editing", "w2_pdf", "on_complete", True, {}),
        ("w2-to-w3", "w2_pdf", "w3_publication", "on_approve", True, {}),
        ("w3-to-w4", "w3_publication", "w4_playtesting", "manual", True, {}),
        ("w4-to-w1", "w4_playtesting", "w1_editing", "manual", True, {"input_version": "latest"}),
    ]
    book = Book.objects.named("core-rulebook")
    assert (book.title, book.book_type, book.status) == ("Core Rulebook", "core", "draft")
    assert book.as_json()["latest_version"] == "1.0.0"


@pytest.mark.usefixtures("seeded")
def test_every_agent_of_every_definition_and_rule_has_a_binding() -> None:
    wanted = {handler for _, handler, _ in RULES}
    for definition in WorkflowDefinition.objects.all():
        wanted |= {spec.agent for spec in definition.parsed.steps if spec.kind != "gate"}
    bindings = {one.agent: one for one in AgentBinding.objects.all()}
    assert set(bindings) == wanted
    for agent, binding in bindings.items():
        assert (binding.workflow_type, binding.book) == ("", None)
        assert binding.executor == ("builtin" if agent in BUILTIN else "external")


def everything() -> list[Any]:
    models = (WorkflowDefinition, Group, RoutingRule, AgentBinding, WorkflowTrigger, Book)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_seeding_again_makes_nothing(seeded: dict[str, list[str]]) -> None:
    assert all(seeded.values())
    before = everything()
    again = seed()
    assert not any(again.values())
    assert everything() == before


@pytest.mark.usefixtures("seeded")
def test_what_was_changed_stays_changed() -> None:
    RoutingRule.objects.filter(rejection_type="style").update(handler_agent="ada", max_retries=9)
    AgentBinding.objects.filter(agent="writer").update(executor="human")
    WorkflowTrigger.objects.filter(name="w3-to-w4").update(trigger_condition="on_complete")
    seed()
    assert WorkflowTrigger.objects.named("w3-to-w4").trigger_condition == "on_complete"
    assert RoutingRule.objects.get(rejection_type="style").max_retries == 9
    assert AgentBinding.objects.get(agent="writer").executor == "human"


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("group", ["viewer", "human-reviewer", "managing-editor"])
def test_a_deleted_group_is_not_brought_back(group: str) -> None:
    Group.objects.get(name=group).delete()
    seed()
    assert not Group.objects.filter(name=group).exists()


@pytest.mark.usefixtures("seeded")
def test_deleted_rows_are_not_brought_back() -> None:
    RoutingRule.objects.filter(rejection_type="clarity").delete()
    AgentBinding.objects.filter(agent="deployer").delete()
    WorkflowTrigger.objects.named("w1-to-w2").delete()
    Book.objects.named("core-rulebook").delete()
    assert not any(seed().values())
    assert RoutingRule.objects.count() == 3
    assert not AgentBinding.objects.filter(agent="deployer").exists()
    assert not WorkflowTrigger.objects.filter(name="w1-to-w2").exists()
    assert not Book.objects.exists()


def test_a_row_that_was_there_already_is_left_alone(settings: Any, tmp_path: Path) -> None:
    settings.BINDERY_DATA = tmp_path
    AgentBinding.objects.create(agent="writer", executor="human")
    Group.objects.create(name="viewer")
    WorkflowTrigger.objects.create(
        name="w1-to-w2", source_workflow_type="w4", target_workflow_type="w1", enabled=False
    )
    seed()
    assert WorkflowTrigger.objects.named("w1-to-w2").source_workflow_type == "w4"
    assert AgentBinding.objects.get(agent="writer").executor == "human"


def changed_definitions(folder: Path) -> Path:
    """The shipped definitions, W4 with another agent."""
    folder.mkdir()
    for file in sync.FOLDER.glob("*.toml"):
        text = file.read_text()
        if file.stem.startswith("w4"):
            text = text.replace("playtest-recorder", "scribe")
        (folder / file.name).write_text(text)
    return folder


@pytest.mark.usefixtures("seeded")
def test_a_changed_definition_becomes_a_new_version_and_runs_keep_theirs(tmp_path: Path) -> None:
    book = Book.objects.named("core-rulebook")
    old = Crew(started(book, workflow_type="w4"))
    folder = changed_definitions(tmp_path / "changed")
    changed = [(row["alias"], row["version"]) for row in sync.sync(folder) if row["changed"]]
    assert changed == [("w4", 2)]
    assert not any(row["changed"] for row in sync.sync(folder))
    new = Crew(started(book, workflow_type="w4"))
    assert (old.fresh().as_json()["definition_version"], old.step("record_session").agent) == (
        1,
        "playtest-recorder",
    )
    assert (new.run.as_json()["definition_version"], new.step("record_session").agent) == (
        2,
        "scribe",
    )
    old.finish()
    assert old.fresh().status == "completed"


@pytest.mark.usefixtures("seeded")
def test_comments_and_blank_lines_make_no_new_version(tmp_path: Path) -> None:
    folder = tmp_path / "same"
    folder.mkdir()
    for file in sync.FOLDER.glob("*.toml"):
        (folder / file.name).write_text("# A comment.\n\n" + file.read_text())
    assert not any(row["changed"] for row in sync.sync(folder))


@pytest.mark.usefixtures("seeded")
def test_one_bad_file_takes_over_nothing(tmp_path: Path) -> None:
    folder = changed_definitions(tmp_path / "changed")
    (folder / "w9.toml").write_text('type = "w9"\nalias = "w9"\ntitle = "Nine"\n')
    before = everything()
    with pytest.raises(DefinitionError, match=r"w9\.toml"):
        sync.sync(folder)
    assert everything() == before


@pytest.mark.usefixtures("seeded")
def test_adding_a_workflow_is_adding_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "w5.toml").write_text(
        'type = "w5_localization"\nalias = "w5"\ntitle = "Localization"\n'
        '[[steps]]\nname = "translate"\nagent = "translator"\nforeach = "chapter"\n'
        'produces = ["chapter"]\n'
        '[[steps]]\nname = "approve"\nkind = "gate"\nrole = "translation-editor"\n'
    )
    assert [row["changed"] for row in sync.sync(folder)] == [True]
    assert Group.objects.filter(name="translation-editor").exists()
    crew = Crew(started(Book.objects.named("core-rulebook"), workflow_type="w5"))
    assert crew.finish().status == "completed"
