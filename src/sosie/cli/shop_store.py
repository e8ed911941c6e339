"""sosie shop show, export, history, orders, learned, link: what a store holds, and how it came to be so."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from sosie.cli.verb import Verbs, check_writable, declare
from sosie.errors import Theirs, YourInput
from sosie.models import home
from sosie.shop.store.opening import WANTED, StoreAt, open_store, pictures_of, store_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from sosie.shop.catalogue import Catalogue, Product, Variant
    from sosie.shop.changes import Change
    from sosie.shop.orders import Order
    from sosie.shop.store.sql import SqlStore
    from sosie.types import Language

PICTURES = "pictures"
MOST = 20
"""Entries that are shown unless more are asked for."""
LONGEST = 60
"""Letters of a value in a line of the history; --json has all."""


def add_store(verb: argparse.ArgumentParser, what: str, nargs: str | None = None) -> None:
    usual = f"{_usual()} by default" if nargs is None else f"without WHERE {_usual()}"
    given = {"default": str(_usual())} if nargs is None else {"nargs": nargs, "const": str(_usual())}
    verb.add_argument("--store", metavar="WHERE", help=f"{what}: {WANTED}; {usual}", **given)  # type: ignore[arg-type]


def _usual() -> Path:
    return home() / "shop" / "shop.db"


def add(actions: Verbs[argparse.ArgumentParser]) -> None:
    show = declare(
        actions, "show", _show, what="what a store sells now", example="sosie shop show\n  sosie shop show tea --json"
    )
    show.add_argument("product", nargs="?", help="one product, with its facts and claims")
    export = declare(
        actions,
        "export",
        _export,
        what="a store as a shop.toml, to be edited and taken back with `sosie shop import shop.toml --store`",
        example="sosie shop export -o shop.toml",
    )
    export.add_argument(
        "-o", "--out", type=Path, default=Path("shop.toml"), help="the file to write; pictures go beside it"
    )
    export.add_argument("--replace", action="store_true", help="write over an older one")
    history = declare(
        actions,
        "history",
        _history,
        what="who or what changed which field, from what to what, and when; newest first",
        example="sosie shop history tea --most 50",
    )
    history.add_argument("product", nargs="?", help="of one product only")
    orders = declare(
        actions,
        "orders",
        _orders,
        what="what was ordered, and what the host was saying at that moment; newest first",
        example="sosie shop orders --since 2026-11-23T00:00:00+01:00",
    )
    orders.add_argument("--since", metavar="MOMENT", help="with offset, such as 2026-11-23T00:00:00+01:00")
    link = declare(
        actions,
        "link",
        _link,
        what="tell which product a platform means by a number, where it sends nothing else (TikTok Shop's SKU ids)",
        example="sosie shop link tiktok-shop 1729592969712207012 tee/blue",
    )
    link.add_argument("webhook", help="its name")
    link.add_argument("number")
    link.add_argument("product", help="PRODUCT, or PRODUCT/VARIANT")
    learned = declare(
        actions,
        "learned",
        _learned,
        what="which wordings, answers and products sold or held viewers in your shows, and which only seem to",
        example="sosie shop learned mug --by-part",
    )
    learned.add_argument("product", nargs="?", help="of one product only")
    learned.add_argument("--by-part", action="store_true", help="night, morning, afternoon and evening apart")
    for verb in (show, export, history, orders, link, learned):
        add_store(verb, "which one")
    for verb in (history, orders):
        verb.add_argument("--most", type=int, default=MOST, metavar="N", help=f"entries to show ({MOST})")
    for verb in (show, history, orders, learned):
        verb.add_argument("--json", action="store_true", help="for programs")


def _at(text: str) -> StoreAt:
    return store_at(text, Path(), os.environ)


def _opened(options: argparse.Namespace) -> SqlStore:
    return open_store(_at(options.store), home=home())


def _somebody() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


# Into a store


class Kept:
    """A store that an import goes into."""

    def __init__(self, where: str, whole: bool) -> None:
        """``whole``: it is replaced, and what is not in the file is sold no more."""
        self._at, self._whole = _at(where), whole
        self.told = str(self._at)
        self.folder = pictures_of(self._at, home())
        self.changes = 0
        self._left: tuple[str, ...] = ()

    def take(self, feed: Catalogue, stage: Path, *, own: Language, source: str) -> None:
        """``stage``: where the pictures of ``feed`` were; they are in the store's folder by now."""
        from sosie.shop.merging import merged

        moved = replace(
            feed,
            products=tuple(
                replace(product, picture=self.folder / product.picture.relative_to(stage)) for product in feed.products
            ),
        )
        known = {product.id for product in feed.products}

        def make(before: Catalogue | None) -> Catalogue:
            after = moved if self._whole else merged(before, moved, own)
            self._left = tuple(product.id for product in after.products if product.id not in known)
            return after

        self._keep(make, source.removeprefix("Taken from ").partition(" by ")[0])

    def take_catalogue(self, catalogue: Catalogue, name: str) -> None:
        self._keep(lambda before: catalogue, name)

    def _keep(self, make: Callable[[Catalogue | None], Catalogue], what: str) -> None:
        store = open_store(self._at, home=home(), make=True)
        by = f"import {what} ({_somebody()})"
        self.changes = len(store.edit(make, by=by, now=datetime.now(UTC)))

    @property
    def lines(self) -> list[str]:
        some = ", ".join(self._left[:5]) + (f" and {len(self._left) - 5} more" if len(self._left) > 5 else "")
        left = [f"to do     not in the file, and left as they are: {some}"] if self._left else []
        return [*left, f"kept in   {self.told}, {self.changes} change{'s' * (self.changes != 1)}"]


