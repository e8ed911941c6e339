"""Stores for tests: a file of the test, and, where SOSIE_TEST_POSTGRES names a server, a schema of its own there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from sosie.shop.store.engine import Engine, Postgres, Sqlite

ENGINES = ("sqlite", "postgres")


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Engine]:
    """An empty database."""
    if name == "sqlite":
        yield Sqlite(folder / "shop.db")
        return
    address = os.environ.get("SOSIE_TEST_POSTGRES")
    if not address:
        pytest.skip("SOSIE_TEST_POSTGRES names no PostgreSQL server, such as postgresql://postgres@127.0.0.1/test")
    import psycopg

    schema = f"sosie_{secrets.token_hex(6)}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    joint = "&" if "?" in address else "?"
    try:
        yield Postgres(f"{address}{joint}options={quote(f'-c search_path={schema}')}")
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")
