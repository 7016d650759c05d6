from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.definitions.definition import Definition, digest, parse, read
from workflows.errors import DefinitionError, UnknownThing

SHIPPED = Path(__file__).parents[2] / "workflows" / "definitions"
NAMES_OF_TYPES = (
    "chapter release_notes print_html web_html pdf_draft pdf_digital pdf_print layout_plan "
    "design_plan deployment qa_report marketing_copy announcement playtest_session "
    "playtest_analysis playtest_feedback improvement_plan review_report epub"
)
ARTIFACT_TYPES = NAMES_OF_TYPES.split()

WRITE = {"name": "write", "agent": "writer", "produces": ["chapter"]}
EDIT = {"name": "edit", "kind": "review", "agent": "editor", "consumes": ["chapter"]}
APPROVE = {"name": "approve", "kind": "gate", "role": "managing-editor"}


def table(*steps: dict[str, Any], **head: Any) -> dict[str, Any]:
    return {"type": "w9_small", "alias": "w9", "title": "Small", "steps": list(steps)} | head


def parsed(*steps: dict[str, Any], **head: Any) -> Definition:
    spec = table(*steps, **head)
    return parse(spec, source="w9.toml", known_artifact_types=ARTIFACT_TYPES)


def shipped(alias: str) -> Definition:
    (file,) = SHIPPED.glob(f"{alias}_*.toml")
    return read(file, ARTIFACT_TYPES)[0]


def names(definition: Definition) -> list[str]:
    return [step.name for step in definition.steps]


@pytest.mark.parametrize(
    ("alias", "steps", "upstream"),
    [
        ("w1", "plan write edit domain_review validate approve finalize", "w4_playtesting"),
        (
            "w2",
            "pm_review layout design create_pdf edit_pdf approve derive_digital finalize",
            "w1_editing",
        ),
        ("w3", "release_check qa marketing approve deploy announce", "w1_editing w2_pdf"),
        ("w4", "record_session analyze feedback", "w3_publication"),
    ],
)
def test_shipped_definitions_have_their_steps_and_upstream(
    alias: str, steps: str, upstream: str
) -> None:
    definition = shipped(alias)
    assert definition.alias == alias
    assert names(definition) == steps.split()
    assert definition.upstream == tuple(upstream.split())


@pytest.mark.parametrize("alias", ["w1", "w2", "w3", "w4"])
def test_a_definition_read_from_its_own_spec_is_the_same(alias: str) -> None:
    (file,) = SHIPPED.glob(f"{alias}_*.toml")
    definition, spec = read(file, ARTIFACT_TYPES)
    again = parse(spec, source="stored", known_artifact_types=ARTIFACT_TYPES)
    assert again == definition
    assert digest(again.as_spec()) == digest(spec)


def test_only_per_chapter_steps_of_editing_are_marked_so() -> None:
    starred = [step.name for step in shipped("w1").steps if step.foreach]
    assert starred == ["write", "edit", "domain_review"]


def test_only_the_last_step_of_editing_makes_a_version() -> None:
    makers = [
        step.name
        for a in ("w1", "w2", "w3", "w4")
        for step in shipped(a).steps
        if step.makes_version
    ]
    assert makers == ["finalize"]


def test_reviews_pass_without_handing_in_a_file() -> None:
    reviews = [s for a in ("w1", "w2", "w3") for s in shipped(a).steps if s.kind == "review"]
    assert reviews
    assert all(wanted.optional for review in reviews for wanted in review.produces)


@pytest.mark.parametrize(
    ("alias", "step", "target"),
    [
        ("w1", "edit", "write"),
        ("w1", "domain_review", "write"),
        ("w1", "validate", "write"),
        ("w1", "approve", "write"),
        ("w2", "edit_pdf", "create_pdf"),
        ("w2", "approve", "create_pdf"),
        ("w3", "release_check", None),
        ("w3", "qa", None),
        ("w3", "approve", "marketing"),
    ],
)
def test_work_goes_back_to_the_step_that_made_it(alias: str, step: str, target: str | None) -> None:
    found = shipped(alias).rework_target(step)
    assert (found.name if found else None) == target


def test_a_gate_takes_what_the_reviews_before_it_took() -> None:
    assert shipped("w1").consumed_by("approve") == ("chapter",)
    assert shipped("w2").consumed_by("approve") == ("pdf_draft",)


def test_a_gate_after_reviews_of_nothing_made_here_takes_what_was_made_right_before() -> None:
    assert shipped("w3").consumed_by("approve") == ("marketing_copy",)


def test_a_gate_with_no_review_before_it_takes_what_the_step_before_made() -> None:
    definition = parsed(WRITE, APPROVE)
    assert definition.consumed_by("approve") == ("chapter",)
    assert definition.rework_target("approve") == definition.step("write")


