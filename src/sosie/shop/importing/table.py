"""Comma, semicolon and tab separated files, by the names in their first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sosie.errors import YourInput
from sosie.shop.importing.listing import Problem

MOST_COLUMNS = 1_000
_FIELD_BYTES = 131_072
"""The csv module's own limit; what is longer is an open quote, not a description."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a table."""

    where: str
    cells: Mapping[str, str]
    """By column, in lower case; every column of the header is there."""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column.lower(), "")


def header(text: str, delimiter: str | None = None) -> tuple[str, ...]:
    """The columns' names in lower case, () if the first line is none."""
    first = text[: 64 * 1024].lstrip("\r\n")
    delimiter = delimiter or _delimiter(first)
    try:
        names = next(csv.reader(io.StringIO(first, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return ()
    return tuple(name.strip().lower() for name in names)


def _delimiter(text: str) -> str:
    """The one that parts the first line most often: Excel writes semicolons where decimals have commas."""
    line = text.partition("\n")[0]
    return max(",", ";", "\t", key=line.count)


def lines(text: str, delimiter: str | None = None) -> Iterator[Line | Problem]:
    """Every record with something in it. Quoted cells may hold line breaks; a record with too many cells is a problem.

    Raises YourInput for a table without a usable header.
    """
    delimiter = delimiter or _delimiter(text[: 64 * 1024].lstrip("\r\n"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] = []
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if not columns:
                raise YourInput(f"the first line is no header ({problem})", wanted="names of columns") from None
            yield Problem(f"line {start}", "", f"cannot be read ({problem})", "a quote that is closed again")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _columns(cells)
            continue
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            found = f"has {len(cells)} cells for {len(columns)} columns"
            yield Problem(f"line {start}", "", found, "quotes around a cell with a comma in it")
            continue
        padded = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
        yield Line(f"line {start}", dict(zip(columns, padded, strict=True)))


def _columns(cells: list[str]) -> list[str]:
    names = [name.strip().lower() for name in cells]
    if len(names) > MOST_COLUMNS:
        raise YourInput(f"the table has {len(names)} columns", wanted=f"at most {MOST_COLUMNS}")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise YourInput(f"the column {twice[0][:60]!r} is there twice", wanted="each column once")
    return names
