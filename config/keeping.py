"""Where what was worked out is kept: it may be lost at any time, and is then worked out again."""

import logging
from contextlib import suppress
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache

logger = logging.getLogger(__name__)


class Keeping(FileBasedCache):
    """Files on this disk. What is damaged was never kept; where none can be written, none is."""

    def __init__(self, folder: str, params: dict[str, Any]) -> None:
        with suppress(OSError):  # the folder is made last of all, and again before each writing
            super().__init__(folder, params)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except Exception:  # a damaged pickle can raise anything
            logger.warning("What is kept as %s cannot be read.", key, exc_info=True)
            return default

    def set(self, key: Any, value: Any, *more: Any, **named: Any) -> None:
        try:
            super().set(key, value, *more, **named)
        except OSError:
            logger.warning("Nothing can be kept as %s.", key, exc_info=True)
