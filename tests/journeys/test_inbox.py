"""What waits is shown to those for whom it does, what waits the longest first."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from books.configs import configure
from events.escalations import escalating
from events.inbox import reading, sources
from events.models import Escalation
from tests.agents import Crew
from tests.clock import later
from tests.factories import book_of, started
from tests.waiting import at_gate, given_up, member
from workflows import runs
from workflows.models import Step
from workflows.roster import bind

pytestmark = pytest.mark.django_db


def logged_in(*groups: str, name: str = "anna") -> Client:
    client = Client()
    client.force_login(member(name, *groups))
    return client


def page(client: Client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"/{query}")
    assert answer.status_code == status
    return answer.content.decode()


def shown(client: Client, query: str = "") -> list[str]:
    """The keys of the rows, in their order."""
    return re.findall(r'data-row="([^"]+)"', page(client, query))


def gate(crew: Crew) -> str:
    return f"gate-{crew.step('approve').pk}"


def escalation(crew: Crew) -> str:
    return f"escalation-{Escalation.objects.get(run=crew.run).pk}"


def at_work(chapters: int = 1, **fields: Any) -> Crew:
    """A run whose chapters are written by people."""
    bind("writer", "human")
    crew = Crew(started(book_of(chapters, **fields)))
    crew.claim("project-manager").complete()
    return crew


def work(crew: Crew, item: str = "01-one") -> str:
    return f"work-{crew.step('write', item).pk}"


def test_gates_and_escalations_wait_for_their_group() -> None:
    decided, escalated = at_gate(), given_up()
    assert shown(logged_in("owner")) == [gate(decided)]
    assert shown(logged_in("senior-editor", name="ben")) == [escalation(escalated)]
    assert shown(logged_in("lead-designer", name="cleo")) == []


def test_operators_see_all_and_editors_what_waits_for_a_group_without_active_members() -> None:
    manned, unmanned = at_gate(), given_up()
    member("olga", "owner")
    member("gone", "senior-editor", is_active=False)
    assert shown(logged_in("operator")) == [gate(manned), escalation(unmanned)]
    assert shown(logged_in("editor", name="ed")) == [escalation(unmanned)]


def test_viewers_see_what_waits_for_others_where_they_ask_for_it() -> None:
    decided = at_gate()
    vera = logged_in("viewer")
    assert shown(vera) == []
    assert shown(vera, "?show=all") == [gate(decided)]
    assert 'class="gate others"' in page(vera, "?show=all")


def test_work_is_for_the_group_of_its_agent_and_without_one_for_whoever_works() -> None:
    crew = at_work()
    agent = logged_in("agent")
    assert shown(agent) == [work(crew)]
    assert shown(logged_in("writer", name="wanda")) == [work(crew)]
    assert shown(agent) == []
    assert shown(agent, "?show=all") == [work(crew)]
    assert shown(logged_in("viewer", name="vera")) == []
    assert shown(logged_in("owner", name="olga"), "?show=all") == [work(crew)]


def test_work_of_an_agent_named_like_a_group_that_gives_powers_is_for_whoever_works() -> None:
    crew = at_work()
    bind("editor", "human")
    crew.up_to("edit")
    edit = f"work-{crew.step('edit', '01-one').pk}"
    assert shown(logged_in("editor", name="eddie")) == []
    assert shown(logged_in("agent", name="wilma")) == [edit]


def test_an_agent_who_may_not_read_all_sees_all_work_and_no_gates() -> None:
    at_gate()
    crew = at_work()
    assert shown(logged_in("agent"), "?show=all") == [work(crew)]


def test_work_of_programs_is_nobodys_to_claim() -> None:
    crew = at_work(slug="red")
    bind("writer", "external", book="red")
    other = at_work(slug="blue")
    assert shown(logged_in("agent")) == [work(other)]
    bind("writer", "external")
    bind("writer", "human", book="red", workflow_type="w1")
    assert shown(logged_in("agent", name="ben")) == [work(crew)]


def test_what_one_holds_is_ones_own() -> None:
    crew = at_work(2)
    held = crew.claim("writer", worker="anna")
    assert shown(logged_in("agent")) == [f"held-{held.id}", work(crew, "02-one")]
    assert shown(logged_in("agent", name="ben")) == [work(crew, "02-one")]
    held.complete()
    assert shown(logged_in("agent", name="cleo")) == [work(crew, "02-one")]


def test_what_waits_the_longest_comes_first_whatever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    first = given_up()
    later(monkeypatch, hours=1)
    second = at_gate()
    later(monkeypatch, hours=1)
    third = at_work()
    later(monkeypatch, hours=1)
    fourth = at_gate()
    rows = [escalation(first), gate(second), work(third), gate(fourth)]
    assert shown(logged_in("operator")) == rows


def test_late_and_soon_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    at_gate()
    anna = logged_in("owner")
    assert "late" not in page(anna).replace("isolate", "")
    later(monkeypatch, hours=40)
    assert "due in 8 hours" in page(anna) or "due in 7 hours" in page(anna)
    later(monkeypatch, hours=57)
    assert "2 days, 1 hour late" in page(anna) or "2 days late" in page(anna)


def test_who_is_kept_waiting_is_told_as_the_book_has_it() -> None:
    book = book_of(1)
    configure(book, "w1_editing", config={"agents": {"finalize": "night-shift"}})
    Crew(started(book)).up_to("")
    html = page(logged_in("managing-editor"))
    assert "night-shift waits" in html
    assert "Editing" in html


def test_a_row_says_which_run_it_is_of_and_its_chapter_by_its_title(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = book_of(2)
    for asked in ("01-one", "01-one,02-one"):
        Crew(started(book, {"chapters": asked})).up_to("")
        later(monkeypatch, hours=1)
    html = page(logged_in("managing-editor"))
    assert len(set(re.findall(r"run of \d+ \w+, \d\d:\d\d", html))) == 2
    assert "<span>1 chapter</span>" in html
    assert "<span>2 chapters</span>" in html
    at_work()
    html = page(logged_in("agent", name="ben"))
    assert "write · <bdi>Chapter 1</bdi></span>" in html
    assert "01-one" not in html


def test_an_escalation_says_what_for_and_who_has_it() -> None:
    found = given_up()
    row = Escalation.objects.get(run=found.run)
    Escalation.objects.filter(pk=row.pk).update(reason="It <b>never</b> ends. " * 40)
    escalating.acknowledge(row, actor="grace")
    html = page(logged_in("senior-editor"))
    assert "It &lt;b&gt;never&lt;/b&gt; ends." in html
    assert "…" in html
    assert "grace has it" in html
    assert len(html) < 15_000


def test_a_gate_of_a_paused_run_says_so_and_is_not_next() -> None:
    paused = at_gate()
    runs.pause(paused.run, actor="zoe")
    assert "run paused" in page(logged_in("owner"))


@pytest.mark.parametrize("few", [sources.FEW, 0])
def test_filters_are_links_and_words_that_are_unknown_are_refused_in_words(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "FEW", few)  # of more runs than that a book is asked otherwise
    red, blue = at_gate(book_of(1, slug="red")), given_up(book_of(1, slug="blue"))
    olga = logged_in("operator")
    assert shown(olga, "?book=red") == [gate(red)]
    assert shown(olga, "?workflow=w1") == [escalation(blue)]
    assert shown(olga, "?workflow=w1&book=red") == []
    assert shown(olga, "?workflow=w1&book=blue") == [escalation(blue)]
    assert shown(logged_in("owner", name="mia"), "?book=red") == [gate(red)]
    book_of(1, slug="idle")
    assert shown(olga, "?book=idle") == []
    assert shown(olga, "?kind=escalations") == [escalation(blue)]
    assert shown(olga, "?kind=work") == []
    assert "did you mean &quot;red&quot;" in page(olga, "?book=redd", 404)
    assert "did you mean &quot;gates&quot;" in page(olga, "?kind=gate", 404)
    assert "begin at its start" in page(olga, "?after=1-2", 400)
    assert "begin at its start" in page(olga, f"?after={'9' * 30}-0-0-0", 400)


def test_pages_go_on_where_the_one_before_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    monkeypatch.setattr(reading, "MOST", 4)
    book = book_of(1)
    made = [make(book) for make in (at_gate, given_up, at_gate, given_up, at_gate)]
    late = [gate(made[0]), escalation(made[1]), gate(made[2]), escalation(made[3]), gate(made[4])]
    olga = logged_in("operator")
    found, query = list[str](), ""
    for _ in range(3):
        html = page(olga, query)
        assert "(4+) Inbox" in html
        found += re.findall(r'data-row="([^"]+)"', html)
        following = re.search(r'href="([^"]*)" rel="next"', html)
        query = following[1].replace("&amp;", "&") if following else ""
    assert not query
    assert found == late


def test_a_row_whose_time_is_earlier_than_that_of_the_id_before_it_is_on_a_page_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "PAGE", 1)
    first, second = at_gate(), at_gate()
    Step.objects.filter(pk=second.step("approve").pk).update(
        created_at=timezone.now() - timedelta(hours=1)
    )
    olga = logged_in("operator")
    following = re.search(r'href="([^"]*)" rel="next"', page(olga))
    assert following
    assert shown(olga) + shown(olga, following[1]) == [gate(first), gate(second)]


def test_a_script_gets_the_list_alone_and_is_told_when_the_session_ended() -> None:
    crew = at_gate()
    anna = logged_in("owner")
    answer = anna.get("/", headers={"HX-Request": "true"})
    assert gate(crew) in answer.content.decode()
    assert "<h1>" not in answer.content.decode()
    anna.logout()
    assert anna.get("/", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (("operator",), "manage.py quickstart"),
        (("viewer",), "An operator takes the first one in"),
    ],
)
def test_who_comes_before_there_is_a_book_is_told_how_to_begin(
    groups: tuple[str, ...], words: str
) -> None:
    assert words in page(logged_in(*groups))


@pytest.mark.parametrize(
    ("group", "query", "words"),
    [
        ("editor", "", 'Take up the next book: <a href="/admin/workflows/workflowrun/start/">'),
        ("owner", "", "Your groups have nothing to decide just now: owner."),
        ("agent", "", "No work is left"),
        ("viewer", "?show=all", "Nothing waits for anybody"),
        ("viewer", "?kind=gates", "Something may wait without these filters"),
    ],
)
def test_where_nothing_waits_it_says_what_to_do(group: str, query: str, words: str) -> None:
    book_of(1)
    assert words in page(logged_in(group), query)


def test_words_of_others_are_no_markup() -> None:
    at_gate(book_of(1, slug="red", title="<script>alert(1)</script>"))
    html = page(logged_in("operator"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_queries_are_as_many_for_one_row_as_for_many() -> None:
    def asked(client: Client, query: str = "") -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, query)
        return len(captured)

    olga = logged_in("operator")
    at_work()
    for make in (at_gate, given_up):
        make()
    few = asked(olga), asked(olga, "?show=all"), asked(olga, "?after=0-0-0-1")
    for _ in range(6):
        at_work(3)
        at_gate()
        given_up()
    assert (asked(olga), asked(olga, "?show=all"), asked(olga, "?after=0-0-0-1")) == few
    assert max(few) <= 20
