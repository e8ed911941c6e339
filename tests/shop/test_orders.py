"""An order checks itself: nothing that names a buyer fits into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sosie.shop.orders import Order, OrderLine, Said, mark

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SAID = Said("show.toml", 61.5, "tea", "tea", 17, "line", "en", "a1b2c3d4e5f6")
ORDER = Order(
    source="shopify",
    id=mark("salt", "shopify", "order", "1001"),
    buyer=mark("salt", "shopify", "buyer", "jon@example.com"),
    placed_at=NOW,
    received_at=NOW,
    currency="EUR",
    lines=(OrderLine("tea", "", 2, Decimal("39.80")), OrderLine(None, "", 1, Decimal(5))),
    said=SAID,
)


def test_an_order_adds_up() -> None:
    assert (ORDER.amount, ORDER.pieces) == (Decimal("44.80"), 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "1001"},
        {"id": ""},
        {"buyer": "jon@example.com"},
        {"buyer": "Jon"},
        {"source": ""},
        {"placed_at": datetime(2026, 11, 23)},
        {"currency": "eur"},
        {"currency": ""},
        {"lines": (OrderLine("tea", "", 1, Decimal(1)),) * 201},
    ],
    ids=str,
)
def test_what_does_not_belong_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        replace(ORDER, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quantity", "amount"), [(0, "1"), (-1, "1"), (10_001, "1"), (1, "-0.01"), (1, "NaN"), (1, "Infinity")]
)
def test_a_line_counts_pieces_and_money(quantity: int, amount: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        OrderLine("tea", "", quantity, Decimal(amount))


@pytest.mark.parametrize(
    "wrong", [{"show": ""}, {"seconds": -1.0}, {"language": "de"}, {"kind": None}, {"sentence_id": None}]
)
def test_what_was_said_is_a_sentence_or_a_pause(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        replace(SAID, **wrong)  # type: ignore[arg-type]


def test_a_hash_tells_numbers_apart_and_says_nothing_without_the_salt() -> None:
    marks = {
        mark(salt, source, kind, number)
        for salt in ("salt", "other")
        for source in ("shopify", "woocommerce")
        for kind in ("order", "buyer")
        for number in ("1001", "1002")
    }
    assert len(marks) == 16
    assert mark("salt", "shopify", "buyer", "") == ""
