"""Triggers are made, changed and deleted by name, and only sound ones are kept."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from books.configs import configure
from tests.factories import SettingFactory, book_of, set_up
from triggers.changing import settle
from triggers.models import WorkflowTrigger

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
EVERYTHING = {
    "books": ["the-book"],
    "book_types": ["core"],
    "settings": ["the-setting"],
    "match": {"parameters": {"n": 1}, "outcome": ["succeeded"], "has": ["release_notes"]},
    "parameters": {
        "notes": "{source.artifacts.release_notes.id}",
        "file": ["{with.w2_pdf.artifacts.pdf_print.path}", {"{not a name": "{{x}}"}],
    },
    "input_version": "latest",
    "limit": {"count": 3, "seconds": 60},
    "with": ["w2_pdf", "w3_publication"],
}


@pytest.fixture(autouse=True)
def definitions(db: None) -> None:
    set_up()


def trigger_set(run_command: Run, line: str, config: Any = None) -> Any:
    """The answer but for who set it and when."""
    more = [] if config is None else [f"--config={json.dumps(config)}"]
    answer = run_command("trigger_set", *line.split(), *more)
    return {word: said for word, said in answer.items() if not word.startswith("changed_")}


def test_a_new_trigger_takes_the_defaults_and_full_names(run_command: Run) -> None:
    noun = trigger_set(run_command, "--name=after-editing --source=w1 --target=w2")
    assert noun == WorkflowTrigger.objects.get().said
    assert noun == {
        "name": "after-editing",
        "source_workflow_type": "w1_editing",
        "target_workflow_type": "w2_pdf",
        "trigger_condition": "on_complete",
        "enabled": True,
        "config": {},
    }
    [listed] = run_command("trigger_list")
    assert noun.items() < listed.items()


def test_it_says_who_last_changed_what_it_says_and_when(run_command: Run) -> None:
    run_command("trigger_set", "t", "--source=w1", "--target=w2", "--actor=ada")
    [made] = run_command("trigger_list")
    run_command("trigger_set", "t", "--enable", "--actor=bob")
    assert run_command("trigger_list") == [made]
    assert made["changed_by"] == "ada"
    run_command("trigger_set", "t", "--disable", "--actor=bob")
    [changed] = run_command("trigger_list")
    assert changed["changed_by"] == "bob"
    assert changed["changed_at"] > made["changed_at"]


def test_all_that_a_trigger_may_say_is_kept_as_it_was_said(run_command: Run) -> None:
    SettingFactory(slug="the-setting")
    book_of(slug="the-book")
    noun = trigger_set(
        run_command,
        "all-of-it --source=w1_editing --target=w4_playtesting --condition=on_approve --disable",
        EVERYTHING,
    )
    assert (noun["config"], noun["trigger_condition"]) == (EVERYTHING, "on_approve")
    assert noun["enabled"] is False


def test_what_was_stored_is_sound_as_it_is(run_command: Run) -> None:
    config = {"with": ["w3", "w2"], "parameters": {"run": "{with.w3_publication.id}"}}
    stored = trigger_set(run_command, "t --source=w1 --target=w4", config)
    trigger = WorkflowTrigger.objects.get()
    settle(trigger)
    assert trigger.said == stored


def test_aliases_of_further_sources_are_written_in_full(run_command: Run) -> None:
    together = {"with": ["w3", "w2_pdf"], "limit": {"count": 1, "seconds": 1}}
    noun = trigger_set(run_command, "--name=t --source=w1 --target=w4", together)
    assert noun["config"] == {**together, "with": ["w3_publication", "w2_pdf"]}


def test_setting_again_changes_nothing(run_command: Run) -> None:
    config = {"with": ["w2"], "parameters": {"run": "{with.w2_pdf.id}"}}
    line = "--name=t --source=w1 --target=w3 --condition=on_approve"
    first = trigger_set(run_command, line, config)
    rows = list(WorkflowTrigger.objects.values())
    assert trigger_set(run_command, line, config) == first
    assert trigger_set(run_command, "--name=t") == first
    assert list(WorkflowTrigger.objects.values()) == rows


def test_what_is_not_said_stays(run_command: Run) -> None:
    trigger_set(run_command, "t --source=w1 --target=w3", {"book_types": ["core"]})
    trigger_set(run_command, "t --condition=manual")
    trigger_set(run_command, "t --target=w4")
    trigger_set(run_command, "t --source=w2")
    assert trigger_set(run_command, "t --disable") == {
        "name": "t",
        "source_workflow_type": "w2_pdf",
        "target_workflow_type": "w4_playtesting",
        "trigger_condition": "manual",
        "enabled": False,
        "config": {"book_types": ["core"]},
    }


def test_a_config_replaces_the_one_before(run_command: Run) -> None:
    trigger_set(run_command, "t --source=w1 --target=w3", {"book_types": ["core"]})
    assert trigger_set(run_command, "t", {"input_version": "latest"})["config"] == {
        "input_version": "latest"
    }
    assert trigger_set(run_command, "t", {})["config"] == {}


def test_a_trigger_is_switched_off_and_on(run_command: Run) -> None:
    first = trigger_set(run_command, "t --source=w1 --target=w2")
    assert trigger_set(run_command, "t --disable") == {**first, "enabled": False}
    assert trigger_set(run_command, "t --disable") == {**first, "enabled": False}
    assert trigger_set(run_command, "t --enable") == first
    assert trigger_set(run_command, "t --enable") == first


def test_a_workflow_may_start_itself(run_command: Run) -> None:
    noun = trigger_set(run_command, "again --source=w1 --target=w1_editing")
    assert noun["source_workflow_type"] == noun["target_workflow_type"] == "w1_editing"


def test_a_deleted_trigger_answers_what_it_said(run_command: Run, refused: Run) -> None:
    before = trigger_set(run_command, "t --source=w1 --target=w2")
    assert trigger_set(run_command, "t --delete") == {**before, "deleted": True}
    assert not WorkflowTrigger.objects.exists()
    assert refused("trigger_set", "t", "--delete") == 'no trigger "t"; there are none'


NEW = "--name=new --source=w1 --target=w2"
CALLS = [
    ("--name=new", 'no trigger "new"; there are old; a new one needs source and target'),
    ("--name=new --source=w1", 'no trigger "new"'),
    ("--name=new --target=w1 --source=", 'no trigger "new"'),
    ("--name=new --disable", 'no trigger "new"'),
    ("--name=New --source=w1 --target=w2", '"New" is no name of a trigger: use lower-case letters'),
    ("--name=a_b --source=w1 --target=w2", '"a_b" is no name of a trigger'),
    ("--name=a--b --source=w1 --target=w2", '"a--b" is no name of a trigger'),
    (f"--name={'x' * 101} --source=w1 --target=w2", "a trigger's name has at most 100 characters"),
    ("--name=new --source=w11 --target=w2", 'no workflow type "w11"; did you mean "w1"?'),
    ("--name=new --source=w1 --target=w2_pfd", 'no workflow type "w2_pfd"; did you mean "w2_pdf"?'),
    ("--name=old --source=", 'no workflow type ""'),
    ("--name=old --target=w9x", 'no workflow type "w9x"'),
    (f"{NEW} --condition=on_complet", 'no trigger condition "on_complet"; did you mean "on_comple'),
    ("--name=old --condition=", 'no trigger condition ""; there are manual, on_approve, on_comple'),
    ("--name=odl --delete", 'no trigger "odl"; did you mean "old"?'),
]
CONFIGS = [
    ({"books": ["teh-book"]}, 'no book "teh-book"; did you mean "the-book"?'),
    (
        {"books": ["the-book", "without-pdf"]},
        "config.books: w2_pdf is disabled for without-pdf; "
        "book_config --slug without-pdf --type w2 --enable allows it",
    ),
    ({"book_types": ["cor"]}, 'no book type "cor"; did you mean "core"?'),
    ({"settings": ["the-seting"]}, 'no setting "the-seting"; did you mean "the-setting"?'),
    ({"match": {"outcome": ["suceeded"]}}, 'no outcome "suceeded"; did you mean "succeeded"?'),
    (
        {"match": {"has": ["realease_notes"]}},
        'no artifact of w1_editing "realease_notes"; did you mean "release_notes"?',
    ),
    ({"match": {"has": ["pdf_print"]}}, 'no artifact of w1_editing "pdf_print"; did you mean "p'),
    ({"input_version": "lates"}, 'config.input_version is no "lates"; did you mean "latest"?'),
    ({"limit": {"count": 0, "seconds": 1}}, "config.limit.count is not a whole number from 1 to"),
    ({"parametres": {}}, 'config has no key "parametres"; did you mean "parameters"?'),
    ({"with": ["w9x"]}, 'no workflow type "w9x"'),
    ({"with": ["w1"]}, "config.with: w1_editing is named twice"),
    ({"with": ["w1_editing"]}, "config.with: w1_editing is named twice"),
    ({"with": ["w3", "w3_publication"]}, "config.with: w3_publication is named twice"),
    (
        {"parameters": {"x": "{source.artefacts.release_notes.id}"}},
        "config.parameters.x: {source.artefacts.release_notes.id} names nothing: no field of a run "
        '"artefacts.release_notes.id"',
    ),
    (
        {"parameters": {"x": [{"deep": "{source.artifacts.pdf_print.id}"}]}},
        "config.parameters.x: {source.artifacts.pdf_print.id} names nothing: no artifact "
        '"pdf_print"; did you mean "pdf_draft"?',
    ),
    (
        {"parameters": {"x": "{with.w2_pdf.id}"}},
        'config.parameters.x: {with.w2_pdf.id} names nothing: no source "with.w2_pdf"; there are '
        "source",
    ),
    (
        {"with": ["w2"], "parameters": {"x": "{with.w2.id}"}},
        '{with.w2.id} names nothing: no source "with.w2"; did you mean "with.w2_pdf"?',
    ),
    (
        {"with": ["w2"], "parameters": {"x": "{with.w2_pdf.artifacts.release_notes.id}"}},
        'names nothing: no artifact "release_notes"',
    ),
    ({"parameters": {"x": "100 {"}}, 'config.parameters.x: "100 {": its braces do not pair; write'),
    ({"parameters": {"x": "{source.id:>9}"}}, "a name stands alone between its braces"),
    ({"parameters": {"x\ny": "{}"}}, 'config.parameters.x y: "{}": {} names nothing'),
]


@pytest.fixture
def standing(run_command: Run) -> Run:
    """What there is: two books, a setting, a trigger; answers all that a refusal must not touch."""
    SettingFactory(slug="the-setting")
    book_of(slug="the-book")
    configure(book_of(slug="without-pdf"), "w2_pdf", enabled=False)
    trigger_set(run_command, "old --source=w1 --target=w2", {"with": ["w3"]})
    return lambda: list(WorkflowTrigger.objects.values())


@pytest.mark.parametrize(("line", "complaint"), CALLS, ids=[line for line, _ in CALLS])
def test_what_names_nothing_is_refused_and_nothing_changes(
    standing: Run, refused: Run, line: str, complaint: str
) -> None:
    before = standing()
    assert refused("trigger_set", *line.split()).startswith(complaint)
    assert standing() == before


@pytest.mark.parametrize(("config", "complaint"), CONFIGS, ids=[str(one) for one, _ in CONFIGS])
def test_a_config_that_is_not_sound_is_refused_and_nothing_changes(
    standing: Run, refused: Run, config: Any, complaint: str
) -> None:
    before = standing()
    assert complaint in refused("trigger_set", *NEW.split(), f"--config={json.dumps(config)}")
    assert standing() == before


@pytest.mark.parametrize("line", ["--name=old --target=w2", "--name=old --disable"])
def test_an_old_trigger_takes_such_a_config_no_more_than_a_new_one(
    standing: Run, refused: Run, line: str
) -> None:
    before = standing()
    said = 'no book "teh-book"; did you mean "the-book"?'
    assert refused("trigger_set", *line.split(), '--config={"books": ["teh-book"]}') == said
    assert standing() == before


@pytest.mark.parametrize(
    "line",
    [
        "--source=w1 --target=w2",
        "--name=old --config={",
        "--name=old --config=[]",
        "--name=old --config=null",
        '--name=old --config={"limit":NaN}',
        '--name=old --config={"books":["\\u0000"]}',
        f"--name=old --config={'[' * 101}{']' * 101}",
        "--name=old --enable --disable",
        "--name=old --enable --delete",
        "--name=old --delete --target=w2",
        "--name=old --delete --config={}",
        "--name=old other",
    ],
)
def test_a_call_that_is_malformed_is_a_usage_error(standing: Run, line: str) -> None:
    before = standing()
    with pytest.raises(CommandError, match="Error: "):
        call_command("trigger_set", *line.split(), "--json")
    assert standing() == before


def test_a_change_that_makes_the_rest_unsound_is_refused(run_command: Run, refused: Run) -> None:
    notes = {"parameters": {"notes": "{source.artifacts.release_notes.id}"}}
    before = trigger_set(run_command, "t --source=w1 --target=w3", notes)
    assert 'no artifact "release_notes"' in refused("trigger_set", "t", "--source=w2")
    assert WorkflowTrigger.objects.get().said == before


UNSOUND = [
    {"source_workflow_type": "gone"},
    {"target_workflow_type": "gone"},
    {"config": {"books": ["gone"]}},
    {"config": {"parameters": {"x": "{source.artifacts.epub.id}"}}},
    {"config": {"with": ["gone"]}},
    {"config": ["broken"]},
]


@pytest.mark.parametrize("broken", UNSOUND, ids=str)
def test_one_that_is_no_longer_sound_can_be_switched_off_and_deleted(
    run_command: Run, refused: Run, broken: dict[str, Any]
) -> None:
    trigger_set(run_command, "t --source=w1 --target=w2")
    WorkflowTrigger.objects.update(**broken)
    assert refused("trigger_set", "t", "--condition=manual")
    assert refused("trigger_set", "t", "--disable", "--condition=manual")
    off = trigger_set(run_command, "t --disable")
    assert off["enabled"] is False
    assert trigger_set(run_command, "t --disable") == off
    assert refused("trigger_set", "t", "--enable")
    assert WorkflowTrigger.objects.get().said == off
    assert trigger_set(run_command, "t --delete") == {**off, "deleted": True}


def test_one_that_is_mended_can_be_switched_on(run_command: Run) -> None:
    trigger_set(run_command, "t --source=w1 --target=w2")
    WorkflowTrigger.objects.update(config={"books": ["gone"]}, enabled=False)
    assert trigger_set(run_command, "t --enable", {})["enabled"] is True
