"""What Shopify's CSV and GraphQL share: "compare-at" prices, untracked stock, and the variant that is none."""

from __future__ import annotations

from dataclasses import dataclass

from sosie.shop.importing.cells import Unread, amount
from sosie.shop.importing.listing import Problem

ONLY = ("Title", "Default Title")
"""Option and value of a product without variants."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked now, and what it is compared with, as our price and sale price."""

    price: str
    sale_price: str
    problem: Problem | None = None


def asked(where: str, price: str, compare_at: str, column: str) -> Asked:
    """Shopify asks ``price``, always. A compare-at price above it is struck out; one that is lower, or 0, is not shown there.

    What the compare-at price was, Shopify does not say: hence the basis "unstated".
    """
    if not compare_at.strip():
        return Asked(price, "")
    try:
        now = amount(price)[0]
        if compare_at.strip().strip("0.,") == "":
            return Asked(price, "")
        before = amount(compare_at)[0]
    except Unread:
        # ``gather`` reads both cells again and names the one that cannot be read.
        return Asked(compare_at, price)
    if before > now:
        return Asked(compare_at, price)
    if before == now:
        return Asked(price, "")
    return Asked(
        price, "", Problem(where, column, f"{before} is below the price, {now}; no sale", "a higher one", taken=True)
    )


def stock_of(quantity: str, *, tracked: bool, goes_on: bool) -> tuple[str, bool, str]:
    """Pieces, whether it can be had at once, and why not: of what is not tracked there is always some."""
    if not tracked:
        return "", True, ""
    sold_out = quantity.strip().startswith("-") or quantity.strip() in ("", "0")
    why = "is sold out, and Shopify goes on selling it" if sold_out and goes_on else ""
    return quantity.strip() or "0", not sold_out, why


def options_of(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {
        name.strip(): value.strip() for name, value in pairs if name.strip() and value.strip() and (name, value) != ONLY
    }
