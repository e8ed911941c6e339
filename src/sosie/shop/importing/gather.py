"""Rows of any format become listings, or problems that say why not. The policy is that of ``listing``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import get_args

from sosie.errors import YourInput
from sosie.shop.catalogue import SaleTerms, Variant, states_a_price, together
from sosie.shop.importing.cells import Unread, amount, mark_of, moment, our_id, pieces, plain, shown
from sosie.shop.importing.listing import (
    MOST_DESCRIPTION,
    MOST_NAME,
    MOST_PICTURES,
    MOST_PROBLEMS,
    MOST_PRODUCTS,
    MOST_ROWS,
    MOST_VARIANTS,
    Given,
    Imported,
    Listing,
    Problem,
    Row,
)
from sosie.shop.money import Currency
from sosie.types import Language

CURRENCIES: tuple[Currency, ...] = get_args(Currency)
LEAST_OF_PRICE = Decimal("0.1")
"""A sale price under a tenth of the price is taken for a slip of the pen."""
_FORMULA = ("=", "@")
_ADDRESS_LENGTH = 2_000


@dataclass(slots=True)
class _Problems:
    kept: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, problem: Problem) -> None:
        if len(self.kept) < MOST_PROBLEMS:
            self.kept.append(problem)
        else:
            self.more += 1


@dataclass(frozen=True, slots=True)
class _Believed:
    """A row whose cells could be read."""

    row: Row
    name: str
    names: dict[Language, str]
    price: Decimal
    sale_price: Decimal | None
    currency: str
    """"" where neither the row nor its prices say."""
    stock: int | None
    sale: SaleTerms | None
    valid_until: datetime | None
    options: dict[str, str]


class _LeftOut(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def gather(rows: Iterable[Row | Problem], given: Given) -> Imported:
    """Everything of ``rows`` that can be believed. Raises YourInput if there is nothing at all, or no currency anywhere."""
    problems = _Problems()
    believed: list[_Believed] = []
    seen = 0
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            problems.add(Problem("the file", "", f"has more than {MOST_ROWS:,} rows; the rest is not taken"))
            break
        seen += 1
        if isinstance(row, Problem):
            problems.add(row)
            continue
        try:
            believed.append(_believe(row, given, problems))
        except _LeftOut as left_out:
            problems.add(left_out.problem)
    if not seen:
        raise YourInput("the file has no products", wanted="at least one")
    currency = _currency(believed, given)
    listings = _listings(_in_currency(believed, currency, problems), problems)
    return Imported(currency, tuple(listings), tuple(problems.kept), problems.more)


# One row


def _believe(row: Row, given: Given, problems: _Problems) -> _Believed:
    if not plain(row.id):
        raise _left_out(row, "id", "is empty", "something that tells this product from the others")
    name = _name(row, row.name)
    names = {language: _name(row, text) for language, text in row.names.items() if plain(text)}
    price, currency = _amount(row, "price", row.price)
    sale_price, sale_currency = _amount(row, "sale_price", row.sale_price) if row.sale_price.strip() else (None, "")
    told = {code.strip().upper() for code in (currency, sale_currency, row.currency) if code.strip()}
    if len(told) > 1:
        raise _left_out(row, "currency", f"is {' and '.join(sorted(told))[:40]} in one row", "one currency")
    sale_price, sale = _sale(row, price, sale_price, given)
    valid_until = _moment(row, "valid_until", row.valid_until, given, end=True)
    return _Believed(
        row=row,
        name=name,
        names=names,
        price=price,
        sale_price=sale_price,
        currency=told.pop() if told else "",
        stock=_stock(row, problems),
        sale=sale,
        valid_until=valid_until,
        options={
            plain(key)[:MOST_NAME]: plain(value)[:MOST_NAME] for key, value in row.options.items() if plain(value)
        },
    )


def _left_out(row: Row, field_name: str, found: str, wanted: str = "", try_this: str = "") -> _LeftOut:
    return _LeftOut(Problem(row.where, row.called(field_name), found, wanted, try_this))


def _name(row: Row, text: str) -> str:
    # An exporter (WooCommerce's) puts an apostrophe before what a spreadsheet would take for a formula.
    name = plain(text)
    name = name[1:].lstrip() if name[:2] in ("'=", "'@", "'+", "'-") else name
    if not any(letter.isalnum() for letter in name):
        raise _left_out(
            row, "name", f"{shown(text)} has no word in it" if name else "is empty", "a name that can be said"
        )
    if name.startswith(_FORMULA):
        raise _left_out(row, "name", f"{shown(name)} is a spreadsheet's formula", "a name")
    if len(name) > MOST_NAME:
        raise _left_out(
            row, "name", f"has {len(name)} letters", f"at most {MOST_NAME}", "a name that fits into one breath"
        )
    if found := states_a_price(name):
        raise _left_out(
            row, "name", f"{shown(found)} states a price", "a name; prices are said from the catalogue only"
        )
    return name


def _amount(row: Row, field_name: str, cell: str) -> tuple[Decimal, str]:
    if not cell.strip():
        raise _left_out(row, field_name, "is empty", 'an amount such as "15.00"')
    try:
        return amount(cell)
    except Unread as unread:
        raise _left_out(row, field_name, unread.found, unread.wanted) from None


def _moment(row: Row, field_name: str, cell: str, given: Given, *, end: bool) -> datetime | None:
    if not cell.strip():
        return None
    try:
        return moment(cell, given.zone, end=end)
    except Unread as unread:
        raise _left_out(row, field_name, unread.found, unread.wanted) from None


def _sale(
    row: Row, price: Decimal, sale_price: Decimal | None, given: Given
) -> tuple[Decimal | None, SaleTerms | None]:
    if sale_price is None or sale_price == price:
        return None, None
    if sale_price > price:
        raise _left_out(row, "sale_price", f"{sale_price} is above the price, {price}", "a sale price below the price")
    if sale_price < price * LEAST_OF_PRICE:
        raise _left_out(
            row,
            "sale_price",
            f"{sale_price} is less than a tenth of the price, {price}",
            "a sale price that is no slip of the pen",
            "if it is meant, write this product into shop.toml by hand",
        )
    since = _moment(row, "sale_from", row.sale_from, given, end=False)
    until = _moment(row, "sale_until", row.sale_until, given, end=True)
    if since is not None and until is not None and since >= until:
        raise _left_out(
            row, "sale_until", "is not after the beginning of the sale", "a sale that begins before it ends"
        )
    return sale_price, SaleTerms(row.basis, since, until)


def _stock(row: Row, problems: _Problems) -> int | None:
    """Pieces left; whatever cannot be had, or be known, is 0."""
    count: int | None = None
    if row.stock.strip():
        try:
            count = pieces(row.stock)
        except Unread as unread:
            problems.add(
                Problem(row.where, row.called("stock"), f"{unread.found}; taken as sold out", unread.wanted, taken=True)
            )
            return 0
    elif row.available is None:
        problems.add(
            Problem(
                row.where,
                row.called("stock"),
                row.untold or "does not say whether there is any; taken as sold out",
                "pieces, or whether it is in stock",
                taken=True,
            )
        )
        return 0
    if row.available is False:
        if row.untold or count:
            why = row.untold or f"{count} pieces, and yet it is said to be out of stock"
            problems.add(Problem(row.where, row.called("available"), f"{why}; not offered", taken=True))
        return 0
    return count


# All rows together


def _currency(believed: list[_Believed], given: Given) -> Currency:
    if given.currency is not None:
        return given.currency
    codes = Counter(each.currency for each in believed if each.currency)
    for code, _ in codes.most_common():
        for known in CURRENCIES:
            if code == known:
                return known
    if codes:
        raise YourInput(
            f"the prices are in {', '.join(sorted(codes))[:80]}",
            wanted=f"one of {', '.join(CURRENCIES)}, which the host can say",
        )
    if not believed:
        # There is nothing to price; the problems say why.
        return CURRENCIES[0]
    raise YourInput(
        "the file does not say its currency", wanted=f"one of {', '.join(CURRENCIES)}", try_this="--currency EUR"
    )


def _in_currency(believed: list[_Believed], currency: Currency, problems: _Problems) -> list[_Believed]:
    several = len({each.currency for each in believed if each.currency}) > 1
    kept = []
    for each in believed:
        if each.currency == currency or (not each.currency and not several):
            kept.append(each)
            continue
        found = f"is {each.currency}" if each.currency else "is not told, and the file has several"
        problems.add(Problem(each.row.where, each.row.called("currency"), found, f"{currency}, the shop's currency"))
    return kept


def _listings(believed: list[_Believed], problems: _Problems) -> list[Listing]:
    groups: dict[str, list[_Believed]] = {}
    first: dict[str, str] = {}
    for each in believed:
        row = each.row
        if row.id in first:
            problems.add(
                Problem(row.where, row.called("id"), f"{shown(row.id)} is there already, {first[row.id]}", "one entry")
            )
            continue
        first[row.id] = row.where
        # A group and a product of its own may have the same name.
        groups.setdefault(f"group {row.group}" if row.group else f"row {row.id}", []).append(each)
    listings: list[Listing] = []
    ids: set[str] = set()
    for members in groups.values():
        if len(listings) == MOST_PRODUCTS:
            found = f"is one of more than {MOST_PRODUCTS:,} products; the rest is not taken"
            problems.add(Problem(members[0].row.where, "", found, "the products of a show"))
            break
        listing = _listing(members, problems)
        if listing.id in ids:
            listing = replace(listing, id=f"{listing.id[:31]}-{mark_of(listing.source_id)}")
        ids.add(listing.id)
        listings.append(listing)
    return listings


def _listing(members: list[_Believed], problems: _Problems) -> Listing:
    kinds = _kinds(members, problems)
    head = kinds[0]
    row = head.row
    source_id = row.group or row.id
    name = _shared_name([each.name for each in kinds])
    if row.group_name:
        try:
            name = _name(row, row.group_name)
        except _LeftOut as left_out:
            problems.add(replace(left_out.problem, taken=True))
    pictures = dict.fromkeys(
        address.strip() for each in kinds for address in each.row.pictures if _is_address(address, each.row, problems)
    )
    ends = {each.valid_until for each in kinds}
    variants = _variants(kinds) if len(kinds) > 1 else ()
    price, sale_price, stock = together(variants) if variants else (head.price, head.sale_price, head.stock)
    return Listing(
        id=our_id(source_id),
        source_id=source_id,
        where=row.where,
        name=name,
        names={
            language: _shared_name([each.names[language] for each in kinds])
            for language in head.names
            if all(language in each.names for each in kinds)
        },
        price=price,
        sale_price=sale_price,
        stock=stock,
        sku=plain(row.sku)[:100] if len(kinds) == 1 else "",
        sale=None if variants else head.sale,
        # All of it lapses with the first of its variants: nothing is offered that may have lapsed.
        valid_until=min((end for end in ends if end is not None), default=None),
        pictures=tuple(pictures)[:MOST_PICTURES],
        description=next((text for each in kinds if (text := plain(each.row.description[: 4 * MOST_DESCRIPTION]))), "")[
            :MOST_DESCRIPTION
        ],
        variants=variants,
    )


def _shared_name(names: list[str]) -> str:
    """What all of them begin with, in whole words: of "Tee, blue" and "Tee, red" it is "Tee". Else the first."""
    # The least and the greatest of them differ at least as early as any others.
    least, greatest = min(names), max(names)
    length = next(
        (at for at, (one, other) in enumerate(zip(least, greatest, strict=False)) if one != other), len(least)
    )
    shared = least[:length]
    if any(name[len(shared) : len(shared) + 1].isalnum() for name in names) and shared[-1:].isascii():
        shared = shared.rpartition(" ")[0]
    shared = shared.rstrip(" -–—,.;:/|(（，、")
    return shared if any(letter.isalnum() for letter in shared) else names[0]


def _kinds(members: list[_Believed], problems: _Problems) -> list[_Believed]:
    """Those that differ from each other in their options, at least one."""
    kinds: list[_Believed] = []
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    some_differ = any(each.options for each in members)
    for each in members:
        row = each.row
        options = tuple(sorted(each.options.items()))
        if not options and some_differ:
            found = "has no options that tell it from the other variants"
        elif options in seen:
            found = f"has the same options as {seen[options]}"
        elif len(kinds) == MOST_VARIANTS:
            found = f"is one of more than {MOST_VARIANTS} variants"
        else:
            seen[options] = row.where
            kinds.append(each)
            continue
        problems.add(
            Problem(row.where, row.called("options"), found, "another colour, size or the like for each variant")
        )
    return kinds


def _variants(kinds: list[_Believed]) -> tuple[Variant, ...]:
    variants: list[Variant] = []
    ids: set[str] = set()
    for each in kinds:
        name = our_id("-".join(each.options.values()))
        name = f"{name[:31]}-{mark_of(each.row.id)}" if name in ids else name
        ids.add(name)
        variants.append(
            Variant(name, each.options, each.price, each.sale_price, each.stock, plain(each.row.sku)[:100], each.sale)
        )
    return tuple(variants)


def _is_address(text: str, row: Row, problems: _Problems) -> bool:
    address = text.strip()
    if not address:
        return False
    scheme = address.partition(":")[0].lower()
    web = scheme in ("http", "https") and address[len(scheme) :].startswith("://")
    path = ":" not in address and not address.startswith("//")
    clean = address.isprintable() and not set(address) & set(' "\\<>^`{|}') if web else address.isprintable()
    if (web or path) and clean and len(address) <= _ADDRESS_LENGTH:
        return True
    problems.add(
        Problem(
            row.where, row.called("pictures"), f"{shown(address)} is no address of a picture", "https://…", taken=True
        )
    )
    return False
