"""Whatever bytes are handed in, they are taken or refused in one line."""

import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifacts import contents
from artifacts.contents.media import JSON, PDF
from artifacts.errors import InvalidArtifact
from tests.contents import TAKES, suffix_of, valid

TYPES = {media_type: kind for kind, takes in TAKES.items() for media_type in takes}
QUICK = [one for one in TYPES if one != PDF]
JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["items", "key", "chapters", "files", "url"]), inner)
    ),
    max_leaves=12,
)


@st.composite
def spoiled(draw: st.DrawFn, content: bytes) -> bytes:
    """Valid bytes, some of them flipped, a part of them gone, or a part of them twice."""
    out = bytearray(content)
    for _ in range(draw(st.integers(0, 8))):
        place = draw(st.integers(0, len(content) - 1))
        out[place] ^= 1 << draw(st.integers(0, 7))
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
    again = draw(st.sampled_from([0, 1, 1, 2]))
    return bytes(out[:start] + out[start:end] * again + out[end:])


def judge(media_type: str, content: bytes, kind: str = "") -> str:
    """Empty where it is taken."""
    path = f"a{suffix_of(media_type)}"
    try:
        contents.check(kind or TYPES[media_type], path, io.BytesIO(content))
    except InvalidArtifact as refusal:
        said = str(refusal)
    else:
        return ""
    assert said.startswith(f"{path} ")
    assert len(said.splitlines()) == 1
    return said


@pytest.mark.parametrize("media_type", QUICK)
@given(data=st.data())
def test_any_bytes_are_taken_or_refused(media_type: str, data: st.DataObject) -> None:
    judge(media_type, data.draw(st.binary(max_size=200)))


@pytest.mark.parametrize("media_type", QUICK)
@settings(max_examples=200)
@given(data=st.data())
def test_spoiled_files_are_taken_or_refused(media_type: str, data: st.DataObject) -> None:
    judge(media_type, data.draw(spoiled(valid(media_type))))


@settings(max_examples=40)
@given(data=st.data())
def test_spoiled_pdfs_are_taken_or_refused(data: st.DataObject) -> None:
    judge(PDF, data.draw(spoiled(valid(PDF))))


@settings(max_examples=20)
@given(noise=st.binary(max_size=2000))
def test_noise_is_no_pdf(noise: bytes) -> None:
    assert judge(PDF, b"%PDF-1.7\n" + noise + b"\n%%EOF\n")


@given(told=JSON_LIKE, kind=st.sampled_from([kind for kind in TAKES if JSON in TAKES[kind]]))
def test_any_json_is_taken_or_refused(told: object, kind: str) -> None:
    judge(JSON, json.dumps(told).encode(), kind)


def test_nothing_is_left_open_or_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for media_type in TYPES:
        for content in (valid(media_type), valid(media_type)[:-20], b"PK\x03\x04"):
            judge(media_type, content)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert list(tmp_path.iterdir()) == []
