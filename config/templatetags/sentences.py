"""What is said in words, as a whole sentence."""

import re

from django import template

register = template.Library()
ENDED = re.compile(r"""[.!?…]["'”’)]*$""")


@register.filter
def sentence(said: str) -> str:
    """With a capital and an end: a full stop, unless it has one, asks, or quotes what does."""
    told = str(said).strip()
    if not told:
        return ""
    return f"{told[0].upper()}{told[1:]}{'' if ENDED.search(told) else '.'}"


@register.filter
def ended(said: str) -> str:
    """The same to stand within a sentence, which it ends: without the capital."""
    told = str(said).strip()
    return told if not told or ENDED.search(told) else f"{told}."
