"""What JSON artifacts hold: objects, and known keys of their shape."""

import json
from typing import Any, get_args

import pytest

from artifacts.contents.records import RejectionType
from artifacts.errors import InvalidArtifact
from artifacts.registry import Handed
from events.models import RejectionType as Routed


def handed(artifact_type: str, content: Any) -> Handed:
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Handed.of_bytes(artifact_type, "a.json", content)


DEEP = b'{"a":' * 100 + b"1" + b"}" * 100
WRONG = {
    b"": "Expecting value",
    b"{": "not JSON",
    b"[1]": "no JSON object",
    b'"plan"': "no JSON object",
    b"1": "no JSON object",
    b"null": "no JSON object",
    b'{"a": NaN}': "NaN is no JSON number",
    b'{"a": -Infinity}': "Infinity is no JSON number",
    b'{"a": 1e999}': "too large a number",
    b'{"a": -1e999}': "too large a number",
    b'{"a": ' + b"9" * 5000 + b"}": "too large a number",
    b'{"a": 1, "a": 1}': '"a" stands twice',
    b'{"b": [[{"a": 1, "\\u0061": 1}]]}': '"a" stands twice',
    b'{"a": "\\u0000"}': "NUL",
    b'{"\\u0000": 1}': "NUL",
    b'{"a": [["\\u0000"]]}': "NUL",
    b'{"a": "\0"}': "NUL",
    b'{"a": "\\ud800"}': "half a character",
    b'{"a": [{}, "\\udc00\\ud800"]}': "half a character",
    b"\xef\xbb\xbf{}": "BOM",
    '{"a": 1}'.encode("utf-16"): "not UTF-8",
    b'{"a": "\xff"}': "not UTF-8",
    b'{"a":' + DEEP + b"}": "deeper than 100",
    b'{"a":' + b"[" * 100 + b"]" * 100 + b"}": "deeper than 100",
    b"[" * 100_000: "not JSON",
    b'{"a":' * 100_000: "not JSON",
}


@pytest.mark.parametrize(("content", "why"), WRONG.items())
def test_what_not_every_reader_takes_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(InvalidArtifact, match=why) as caught:
        handed("layout_plan", content)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"{}", DEEP, b'{"a": "\\ud83d\\ude00"}', b'{"a": "\\\\u0000"}', b'{"a": {"a": 1}}',
     b'{"a": [1, 1.5e300, true, null, "x"]}', b' {"a": -0}\n'],
)  # fmt: skip
def test_any_other_object_is_taken_as_it_is(content: bytes) -> None:
    assert handed("layout_plan", content).kept.size_bytes == len(content)


def test_a_key_that_stands_twice_is_found_at_once_among_very_many() -> None:
    many = b",".join(b'"%d": 1' % number for number in range(300_000))
    with pytest.raises(InvalidArtifact, match='"299999" stands twice'):
        handed("layout_plan", b"{" + many + b', "299999": 2}')


ITEM = {"key": "f1", "chapter": "01-town", "heading": "The Gate", "rejection_type": "clarity",
        "severity": "major", "quote": "a guard", "text": "Which guard?", "table": 4}  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"items": []},
        {"items": [ITEM], "session": 3},
        {"items": [{"key": "f1", "chapter": None}, {"key": "f2"}]},
    ],
)
def test_feedback_is_items_with_keys_and_whatever_else(told: Any) -> None:
    handed("playtest_feedback", told)


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"items": None}, r"\$.items"),
        ({"items": 3}, r"\$.items"),
        ({"items": {"f1": ITEM}}, r"\$.items"),
        ({"items": [1]}, r"\$.items\[0\]"),
        ({"items": [ITEM, {}]}, r"key.*\$.items\[1\]"),
        ({"items": [ITEM | {"key": ""}]}, r"\$.items\[0\].key"),
        ({"items": [ITEM | {"key": " f1"}]}, r"\$.items\[0\].key"),
        ({"items": [ITEM | {"key": "f1\n"}]}, r"\$.items\[0\].key"),
        ({"items": [ITEM | {"key": "x" * 201}]}, r"\$.items\[0\].key"),
        ({"items": [ITEM | {"key": 1}]}, r"\$.items\[0\].key"),
        ({"items": [ITEM, ITEM]}, 'two items have the key "f1"'),
        ({"items": [ITEM | {"chapter": 1}]}, r"\$.items\[0\].chapter"),
        ({"items": [ITEM | {"heading": "one\ntwo"}]}, r"\$.items\[0\].heading"),
        ({"items": [ITEM | {"rejection_type": "taste"}]}, r"taste.*rejection_type"),
        ({"items": [ITEM | {"severity": "very, very bad"}]}, r"\$.items\[0\].severity"),
        ({"items": [ITEM | {"quote": ["a", "b"]}]}, r"\$.items\[0\].quote"),
    ],
)
def test_feedback_of_another_shape_is_refused_with_the_place(told: Any, where: str) -> None:
    with pytest.raises(InvalidArtifact, match=f"^a.json is no playtest_feedback: .*{where}"):
        handed("playtest_feedback", told)


@pytest.mark.parametrize(
    ("artifact_type", "told"),
    [
        ("improvement_plan", {"goal": "clearer rules"}),
        ("improvement_plan", {"chapters": ["01-town", {"slug": "02-marsh", "why": "long"}]}),
        ("review_report", {"findings": [{"message": "too long", "page": 4}], "mood": "good"}),
        ("review_report", {"chapters": {"01-town": {"before": {"words": 3, "grade": None}}}}),
        ("deployment", {"url": "https://example.org/", "files": [{"path": "book.pdf"}]}),
        ("qa_report", {"findings": "none"}),
    ],
)
def test_known_keys_may_be_left_out_and_others_added(artifact_type: str, told: Any) -> None:
    handed(artifact_type, told)


@pytest.mark.parametrize(
    ("artifact_type", "told"),
    [
        ("improvement_plan", {"book": 1}),
        ("improvement_plan", {"chapters": "01-town"}),
        ("improvement_plan", {"chapters": [{"words": -1}]}),
        ("review_report", {"findings": ["too long"]}),
        ("review_report", {"findings": [{"rejection_type": "taste"}]}),
        ("review_report", {"figures": {"before": {"words": "many"}}}),
        ("deployment", {"url": "example.org"}),
        ("deployment", {"url": "javascript:alert(1)"}),
        ("deployment", {"files": [{"digest": "0" * 64}]}),
        ("deployment", {"files": [{"path": "a.pdf", "digest": "nonsense"}]}),
    ],
)
def test_known_keys_of_another_shape_are_refused(artifact_type: str, told: Any) -> None:
    with pytest.raises(InvalidArtifact, match=f"is no {artifact_type}: "):
        handed(artifact_type, told)


def test_records_know_the_types_of_rejections() -> None:
    """`artifacts` cannot import `events`, so it names the types itself."""
    assert set(get_args(RejectionType)) == set(Routed.values)
