"""Every rule of the product, by name. A line here is all it takes to add one."""

from books.checks import (
    dice,
    difficulty,
    emphasis,
    glossary,
    headings,
    length,
    lists,
    passive,
    placeholders,
    readability,
    references,
    tables,
    terms,
    waivers,
    words,
)
from books.checks.rule import Rule

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("abbreviation", "clarity", "warning", glossary.unexplained, "one not spelled out"),
        Rule("capitals", "style", "error", terms.uncapitalised, "a term without its capitals"),
        Rule(
            "cross-reference", "clarity", "error", references.dangling, "leads to nothing there is"
        ),
        Rule("dice-notation", "mechanics", "error", dice.ill_formed, "rolls in another form"),
        Rule(
            "difficulty",
            "mechanics",
            "error",
            difficulty.ill_formed,
            "a difficulty in another form",
        ),
        Rule("doubled-word", "style", "error", words.doubled, "a word twice in a row"),
        Rule(
            "emphasis-spacing",
            "style",
            "warning",
            emphasis.stuck,
            "emphasis stuck to a word",
            measured=True,
        ),
        Rule(
            "glossary-order", "style", "warning", glossary.disordered, "an entry in a wrong place"
        ),
        Rule("glossary-undefined", "clarity", None, glossary.undefined, "a term it leaves out"),
        Rule("glossary-unused", "scope", "warning", glossary.unused, "a term no other chapter has"),
        Rule(
            "heading-level",
            "style",
            "error",
            headings.misplaced,
            "a heading of a wrong level",
            measured=True,
        ),
        Rule(
            "heading-number",
            "style",
            "error",
            headings.misnumbered,
            "a number out of sequence",
            measured=True,
        ),
        Rule("italics", "style", "warning", terms.upright, "a title not in italics"),
        Rule(
            "list-form",
            "style",
            "warning",
            lists.ill_formed,
            "a list that falls apart",
            measured=True,
        ),
        Rule(
            "paragraph-length",
            "clarity",
            "warning",
            length.long_paragraphs,
            "a paragraph too long",
            measured=True,
        ),
        Rule(
            "passive-voice",
            "clarity",
            "warning",
            passive.dense,
            "a section mostly in the passive",
            measured=True,
        ),
        Rule(
            "placeholder", "clarity", "error", placeholders.left_over, "what is yet to be written"
        ),
        Rule(
            "readability",
            "clarity",
            "warning",
            readability.hard,
            "a section hard to read",
            measured=True,
        ),
        Rule(
            "sentence-length",
            "clarity",
            "warning",
            length.long_sentences,
            "a sentence too long",
            measured=True,
        ),
        Rule(
            "table-cells",
            "style",
            "warning",
            tables.empty_cells,
            "an empty cell among full ones",
            measured=True,
        ),
        Rule(
            "table-columns",
            "style",
            "error",
            tables.uneven,
            "a row that does not fit its table",
            measured=True,
        ),
        Rule("term", "style", "error", terms.avoided, "a form that the house avoids"),
        Rule(
            "unclosed-emphasis", "style", "error", emphasis.unclosed, "a mark without its partner"
        ),
        Rule("waiver", "style", "warning", waivers.incomplete, "a waiver that allows nothing"),
    )
}
