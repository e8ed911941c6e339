"""WooCommerce's own product export, CSV (Products, Export), with English column names.

https://woocommerce.com/document/product-csv-importer-exporter: a line for each product and variation, the variation's "Parent"
being the parent's SKU or "id:44". Prices are written as the shop writes them ("24,50"), dates in the shop's own time, an empty
"Stock" is one nobody counts, "parent" the parent's. Cells that a spreadsheet would take for formulas begin with an apostrophe.
The file does not say its currency. Columns of an attribute are numbered without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sosie.shop.importing import table
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import MOST_PICTURES, Given, Imported, Problem, Row
from sosie.shop.importing.table import Line

NAME = "woo-csv"
WHAT = "WooCommerce product export, CSV (with English column names)"
_COLUMNS = {
    "id": "SKU",
    "name": "Name",
    "price": "Regular price",
    "sale_price": "Sale price",
    "stock": "Stock",
    "available": "In stock?",
    "pictures": "Images",
    "options": "Attribute 1 value(s)",
    "sale_from": "Date sale price starts",
    "sale_until": "Date sale price ends",
    "currency": "Regular price",
}
_MOST_ATTRIBUTES = 20
_COMMA = re.compile(r"(?<!\\),")


def looks_like(text: str) -> bool:
    return {"type", "sku", "regular price", "in stock?"} <= set(table.header(text))


def read(text: str, given: Given) -> Imported:
    return gather(_rows(text), given)


def _rows(text: str) -> Iterator[Row | Problem]:
    lines: list[Line] = []
    for line in table.lines(text):
        if isinstance(line, Problem):
            yield line
        else:
            lines.append(line)
    # Variations may stand before their parent.
    parents = {}
    for line in lines:
        if "variable" in _types(line):
            parents[f"id:{line['id'].strip()}"] = line
            if line["sku"].strip():
                parents[_bare(line["sku"])] = line
    for line in lines:
        types = _types(line)
        if "variation" in types:
            yield _variation(line, parents)
        elif "variable" in types:
            if hidden := _hidden(line):
                yield hidden
        elif "simple" in types:
            yield _hidden(line) or _row(line, line)
        else:
            yield Problem(
                line.where, "Type", f"{line['type'][:40]!r} is nothing that can be sold by itself", "simple or variable"
            )


def _types(line: Line) -> set[str]:
    """A product may be "simple, downloadable, virtual"."""
    return {each.strip().lower() for each in line["type"].split(",")}


def _hidden(line: Line) -> Problem | None:
    published = line["published"].strip()
    if published in ("", "1"):
        return None
    what = {"0": "is private", "-1": "is a draft", "2": "is pending"}.get(published, f"is {published[:20]!r}")
    return Problem(line.where, "Published", what, "1, to be shown")


def _variation(line: Line, parents: dict[str, Line]) -> Row | Problem:
    key = _bare(line["parent"])
    parent = parents.get(key)
    if parent is None:
        return Problem(
            line.where, "Parent", f"{key[:40]!r} is not in the file", "the SKU or id:… of a variable product"
        )
    if _hidden(parent):
        return Problem(line.where, "Parent", "is not published", "a published product")
    return _hidden(line) or _row(line, parent)


def _row(line: Line, parent: Line) -> Row:
    varies = line is not parent
    stock, state = line["stock"].strip(), line["in stock?"].strip().lower()
    if stock.lower() == "parent":
        stock = parent["stock"].strip()
    name = _bare(line["sku"]) or line["id"].strip()
    group = _bare(parent["sku"]) or parent["id"].strip()
    return Row(
        where=line.where,
        id=name,
        name=line["name"],
        price=line["regular price"],
        sale_price=line["sale price"],
        stock=stock,
        available={"1": True, "yes": True, "0": False, "no": False, "backorder": False}.get(state),
        untold="is on backorder" if state == "backorder" else "",
        # The export writes a line break as a backslash and an n.
        description=(parent["short description"] or parent["description"]).replace("\\n", "\n"),
        pictures=tuple(
            each.strip() for each in _COMMA.split(parent["images"] or line["images"], MOST_PICTURES) if each.strip()
        )[:MOST_PICTURES],
        sku=_bare(line["sku"]),
        group=group if varies else "",
        group_name=parent["name"] if varies else "",
        options=_options(line) if varies else {},
        sale_from=line["date sale price starts"],
        sale_until=line["date sale price ends"],
        columns=_COLUMNS,
    )


def _options(line: Line) -> dict[str, str]:
    found = {}
    for place in range(1, _MOST_ATTRIBUTES + 1):
        name, value = line[f"attribute {place} name"].strip(), line[f"attribute {place} value(s)"].strip()
        if name:
            # An empty value is "any" of the attribute.
            found[name] = value.replace("\\,", ",") or "any"
    return found


def _bare(cell: str) -> str:
    return cell.strip().removeprefix("'")
