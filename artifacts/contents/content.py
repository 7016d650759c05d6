"""What a check is given."""

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True)
class Content:
    """The bytes of an artifact to be, in a file that can be read and sought."""

    artifact_type: str
    file: BinaryIO
