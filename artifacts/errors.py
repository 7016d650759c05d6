"""What the store and the registry of artifacts refuse."""


class ArtifactsError(Exception):
    """An artifact was refused."""


class InvalidArtifact(ArtifactsError):
    """Its type, path or content is wrong; the same call will never succeed."""


class ArtifactTooLarge(InvalidArtifact):
    """It is larger than its type and media type may be."""


class UnknownArtifact(ArtifactsError):
    """No artifact goes by that id."""


class MissingBytes(ArtifactsError):
    """The registry names a digest whose bytes are not in the store."""


class UnreadableBytes(MissingBytes):
    """They are there, and the storage cannot read them."""


class DamagedBytes(ArtifactsError):
    """Under a digest lie other bytes than it stands for."""


class StoreRefused(ArtifactsError):
    """The storage failed: its disk is full, or it may not write there."""


class CannotShow(ArtifactsError):
    """It cannot be shown as it looks, or not within the time and size there are for that."""


class BusyShowing(ArtifactsError):
    """As many are being drawn as may be at once."""
