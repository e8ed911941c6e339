"""sosie shop import: the catalogue that a seller already has becomes a shop.toml, or goes into a store (shop_store.py)."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sosie.cli import shop_store
from sosie.cli.verb import Verbs, check_writable, declare
from sosie.errors import Theirs, YourInput
from sosie.shop.importing.formats import FORMATS, read
from sosie.shop.importing.listing import MOST_BYTES, Given, Imported, Listing, Problem
from sosie.shop.money import Currency
from sosie.shop.shop_toml import OUR_SHOP, ShopHead, shop_toml
from sosie.types import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

PICTURES = "pictures"
FETCH = "fetch.curl"
SIDE = 400
"""Pixels of a placeholder."""
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
SHOWN = 20
"""Problems of each kind that are printed; --json has all that are kept."""


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "shop",
        _import,
        what="bring in a catalogue that you already have; keep it, see how it changed and what was ordered",
        example="sosie shop import products.csv --languages en,zh --currency EUR -o shop.toml",
    )
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION")
    take = declare(
        actions,
        "import",
        _import,
        what="take products, prices, stock and variants from a file; what cannot be taken is named",
        example="sosie shop import feed.xml --languages en,zh -o shop.toml\n  sosie shop import shop.toml --store"
        "\n\nformats, known by their content:\n"
        + "\n".join(f"  {each.name:<13} {each.what}" for each in FORMATS)
        + "\n  a shop.toml   goes into a store, in the place of what is there",
    )
    take.add_argument("file", type=Path)
    take.add_argument(
        "--format", metavar="NAME", help="when the content does not tell: " + ", ".join(f.name for f in FORMATS)
    )
    take.add_argument(
        "--languages",
        metavar="LIST",
        help="of the shop, comma-separated; the first one is that of the file: en,zh,fr",
    )
    take.add_argument(
        "--currency", metavar="CODE", help=f"where the file does not say it: {', '.join(get_args(Currency))}"
    )
    take.add_argument("--name", help="the shop's name, as the host says it")
    take.add_argument("--encoding", metavar="NAME", help="of a text that is neither UTF-8 nor UTF-16, such as gb18030")
    take.add_argument(
        "--time-zone", metavar="ZONE", default="UTC", help="of dates without one, such as Asia/Shanghai (UTC)"
    )
    take.add_argument("-o", "--out", type=Path, help="the file to write (shop.toml); pictures go beside it")
    shop_store.add_store(take, "into a store in place of a shop.toml; there, what people wrote is kept", nargs="?")
    take.add_argument("--replace", action="store_true", help="write over an older one, and lose what was edited there")
    take.add_argument("--json", action="store_true", help="for programs")
    shop_store.add(actions)


@dataclass(frozen=True, slots=True)
class _Pictures:
    paths: dict[str, str]
    """For each listing's id."""
    copied: int
    addresses: dict[str, str]
    """By path: what to fetch in the placeholder's place."""
    missing: int
    """Products for which the file has none that can be had."""
    problems: tuple[Problem, ...]


