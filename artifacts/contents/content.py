"""What a check is given."""

from dataclasses import dataclass
from typing import BinaryIO, Final

CHUNK_BYTES: Final = 1024 * 1024  # how much of a file is held at a time


@dataclass(frozen=True)
class Content:
    """The bytes of an artifact to be, in a file that can be read and sought."""

    artifact_type: str
    file: BinaryIO
