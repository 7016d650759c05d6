"""What was produced: artifacts, which step used which, and what playtests ask of a book."""

from artifacts.models.artifact import Artifact, nouns, public_id
from artifacts.models.feedback import FeedbackItem
from artifacts.models.search import Search
from artifacts.models.types import ArtifactType
from artifacts.models.use import ArtifactUse

__all__ = [
    "Artifact",
    "ArtifactType",
    "ArtifactUse",
    "FeedbackItem",
    "Search",
    "nouns",
    "public_id",
]
