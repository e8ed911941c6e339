"""What every importer keeps to: one shop in all formats gives the same products, and what is wrong with a file is told."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosie.errors import YourInput
from sosie.shop.importing.document import decode
from sosie.shop.importing.formats import FORMATS, guess, read
from sosie.shop.importing.listing import Given, Imported

FILES = Path(__file__).parents[1] / "shop" / "importing" / "files"
EUR = Given("EUR")


@dataclass(frozen=True)
class Sample:
    file: str
    format: str
    counts: bool = True
    """It tells how many pieces there are."""
    dates: bool = True
    """It tells when a sale is."""
    currency: bool = True
    basis: str = "regular"
    price: str = "price"
    """What it calls the price, the name and the id."""
    name: str = "name"
    id: str = "id"

    @property
    def bytes(self) -> bytes:
        return (FILES / self.file).read_bytes()


SAMPLES = (
    Sample("google.tsv", "google-tsv", counts=False, name="title"),
    Sample("google_rss.xml", "google-xml", counts=False, name="title"),
    Sample("google_atom.xml", "google-xml", counts=False, name="title"),
    Sample("shopify.csv", "shopify-csv", dates=False, currency=False, basis="unstated", price="Variant Price", name="Title",
           id="Handle"),
    Sample("shopify_new.csv", "shopify-csv", dates=False, currency=False, basis="unstated", price="Price", name="Title",
           id="URL handle"),
    Sample("shopify.json", "shopify-json", dates=False, basis="unstated", name="title", id="handle"),
    Sample("woo.csv", "woo-csv", currency=False, price="Regular price", name="Name", id="SKU"),
    Sample("woo.json", "woo-json", currency=False, price="regular_price"),
    Sample("products.jsonld", "json-ld", basis="before"),
    Sample("page.html", "json-ld", basis="before"),
    Sample("own.csv", "csv"),
)  # fmt: skip
every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.file)


def imported(data: bytes, sample: Sample) -> Imported:
    return read(data, EUR, format_name=sample.format)[1]


def test_every_format_has_a_sample() -> None:
    assert {sample.format for sample in SAMPLES} == {each.name for each in FORMATS}


@every_sample
def test_a_file_is_known_by_its_content(sample: Sample) -> None:
    assert guess(decode(sample.bytes)).name == sample.format


@every_sample
def test_the_same_shop_gives_the_same_products(sample: Sample) -> None:
    taken = imported(sample.bytes, sample)
    assert taken.currency == "EUR"
    mug, tee, pot = sorted(taken.listings, key=lambda listing: ("mug", "tee", "pot").index(listing.id))
    assert (mug.name, mug.price, mug.sale_price) == ("Stoneware mug", Decimal("24.50"), Decimal("19.90"))
    assert mug.pictures[0] == "https://shop.example/pictures/mug.jpg"
    assert mug.stock == (12 if sample.counts else None)
    assert mug.sale is not None
    assert mug.sale.basis == sample.basis
    if sample.dates:
        assert (mug.sale.since, mug.sale.until) == (
            datetime(2026, 12, 1, tzinfo=UTC),
            datetime(2026, 12, 8, tzinfo=UTC),
        )
    assert mug.description == "Hand-made & glazed, by one potter. It costs only 5 euros!"
    assert (tee.name, tee.price, tee.sale_price) == ("Organic tee", 18, None)
    assert tee.stock == (8 if sample.counts else None)
    some = (3, 0, 5) if sample.counts else (None, 0, None)
    assert [(variant.price, variant.stock) for variant in tee.variants] == list(zip((18, 18, 20), some, strict=True))
    options = [{name.lower(): value for name, value in variant.options.items()} for variant in tee.variants]
    assert options == [{"color": c, "size": s} for c, s in (("blue", "S"), ("blue", "M"), ("red", "M"))]
    assert (pot.name, pot.price, pot.sale_price, pot.stock) == ("茶壶 Tea pot", 1299, None, None)
    assert not mug.variants
    assert not pot.variants


@every_sample
def test_bad_rows_are_named_by_place_and_field_and_left_out(sample: Sample) -> None:
    told = [str(problem) for problem in imported(sample.bytes, sample).left_out]
    for field, what in ((sample.price, "not above 0"), (sample.name, "is empty"), (sample.id, "is there already")):
        assert any(one.startswith(("line ", "item ")) and f", {field}: " in one and what in one for one in told), (
            f"{field} {what}: {told}"
        )


@every_sample
def test_the_currency_is_the_files_or_the_users(sample: Sample) -> None:
    if sample.currency:
        assert read(sample.bytes, Given())[1].currency == "EUR"
        with_dollars = read(sample.bytes, Given("USD"))[1]
        assert not with_dollars.listings, "an amount of euros is none of dollars"
        assert any("is EUR" in str(problem) for problem in with_dollars.problems)
    else:
        with pytest.raises(YourInput, match="--currency"):
            read(sample.bytes, Given())


@every_sample
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_neither_encoding_nor_line_breaks_matter(sample: Sample, encoding: str, breaks: str) -> None:
    plain = imported(sample.bytes, sample)
    text = decode(sample.bytes).replace("\r\n", "\n").replace("\n", breaks)
    assert read(text.encode(encoding), EUR)[1].listings == plain.listings


@every_sample
def test_the_order_of_products_does_not_change_their_ids(sample: Sample) -> None:
    again = [read(sample.bytes, EUR)[1].listings for _ in range(2)]
    assert again[0] == again[1]


@every_sample
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), many=st.integers(1, 30))
def test_a_damaged_file_is_told_of_and_nothing_else_happens(sample: Sample, seed: int, many: int) -> None:
    chance = random.Random(seed)
    data = bytearray(sample.bytes)
    for _ in range(many):
        at = chance.randrange(len(data))
        match chance.randrange(5):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(40)]
            case 2:
                data[at:at] = chance.choice(
                    [b'"', b"<", b"{", b"[", b"\x00", b"\xff", b"1e999", b"\r", b"&#x110000;", b"null", b"-"]
                )
            case 3:
                data[at:at] = data[at : at + chance.randrange(400)]
            case _:
                data[at : at + 1] = chance.choice([b"0", b"9", b",", b".", b";", b"\t"])
        data = data or bytearray(b"x")
    for format_name in (sample.format, None):
        _take(bytes(data), format_name)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([each.name for each in FORMATS]))
def test_any_bytes_in_any_format(data: bytes, name: str) -> None:
    _take(data, name)


KEYS = [
    "@type", "@graph", "@id", "name", "sku", "offers", "price", "priceSpecification", "hasVariant", "isVariantOf", "image",
    "data",
    "products", "nodes", "edges", "node", "variants", "handle", "selectedOptions", "shop", "errors", "id", "type", "attributes",
    "images", "variations", "parent_id", "stock_quantity", "manage_stock", "regular_price", "description", "availability",
    "inventoryLevel", "additionalProperty", "color",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["Product", "12.50"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from(["shopify-json", "woo-json", "json-ld"]))
def test_any_json_in_any_shape(value: object, name: str) -> None:
    _take(json.dumps(value).encode(), name)


def _take(data: bytes, format_name: str | None) -> None:
    """Whatever is in it: sound products, or an error that says what was wanted, and no other exception."""
    told = "wanted"
    try:
        _is_sound(read(data, EUR, format_name=format_name)[1])
    except YourInput as problem:
        told = str(problem)
    assert "wanted" in told


def _is_sound(taken: Imported) -> None:
    """What was taken could be sold: each id once, prices above 0 and below 100 million, names that can be said."""
    ids = [listing.id for listing in taken.listings]
    assert len(set(ids)) == len(ids)
    for listing in taken.listings:
        assert any(letter.isalnum() for letter in listing.name)
        assert listing.name.isprintable()
        assert 0 < listing.price < 10**8
        assert listing.sale_price is None or 0 < listing.sale_price < listing.price
        assert listing.stock is None or listing.stock >= 0
        assert len(listing.variants) != 1
        for address in listing.pictures:
            assert address.isprintable()
            assert '"' not in address
    for problem in taken.problems:
        assert "\n" not in str(problem)
        assert len(str(problem)) < 500
