import re
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.errors import InvalidInput
from workflows.graph.arrows import HEAD
from workflows.graph.bundles import bundles_of
from workflows.graph.layout import Box, layout_of
from workflows.graph.lineage import SPACING, lineage_mermaid, lineage_svg, nodes_of

SVG = "{http://www.w3.org/2000/svg}"
RUN = "wfrun_0123456789abcdef0123"
SLUGS = [f"{number:02}-chapter" for number in range(1, 31)]

Noun = dict[str, Any]


def lineage(nodes: Iterable[Noun], edges: Iterable[tuple[str, str]] = ()) -> Noun:
    return {"nodes": list(nodes), "edges": [{"from": one, "to": other} for one, other in edges]}


def artifact(key: str, artifact_type: str = "print_html", **more: Any) -> Noun:
    known = {"artifact_type": artifact_type, "path": f"{key}.html", "run": RUN, "stale": False}
    return {"id": key, "kind": "artifact", "label": f"{artifact_type} {key}"} | known | more


def chapter(slug: str, version: str = "1.0.0") -> Noun:
    key = f"book/{slug}@{version}"
    return {"id": key, "kind": "chapter", "label": slug, "slug": slug, "version": version}


def version(number: str) -> Noun:
    return {"id": f"book {number}", "kind": "version", "label": f"book {number}"}


def edited(slugs: Iterable[str] = SLUGS, changed: Iterable[str] = SLUGS[:12]) -> Noun:
    """Two versions of a book, of which a run changed some chapters, each through an artifact."""
    nodes = [version("1.0.0"), version("1.1.0"), artifact("plan", "improvement_plan")]
    edges = [("book 1.0.0", "plan")]
    for slug in slugs:
        old, new = chapter(slug), chapter(slug, "1.1.0")
        edges.append((old["id"], "book 1.0.0"))
        if slug not in changed:
            nodes.append(old)
            edges.append((old["id"], "book 1.1.0"))
            continue
        made = artifact(f"art_{slug}", "chapter", item=slug)
        nodes += [old, made, new]
        edges += [("plan", made["id"]), (old["id"], made["id"])]
        edges += [(made["id"], new["id"]), (new["id"], "book 1.1.0")]
    return lineage(nodes, edges)


def said(picture: str) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def heads(noun: Noun) -> list[str]:
    return [node.lines[0] for node in nodes_of(noun)]


@st.composite
def lineages(draw: st.DrawFn) -> Noun:
    ids = draw(st.lists(st.text(max_size=60), max_size=12, unique=True))
    words = st.sampled_from(["chapter", "epub", '<b>&"]]>', "x" * 200])
    nodes = [
        {
            "id": one,
            "kind": draw(st.sampled_from(["artifact", "chapter", "version"])),
            "label": one,
            "artifact_type": draw(words),
            "stale": draw(st.booleans()),
        }
        for one in ids
    ]
    pairs = [(one, other) for n, one in enumerate(ids) for other in ids[n + 1 :]]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return lineage(draw(st.permutations(nodes)), edges)


@given(lineages(), st.text(max_size=120))
def test_every_lineage_becomes_a_picture_with_each_box_and_arrow_once(
    noun: Noun, title: str
) -> None:
    root = ET.fromstring(lineage_svg(noun, title=title))  # noqa: S314
    boxes = layout_of(nodes_of(noun), SPACING).boxes
    assert len(classed(root, "name")) == len(boxes)
    ends = [
        (boxes[need].right, middle(boxes[need]), box.x - HEAD, middle(box))
        for box in boxes.values()
        for need in box.node.needs
    ]
    assert sorted(map(ends_of, classed(root, "arrow"))) == sorted(ends)
    width, height = (int(root.attrib[side]) for side in ("width", "height"))
    assert all(box.x > 0 and box.y > 0 for box in boxes.values())
    assert all(box.right < width and box.bottom < height for box in boxes.values())


def classed(root: ET.Element, word: str) -> list[ET.Element]:
    return [one for one in root.iter() if one.get("class") == word]


def middle(box: Box) -> int:
    return (box.y + box.bottom) // 2


