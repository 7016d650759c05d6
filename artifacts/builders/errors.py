"""What a builder refuses."""

from artifacts.errors import ArtifactsError


class BuildError(ArtifactsError):
    """The document cannot be built; the message names the chapter and, where known, the line."""