def test_the_nearest_of_two_makers_reworks() -> None:
    polish = {"name": "polish", "agent": "poet", "produces": ["chapter"]}
    target = parsed(WRITE, polish, EDIT).rework_target("edit")
    assert target
    assert target.name == "polish"


def test_of_two_makers_equally_near_the_later_reworks() -> None:
    start = {"name": "start", "agent": "planner"}
    ink = {"name": "ink", "agent": "a", "needs": ["start"], "produces": ["chapter"]}
    draw = {"name": "draw", "agent": "b", "needs": ["start"], "produces": ["chapter"]}
    target = parsed(start, ink, draw, EDIT | {"needs": ["ink", "draw"]}).rework_target("edit")
    assert target
    assert target.name == "draw"


def test_a_gate_looks_for_reviews_along_every_way_back() -> None:
    draw = {"name": "draw", "agent": "b", "needs": ["write"], "produces": ["pdf_draft"]}
    look = {"name": "look", "kind": "review", "agent": "c", "consumes": ["pdf_draft"]}
    rest = {"name": "rest", "agent": "d", "needs": ["edit"]}
    definition = parsed(WRITE, EDIT, draw, look, rest, APPROVE | {"needs": ["look", "rest"]})
    assert definition.consumed_by("approve") == ("chapter", "pdf_draft")


def test_upstream_and_downstream_reach_all_the_way() -> None:
    editing = shipped("w1")
    assert editing.upstream_of("edit") == {"plan", "write"}
    after = [step.name for step in editing.downstream_of("validate")]
    assert after == ["approve", "finalize"]


def test_a_step_needs_the_one_before_it_unless_it_says_otherwise() -> None:
    definition = parsed(WRITE, EDIT)
    assert definition.step("write").needs == ()
    assert definition.step("edit").needs == ("write",)


def test_the_agent_of_a_gate_is_its_role() -> None:
    assert shipped("w1").step("approve").agent == "managing-editor"


def test_an_unknown_step_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownThing, match='w1_editing has no step "wirte"; did you mean "write"'):
        shipped("w1").step("wirte")


def test_a_digest_changes_with_the_content_alone() -> None:
    spec = parsed(WRITE, EDIT).as_spec()
    assert digest(spec) == digest(dict(reversed(spec.items())))
    assert digest(spec) != digest(parsed(WRITE).as_spec())


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ({"type": "W9"}, 'w9.toml: type "W9" is not a name: lower-case letters'),
        ({"alias": "9w"}, 'w9.toml: alias "9w" is not a name'),
        ({"title": " "}, "w9.toml: title is empty"),
        ({"title": 9}, "w9.toml: title must be a text, not a number"),
        ({"title": "a" * 201}, "w9.toml: title is longer than 200 characters"),
        ({"title": "a\nb"}, "w9.toml: title must be one line of printable characters"),
        ({"steps": []}, "w9.toml: steps is empty"),
        ({"steps": {"name": "write"}}, "w9.toml: steps must be a list of tables"),
        ({"steps": ["write"]}, "w9.toml: steps must be a list of tables"),
        ({"upstream": "w1"}, "w9.toml: upstream must be a list of texts, not a text"),
        ({"upstream": [1]}, "w9.toml: upstream must be a list of texts, not of a number"),
        ({"upstream": ["w1", "w1"]}, 'w9.toml: upstream names "w1" twice'),
        ({"titel": "x"}, 'w9.toml: unknown key "titel"; did you mean "title"?'),
    ],
)
def test_a_wrong_head_is_refused_in_one_line(head: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        parsed(WRITE, **head)
    assert str(refusal.value).startswith(message)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("key", ["type", "alias", "title", "steps"])
def test_a_missing_key_is_named(key: str) -> None:
    spec = table(WRITE)
    del spec[key]
    with pytest.raises(DefinitionError, match=rf"^w9.toml: {key} is missing$"):
        parse(spec, source="w9.toml", known_artifact_types=ARTIFACT_TYPES)


EDIT_REFUSED = [
    ({"knid": "work"}, 'unknown key "knid"; did you mean "kind"?'),
    ({"kind": "revew"}, 'unknown kind "revew"; did you mean "review"?'),
    ({"kind": 1}, "kind must be a text, not a number"),
    ({"agent": ""}, "agent is empty"),
    ({"agent": ["a"]}, "agent must be a text, not a list"),
    ({"role": "boss"}, "only a gate has a role, not a review step"),
    ({"makes_version": True}, "a review makes no version"),
    ({"foreach": "page"}, "foreach is 'page'; only \"chapter\" is known"),
    ({"foreach": True}, 'foreach is True; only "chapter" is known'),
    ({"needs": "write"}, "needs must be a list of texts, not a text"),
    ({"needs": ["wirte"]}, 'needs the unknown step "wirte"; did you mean "write"?'),
    ({"needs": ["edit"]}, "it needs itself"),
    ({"needs": ["write", "write"]}, 'needs names "write" twice'),
    ({"needs": []}, 'not reached from the first step "write": it needs nothing'),
    ({"name": "write"}, "two steps have that name"),
    ({"consumes": "chapter"}, "consumes must be a list of texts, not a text"),
    ({"consumes": ["chaptre"]}, 'consumes the unknown artifact type "chaptre"; did you mean'),
    ({"produces": ["maps?"]}, 'produces the unknown artifact type "maps"'),
    ({"produces": ["epub", "epub?"]}, 'produces names "epub" twice'),
    ({"consumes": ["epub"]}, 'consumes "epub", which no step before it makes; what an upstream'),
    ({"max_attempts": 0}, "max_attempts is 0; it must be at least 1"),
    ({"max_attempts": True}, "max_attempts must be a number, not true or false"),
    ({"lease_seconds": 0}, "lease_seconds is 0; it must be at least 1"),
    ({"lease_seconds": 1.5}, "lease_seconds must be a number, not a number with a fraction"),
]


@pytest.mark.parametrize(("change", "message"), EDIT_REFUSED)
def test_a_wrong_step_is_refused_in_one_line(change: dict[str, Any], message: str) -> None:
    step = EDIT | change
    with pytest.raises(DefinitionError) as refusal:
        parsed(WRITE, step)
    assert str(refusal.value).startswith(f'w9.toml: step "{step["name"]}": {message}')
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"agent": "writer"}, "a gate has no agent; whoever has its role decides"),
        ({"produces": []}, "a gate has no produces"),
        ({"foreach": "chapter"}, "a gate has no foreach"),
        ({"makes_version": False}, "a gate has no makes_version"),
    ],
)
def test_a_gate_has_nothing_of_a_worker(change: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError, match=f'w9.toml: step "approve": {message}'):
        parsed(WRITE, APPROVE | change)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"name": "approve", "kind": "gate"}, 'step "approve": role is missing'),
        ({"name": "write"}, 'step "write": agent is missing'),
        ({"agent": "writer"}, "step 1: name is missing"),
        ({"name": "Write!", "agent": "a"}, 'step 1: name "Write!" is not a name'),
        (
            {"name": "write", "agent": "a", "makes_version": 1},
            'step "write": makes_version must be',
        ),
    ],
)
def test_what_a_step_must_have_is_named(step: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError) as refusal:
        parsed(step)
    assert str(refusal.value).startswith(f"w9.toml: {message}")


