"""Pages of one object in the admin: what they show, what they cost, and that nothing in them is
taken for markup."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from artifacts.models import Artifact
from books.models import Asset
from config.admin.ways import Ways
from events.models import Delivery, Escalation, Event, Rejection, RoutingRule
from tests import desk
from tests.agents import Crew
from tests.chains import trigger
from tests.desk import address, member
from tests.factories import BookFactory, BookVersionFactory, book_of, started
from tests.subscribing import subscribed
from triggers import requests
from triggers.models import TriggerFiring, WorkflowTrigger
from workflows import runs, tokens
from workflows.graph.bundles import Bundle
from workflows.models import AgentBinding, ApiToken, Step, WorkflowDefinition, WorkflowRun
from workflows.roster import bind

pytestmark = pytest.mark.django_db
MOST_QUERIES, MOST_BYTES = 20, 150_000
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def viewer() -> Client:
    return member("viewer")


def page(client: Client, row: Any, query: str = "") -> str:
    """Of any page it is asked that it is not large."""
    shown = desk.page(client, row, query)
    assert len(shown.encode()) <= MOST_BYTES
    return shown


def story() -> dict[str, Any]:
    """A run with something of everything, and a row of each kind that has a page."""
    subscribed("https://hook.example.org/in")
    book = book_of(3)
    one = trigger("t", "w1", "w2", "manual") if started(book) else None
    crew = Crew(started(book, workflow_type="w3"))
    crew.claim().reject("scope", "this is not <b>ours</b>")
    crew = Crew(started(book)).up_to("edit")
    crew.claim("editor").reject("clarity", "who?", passages=[{"quote": "words"}])
    done = Crew(started(book, workflow_type="w3")).finish()
    assert one
    fired = requests.fire(trigger("u", "w3", "w4", "manual"), done, actor="ada")
    bind("writer", "external")
    Delivery.objects.update(error="no answer")
    return {
        "run": crew.fresh(),
        "ended": done,
        "escalated": Escalation.objects.get().run,
        "step": crew.step("edit", "01-one"),
        "gate": done.steps.get(name="approve"),
        "event": Event.objects.filter(event_type="rejected").first(),
        "rejection": Rejection.objects.latest("pk"),
        "escalation": Escalation.objects.get(),
        "firing": TriggerFiring.objects.get(pk=fired["id"]),
        "delivery": Delivery.objects.first(),
        "trigger": one,
        "rule": RoutingRule.objects.first(),
        "definition": WorkflowDefinition.objects.named("w1"),
        "binding": AgentBinding.objects.get(agent="writer"),
        "artifact": Artifact.objects.filter(artifact_type="chapter").first(),
        "book": book,
    }


def test_every_page_opens_at_a_fixed_cost(
    viewer: Client, django_assert_max_num_queries: Any
) -> None:
    for row in story().values():
        with django_assert_max_num_queries(MOST_QUERIES):
            page(viewer, row)


def test_a_run_says_where_it_stands_and_what_bears_on_it(viewer: Client) -> None:
    rows = story()
    run = page(viewer, rows["run"])
    assert 'class="workflow-graph is-wide"' in run
    assert "2 of 3 done · 1 ready" in run
    assert "clarity" in run
    escalated = page(viewer, rows["escalated"])
    assert "scope to human-reviewer" in escalated
    assert "this is not <b>ours</b>" in escalated
    assert "See the escalation" in escalated
    reviewer = page(member("reviewer", "human-reviewer"), rows["escalated"])
    assert "Resolve the escalation" in reviewer
    ended = page(viewer, rows["ended"])
    assert rows["firing"].target_run.public_id in ended


def test_a_run_of_many_steps_and_events_costs_what_a_small_one_does(
    viewer: Client, django_assert_max_num_queries: Any
) -> None:
    small = Crew(started(book_of(3))).up_to("write").fresh()
    large = Crew(started(book_of(300))).up_to("write").fresh()
    event = large.events.exclude(step=None).latest("pk")
    Event.objects.bulk_create(
        Event(run=large, step=event.step, event_type="released", actor="ada") for _ in range(10_000)
    )
    counts = []
    for run in (small, large):
        with django_assert_max_num_queries(MOST_QUERIES) as asked:
            shown = page(viewer, run)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "0 of 300 done · 300 ready" in shown
    assert f"?run__id__exact={large.pk}" in shown


@pytest.mark.parametrize("model", [Step, Event, Artifact, Rejection, Escalation])
def test_the_list_of_all_is_that_of_the_run_alone(viewer: Client, model: Any) -> None:
    rows = story()
    run = rows["escalated"] if model is Escalation else rows["run"]
    meta = model._meta
    lists = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    found = viewer.get(f"{lists}?run__id__exact={run.pk}").context["cl"].result_list
    assert {row.run_id for row in found} == {run.pk}
    assert len(found) == model.objects.filter(run=run).count()


def test_a_chain_is_told_as_links(viewer: Client) -> None:
    rows = story()
    shown = page(viewer, rows["firing"].target_run)
    assert address(rows["ended"]) in shown


def test_script_in_titles_and_slugs_never_runs(viewer: Client) -> None:
    texts = {"01-one.md": f"# {SCRIPT}\n\nWords.\n", f"02-{'<img src=x>'}.md": f"# {SCRIPT}\n"}
    version = BookVersionFactory(book=BookFactory(title=SCRIPT), texts=texts)
    crew = Crew(started(version.book)).up_to("edit")
    crew.claim("editor").reject("clarity", SCRIPT)
    rows = [crew.run, *crew.steps(), *Rejection.objects.all(), *crew.events()]
    for row in [*rows, *Artifact.objects.all(), version.book]:
        shown = viewer.get(address(row)).content
        assert b"<script>alert" not in shown
        assert b"<img src=x>" not in shown


def test_a_version_lists_its_chapters_with_what_changed_since_its_parent(viewer: Client) -> None:
    old = {"01-a.md": "# A\n\nOne.\n", "02-b.md": "# B\n", "03-c.md": "# C\n"}
    new = {**old, "01-a.md": "# A\n\nTwo words.\n", "04-d.md": "# D\n"}
    del new["03-c.md"]
    first = BookVersionFactory(texts=old)
    second = BookVersionFactory(book=first.book, number="1.1.0", parent=first, texts=new)
    shown = page(viewer, second)
    digests = [version.chapters.get(slug="01-a").digest for version in (first, second)]
    assert f'<a href="{reverse("console:redline", args=digests)}">changed</a>' in shown
    assert viewer.get(reverse("console:redline", args=digests)).status_code == 200
    assert [shown.count(f">{word}<") for word in ("the same", "new")] == [1, 1]
    assert "Gone since 1.0.0" in shown
    for chapter in second.chapters.all():
        assert shown.count(f'<a href="{address(chapter)}">{chapter.title}</a>') == 1
    for version in (first, second):
        assert f'<a href="{address(version)}">{version.number}</a>' in page(viewer, first.book)
    assert "Since" not in page(viewer, first)


def test_a_version_of_many_chapters_and_files_is_no_larger_a_page(
    viewer: Client, django_assert_max_num_queries: Any
) -> None:
    many = {f"{n:03}-a-long-name.md": f"# A chapter of number {n}\n" for n in range(130)}
    first = BookVersionFactory(texts=many)
    texts = {path: f"{text}\nMore.\n" for path, text in many.items()}
    version = BookVersionFactory(book=first.book, number="2.0.0", parent=first, texts=texts)
    Asset.objects.bulk_create(
        Asset(version=version, path=f"images/a-picture-of-{n}.png", digest=f"{n:064}", size_bytes=n,
              media_type="image/png")
        for n in range(130)
    )  # fmt: skip
    with django_assert_max_num_queries(MOST_QUERIES):
        shown = page(viewer, version)
    assert shown.count("And 30 more.") == 2
    chapters = reverse("admin:books_chapter_changelist")
    assert f'<a href="{chapters}?version__id__exact={version.pk}">All chapters</a>' in shown
    assert viewer.get(f"{chapters}?version__id__exact={version.pk}").status_code == 200


def test_runs_that_a_run_led_to_stand_apart(viewer: Client) -> None:
    book = book_of(1)
    done = Crew(started(book, workflow_type="w3")).finish()
    for name in ("one", "two"):
        requests.fire(trigger(name, "w3", "w4", "manual"), done, actor="ada")
    shown = page(viewer, done).partition("Led to")[2].partition("</dd>")[0]
    assert (shown.count("<a "), shown.count(">·<")) == (2, 1)


def test_pages_say_what_the_menu_says(viewer: Client) -> None:
    run = started()
    shown = viewer.get(reverse("admin:workflows_workflowrun_changelist")).content.decode()
    for text in (shown, page(viewer, run)):
        assert "workflow runs" not in text.lower()


def test_a_delivery_leads_to_its_event_and_for_operators_to_its_webhook(viewer: Client) -> None:
    subscribed("https://hook.example.org/in")
    started()
    one = Delivery.objects.first()
    assert one
    webhook = f'href="{address(one.endpoint)}"'
    event = f'href="{address(one.event)}"'
    for client, may in ((viewer, False), (member("operator"), True)):
        shown = page(client, one)
        assert (event in shown, webhook in shown) == (True, may)
    assert event in viewer.get(reverse("admin:events_delivery_changelist")).content.decode()


def test_a_token_that_is_not_narrowed_says_so() -> None:
    tokens.make("ada", "laptop")
    root = User.objects.create_superuser("root")
    client = Client()
    client.force_login(root)
    shown = page(client, ApiToken.objects.get())
    assert ("all of its user's" in shown, ">any<" in shown) == (True, True)


def test_a_lineage_is_drawn(viewer: Client) -> None:
    crew = Crew(started(book_of(2))).up_to("validate")
    report = Artifact.objects.filter(run=crew.run).latest("pk")
    shown = page(viewer, report)
    assert "What it was made from" in shown
    assert 'class="box version"' in shown


def drawn_ways(shown: str) -> list[str]:
    """Where the boxes of the drawing on a page lead."""
    drawing = shown.partition('class="desk-drawing"')[2].partition("</svg>")[0]
    return re.findall(r'<a href="([^"]+)">', drawing)


def test_the_boxes_of_a_run_lead_to_its_steps(viewer: Client) -> None:
    crew = Crew(started(book_of(2))).up_to("edit")
    ways = drawn_ways(page(viewer, crew.run))
    assert address(crew.step("plan")) in ways
    many = next(way for way in ways if "name=write" in way)
    found = viewer.get(many).context["cl"].result_list
    assert {row.item for row in found} == {"01-one", "02-one"}
    assert not [way for way in ways if "name=approve" in way]


def test_the_boxes_of_a_lineage_lead_to_what_they_stand_for(viewer: Client) -> None:
    crew = Crew(started(book_of(2))).up_to("validate")
    report = Artifact.objects.filter(run=crew.run).latest("pk")
    ways = drawn_ways(page(viewer, report))
    version = crew.run.input_version
    assert {address(report), address(version)} <= set(ways)
    assert all(viewer.get(way).status_code == 200 for way in ways)
    of_one = crew.run.artifacts.filter(item="01-one").first()
    chapter = version.chapters.get(slug="01-one")
    assert address(chapter) in drawn_ways(page(viewer, of_one))


def test_a_version_is_led_to_where_no_chapter_is_drawn() -> None:
    version = book_of(1, slug="blue").versions.get()
    told = {"id": "blue", "kind": "version", "label": f"blue {version.number}"}
    drawn = Ways({"nodes": [told]})
    assert drawn.of(Bundle("n0", [told], ())) == address(version)


def test_what_is_alike_in_a_lineage_leads_to_a_list_of_it(viewer: Client) -> None:
    crew = Crew(started(book_of(3))).up_to("approve")
    crew.decide()
    crew.claim("production-editor").complete()
    made = Artifact.objects.filter(run=crew.run).latest("pk")
    ways = [way for way in drawn_ways(page(viewer, made)) if "artifact_type__exact=chapter" in way]
    found = viewer.get(ways[0]).context["cl"].result_list
    assert {row.item for row in found} == {"01-one", "02-one", "03-one"}


def test_who_may_claim_a_step_in_the_console_is_led_there() -> None:
    step = Crew(started(book_of(1))).up_to("write").step("write", "01-one")
    for group, leads in (("writer", True), ("operator", True), ("editor", False)):
        assert ("Do it" in page(member(group), step)) is leads


def test_nobody_is_led_to_a_step_that_is_not_handed_out() -> None:
    crew = Crew(started(book_of(1))).up_to("write")
    runs.pause(crew.fresh(), actor="otto", reason="lunch")
    assert "Do it" not in page(member("operator"), crew.step("write", "01-one"))


def test_a_gate_says_when_it_is_due(viewer: Client) -> None:
    crew = Crew(started(book_of(1))).up_to("approve")
    gate = crew.step("approve")
    assert gate.due_at
    assert gate.due_at > timezone.now()
    assert "Due" in page(viewer, gate)


def test_a_step_shows_its_attempts_and_what_it_was_given(viewer: Client) -> None:
    crew = Crew(started(book_of(1))).up_to("edit")
    crew.claim("editor").reject("clarity")
    first = crew.step("edit", "01-one", attempt=1)
    crew.claim("clarity-editor").complete()
    shown = page(viewer, first)
    assert all(title in shown for title in ("Attempts", "It sent back", "It was given"))


def test_agents_show_what_is_ready_for_them(viewer: Client) -> None:
    crew = Crew(started(book_of(2))).up_to("write")
    binding = bind("writer", "external")[0]
    shown = page(viewer, binding)
    assert crew.run.public_id in shown
    assert "02-one" in shown


def test_runs_are_found_from_their_definition(viewer: Client) -> None:
    run = started()
    started(workflow_type="w3")
    lists = reverse("admin:workflows_workflowrun_changelist")
    query = f"?definition__id__exact={run.definition_id}"
    assert query in page(viewer, run.definition)
    found = viewer.get(lists + query).context["cl"].result_list
    assert [row.pk for row in found] == [run.pk]


def test_a_trigger_shows_what_became_of_it(viewer: Client) -> None:
    done = Crew(started(book_of(1), workflow_type="w3")).finish()
    one = trigger("t", "w3", "w4", "manual")
    requests.fire(one, done, actor="ada")
    assert WorkflowRun.objects.get(parent_run=done).public_id in page(viewer, one)
    assert WorkflowTrigger.objects.count() == 1