def ends_of(way: ET.Element) -> tuple[int, ...]:
    """Where a path begins and ends; one that ends level says its height only where it rose."""
    path = way.attrib["d"]
    (x, y), *_ = re.findall(r"M(-?\d+),(-?\d+)", path)
    levels = re.findall(r"[ M]-?\d+,(-?\d+)(?=[HC]|$)", path)
    (end,) = re.findall(r"(?:H| )(-?\d+)(?:,-?\d+)?$", path)
    return int(x), int(y), int(end), int(levels[-1])


@given(lineages())
def test_no_two_boxes_overlap_and_all_arrows_lead_right(noun: Noun) -> None:
    layout = layout_of(nodes_of(noun), SPACING)
    boxes = list(layout.boxes.values())
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            beside = one.right < other.x or other.right < one.x
            assert beside or one.bottom < other.y or other.bottom < one.y
        assert all(layout.boxes[need].right < one.x for need in one.node.needs)


@given(lineages())
def test_no_arrow_passes_through_a_box(noun: Noun) -> None:
    layout = layout_of(nodes_of(noun), SPACING)
    for way in layout.ways:
        for slot in way[1:-1]:
            column = [box for box in layout.boxes.values() if box.layer == slot[0]]
            assert not any(box.y <= layout.middle(slot) <= box.bottom for box in column)


@given(lineages())
def test_what_stands_in_one_box_was_made_from_and_into_the_same_boxes(noun: Noun) -> None:
    bundles = bundles_of(noun)
    keys = {thing["id"]: bundle.key for bundle in bundles for thing in bundle.things}
    assert len(keys) == len(noun["nodes"]) == sum(len(bundle.things) for bundle in bundles)
    pairs = {(edge["from"], edge["to"]) for edge in noun["edges"]}
    for bundle in bundles:
        for thing in bundle.things:
            before = {keys[one] for one, other in pairs if other == thing["id"]}
            after = {keys[other] for one, other in pairs if one == thing["id"]}
            assert before == set(bundle.needs)
            assert after == {one.key for one in bundles if bundle.key in one.needs}


def test_thirty_chapters_with_what_was_made_of_them_are_a_few_boxes() -> None:
    assert heads(edited()) == [
        "book 1.0.0",
        "book 1.1.0",
        "improvement_plan",
        "12 chapters",
        "12 × chapter",
        "12 chapters",
        "18 chapters",
    ]


def test_a_chapter_that_went_another_way_stands_alone() -> None:
    noun = edited()
    noun["nodes"].append(artifact("epub", "epub"))
    noun["edges"].append({"from": "art_03-chapter", "to": "epub"})
    shown = heads(noun)
    assert shown.count("11 × chapter") == 1
    assert shown.count("chapter") == 1
    assert "03-chapter" in shown


def test_what_comes_from_different_runs_or_steps_is_not_one_box() -> None:
    several = [artifact("a"), artifact("b", run="wfrun_9"), artifact("c", step="finalize")]
    assert heads(lineage(several)) == ["print_html"] * 3


def test_two_versions_are_never_one_box() -> None:
    assert heads(lineage([version("1.0.0"), version("1.1.0")])) == ["book 1.0.0", "book 1.1.0"]


def test_a_box_of_several_names_a_few_and_counts_the_rest_and_its_note_names_all() -> None:
    picture = lineage_svg(edited(), title="All")
    assert "01-chapter, 02-chapter and 10 more" in said(picture)
    titles = [one.text or "" for one in ET.fromstring(picture).iter(f"{SVG}title")]  # noqa: S314
    (note,) = [one for one in titles if one.startswith("12 × chapter")]
    assert all(slug in note for slug in SLUGS[:12])


def test_an_artifact_says_its_type_its_name_and_where_it_was_made() -> None:
    noun = lineage([artifact("a", workflow_type="w1_editing", step="finalize")])
    (node,) = nodes_of(noun)
    assert node.lines == ("print_html", "a.html", "w1_editing · finalize", "wfrun_012345")
    assert RUN in node.note


def test_a_node_of_which_only_id_kind_and_label_are_known_is_drawn() -> None:
    bare = [{"id": kind, "kind": kind, "label": f"a {kind}"} for kind in ("artifact", "chapter")]
    assert {"a artifact", "a chapter"} <= set(said(lineage_svg(lineage(bare), title="Bare")))


def test_stale_is_a_word_and_a_broken_line() -> None:
    picture = lineage_svg(lineage([artifact("a", stale=True), artifact("b")]), title="One of two")
    assert said(picture).count("stale") == 1
    assert picture.count('class="box artifact stale"') == 2, "the box and the legend"


