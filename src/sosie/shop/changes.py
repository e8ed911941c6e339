"""What is different between two catalogues, told field by field, so that every word and number has a day on which it came.

Whether a sentence was true when it was said is asked of these: a fact, a claim or a price is what its last change made it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sosie.shop.catalogue import Catalogue, Fact, Product, SaleTerms, Variant
from sosie.shop.feed import UNCOUNTED
from sosie.types import Language

Place = tuple[str, str, str]
"""Product ("" for the shop itself), variant ("" for the product itself) and field, such as ("tea", "", "price")."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field became another, once."""

    at: datetime
    """With offset: when we were told."""
    by: str
    """Who or what told it: "import own.csv (ada)", "webhook shopify"."""
    product_id: str
    """ "" for the shop itself."""
    variant_id: str
    """ "" for the product itself."""
    field: str
    """Such as "price", "stock", "name.en", "fact.material.fr", "claims.zh"."""
    before: str | None
    """As text; None where there was nothing."""
    after: str | None
    """None where there is nothing any more."""
    as_of: datetime | None = None
    """With offset: since when it is so at the place it came from; None where that was not told."""

    def __post_init__(self) -> None:
        for name, moment in (("at", self.at), ("as_of", self.as_of)):
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{name} must have an offset, got {moment}")
        if self.before == self.after:
            raise ValueError(f"a change needs a difference, got {self.after!r} twice")
        if not self.by or not self.field:
            raise ValueError("a change needs somebody who made it, and a field")


def between(before: Catalogue | None, after: Catalogue, *, at: datetime, by: str) -> tuple[Change, ...]:
    """Every field in which ``after`` differs from ``before``, those of the shop first; all of it where there was no shop."""
    return _changes({} if before is None else fields(before), fields(after), at=at, by=by, as_of=None)


def between_products(
    before: Product, after: Product, *, at: datetime, by: str, as_of: datetime | None
) -> tuple[Change, ...]:
    """The same for one product."""
    return _changes(_of_product(before), _of_product(after), at=at, by=by, as_of=as_of)


def _changes(
    old: Mapping[Place, str], new: Mapping[Place, str], *, at: datetime, by: str, as_of: datetime | None
) -> tuple[Change, ...]:
    return tuple(
        Change(at, by, *place, before=old.get(place), after=new.get(place), as_of=as_of)
        for place in dict.fromkeys((*new, *old))
        if old.get(place) != new.get(place)
    )


def fields(catalogue: Catalogue) -> dict[Place, str]:
    """All that a catalogue says, as text by place."""
    found: dict[Place, str] = {("", "", "languages"): " ".join(catalogue.shop)}
    for language, name in catalogue.shop.items():
        found["", "", f"name.{language}"] = name
    found |= _of_facts("", catalogue.facts)
    for product in catalogue.products:
        found |= _of_product(product)
    return found


def _of_product(product: Product) -> dict[Place, str]:
    key = product.id
    found: dict[Place, str] = {(key, "", f"name.{language}"): name for language, name in product.name.items()}
    found[key, "", "currency"] = product.currency
    found[key, "", "picture"] = product.picture.name
    if product.sku:
        found[key, "", "sku"] = product.sku
    if product.valid_until is not None:
        found[key, "", "valid_until"] = _moment(product.valid_until)
    found |= _of_lists(key, "called", product.called) | _of_lists(key, "claims", product.claims)
    for variant in product.variants:
        found |= _of_variant(key, variant)
    if not product.variants:
        found |= _of_cost(key, "", product)
    return found | _of_facts(key, product.facts)


def _of_variant(key: str, variant: Variant) -> dict[Place, str]:
    found = _of_cost(key, variant.id, variant)
    found[key, variant.id, "options"] = json.dumps(dict(variant.options), ensure_ascii=False)
    if variant.sku:
        found[key, variant.id, "sku"] = variant.sku
    return found


def _of_cost(key: str, variant_id: str, cost: Product | Variant) -> dict[Place, str]:
    found = {
        (key, variant_id, "price"): f"{cost.price:.2f}",
        (key, variant_id, "stock"): UNCOUNTED if cost.stock is None else str(cost.stock),
    }
    if cost.sale_price is not None:
        found[key, variant_id, "sale_price"] = f"{cost.sale_price:.2f}"
    if cost.sale is not None:
        found[key, variant_id, "sale"] = _of_terms(cost.sale)
    return found


def _of_terms(sale: SaleTerms) -> str:
    since = f" from {_moment(sale.since)}" if sale.since else ""
    return sale.basis + since + (f" until {_moment(sale.until)}" if sale.until else "")


def _moment(moment: datetime) -> str:
    """In UTC: the same moment in another zone is no change."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _of_lists(key: str, name: str, lists: Mapping[Language, tuple[str, ...]]) -> dict[Place, str]:
    return {
        (key, "", f"{name}.{language}"): json.dumps(list(texts), ensure_ascii=False)
        for language, texts in lists.items()
        if texts
    }


def _of_facts(key: str, facts: tuple[Fact, ...]) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for fact in facts:
        for language, text in fact.text.items():
            found[key, "", f"fact.{fact.topic}.{language}"] = text
        if fact.asked:
            found[key, "", f"fact.{fact.topic}.asked"] = json.dumps(list(fact.asked), ensure_ascii=False)
    return found
