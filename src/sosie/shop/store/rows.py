"""A catalogue to rows, and rows to a catalogue; both ways the same to the last digit and letter."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

from sosie.shop.catalogue import Basis, Catalogue, Fact, Product, SaleTerms, Variant
from sosie.shop.money import Currency
from sosie.shop.store.engine import Transaction, Value
from sosie.types import LANGUAGES, Language


def moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(text: Value) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))


class Pictures:
    """Where pictures lie. Those in the store's own folder are named from there, so that the folder can be moved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def named(self, picture: Path) -> str:
        path = picture.resolve()
        return path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else str(path)

    def place(self, name: str) -> Path:
        return self._folder / name


def read_catalogue(transaction: Transaction, pictures: Pictures) -> Catalogue | None:
    """None where nothing was put in yet."""
    shop = _shop(transaction)
    if shop is None:
        return None
    currency, languages = shop
    products = _products(transaction, currency, pictures, "", ())
    labels = transaction.run("SELECT language, words FROM label WHERE product_id = '' AND kind = 'name'")
    names = {str(language): str(words) for language, words in labels}
    facts = _facts(transaction, " WHERE product_id = ''", ())[""]
    return Catalogue({language: names[language] for language in languages}, products, facts)


def read_product(transaction: Transaction, product_id: str, pictures: Pictures) -> Product | None:
    shop = _shop(transaction)
    if shop is None:
        return None
    return next(iter(_products(transaction, shop[0], pictures, "?", (product_id,))), None)


def _shop(transaction: Transaction) -> tuple[Currency, tuple[Language, ...]] | None:
    rows = transaction.run("SELECT currency, languages FROM shop")
    if not rows:
        return None
    currency, languages = rows[0]
    return cast(Currency, currency), tuple(cast(Language, each) for each in str(languages).split())


def _products(
    transaction: Transaction, currency: Currency, pictures: Pictures, one: str, values: Sequence[str]
) -> tuple[Product, ...]:
    """All products in their order, or the one that ``values`` names."""
    where = f" WHERE product_id = {one}" if one else ""
    only = f" WHERE id = {one}" if one else ""
    offers: defaultdict[str, list[tuple[Value, ...]]] = defaultdict(list)
    for row in transaction.run(
        "SELECT product_id, variant_id, sku, options, price, sale_price, sale_basis, sale_since, sale_until, stock"
        f" FROM offer{where} ORDER BY product_id, place",
        *values,
    ):
        offers[str(row[0])].append(row[1:])
    labels: defaultdict[tuple[str, str], defaultdict[Language, list[str]]] = defaultdict(lambda: defaultdict(list))
    for product_id, kind, language, words in transaction.run(
        f"SELECT product_id, kind, language, words FROM label{where} ORDER BY product_id, kind, language, place",
        *values,
    ):
        labels[str(product_id), str(kind)][cast(Language, language)].append(str(words))
    facts = _facts(transaction, where, values)
    return tuple(
        _product(row, currency, pictures, offers[str(row[0])], labels, facts[str(row[0])])
        for row in transaction.run(f"SELECT id, sku, picture, valid_until FROM product{only} ORDER BY place", *values)
    )


def _product(
    row: Sequence[Value],
    currency: Currency,
    pictures: Pictures,
    offers: list[tuple[Value, ...]],
    labels: defaultdict[tuple[str, str], defaultdict[Language, list[str]]],
    facts: tuple[Fact, ...],
) -> Product:
    product_id, sku, picture, valid_until = row
    key = str(product_id)
    kinds = [_variant(offer) for offer in offers]
    first = kinds[0]
    names = labels[key, "name"]
    called, claims = labels[key, "called"], labels[key, "claim"]
    product = Product(
        id=key,
        name={language: names[language][0] for language in LANGUAGES if language in names},
        called={language: tuple(called[language]) for language in LANGUAGES},
        price=first.price,
        sale_price=first.sale_price,
        currency=currency,
        stock=first.stock,
        picture=pictures.place(str(picture)),
        facts=facts,
        claims={language: tuple(claims[language]) for language in LANGUAGES},
        sku=str(sku),
        sale=first.sale,
        valid_until=moment_of(valid_until),
    )
    return product if not first.id else product.with_variants(tuple(kinds))


def _variant(row: Sequence[Value]) -> Variant:
    variant_id, sku, options, price, sale_price, basis, since, until, stock = row
    return Variant(
        id=str(variant_id),
        options=json.loads(str(options)),
        price=Decimal(str(price)),
        sale_price=None if sale_price is None else Decimal(str(sale_price)),
        stock=None if stock is None else int(stock),
        sku=str(sku),
        sale=None if basis is None else SaleTerms(cast(Basis, basis), moment_of(since), moment_of(until)),
    )