def _import(options: argparse.Namespace) -> int:
    if options.store is not None and options.out is not None:
        raise YourInput("there is both --store and --out", wanted="one of them")
    if options.file.suffix.lower() == ".toml":
        _check_plain(options)
        return shop_store.take_toml(options)
    if options.languages is None:
        raise YourInput("--languages is missing", wanted="the shop's languages, the file's own first, such as en,zh")
    languages = _languages(options.languages)
    given = Given(_currency(options.currency), _zone(options.time_zone))
    store = None if options.store is None else shop_store.Kept(options.store, options.replace)
    out: Path = (options.out or Path("shop.toml")) if store is None else store.folder / "shop.toml"
    if store is None and out.is_file() and not options.replace:
        raise YourInput(
            f"there is a {out} already",
            wanted="a new file",
            try_this="-o with another name, or --replace to lose what was edited there",
        )
    if out.is_dir():
        raise YourInput(f"{out} is a folder", wanted="a file to write", try_this=f"-o {out / 'shop.toml'}")
    check_writable(out.parent)
    data = _bytes(options.file)
    try:
        chosen, imported = read(data, given, format_name=options.format, encoding=options.encoding)
    except YourInput as problem:
        raise YourInput(
            f"{options.file.name}: {problem.found}", wanted=problem.wanted, try_this=problem.try_this
        ) from None
    listings, problems = _drawable(imported)
    if not listings:
        first = f"; the first: {problems[0]}" if problems else ""
        raise YourInput(
            f"{options.file.name}: nothing could be taken, {len(problems) + imported.more_problems} left out{first}",
            wanted="at least one product",
        )
    source = f"Taken from {options.file.name} ({chosen.name}) by sosie shop import"
    names = {language: options.name or OUR_SHOP[language] for language in languages}
    head = ShopHead(names, imported.currency, languages, source)
    pictures = _write(out, listings, head, options.file.parent, store)
    problems = (*problems, *pictures.problems)
    if options.json:
        print(
            json.dumps(
                _as_json(out, chosen.name, imported, listings, problems, languages, pictures)
                | ({} if store is None else {"file": None, "store": store.told, "changes": store.changes}),
                indent=1,
                ensure_ascii=False,
            )
        )
    else:
        told = _told(out, chosen.name, imported, listings, problems, languages, pictures)
        print("\n".join([*told, f"written   {out}"] if store is None else [*told, *store.lines]))
    return 0


# What was given


def _check_plain(options: argparse.Namespace) -> None:
    """A shop.toml says itself what has to be said of other files."""
    for name in ("format", "languages", "currency", "name", "encoding"):
        if getattr(options, name) is not None:
            raise YourInput(f"--{name} has no place with a shop.toml", wanted="it in the file itself")


def _languages(text: str) -> tuple[Language, ...]:
    known = {language: language for language in LANGUAGES}
    wanted = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in wanted if each not in known]
    if unknown or not wanted:
        raise YourInput(
            f"--languages has {(unknown or [''])[0]!r}", wanted=f"some of {', '.join(LANGUAGES)}, the file's own first"
        )
    return tuple(dict.fromkeys(known[each] for each in wanted))  # type: ignore[index]


def _currency(text: str | None) -> Currency | None:
    known: tuple[Currency, ...] = get_args(Currency)
    if text is None:
        return None
    for each in known:
        if each == text.strip().upper():
            return each
    raise YourInput(f"--currency is {text!r}", wanted=f"one of {', '.join(known)}, which the host can say")


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        raise YourInput(f"--time-zone is {name!r}", wanted="a name such as Asia/Shanghai or Europe/Paris") from None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise YourInput(f"there is no file {path}", wanted="a feed or an export of your shop") from None
    except OSError as problem:
        raise YourInput(
            f"{path} cannot be read ({problem.strerror})", wanted="a feed or an export of your shop"
        ) from None


# Pictures and the file


def _drawable(imported: Imported) -> tuple[tuple[Listing, ...], tuple[Problem, ...]]:
    """Without products whose name the stage could not write on a card: better said now than when the show opens."""
    from sosie.stage.text import require_drawable

    kept: list[Listing] = []
    problems = list(imported.problems)
    for listing in imported.listings:
        try:
            for name in (listing.name, *listing.names.values()):
                require_drawable(name, "it")
        except YourInput as problem:
            problems.append(Problem(listing.where, "name", problem.found, problem.wanted, problem.try_this))
            continue
        kept.append(listing)
    return tuple(kept), tuple(problems)


def _write(
    out: Path, listings: Sequence[Listing], head: ShopHead, beside: Path, store: shop_store.Kept | None
) -> _Pictures:
    """The pictures, then shop.toml or the ``store``, when ``open_shop`` has read it. Raises Theirs where it cannot write."""
    from sosie.shop.feed import open_shop

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sosie-import-", dir=out.parent) as scratch:
            stage = Path(scratch)
            (stage / PICTURES).mkdir()
            pictures = _gather_pictures(listings, beside, stage, out.parent / PICTURES)
            (stage / out.name).write_text(shop_toml(head, tuple(listings), pictures.paths), encoding="utf-8")
            feed = open_shop(stage / out.name)
            (out.parent / PICTURES).mkdir(exist_ok=True)
            for one in (stage / PICTURES).iterdir():
                os.replace(one, out.parent / PICTURES / one.name)
            if store is None:
                os.replace(stage / out.name, out)
            else:
                store.take(feed, stage, own=head.languages[0], source=head.source)
    except OSError as problem:
        raise Theirs(f"{out.parent} cannot be written ({problem.strerror})", try_this="another folder") from problem
    return pictures


