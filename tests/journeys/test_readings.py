"""What the checks read of a version is read once for all versions that hold the same."""

from pathlib import Path

import pytest

from books import readings, registry
from tests.factories import write_folder

pytestmark = pytest.mark.django_db


def test_versions_that_hold_the_same_are_read_once(folder: Path) -> None:
    first, second = (
        registry.register(slug=slug, title="Red", source=folder).versions.get()
        for slug in ("red", "red-again")
    )
    assert first.digest == second.digest
    assert readings.book_of(first) is readings.book_of(second)


def test_a_version_with_another_text_is_read_for_itself(folder: Path) -> None:
    book = registry.register(slug="red", title="Red", source=folder)
    write_folder(folder, {"02-rules.md": "# Rules\n\nRoll six dice.\n"})
    changed, _ = registry.snapshot(book)
    before, after = map(readings.book_of, (book.versions.get(number="1.0.0"), changed))
    assert before.pages["02-rules"].text == "# Rules\n\nRoll two dice.\n"
    assert after.pages["02-rules"].text == "# Rules\n\nRoll six dice.\n"
