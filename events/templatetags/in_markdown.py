"""Words of others within our Markdown: shown as they are, never taken for markup."""

import re

from django import template

register = template.Library()
MARKUP = re.compile(r"([\\`*_\[\]<>|#~&])")


@register.filter
def words(text: object) -> str:
    """In one line."""
    return MARKUP.sub(r"\\\1", " ".join(str(text).split()))


@register.filter
def quoted(text: object) -> str:
    """As a quote, line by line."""
    return "\n".join(f"> {words(line)}".rstrip() for line in str(text).strip().splitlines())
