"""The shop's own file: shop.toml, written by hand or by a script, becomes a Catalogue."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Fact, Product, check_line
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


Price = Annotated[Decimal, BeforeValidator(_price)]
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


class _Product(Table):
    id: Id
    name: _Texts
    called: _TextLists = _TextLists()
    price: Price
    sale_price: Price | None = None
    stock: Annotated[int, Field(ge=0, strict=True)]
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
    if entry.sale_price is not None and entry.sale_price >= entry.price:
        raise YourInput(f"{where}, sale_price is not below the price", wanted=f"a number below {entry.price}")
    picture = path.parent / entry.picture
    if not picture.is_file():
        raise YourInput(f"{where}, picture: there is no file {entry.picture}", wanted="a PNG or JPEG beside this file")
    product = Product(
        id=entry.id,
        name=_texts(entry.name, shop.languages, f"{where}, name"),
        called={language: getattr(entry.called, language) for language in LANGUAGES},
        price=entry.price,
        sale_price=entry.sale_price,
        currency=shop.currency,
        stock=entry.stock,
        picture=picture,
        facts=_facts(entry.fact, shop.languages, where),
        claims={language: getattr(entry.claims, language) for language in LANGUAGES},
    )
    _check_facts(product.facts, product, where)
    for language, claims in product.claims.items():
        for number, claim in enumerate(claims, 1):
            check_line(claim, product, f"{where}, claims, {language} {number}")
    return product


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
