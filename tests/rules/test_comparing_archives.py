"""What differs between two zip files."""

from typing import Any
from zipfile import ZIP_STORED

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contents import zipped
from workflows.comparing import archives
from workflows.comparing.archives import compare, read
from workflows.comparing.reading import Unreadable

members = st.dictionaries(st.sampled_from(["a.md", "b.xhtml", "c.png"]), st.binary(max_size=4))


def stored(files: dict[str, str | bytes]) -> bytes:
    return zipped(files, ZIP_STORED)


def between(old: dict[str, Any], new: dict[str, Any]) -> Any:
    return compare(read(stored(old)), read(stored(new)))["members"]


def test_members_are_added_removed_and_changed_word_by_word() -> None:
    old = {"same.md": "Same.", "gone.md": "Gone.", "text/01.xhtml": "<p>Roll two dice.</p>\n"}
    new = {"same.md": "Same.", "new.md": "New.", "text/01.xhtml": "<p>Roll three dice.</p>\n"}
    assert between(old, new) == {
        "added": ["new.md"],
        "removed": ["gone.md"],
        "changed": [
            {
                "path": "text/01.xhtml",
                "size_bytes_from": 22,
                "size_bytes_to": 24,
                "words_added": 1,
                "words_removed": 1,
                "diff": "@@ line 1 @@\n<p>Roll [-two-]{+three+} dice.</p>\n",
            }
        ],
    }


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [("map.png", "a", "b"), ("a.md", b"\xff", b"\xfe"), ("a.md", "x" * 1_000_001, "y")],
)
def test_of_what_is_no_small_text_only_the_sizes_are_told(path: str, old: Any, new: Any) -> None:
    [changed] = between({path: old}, {path: new})["changed"]
    assert (changed["size_bytes_from"], changed["size_bytes_to"]) == (len(old), len(new))
    assert (changed["diff"], changed["words_added"]) == (None, None)


def test_only_so_much_text_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_TEXT_BYTES", 30)
    old = {f"{n}.md": "old " * 3 for n in range(2)}
    changed = between(old, {f"{n}.md": "new " * 3 for n in range(2)})["changed"]
    assert [one["diff"] is None for one in changed] == [False, True]


def test_how_an_archive_is_packed_makes_no_difference() -> None:
    files: dict[str, str | bytes] = {"a.md": "word " * 100, "folder/": ""}
    packed = read(zipped(files))
    assert compare(read(stored({"a.md": files["a.md"]})), packed)["members"]["changed"] == []


@given(members, members)
def test_members_are_told_apart_by_their_bytes(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = between(old, new)
    assert set(found["added"]) == new.keys() - old.keys()
    assert set(found["removed"]) == old.keys() - new.keys()
    both = old.keys() & new.keys()
    assert {one["path"] for one in found["changed"]} == {p for p in both if old[p] != new[p]}


def test_a_member_that_is_damaged_or_locked_is_not_read() -> None:
    content = bytearray(stored({"a.md": "Roll two dice."}))
    content[content.index(b"two")] = 0
    damaged = read(bytes(content))
    locked = bytearray(stored({"a.md": "Roll two dice"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    for one in (damaged, read(bytes(locked))):
        assert one.text("a.md") is None


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", stored({"a.md": "text"})[:-30]],
    ids=["nothing", "a beginning", "without its end"],  # a zip holds the time it was made
)
def test_what_is_no_zip_file_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="does not open as a zip file"):
        read(content)
