"""What the checks of contents raise."""


class Unfit(Exception):
    """The bytes are not what they should be. Carries why, in words that follow the file's name."""
