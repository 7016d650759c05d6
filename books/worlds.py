"""Registers and changes settings: worlds that several books share."""

from pathlib import Path

from django.db import IntegrityError, transaction

from books.errors import Conflict
from books.folder import root_of
from books.models import Setting, SettingStatus, known_word
from books.words import valid


def register_setting(*, slug: str, name: str, genre: str, source: Path | None = None) -> Setting:
    setting = Setting(
        slug=slug, name=name, genre=genre, source_path=str(root_of(source)) if source else ""
    )
    valid(setting)
    try:
        with transaction.atomic():
            setting.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(f'setting "{slug}" exists already') from error
    return setting


def amend_setting(
    setting: Setting,
    *,
    status: str | None = None,
    name: str | None = None,
    genre: str | None = None,
    source: str | None = None,
) -> Setting:
    """Change what is not None; an empty `source` takes its folder away."""
    if status is not None:
        setting.status = known_word("setting status", status, SettingStatus.values)
    if name is not None:
        setting.name = name
    if genre is not None:
        setting.genre = genre
    if source is not None:
        setting.source_path = str(root_of(Path(source))) if source else ""
    valid(setting)
    setting.save()
    return setting
