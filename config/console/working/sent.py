"""What the forms of a step say."""

from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from artifacts.registry import Handed
from books.chapter_text import ChapterText, decoded
from books.errors import TooLarge, nearest
from books.line_ends import like
from books.plain_json import read_json
from config.console.marked import placed, read_marked
from config.console.working.wanted import Made
from workflows import texts
from workflows.errors import InvalidInput
from workflows.models import Step
from workflows.verdicts import Verdict

MARK = "\ufeff"  # that some editors put before a text
KINDS = ("style", "mechanics", "clarity", "scope")


def typed(request: HttpRequest) -> str | None:
    """The text of the field; a script sends it as a file, which keeps its line ends. None without
    one. Raises Invalid for what is not UTF-8, and TooLarge."""
    file = request.FILES.get("text")
    return _read(file) if isinstance(file, UploadedFile) else request.POST.get("text")


def chosen(request: HttpRequest, original: str) -> str | None:
    """The text of the file that was chosen instead, as it is stored; None without one. Raises
    InvalidInput, Invalid and TooLarge, with its name."""
    file = request.FILES.get("chosen")
    if not isinstance(file, UploadedFile):
        return None
    name, text = str(file.name), _read(file)
    if is_blank(text):
        raise InvalidInput(f"{name} is empty")
    try:
        return chapter_text(text, name, original)
    except InvalidInput as error:
        raise InvalidInput(f"{name} cannot be the text: {error}") from error


def is_blank(text: str) -> bool:
    return not text.replace(MARK, "").strip()


def _read(file: "UploadedFile[Any]") -> str:
    _refuse_large(str(file.name), file.size or 0)
    return decoded(str(file.name), file.read())


def _refuse_large(name: str, size_bytes: int) -> None:
    """Before it is read: a body may be far larger than a chapter."""
    if size_bytes > (most := settings.BINDERY_MAX_CHAPTER_BYTES):
        raise TooLarge(f"{name} has {size_bytes} bytes; the limit is {most}")


def chapter_text(text: str, path: str, original: str) -> str:
    """The text as it is stored: with the line ends that the chapter has. Raises InvalidInput,
    Invalid and TooLarge."""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidInput(
            f"line {line} has a NUL character, shown as \ufffd, which no text may hold: take it out"
        )
    if not original.startswith(MARK):
        text = text.removeprefix(MARK)
    kept = like(text, original)
    return ChapterText.from_text(path or "the text", kept).text


def made_of(request: HttpRequest, wanted: list[Made]) -> Iterator[Handed]:
    """A file or a written text for each type, as far as there are any. Raises InvalidArtifact."""
    for one in wanted:
        written = request.POST.get(f"written {one.artifact_type}", "")
        if written.strip():
            content = like(written, "").encode()
            yield Handed.of_bytes(one.artifact_type, one.path, content)
        for file in request.FILES.getlist(f"file {one.artifact_type}"):
            stream = cast(BinaryIO, file.file)
            yield Handed.of_stream(one.artifact_type, str(file.name), stream)


def result_of(step: Step, said: QueryDict) -> dict[str, Any]:
    """The result: what was ticked, a note, and further keys as JSON. Raises InvalidInput."""
    result: dict[str, Any] = _further(said.get("result", ""))
    for key in ("chapters", "answers"):
        if ticked := said.getlist(key):
            result[key] = ticked
    if note := said.get("note", "").strip():
        result["note"] = note
    return {"approved": True, **result} if step.kind == "review" else result


def _further(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        further = read_json(text)
    except ValueError as error:
        raise InvalidInput(f"the result is no JSON: {error}") from error
    if not isinstance(further, dict):
        raise InvalidInput('the result is no JSON object such as {"key": "value"}')
    return further


def reason_of(said: QueryDict) -> str:
    """Raises InvalidInput for none."""
    if not (reason := said.get("reason", "").strip()):
        raise InvalidInput("say why, in a word or two: others read it")
    return reason


def verdict_of(step: Step, said: QueryDict) -> Verdict:
    """Why a review sends something back. Raises InvalidInput."""
    kind = said.get("rejection_type", "")
    if kind not in KINDS:
        hint = nearest(kind, KINDS) if kind else ": style, mechanics, clarity or scope"
        raise InvalidInput(f"choose what kind of fault it is{hint}")
    items = () if step.item else tuple(said.getlist("items"))
    return Verdict(kind, reason_of(said), [*_marked(step, said), *_quoted(said)], items)


def _marked(step: Step, said: QueryDict) -> list[dict[str, Any]]:
    marked = read_marked(said.get("passages", ""))
    return placed(marked, texts.judged_texts(step)) if marked else []


def _quoted(said: QueryDict) -> Iterator[dict[str, Any]]:
    """One to a paragraph of the field."""
    chapter = said.get("quoted_in", "")
    for quote in like(said.get("quotes", ""), "").split("\n\n"):
        if quote.strip():
            yield {"quote": quote.strip(), **({"chapter": chapter} if chapter else {})}
