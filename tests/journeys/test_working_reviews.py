"""A person reviews in the browser: lets pass, or sends back with passages."""

import json

import pytest

from events.models import Rejection
from tests.agents import Crew
from tests.factories import book_of, started
from tests.working import Desk, at_desk
from workflows.texts import judged_texts

pytestmark = pytest.mark.django_db
WHY = {"rejection_type": "clarity", "reason": "Which words?"}


@pytest.fixture
def desk() -> Desk:
    """Eve holds the review of a chapter that ada wrote."""
    crew = Crew(started(book_of(1))).up_to("write")
    crew.claim("writer").complete("# Chapter 1\n\nSome words here. \U0001f409 Some words there.\n")
    return at_desk("eve", "agent", crew=crew, step="edit").claimed()


def test_the_text_is_there_to_be_read_and_marked(desk: Desk) -> None:
    page = desk.look()
    digest = judged_texts(desk.row())["01-one"]
    assert f'data-chapter="01-one" data-plain="yes" data-digest="{digest}"' in page
    assert "Some words here." in page


def test_what_was_changed_is_there_for_who_may_not_read_all(desk: Desk) -> None:
    page = desk.look()
    assert "What was changed" in page
    address = desk.at("work-changes", "01-one")
    assert address in page
    assert "Some words there." in desk.client.get(address).content.decode()
    assert desk.client.get(desk.at("work-changes", "02-two")).status_code == 404


def test_it_passes(desk: Desk) -> None:
    answer = desk.send("complete", note="Fine.")
    assert answer.status_code == 302
    step = desk.row()
    assert (step.status, step.result) == ("completed", {"approved": True, "note": "Fine."})


def test_it_is_sent_back_with_what_was_marked_and_quoted(desk: Desk) -> None:
    text = "# Chapter 1\n\nSome words here. \U0001f409 Some words there.\n"
    start = text.index("Some words there")
    marked = [{"chapter": "01-one", "quote": "Some words", "start": start, "end": start + 10}]
    quotes = "words here.\r\n\r\n\U0001f409"
    answer = desk.send("reject", **WHY, passages=json.dumps(marked), quotes=quotes)
    assert answer.status_code == 302
    rejection = Rejection.objects.get()
    assert (rejection.rejection_type, rejection.reason) == ("clarity", "Which words?")
    placed = [(one["quote"], one["start"]) for one in rejection.passages]
    assert placed == [
        ("Some words", start),
        ("words here.", text.index("words here.")),
        ("\U0001f409", text.index("\U0001f409")),
    ]
    said = desk.client.get(answer.url).content.decode()
    assert "Sent back. What follows: write of “Chapter 1” by clarity-editor." in said


@pytest.mark.parametrize(("start", "more"), [(14, {}), (13, {"digest": "0" * 64})])
def test_what_was_marked_in_another_text_is_looked_for_by_its_words(
    desk: Desk, start: int, more: dict[str, str]
) -> None:
    marked = {"chapter": "01-one", "quote": "Some words", "start": start, "end": start + 10, **more}
    assert desk.send("reject", **WHY, passages=json.dumps([marked])).status_code == 302
    [passage] = Rejection.objects.get().passages
    assert (passage["quote"], passage["start"]) == ("Some words", None)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"reason": "Which words?"}, "choose what kind of fault it is"),
        ({"rejection_type": "clarity"}, "say why"),
        ({**WHY, "quotes": "Never said"}, "does not say &quot;Never said&quot;"),
        ({**WHY, "passages": "{"}, "mark them again"),
        ({**WHY, "passages": "[" * 100_000}, "mark them again"),
        ({**WHY, "passages": '[{"start": 0, "end": 3}]'}, "mark them again"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    desk: Desk, said: dict[str, str], told: str
) -> None:
    answer = desk.send("reject", **said)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert told in page
    for name in ("reason", "quotes"):
        assert said.get(name, "") in page
    assert not Rejection.objects.exists()
    assert desk.row().status == "running"


def test_a_review_of_all_chapters_names_those_it_sends_back() -> None:
    crew = Crew(started(book_of(3))).up_to("validate")
    desk = at_desk("eve", "agent", crew=crew, step="validate", item="").claimed()
    assert desk.look().count('name="items"') == 4
    part = desk.client.get(desk.at("work-judged", "02-one")).content.decode()
    assert "Some words here." in part
    assert f'data-digest="{judged_texts(desk.row())["02-one"]}"' in part
    refused = desk.send("reject", **WHY)
    assert refused.status_code == 400
    assert desk.send("reject", **WHY, items=["02-one", "03-one"]).status_code == 302
    items = Rejection.objects.order_by("item").values_list("item", flat=True)
    assert list(items) == ["02-one", "03-one"]


def test_the_checks_are_there_for_a_review_too(desk: Desk) -> None:
    told = desk.send("check", part=True).content.decode()
    assert "data-count" in told