def _gather_pictures(listings: Sequence[Listing], beside: Path, stage: Path, made: Path) -> _Pictures:
    """Files beside the imported one are copied. Nothing is fetched: for an address, a placeholder stands where its picture will.

    ``made`` is the folder of pictures of an earlier import: what was fetched or put there since stays.
    """
    paths: dict[str, str] = {}
    addresses: dict[str, str] = {}
    problems: list[Problem] = []
    blank = _placeholders()
    copied = missing = 0
    for listing in listings:
        first = listing.pictures[0] if listing.pictures else ""
        web = first.lower().startswith(("http://", "https://"))
        suffix = Path(urlsplit(first).path if web else first).suffix.lower()
        place = f"{PICTURES}/{listing.id}{suffix if suffix in SUFFIXES else '.png'}"
        content = None
        if first and not web:
            content, problem = _local(beside, first, listing.where)
            problems += [problem] if problem else []
        copied += content is not None
        content = content or _there(made / Path(place).name, blank)
        missing += content is None and not web
        if web and content is None:
            addresses[place] = first
        (stage / place).write_bytes(content or blank[Path(place).suffix])
        paths[listing.id] = place
    if addresses:
        (stage / PICTURES / FETCH).write_text(_curl(addresses), encoding="utf-8")
    return _Pictures(paths, copied, addresses, missing, tuple(problems))


def _there(path: Path, blank: dict[str, bytes]) -> bytes | None:
    """A picture that already stands in its place and is no placeholder."""
    found = path.read_bytes() if path.is_file() else None
    return None if found in blank.values() else found


def _local(beside: Path, name: str, where: str) -> tuple[bytes | None, Problem | None]:
    """A picture in the imported file's own folder or below it: a feed has no business with other files of this machine."""
    from sosie.stage.cards import Picture

    folder = beside.resolve()
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder):
            return None, Problem(
                where, "picture", f"{name[:60]!r} is outside the file's folder", "a picture beside the file", taken=True
            )
        Picture.read(path)
        return path.read_bytes(), None
    except YourInput as problem:
        return None, Problem(where, "picture", f"{name[:60]!r}: {problem.found}"[:200], problem.wanted, taken=True)
    except (OSError, ValueError):
        return None, Problem(where, "picture", f"{name[:60]!r} cannot be read", "a picture beside the file", taken=True)


def _placeholders() -> dict[str, bytes]:
    import cv2

    from sosie.stage.cards import placeholder

    pixels = cv2.cvtColor(placeholder(SIDE), cv2.COLOR_RGB2BGR)
    return {suffix: cv2.imencode(suffix, pixels)[1].tobytes() for suffix in SUFFIXES}


def _curl(addresses: dict[str, str]) -> str:
    """A config file of curl that puts each picture where its placeholder is; one that cannot be had leaves it there.

    Addresses are the feed's, so nothing in them may be an option of curl's: ``gather`` lets no quote, space or backslash through.
    """
    lines = [
        f"# Fetches the pictures. In the folder of the shop.toml:  curl --config {PICTURES}/{FETCH}",
        "fail",
        "location",
        "globoff",
        'proto = "=http,https"',
        "max-filesize = 33554432",
        "max-time = 60",
    ]
    for place, address in addresses.items():
        if re.search(r"[\s\"\\]", address):
            raise ValueError(f"an address with {address!r} must not get here")
        lines += [f'url = "{address}"', f'output = "{place}"']
    return "\n".join(lines) + "\n"


# What is told


