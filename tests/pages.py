"""Programs as the documents print them: what the tests run is what a reader copies."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def program(page: str, language: str) -> str:
    """The one block of that language on a page of docs/."""
    fenced = rf"^```{language}\n(.*?)^```$"
    (block,) = re.findall(fenced, (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)
    return str(block)
