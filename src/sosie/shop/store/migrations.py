"""The tables of a store, as the steps by which they came to be. A step is never edited once it was released: another follows it.

The SQL is what SQLite and PostgreSQL both understand, with one word, {serial}, that each says in its own way. Amounts and moments
are text: exact decimals ("24.50"), and ISO 8601 in UTC ("2026-11-23T02:24:00.000000+00:00"), which sorts as time does. So both
engines give back to the last digit what was put in, and neither has a column type to be converted.
"""

from __future__ import annotations

from sosie.errors import YourInput
from sosie.shop.store.engine import Transaction

CATALOGUE = (
    "CREATE TABLE shop (id INTEGER PRIMARY KEY CHECK (id = 1), currency TEXT NOT NULL, languages TEXT NOT NULL)",
    "CREATE TABLE product (id TEXT PRIMARY KEY, place INTEGER NOT NULL, sku TEXT NOT NULL, picture TEXT NOT NULL,"
    " valid_until TEXT)",
    # What is paid for: the variants of a product, or the product itself as the variant ''.
    "CREATE TABLE offer (product_id TEXT NOT NULL REFERENCES product (id) ON DELETE CASCADE, variant_id TEXT NOT NULL,"
    " place INTEGER NOT NULL, sku TEXT NOT NULL, options TEXT NOT NULL, price TEXT NOT NULL, sale_price TEXT,"
    " sale_basis TEXT, sale_since TEXT, sale_until TEXT, stock INTEGER CHECK (stock >= 0), PRIMARY KEY (product_id, variant_id))",
    "CREATE INDEX offer_sku ON offer (sku)",
    # Names, short words and claims; product '' is the shop.
    "CREATE TABLE label (product_id TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('name', 'called', 'claim')),"
    " language TEXT NOT NULL, place INTEGER NOT NULL, words TEXT NOT NULL, PRIMARY KEY (product_id, kind, language, place))",
    "CREATE TABLE fact (product_id TEXT NOT NULL, topic TEXT NOT NULL, place INTEGER NOT NULL, asked TEXT NOT NULL,"
    " PRIMARY KEY (product_id, topic))",
    "CREATE TABLE fact_text (product_id TEXT NOT NULL, topic TEXT NOT NULL, language TEXT NOT NULL, words TEXT NOT NULL,"
    " PRIMARY KEY (product_id, topic, language))",
    "CREATE TABLE change (id {serial}, changed_at TEXT NOT NULL, as_of TEXT, changed_by TEXT NOT NULL,"
    " product_id TEXT NOT NULL, variant_id TEXT NOT NULL, field TEXT NOT NULL, was TEXT, became TEXT)",
    "CREATE INDEX change_product ON change (product_id, id)",
)

LIVE = (
    # Since when each price and stock is so, by the clock of whoever told it; "what" is price or stock.
    "CREATE TABLE told (product_id TEXT NOT NULL, variant_id TEXT NOT NULL, what TEXT NOT NULL, as_of TEXT NOT NULL,"
    " CHECK (what IN ('price', 'stock')), PRIMARY KEY (product_id, variant_id, what))",
    # What a platform calls our products and variants; kind is product, variant or item.
    "CREATE TABLE link (source TEXT NOT NULL, kind TEXT NOT NULL, theirs TEXT NOT NULL, product_id TEXT NOT NULL,"
    " variant_id TEXT NOT NULL, PRIMARY KEY (source, kind, theirs))",
    # Places of stock that a platform has told of.
    "CREATE TABLE stock_place (source TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (source, name))",
    "CREATE TABLE delivery (source TEXT NOT NULL, id TEXT NOT NULL, received_at TEXT NOT NULL, PRIMARY KEY (source, id))",
    "CREATE INDEX delivery_received ON delivery (received_at)",
    "CREATE TABLE orders (source TEXT NOT NULL, id TEXT NOT NULL, buyer TEXT NOT NULL, placed_at TEXT NOT NULL,"
    " received_at TEXT NOT NULL, currency TEXT NOT NULL, show_name TEXT, show_ms INTEGER, shown_product_id TEXT, segment TEXT,"
    " sentence_id INTEGER, sentence_kind TEXT, language TEXT, wording_id TEXT, PRIMARY KEY (source, id))",
    "CREATE INDEX orders_received ON orders (received_at)",
    "CREATE TABLE order_line (source TEXT NOT NULL, order_id TEXT NOT NULL, place INTEGER NOT NULL, product_id TEXT,"
    " variant_id TEXT NOT NULL, quantity INTEGER NOT NULL, amount TEXT NOT NULL, PRIMARY KEY (source, order_id, place))",
    # Of the hashes that stand for orders and buyers.
    "CREATE TABLE salt (value TEXT NOT NULL)",
)

LEARNED = (
    # Counts of each wording, answer and product's turn by part of the day (shop/learned.py); numbers are text, exact to the
    # last bit. product '' is none, language '' that of a turn.
    "CREATE TABLE learned (kind TEXT NOT NULL, product_id TEXT NOT NULL, language TEXT NOT NULL, wording_id TEXT NOT NULL,"
    " part TEXT NOT NULL, point TEXT NOT NULL, words TEXT NOT NULL, told TEXT NOT NULL, sold TEXT NOT NULL, usual TEXT NOT NULL,"
    " seen TEXT NOT NULL, held TEXT NOT NULL, PRIMARY KEY (kind, product_id, language, wording_id, part))",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (CATALOGUE, LIVE, LEARNED)
"""Statements that lead from version n to n + 1."""
VERSION = len(MIGRATIONS)


def migrate(transaction: Transaction, serial: str, until: int = VERSION) -> None:
    """Brings a store, or an empty database, to version ``until``; keeps what is in it. Raises YourInput for a newer one."""
    transaction.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    rows = transaction.run("SELECT version FROM schema_version")
    version = int(rows[0][0] or 0) if rows else 0
    if version > VERSION:
        raise YourInput(
            f"the store has version {version}",
            wanted=f"at most {VERSION}",
            try_this="the Sosie that made it, or a newer one",
        )
    for statements in MIGRATIONS[version:until]:
        for statement in statements:
            transaction.run(statement.format(serial=serial))
    if version < until:
        transaction.run("DELETE FROM schema_version")
        transaction.run("INSERT INTO schema_version (version) VALUES (?)", until)
