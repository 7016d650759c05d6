"""What artifacts were made from, and what was made from them: as a graph without circles.

Its nodes are artifacts, chapters (a text under a slug) and versions; its edges go from what
something was made from to what was made. A step about one chapter made its artifacts from that
chapter, any other from a version; a version is made from its chapters, and a chapter from the
revision that became it.
"""

from artifacts.lineage.graph import Direction, lineage_of

__all__ = ["Direction", "lineage_of"]
