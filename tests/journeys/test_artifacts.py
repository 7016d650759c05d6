"""What is taken in as an artifact, and what counts."""

import hashlib
import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from artifacts import store
from artifacts.errors import ArtifactsError, ArtifactTooLarge, InvalidArtifact, MissingBytes
from artifacts.models import Artifact
from artifacts.registry import Handed
from tests.agents import Claimed, Crew
from tests.factories import book_of, started
from workflows import runs
from workflows.errors import IllegalMove, InvalidInput, StaleLease, UnknownThing, WorkflowsError
from workflows.inputs import chapters_of
from workflows.outputs import add

pytestmark = pytest.mark.django_db
HELLO = hashlib.sha256(b"hello").hexdigest()


def prepare() -> dict[str, str]:
    """An editing run ready to be written, and another of the same book."""
    book = book_of(2)
    writing = Crew(started(book)).up_to("write").run
    return {"writing": writing.public_id, "other": Crew(started(book)).up_to("write").run.public_id}


@pytest.fixture
def writing(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["writing"])


@pytest.fixture
def other(prepared: dict[str, str]) -> Crew:
    return Crew(prepared["other"])


def chapter(text: str, path: str = "01-one.md", **more: Any) -> Handed:
    return Handed.of_bytes("chapter", path, text.encode(), **more)


def register(crew: Crew, made: Handed, claimed: Claimed | None = None, **more: Any) -> Any:
    if claimed:
        more = {"step_id": str(claimed.id), "lease": claimed.lease, **more}
    return add(crew.run, made, actor="ada", **more).artifact


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "..", "../x.md", "a/../../x.md", "a/..", ".", "a\0b", "a\nb", "x" * 501],
)
def test_a_path_that_leaves_the_run_is_refused_and_nothing_stored(path: str, store: Path) -> None:
    with pytest.raises(InvalidArtifact):
        Handed.of_bytes("chapter", path, b"text")
    assert not list(store.iterdir())


@pytest.mark.parametrize("path", ["01.md", "chapters/01.md", "a..b.md", "ü.md", "x" * 500])
def test_any_other_path_is_fine(path: str) -> None:
    assert Handed.of_bytes("chapter", path, b"text").path == path


def test_an_unknown_type_is_refused_with_the_right_ones() -> None:
    with pytest.raises(InvalidArtifact, match=r'no artifact type "chaptr".*chapter'):
        Handed.of_bytes("chaptr", "01.md", b"text")


@pytest.mark.parametrize(
    ("artifact_type", "path", "content"),
    [
        ("chapter", "01.md", b"\xff\xfe"),
        ("chapter", "01.md", b"a\0b"),
        ("improvement_plan", "plan.json", b"{"),
        ("improvement_plan", "plan.json", b""),
        ("improvement_plan", "plan.json", b"[1]"),
        ("improvement_plan", "plan.json", b'"plan"'),
        ("improvement_plan", "plan.json", b'{"a": NaN}'),
        ("improvement_plan", "plan.json", b"\xff"),
        ("improvement_plan", "plan.json", b"[" * 100_000),
    ],
)
def test_content_that_is_not_what_it_says_is_refused_and_not_stored(
    artifact_type: str, path: str, content: bytes, store: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidArtifact, match=path):
        Handed.of_bytes(artifact_type, path, content)
    file = tmp_path / path
    file.write_bytes(content)
    with pytest.raises(InvalidArtifact, match=path):
        Handed.of_file(artifact_type, file)
    assert not list(store.iterdir())


def test_what_is_too_large_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.BINDERY_MAX_CHAPTER_BYTES, settings.BINDERY_MAX_UPLOAD_BYTES = 5, 8
    assert Handed.of_bytes("chapter", "01.md", b"12345").kept.size_bytes == 5
    file = tmp_path / "draft.pdf"
    file.write_bytes(b"123456789")
    for take in (
        lambda: Handed.of_bytes("chapter", "01.md", b"123456"),
        lambda: Handed.of_bytes("pdf_draft", "draft.pdf", b"123456789"),
        lambda: Handed.of_file("pdf_draft", file),
    ):
        with pytest.raises(ArtifactTooLarge):
            take()


