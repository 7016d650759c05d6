"""Writes the rows of one version, in a fixed number of statements."""

from collections.abc import Iterable, Mapping

from books.chapter_text import ChapterText
from books.manuscript import AssetFile, Manuscript
from books.models import Asset, BookVersion, Chapter, Text, number_of


def put(version: BookVersion, manuscript: Manuscript, *, like: BookVersion | None) -> BookVersion:
    """Save `version` holding `manuscript`. What `like` holds already is not worked out again."""
    known = like.counted() if like else {}
    origins = like.origins({one.digest for one in manuscript.chapters}) if like else {}
    chapters = [
        _row(chapter, known.get((chapter.path, chapter.digest)), _origin(chapter, origins))
        for chapter in manuscript.chapters
    ]
    stored = {digest for _, digest in known}
    texts = [chapter for chapter in manuscript.chapters if chapter.digest not in stored]
    return _save(version, chapters, [_asset(one) for one in manuscript.assets], texts)


def _origin(chapter: ChapterText, origins: Mapping[tuple[str, str], int]) -> int | None:
    text = chapter.digest
    return origins.get((chapter.slug, text)) or origins.get(("", text))


def put_revised(
    version: BookVersion,
    chapters: Iterable[Chapter],
    assets: Iterable[Asset],
    revised: Mapping[str, ChapterText],
    made_from: Mapping[str, int],
) -> BookVersion:
    """Save `version` holding copies of those rows, with the revised chapters in their place.

    `made_from` has the ids of the artifacts that revised texts came from, by slug.
    """
    rows = [_row(one, None, one.made_from_id) for one in chapters]
    for place, old in enumerate(rows):
        new = revised.get(old.slug)
        if new and new.digest != old.digest:
            rows[place] = _row(new, None, made_from.get(old.slug))
    return _save(version, rows, [_asset(one) for one in assets], revised.values())


def _row(
    chapter: ChapterText | Chapter, counted: tuple[str, int] | None, made_from: int | None
) -> Chapter:
    title, words = counted or (chapter.title, chapter.words)
    return Chapter(
        slug=chapter.slug,
        path=chapter.path,
        title=title,
        source_id=chapter.digest,
        words=words,
        made_from_id=made_from,
    )


def _asset(asset: AssetFile | Asset) -> Asset:
    return Asset(
        path=asset.path,
        digest=asset.digest,
        size_bytes=asset.size_bytes,
        media_type=asset.media_type,
    )


def _save(
    version: BookVersion,
    chapters: list[Chapter],
    assets: list[Asset],
    texts: Iterable[ChapterText],
) -> BookVersion:
    version.number = number_of(version.rank)
    version.save(force_insert=True)
    by_digest = {one.digest: Text(digest=one.digest, text=one.text) for one in texts}
    in_one_order = [by_digest[digest] for digest in sorted(by_digest)]  # two writers never deadlock
    Text.objects.bulk_create(in_one_order, ignore_conflicts=True)
    for position, chapter in enumerate(chapters, start=1):
        chapter.version, chapter.position = version, position
    Chapter.objects.bulk_create(chapters)
    for asset in assets:
        asset.version = version
    Asset.objects.bulk_create(assets)
    return version
