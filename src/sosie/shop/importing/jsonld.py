"""schema.org products as JSON-LD: a JSON file, or a web page with ``<script type="application/ld+json">`` in it.

https://schema.org/Product and https://developers.google.com/search/docs/appearance/structured-data/merchant-listing: a Product
with an Offer, a list of them, or an AggregateOffer with ``offers`` inside; a ProductGroup with ``hasVariant``; any of them in
``@graph``, in an ItemList, or as the ``mainEntity`` of a page. A second price that is marked StrikethroughPrice was asked before,
ListPrice and its like are recommended. A range ("lowPrice") is no price: what costs differently must be told one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sosie.errors import YourInput
from sosie.shop.catalogue import Basis
from sosie.shop.importing.cells import lowered
from sosie.shop.importing.document import Json, entries, read_json, under, written
from sosie.shop.importing.gather import gather
from sosie.shop.importing.listing import MOST_PICTURES, MOST_ROWS, Given, Imported, Problem, Row

NAME = "json-ld"
WHAT = "schema.org Product as JSON-LD, a JSON file or a web page"
_COLUMNS = {
    "stock": "availability",
    "available": "availability",
    "pictures": "image",
    "sale_from": "validFrom",
    "sale_until": "priceValidUntil",
    "valid_until": "priceValidUntil",
    "options": "variesBy",
    "currency": "priceCurrency",
}
_LEADS_ON = ("@graph", "itemListElement", "item", "mainEntity", "hasPart", "@included")
_SOLD = {"product", "productgroup", "individualproduct", "productmodel"}
_VARYING = ("color", "size", "material", "pattern")
_AVAILABLE = {
    "instock": (True, ""),
    "limitedavailability": (True, ""),
    "onlineonly": (True, ""),
    "outofstock": (False, ""),
    "soldout": (False, ""),
    "discontinued": (False, "is discontinued"),
    "instoreonly": (False, "is sold in the shop only"),
    "backorder": (False, "is on backorder"),
    "preorder": (False, "is on preorder"),
    "presale": (False, "is on presale"),
    "reserved": (False, "is reserved"),
    "madetoorder": (False, "is made to order"),
}
_COMPARED: dict[str, Basis] = {
    "strikethroughprice": "before",
    "regularprice": "regular",
    "listprice": "list",
    "srp": "list",
    "msrp": "list",
    "minimumadvertisedprice": "list",
}


def looks_like(text: str) -> bool:
    head = text[: 256 * 1024]
    if head.lstrip()[:1] in ("{", "["):
        return '"@type"' in head and "schema.org" in head
    return head.lstrip()[:1] == "<" and "application/ld+json" in text


def read(text: str, given: Given) -> Imported:
    blocks = (
        [("", text)]
        if text.lstrip()[:1] in ("{", "[")
        else [(f"line {line}, ", block) for line, block in _scripts(text)]
    )
    if not blocks:
        raise YourInput(
            "the page has no products as JSON-LD", wanted='a <script type="application/ld+json"> with a Product'
        )
    return gather(_rows(blocks), given)


def _rows(blocks: list[tuple[str, str]]) -> Iterator[Row | Problem]:
    nodes: list[tuple[str, dict[str, Json]]] = []
    for where, block in blocks:
        try:
            nodes += [(where, node) for node in _nodes(read_json(block))]
        except YourInput as problem:
            if not where:
                raise
            yield Problem(f"{where}JSON-LD", "", problem.found, problem.wanted)
    by_id = {written(node["@id"]): node for _, node in nodes if written(node.get("@id")) and len(node) > 1}
    members = {id(variant) for _, node in nodes for variant in _members(node, by_id)}
    number = 0
    for where, node in nodes:
        if id(node) in members or not _types(node) & _SOLD:
            continue
        if len(node) <= 2 and "name" not in node and "offers" not in node:
            continue  # only names another node
        number += 1
        name = _id(node) or _text(node.get("name"))
        yield from _product(f"{where}item {number} {name[:40]!r}", node, by_id)


# Finding the products


def _scripts(text: str) -> Iterator[tuple[int, str]]:
    """The JSON-LD blocks of a page with their lines; what stands in comments is not there. One pass over the page."""
    lower = lowered(text)
    at, line, counted = 0, 1, 0
    comment = lower.find("<!--")
    while (script := lower.find("<script", at)) >= 0:
        if 0 <= comment < at:
            comment = lower.find("<!--", at)
        if 0 <= comment < script:
            end = lower.find("-->", comment)
            if end < 0:
                return
            at = end + 3
            continue
        opened = text.find(">", script)
        closed = lower.find("</script", opened)
        if opened < 0 or closed < 0:
            return
        if "application/ld+json" in lower[script:opened]:
            line += text.count("\n", counted, opened)
            counted = opened
            yield line, text[opened + 1 : closed].strip().removeprefix("<!--").removesuffix("-->")
        at = closed + 1


def _nodes(found: Json) -> list[dict[str, Json]]:
    """Everything with a type that the file tells of for its own sake; not what is only related to it."""
    nodes: list[dict[str, Json]] = []
    waiting: list[Json] = [found]
    while waiting and len(nodes) < MOST_ROWS:
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(reversed(here))
        elif isinstance(here, dict):
            if "@type" in here:
                nodes.append(here)
            waiting.extend(here[key] for key in reversed(_LEADS_ON) if key in here)
    return nodes


def _types(node: Json) -> set[str]:
    """Without the vocabulary: "http://schema.org/Product" is "product"."""
    return {written(each).rpartition("/")[2].rpartition(":")[2].lower() for each in entries(under(node, "@type"))}


def _members(node: dict[str, Json], by_id: Mapping[str, dict[str, Json]]) -> list[dict[str, Json]]:
    """The variants of a group: inside it, or elsewhere by their @id."""
    found = []
    for each in entries(node.get("hasVariant")):
        if isinstance(each, dict):
            found.append(by_id.get(written(each.get("@id")), each))
    return found


# One product


def _product(where: str, node: dict[str, Json], by_id: Mapping[str, dict[str, Json]]) -> Iterator[Row | Problem]:
    members = _members(node, by_id)
    if members:
        for number, member in enumerate(members, 1):
            here = f"{where}, variant {number}"
            yield from _offered(here, member, group=node, options=_options(member))
        return
    group = node.get("isVariantOf")
    if isinstance(group, dict):
        group = by_id.get(written(group.get("@id")), group)
        yield from _offered(where, node, group=group, options=_options(node))
    elif written(node.get("inProductGroupWithID")):
        yield from _offered(where, node, group={"productGroupID": node["inProductGroupWithID"]}, options=_options(node))
    else:
        yield from _offered(where, node, group=None, options={})


def _offered(
    where: str, node: dict[str, Json], *, group: dict[str, Json] | None, options: dict[str, str]
) -> Iterator[Row | Problem]:
    """A row for each offer that is told apart from the others."""
    offers: list[Json] = []
    for offer in entries(node.get("offers")):
        inside = entries(under(offer, "offers"))
        offers.extend(inside if "aggregateoffer" in _types(offer) and inside else [offer])
    if not offers:
        yield Problem(where, "offers", "are missing", "an Offer with price and priceCurrency")
        return
    if len({_offer_key(offer) for offer in offers}) == 1:
        yield _row(where, node, offers[0], group, options)
        return
    named = [written(under(offer, "sku")) or written(under(offer, "name")) for offer in offers]
    if group is not None or len(set(named)) < len(named) or "" in named:
        yield Problem(
            where,
            "offers",
            f"are {len(offers)} that cost differently, with nothing to tell them apart",
            "a sku or name for each",
        )
        return
    for number, (offer, name) in enumerate(zip(offers, named, strict=True), 1):
        told = written(under(offer, "name")) or name
        yield _row(f"{where}, offer {number}", node, offer, node, {"offer": told})


def _offer_key(offer: Json) -> tuple[str, ...]:
    asked = _asked(offer)
    return (*asked.key, written(under(offer, "availability")))


def _row(
    where: str, node: dict[str, Json], offer: Json, group: dict[str, Json] | None, options: dict[str, str]
) -> Row | Problem:
    asked = _asked(offer)
    if not asked.price and written(under(offer, "lowPrice")):
        low, high = written(under(offer, "lowPrice")), written(under(offer, "highPrice"))
        if low != high:
            return Problem(
                where,
                "lowPrice",
                f"is a range from {low[:20]} to {high[:20]}",
                "an Offer with a price for each variant",
            )
        asked = _Asked(low)
    available, untold = _availability(written(under(offer, "availability")))
    # A sale that ends leaves the ordinary price; where there is none, all that is known of the price ends.
    ends = written(under(offer, "priceValidUntil"))
    on_sale = bool(asked.sale_price)
    own = written(under(offer, "sku")) or _id(node) or written(node.get("@id")) or _text(node.get("name"))
    group_id = (_id(group) or written(group.get("@id")) or _text(group.get("name"))) if group is not None else ""
    return Row(
        where=where,
        id=own,
        name=_text(node.get("name")) or (_text(group.get("name")) if group is not None else ""),
        price=asked.price,
        sale_price=asked.sale_price,
        currency=asked.currency or written(under(offer, "priceCurrency")),
        stock=written(under(offer, "inventoryLevel", "value")),
        available=available,
        untold=untold,
        description=_text(node.get("description")) or (_text(group.get("description")) if group is not None else ""),
        pictures=(*_pictures(node), *(_pictures(group) if group is not None and group is not node else ())),
        sku=written(under(offer, "sku")) or written(node.get("sku")),
        group=group_id,
        group_name=_text(group.get("name")) if group is not None else "",
        options=options,
        basis=asked.basis,
        sale_from=written(under(offer, "validFrom")) if on_sale else "",
        sale_until=(asked.until or ends) if on_sale else "",
        valid_until="" if on_sale else ends,
        columns=_COLUMNS,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    price: str
    """The ordinary one."""
    sale_price: str = ""
    currency: str = ""
    basis: Basis = "regular"
    until: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.price, self.sale_price, self.currency


def _asked(offer: Json) -> _Asked:
    now, currency, until = written(under(offer, "price")), written(under(offer, "priceCurrency")), ""
    before = ""
    compared: Basis = "regular"
    for each in entries(under(offer, "priceSpecification")):
        price = written(under(each, "price"))
        kind = written(under(each, "priceType")).rpartition("/")[2].lower()
        currency = currency or written(under(each, "priceCurrency"))
        if under(each, "validForMemberTier") is not None or under(each, "membershipPointsEarned") is not None:
            continue  # for members only
        if kind in _COMPARED:
            before, compared = before or price, _COMPARED[kind]
        elif not now:
            now, until = price, written(under(each, "validThrough"))
    if before and now:
        return _Asked(before, now, currency, compared, until)
    return _Asked(now or before, "", currency)


def _availability(text: str) -> tuple[bool | None, str]:
    state = text.strip().rpartition("/")[2].rpartition(":")[2].lower().replace("_", "").replace(" ", "")
    if not state:
        return None, ""
    return _AVAILABLE.get(state, (None, f"{state[:30]!r} is unknown; taken as sold out"))


def _options(node: dict[str, Json]) -> dict[str, str]:
    found = {name: _text(node.get(name)) for name in _VARYING}
    for each in entries(node.get("additionalProperty")):
        found.setdefault(written(under(each, "name")), written(under(each, "value")))
    return {name: value for name, value in found.items() if name and value}


def _id(node: dict[str, Json]) -> str:
    for key in ("sku", "productGroupID", "productID", "mpn", "gtin", "gtin13"):
        if found := written(node.get(key)).strip():
            return found
    return ""


def _text(value: Json) -> str:
    """A text, the text of a {"@value": …} or the name of a thing, or the first of several."""
    first = next(iter(entries(value)), None)
    if isinstance(first, dict):
        return written(first.get("@value")) or written(first.get("name"))
    return written(first)


def _pictures(node: dict[str, Json]) -> tuple[str, ...]:
    found = [
        written(each) or written(under(each, "url")) or written(under(each, "contentUrl"))
        for each in entries(node.get("image"))[:MOST_PICTURES]
    ]
    return tuple(address for address in found if address)
