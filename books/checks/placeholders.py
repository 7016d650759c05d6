"""What was left to be written: TODO, TBD, FIXME, XXX, lorem ipsum, `[insert …]`, `???`."""

import re
from collections.abc import Iterator

from books.checks.finding import Finding
from books.checks.prose import MASK, Prose

PLACEHOLDER = re.compile(
    r"\b(?:TODO|TBD|FIXME|XXX)\b"
    r"|(?i:\blorem[ \t]+ipsum\b)"
    rf"|\[(?i:insert)\b[^\[\]\n]{{0,200}}\](?![({MASK}])"
    r"|(?<![\w?!.…,'\"’”)])\?{3,}(?![\w?])"
)
COUNTED = re.compile(
    r"\b(?:act|appendix|book|canto|chapter|figure|no|page|part|psalm|scene|section|song|table|vol"
    r"(?:ume)?)\.?[ \t]+$",
    re.IGNORECASE,
)


def left_over(prose: Prose) -> Iterator[Finding]:
    """Placeholders in the prose. `Chapter XXX` is the number thirty."""
    for found in PLACEHOLDER.finditer(prose.masked):
        if found[0] == "XXX" and COUNTED.search(prose.word_before(found.start())):
            continue
        message = f'"{found[0]}" is a placeholder: write what belongs there'
        yield prose.finding("placeholder", "clarity", found.span(), message)
