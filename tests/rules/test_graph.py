import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import override_settings
from django.utils import translation

from workflows.definitions.definition import Definition, parse, read
from workflows.graph import mermaid, nodes_of, svg
from workflows.graph.arrows import returns
from workflows.graph.layout import Layout, layers_of, layout_of

SHIPPED = Path(__file__).parents[2] / "workflows" / "definitions"
NAMES_OF_TYPES = (
    "chapter release_notes print_html web_html pdf_draft pdf_digital pdf_print layout_plan "
    "design_plan deployment qa_report marketing_copy announcement playtest_session "
    "playtest_analysis playtest_feedback improvement_plan review_report epub"
)
ARTIFACT_TYPES = NAMES_OF_TYPES.split()
ALIASES = ["w1", "w2", "w3", "w4"]
NAMESPACE = "{http://www.w3.org/2000/svg}"


def shipped(alias: str) -> Definition:
    (file,) = SHIPPED.glob(f"{alias}_*.toml")
    return read(file, ARTIFACT_TYPES)[0]


def parsed(*steps: dict[str, Any], title: str = "Small") -> Definition:
    spec = {"type": "w9_small", "alias": "w9", "title": title, "steps": list(steps)}
    return parse(spec, source="w9.toml", known_artifact_types=ARTIFACT_TYPES)


def forked() -> Definition:
    return parsed(
        {"name": "start", "agent": "a", "produces": ["chapter"]},
        {"name": "read", "agent": "b", "kind": "review", "consumes": ["chapter"]},
        {"name": "draw", "agent": "c", "needs": ["start"], "produces": ["pdf_draft"]},
        {"name": "look", "agent": "d", "kind": "review", "consumes": ["pdf_draft"]},
        {"name": "join", "kind": "gate", "role": "boss", "needs": ["read", "look", "start"]},
    )


def laid_out(definition: Definition) -> Layout:
    return layout_of(nodes_of(definition))


def words(picture: str) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314
    return ["".join(text.itertext()).strip() for text in root.iter(f"{NAMESPACE}text")]


def test_mermaid_draws_editing_with_its_shapes_and_ways_back() -> None:
    lines = mermaid(shipped("w1")).splitlines()
    assert lines[0] == "flowchart LR"
    assert '    s_plan["plan<br/>project-manager"]' in lines
    assert '    s_edit(["★ edit<br/>editor"])' in lines
    assert '    s_approve{{"approve<br/>managing-editor"}}' in lines
    assert "    s_write --> s_edit" in lines
    assert "    s_validate -. rejected .-> s_write" in lines


def test_mermaid_escapes_what_would_end_a_label() -> None:
    text = mermaid(parsed({"name": "end", "agent": 'a "#1" <b>'}))
    assert 's_end["end<br/>a #quot;#35;1#quot; #lt;b#gt;"]' in text


@pytest.mark.parametrize("alias", ALIASES)
def test_the_picture_names_every_step_and_agent(alias: str) -> None:
    definition = shipped(alias)
    shown = words(svg(definition))
    for step in definition.steps:
        assert f"★ {step.name}" if step.foreach else step.name in shown
        assert step.agent in shown
    assert shown[0].startswith(definition.title)


@pytest.mark.parametrize("alias", ALIASES)
def test_the_picture_is_the_same_each_time_and_needs_nothing_from_elsewhere(alias: str) -> None:
    picture = svg(shipped(alias))
    assert picture == svg(shipped(alias))
    assert "<script" not in picture
    assert "href" not in picture
    assert "prefers-color-scheme: dark" in picture


def test_text_in_the_picture_is_escaped() -> None:
    agent = '<script>alert("1")</script>'
    picture = svg(parsed({"name": "only", "agent": agent}, title="Ink & <b>paper</b>"))
    assert "<script" not in picture
    assert agent in words(picture)


def test_numbers_in_the_picture_have_no_separators() -> None:
    with override_settings(USE_THOUSAND_SEPARATOR=True), translation.override("de"):
        root = ET.fromstring(svg(shipped("w2")))  # noqa: S314
    assert int(root.attrib["width"]) > 1000


def test_a_step_stands_right_of_all_it_needs() -> None:
    assert layers_of(nodes_of(forked())) == {"start": 0, "read": 1, "draw": 1, "look": 2, "join": 3}


@pytest.mark.parametrize("definition", [*map(shipped, ALIASES), forked()], ids=lambda d: d.type)
def test_no_two_boxes_overlap(definition: Definition) -> None:
    boxes = list(laid_out(definition).boxes.values())
    for one in boxes:
        for other in boxes:
            apart = one.right < other.x or other.right < one.x
            apart |= one.bottom < other.y or other.bottom < one.y
            assert one is other or apart


def test_a_chain_stands_in_one_row() -> None:
    assert len({box.y for box in laid_out(shipped("w2")).boxes.values()}) == 1


def test_all_who_send_work_back_to_a_step_share_one_way() -> None:
    definition = shipped("w1")
    (way,) = returns(definition, laid_out(definition))
    assert way.target == "write"
    assert len(way.feeders) == 3


def test_ways_back_that_would_cross_run_at_different_heights() -> None:
    definition = parsed(
        {"name": "write", "agent": "a", "produces": ["chapter"]},
        {"name": "draw", "agent": "b", "produces": ["pdf_draft"]},
        {"name": "look", "kind": "review", "agent": "c", "consumes": ["pdf_draft"]},
        {"name": "read", "kind": "review", "agent": "d", "consumes": ["chapter"]},
    )
    ways = returns(definition, laid_out(definition))
    assert [way.target for way in ways] == ["draw", "write"]
    assert ways[0].label_y < ways[1].label_y


def test_a_way_back_passes_beside_the_box_below() -> None:
    definition = forked()
    layout = laid_out(definition)
    ways = {way.target: way for way in returns(definition, layout)}
    (feeder,) = ways["start"].feeders
    beside = [int(stop) for stop in re.findall(r"H(\d+)", feeder)]
    boxes = layout.boxes
    assert boxes["draw"].y > boxes["read"].y
    assert all(boxes["start"].right < x < boxes["draw"].x for x in beside)
    assert "rejected" in words(svg(definition))
