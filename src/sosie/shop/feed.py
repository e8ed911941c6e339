"""The shop's own file: shop.toml, written by hand or by a script, becomes a Catalogue."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from sosie.errors import YourInput
from sosie.shop.catalogue import Basis, Catalogue, Fact, Product, SaleTerms, Variant, check_line
from sosie.shop.money import Currency
from sosie.shop.toml_file import Table, read_toml
from sosie.types import LANGUAGES, Language


def _price(value: object) -> Decimal:
    """A number, or one in quotes; floats are read as they are written, never as they are stored."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("a number such as 299 or 24.50")
    try:
        price = Decimal(str(value).strip())
        ok = price.is_finite() and Decimal(0) < price < Decimal(10) ** 8 and price == round(price, 2)
    except ArithmeticError:
        ok = False
    if not ok:
        raise ValueError("a number above 0 with at most two decimals, such as 299 or 24.50")
    return price


def _stock(value: object) -> int | None:
    if value == UNCOUNTED:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f'pieces such as 12, 0 when it is sold out, or "{UNCOUNTED}" where nobody counts them')
    return value


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("date, time and offset, such as 2026-12-31T23:59:59+01:00")
    return value


UNCOUNTED = "in stock"
"""Stands for the number of pieces where there are some and nobody counts them; how many are left is then never said."""
Price = Annotated[Decimal, BeforeValidator(_price)]
Stock = Annotated[int | None, BeforeValidator(_stock)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Text = Annotated[str, Field(min_length=1, max_length=600)]


class _Fact(Table):
    topic: Id
    asked: tuple[Text, ...] = ()
    zh: Text | None = None
    en: Text | None = None
    fr: Text | None = None


class _Texts(Table):
    zh: Text | None = None
    en: Text | None = None
    fr: Text | None = None


class _TextLists(Table):
    zh: tuple[Text, ...] = ()
    en: tuple[Text, ...] = ()
    fr: tuple[Text, ...] = ()


class _Cost(Table):
    """What a product costs, or one variant of it."""

    sku: Annotated[str, Field(max_length=100)] = ""
    price: Price | None = None
    sale_price: Price | None = None
    sale_basis: Basis = "regular"
    sale_from: Moment | None = None
    sale_until: Moment | None = None


class _Variant(_Cost):
    id: Id
    options: Annotated[dict[Text, Text], Field(min_length=1)]
    price: Price
    stock: Stock


class _Product(_Cost):
    id: Id
    name: _Texts
    called: _TextLists = _TextLists()
    stock: Stock = None
    valid_until: Moment | None = None
    variant: tuple[_Variant, ...] = ()
    picture: str
    fact: tuple[_Fact, ...] = ()
    claims: _TextLists = _TextLists()


class _Shop(Table):
    name: _Texts
    currency: Currency
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    fact: tuple[_Fact, ...] = ()


class _File(Table):
    shop: _Shop
    product: Annotated[tuple[_Product, ...], Field(min_length=1)]


def open_shop(path: Path) -> Catalogue:
    """The catalogue of a shop.toml. Raises YourInput with file, product and field."""
    file = read_toml(path, _File)
    languages = file.shop.languages
    name = path.name
    seen: set[str] = set()
    for product in file.product:
        if product.id in seen:
            raise YourInput(f"{name}: product {product.id!r} is there twice", wanted="one entry for each product")
        seen.add(product.id)
    catalogue = Catalogue(
        shop=_texts(file.shop.name, languages, f"{name}: shop, name"),
        products=tuple(_product(entry, path, file.shop) for entry in file.product),
        facts=_facts(file.shop.fact, languages, f"{name}: shop"),
    )
    _check_facts(catalogue.facts, None, f"{name}: shop")
    return catalogue


def _product(entry: _Product, path: Path, shop: _Shop) -> Product:
    where = f"{path.name}: product {entry.id!r}"
    picture = path.parent / entry.picture
    if not picture.is_file():
        raise YourInput(f"{where}, picture: there is no file {entry.picture}", wanted="a PNG or JPEG beside this file")
    variants = _variants(entry, where)
    if not variants:
        for key in ("price", "stock"):
            if key not in entry.model_fields_set:
                raise YourInput(f"{where}, {key} is missing", wanted="a value for it")
    price = entry.price if entry.price is not None else variants[0].price
    product = Product(
        id=entry.id,
        name=_texts(entry.name, shop.languages, f"{where}, name"),
        called={language: getattr(entry.called, language) for language in LANGUAGES},
        price=price,
        sale_price=None if variants else _sale_price(entry, price, where),
        currency=shop.currency,
        stock=entry.stock,
        picture=picture,
        facts=_facts(entry.fact, shop.languages, where),
        claims={language: getattr(entry.claims, language) for language in LANGUAGES},
        sku=entry.sku,
        sale=_sale(entry, where),
        valid_until=entry.valid_until,
    )
    if variants:
        product = product.with_variants(variants)
    _check_facts(product.facts, product, where)
    for language, claims in product.claims.items():
        for number, claim in enumerate(claims, 1):
            check_line(claim, product, f"{where}, claims, {language} {number}")
    return product


def _variants(entry: _Product, where: str) -> tuple[Variant, ...]:
    if not entry.variant:
        return ()
    told = [
        key
        for key in ("price", "sale_price", "sale_basis", "sale_from", "sale_until", "stock")
        if key in entry.model_fields_set
    ]
    if told:
        raise YourInput(
            f"{where} has variants and a {told[0]} of its own",
            wanted="prices, sales and stock at each variant, where they belong",
            try_this=f"leave {told[0]} out at the product",
        )
    variants: list[Variant] = []
    for one in entry.variant:
        here = f"{where}, variant {one.id!r}"
        for other in variants:
            if other.id == one.id or other.options == one.options:
                raise YourInput(
                    f"{here} has the id or the options of another", wanted="another id and other options for each"
                )
        sale_price = _sale_price(one, one.price, here)
        variants.append(Variant(one.id, one.options, one.price, sale_price, one.stock, one.sku, _sale(one, here)))
    return tuple(variants)


def _sale_price(entry: _Cost, price: Decimal, where: str) -> Decimal | None:
    if entry.sale_price is not None and entry.sale_price >= price:
        raise YourInput(f"{where}, sale_price is not below the price", wanted=f"a number below {price}")
    return entry.sale_price


def _sale(entry: _Cost, where: str) -> SaleTerms | None:
    told = entry.model_fields_set & {"sale_basis", "sale_from", "sale_until"}
    if not told:
        return None
    if entry.sale_price is None:
        raise YourInput(f"{where}, {min(told)} stands without a sale_price", wanted="both or neither")
    if entry.sale_from is not None and entry.sale_until is not None and entry.sale_from >= entry.sale_until:
        raise YourInput(f"{where}, sale_until is not after sale_from", wanted="a sale that begins before it ends")
    return SaleTerms(entry.sale_basis, entry.sale_from, entry.sale_until)


def _facts(entries: tuple[_Fact, ...], languages: tuple[Language, ...], where: str) -> tuple[Fact, ...]:
    topics = [entry.topic for entry in entries]
    for topic in topics:
        if topics.count(topic) > 1:
            raise YourInput(f"{where}, fact {topic!r} is there twice", wanted="one fact for each topic")
    return tuple(
        Fact(entry.topic, _texts(entry, languages, f"{where}, fact {entry.topic!r}"), entry.asked) for entry in entries
    )


def _check_facts(facts: tuple[Fact, ...], product: Product | None, where: str) -> None:
    """Facts are spoken like the lines of a show, so they keep to the same rules."""
    for fact in facts:
        for language, text in fact.text.items():
            check_line(text, product, f"{where}, fact {fact.topic!r}, {language}")


def _texts(entry: _Texts | _Fact, languages: tuple[Language, ...], where: str) -> dict[Language, str]:
    texts: dict[Language, str] = {}
    for language in languages:
        text = getattr(entry, language)
        if text is None or not text.strip():
            raise YourInput(f"{where} lacks {language}", wanted=f"a text for each of {', '.join(languages)}")
        texts[language] = text.strip()
    return texts
