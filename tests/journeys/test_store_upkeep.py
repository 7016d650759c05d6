"""The store verified, and what no row names collected."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artifacts import store as stored
from tests.agents import Crew
from tests.factories import book_of, started, write_folder
from tests.installation import installed
from tests.stores import aged, damage_of, digest_of, files, place_of, registered, with_map
from workflows.upkeep import wanted

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


@pytest.fixture
def crew() -> Crew:
    return Crew(started(book_of(1)))


def test_verify_names_every_row_of_damaged_bytes(
    crew: Crew, store: Path, tmp_path: Path, run_command: Run
) -> None:
    first, again = registered(crew, b"hello"), registered(crew, b"hello", "b.md")
    whole, lost = registered(crew, b"whole", "c.md"), registered(crew, b"lost", "d.md")
    asset = with_map(tmp_path, b"a map")
    assert run_command("artifact_verify") == {"checked": 4, "damaged": []}

    place_of(store, b"hello").write_bytes(b"hellO")
    place_of(store, b"lost").unlink()
    place_of(store, b"a map").write_bytes(b"a ma")
    answer, told = damage_of("artifact_verify")
    assert told == "3 of 4 stored files are damaged"
    assert answer["checked"] == 4
    at = {"book": "sea", "version": "1.0.0", "path": "art/map.svg"}
    expected = [
        (first.public_id, None, first.digest, "bytes"),
        (again.public_id, None, first.digest, "bytes"),
        (lost.public_id, None, lost.digest, "missing"),
        (None, at, asset.digest, "size"),
    ]
    found = [
        (one["artifact"], one["asset"], one["digest"], one["problem"]) for one in answer["damaged"]
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert whole.digest not in str(answer)


def test_verify_tells_what_cannot_be_read_from_what_is_missing(crew: Crew, store: Path) -> None:
    made = registered(crew, b"hello")
    place_of(store, b"hello").unlink()
    place_of(store, b"hello").mkdir()
    answer, _ = damage_of("artifact_verify")
    assert [(one["artifact"], one["problem"]) for one in answer["damaged"]] == [
        (made.public_id, "unreadable")
    ]


def test_the_same_bytes_of_an_artifact_and_an_asset_are_read_once(
    crew: Crew, tmp_path: Path, run_command: Run
) -> None:
    registered(crew, b"<svg/>")
    with_map(tmp_path, b"<svg/>")
    assert run_command("artifact_verify") == {"checked": 1, "damaged": []}


def test_digests_are_read_a_page_at_a_time(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {registered(crew, str(n).encode(), f"{n}.md").digest for n in range(7)}
    registered(crew, b"0", "again.md")
    monkeypatch.setattr(wanted, "PAGE", 3)
    with CaptureQueriesContext(connection) as queries:
        assert list(wanted.digests()) == sorted(made)
    assert len(queries) == 4 + 1  # pages of 3, 3, 1 and none of artifacts; none of assets
    assert all("LIMIT 3" in query["sql"] for query in queries)


def test_gc_lists_what_no_row_names_and_is_old(
    crew: Crew, store: Path, tmp_path: Path, run_command: Run
) -> None:
    named = [registered(crew, b"named").digest, with_map(tmp_path, b"a map").digest]
    stored.keep(b"orphan")
    stored.keep(b"young")
    for path in files(store):
        if path != place_of(store, b"young"):
            aged(path)
    answer = run_command("artifact_gc")
    assert [(one["digest"], one["size_bytes"]) for one in answer["orphans"]] == [
        (digest_of(b"orphan"), 6)
    ]
    rest = {key: value for key, value in answer.items() if key != "orphans"}
    assert rest == {"temporary": [], "spared": 1, "foreign": 0, "size_bytes": 6, "deleted": 0}
    assert len(files(store)) == 4

    assert run_command("artifact_gc", "--delete")["deleted"] == 1
    left = {path.name for path in files(store)}
    assert left == {*named, digest_of(b"young")}
    assert run_command("artifact_gc", "--delete")["deleted"] == 0
    assert run_command("artifact_verify")["damaged"] == []


def test_gc_takes_what_dead_writers_left_and_nothing_foreign(store: Path, run_command: Run) -> None:
    stored.keep(b"orphan")
    shard = place_of(store, b"orphan").parent
    digest = digest_of(b"elsewhere")
    foreign = [
        store / "notes.txt",
        store / digest,
        store / "zz" / digest,
        store / "published" / "index.html",
        shard / "README",
        shard / ".incoming.x",
        shard / digest.upper(),
        store / ("00" if digest[:2] != "00" else "11") / digest,
        shard / "folder" / digest,
    ]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"keep me")
    left = aged(write_folder(store, {".incoming.dead": b"half"}) / ".incoming.dead")
    write_folder(store, {".incoming.busy": b"half"})
    for path in (*foreign, place_of(store, b"orphan")):
        aged(path)
    answer = run_command("artifact_gc", "--delete")
    assert [one["digest"] for one in answer["orphans"]] == [digest_of(b"orphan")]
    assert [(one["name"], one["size_bytes"]) for one in answer["temporary"]] == [(left.name, 4)]
    assert (answer["deleted"], answer["spared"], answer["size_bytes"]) == (2, 1, 10)
    assert answer["foreign"] == 9
    assert sorted(files(store)) == sorted([*foreign, store / ".incoming.busy"])


def test_gc_of_an_empty_store_finds_nothing(store: Path, run_command: Run) -> None:
    empty = {"orphans": [], "temporary": [], "spared": 0, "foreign": 0, "size_bytes": 0}
    assert run_command("artifact_gc") == {**empty, "deleted": 0}
    store.rmdir()
    assert run_command("artifact_gc", "--delete") == {**empty, "deleted": 0}


def test_gc_spares_what_a_row_names_by_the_time_it_deletes(
    crew: Crew, store: Path, run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks through the whole store first; here a row comes between look and deletion."""
    stored.keep(b"hello")
    aged(place_of(store, b"hello"))
    ask = wanted.named
    answers = iter([set(), None])

    def named(among: Any) -> set[str]:
        answer = next(answers)
        if answer is None:
            registered(crew, b"hello")
            return ask(among)
        return answer

    monkeypatch.setattr(wanted, "named", named)
    answer = run_command("artifact_gc", "--delete")
    assert (answer["orphans"], answer["spared"], answer["deleted"]) == ([], 1, 0)
    assert place_of(store, b"hello").exists()


def test_damage_is_printed_and_still_exit_code_1(tmp_path: Path) -> None:
    with installed(tmp_path) as site:
        files(tmp_path / "store")[0].write_bytes(b"")
        process = site.start("artifact_verify", "--json")
        out, told = process.communicate()
    assert process.returncode == 1
    answer = json.loads(out)
    assert [(one["asset"]["book"], one["problem"]) for one in answer["damaged"]] == [
        ("core-rulebook", "size")
    ]
    assert told == f"CommandError: 1 of {answer['checked']} stored files are damaged\n"
