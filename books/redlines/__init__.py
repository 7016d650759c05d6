"""What changed between two texts, word by word and with what moved, to be shown to people.

    for stretch in redline(old, new).stretches():
        ...

Nothing is lost: the rows give back the old text and the new one, character by character.
"""

from books.redlines.drawing import redline
from books.redlines.rows import Kind, Piece, PieceKind, Redline, Row, Stretch

__all__ = ["Kind", "Piece", "PieceKind", "Redline", "Row", "Stretch", "redline"]
