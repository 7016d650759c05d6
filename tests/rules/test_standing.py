"""How far each step of a run is, in a look and in words."""

import pytest

from tests.rules.test_graph import shipped
from workflows.graph import on_page, svg
from workflows.graph.standing import Standing, standings

W1 = shipped("w1")


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ([("plan", "completed", 1)], Standing("done", "done")),
        ([("plan", "ready", 1)], Standing("ready", "ready")),
        ([("plan", "failed", 1)], Standing("failed", "failed")),
        (
            [("approve", "awaiting_decision", 1)],
            Standing("awaiting_decision", "waits for a decision"),
        ),
    ],
)
def test_a_step_of_the_whole_book_is_said_by_its_status(
    counted: list[tuple[str, str, int]], said: Standing
) -> None:
    assert standings(W1, counted) == {counted[0][0]: said}


def test_a_step_chapter_by_chapter_is_counted_by_the_step_that_has_most_rows() -> None:
    counted = [
        ("write", "completed", 4), ("write", "superseded", 1), ("edit", "completed", 2),
        ("edit", "rejected", 1), ("domain_review", "completed", 1),
    ]  # fmt: skip
    assert standings(W1, counted) == {
        "write": Standing("superseded", "4 of 5 done · 1 to be done again"),
        "edit": Standing("rejected", "2 of 5 done · 1 sent back"),
        "domain_review": Standing("begun", "1 of 5 done"),
    }


def test_what_asks_most_for_attention_is_said_first() -> None:
    counted = [("write", status, 1) for status in ("completed", "ready", "running", "failed")]
    assert standings(W1, counted)["write"] == Standing("failed", "1 of 4 done · 1 failed")


def test_all_done_is_done() -> None:
    assert standings(W1, [("write", "completed", 5)])["write"] == Standing("done", "5 of 5 done")


def test_a_run_that_has_not_begun_stands_nowhere() -> None:
    assert standings(W1, []) == {}


def test_boxes_that_lead_somewhere_are_links_and_all_others_are_not() -> None:
    assert "<a" not in on_page(W1)
    assert 'role="img"' in on_page(W1)
    drawn = on_page(W1, ways={"plan": '/steps/1/?a=1&b="><script>'})
    assert drawn.count("<a ") == 1
    assert 'href="/steps/1/?a=1&amp;b=&quot;&gt;&lt;script&gt;"' in drawn
    assert 'role="group"' in drawn, "what is in a picture is nothing to the keyboard"


def test_a_drawing_for_a_page_has_no_look_of_its_own_and_says_where_a_run_stands() -> None:
    drawn = on_page(W1, standings(W1, [("plan", "failed", 1)]))
    assert "<style" not in drawn
    assert 'class="box work is-failed"' in drawn
    assert ">failed</text>" in drawn
    assert "<style" in svg(W1)
    assert "is-" not in svg(W1)