def _to_do(out: Path, listings: Sequence[Listing], languages: tuple[Language, ...], pictures: _Pictures) -> list[str]:
    from sosie.shop.shop_toml import sayable, untranslated

    tasks = []
    if names := [listing for listing in listings if untranslated(listing, languages)]:
        others = ", ".join(sorted({language for listing in names for language in untranslated(listing, languages)}))
        tasks.append(f"{_many(names, 'name')} the same in {others}: translate where it says so")
    if uncounted := [listing for listing in listings if listing.stock is None]:
        tasks.append(f"{_many(uncounted, 'product')} in stock without a number: how many are left will not be said")
    if sold_out := [listing for listing in listings if listing.stock == 0]:
        tasks.append(f"{_many(sold_out, 'product')} sold out and will not be offered")
    terms = [listing.sale for listing in listings] + [each.sale for listing in listings for each in listing.variants]
    sales = [sale for sale in terms if sale is not None]
    if doubtful := [sale for sale in sales if sale.basis in ("list", "unstated")]:
        tasks.append(
            f"{_many(doubtful, 'sale price')} compared with a price that may never have been asked: see sale_basis; in the EU it"
            " must be the lowest of the last 30 days"
        )
    if off := [sale for sale in sales if not sale.hold(datetime.now(UTC))]:
        tasks.append(f"{_many(off, 'sale')} over or not begun: see sale_from and sale_until")
    if described := [listing for listing in listings if sayable(listing.description)]:
        tasks.append(
            f"{_many(described, 'description')} kept as comments and not said: allow what is true, sentence by sentence"
        )
    if pictures.addresses:
        folder = f"cd {shlex.quote(str(out.parent))} && " if out.parent != Path() else ""
        tasks.append(
            f"{_many(pictures.addresses, 'picture')} addresses, with placeholders in their places; to fetch them: "
            f"{folder}curl --config {PICTURES}/{FETCH}"
        )
    if pictures.missing:
        tasks.append(f"{pictures.missing} without a picture: put one in the place of the placeholder in {PICTURES}/")
    return tasks


def _many(things: Sequence[object] | dict[str, str], noun: str) -> str:
    return f"1 {noun} is" if len(things) == 1 else f"{len(things)} {noun}s are"


def _told(
    out: Path,
    format_name: str,
    imported: Imported,
    listings: Sequence[Listing],
    problems: Sequence[Problem],
    languages: tuple[Language, ...],
    pictures: _Pictures,
) -> list[str]:
    """What was taken, what was not and why, and what is left to do."""
    variants = sum(len(listing.variants) for listing in listings)
    taken = f"{len(listings)} product{'s' * (len(listings) != 1)}"
    lines = [
        f"taken     {taken}{f' with {variants} variants' if variants else ''}, in {imported.currency} ({format_name})"
    ]
    left_out = [problem for problem in problems if not problem.taken]
    noticed = [problem for problem in problems if problem.taken]
    for word, kind in (("left out", left_out), ("taken, but", noticed)):
        if kind:
            lines.append(f"{word:<9} {len(kind)}")
            lines += [f"  {problem}" for problem in kind[:SHOWN]]
            lines += [f"  and {len(kind) - SHOWN} more (--json has them)"] if len(kind) > SHOWN else []
    if imported.more_problems:
        lines.append(f"and {imported.more_problems} further problems that were only counted")
    lines += [f"to do     {task}" for task in _to_do(out, listings, languages, pictures)]
    return lines


def _as_json(
    out: Path,
    format_name: str,
    imported: Imported,
    listings: Sequence[Listing],
    problems: Sequence[Problem],
    languages: tuple[Language, ...],
    pictures: _Pictures,
) -> dict[str, object]:
    return {
        "file": str(out),
        "format": format_name,
        "currency": imported.currency,
        "languages": languages,
        "taken": [
            {
                "id": listing.id,
                "source_id": listing.source_id,
                "name": listing.name,
                "price": str(listing.price),
                "sale_price": None if listing.sale_price is None else str(listing.sale_price),
                "stock": listing.stock,
                "variants": len(listing.variants),
                "picture": pictures.paths[listing.id],
                "picture_address": pictures.addresses.get(pictures.paths[listing.id]),
            }
            for listing in listings
        ],
        "left_out": [asdict(problem) for problem in problems if not problem.taken],
        "noticed": [asdict(problem) for problem in problems if problem.taken],
        "more_problems": imported.more_problems,
        "to_do": _to_do(out, listings, languages, pictures),
    }
