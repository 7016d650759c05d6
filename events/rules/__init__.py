"""The routing rules: changed, explained, tried on what has been."""