def test_a_circle_is_printed_in_the_order_of_the_work() -> None:
    circle = [
        {"name": "one", "agent": "a"},
        {"name": "two", "agent": "a", "needs": ["one", "four"]},
        {"name": "three", "agent": "a"},
        {"name": "four", "agent": "a"},
    ]
    with pytest.raises(DefinitionError, match=r"run in a circle: two → three → four → two$"):
        parsed(*circle)


def test_a_step_beside_the_first_is_unreachable() -> None:
    lone = {"name": "lone", "agent": "a", "needs": []}
    after = {"name": "after", "agent": "a", "needs": ["lone"]}
    message = 'step "lone": not reached from the first step "write": it needs nothing'
    with pytest.raises(DefinitionError, match=message):
        parsed(WRITE, lone, after)


def test_what_an_upstream_workflow_makes_is_taken_when_marked() -> None:
    assert parsed(WRITE, EDIT | {"consumes": ["epub?"]}).consumed_by("edit") == ("epub",)


def test_an_upstream_workflow_nobody_knows_yet_is_fine() -> None:
    assert parsed(WRITE, upstream=["w77_later"]).upstream == ("w77_later",)


@pytest.mark.parametrize("content", [b"type = ", b"\xff\xfe", b"a" + b"=[" * 100_000])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "w9_broken.toml"
    file.write_bytes(content)
    with pytest.raises(DefinitionError, match=r"^w9_broken.toml: not TOML: [^\n]+$"):
        read(file, ARTIFACT_TYPES)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"^w9.toml: cannot be read: No such file"):
        read(tmp_path / "w9.toml", ARTIFACT_TYPES)


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.text(max_size=4)
    | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
keys = ["name", "kind", "agent", "role", "needs", "foreach", "consumes", "produces", "max_attempts"]
odd_steps = st.dictionaries(st.sampled_from(keys), junk, max_size=5)


@given(st.lists(odd_steps | st.just(WRITE) | st.just(EDIT) | st.just(APPROVE), max_size=4))
def test_whatever_the_steps_they_are_sound_or_refused_in_one_line(
    steps: list[dict[str, Any]],
) -> None:
    try:
        definition = parsed(*steps)
    except DefinitionError as refusal:
        assert len(str(refusal).splitlines()) == 1  # noqa: PT017
    else:
        again = parse(definition.as_spec(), source="x", known_artifact_types=ARTIFACT_TYPES)
        assert again == definition
