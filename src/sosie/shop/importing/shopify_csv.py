"""Shopify's product CSV: a line for each variant, and further lines that only carry pictures.

Its columns have two sets of names: "Handle", "Variant Price", "Image Src" of the older exports and "URL handle", "Price",
"Product image URL" of the newer ones (https://help.shopify.com/en/manual/products/import-export/using-csv). Title, description
and the options' names stand on the first line of a product only. The file does not say its currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sosie.shop.importing import shopify, table
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import MOST_PICTURES, Given, Imported, Problem, Row
from sosie.shop.importing.table import Line

NAME = "shopify-csv"
WHAT = "Shopify product export, CSV"

_NAMES = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "description": ("body (html)", "description"),
    "status": ("status",),
    "published": ("published", "published on online store"),
    "sku": ("variant sku", "sku"),
    "price": ("variant price", "price"),
    "compare": ("variant compare at price", "compare-at price"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "quantity": ("variant inventory qty", "inventory quantity"),
    "policy": ("variant inventory policy", "continue selling when out of stock"),
    "picture": ("image src", "product image url"),
    "variant picture": ("variant image", "variant image url"),
}
_OUR_FIELDS = {
    "id": "handle",
    "name": "title",
    "price": "price",
    "sale_price": "price",
    "stock": "quantity",
    "available": "policy",
    "pictures": "picture",
    "currency": "price",
}
_SPELT = {
    "body (html)": "Body (HTML)",
    "url handle": "URL handle",
    "image src": "Image Src",
    "variant sku": "Variant SKU",
}


def looks_like(text: str) -> bool:
    columns = set(table.header(text))
    return {"handle", "variant price"} <= columns or {"url handle", "price", "option1 value"} <= columns


def read(text: str, given: Given) -> Imported:
    return gather(_rows(text), given)


@dataclass(slots=True)
class _Product:
    """What the first line of a product says for all of its lines."""

    handle: str
    title: str
    description: str
    hidden: str
    option_names: tuple[str, str, str]
    pictures: list[str] = field(default_factory=list)


def _rows(text: str) -> Iterator[Row | Problem]:
    """The lines of one product are read together: a picture may stand below the variants."""
    product: _Product | None = None
    waiting: list[Line] = []
    finished: set[str] = set()
    for line in table.lines(text):
        if isinstance(line, Problem):
            yield line
            continue
        handle = _cell(line, "handle").strip()
        if product is None or handle != product.handle:
            if product is not None:
                yield from _product_rows(product, waiting)
                finished.add(product.handle)
            waiting = []
            product = _begun(line, handle)
            if handle in finished:
                yield Problem(
                    line.where,
                    _column(line, "handle"),
                    f"{handle[:40]!r} is there already",
                    "the lines of a product together, once",
                )
                product.hidden = "again"
        picture = _cell(line, "picture").strip()
        if picture and len(product.pictures) < MOST_PICTURES:
            product.pictures.append(picture)
        if _cell(line, "price").strip() or _cell(line, "sku").strip() or line["option1 value"].strip():
            waiting.append(line)
        elif not picture and _cell(line, "title").strip():
            yield Problem(line.where, _column(line, "price"), "is empty", "a price for each variant")
    if product is not None:
        yield from _product_rows(product, waiting)


def _begun(line: Line, handle: str) -> _Product:
    status, published = _cell(line, "status").strip().lower(), _cell(line, "published").strip().lower()
    hidden = (
        f"is {status}"
        if status in ("draft", "archived", "unlisted")
        else "is not published"
        if published == "false"
        else ""
    )
    names = (line["option1 name"], line["option2 name"], line["option3 name"])
    return _Product(handle, _cell(line, "title"), _cell(line, "description"), hidden, names)


def _product_rows(product: _Product, lines: list[Line]) -> Iterator[Row | Problem]:
    if product.hidden == "again":
        return
    if product.hidden:
        if lines:
            yield Problem(lines[0].where, _column(lines[0], "status"), product.hidden, "active, to be shown")
        return
    for number, line in enumerate(lines):
        columns = {ours: _column(line, theirs) for ours, theirs in _OUR_FIELDS.items()} | {"options": "Option1 Value"}
        asked = shopify.asked(line.where, _cell(line, "price"), _cell(line, "compare"), _column(line, "compare"))
        if asked.problem:
            yield asked.problem
        if asked.sale_price:
            columns |= {"price": _column(line, "compare"), "sale_price": _column(line, "price")}
        # Without a column for the tracker, a number is one that is tracked.
        tracked = (
            bool(_cell(line, "tracker").strip()) if _has(line, "tracker") else bool(_cell(line, "quantity").strip())
        )
        goes_on = _cell(line, "policy").strip().lower() in ("continue", "true")
        stock, available, untold = shopify.stock_of(_cell(line, "quantity"), tracked=tracked, goes_on=goes_on)
        pairs = [(name, line[f"option{place} value"]) for place, name in enumerate(product.option_names, 1)]
        sku = _cell(line, "sku").strip().lstrip("'")
        picture = _cell(line, "variant picture").strip()
        yield Row(
            where=line.where,
            id=f"{product.handle} {number}" if product.handle else "",
            name=product.title,
            price=asked.price,
            sale_price=asked.sale_price,
            stock=stock,
            available=available,
            untold=untold,
            description=product.description,
            pictures=(*product.pictures, *([picture] if picture else [])),
            sku=sku,
            group=product.handle,
            group_name=product.title,
            options=shopify.options_of(pairs),
            basis="unstated",
            columns=columns,
        )


def _has(line: Line, name: str) -> bool:
    return any(column in line.cells for column in _NAMES[name])


def _cell(line: Line, name: str) -> str:
    return next((line[column] for column in _NAMES[name] if column in line.cells), "")


def _column(line: Line, name: str) -> str:
    """The column's name as Shopify spells it."""
    found = next((column for column in _NAMES[name] if column in line.cells), _NAMES[name][0])
    return _SPELT.get(found, found.title() if found.startswith("variant") or found == "handle" else found.capitalize())
