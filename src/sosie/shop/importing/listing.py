"""What travels through an import: rows of strings in, listings and problems out.

The policy, in one place:

- *What one pays must be certain.* A row whose price, sale price, dates of a sale or currency cannot be read, or contradict each
  other, is left out and named. Nothing is guessed: "1,299" is left out, for it may be 1299 or 1.30.
- *What cannot be had is not offered.* Sold out, on backorder, on preorder, fewer than no pieces, or nothing said about it: 0 in
  stock. In stock without a number: ``None``, and how many are left is never said.
- *Text is data.* HTML is taken out, control and invisible characters too; a spreadsheet's formula is no name; nothing is
  evaluated. A name that states a price is left out, for prices are spoken from the catalogue only.
- *A description is a claim nobody has vouched for.* It is kept apart in ``Listing.description`` and goes into shop.toml as a
  comment; the host knows nothing of it until the seller has read it and taken the "#" away.
- *The first one counts* where an id, or the options of a variant, come twice.
- *One shop, one currency:* the one that is given, else the one that most rows have.
- *Nothing is endless:* see the numbers below; what goes beyond them is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from types import MappingProxyType

from sosie.shop.catalogue import Basis, SaleTerms, Variant
from sosie.shop.money import Currency
from sosie.types import Language

MOST_BYTES = 64 << 20
"""Of a file."""
MOST_ROWS = 200_000
MOST_PRODUCTS = 5_000
"""A show holds dozens; what is spoken of is chosen by hand in the rundown."""
MOST_VARIANTS = 250
"""Of one product."""
MOST_PROBLEMS = 1_000
"""Kept; the others are counted."""
MOST_NAME = 150
"""Letters of a name, the limit of Google's own feeds."""
MOST_DESCRIPTION = 5_000
MOST_PICTURES = 10

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was not as it should be, told like an error: what was found, what was wanted, what to try."""

    where: str
    """Such as "line 7" or "item 3 'tea'"; "the file" for what is true of all of it."""
    field: str
    """As the file names it, such as "Variant Price"; "" for the whole row."""
    found: str
    wanted: str = ""
    try_this: str = ""
    taken: bool = False
    """The row was taken nevertheless, without what is wrong with it."""

    def __str__(self) -> str:
        place = f"{self.where}, {self.field}" if self.field else self.where
        told = "; ".join([f"{place}: {self.found}", *([f"wanted {self.wanted}"] if self.wanted else [])])
        return f"{told}. Try: {self.try_this}." if self.try_this else f"{told}."


@dataclass(frozen=True, slots=True)
class Row:
    """One thing for sale as its file writes it: strings only, "" for what is not there, nothing believed yet."""

    where: str
    id: str
    name: str
    price: str
    """The ordinary price; the one that is struck out while there is a sale price."""
    sale_price: str = ""
    currency: str = ""
    """ISO 4217, where it does not stand with the price."""
    stock: str = ""
    available: bool | None = None
    """What the file says besides a number; None where it says nothing."""
    untold: str = ""
    """Why it is not ``available``, where that is not plainly "sold out": "on backorder"."""
    description: str = ""
    pictures: tuple[str, ...] = ()
    """Addresses or paths; the first one is the product's."""
    sku: str = ""
    group: str = ""
    """Rows with the same group are variants of one product; "" for a product of its own."""
    group_name: str = ""
    options: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    basis: Basis = "regular"
    sale_from: str = ""
    sale_until: str = ""
    valid_until: str = ""
    names: Mapping[Language, str] = field(default_factory=dict)
    """Where the file itself has the name in several languages."""
    columns: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """What the file calls our fields, for the problems: {"price": "Variant Price"}."""

    def called(self, name: str) -> str:
        return self.columns.get(name, name)


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says because files do not."""

    currency: Currency | None = None
    zone: tzinfo = UTC
    """Of dates that are written without an offset."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A product that was taken, believed and in our terms. It becomes a ``Product`` by way of shop.toml."""

    id: str
    """Ours: made of ``source_id``, always the same one for it."""
    source_id: str
    where: str
    name: str
    names: Mapping[Language, str]
    price: Decimal
    sale_price: Decimal | None
    stock: int | None
    sku: str
    sale: SaleTerms | None
    valid_until: datetime | None
    pictures: tuple[str, ...]
    """http(s) addresses, or paths as the file writes them; not looked at yet."""
    description: str
    """Plain text that nobody vouches for; never spoken."""
    variants: tuple[Variant, ...]
    """Empty, or two or more; their stock and prices are then the ones that count."""


@dataclass(frozen=True, slots=True)
class Imported:
    currency: Currency
    listings: tuple[Listing, ...]
    problems: tuple[Problem, ...]
    more_problems: int = 0
    """Beyond ``MOST_PROBLEMS``, not kept."""

    @property
    def left_out(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if not problem.taken)
