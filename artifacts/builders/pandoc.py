"""Turns chapters into HTML or Typst markup with pandoc, each chapter by itself."""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pypandoc

from artifacts.builders.book import Chapter
from artifacts.builders.errors import BuildError
from artifacts.builders.markdown import busiest_line, needs, readable

Markup = Literal["html5", "typst"]
Render = Callable[[Sequence[Chapter], Markup], list[str]]

LONGEST_SECONDS = 120
MOST_MEMORY = "3g"
SCRIPT = Path(__file__).with_name("render.lua")

# Pandoc's Markdown, read as authors of rulebooks write it: lists, headings and quotes need no blank
# line before them; dollars, @-signs, dashes under text and TeX are just that. Raw attributes would
# let a manuscript write Typst code.
WITH = ("gfm_auto_identifiers", "lists_without_preceding_blankline", "footnotes")
WITHOUT = (
    "blank_before_blockquote",
    "blank_before_header",
    "citations",
    "example_lists",
    "fancy_lists",
    "line_blocks",
    "multiline_tables",
    "pandoc_title_block",
    "raw_attribute",
    "raw_tex",
    "simple_tables",
    "table_attributes",
    "tex_math_dollars",
    "yaml_metadata_block",
)
READER = "".join(["markdown", *(f"+{name}" for name in WITH), *(f"-{name}" for name in WITHOUT)])


class PandocDiedError(Exception):
    """The process ended without an answer; the message says why, but not at which chapter."""


def render(chapters: Sequence[Chapter], markup: Markup) -> list[str]:
    """Each chapter's markup, in order; several are read at once, each by itself.

    Raises BuildError naming the first chapter that cannot be read.
    """
    batches = _batches(chapters)
    with ThreadPoolExecutor(max(1, len(batches))) as pool:
        done = pool.map(lambda batch: _render(batch, markup), batches)
    rendered = {
        chapter.slug: text
        for batch, texts in zip(batches, done, strict=True)
        for chapter, text in zip(batch, texts, strict=True)
    }
    return [rendered[chapter.slug] for chapter in chapters]


def _batches(chapters: Sequence[Chapter]) -> list[list[Chapter]]:
    """The chapters shared out among the processors, so that each has about as much to read."""
    batches: list[list[Chapter]] = [[] for _ in range(os.cpu_count() or 1)]
    sizes = [0] * len(batches)
    for chapter in sorted(chapters, key=lambda one: -len(one.text)):
        lightest = sizes.index(min(sizes))
        batches[lightest].append(chapter)
        sizes[lightest] += len(chapter.text)
    return [batch for batch in batches if batch]


def _render(batch: Sequence[Chapter], markup: Markup) -> list[str]:
    try:
        answers = _pandoc(batch, markup)
    except PandocDiedError as reason:
        if len(batch) == 1:
            raise BuildError(f"{batch[0].path}: {reason}") from reason
        return [text for chapter in batch for text in _render([chapter], markup)]
    for chapter, answer in zip(batch, answers, strict=True):
        if "error" in answer:
            why = " ".join(answer["error"].split())[:300]
            raise BuildError(f"{chapter.path}: pandoc could not read it: {why}")
    return [answer["markup"] for answer in answers]


def _pandoc(batch: Sequence[Chapter], markup: Markup) -> list[dict[str, str]]:
    """What one pandoc process answers. Raises PandocDiedError."""
    command = [
        *(pypandoc.get_pandoc_path(), "+RTS", f"-M{MOST_MEMORY}", "-RTS"),
        *("lua", str(SCRIPT)),
    ]
    told = {"reader": READER, "markup": markup, "chapters": [_told(one) for one in batch]}
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PandocDiedError(
            f"pandoc took more than {LONGEST_SECONDS} seconds; line "
            f"{busiest_line(batch[0].text)} opens the most marks: are they closed?"
        ) from error
    if done.returncode:
        said = " ".join(done.stderr.decode(errors="replace").split())[:300]
        raise PandocDiedError(f"pandoc could not read it: {said or done.returncode}")
    answers: list[dict[str, str]] = json.loads(done.stdout)
    return answers


def _told(chapter: Chapter) -> dict[str, object]:
    return {
        "path": chapter.path,
        "slug": chapter.slug,
        "title": chapter.title,
        "text": readable(chapter.text),
        "needs": dict.fromkeys(needs(chapter.text), True),
    }