@pytest.mark.parametrize("name", ["nowhere.md", "."])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArtifactsError):
        Handed.of_file("chapter", tmp_path / name, "01.md")


def test_the_same_bytes_are_stored_once_under_their_digest(store: Path) -> None:
    first, again = Handed.of_bytes("announcement", "a.txt", b"hello"), store_of(b"hello")
    assert first.kept == again == (HELLO, 5)
    files = [path for path in store.rglob("*") if path.is_file()]
    assert [path.relative_to(store).as_posix() for path in files] == [f"{HELLO[:2]}/{HELLO}"]
    assert files[0].read_bytes() == b"hello"


def store_of(content: bytes) -> store.Kept:
    return store.keep_file(io.BytesIO(content))


class TornFile(ContentFile):  # type: ignore[type-arg]
    """A content whose reader dies after the first chunk."""

    def chunks(self, chunk_size: int | None = None) -> Any:  # noqa: ARG002
        yield b"hel"
        raise OSError("power cut")


def test_a_write_that_dies_leaves_no_name_and_can_be_repeated(store: Path) -> None:
    name = f"{HELLO[:2]}/{HELLO}"
    with pytest.raises(OSError, match="power cut"):
        default_storage.save(name, TornFile(b"hello"))
    assert not default_storage.exists(name)
    assert [path for path in store.rglob("*") if path.is_file()] == []
    assert default_storage.save(name, File(io.BytesIO(b"hello"))) == name
    assert (store / name).read_bytes() == b"hello"


def test_lost_bytes_are_reported_by_their_digest(writing: Crew, store: Path) -> None:
    made = Artifact.objects.get(public_id=register(writing, chapter("text"))["id"])
    (store / made.digest[:2] / made.digest).unlink()
    with pytest.raises(MissingBytes, match=made.digest):
        made.content()


def test_the_same_step_type_path_and_bytes_are_the_same_row(writing: Crew) -> None:
    claimed = writing.claim("writer")
    first = register(writing, chapter("text"), claimed)
    last = writing.last_event()
    assert register(writing, chapter("text"), claimed) == first
    assert writing.events(last) == []
    claimed.complete("text")
    [row] = writing.run.artifacts.filter(artifact_type="chapter")
    assert (row.public_id, row.delivered) == (first["id"], True)
    assert writing.story(last) == ["completed write(01-one)"]


def test_another_text_under_the_same_path_supersedes_the_older(writing: Crew) -> None:
    claimed = writing.claim("writer")
    made = [register(writing, chapter(text), claimed) for text in ("one", "two", "three")]
    assert [one["supersedes"] for one in made] == [None, made[0]["id"], made[1]["id"]]
    elsewhere = register(writing, chapter("one", "other.md"), claimed)
    assert elsewhere["supersedes"] is None


def test_a_later_attempt_supersedes_what_the_earlier_made(writing: Crew) -> None:
    writing.up_to("edit")
    old = writing.artifact("chapter", "01-one")
    writing.claim("editor").reject()
    writing.claim("style-editor").complete("better")
    new = Artifact.objects.get(supersedes=old)
    assert new.content() == b"better"
    assert chapters_of(writing.fresh())["01-one"] == new


def test_a_complete_counts_only_what_it_carries(writing: Crew) -> None:
    claimed = writing.claim("writer")
    register(writing, chapter("a sketch", "sketch.md"), claimed)
    claimed.complete("the text")
    assert chapters_of(writing.fresh())["01-one"].content() == b"the text"
    writing.up_to("edit")
    editing = writing.claim("editor")
    assert [one["path"] for one in editing.brief["inputs"]] == ["01-one.md"]


def test_a_complete_may_name_an_earlier_of_two_sketches(writing: Crew) -> None:
    claimed = writing.claim("writer")
    for text in ("first", "second"):
        register(writing, chapter(text), claimed)
    claimed.complete("first")
    assert chapters_of(writing.fresh())["01-one"].content() == b"first"


