"""Rows of what was learned. What a show tells is added to what is there, so that two shows of one shop may tell in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sosie.shop.learned import Counted, News, Part, Tally, Way, WayKind
from sosie.shop.store.engine import Transaction
from sosie.types import Language

_COLUMNS = "kind, product_id, language, wording_id, part, point, words, told, sold, usual, seen, held"
Key = tuple[str, str, str, str, str]


def read_learned(transaction: Transaction) -> tuple[Counted, ...]:
    rows = transaction.run(f"SELECT {_COLUMNS} FROM learned ORDER BY kind, product_id, language, wording_id, part")
    found = []
    for kind, product_id, language, _, part, point, words, *numbers in rows:
        way = Way(
            cast(WayKind, kind), str(product_id) or None, cast(Language, language) or None, str(words), str(point)
        )
        found.append(Counted(way, cast(Part, part), Tally(*(float(number or 0) for number in numbers))))
    return tuple(found)


def write_learned(transaction: Transaction, news: Sequence[News]) -> None:
    """Called by the only writer."""
    known = {_key(row.way, row.part): row.tally for row in read_learned(transaction)}
    rows = []
    for one in news:
        key = _key(one.way, one.part)
        known[key] = tally = known.get(key, Tally()).then(one.kept, one.more)
        numbers = (tally.told, tally.sold, tally.usual, tally.seen, tally.held)
        rows.append((*key, one.way.point, one.way.words, *(repr(number) for number in numbers)))
    transaction.many(
        f"INSERT INTO learned ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (kind, product_id, language, wording_id, part) DO UPDATE SET point = excluded.point, told = excluded.told,"
        " sold = excluded.sold, usual = excluded.usual, seen = excluded.seen, held = excluded.held",
        rows,
    )


def _key(way: Way, part: Part) -> Key:
    return way.kind, way.product_id or "", way.language or "", way.id, part
