"""The little language of a trigger's parameters: names are looked up, and nothing is evaluated."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triggers.errors import TriggerRefused, Unfilled
from triggers.filling import (
    ARTIFACT_FIELDS,
    RUN_FIELDS,
    Name,
    check_name,
    filled,
    names_in,
    whose,
)

SOURCES = {"source": {"release_notes", "pdf_draft"}, "with.w2_pdf": {"pdf_print"}}
HELD: dict[str, Any] = {
    "source.id": "wfrun_1",
    "source.chain_depth": 3,
    "source.outcome": None,
    "source.parameters.chapters": ["01-one", "02-two"],
    "source.parameters.draft": True,
    "source.parameters.share": 0.5,
    "source.parameters.deep": {"of": ["ä"]},
    "source.parameters.nested": [1, [None, "x"], False],
    "source.parameters.sly": "{source.id} {{x}}",
    "source.parameters.a.b": "dotted",
    "with.w2_pdf.artifacts.pdf_print.id": "art_1",
}


def look_up(name: Name) -> Any:
    try:
        return HELD[".".join(name)]
    except KeyError:
        raise Unfilled(f"there is no {'.'.join(name)}") from None


def refusal(text: str) -> str:
    """What is said of a text, by its braces or by the name between them."""
    with pytest.raises(TriggerRefused) as caught:
        check_all(text)
    return str(caught.value)


def check_all(text: str) -> None:
    for name in names_in(text):
        check_name(name, SOURCES)


@pytest.mark.parametrize("name", sorted(HELD))
def test_a_text_that_is_one_name_becomes_the_value_itself(name: str) -> None:
    made = filled(f"{{{name}}}", look_up)
    assert made == HELD[name]
    assert type(made) is type(HELD[name])


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("run {source.id}", "run wfrun_1"),
        ("{source.id} ", "wfrun_1 "),
        ("{source.id}{source.id}", "wfrun_1wfrun_1"),
        ("{source.chain_depth} of {source.parameters.share}", "3 of 0.5"),
        ("it {source.outcome}!", "it !"),
        ("{source.parameters.chapters}.", "01-one,02-two."),
        ("draft={source.parameters.draft}", "draft=true"),
        ("={source.parameters.deep}", '={"of": ["ä"]}'),
        ("={source.parameters.nested}", "=1,,x,false"),
        ("{source.parameters.a.b}-", "dotted-"),
        ("{with.w2_pdf.artifacts.pdf_print.id}.pdf", "art_1.pdf"),
    ],
)
def test_within_a_longer_text_a_name_becomes_words(text: str, made: str) -> None:
    assert filled(text, look_up) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", ""),
        ("{{}}", "{}"),
        ("}}{{", "}{"),
        ("{{source.id}}", "{source.id}"),
        ("{{{source.id}}}", "{wfrun_1}"),
        ("{{{{{source.id}", "{{wfrun_1"),
        ("{{0}} %s $x \\n", "{0} %s $x \\n"),
    ],
)
def test_two_braces_are_one(text: str, made: str) -> None:
    assert filled(text, look_up) == made


def test_lists_and_objects_are_filled_however_deep_and_other_values_stay() -> None:
    value = {
        "runs": ["{source.id}", {"deep": ["{source.chain_depth}", "n{source.chain_depth}"]}],
        "{source.id}": "a key stays",
        "plain": [1, 1.5, True, None, "text", {}, []],
    }
    assert filled(value, look_up) == {
        "runs": ["wfrun_1", {"deep": [3, "n3"]}],
        "{source.id}": "a key stays",
        "plain": [1, 1.5, True, None, "text", {}, []],
    }
    found = [("source", "id"), ("source", "chain_depth"), ("source", "chain_depth")]
    assert list(names_in(value)) == found


def test_what_a_name_stands_for_is_not_read_again() -> None:
    assert filled("{source.parameters.sly}", look_up) == "{source.id} {{x}}"
    assert filled("so: {source.parameters.sly}", look_up) == "so: {source.id} {{x}}"


def test_filling_leaves_what_it_fills_alone() -> None:
    value = {"list": ["{source.id}"], "object": {"deep": "{source.id}"}}
    filled(value, look_up)
    assert value == {"list": ["{source.id}"], "object": {"deep": "{source.id}"}}


@pytest.mark.parametrize("text", ["{source.reason}", "because {source.reason}"])
def test_what_the_source_does_not_have_is_told(text: str) -> None:
    with pytest.raises(Unfilled, match=r"there is no source\.reason"):
        filled([{"deep": text}], look_up)


@pytest.mark.parametrize(
    "text", ["{", "}", "a{b", "a}b", "{source.id", "source.id}", "{source.id}}", "{{source.id}",
             "{a{b}}", "{{{source.id}}", "{source.id!}", "{[}"],
)  # fmt: skip
def test_lone_braces_are_refused_with_the_way_to_write_them(text: str) -> None:
    assert refusal(text) == f'"{text}": its braces do not pair; write {{{{ and }}}} for braces'


@pytest.mark.parametrize(
    "text",
    ["{source.id!r}", "{source.id!s}", "{source.id:>9}", "{source.id:%Y}", "{source.id!r:>9}",
     "{source.id:{source.id}}", "x {source.id:,} y"],
)  # fmt: skip
def test_conversions_and_formats_are_refused(text: str) -> None:
    assert refusal(text) == f'"{text}": a name stands alone between its braces'


@pytest.mark.parametrize("name", ["", ".", ".id", "source.", "source..id", "source.parameters."])
def test_empty_names_are_refused(name: str) -> None:
    assert refusal(f"{{{name}}}") == f'"{{{name}}}": {{{name}}} names nothing'


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("0", 'no source "0"; there are source, with.w2_pdf'),
        (" ", 'no source " "; there are source, with.w2_pdf'),
        ("id", 'no source "id"; there are source, with.w2_pdf'),
        ("sorce.id", 'no source "sorce"; did you mean "source"?'),
        ("source[0]", 'no source "source[0]"; did you mean "source"?'),
        ("source[id].id", 'no source "source[id]"; did you mean "source"?'),
        ("with.w2.id", 'no source "with.w2"; did you mean "with.w2_pdf"?'),
        ("with", 'no source "with"; there are source, with.w2_pdf'),
        ("source", 'no field of a run ""; there are artifacts, book, cause, chain_depth, id'),
        ("source.outcom", 'no field of a run "outcom"; did you mean "outcome"?'),
        ("source.id.x", 'no field of a run "id.x"; did you mean "id"?'),
        ("source.__class__", 'no field of a run "__class__"; there are artifacts, book, cause'),
        ("source.id.__class__.__mro__", 'no field of a run "id.__class__.__mro__"; there are'),
        ("source.pk", 'no field of a run "pk"; there are'),
        ("source.delete", 'no field of a run "delete"; there are'),
        ("source.artifacts.relaese_notes.id", 'no artifact "relaese_notes"; did you mean'),
        ("source.artifacts.pdf_print.id", 'no artifact "pdf_print"; did you mean "pdf_draft"?'),
        ("with.w2_pdf.artifacts.release_notes.id", 'no artifact "release_notes"; there are pdf'),
        ("source.artifacts.pdf_draft.size", 'no field of an artifact "size"; there are arti'),
        ("source.artifacts.pdf_draft.digset", 'no field of an artifact "digset"; did you mean'),
        ("source.artifacts.pdf_draft.__dict__", 'no field of an artifact "__dict__"; there are'),
    ],
)
def test_a_name_that_nothing_answers_to_is_refused_with_the_nearest(name: str, says: str) -> None:
    assert refusal(f"{{{name}}}").startswith(f"{{{name}}} names nothing: {says}")


@pytest.mark.parametrize("source", SOURCES)
def test_half_a_name_is_told_how_it_goes_on(source: str) -> None:
    whole = f"names nothing; write {{{source}.artifacts.TYPE.id}}"
    for rest in ("artifacts", "artifacts.pdf_draft", "artifacts.pdf_draft.id.x"):
        assert refusal(f"{{{source}.{rest}}}") == f"{{{source}.{rest}}} {whole}"
    says = f"{{{source}.parameters}} names nothing; write {{{source}.parameters.NAME}}"
    assert refusal(f"{{{source}.parameters}}") == says


def test_every_name_there_is_passes() -> None:
    for source, made in SOURCES.items():
        for field in RUN_FIELDS:
            check_name((*source.split("."), field), SOURCES)
        for artifact_type in made:
            for field in ARTIFACT_FIELDS:
                check_name((*source.split("."), "artifacts", artifact_type, field), SOURCES)
        for words in (("chapters",), ("a", "b"), ("with space",), ("__class__",)):
            check_name((*source.split("."), "parameters", *words), SOURCES)


def test_a_name_begins_with_its_source() -> None:
    assert whose(("source", "id")) == ("source", ("id",))
    assert whose(("with", "w2_pdf", "parameters", "a")) == ("with.w2_pdf", ("parameters", "a"))
    assert whose(("with",)) == ("with", ())


LONG = 1_000_000


@pytest.mark.parametrize(
    "text",
    ["{" * (LONG + 1), "{{" * LONG + "{", "{" + "a." * LONG + "a}", "{source." + "a" * LONG + "}",
     "{source.artifacts." + "a" * LONG + ".id}", "{source.id:" + "x" * LONG + "}",
     "a" * LONG + "}", "{" + "." * LONG + "}", "{source.parameters" + "[" * LONG + "}",
     "{source.artifacts" + ".a" * LONG + "}", "{with." + "a" * LONG + "}"],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_a_refusal_of_a_very_long_text_is_short(text: str) -> None:
    assert len(refusal(text)) < 500


def test_very_long_texts_are_filled() -> None:
    assert filled("a" * LONG, look_up) == "a" * LONG
    assert filled("{{" * LONG, look_up) == "{" * LONG
    assert filled("{source.id}" * 10_000, look_up) == "wfrun_1" * 10_000


BRACELESS = st.text().map(lambda text: text.replace("{", "").replace("}", ""))


@given(BRACELESS)
def test_a_text_without_braces_comes_back_unchanged(text: str) -> None:
    assert filled(text, look_up) == text
    assert list(names_in(text)) == []


@given(st.text())
def test_any_text_can_be_written(text: str) -> None:
    written = text.replace("{", "{{").replace("}", "}}")
    assert filled(written, look_up) == text


NAMES = st.sampled_from(sorted(HELD)).map(lambda name: f"{{{name}}}")


@given(st.lists(st.one_of(BRACELESS, NAMES)))
def test_each_part_of_a_text_is_filled_for_itself(parts: list[str]) -> None:
    alone = [filled(f"|{part}", look_up)[1:] for part in parts]
    assert filled("".join(["|", *parts]), look_up) == "|" + "".join(alone)


HOSTILE = st.text(alphabet="{}[]().!:_%'\"0 \nsource.idparameters\x00ä", max_size=40)


@given(HOSTILE)
def test_a_hostile_text_is_filled_refused_or_not_known_and_only_asks_for_names(text: str) -> None:
    asked = []

    def noting(name: Name) -> str:
        asked.append(name)
        return "value"

    try:
        names = list(names_in(text))
    except TriggerRefused:
        names = []
        with pytest.raises(TriggerRefused):
            filled(text, noting)
    else:
        assert isinstance(filled(text, noting), str)
    assert asked == names
    assert all(all(name) for name in asked)


class Watched:
    """Tells of whoever asks it for anything."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"somebody asked for {name}")


@pytest.mark.parametrize(
    "rest",
    ["__class__", "a.b", "parameters.__init__.__globals__", "x[0]", "x()", "__import__('os')"],
)
def test_nothing_is_ever_asked_of_a_value(rest: str) -> None:
    watched = Watched()
    asked: list[Name] = []
    look: Callable[[Name], Any] = lambda name: asked.append(name) or watched  # noqa: E731
    assert filled(f"{{source.{rest}}}", look) is watched
    assert asked == [tuple(f"source.{rest}".split("."))]
