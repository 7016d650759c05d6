class BuildError(Exception):
    """The document cannot be built; the message names the chapter and, where known, the line."""