def _facts(transaction: Transaction, where: str, values: Sequence[str]) -> defaultdict[str, tuple[Fact, ...]]:
    texts: defaultdict[tuple[str, str], dict[Language, str]] = defaultdict(dict)
    for product_id, topic, language, words in transaction.run(
        f"SELECT product_id, topic, language, words FROM fact_text{where}", *values
    ):
        texts[str(product_id), str(topic)][cast(Language, language)] = str(words)
    found: defaultdict[str, tuple[Fact, ...]] = defaultdict(tuple)
    for product_id, topic, asked in transaction.run(
        f"SELECT product_id, topic, asked FROM fact{where} ORDER BY product_id, place", *values
    ):
        key, name = str(product_id), str(topic)
        told = {language: texts[key, name][language] for language in LANGUAGES if language in texts[key, name]}
        found[key] += (Fact(name, told, tuple(json.loads(str(asked)))),)
    return found


def write_shop(transaction: Transaction, catalogue: Catalogue) -> None:
    """All but the products."""
    _forget(transaction, [""])
    transaction.run("DELETE FROM shop")
    currency, languages = catalogue.products[0].currency, " ".join(catalogue.shop)
    transaction.run("INSERT INTO shop (id, currency, languages) VALUES (1, ?, ?)", currency, languages)
    transaction.many(_LABEL, [("", "name", language, 0, name) for language, name in catalogue.shop.items()])
    _write_facts(transaction, {"": catalogue.facts})


def remove_products(transaction: Transaction, ids: Sequence[str]) -> None:
    _forget(transaction, ids)
    transaction.many("DELETE FROM product WHERE id = ?", [(key,) for key in ids])


def write_products(transaction: Transaction, products: Mapping[int, Product], pictures: Pictures) -> None:
    """By place in the catalogue, each over what was there. A table at a time, for a server far away."""
    remove_products(transaction, [product.id for product in products.values()])
    transaction.many(
        "INSERT INTO product (id, place, sku, picture, valid_until) VALUES (?, ?, ?, ?, ?)",
        [
            (
                product.id,
                place,
                product.sku,
                pictures.named(product.picture),
                None if product.valid_until is None else moment_text(product.valid_until),
            )
            for place, product in products.items()
        ],
    )
    write_offers(transaction, list(products.values()))
    transaction.many(_LABEL, [row for product in products.values() for row in _labels(product)])
    _write_facts(transaction, {product.id: product.facts for product in products.values()})


_LABEL = "INSERT INTO label (product_id, kind, language, place, words) VALUES (?, ?, ?, ?, ?)"


def _labels(product: Product) -> Iterator[tuple[Value, ...]]:
    for language, name in product.name.items():
        yield product.id, "name", language, 0, name
    for kind, lists in (("called", product.called), ("claim", product.claims)):
        for language, texts in lists.items():
            for place, words in enumerate(texts):
                yield product.id, kind, language, place, words


def write_offers(transaction: Transaction, products: Sequence[Product]) -> None:
    """Only what they cost and how many there are."""
    transaction.many("DELETE FROM offer WHERE product_id = ?", [(product.id,) for product in products])
    transaction.many(
        "INSERT INTO offer (product_id, variant_id, place, sku, options, price, sale_price, sale_basis, sale_since,"
        " sale_until, stock) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_offer(product.id, place, kind) for product in products for place, kind in enumerate(_kinds(product))],
    )


def _kinds(product: Product) -> tuple[Variant, ...]:
    """Its variants, or the product itself as the variant ""."""
    itself = Variant("", {}, product.price, product.sale_price, product.stock, product.sku, product.sale)
    return product.variants or (itself,)


def _offer(product_id: str, place: int, kind: Variant) -> tuple[Value, ...]:
    sale = kind.sale
    return (
        product_id,
        kind.id,
        place,
        kind.sku,
        json.dumps(dict(kind.options), ensure_ascii=False),
        f"{kind.price:f}",
        None if kind.sale_price is None else f"{kind.sale_price:f}",
        None if sale is None else sale.basis,
        None if sale is None or sale.since is None else moment_text(sale.since),
        None if sale is None or sale.until is None else moment_text(sale.until),
        kind.stock,
    )


def _write_facts(transaction: Transaction, facts: Mapping[str, tuple[Fact, ...]]) -> None:
    """By product."""
    transaction.many(
        "INSERT INTO fact (product_id, topic, place, asked) VALUES (?, ?, ?, ?)",
        [
            (key, fact.topic, place, json.dumps(list(fact.asked), ensure_ascii=False))
            for key, told in facts.items()
            for place, fact in enumerate(told)
        ],
    )
    transaction.many(
        "INSERT INTO fact_text (product_id, topic, language, words) VALUES (?, ?, ?, ?)",
        [
            (key, fact.topic, language, words)
            for key, told in facts.items()
            for fact in told
            for language, words in fact.text.items()
        ],
    )


def _forget(transaction: Transaction, ids: Sequence[str]) -> None:
    for table in ("label", "fact", "fact_text"):
        transaction.many(f"DELETE FROM {table} WHERE product_id = ?", [(key,) for key in ids])