def test_a_long_name_is_cut_and_stands_in_the_note_in_full() -> None:
    path = f"{'long/' * 20}name.html"
    noun = lineage([artifact("a", path=path)])
    (node,) = nodes_of(noun)
    assert node.lines[1].endswith("…")
    assert path in lineage_svg(noun, title="Long")


def test_text_is_escaped_and_what_xml_cannot_hold_is_replaced() -> None:
    picture = lineage_svg(lineage([artifact("a", path="<b>\x1b & x")]), title="<i>\x00</i>")
    assert "<b>\N{REPLACEMENT CHARACTER} & x" in said(picture)
    assert said(picture)[0].startswith("<i>\N{REPLACEMENT CHARACTER}</i>")


def test_the_picture_needs_nothing_from_elsewhere_and_knows_the_dark() -> None:
    picture = lineage_svg(edited(), title="All")
    assert picture == lineage_svg(edited(), title="All")
    assert not re.search(r"<script|href|url\((?!#)", picture)
    assert "prefers-color-scheme: dark" in picture
    assert 'role="img"' in picture


def test_two_pictures_on_one_page_share_no_ids() -> None:
    ids = [set(re.findall(r'id="([^"]+)"', lineage_svg(edited(), title=one))) for one in "ab"]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_mermaid_draws_the_same_boxes_in_the_same_shapes() -> None:
    lines = lineage_mermaid(edited()).splitlines()
    assert lines[0] == "flowchart LR"
    assert '    n0{{"book 1.0.0<br/>version"}}' in lines
    assert '    n3(["12 chapters<br/>01-chapter, 02-chapter and 10 more<br/>in 1.0.0"])' in lines
    assert "    n3 --> n4" in lines
    assert len(lines) == 1 + 7 + 8


def test_mermaid_is_told_what_is_stale_and_no_label_can_end_early() -> None:
    text = lineage_mermaid(lineage([artifact("a", path='`"]:::x&lt;', stale=True)]))
    assert "<br/>#96;#quot;]:::x#amp;lt;<br/>" in text
    assert '<br/>stale"]:::stale' in text
    assert "classDef stale stroke-dasharray" in text


def test_more_arrows_than_mermaid_draws_are_refused() -> None:
    nodes = [artifact(f"a{n}", f"type_{n}") for n in range(502)]
    star = [("a0", f"a{n}") for n in range(1, 502)]
    with pytest.raises(InvalidInput, match=r"^501 arrows .*500.* --format json"):
        lineage_mermaid(lineage(nodes, star))
    assert lineage_mermaid(lineage(nodes[:-1], star[:-1])).count("-->") == 500


def test_more_boxes_than_a_picture_holds_are_refused() -> None:
    nodes = [artifact(f"a{n}", f"type_{n}") for n in range(2001)]
    with pytest.raises(InvalidInput, match=r"^2001 boxes.* 2000 at most: --format json"):
        lineage_svg(lineage(nodes), title="Too many")


def test_arrows_past_more_columns_than_a_picture_holds_are_refused() -> None:
    nodes = [artifact(f"a{n}", f"type_{n}") for n in range(400)]
    links = [(f"a{n}", f"a{n + 1}") for n in range(399)] + [(f"a{n}", "a399") for n in range(398)]
    with pytest.raises(InvalidInput, match=r"^arrows over .* --format json"):
        lineage_svg(lineage(nodes, links), title="Too far")


def test_a_lineage_of_ten_thousand_alike_is_one_box() -> None:
    nodes = [artifact(f"a{n}") for n in range(10_000)]
    assert heads(lineage(nodes)) == ["10000 × print_html"]


def zigzags(length: int) -> Noun:
    """Two the same, of which each place is told from the next only by how far its end is."""
    nodes, edges = [], []
    for copy in "ab":
        nodes += [artifact(f"{copy}{n}", "print_html" if n else "epub") for n in range(length)]
        pairs = [(n, n + 1) if n % 2 == 0 else (n + 1, n) for n in range(length - 1)]
        edges += [(f"{copy}{one}", f"{copy}{other}") for one, other in pairs]
    return lineage(nodes, edges)


def test_where_telling_apart_takes_too_long_all_stand_alone() -> None:
    assert len(heads(zigzags(20))) == 20
    assert len(heads(zigzags(300))) == 600
