"""Where bytes lie: a Django storage whose files appear whole or not at all."""

import errno
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class ContentStorage(FileSystemStorage):
    """Keeps bytes under names that end in their SHA-256, each once.

    A file is written beside its place, checked against its name, and moved there after fsync:
    a process killed while writing leaves a temporary file and no half-written name. Raises
    OSError (ESTALE) when the bytes are not those that the name promises.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        place = Path(self.path(name))
        if place.exists():
            return name
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".", dir=place.parent)
        digest = hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            _refuse_other(digest.hexdigest(), place.name)
            Path(beside).replace(place)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        return name


def _refuse_other(digest: str, promised: str) -> None:
    if digest != promised:
        raise OSError(errno.ESTALE, "it changed while it was read; try again")
