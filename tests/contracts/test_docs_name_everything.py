"""The documents name what there is, and nothing that is not."""

import re
from pathlib import Path

import pytest
from django.db.models import TextChoices

from artifacts.contents import CHECKED_BY
from artifacts.contents.media import SUFFIXES, TAKES
from artifacts.models import ArtifactType
from books.models import BookStatus, BookType, SettingStatus
from events.models import (
    DeliveryStatus,
    EscalationAction,
    EscalationStatus,
    EventType,
    RejectionType,
)
from tests.contracts.product import INLINE, ROOT, code, commands, documents, reference, words
from triggers.clauses import CLAUSES
from triggers.engine import TARGET
from triggers.filling import ARTIFACT_FIELDS, GROUPS, RUN_FIELDS
from triggers.models import Condition, Result, WorkflowTrigger
from triggers.terms import Config, Limit, Match, keys_of
from workflows.definitions import definition
from workflows.definitions.definition import KEYS, STEP_KEYS
from workflows.definitions.sync import FOLDER
from workflows.gates import Decision
from workflows.models import Cause, Executor, Outcome, PauseReason, RunStatus, StepKind, StepStatus

WORDS: tuple[type[TextChoices], ...] = (
    ArtifactType,
    BookStatus,
    BookType,
    Cause,
    Condition,
    Decision,
    DeliveryStatus,
    EscalationAction,
    EscalationStatus,
    EventType,
    Executor,
    Outcome,
    PauseReason,
    RejectionType,
    Result,
    RunStatus,
    SettingStatus,
    StepKind,
    StepStatus,
)
READ = re.compile(r"""environment\.\w+\(\s*["'](\w+)["']""")
CALLED = re.compile(r"manage\.py ([a-z_]+)(.*)")
LIKE_A_CALL = re.compile(r"^(?:\$ )?([a-z]+_[a-z_]+) (?:--?[a-z]|[a-z]+_[0-9a-f…]+)", re.MULTILINE)
TRIGGERS = (ROOT / "docs/workflows/triggers.md").read_text()
LINK = re.compile(r"\]\(([^)\s]+)\)")
ANCHOR = re.compile(r"[^\w\- ]")
OTHERS = {"check", "createsuperuser", "makemigrations", "migrate", "runserver", "spectacular"}

every_document = pytest.mark.parametrize(
    "page", documents(), ids=lambda page: str(page.relative_to(ROOT))
)


def test_every_command_has_a_row_in_the_table() -> None:
    table = (ROOT / "docs/commands.md").read_text()
    rows = re.findall(r"^\| `([a-z_]+)", table, re.MULTILINE)
    assert sorted(rows) == sorted(commands())


def test_every_setting_is_explained() -> None:
    read = set(READ.findall((ROOT / "config/settings.py").read_text()))
    rows = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(read)


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_every_word_is_in_the_reference(kind: type[TextChoices]) -> None:
    written = code(reference())
    missing = [word for word in kind.values if not re.search(rf"\b{word}\b", written)]
    assert missing == []


def test_every_artifact_type_stands_with_its_media_types_and_these_with_their_suffixes() -> None:
    page = (ROOT / "docs/artifacts.md").read_text()
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.startswith("| `")]
    takes = {row[0].strip(" `"): tuple(INLINE.findall(row[2])) for row in rows if len(row) == 4}
    first = {row[0].strip(" `"): INLINE.findall(row[1]) for row in reversed(rows)}
    suffixes = {one: media_type for media_type in CHECKED_BY for one in first[media_type]}
    assert {kind: takes.get(kind) for kind in TAKES} == TAKES
    assert suffixes == SUFFIXES


def test_every_artifact_type_stands_with_the_shipped_steps_that_make_it() -> None:
    page = (ROOT / "docs/artifacts.md").read_text()
    files = sorted(FOLDER.glob("*.toml"))
    shipped = [definition.read(file, ArtifactType.values)[0] for file in files]
    for kind in ArtifactType.values:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{kind}` |"))
        made_by = re.findall(r"(\w+) `(\w+)`", row.split("|")[4])
        assert made_by == [
            (one.alias, step.name) for one in shipped for step in one.steps if kind in step.made
        ]


def test_every_key_of_a_definition_is_explained() -> None:
    page = (ROOT / "docs/workflows/definitions.md").read_text()
    assert [key for key in (*KEYS, *STEP_KEYS) if f"`{key}`" not in page] == []


def test_every_field_of_a_trigger_has_its_row() -> None:
    assert first_cells(TRIGGERS, "What a trigger says") == list(WorkflowTrigger().as_json())


def test_every_condition_of_a_trigger_has_its_row() -> None:
    assert first_cells(TRIGGERS, "When it fires") == Condition.values


def test_every_key_of_a_trigger_has_its_row_and_no_other() -> None:
    objects = {"match": keys_of(Match), "limit": keys_of(Limit)}
    keys: list[str] = []
    for key in keys_of(Config):
        keys += [f"{key}.{inner}" for inner in objects.get(key, ())] or [key]
    assert first_cells(TRIGGERS, "Keys of config") == keys


def test_every_name_that_a_trigger_knows_has_its_row_and_no_other() -> None:
    assert set(GROUPS) == {"parameters", "artifacts"}
    assert first_cells(TRIGGERS, "Parameters") == [
        *(f"source.{field}" for field in RUN_FIELDS),
        "source.parameters.NAME",
        *(f"source.artifacts.TYPE.{field}" for field in ARTIFACT_FIELDS),
        "with.WORKFLOW_TYPE.…",
    ]


def test_every_result_of_a_firing_and_every_clause_that_decides_has_its_row_and_no_other() -> None:
    assert first_cells(TRIGGERS, "What became of it") == [*Result.values, *CLAUSES, TARGET]


def first_cells(page: str, heading: str) -> list[str]:
    """What begins each row below a heading, between backticks and without quotes."""
    below = re.split(rf"^#+ {heading}$", page, flags=re.MULTILINE)[1]
    section = re.split(r"^#", below, maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([^`\"]+)`", section, re.MULTILINE)


@every_document
def test_no_document_calls_a_command_that_does_not_exist(page: Path) -> None:
    written = code(page.read_text())
    called = {name for name, _ in CALLED.findall(written)} | set(LIKE_A_CALL.findall(written))
    assert called - OTHERS - set(commands()) == set()


@every_document
def test_what_a_document_calls_is_parsed_by_the_command(page: Path) -> None:
    for name, rest in CALLED.findall(code(page.read_text())):
        if name in commands() and (arguments := words(rest)) and "…" not in rest:
            commands()[name].create_parser("manage.py", name).parse_args(arguments)


@every_document
def test_every_link_inside_resolves(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text()) if not resolves(page, link)]
    assert broken == []


def resolves(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {ANCHOR.sub("", heading.lower()).replace(" ", "-") for heading in headings}
