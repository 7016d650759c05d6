"""Triggers and firings in the admin: the same law as the command's, and nothing else to change."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from tests.agents import Crew
from tests.factories import DefinitionFactory, book_of, set_up, started
from triggers.models import TriggerFiring, WorkflowTrigger

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]
ADD = "admin:triggers_workflowtrigger_add"
SKETCH = [{"name": "sketch", "agent": "artist", "produces": ["layout_plan"]}]
TRIGGER = {
    "name": "after-editing",
    "source_workflow_type": "w1_editing",
    "target_workflow_type": "w2_pdf",
    "trigger_condition": "on_complete",
    "enabled": "on",
    "config": "{}",
}


@pytest.fixture
def operator(client: Client) -> Client:
    """A logged-in superuser."""
    client.force_login(User.objects.create_superuser("root"))  # no password: hashing takes longest
    return client


@pytest.fixture
def post(operator: Client) -> Run:
    """Send the form of a new trigger, or of one there is, with these fields changed."""
    set_up()

    def sent(trigger: WorkflowTrigger | None = None, **changed: str) -> Any:
        return operator.post(page(trigger) if trigger else reverse(ADD), {**TRIGGER, **changed})

    return sent


def page(row: WorkflowTrigger | TriggerFiring, verb: str = "change") -> str:
    return reverse(f"admin:triggers_{row._meta.model_name}_{verb}", args=[row.pk])


def made(run_command: Run, name: str = "after-editing", *args: str) -> WorkflowTrigger:
    run_command("trigger_set", name, *(args or ("--source=w1", "--target=w2")))
    return WorkflowTrigger.objects.get(name=name)


def asked(operator: Client, name: str) -> int:
    """How many queries its list costs."""
    with CaptureQueriesContext(connection) as captured:
        assert operator.get(reverse(f"admin:triggers_{name}_changelist")).status_code == 200
    return len(captured)


def errors(answer: Any) -> list[str]:
    """What the form says, of itself and of its fields."""
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    return [str(one) for found in form.errors.values() for one in found]


def test_a_trigger_is_added_as_the_command_adds_it(post: Run, run_command: Run) -> None:
    config = {"with": ["w3"], "parameters": {"run": "{with.w3_publication.id}"}}
    assert post(config=json.dumps(config)).status_code == 302
    added = WorkflowTrigger.objects.get().said
    WorkflowTrigger.objects.all().delete()
    same = ("--source=w1", "--target=w2", f"--config={json.dumps(config)}")
    assert made(run_command, "after-editing", *same).said == added
    assert added["config"]["with"] == ["w3_publication"]


@pytest.mark.parametrize("config", ["", "  ", "{}"])
def test_a_config_that_is_left_empty_asks_for_nothing(post: Run, config: str) -> None:
    assert post(config=config).status_code == 302
    assert WorkflowTrigger.objects.get().config == {}


def test_a_form_without_a_config_asks_for_nothing(operator: Client) -> None:
    set_up()
    sent = {field: value for field, value in TRIGGER.items() if field != "config"}
    assert operator.post(reverse(ADD), sent).status_code == 302
    assert WorkflowTrigger.objects.get().config == {}


def test_a_trigger_is_changed_and_keeps_its_name(post: Run, run_command: Run) -> None:
    trigger = made(run_command, "after-editing", "--source=w1", "--target=w2", "--actor=ada")
    assert trigger.changed_by == "ada"
    changed = {"name": "another", "target_workflow_type": "w1_editing", "enabled": ""}
    assert post(trigger, trigger_condition="manual", **changed).status_code == 302
    assert WorkflowTrigger.objects.get().said == {
        "name": "after-editing",
        "source_workflow_type": "w1_editing",
        "target_workflow_type": "w1_editing",
        "trigger_condition": "manual",
        "enabled": False,
        "config": {},
    }
    assert WorkflowTrigger.objects.get().changed_by == "root"


REFUSED = [
    ("{", "no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    ("books", "no JSON: Expecting value: line 1 column 1 (char 0)"),
    ('{"limit": NaN}', "no JSON: NaN is no JSON number"),
    ('{"books": ["\\u0000"]}', "no JSON: holds a NUL character"),
    ('{"parameters": {"a": ' + "[" * 101 + "]" * 101 + "}}", "no JSON: nested too deeply"),
    ("[" * 100_000, "no JSON: nested too deeply"),
    ("[]", 'config is not an object such as {"books": …}'),
    ("null", 'config is not an object such as {"books": …}'),
    ('"x"', 'config is not an object such as {"books": …}'),
    ('{"boks": []}', 'config has no key "boks"; did you mean "books"?'),
    ('{"books": ["gone"]}', 'no book "gone"; there are none'),
    ('{"with": ["w1"]}', "config.with: w1_editing is named twice"),
    ('{"with": ["w33"]}', 'no workflow type "w33"; did you mean "w3"?'),
    ('{"parameters": {"x": "{source.idd}"}}', "config.parameters.x: {source.idd} names nothing: "
     'no field of a run "idd"; did you mean "id"?'),
    ('{"limit": {"count": 1}}', "config.limit has no seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("config", "says"), REFUSED, ids=[config[:40] for config, _ in REFUSED])
def test_a_bad_config_is_told_in_one_sentence_and_nothing_is_saved(
    post: Run, run_command: Run, config: str, says: str
) -> None:
    answer = post(config=config)
    assert errors(answer) == [says]
    form = answer.context["adminform"].form
    assert form["config"].value() == config
    about = "config" if says.startswith(("config", "no JSON")) else "__all__"
    assert list(form.errors) == [about]
    assert not WorkflowTrigger.objects.exists()
    trigger = made(run_command)
    before = trigger.said
    assert errors(post(trigger, config=config)) == [says]
    assert WorkflowTrigger.objects.get().said == before


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "After_editing"}, "use lower-case letters, digits and single hyphens"),
        ({"name": "x" * 101}, "Ensure this value has at most 100 characters (it has 101)."),
        ({"name": ""}, "This field is required."),
        ({"source_workflow_type": "w1"}, "Select a valid choice. w1 is not one of the available"),
        ({"target_workflow_type": ""}, "This field is required."),
        (
            {"trigger_condition": "never"},
            "Select a valid choice. never is not one of the available",
        ),
    ],
)
def test_other_fields_are_refused_by_themselves(
    post: Run, changed: dict[str, str], says: str
) -> None:
    [error] = errors(post(**changed))
    assert error.startswith(says)
    assert not WorkflowTrigger.objects.exists()


def test_a_name_is_given_once(post: Run, run_command: Run) -> None:
    made(run_command)
    for enabled in ("on", ""):
        [error] = errors(post(target_workflow_type="w3_publication", enabled=enabled))
        assert error == "Workflow trigger with this Name already exists."
    assert WorkflowTrigger.objects.get().target_workflow_type == "w2_pdf"


def test_one_that_is_no_longer_sound_can_be_switched_off_here_too(
    post: Run, run_command: Run, operator: Client
) -> None:
    trigger = made(run_command)
    broken = {"source_workflow_type": "gone", "config": {"books": ["gone"]}}
    WorkflowTrigger.objects.update(**broken)
    assert operator.get(page(trigger)).status_code == 200
    sent = {"source_workflow_type": "gone", "config": '{"books": ["gone"]}'}
    [error] = errors(post(trigger, **sent))
    assert error.startswith('no workflow type "gone"')
    [error] = errors(post(trigger, **sent, enabled="", trigger_condition="manual"))
    assert error.startswith('no workflow type "gone"')
    assert post(trigger, **sent, enabled="").status_code == 302
    trigger.refresh_from_db()
    assert (trigger.enabled, trigger.config) == (False, {"books": ["gone"]})


@pytest.mark.parametrize("config", [["broken"], [None], 5, {"with": 5}])
def test_one_whose_config_is_broken_is_still_shown(
    run_command: Run, operator: Client, config: Any
) -> None:
    set_up()
    trigger = made(run_command)
    WorkflowTrigger.objects.update(config=config)
    assert operator.get(page(trigger)).status_code == 200
    assert operator.get(reverse("admin:triggers_workflowtrigger_changelist")).status_code == 200


@pytest.fixture
def firings(run_command: Run) -> list[TriggerFiring]:
    """Of one trigger that fired and one that was skipped."""
    set_up()
    DefinitionFactory(type="sketching", steps=SKETCH)
    made(run_command, "fires", "--source=sketching", "--target=w4")
    made(run_command, "skips", "--source=sketching", "--target=w4", "--condition=on_approve")
    Crew(started(book_of(1), workflow_type="sketching")).finish()
    return list(TriggerFiring.objects.order_by("trigger_id"))


@pytest.mark.parametrize("gone", [False, True])
def test_a_firing_is_shown_whether_its_trigger_is_there_or_gone(
    firings: list[TriggerFiring], operator: Client, gone: bool
) -> None:
    if gone:
        WorkflowTrigger.objects.all().delete()
    listed = operator.get(reverse("admin:triggers_triggerfiring_changelist"))
    for firing in firings:
        told = f'<td data-label="Trigger" class="field-trigger_name">{firing.trigger_id}</td>'
        assert told in listed.content.decode()
        shown = operator.get(page(firing)).content.decode()
        assert firing.trigger_id in strip_tags(shown).split()
        assert firing.reason in shown


@pytest.mark.parametrize("gone", [False, True])
def test_firings_are_found_by_the_name_of_their_trigger_and_by_their_runs(
    firings: list[TriggerFiring], operator: Client, gone: bool
) -> None:
    if gone:
        WorkflowTrigger.objects.all().delete()
    fired, skipped = firings
    words = {
        "fires": [fired],
        str(fired.target_run): [fired],
        str(fired.source_run): [skipped, fired],
        "fire": [],
    }
    listing = reverse("admin:triggers_triggerfiring_changelist")
    for word, found in words.items():
        answer = operator.get(listing, {"q": word})
        assert list(answer.context["cl"].result_list) == found, word
    answer = operator.get(listing, {"result__exact": "skipped", "o": "3"})
    assert list(answer.context["cl"].result_list) == [skipped]


def test_the_lists_ask_the_same_however_many_rows_there_are(
    firings: list[TriggerFiring], operator: Client, run_command: Run
) -> None:
    def queries() -> list[int]:
        return [asked(operator, name) for name in ("workflowtrigger", "triggerfiring")]

    asked(operator, "triggerfiring")  # what is read once and kept
    few = queries()
    for number in range(8):
        made(run_command, f"more-{number}", "--source=sketching", "--target=w4")
    Crew(started(book_of(1), workflow_type="sketching")).finish()
    assert TriggerFiring.objects.count() == 12
    assert queries() == few


def test_firings_are_not_added_changed_or_deleted(
    firings: list[TriggerFiring], operator: Client
) -> None:
    before = list(TriggerFiring.objects.values())
    answers = [
        operator.post(reverse("admin:triggers_triggerfiring_add"), {}),
        operator.post(page(firings[0]), {"result": "failed"}),
        operator.post(page(firings[0], "delete"), {"post": "yes"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert list(TriggerFiring.objects.values()) == before


def test_a_deleted_trigger_leaves_its_firings(
    firings: list[TriggerFiring], operator: Client
) -> None:
    before = list(TriggerFiring.objects.values())
    fires, skips = WorkflowTrigger.objects.order_by("name")
    assert operator.get(page(fires, "delete")).status_code == 200
    assert operator.post(page(fires, "delete"), {"post": "yes"}).status_code == 302
    listing = reverse("admin:triggers_workflowtrigger_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [skips.pk], "post": "yes"}
    assert operator.post(listing, chosen).status_code == 302
    assert not WorkflowTrigger.objects.exists()
    assert list(TriggerFiring.objects.values()) == before


def test_a_change_in_the_admin_leaves_past_firings(firings: list[TriggerFiring], post: Run) -> None:
    before = list(TriggerFiring.objects.values())
    assert post(WorkflowTrigger.objects.get(name="fires"), enabled="").status_code == 302
    assert list(TriggerFiring.objects.values()) == before


def test_a_run_that_started_others_can_be_looked_at(
    firings: list[TriggerFiring], operator: Client
) -> None:
    call_command("trigger_set", "fires", "--delete")
    for run in (firings[0].source_run, firings[0].target_run):
        assert (
            operator.get(reverse("admin:workflows_workflowrun_change", args=[run.pk])).status_code
            == 200
        )
