"""A person does a step in the browser: claims it, writes, and hands it in."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.console.working.following import what_follows
from tests.agents import Crew
from tests.factories import BookVersionFactory, DefinitionFactory, book_of, started
from tests.waiting import given_up
from tests.working import Desk, at_desk, logged_in
from workflows import runs
from workflows.models import Draft, Step

pytestmark = pytest.mark.django_db
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def desk() -> Desk:
    """Anna holds the writing of a chapter."""
    return at_desk("anna", "agent").claimed()


def test_who_claims_a_step_holds_it_for_days() -> None:
    desk = at_desk("anna", "agent")
    assert "Claim it" in desk.look()
    assert desk.claim().status_code == 302
    step = desk.row()
    assert (step.worker, step.status) == ("anna", "running")
    assert step.lease_expires_at
    assert step.started_at
    held = step.lease_expires_at - step.started_at
    assert held.total_seconds() == settings.BINDERY_HUMAN_LEASE_HOURS * 3600


def test_a_double_click_claims_once(desk: Desk) -> None:
    lease = desk.row().lease
    assert desk.claim().status_code == 302
    assert desk.row().lease == lease


def test_members_of_the_group_of_an_agent_do_its_work() -> None:
    desk = at_desk("anna", "writer").claimed()
    assert desk.hand_in("# Better\n").status_code == 302
    assert desk.row().status == "completed"


def test_who_may_not_work_is_told_whose_it_is() -> None:
    desk = at_desk("vera", "viewer")
    assert "It is free, but not for you: it is for the group <strong>writer" in desk.look()
    assert desk.claim().status_code == 403
    assert desk.row().status == "ready"


def test_who_comes_second_is_told_who_has_it(desk: Desk) -> None:
    late = at_desk("ben", "operator", crew=desk.crew)
    answer = late.claim()
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "anna has it already" in page
    assert "<strong>anna</strong> has it, until" in page
    assert desk.row().worker == "anna"


def test_who_runs_the_installation_is_led_to_take_a_step_back(desk: Desk) -> None:
    boss, colleague = (
        at_desk(*who, crew=desk.crew) for who in (("ben", "operator"), ("cy", "agent"))
    )
    assert "/do/take-back/" in boss.look()
    assert "/do/take-back/" not in desk.look()
    assert "/do/take-back/" not in colleague.claim().content.decode()


def test_nothing_of_a_paused_run_is_handed_out() -> None:
    desk = at_desk("anna", "agent", "viewer")
    runs.pause(desk.crew.run, actor="grace")
    assert "The run is paused" in desk.look()
    answer = desk.claim()
    assert answer.status_code == 409
    assert "is paused: nothing of it is handed out" in answer.content.decode()


def test_a_gate_is_not_worked_on() -> None:
    crew = Crew(started(book_of(1))).up_to("approve")
    desk = at_desk("grace", "operator", crew=crew, step="approve", item="")
    answer = desk.client.get(desk.at("work"))
    assert answer.status_code == 409
    assert "it is decided, not worked on" in answer.content.decode()


def test_a_step_that_is_not_there_is_told_so() -> None:
    assert logged_in("anna", "agent").get("/work/4711/").status_code == 404


def test_handing_in_completes_the_step_with_the_chapter(desk: Desk) -> None:
    answer = desk.hand_in("# Chapter 1\r\n\r\nBetter words.\r\n", note="All new.")
    assert answer.status_code == 302
    step = desk.row()
    assert (step.status, step.result) == ("completed", {"note": "All new."})
    made = desk.crew.artifact("chapter", "01-one")
    assert made.content() == b"# Chapter 1\n\nBetter words.\n"
    assert made.path == "01-one.md"
    page = desk.client.get(answer.url).content.decode()
    assert "Handed in. What follows: edit of “Chapter 1” by editor." in page
    said = desk.look()
    assert "It is done." in said
    assert f'<a href="/artifacts/{made.public_id}/preview/"><bdi>01-one.md</bdi></a>' in said


def test_a_text_of_who_still_writes_is_not_said_to_be_left(desk: Desk) -> None:
    desk.save("# So far\n")
    said = at_desk("olga", "operator", crew=desk.crew).look()
    assert "<strong>anna</strong> is writing: the text of" in said
    assert "left a text" not in said


def test_that_the_run_is_paused_is_said_once() -> None:
    crew = given_up()
    assert what_follows(crew.step("edit", "01-one")) == (
        "The run is paused: an escalation waits for a human."
    )


def test_a_double_click_hands_in_once(desk: Desk) -> None:
    for _ in range(2):
        assert desk.hand_in("# Better\n").status_code == 302
    assert desk.row().status == "completed"
    assert desk.crew.story().count("completed write(01-one)") == 1


def test_the_text_keeps_the_line_ends_of_the_chapter() -> None:
    texts = {"01-one.md": "\ufeff# One\r\n\r\nSome words.\r\n"}
    book = BookVersionFactory(texts=texts).book
    crew = Crew(started(book)).up_to("write")
    desk = at_desk("anna", "agent", crew=crew).claimed()
    desk.save("\ufeff# One\n\nOther words.\n")
    assert Draft.objects.get().text == "\ufeff# One\r\n\r\nOther words.\r\n"
    desk.look()
    desk.hand_in("\ufeff# One\n\nOther words.\n")
    made = desk.crew.artifact("chapter", "01-one")
    assert made.content().decode() == "\ufeff# One\r\n\r\nOther words.\r\n"


def test_a_lost_lease_loses_no_text(desk: Desk) -> None:
    Step.objects.filter(pk=desk.step).update(lease_expires_at=timezone.now() - timedelta(hours=1))
    ben = at_desk("ben", "agent", crew=desk.crew).claimed()
    answer = desk.hand_in("# Mine, and late\n")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "what you handed in is kept as a draft" in page
    assert "<strong>ben</strong> has it" in page
    assert "# Mine, and late" in page
    assert Draft.objects.get(worker="anna").text == "# Mine, and late\n"
    assert "<strong>anna</strong> left a text" in ben.look()
    taken = ben.look(f"?from={Draft.objects.get(worker='anna').pk}")
    assert "# Mine, and late\n</textarea>" in taken
    ben.send("release", reason="It is anna's.")
    assert "# Mine, and late\n</textarea>" in at_desk_again(desk)


def at_desk_again(desk: Desk) -> str:
    desk.claim()
    return desk.look()


def test_what_is_not_taken_comes_back_with_what_was_typed(desk: Desk) -> None:
    answer = desk.hand_in("# One\n\nA \0 in it.\n", note="Soon.")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "line 3 has a NUL character" in page
    assert "A \ufffd in it." in page
    assert desk.row().status == "running"


def test_script_in_a_text_is_text(desk: Desk) -> None:
    desk.save(f"# {SCRIPT}\n</textarea>{SCRIPT}\n")
    page = desk.look()
    assert SCRIPT not in page
    assert ESCAPED in page


def test_it_is_released_and_given_up_with_a_reason(desk: Desk) -> None:
    refused = desk.send("release", reason=" ")
    assert refused.status_code == 400
    assert "say why" in refused.content.decode()
    assert desk.send("release", reason="No time.").status_code == 302
    assert desk.row().status == "ready"
    desk.claimed()
    assert desk.send("fail", reason="It makes no sense.").status_code == 302
    step = desk.row()
    assert (step.status, step.failures) == ("ready", 1)


def test_the_text_may_be_written_elsewhere(desk: Desk) -> None:
    answer = desk.client.get(desk.at("work-download"))
    assert answer.content == b"# Chapter 1\n\nSome words here.\n"
    assert answer["Content-Disposition"] == 'attachment; filename="01-one.md"'
    assert "sandbox" in answer["Content-Security-Policy"]
    file = SimpleUploadedFile("mine.md", b"\xef\xbb\xbf# Chapter 1\r\n\r\nFrom elsewhere.\r\n")
    answer = desk.send("draft", text="# Forgotten\n", chosen=file)
    assert answer.status_code == 302
    assert Draft.objects.get().text == "# Chapter 1\n\nFrom elsewhere.\n"
    assert "From elsewhere." in desk.look()


def test_a_file_that_is_no_text_is_refused_in_words(desk: Desk) -> None:
    answer = desk.send("draft", chosen=SimpleUploadedFile("mine.docx", b"PK\x03\x04\xff\xfe"))
    assert answer.status_code == 400
    assert "mine.docx is not UTF-8" in answer.content.decode()
    assert not Draft.objects.exists()


PLANNING = (
    {"name": "plan", "agent": "planner", "produces": ["improvement_plan", "layout_plan?"]},
    {"name": "write", "agent": "writer", "foreach": "chapter", "produces": ["chapter"]},
)


@pytest.fixture
def planning() -> Desk:
    """Anna holds a step that makes a plan."""
    DefinitionFactory(type="planned", steps=PLANNING)
    crew = Crew(started(book_of(3), workflow_type="planned"))
    return at_desk("anna", "agent", crew=crew, step="plan", item="").claimed()


def test_a_plan_is_written_and_says_which_chapters(planning: Desk) -> None:
    page = planning.look()
    assert "What to change and why" in page
    assert "May be left out" not in page
    said = {"written improvement_plan": "# The plan\r\n", "chapters": ["01-one", "03-one"]}
    assert planning.send("complete", **said).status_code == 302
    made = planning.crew.artifact("improvement_plan")
    assert (made.path, made.content()) == ("improvement-plan.md", b"# The plan\n")
    assert planning.row().result == {"chapters": ["01-one", "03-one"]}
    assert planning.crew.open() == [
        ("write", "01-one", 1, "ready"),
        ("write", "03-one", 1, "ready"),
    ]


def test_what_is_missing_is_told_and_what_was_written_stays(planning: Desk) -> None:
    answer = planning.send("complete", chapters=["02-one"], result='{"more": 1}')
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "is not complete without improvement_plan" in page
    assert 'value="02-one" checked' in page
    assert "{&quot;more&quot;: 1}" in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("plan.epub", "plan.epub cannot be improvement_plan, which takes"),
        ("plan.json", "plan.json"),
        ("<script>.zip", "&lt;script&gt;.zip cannot be improvement_plan"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_in_words(planning: Desk, name: str, said: str) -> None:
    file = SimpleUploadedFile(name, b"no such thing")
    answer = planning.send("complete", **{"file improvement_plan": file})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert planning.row().status == "running"


def test_a_result_that_is_no_json_is_refused_in_words(planning: Desk) -> None:
    answer = planning.send("complete", result="{oh")
    assert answer.status_code == 400
    assert "the result is no JSON" in answer.content.decode()


@pytest.mark.parametrize("chapters", [2, 12])
def test_the_page_asks_a_fixed_number_of_times(
    chapters: int, django_assert_max_num_queries: object
) -> None:
    crew = Crew(started(book_of(chapters))).up_to("write")
    crew.pass_all("writer")
    quotes = [{"quote": "Some words here."}] * (20 * chapters)
    crew.claim("editor").reject("clarity", "Mend it.", passages=quotes)
    desk = at_desk("anna", "agent", crew=crew).claimed()
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        page = desk.look()
    assert len(page) < 150_000
