"""Our own plain CSV, for a spreadsheet: one line for each product or variant.

========================  =================================================================================================
column                    what stands in it
========================  =================================================================================================
``id``                    names the line; of a product it becomes the id in shop.toml
``name``                  or ``name_en``, ``name_zh``, ``name_fr``: what the host says
``price``                 15.00, or "15.00 EUR"
``stock``                 pieces; 0 or "no" when sold out; "yes" or "in stock" where nobody counts
``currency``              CNY, EUR, USD or GBP; may stand with the price, or be given by ``--currency``
``sale_price``            what is asked now, below the price
``sale_basis``            what the price is: regular (also when empty), before, list, unstated
``sale_from sale_until``  2026-12-31, or 2026-12-31T18:00+01:00
``valid_until``           the same: from then on it is not offered
``sku``                   your own number
``picture``               a file beside this one, or an address
``description``           for you to read and allow; never said by itself
``variant_of``            the id of the product of which this line is a variant; lines with the same one belong together
``option …``              such as ``option colour``: what tells a variant from the others
========================  =================================================================================================

Only ``id``, a name, ``price`` and ``stock`` must be there. An unknown column is an error, for a misspelt one would do nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from sosie.errors import YourInput
from sosie.shop.catalogue import Basis
from sosie.shop.importing import table
from sosie.shop.importing.cells import shown
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import Given, Imported, Problem, Row
from sosie.shop.importing.table import Line
from sosie.types import LANGUAGES, Language

NAME = "csv"
WHAT = "plain CSV with our own columns (id, name, price, stock and others)"
COLUMNS = (
    "id", "name", *(f"name_{language}" for language in LANGUAGES), "price", "stock", "currency", "sale_price", "sale_basis",
    "sale_from", "sale_until", "valid_until", "sku", "picture", "description", "variant_of",
)  # fmt: skip
_OPTION = "option "
_BASES: dict[str, Basis] = {
    "": "regular",
    "regular": "regular",
    "before": "before",
    "list": "list",
    "unstated": "unstated",
}
_WORDS = {
    "yes": True,
    "true": True,
    "in stock": True,
    "no": False,
    "false": False,
    "out of stock": False,
    "sold out": False,
}


def looks_like(text: str) -> bool:
    columns = set(table.header(text))
    return {"id", "price", "stock"} <= columns and any(name.startswith("name") for name in columns)


def read(text: str, given: Given) -> Imported:
    columns = table.header(text)
    for name in columns:
        if name and name not in COLUMNS and not name.startswith(_OPTION):
            close = difflib.get_close_matches(name, COLUMNS, n=1)
            raise YourInput(
                f"the column {name[:40]!r} is unknown",
                wanted=f'one of {", ".join(COLUMNS)}, or "option colour" and the like',
                try_this=close[0] if close else "",
            )
    missing = [name for name in ("id", "price", "stock") if name not in columns]
    if missing or not any(name.startswith("name") for name in columns):
        raise YourInput(
            f"the column {(missing or ['name'])[0]!r} is missing", wanted="at least id, name, price and stock"
        )
    return gather(_rows(text), given)


def _rows(text: str) -> Iterator[Row | Problem]:
    lines: list[Line] = []
    for line in table.lines(text):
        if isinstance(line, Problem):
            yield line
        else:
            lines.append(line)
    parents = {line["variant_of"].strip() for line in lines} - {""}
    for line in lines:
        basis = _BASES.get(line["sale_basis"].strip().lower())
        if basis is None:
            yield Problem(
                line.where, "sale_basis", f"{shown(line['sale_basis'])} is unknown", f"one of {', '.join(_BASES)[2:]}"
            )
        elif line["id"].strip() in parents:
            found = f"{shown(line['id'])} has variants and is a line of its own"
            yield Problem(line.where, "id", found, "its variants only, each with a price and stock")
        else:
            yield _row(line, basis)


def _row(line: Line, basis: Basis) -> Row:
    names: dict[Language, str] = {
        language: line[f"name_{language}"] for language in LANGUAGES if line[f"name_{language}"].strip()
    }
    stock = line["stock"].strip().lower()
    group = line["variant_of"].strip()
    return Row(
        where=line.where,
        id=line["id"].strip(),
        name=line["name"] if line["name"].strip() else next(iter(names.values()), ""),
        price=line["price"],
        sale_price=line["sale_price"],
        currency=line["currency"],
        stock="" if stock in _WORDS else stock,
        available=_WORDS.get(stock),
        description=line["description"],
        pictures=(line["picture"],),
        sku=line["sku"],
        group=group,
        options={
            name.removeprefix(_OPTION).strip(): value
            for name, value in line.cells.items()
            if name.startswith(_OPTION) and value.strip()
        }
        if group
        else {},
        basis=basis,
        sale_from=line["sale_from"],
        sale_until=line["sale_until"],
        valid_until=line["valid_until"],
        names=names,
        columns={"pictures": "picture", "options": "option …"},
    )
