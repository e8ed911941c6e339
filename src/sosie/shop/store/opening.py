"""Which store is meant: a file, a PostgreSQL server, or the name of an environment variable that says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue
from sosie.shop.feed import open_shop
from sosie.shop.store.engine import Postgres, Sqlite
from sosie.shop.store.sql import SqlStore

FILES = (".db", ".sqlite", ".sqlite3")
SERVERS = ("postgresql://", "postgres://")
NAMED = "env:"
WANTED = "a file such as shop.db, postgresql://user@host/database, or env:NAME of a variable that holds one of them"


@dataclass(frozen=True, slots=True)
class StoreAt:
    """Where a store is."""

    address: str = field(repr=False)
    """A path, or postgresql://…; may hold a password, so it is shown by ``told`` only."""
    told: str
    """The same as it may be printed."""

    @property
    def on_server(self) -> bool:
        return self.address.startswith(SERVERS)

    def __str__(self) -> str:
        return self.told


@dataclass(frozen=True, slots=True)
class StoreNamed:
    """A store as a show names it; where that is, ``store_at`` says."""

    text: str
    folder: Path
    """What paths are taken from."""


def shop_named(text: str, folder: Path, *, webhooks: bool) -> Path | StoreNamed:
    """What a show's ``shop`` is: a shop.toml or a store. Raises YourInput for ``webhooks`` without a store."""
    if text.startswith((*SERVERS, NAMED)) or text.lower().endswith(FILES):
        return StoreNamed(text, folder)
    if webhooks:
        raise YourInput(
            f"the show has webhooks, and its shop is {text}",
            wanted="a store, where what they tell is kept",
            try_this=f'sosie shop import {text} --store shop.db, and shop = "shop.db"',
        )
    return folder / text


def store_at(text: str, folder: Path, environment: Mapping[str, str]) -> StoreAt:
    """``text`` as it was written; paths are taken from ``folder``. Raises YourInput."""
    told = text
    if text.startswith(NAMED):
        name = text.removeprefix(NAMED)
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) or name not in environment:
            raise YourInput(f"the environment variable {name[:60]!r} of the store is not set", wanted=WANTED)
        text = environment[name]
    elif text.startswith(SERVERS) and urlsplit(text).password:
        raise YourInput(
            "the store's address holds a password, which others could read in a file or a list of processes",
            wanted="the address in an environment variable",
            try_this="env:SOSIE_STORE",
        )
    if text.startswith(SERVERS):
        return StoreAt(text, told)
    if "://" in text or not text:
        raise YourInput(f"{told!r} is no store", wanted=WANTED)
    path = (folder / text).resolve()
    return StoreAt(str(path), told if told.startswith(NAMED) else text)


def open_store(at: StoreAt, *, home: Path, make: bool = False) -> SqlStore:
    """``home``: where pictures lie for a store on a server. Without ``make`` the file must be there. Raises YourInput, Theirs."""
    if at.on_server:
        return SqlStore(Postgres(at.address), pictures_of(at, home))
    path = Path(at.address)
    if path.is_dir() or (not make and not path.is_file()):
        raise YourInput(
            f"there is no store {at}",
            wanted="one that products were put into",
            try_this="sosie shop import FILE --store",
        )
    return SqlStore(Sqlite(path), pictures_of(at, home))


def pictures_of(at: StoreAt, home: Path) -> Path:
    """The folder in which the store's pictures/ is: beside its file, or in ``home`` for a server."""
    return home / "shop" if at.on_server else Path(at.address).parent


def catalogue_of(shop: Path | StoreNamed, *, home: Path, environment: Mapping[str, str]) -> Catalogue:
    """What a show sells, from a shop.toml or a store. Raises YourInput, Theirs."""
    if isinstance(shop, Path):
        return open_shop(shop)
    return open_store(store_at(shop.text, shop.folder, environment), home=home).catalogue()