def take_toml(options: argparse.Namespace) -> int:
    """``sosie shop import shop.toml --store``: all of it, in the place of what is there."""
    from sosie.shop.feed import open_shop

    if options.store is None:
        raise YourInput(f"{options.file} is a shop.toml already", wanted="a store to keep it in", try_this="--store")
    store = Kept(options.store, whole=True)
    catalogue = open_shop(options.file)
    products = tuple(
        replace(product, picture=_copied(product, store.folder / PICTURES)) for product in catalogue.products
    )
    store.take_catalogue(replace(catalogue, products=products), options.file.name)
    if options.json:
        print(json.dumps({"store": store.told, "changes": store.changes, "products": [each.id for each in products]}))
    else:
        print("\n".join([f"taken     {len(products)} products of {options.file}", *store.lines]))
    return 0


def _copied(product: Product, folder: Path) -> Path:
    """The product's picture in the store's own folder, under the product's id, so that it stays when its file goes."""
    place = folder / f"{product.id}{product.picture.suffix.lower()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if product.picture.resolve() != place.resolve():
            shutil.copyfile(product.picture, place)
    except OSError as problem:
        raise Theirs(f"{folder} cannot be written ({problem.strerror})", try_this="another folder") from problem
    return place


# Out of a store


def _show(options: argparse.Namespace) -> int:
    catalogue = _opened(options).catalogue()
    if options.product is not None:
        product = catalogue[options.product]
        print(json.dumps(_as_json(product), ensure_ascii=False, indent=1) if options.json else _described(product))
        return 0
    now = datetime.now(UTC)
    if options.json:
        print(json.dumps([_as_json(product) for product in catalogue.products], ensure_ascii=False, indent=1))
        return 0
    language = next(iter(catalogue.shop))
    for product in catalogue.at(now).products:
        kinds = f", {len(product.variants)} variants" if product.variants else ""
        before = product.price_before(language)
        price = product.price_now(language) + (f" (instead of {before})" if before else "")
        print(f"{product.id:<24} {product.name[language]:<30} {price}, {_stock(product)}{kinds}")
    return 0


def _stock(cost: Product | Variant) -> str:
    return "in stock" if cost.stock is None else "sold out" if cost.stock == 0 else f"{cost.stock} left"


def _described(product: Product) -> str:
    lines = [product.id, *(f"  name.{language}: {name}" for language, name in product.name.items())]
    for cost in product.variants or (product,):
        name = " / ".join(cost.options.values()) if not hasattr(cost, "variants") else ""
        sale = "" if cost.sale_price is None else f", on sale at {cost.sale_price:.2f}"
        basis = "" if cost.sale is None else f" ({cost.sale.basis})"
        lines.append(f"  {name + ': ' if name else ''}{cost.price:.2f} {product.currency}{sale}{basis}, {_stock(cost)}")
    if product.valid_until:
        lines.append(f"  until {product.valid_until.isoformat()}")
    lines += [
        f"  fact {fact.topic}.{language}: {text}" for fact in product.facts for language, text in fact.text.items()
    ]
    lines += [f"  claim.{language}: {text}" for language, texts in product.claims.items() for text in texts]
    return "\n".join(lines)


