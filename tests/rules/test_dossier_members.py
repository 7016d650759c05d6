"""What a dossier's files are called, and how the lists in them are written."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from artifacts.models import Artifact
from events.dossier.members import as_json, stored, sums, written
from events.dossier.names import names_of
from events.templatetags.in_markdown import quoted, words


def content(member: Any) -> str:
    return b"".join(member.chunks()).decode()


def named(*paths: str, item: str = "") -> list[str]:
    rows = [
        Artifact(pk=n, public_id=f"art_{n}", workflow_type="w2_pdf", artifact_type="epub",
                 path=path, item=item)
        for n, path in enumerate(paths, start=1)
    ]  # fmt: skip
    return [name.removeprefix("w2_pdf/epub/") for name in names_of(rows).values()]


def test_sums_are_written_as_sha256sum_writes_them() -> None:
    members = [written("a b.md", "x"), stored("c\\d\ne\rf", "ab" * 32, 1)]
    x = hashlib.sha256(b"x").hexdigest()
    assert content(sums("SHA256SUMS", members)) == (
        f"{x}  a b.md\n" + "\\" + "ab" * 32 + "  c\\\\d\\ne\\rf\n"
    )


def test_json_is_the_same_from_every_database() -> None:
    at = datetime(2025, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    one = as_json("a.json", {"b": 1.0, "a": [{"é": 2.5, "z": 1e16}], "at": at})
    other = as_json("a.json", {"a": [{"z": 10**16, "é": 2.50}], "at": at, "b": 1})
    assert content(one) == content(other)
    assert json.loads(content(one))["at"] == "2025-03-01T12:00:00.123Z"


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (("a.pdf", "b.pdf"), ["a.pdf", "b.pdf"]),
        (("a.pdf", "A.PDF", "b"), ["art_1/a.pdf", "art_2/A.PDF", "b"]),
        (("\u00e9", "e\u0301"), ["art_1/\u00e9", "art_2/e\u0301"]),
        (("a", "A/b"), ["art_1/a", "A/b"]),
        (("c:\\x", "a?. ", "./b//c"), ["c__x", "a__", "b/c"]),
        (("x" * 300 + ".pdf",), ["x" * 56 + ".pdf"]),
    ],
)
def test_names_of_outputs_fit_every_system_and_never_meet(
    paths: tuple[str, ...], names: list[str]
) -> None:
    assert named(*paths) == names


def test_what_is_about_a_chapter_lies_in_a_folder_of_its_own() -> None:
    assert named("edit.json", item="05-conflict") == ["05-conflict/edit.json"]


def test_words_of_others_are_no_markup() -> None:
    assert words("a | *b*\n`c` <d>") == r"a \| \*b\* \`c\` \<d\>"
    assert quoted(" # one\n\ntwo ") == "> \\# one\n>\n> two"
