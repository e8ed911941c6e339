"""Answers of WooCommerce's REST API as a JSON file: /wc/v3/products, and the variations of variable products.

https://woocommerce.github.io/woocommerce-rest-api-docs: prices are strings, ``stock_quantity`` is null where nobody counts. A
variable product's ``variations`` are numbers only; what they cost is in /wc/v3/products/<id>/variations. Both may stand in the
same file, as one list of everything or as a list of the answers, or the variations in the place of their numbers. The answers do
not say their currency.
"""

from __future__ import annotations

from collections.abc import Iterator

from sosie.shop.importing.document import Json, entries, read_json, under, written
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import MOST_PICTURES, Given, Imported, Problem, Row

NAME = "woo-json"
WHAT = "WooCommerce REST answer, JSON (/wc/v3/products)"
_COLUMNS = {
    "id": "id",
    "price": "regular_price",
    "stock": "stock_quantity",
    "available": "stock_status",
    "pictures": "images",
    "options": "attributes",
    "sale_from": "date_on_sale_from",
    "sale_until": "date_on_sale_to",
    "currency": "regular_price",
}


def looks_like(text: str) -> bool:
    head = text[: 256 * 1024]
    return head.lstrip()[:1] in ("{", "[") and '"regular_price"' in head and '"stock_status"' in head


def read(text: str, given: Given) -> Imported:
    return gather(_rows(read_json(text)), given)


def _rows(found: Json) -> Iterator[Row | Problem]:
    if isinstance(found, dict) and isinstance(found.get("products"), list):
        found = found["products"]
    items: list[Json] = [item for entry in entries(found) for item in entries(entry) if isinstance(item, dict)]
    parents = {_number(item): item for item in items if _type(item) == "variable"}
    apart: dict[str, list[Json]] = {}
    for item in items:
        if written(under(item, "parent_id")) in parents:
            apart.setdefault(written(under(item, "parent_id")), []).append(item)
    for place, item in enumerate(items, 1):
        where = f"item {place} {(_sku(item) or _number(item))[:40]!r}"
        kind = _type(item)
        if kind == "variation" or (not kind and written(under(item, "parent_id")) not in ("", "0")):
            if written(under(item, "parent_id")) not in parents:
                yield Problem(where, "parent_id", "is not in the file", "the variable product that it belongs to")
        elif hidden := _hidden(where, item):
            yield hidden
        elif kind == "variable":
            yield from _variations(where, item, apart.get(_number(item), []))
        elif kind in ("simple", ""):
            yield _row(where, item, item)
        else:
            yield Problem(where, "type", f"{kind[:40]!r} is nothing that can be sold by itself", "simple or variable")


def _variations(where: str, parent: Json, apart: list[Json]) -> Iterator[Row | Problem]:
    inside = [each for each in entries(under(parent, "variations")) if isinstance(each, dict)]
    found = inside or apart
    if not found:
        number = _number(parent)[:20]
        yield Problem(
            where,
            "variations",
            "are numbers only",
            "what they cost",
            f"adding the answer of /wc/v3/products/{number}/variations",
        )
    for place, variation in enumerate(found, 1):
        here = f"{where}, variation {place}"
        yield _hidden(here, variation) or _row(here, variation, parent)


def _row(where: str, item: Json, parent: Json) -> Row:
    varies = item is not parent
    state = written(under(item, "stock_status"))
    counted = under(item, "manage_stock")
    quantity = written(under(parent if counted == "parent" else item, "stock_quantity")) if counted is not False else ""
    pictures = [written(under(image, "src")) for image in entries(under(parent, "images"))[:MOST_PICTURES]]
    own = written(under(item, "image", "src"))
    options = {
        written(under(each, "name")): written(under(each, "option")) or "any"
        for each in entries(under(item, "attributes"))
    }
    return Row(
        where=where,
        id=_sku(item) or _number(item),
        name=written(under(parent, "name")),
        price=written(under(item, "regular_price")),
        sale_price=written(under(item, "sale_price")),
        stock=quantity,
        available={"instock": True, "outofstock": False, "onbackorder": False}.get(state),
        untold="is on backorder" if state == "onbackorder" else "",
        description=written(under(parent, "short_description")) or written(under(parent, "description")),
        pictures=tuple(address for address in (*pictures, own) if address),
        sku=_sku(item),
        group=(_sku(parent) or _number(parent)) if varies else "",
        group_name=written(under(parent, "name")) if varies else "",
        options={name: value for name, value in options.items() if name} if varies else {},
        sale_from=_moment(item, "date_on_sale_from"),
        sale_until=_moment(item, "date_on_sale_to"),
        columns=_COLUMNS,
    )


def _moment(item: Json, key: str) -> str:
    """The moment in UTC, where the answer has it, rather than in the shop's own time."""
    utc = written(under(item, f"{key}_gmt"))
    return (
        f"{utc}+00:00"
        if utc and "T" in utc and "+" not in utc and not utc.endswith("Z")
        else utc or written(under(item, key))
    )


def _hidden(where: str, item: Json) -> Problem | None:
    status = written(under(item, "status"))
    return (
        Problem(where, "status", f"is {status[:20]}", "publish, to be shown") if status not in ("", "publish") else None
    )


def _number(item: Json) -> str:
    return written(under(item, "id"))


def _sku(item: Json) -> str:
    return written(under(item, "sku")).strip()


def _type(item: Json) -> str:
    return written(under(item, "type")).lower()
