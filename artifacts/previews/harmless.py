"""HTML that may stand in a frame: no script, no form, no link or picture that leads out of it.

The frame forbids the same once more (`config/console/preview.py`).
"""

import re

import nh3

from artifacts.builders.fragment import ATTRIBUTES, TAGS

LEADS = frozenset({"href", "src"})
WITHIN = ("#", "data:image/")


SHEET = re.compile(r"(?<=<style>)[^<]*(?=</style>)")
FETCHED = re.compile(
    r"""@import[^;]*;?|url\(\s*['"]?(?!['"]?(?:data:|\#))[^)]*\)?""", re.IGNORECASE
)
"""What style sheets usually fetch. The rest is left to the policy of the frame."""


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if attribute in LEADS:
        fit = value.lstrip().lower().startswith(WITHIN[0] if tag == "a" else WITHIN[1])
        return value if fit else None
    return _still(value) if attribute == "style" else value


def _still(sheet: str) -> str:
    return FETCHED.sub("none", sheet)


CLEANER = nh3.Cleaner(
    tags=TAGS | {"main", "style"},
    clean_content_tags={"script", "title"},
    attributes={**ATTRIBUTES, "*": ATTRIBUTES["*"] | {"style"}},
    tag_attribute_values={"input": {"type": {"checkbox"}}},
    set_tag_attribute_values={"input": {"disabled": ""}},
    attribute_filter=_kept,
    url_schemes={"data"},
)


def harmless(html: str) -> str:
    """The same with its own style sheets, and nothing that runs or leads anywhere else."""
    return SHEET.sub(lambda sheet: _still(sheet[0]), CLEANER.clean(html))
