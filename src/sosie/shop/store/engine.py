"""The two databases behind one door: a transaction that reads, or one that writes while nobody else does.

A connection is made for each transaction: 0.1 ms with SQLite, some milliseconds with PostgreSQL, at a few deliveries a second. In
return any thread may use a store, and a server that was restarted meanwhile is no matter.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sosie.errors import Theirs, YourInput

Value = str | int | None
WAIT_SECONDS = 5.0
"""For another writer to be done. A platform gives a delivery about as long before it calls it failed."""
_WRITERS = 0x505
"""Number of PostgreSQL's lock that writers of a store take in turn."""


class Transaction(Protocol):
    """All of it is kept, or nothing. Values stand as "?" in the SQL, whatever the engine."""

    def run(self, sql: str, *values: Value) -> list[tuple[Value, ...]]: ...

    def many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None: ...


class Engine(Protocol):
    """Raises Theirs where the database cannot be had, is full or does not answer."""

    @property
    def serial(self) -> str:
        """The type of a column that counts up by itself."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """Sees one moment of the store."""
        ...

    def writing(self) -> AbstractContextManager[Transaction]:
        """The only writer while it lasts; what it reads is still so when it writes."""
        ...


class Sqlite:
    """One file, made where it is missing, readable by its owner only: it holds orders."""

    serial = "INTEGER PRIMARY KEY AUTOINCREMENT"

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as problem:
            raise Theirs(f"{path} cannot be written ({problem.strerror})", try_this="another folder") from problem

    def reading(self) -> AbstractContextManager[Transaction]:
        return self._transaction("BEGIN")

    def writing(self) -> AbstractContextManager[Transaction]:
        return self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        try:
            connection = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute(begin)
                yield _SqliteTransaction(connection)
                connection.execute("COMMIT")
            finally:
                connection.close()  # forgets what was not committed
        except sqlite3.Error as problem:
            raise Theirs(
                f"the store {self._path} failed ({problem})", try_this="again, or look at its disk"
            ) from problem


class _SqliteTransaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str, *values: Value) -> list[tuple[Value, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        self._connection.executemany(sql, rows)


class Postgres:
    """A database of a PostgreSQL server, through psycopg (the extra ``postgres``)."""

    serial = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

    def __init__(self, address: str) -> None:
        """``address``: postgresql://user@host/database; the password may come from it, or from libpq's own places."""
        try:
            import psycopg
        except ImportError:
            raise YourInput(
                "the package psycopg is missing",
                wanted="it, for a store in PostgreSQL",
                try_this="pip install sosie[postgres]",
            ) from None
        self._psycopg = psycopg
        self._address = address

    def reading(self) -> AbstractContextManager[Transaction]:
        return self._transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def writing(self) -> AbstractContextManager[Transaction]:
        # SQLite knows one writer only; the same here, so that what was read is still so when it is written.
        wait = f"SET LOCAL lock_timeout = {round(1000 * WAIT_SECONDS)}"
        return self._transaction(wait, f"SELECT pg_advisory_xact_lock({_WRITERS})")

    @contextmanager
    def _transaction(self, *begin: str) -> Iterator[Transaction]:
        try:
            with (
                self._psycopg.connect(self._address, connect_timeout=round(WAIT_SECONDS)) as connection,
                connection.cursor() as cursor,
            ):
                for statement in begin:
                    cursor.execute(statement)
                yield _PostgresTransaction(cursor)
        except self._psycopg.Error as problem:
            raise Theirs(
                f"the store in PostgreSQL failed ({_without_secrets(problem)})",
                try_this="whether the server is up, and the address right",
            ) from None


class _Cursor(Protocol):
    """What we use of psycopg's."""

    @property
    def description(self) -> object: ...

    def execute(self, sql: str, values: Sequence[Value] = ...) -> object: ...

    def executemany(self, sql: str, rows: Sequence[Sequence[Value]]) -> None: ...

    def fetchall(self) -> list[tuple[Value, ...]]: ...


class _PostgresTransaction:
    def __init__(self, cursor: _Cursor) -> None:
        self._cursor = cursor

    def run(self, sql: str, *values: Value) -> list[tuple[Value, ...]]:
        self._cursor.execute(sql.replace("?", "%s"), values)
        return self._cursor.fetchall() if self._cursor.description is not None else []

    def many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        self._cursor.executemany(sql.replace("?", "%s"), rows)


def _without_secrets(problem: Exception) -> str:
    """The first line of what libpq says, without what stands in an address."""
    first = (str(problem).splitlines() or ["no reason given"])[0]
    return re.sub(r"(postgres(?:ql)?://)\S+", r"\1…", first)[:200]
