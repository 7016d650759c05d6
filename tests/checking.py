"""Short ways to check a text that stands alone."""

from books.checks import Book, Finding, Page, Report, check, ours, read

SLUG = "01-chapter"


def page(text: str, slug: str = SLUG) -> Page:
    return Page(slug, f"{slug}.md", text)


def report(text: str, style: str = "", **others: str) -> Report:
    """All that is said of a chapter; `style` is TOML, `others` the chapters beside it by slug."""
    pages = [page(text), *(page(other, slug) for slug, other in others.items())]
    return check(pages[0], Book.of(pages), read(style) if style else ours())


def findings(text: str, style: str = "", **others: str) -> list[Finding]:
    return report(text, style, **others).findings


def found(text: str, rule: str, style: str = "", **others: str) -> list[str]:
    """The quotes of one rule's findings, the rule switched on."""
    style = style if "[rules]" in style else f'{style}\n[rules]\n{rule} = "error"\n'
    return [one.quote for one in findings(text, style, **others) if one.rule == rule]
