"""Redlines on pages.

    redline = redlines.between(old_digest, new_digest)
    shown = redlines.Shown.of(redline, request.GET, address=request.path)

and `{% include "console/parts/redline.html" %}` with `shown` in the context. Asked for by a script,
the same template gives the lines alone that were asked for.
"""

from config.console.redlines.keeping import between
from config.console.redlines.shown import Shown

__all__ = ["Shown", "between"]
