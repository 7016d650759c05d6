"""The page of an escalation: what it tells, who may answer, and what each answer does."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from books.configs import configure
from events.escalations import escalating
from events.escalations.answers import Answer
from events.models import Escalation, Event
from tests.agents import Crew
from tests.clock import later
from tests.factories import book_of, started
from tests.waiting import member
from workflows import runs

pytestmark = pytest.mark.django_db
MOST_HTML, MOST_QUERIES = 150_000, 20
SCRIPT = "<script>alert(1)</script>"


def alone(rounds: int, *, reason: str = "the dice are wrong", text: str = "Some words.") -> Crew:
    """A run over one chapter that was given up after so many rounds."""
    book = book_of(2)
    configure(book, "w1_editing", config={"max_retries": {"style": rounds}})
    crew = Crew(started(book, {"chapters": "01-one"})).up_to("edit")
    for number in range(1, rounds):
        crew.claim("editor").reject(reason=f"round {number}: {reason}")
        mended = f"# One\n\n{text} In round {number + 1}.\n"
        crew.claim("style-editor", worker="bo").complete(mended)
    quote = {"quote": "# " + ("One" if rounds > 1 else "Chapter")}
    crew.claim("editor", worker="eve").reject(reason=reason, passages=[quote])
    return crew


def prepare() -> dict[str, str]:
    lost = Crew(started(book_of(1), workflow_type="w3"))
    lost.claim("release-manager").reject("mechanics", "no print file")
    crews = {"short": alone(2), "long": alone(9), "lost": lost}
    return {name: crew.run.public_id for name, crew in crews.items()}


@pytest.fixture
def short(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["short"])


@pytest.fixture
def sue() -> Client:
    return browser("sue", "senior-editor")


def browser(name: str, *groups: str) -> Client:
    client = Client()
    client.force_login(member(name, *groups))
    return client


def escalation_of(crew: Crew) -> Escalation:
    return Escalation.objects.filter(run=crew.run).latest("pk")


def place(crew: Crew) -> str:
    return reverse("console:escalation", args=[escalation_of(crew).pk])


def shown(client: Client, crew: Crew, **query: str) -> str:
    answer = client.get(place(crew), query)
    assert answer.status_code == 200
    assert len(answer.content) <= MOST_HTML
    return answer.content.decode()


def words(html: str) -> str:
    said = " ".join(unescape(re.sub(r"<[^>]*>", " ", html.partition("<main")[2])).split())
    return re.sub(r" ([.,])", r"\1", said)


def send(client: Client, crew: Crew, action: str, **form: str) -> Any:
    said = {"action": action, "resolution": "it is meant so", "key": "k1", **form}
    return client.post(place(crew), said, follow=True)


def told(answer: Any) -> list[str]:
    """What was said, without what is next."""
    said = [str(message) for message in answer.context["messages"]]
    return [re.split(" Next: | Nothing else", one)[0] for one in said]


def test_the_page_tells_what_happened_round_by_round(short: Crew, sue: Client) -> None:
    page = shown(sue, short)
    said = words(page)
    assert "Chapter 1 does not converge" in said
    assert "for senior-editor" in said
    assert "was rejected twice; the run is paused at edit" in said
    for part in ("Round 1", "Round 2", "round 1: the dice are wrong", "style-editor (bo) · write"):
        assert part in said
    assert "attempt 2" in said
    assert re.search(r"<blockquote># One<cite>", page)
    assert page.count('class="redline ') == 1
    assert "<ins>" in page
    assert "rejected edit eve" in said


def test_a_retry_sends_it_back_and_says_who_gets_it(short: Crew, sue: Client) -> None:
    assert "style-editor gets it at write, with every remark" in words(shown(sue, short))
    answer = send(sue, short, "retry", resolution="keep\r\nthe table")
    assert told(answer) == ["Once more: style-editor gets “Chapter 1”, at write. The run goes on."]
    escalation = escalation_of(short)
    assert (escalation.resolved_by, escalation.resolution) == ("sue", "keep\nthe table")
    assert short.claim("style-editor").brief["feedback"]


def test_a_retry_goes_to_whom_and_where_one_says(short: Crew, sue: Client) -> None:
    answer = send(sue, short, "retry", to_step="plan", agent="clarity-editor")
    assert told(answer) == ["Once more: clarity-editor gets “Chapter 1”, at plan. The run goes on."]
    assert short.claim("clarity-editor").name == "plan"


def test_an_override_lets_it_pass_and_says_what_passes(short: Crew, sue: Client) -> None:
    said = words(shown(sue, short))
    assert "edit is done with it, and the run goes on. Unmended then: the dice are wrong" in said
    answer = send(sue, short, "override", to_step="plan", agent="clarity-editor")
    assert told(answer) == ["“Chapter 1” passes edit as it is. The run goes on."]
    assert short.step("edit", "01-one").status == "completed"


def test_an_end_is_asked_once_more(short: Crew, sue: Client) -> None:
    asked = send(sue, short, "abort")
    assert asked.redirect_chain == []
    assert "End the run for good?" in words(asked.content.decode())
    assert "it is meant so</textarea>" in asked.content.decode()
    assert escalation_of(short).is_open
    answer = send(sue, short, "abort", sure="yes")
    assert told(answer)[0].startswith("Ended: the run over Book")
    assert (short.fresh().status, short.fresh().outcome) == ("failed", "rejected")


def test_where_the_rules_lead_nowhere_one_is_told(prepared: dict[str, str]) -> None:
    crew = Crew(prepared["lost"])
    lead = browser("lee", "lead-designer")
    said = words(shown(lead, crew))
    assert "release-manager gets it at" in said
    assert "the whole run was rejected once" in said
    assert "Step" not in re.findall(r"<label for=\"to_step\">(.*?)<", shown(lead, crew))
    answer = send(lead, crew, "retry", to_step="nowhere")
    assert answer.status_code == 400
    assert "nowhere" in words(answer.content.decode())


@pytest.mark.parametrize(
    ("form", "status", "why"),
    [
        ({"action": ""}, 400, "choose what is to become of it"),
        ({"action": "burn"}, 404, 'no action "burn"'),
        ({"resolution": " \n "}, 400, "says in words what was decided"),
        ({"agent": "style-editr"}, 404, 'did you mean "style-editor"'),
        ({"to_step": "edit"}, 400, "no work step upstream"),
        ({"resolution": "x" * 100_001}, 400, "longer than 100000"),
        ({"key": "k" * 300}, 400, "idempotency key"),
    ],
)
def test_what_makes_no_sense_is_refused_and_what_was_typed_stays(
    short: Crew, sue: Client, form: dict[str, str], status: int, why: str
) -> None:
    last = short.last_event()
    answer = send(sue, short, **{"action": "retry", "resolution": "kept words", **form})
    page = answer.content.decode()
    assert answer.status_code == status, words(page)
    assert why in words(page)
    assert f"{form.get('resolution', 'kept words')}</textarea>" in page
    assert short.events(last) == []


def test_it_is_taken_so_that_others_see_it(short: Crew, sue: Client) -> None:
    answer = sue.post(place(short), {"action": "acknowledge", "key": "t1"}, follow=True)
    assert told(answer) == ["You have it. Others of the group see that."]
    assert "you have it" in words(answer.content.decode())
    tom = browser("tom", "senior-editor")
    page = shown(tom, short)
    assert "sue has it since" in words(page)
    assert "data-take" not in page
    late = tom.post(place(short), {"action": "acknowledge", "key": "t2"})
    assert (late.status_code, "sue has escalation" in words(late.content.decode())) == (409, True)
    assert send(tom, short, "override").redirect_chain


def test_a_form_sent_twice_is_answered_once(short: Crew, sue: Client) -> None:
    first, again = send(sue, short, "override"), send(sue, short, "override")
    assert told(first) == told(again)
    assert Event.objects.filter(run=short.run, event_type="resolved").count() == 1


def test_a_stale_tab_is_told_what_was_decided_and_keeps_its_words(short: Crew, sue: Client) -> None:
    answer = Answer("override", "it may stay")
    escalating.resolve(escalation_of(short), answer, actor="tom")
    for form in ({}, {"action": "abort"}, {"action": "acknowledge"}):
        late = send(sue, short, **{"action": "retry", "resolution": "my words", **form})
        page = late.content.decode()
        assert late.status_code == 409
        assert "is resolved (override) by tom" in words(page)
        assert '<pre class="wrote">my words</pre>' in page
        assert "<textarea" not in page
    assert "tom answered by letting it pass" in words(shown(sue, short))
    assert 'name="bindery-taken"' in shown(sue, short)


def test_what_the_end_of_its_run_closed_is_told_so(short: Crew, sue: Client) -> None:
    runs.cancel(short.fresh(), actor="tom", reason="no money")
    assert "The run ended before anybody answered" in words(shown(sue, short))
    assert send(sue, short, "retry").status_code == 409


def test_who_may_not_decide_reads_and_is_told_why(short: Crew) -> None:
    member("sue", "senior-editor")
    for name, group in (("vic", "viewer"), ("ed", "editor"), ("max", "managing-editor")):
        client = browser(name, group)
        page = shown(client, short)
        assert f"You cannot decide this: {name} is not in the group senior-editor" in words(page)
        assert "<textarea" not in page
        assert "Once more" in page
    answer = send(browser("max2", "managing-editor"), short, "override")
    assert answer.status_code == 403
    assert escalation_of(short).is_open


def test_an_editor_decides_where_the_group_is_empty(short: Crew) -> None:
    Group.objects.get_or_create(name="senior-editor")
    assert send(browser("ed", "editor"), short, "override").redirect_chain


def test_what_passes_unmended_is_told_once_with_how_often_it_was_said() -> None:
    crew = Crew(started(book_of(1))).up_to("edit")
    configure(crew.run.book, "w1_editing", config={"max_retries": {"style": 3}})
    for _ in range(2):
        crew.claim("editor").reject(reason="too dry")
        crew.claim("style-editor", worker="bo").complete("# One\n\nSome words.\n")
    crew.claim("editor", worker="eve").reject(reason="too dry")
    html = shown(browser("sue", "senior-editor"), crew)
    assert words(html).count("Unmended then: too dry (3 times)") == 1
    assert html.count("<li>too dry") == 1


def test_it_is_late_after_its_due_time(
    short: Crew, sue: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "due in 1 day, 23 hours" in words(shown(sue, short))
    later(monkeypatch, days=3)
    assert "1 day late" in words(shown(sue, short))


def test_so_many_queries_however_many_rounds(prepared: dict[str, str], sue: Client) -> None:
    counted = []
    for name in ("short", "long"):
        address = place(Crew(prepared[name]))
        caches["redlines"].clear()
        with CaptureQueriesContext(connection) as asked:
            sue.get(address)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= MOST_QUERIES, counted


def test_of_many_rounds_the_newest_are_shown_and_the_others_a_click_away(
    prepared: dict[str, str], sue: Client
) -> None:
    crew = Crew(prepared["long"])
    rounds = re.compile(r'id="round-(\d+)"')
    assert rounds.findall(shown(sue, crew)) == list("456789")
    assert "Earlier: rounds 1 to 3" in words(shown(sue, crew))
    assert rounds.findall(shown(sue, crew, upto="3")) == list("123")
    assert "Later: to round 9" in words(shown(sue, crew, upto="3"))
    for nonsense in ("0", "x", "-3", "99", "9" * 50, "٣"):
        assert rounds.findall(shown(sue, crew, upto=nonsense)) == list("456789")


def test_what_a_round_changed_is_asked_for_by_itself(prepared: dict[str, str], sue: Client) -> None:
    crew = Crew(prepared["long"])
    address = reverse("console:escalation-round", args=[escalation_of(crew).pk, 5])
    assert f'hx-get="{address}"' in shown(sue, crew)
    part = sue.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="redline-round-5"' in part
    assert "<ins>5</ins>" in part or "<ins>5.</ins>" in part
    assert "Back to the escalation" in sue.get(address).content.decode()
    for number in (0, 10, 999):
        missing = reverse("console:escalation-round", args=[escalation_of(crew).pk, number])
        assert sue.get(missing).status_code == 404


def test_hostile_words_are_only_words_and_the_page_stays_small(sue: Client) -> None:
    hostile = f"{SCRIPT}\"'&" * 4000
    crew = alone(8, reason=hostile, text=f"{SCRIPT}\n\n" * 500 + '"&' * 20_000)
    page = shown(sue, crew)
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert "all of it" in page
    refused = send(sue, crew, "retry", resolution=SCRIPT, agent='"><script>')
    assert SCRIPT not in refused.content.decode()
    assert '"><script>' not in refused.content.decode()


def test_whose_session_has_ended_is_led_to_the_login_and_back(short: Crew) -> None:
    answer = Client().post(place(short), {"action": "retry", "resolution": "words"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('login')}?next={place(short)}"


def test_no_such_escalation_is_said_so(sue: Client) -> None:
    for pk in (10**6, 10**40):
        answer = sue.get(f"/escalations/{pk}/")
        assert answer.status_code == 404
        assert "no escalation" in answer.content.decode()


def test_after_an_answer_one_is_led_to_what_waits_next(
    prepared: dict[str, str], sue: Client
) -> None:
    short, long = Crew(prepared["short"]), Crew(prepared["long"])
    part = sue.get(place(short), {"part": "next"}, headers={"HX-Request": "true"})
    assert place(long) in part.content.decode()
    answer = send(sue, short, "override")
    assert answer.redirect_chain == [(place(long), 302)]
    assert "Next: the escalation of edit of “Chapter 1”" in answer.content.decode()
