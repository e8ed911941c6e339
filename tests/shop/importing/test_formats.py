"""What is particular to a format, and the policy for what is doubtful."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from sosie.errors import YourInput
from sosie.shop.importing import gather, listing
from sosie.shop.importing.formats import read
from sosie.shop.importing.listing import Given, Imported, Listing

EUR = Given("EUR")
OWN = "id,name,price,stock,sale_price,sale_from,sale_until,currency,variant_of,option size\n"
GOOGLE = "id\ttitle\tprice\tavailability\tsale_price\tsale_price_effective_date\titem_group_id\tcolor\n"
SHOPIFY = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,"
SHOPIFY += "Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src\n"


def own(*lines: str, given: Given = EUR) -> Imported:
    return read((OWN + "\n".join(lines)).encode(), given)[1]


def one(taken: Imported) -> Listing:
    (found,) = taken.listings
    return found


def told(taken: Imported) -> str:
    return "\n".join(str(problem) for problem in taken.problems)


# What one pays must be certain


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('a,A,"1,299",1', "line 2, price: '1,299' may be 1299 or 1.299"),
        ("a,A,,1", "line 2, price: is empty"),
        ("a,A,5,1,6", "line 2, sale_price: 6.00 is above the price"),
        ("a,A,50,1,0.50", "line 2, sale_price: 0.50 is less than a tenth"),
        ("a,A,5,1,cheap", "line 2, sale_price: 'cheap' is no amount"),
        ("a,A,5,1,4,tomorrow", "line 2, sale_from: 'tomorrow' is no date"),
        ("a,A,5,1,4,2026-12-02,2026-12-01", "line 2, sale_until: is not after"),
        ("a,A,5 EUR,1,4 USD", "line 2, currency: is EUR and USD"),
        (",A,5,1", "line 2, id: is empty"),
        ("a,!!!,5,1", "line 2, name: '!!!' has no word"),
        ("a,=HYPERLINK(1),5,1", "line 2, name: '=HYPERLINK(1)' is a spreadsheet's formula"),
        ("a,'=1+1,5,1", "line 2, name: '=1+1' is a spreadsheet's formula"),
        ("a,Tea only 5 euros,5,1", "line 2, name: 'euros' states a price"),
        ("a,好茶8折,5,1", "line 2, name: '8折' states a price"),
        (f"a,{'A' * 151},5,1", "line 2, name: has 151 letters"),
        ("a,A,5,1,,,,,,,too,many", "line 2: has 12 cells for 10 columns"),
    ],
)
def test_a_doubtful_row_is_left_out_and_the_good_one_kept(line: str, what: str) -> None:
    taken = own(line, "good,Good,5,1")
    assert one(taken).id == "good"
    assert what in told(taken)


def test_a_sale_at_the_same_price_is_none() -> None:
    assert one(own("a,A,5,1,5")).sale_price is None


def test_several_currencies_leave_the_most_frequent() -> None:
    taken = own("a,A,5 EUR,1", "b,B,5 USD,1", "c,C,5 EUR,1", "d,D,5,1", given=Given())
    assert [each.id for each in taken.listings] == ["a", "c"]
    assert "line 3, currency: is USD; wanted EUR" in told(taken)
    assert "line 5, currency: is not told" in told(taken)


# What cannot be had is not offered


@pytest.mark.parametrize(
    ("stock", "pieces", "says"),
    [("12", 12, ""), ("0", 0, ""), ("-2", 0, ""), ("yes", None, ""), ("no", 0, ""), ("999999", None, ""),
     ("", 0, "stock: does not say"), ("many", 0, "stock: 'many' is no number of pieces; taken as sold out")],
)  # fmt: skip
def test_stock(stock: str, pieces: int | None, says: str) -> None:
    taken = own(f"a,A,5,{stock}")
    assert one(taken).stock == pieces
    assert says in told(taken)


@pytest.mark.parametrize(
    ("state", "pieces", "says"),
    [("in_stock", None, ""), ("In Stock", None, ""), ("out_of_stock", 0, ""), ("preorder", 0, "is on preorder"),
     ("", 0, "does not say"), ("soon", 0, "'soon' is unknown")],
)  # fmt: skip
def test_google_says_whether_not_how_many(state: str, pieces: int | None, says: str) -> None:
    taken = read((GOOGLE + f"a\tA\t5.00 EUR\t{state}\n").encode(), EUR, format_name="google-tsv")[1]
    assert one(taken).stock == pieces
    assert says in told(taken)


def test_what_shopify_does_not_track_is_there_and_what_it_oversells_is_not() -> None:
    rows = [
        "a,A,Title,Default Title,,,0,deny,5,,",
        "b,B,Title,Default Title,,shopify,-4,continue,5,,",
        "c,C,Title,Default Title,,shopify,7,deny,5,,",
    ]
    taken = read((SHOPIFY + "\n".join(rows)).encode(), EUR)[1]
    assert [each.stock for each in taken.listings] == [None, 0, 7]
    assert "line 3, Variant Inventory Policy: is sold out, and Shopify goes on selling it" in told(taken)


def test_stock_that_is_kept_at_the_parent_is_the_parents() -> None:
    columns = "ID,Type,SKU,Name,Published,In stock?,Stock,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n"
    rows = (
        '1,variable,tee,Tee,1,1,9,,,Size,"S, M"',
        "2,variation,,,1,1,parent,5,id:1,Size,S",
        "3,variation,,,1,1,,5,tee,Size,",
    )
    taken = read((columns + "\n".join(rows)).encode(), EUR)[1]
    assert "Name" in told(taken), "a variation without a name has none to say"
    rows = (
        rows[0],
        rows[1].replace("variation,,", "variation,,Tee S"),
        rows[2].replace("variation,,", "variation,,Tee"),
    )
    taken = read((columns + "\n".join(rows)).encode(), EUR)[1]
    assert [(each.stock, each.options) for each in one(taken).variants] == [(9, {"Size": "S"}), (None, {"Size": "any"})]


# Variants


def test_variants_that_nothing_tells_apart_are_named() -> None:
    taken = own("a,Tee S,5,1,,,,,tee,S", "b,Tee M,6,1,,,,,tee,M", "c,Tee M,7,1,,,,,tee,M", "d,Tee,8,1,,,,,tee,")
    assert [each.price for each in one(taken).variants] == [5, 6]
    assert one(taken).name == "Tee"
    assert "line 4, option …: has the same options as line 3" in told(taken)
    assert "line 5, option …: has no options" in told(taken)


def test_one_variant_that_is_left_is_a_product() -> None:
    taken = own("a,Tee S,5,1,,,,,tee,S", "b,Tee M,free,1,,,,,tee,M")
    assert (one(taken).id, one(taken).name, one(taken).variants) == ("tee", "Tee S", ())


def test_a_line_that_has_variants_is_not_sold_by_itself() -> None:
    taken = own("tee,Tee,5,1", "a,Tee S,5,1,,,,,tee,S", "b,Tee M,5,1,,,,,tee,M")
    assert len(one(taken).variants) == 2
    assert "line 2, id: 'tee' has variants and is a line of its own" in told(taken)


def test_ids_that_would_be_the_same_are_told_apart_for_good() -> None:
    both = own("Tea Pot,A,5,1", "tea-pot,B,5,1").listings
    assert both[0].id == "tea-pot"
    assert len({each.id for each in both}) == 2


# Shopify's compare-at prices


@pytest.mark.parametrize(
    ("price", "compare", "ours", "sale", "says"),
    [("5", "", 5, None, ""), ("5", "0.00", 5, None, ""), ("5", "5.00", 5, None, ""), ("5", "8", 8, 5, ""),
     ("5", "4", 5, None, "Variant compare at price: 4.00 is below the price, 5.00; no sale")],
)  # fmt: skip
def test_shopify_asks_its_price_whatever_it_compares_it_with(
    price: str, compare: str, ours: int, sale: int | None, says: str
) -> None:
    taken = read((SHOPIFY + f"a,A,Title,Default Title,,shopify,7,deny,{price},{compare},").encode(), EUR)[1]
    assert (one(taken).price, one(taken).sale_price) == (ours, sale)
    assert says.lower() in told(taken).lower()


# JSON-LD's offers


def product(**more: object) -> bytes:
    return json.dumps({"@context": "https://schema.org", "@type": "Product", "sku": "a", "name": "A", **more}).encode()


def offer(price: object, **more: object) -> dict[str, object]:
    return {"@type": "Offer", "price": price, "priceCurrency": "EUR", "availability": "InStock", **more}


def test_offers_that_cost_alike_are_one_and_others_must_differ_by_name() -> None:
    assert one(read(product(offers=[offer(5), offer("5.00")][:1] * 2), EUR)[1]).price == 5
    taken = read(product(offers=[offer(5), offer(6)]), EUR)[1]
    assert not taken.listings
    assert "2 that cost differently" in told(taken)
    taken = read(product(offers=[offer(5, name="S", sku="a-s"), offer(6, name="M", sku="a-m")]), EUR)[1]
    assert [(each.options["offer"], each.price, each.sku) for each in one(taken).variants] == [
        ("S", 5, "a-s"),
        ("M", 6, "a-m"),
    ]


def test_an_end_of_the_price_is_an_end_of_the_sale_only_where_there_is_one() -> None:
    plain = one(read(product(offers=offer(5, priceValidUntil="2026-12-31")), EUR)[1])
    assert plain.valid_until is not None
    assert plain.valid_until.isoformat() == "2027-01-01T00:00:00+00:00"
    listed = {"priceType": "https://schema.org/ListPrice", "price": "8.00"}
    sale = one(read(product(offers=offer(5, priceValidUntil="2026-12-31", priceSpecification=[listed])), EUR)[1])
    assert (sale.price, sale.sale_price, sale.valid_until) == (8, 5, None)
    assert sale.sale is not None
    assert sale.sale.basis == "list"
    members = {"price": 3, "validForMemberTier": {"@type": "MemberProgramTier"}}
    assert one(read(product(offers=offer(5, priceSpecification=members)), EUR)[1]).price == 5


def test_prices_of_json_are_not_rounded_on_their_way() -> None:
    assert one(read(product(offers=offer(1234567.89)), EUR)[1]).price == Decimal("1234567.89")
    endless = product(offers=offer(5)).replace(b": 5,", b": " + b"9" * 300 + b",")
    assert "no amount" in told(read(endless, EUR)[1])


def test_a_page_with_letters_that_grow_when_made_small_is_read() -> None:
    page = (
        f"<html><p>{'İ' * 50}</p><SCRIPT type='application/ld+json'>{product(offers=offer(5)).decode()}</SCRIPT></html>"
    )
    assert one(read(page.encode(), EUR)[1]).name == "A"


# Files that want to harm


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        '<!ENTITY c SYSTEM "file:///etc/hostname">',
        '<!ENTITY % c SYSTEM "https://shop.example/evil.dtd"> %c;',
    ],
)
def test_an_xml_that_declares_anything_is_refused(declared: str) -> None:
    text = f'<?xml version="1.0"?>\n<!DOCTYPE rss [{declared}]>\n<rss><channel><item><title>&c;</title></item></channel></rss>'
    with pytest.raises(YourInput, match="DOCTYPE"):
        read(text.encode(), EUR)


def test_broken_xml_keeps_what_was_whole() -> None:
    item = "<item><g:id>{}</g:id><g:title>A</g:title><g:price>5 EUR</g:price><g:availability>in_stock</g:availability></item>\n"
    text = (
        '<rss xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
        + item.format("a")
        + item.format("b")
        + "<item></oops>"
    )
    taken = read(text.encode(), EUR)[1]
    assert [each.id for each in taken.listings] == ["a", "b"]
    assert "line 4: mismatched tag; the rest is not taken" in told(taken)


def test_an_open_quote_is_named() -> None:
    taken = own("a,A,5,1", 'b,"B,5,1', "c,C,5,1")
    assert [each.id for each in taken.listings] == ["a"]
    assert "line 3" in told(taken)


def test_a_quoted_cell_may_hold_line_breaks_and_lines_are_counted_on() -> None:
    taken = own('a,"A\r\nof two lines",5,1', "b,B,free,1")
    assert one(taken).name == "A of two lines"
    assert "line 4, price" in told(taken)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"@type":' * 100_000, "1" * 10_000, "[NaN]", "[1e999999999]", '"\\ud800"']
)
@pytest.mark.parametrize("name", ["json-ld", "woo-json", "shopify-json"])
def test_json_that_is_built_to_break_readers(text: str, name: str) -> None:
    with pytest.raises(YourInput):
        read(text.encode(), EUR, format_name=name)


@pytest.mark.parametrize(
    "text",
    [
        "<script type='application/ld+json'>" * 10_000,
        "<script type='application/ld+json'></script>" * 10_000,
        "<!-- --><script type='application/ld+json'></script>" * 10_000,
        OWN + "".join(f"p{number},A,5,1,,,,,g,\n" for number in range(8_000)),
        SHOPIFY + "".join(f"a,A,Size,{number},,,1,deny,5,,https://x.example/{number}.jpg\n" for number in range(8_000)),
    ],
    ids=["open scripts", "empty scripts", "comments", "one group", "one handle"],
)
def test_a_file_that_is_built_to_be_slow_is_read_in_one_pass(text: str) -> None:
    """Looking from each of them at all the others would take minutes."""
    try:
        taken = read(text.encode(), EUR)[1]
    except YourInput:
        return
    assert len(taken.listings) <= 1


def test_huge_files_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "MOST_PRODUCTS", 3)
    monkeypatch.setattr(gather, "MOST_PROBLEMS", 2)
    taken = own(*(f"p{number},P,{'x' if number > 5 else 5},1" for number in range(12)))
    assert len(taken.listings) == 3
    assert (len(taken.problems), taken.more_problems) == (2, 5)
    monkeypatch.setattr(gather, "MOST_ROWS", 4)
    assert "more than 4 rows" in told(own(*(f"p{number},P,{'x' if number == 0 else 5},1" for number in range(9))))
    with pytest.raises(YourInput, match=r"at most \d+ MB"):
        read(b"x" * (listing.MOST_BYTES + 1), EUR)
