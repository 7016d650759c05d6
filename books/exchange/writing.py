"""Rows of the registry as text."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from books.exchange.cells import neutral
from books.exchange.tables import Table

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def write(table: Table, rows: Iterable[Any], form: str) -> str:
    """All that the registry's verbs can change, a line or an object for each row."""
    said = [table.said(row) for row in rows]
    if form == "json":
        return json.dumps(said, ensure_ascii=False, indent=2) + "\n"
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(table.columns)
    lines.writerows([neutral(one[column]) for column in table.columns] for one in said)
    return out.getvalue()
