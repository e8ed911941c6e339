"""What Google Merchant feeds share, be they tab separated or XML: attributes and their values.

https://support.google.com/merchants/answer/7052112: "id", "title", "price" as "15.00 USD", "availability" as "in_stock",
"sale_price_effective_date" as two moments with a slash between them, "item_group_id" for variants. A missing offset is UTC
(https://support.google.com/merchants/answer/6324460). Feeds tell whether there is any, not how many; "quantity" of the local
inventory and "quantity_to_sell_on_facebook" of Meta's feeds, which are Google's otherwise, do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sosie.shop.importing.cells import shown
from sosie.shop.importing.listing import Problem, Row

VARYING = ("color", "size", "material", "pattern", "age_group", "gender", "size_type")
"""Attributes by which the items of a group differ."""
_AVAILABLE = {"in stock": True, "available": True, "out of stock": False, "preorder": False, "backorder": False}
COLUMNS = MappingProxyType(
    {
        "name": "title",
        "available": "availability",
        "stock": "availability",
        "pictures": "image_link",
        "sale_from": "sale_price_effective_date",
        "sale_until": "sale_price_effective_date",
        "valid_until": "expiration_date",
        "options": "item_group_id",
        "currency": "price",
    }
)


def row_of(where: str, attribute: Callable[[str], str]) -> Row | Problem:
    """One item. ``attribute`` gives the value of an attribute by its name, "" where it is missing."""
    begins, slash, ends = attribute("sale_price_effective_date").partition("/")
    if begins.strip() and not slash:
        return Problem(where, "sale_price_effective_date", f"{shown(begins)} is one moment", "beginning/end")
    state = attribute("availability").strip().lower().replace("_", " ")
    group = attribute("item_group_id").strip()
    quantity = attribute("quantity") or attribute("quantity_to_sell_on_facebook")
    return Row(
        where=where,
        id=attribute("id").strip(),
        name=attribute("title"),
        price=attribute("price"),
        sale_price=attribute("sale_price"),
        stock=quantity,
        available=_AVAILABLE.get(state),
        untold=_untold(state),
        description=attribute("description") or attribute("summary") or attribute("content"),
        pictures=(attribute("image_link"),),
        sku=attribute("id").strip(),
        group=group,
        options={name: attribute(name) for name in VARYING if attribute(name).strip()} if group else {},
        sale_from=begins,
        sale_until=ends,
        valid_until=attribute("expiration_date"),
        columns=COLUMNS,
    )


def _untold(state: str) -> str:
    if state in ("preorder", "backorder"):
        return f"is on {state}"
    if state and state not in _AVAILABLE:
        return f"{shown(state)} is unknown; taken as sold out"
    return ""


def without_prefix(cells: Mapping[str, str]) -> Callable[[str], str]:
    """Columns named "g:price", "sale price" or "sale_price" alike."""
    named = {name.removeprefix("g:").replace(" ", "_"): cell for name, cell in cells.items()}
    return lambda name: named.get(name, "")
