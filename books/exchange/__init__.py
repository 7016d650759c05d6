"""The registry as CSV and JSON, out and in. What comes in goes through the registry's verbs."""

from books.exchange.bringing import Outcome, bring_in
from books.exchange.reading import Line, Problem, read
from books.exchange.tables import BOOKS, SETTINGS, Table
from books.exchange.writing import FORMATS, write

__all__ = [
    "BOOKS",
    "FORMATS",
    "SETTINGS",
    "Line",
    "Outcome",
    "Problem",
    "Table",
    "bring_in",
    "read",
    "write",
]
