"""Builds documents, and keeps what it built by the digest of all it was made from.

What is kept may be lost at any time; it is then built again, to the same bytes.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.core.cache import caches

from artifacts import builders
from artifacts.builders import Book, Built, Chapter, pandoc
from artifacts.builders.pandoc import Markup

KEPT = "builds"  # the name of Django's cache


def build(kind: str, book: Book) -> Built:
    """The documents of one artifact type: as kept, else built. Raises BuildError.

    Of a book that was built before, only the chapters that changed are read again.
    """
    key = _key("document", kind, book.digest)
    built = caches[KEPT].get(key)
    if not isinstance(built, Built):
        built = builders.build(kind, book, render)
        caches[KEPT].set(key, built)
    return built


def render(chapters: Sequence[Chapter], markup: Markup) -> list[str]:
    """`pandoc.render`, asked only for chapters whose markup is not kept."""
    keys = [_key(markup, one.path, one.title, one.digest) for one in chapters]
    found = caches[KEPT].get_many(keys)
    kept = {key: text for key, text in found.items() if isinstance(text, str)}
    missing = {key: chapter for key, chapter in zip(keys, chapters, strict=True) if key not in kept}
    if missing:
        rendered = pandoc.render(list(missing.values()), markup)
        for key, text in zip(missing, rendered, strict=True):
            kept[key] = text
            caches[KEPT].set(key, text)
    return [kept[key] for key in keys]


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join((recipe(), *parts)).encode()).hexdigest()


@cache
def recipe() -> str:
    """SHA-256 over all that decides how documents look, but for the books themselves."""
    whole = hashlib.sha256()
    for name in ("nh3", "pypandoc-binary", "typst"):
        whole.update(f"{name} {version(name)}\n".encode())
    here = Path(settings.BASE_DIR)
    for folder in (Path(builders.__file__).parent, here / "templates" / "artifacts"):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            if file.suffix != ".pyc":
                whole.update(f"{file.relative_to(here)}\n".encode() + file.read_bytes())
    return whole.hexdigest()