def test_what_is_added_to_a_finished_step_changes_nothing_that_was_handed_in(
    writing: Crew,
) -> None:
    claimed = writing.claim("writer")
    claimed.complete("the text")
    with suppress(WorkflowsError):
        add(writing.run, chapter("smuggled in"), actor="eve", step_id=str(claimed.id))
    writing.up_to("edit")
    editing = writing.claim("editor")
    assert editing.brief["chapter"]["text"] == "the text"
    assert [one["digest"] for one in editing.brief["inputs"]] == [
        hashlib.sha256(b"the text").hexdigest()
    ]


def test_the_writer_of_one_chapter_cannot_replace_another(writing: Crew) -> None:
    first, second = writing.claim("writer"), writing.claim("writer")
    second.complete("the second")
    try:
        first.complete(handed=[chapter("not mine", item="02-one")])
    except WorkflowsError:
        first.complete("the first")
    texts = {item: made.content() for item, made in chapters_of(writing.fresh()).items()}
    assert texts["02-one"] == b"the second"


def test_a_step_may_hand_in_only_what_it_makes(writing: Crew) -> None:
    claimed = writing.claim("writer")
    plan = Handed.of_bytes("improvement_plan", "plan.json", b"{}")
    with pytest.raises(InvalidInput, match="makes chapter, not improvement_plan"):
        claimed.complete(handed=[chapter("text"), plan])
    with pytest.raises(InvalidInput, match="makes chapter, not improvement_plan"):
        register(writing, plan, claimed)
    assert not writing.run.artifacts.filter(artifact_type="chapter").exists()


@pytest.mark.parametrize("lease", ["", "wrong"])
def test_a_running_step_takes_nothing_without_its_lease(writing: Crew, lease: str) -> None:
    claimed = writing.claim("writer")
    with pytest.raises(StaleLease):
        register(writing, chapter("text"), claimed, lease=lease)
    assert not writing.run.artifacts.filter(artifact_type="chapter").exists()


def test_a_lease_that_ended_adds_nothing(writing: Crew) -> None:
    claimed = writing.claim("writer")
    claimed.release()
    with pytest.raises(StaleLease):
        register(writing, chapter("text"), claimed)


def test_a_step_of_another_run_is_refused(writing: Crew, other: Crew) -> None:
    claimed = other.claim("writer")
    with pytest.raises(WorkflowsError):
        register(writing, chapter("text"), claimed)
    claimed.complete("text")
    with pytest.raises(WorkflowsError):
        add(writing.run, chapter("more"), actor="eve", step_id=str(claimed.id))
    assert not writing.run.artifacts.filter(artifact_type="chapter").exists()


def test_an_unknown_step_is_refused(writing: Crew) -> None:
    with pytest.raises(UnknownThing, match='no step "999999"'):
        add(writing.run, chapter("text"), actor="ada", step_id="999999")


def test_a_run_takes_artifacts_of_its_own_until_it_ends(writing: Crew) -> None:
    made = register(writing, chapter("a note", "notes.md", metadata={"by": "ada"}))
    assert (made["step"], made["item"], made["metadata"]) == (None, None, {"by": "ada"})
    assert (made["book"], made["book_version"]) == (writing.run.book.slug, "1.0.0")
    assert writing.story()[-1] == "artifact_registered"
    runs.cancel(writing.run, actor="zoe")
    last = writing.last_event()
    with pytest.raises(IllegalMove, match="nothing can be added"):
        register(writing, chapter("too late"))
    assert writing.events(last) == []


def test_what_a_makes_version_step_hands_in_is_of_its_version(writing: Crew) -> None:
    writing.finish()
    assert writing.artifact("release_notes").as_json()["book_version"] == "1.1.0"
    assert writing.artifact("chapter", "01-one").as_json()["book_version"] == "1.0.0"


def test_the_media_type_follows_the_path(writing: Crew) -> None:
    types = {"a.md": "text/markdown", "b.JSON": "application/json", "c.txt": "text/plain"}
    made = [
        register(writing, Handed.of_bytes("release_notes", path, b"{}"))["media_type"]
        for path in types
    ]
    assert made == list(types.values())
