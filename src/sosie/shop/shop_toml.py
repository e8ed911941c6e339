"""Listings, or a whole catalogue, become the text of a shop.toml that ``open_shop`` reads and its owner goes on editing.

Descriptions go in as comments, a sentence each, in the form of facts: nobody has vouched for them, and nothing that stands behind
a "#" is known to the host. The seller takes the "#" away from what is true and may be said. Sentences that state a price are left
out even there, for a price is said from the catalogue only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sosie.shop.catalogue import Catalogue, Fact, SaleTerms, Variant, states_a_price
from sosie.shop.feed import UNCOUNTED
from sosie.shop.importing.listing import Listing
from sosie.shop.money import Currency
from sosie.types import Language

MOST_SENTENCES = 6
LONGEST_SENTENCE = 300
OUR_SHOP: dict[Language, str] = {"zh": "本店", "en": "our shop", "fr": "notre boutique"}
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*")


@dataclass(frozen=True, slots=True)
class ShopHead:
    """What is said of the shop as a whole."""

    name: Mapping[Language, str]
    currency: Currency
    languages: tuple[Language, ...]
    """The first one is that of the file's texts."""
    source: str
    """Where the products are from, for the first line."""


def shop_toml(head: ShopHead, listings: tuple[Listing, ...], pictures: Mapping[str, str]) -> str:
    """``pictures``: for each listing's id the path of its picture, beside the file."""
    lines = [
        f"# {_comment(head.source)}. Yours to edit from here on.",
        "# Prices and stock are said and shown only from here; in lines and facts write {price}, {sale_price}, {stock}, {name}.",
        "",
        "[shop]",
        f"name = {_inline({language: head.name[language] for language in head.languages})}",
        f"currency = {_quoted(head.currency)}",
        f"languages = [{', '.join(_quoted(language) for language in head.languages)}]",
    ]
    for listing in listings:
        lines += ["", *_product(listing, head.languages, pictures[listing.id])]
    return "\n".join(lines) + "\n"


def catalogue_toml(catalogue: Catalogue, source: str, pictures: Mapping[str, str]) -> str:
    """A whole catalogue as ``open_shop`` reads it back, the same in every field. ``pictures``: as for ``shop_toml``."""
    lines = [
        f"# {_comment(source)}.",
        "",
        "[shop]",
        f"name = {_inline(catalogue.shop)}",
        f"currency = {_quoted(catalogue.products[0].currency)}",
        f"languages = [{', '.join(_quoted(language) for language in catalogue.shop)}]",
    ]
    for fact in catalogue.facts:
        lines += ["", *_fact("shop.fact", fact)]
    for product in catalogue.products:
        lines += [
            "",
            "[[product]]",
            f"id = {_quoted(product.id)}",
            *([f"sku = {_quoted(product.sku)}"] if product.sku else []),
            f"name = {_inline(product.name)}",
            *_lists("called", product.called),
            *([] if product.variants else _cost(product.price, product.sale_price, product.sale, product.stock)),
            *([f"valid_until = {_moment(product.valid_until)}"] if product.valid_until else []),
            f"picture = {_quoted(pictures[product.id])}",
            *_lists("claims", product.claims),
        ]
        for fact in product.facts:
            lines += ["", *_fact("product.fact", fact)]
        for variant in product.variants:
            lines += ["", *_variant(variant)]
    return "\n".join(lines) + "\n"


def _lists(name: str, lists: Mapping[Language, tuple[str, ...]]) -> list[str]:
    return [f"{name}.{language} = {_array(texts)}" for language, texts in lists.items() if texts]


def _fact(table: str, fact: Fact) -> list[str]:
    asked = [f"asked = {_array(fact.asked)}"] if fact.asked else []
    texts = [f"{language} = {_quoted(text)}" for language, text in fact.text.items()]
    return [f"[[{table}]]", f"topic = {_quoted(fact.topic)}", *asked, *texts]


def _array(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"


def names_of(listing: Listing, languages: tuple[Language, ...]) -> dict[Language, str]:
    """The name in every language: where the file has none in one, it is the same as in the file's own."""
    return {language: listing.names.get(language, listing.name) for language in languages}


def untranslated(listing: Listing, languages: tuple[Language, ...]) -> tuple[Language, ...]:
    return tuple(language for language in languages[1:] if language not in listing.names)


def sayable(description: str) -> tuple[str, ...]:
    """The sentences of a description that could be facts, if they are true: not too long, and without a price."""
    sentences = [" ".join(each.split()) for each in _SENTENCE_END.split(description)]
    fit = [
        each
        for each in sentences
        if len(each) <= LONGEST_SENTENCE
        and any(letter.isalnum() for letter in each)
        and not set(each) & set("{}")
        and not states_a_price(each)
    ]
    return tuple(dict.fromkeys(fit))[:MOST_SENTENCES]


def _product(listing: Listing, languages: tuple[Language, ...], picture: str) -> list[str]:
    missing = untranslated(listing, languages)
    note = f"  # to translate: {', '.join(missing)}" if missing else ""
    lines = [
        "[[product]]",
        f"# {_comment(f'{listing.where}, {listing.source_id}')}",
        f"id = {_quoted(listing.id)}",
        *([f"sku = {_quoted(listing.sku)}"] if listing.sku else []),
        f"name = {_inline(dict(names_of(listing, languages)))}{note}",
        *([] if listing.variants else _cost(listing.price, listing.sale_price, listing.sale, listing.stock)),
        *([f"valid_until = {_moment(listing.valid_until)}"] if listing.valid_until else []),
        f"picture = {_quoted(picture)}",
    ]
    for variant in listing.variants:
        lines += ["", *_variant(variant)]
    return [*lines, *_unsaid(listing.description, languages)]


def _variant(variant: Variant) -> list[str]:
    return [
        "[[product.variant]]",
        f"id = {_quoted(variant.id)}",
        *([f"sku = {_quoted(variant.sku)}"] if variant.sku else []),
        f"options = {_inline(variant.options)}",
        *_cost(variant.price, variant.sale_price, variant.sale, variant.stock),
    ]


def _cost(price: Decimal, sale_price: Decimal | None, sale: SaleTerms | None, stock: int | None) -> list[str]:
    lines = [f"price = {price:f}"]
    if sale_price is not None:
        lines.append(f"sale_price = {sale_price:f}")
        if sale is not None:
            lines.append(f"sale_basis = {_quoted(sale.basis)}")
            lines += [f"sale_from = {_moment(sale.since)}"] if sale.since else []
            lines += [f"sale_until = {_moment(sale.until)}"] if sale.until else []
    return [*lines, f"stock = {_quoted(UNCOUNTED) if stock is None else stock}"]


def _unsaid(description: str, languages: tuple[Language, ...]) -> list[str]:
    sentences = sayable(description)
    if not sentences:
        return []
    lines = [
        "",
        '# Of the description. Nothing of it is said: take the "# " away from what is true and may be said, and give it a topic',
        "# (material, size, care, ...; viewers' questions about those are understood) or the questions that it answers.",
    ]
    for number, sentence in enumerate(sentences, 1):
        lines += ["# [[product.fact]]", f'# topic = "about-{number}"', "# asked = []"]
        lines += [f"# {language} = {_quoted(sentence if language == languages[0] else '')}" for language in languages]
    return lines


def _inline(texts: Mapping[str, str] | Mapping[Language, str]) -> str:
    return "{ " + ", ".join(f"{_key(str(key))} = {_quoted(text)}" for key, text in texts.items()) + " }"


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _quoted(text)


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's escapes are among its own; DEL is not let through by TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