def _as_json(product: Product) -> object:
    return json.loads(json.dumps(asdict(product), default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    raise TypeError(type(value))


def _export(options: argparse.Namespace) -> int:
    from sosie.shop.feed import open_shop
    from sosie.shop.shop_toml import catalogue_toml

    out: Path = options.out
    if out.is_dir() or (out.exists() and not options.replace):
        raise YourInput(f"there is a {out} already", wanted="a new file", try_this="-o with another name, or --replace")
    check_writable(out.parent)
    catalogue = _opened(options).catalogue()
    for product in catalogue.products:
        if not product.picture.is_file():
            raise YourInput(f"the picture of {product.id} is not there: {product.picture}", wanted="it, in its place")
    places = {product.id: _copied(product, out.parent / PICTURES) for product in catalogue.products}
    pictures = {key: f"{PICTURES}/{place.name}" for key, place in places.items()}
    text = catalogue_toml(catalogue, f"Taken out of {_at(options.store)} by sosie shop export", pictures)
    try:
        part = out.with_name(f".{out.name}.part")
        part.write_text(text, encoding="utf-8")
        open_shop(part)
        os.replace(part, out)
    except OSError as problem:
        raise Theirs(f"{out} cannot be written ({problem.strerror})", try_this="another folder") from problem
    print(f"written   {out}, {len(catalogue.products)} products")
    return 0


def _history(options: argparse.Namespace) -> int:
    changes = _opened(options).history(options.product, most=_most(options))
    if options.json:
        print(json.dumps([asdict(change) for change in changes], default=_plain, ensure_ascii=False, indent=1))
        return 0
    print("\n".join(_line(change) for change in changes) or "nothing yet")
    return 0


def _line(change: Change) -> str:
    what = "/".join(each for each in (change.product_id or "shop", change.variant_id) if each)
    since = "" if change.as_of is None else f", so since {change.as_of:%Y-%m-%d %H:%M:%S}"
    values = " -> ".join("-" if value is None else _short(value) for value in (change.before, change.after))
    return f"{change.at:%Y-%m-%d %H:%M:%S} UTC  {what} {change.field}: {values}  ({change.by}{since})"


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"


def _orders(options: argparse.Namespace) -> int:
    since = None
    if options.since is not None:
        try:
            since = datetime.fromisoformat(options.since)
        except ValueError:
            since = datetime.min
        if since.tzinfo is None:
            raise YourInput(
                f"--since is {options.since!r}", wanted="a moment with offset such as 2026-11-23T00:00:00+01:00"
            )
    orders = _opened(options).orders(since=since, most=_most(options))
    if options.json:
        print(json.dumps([asdict(order) for order in orders], default=_plain, ensure_ascii=False, indent=1))
        return 0
    print("\n".join(_order(order) for order in orders) or "none yet")
    return 0


def _learned(options: argparse.Namespace) -> int:
    from sosie.show.compared import compared, table

    rows = compared(_opened(options).learned(), by_part=options.by_part)
    if options.product is not None:
        rows = tuple(row for row in rows if row.way.product_id == options.product)
    if options.json:
        told = [{**asdict(row), "wording_id": row.way.id, "verdict": row.verdict} for row in rows]
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    print(table(rows) or "nothing yet: a show with this store, orders or a chat that counts viewers, and time")
    return 0


def _order(order: Order) -> str:
    lines = []
    for line in order.lines:
        thing = "/".join(each for each in (line.product_id or "something else", line.variant_id) if each)
        lines.append(f"{line.quantity} {thing} {line.amount:.2f}")
    what = ", ".join(lines) or "the platform does not say what"
    said = order.said
    if said is None:
        words = "no show"
    else:
        sentence = f"{said.kind} {said.sentence_id}" if said.sentence_id is not None else "a pause"
        wording = f", wording {said.wording_id}" if said.wording_id else ""
        words = f"{said.show}, {said.seconds:.0f} s: {said.product_id or 'no product'} on screen, {sentence}{wording}"
    buyer = f", buyer {order.buyer[:8]}" if order.buyer else ""
    return f"{order.received_at:%Y-%m-%d %H:%M:%S} UTC  {what} {order.currency}  ({order.source}{buyer}; {words})"


def _most(options: argparse.Namespace) -> int:
    if options.most < 1:
        raise YourInput(f"--most is {options.most}", wanted="1 or more")
    most: int = options.most
    return most


def _link(options: argparse.Namespace) -> int:
    product_id, _, variant_id = options.product.partition("/")
    _opened(options).link(options.webhook, options.number, product_id, variant_id)
    print(f"{options.number} of {options.webhook} is {options.product}")
    return 0
