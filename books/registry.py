"""Registers books and takes their versions; the only writer of versions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, OperationalError, transaction

from books import readings, shelf, store
from books.chapter_text import ChapterText
from books.errors import BooksError, Conflict, Invalid, WouldLose
from books.folder import root_of
from books.heads import Heads
from books.manuscript import Manuscript, content_digest, read
from books.models import (
    Book,
    BookStatus,
    BookType,
    BookVersion,
    Setting,
    known_word,
    rank_of,
)
from books.words import valid


def register(
    *,
    slug: str,
    title: str,
    source: Path,
    book_type: str = BookType.CORE,
    setting: str | None = None,
    number: str = "1.0.0",
) -> Book:
    """A new book with its first version, read from the folder `source`."""
    rank = rank_of(number)
    refuse_taken(slug)
    book = Book(
        slug=slug,
        title=title,
        book_type=known_word("book type", book_type, BookType.values),
        setting=Setting.objects.named(setting) if setting else None,
        source_path=str(root_of(source)),
    )
    valid(book)
    manuscript = read(source)
    readings.refuse_broken_style(manuscript)
    store.keep(manuscript.assets)
    with one_at_a_time(book):
        book.save(force_insert=True)
        version = BookVersion(book=book, rank=rank, digest=manuscript.digest)
        shelf.put(version, manuscript, like=None)
    return book


def faults(*, slug: str, source: Path, number: str) -> dict[str, BooksError]:
    """All for which `register` would refuse one of these, by its name. Reads the folder."""
    checks: dict[str, Callable[[], object]] = {
        "slug": lambda: refuse_taken(slug),
        "source": lambda: readings.refuse_broken_style(read(source)),
        "number": lambda: rank_of(number),
    }
    found: dict[str, BooksError] = {}
    for name, check in checks.items():
        try:
            check()
        except BooksError as error:
            found[name] = error
    return found


def refuse_taken(slug: str) -> None:
    if Book.objects.filter(slug=slug).exists():
        raise Conflict(f'book "{slug}" exists already; take a version with book_snapshot')


def amend(
    book: Book,
    *,
    title: str | None = None,
    book_type: str | None = None,
    status: str | None = None,
    source: Path | None = None,
    setting: str | None = None,
) -> Book:
    """Change what is not None; an empty `setting` takes the book out of its setting."""
    asked: dict[str, Any] = {}
    if title is not None:
        asked["title"] = title
    if book_type is not None:
        asked["book_type"] = known_word("book type", book_type, BookType.values)
    if status is not None:
        asked["status"] = known_word("book status", status, BookStatus.values)
    if source is not None:
        asked["source_path"] = str(root_of(source))
    if setting is not None:
        asked["setting"] = Setting.objects.named(setting) if setting else None
    for name, value in asked.items():
        setattr(book, name, value)
    valid(book)
    book.save(update_fields=[*asked, "updated_at"])
    return book


def snapshot(
    book: Book, *, number: str | None = None, force: bool = False
) -> tuple[BookVersion, bool]:
    """The version that equals the book's folder, and whether it had to be made.

    Only the latest settled version is compared. Unless `force`, raises WouldLose when the
    folder lacks what a run has changed since the last version made by hand.
    """
    if number:
        rank_of(number)
    manuscript = read(Path(book.source_path))
    heads = Heads.of(book)
    if heads.latest and heads.latest.digest == manuscript.digest:
        return heads.latest, False
    rank = heads.next_rank(number)
    if not force:
        refuse_unfinished(heads.highest)
    if heads.latest and heads.latest.made_by_run_id and not force:
        refuse_stale(book, heads.latest, manuscript)
    readings.refuse_broken_style(manuscript)
    store.keep(manuscript.assets)
    with one_at_a_time(book):
        Book.objects.lock(book)
        if Heads.of(book) != heads:
            raise raced(book)
        version = BookVersion(book=book, rank=rank, parent=heads.latest, digest=manuscript.digest)
        return shelf.put(version, manuscript, like=heads.latest), True


def refuse_unfinished(highest: BookVersion | None) -> None:
    """Raises WouldLose while an open run is making the highest version: it would be buried."""
    run = highest.made_by_run if highest else None
    if highest and run and run.status in ("pending", "running", "paused"):
        raise WouldLose(
            f"run {run} is making version {highest.number}; wait until it ends, or use --force"
        )


def refuse_stale(book: Book, latest: BookVersion, manuscript: Manuscript) -> None:
    """Raises WouldLose for chapters a run changed of which the folder has the old text or none."""
    by_hand = BookVersion.objects.filter(book=book, made_by_run=None).order_by("rank").last()
    old = by_hand.digests() if by_hand else {}
    here = {chapter.slug: chapter.digest for chapter in manuscript.chapters}
    stale = [
        slug
        for slug, digest in latest.digests().items()
        if digest != old.get(slug) and here.get(slug) in (None, old.get(slug))
    ]
    if stale:
        raise WouldLose(
            f"the folder lacks what a run changed in {latest.number}: {', '.join(stale)}; "
            f"write it back with book_export --slug {book.slug} --to-source, or use --force"
        )


def revise(
    book: Book,
    base: BookVersion,
    texts: dict[str, str],
    *,
    made_by_run_id: int,
    made_from: Mapping[str, int] = MappingProxyType({}),
    same_as: Iterable[BookVersion] = (),
) -> BookVersion:
    """`base` with the texts of those slugs replaced, made by that run.

    `made_from` has the ids of the artifacts that hold these texts, by slug. May be repeated: what
    equals base, the latest version, one this run already made or one of `same_as` is that
    version. Call it in a transaction that holds the lock on the book.
    """
    chapters, assets = list(base.chapters.all()), list(base.assets.all())
    refuse_unknown(base, texts, {chapter.slug for chapter in chapters})
    revised = {
        chapter.slug: ChapterText.from_text(chapter.path, texts[chapter.slug])
        for chapter in chapters
        if chapter.slug in texts
    }
    digest = content_digest([revised.get(one.slug, one) for one in chapters], assets)
    heads = Heads.of(book)
    own = BookVersion.objects.filter(book=book, digest=digest, made_by_run_id=made_by_run_id)
    for known in (base, heads.latest, own.first(), *same_as):
        if known and known.digest == digest:
            return known
    rank = heads.next_rank(None)
    version = BookVersion(
        book=book, rank=rank, parent=base, digest=digest, made_by_run_id=made_by_run_id
    )
    return shelf.put_revised(version, chapters, assets, revised, made_from)


def refuse_unknown(base: BookVersion, wanted: Collection[str], known: Collection[str]) -> None:
    if strange := sorted(set(wanted) - set(known)):
        raise Invalid(f"{base} has no chapter {', '.join(strange)}")


@contextmanager
def one_at_a_time(book: Book) -> Iterator[None]:
    """A transaction in which losing a race is a Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise raced(book) from error
    except OperationalError as error:
        if "locked" in str(error) or "deadlock" in str(error):
            raise raced(book) from error
        raise


def raced(book: Book) -> Conflict:
    return Conflict(f'another process changed book "{book.slug}" meanwhile; try again')
