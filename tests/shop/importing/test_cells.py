"""Cells are read strictly: what may mean two things is not guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.shop.feed import Id
from sosie.shop.importing.cells import Unread, amount, moment, our_id, pieces, plain


@pytest.mark.parametrize(
    ("cell", "number", "currency"),
    [
        ("15.00 USD", "15", "USD"),
        ("USD 15", "15", "USD"),
        (" 15,5 ", "15.5", ""),
        ("€15.00", "15", "EUR"),
        ("1,299.00 eur", "1299", "EUR"),
        ("1.299,00 €", "1299", "EUR"),
        ("1 299,00 €", "1299", "EUR"),
        ("1'299.00", "1299", ""),
        ("1\u202f299\u00a0EUR", "1299", "EUR"),
        ("1,299,000", "1299000", ""),
        ("$15", "15", ""),
        ("¥99", "99", ""),
        ("99元", "99", "CNY"),
        ("15.0000", "15", ""),
        ("0.05", "0.05", ""),
        ("15.", "15", ""),
    ],
)
def test_amounts(cell: str, number: str, currency: str) -> None:
    assert amount(cell) == (Decimal(number), currency)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("1,299", "may be 1299 or 1.299"),
        ("1.299 EUR", "may be 1299 or 1.299"),
        ("15.0055", "parts of a cent"),
        ("0.005", "parts of a cent"),
        ("-5.00", "not above 0"),
        ("0", "not above 0"),
        ("0,00 EUR", "not above 0"),
        ("100000000", "absurd"),
        ("9" * 30, "absurd"),
        ("", "no amount"),
        ("free", "no amount"),
        ("5-10", "no amount"),
        ("from 5", "no amount"),
        ("=5+5", "no amount"),
        ("1e5", "no amount"),
        ("1.2.3", "no amount"),
        ("12,34,56", "no amount"),
        ("15 00", "no amount"),
        ("１５", "no amount"),
        ("9" * 41, "no amount"),
        ("NaN", "no amount"),
        ("<b>5</b>", "no amount"),
    ],
)
def test_what_is_no_certain_amount(cell: str, why: str) -> None:
    with pytest.raises(Unread, match=why):
        amount(cell)


@given(st.text(max_size=60))
def test_any_cell_is_an_amount_or_unread(cell: str) -> None:
    try:
        number, currency = amount(cell)
    except Unread:
        return
    assert 0 < number < 10**8
    assert currency == "" or (len(currency) == 3 and currency.isupper())


def test_pieces() -> None:
    assert [pieces(cell) for cell in ("12", " 0 ", "-3", "12.00", "99999", "100000", "999999")] == [
        12,
        0,
        0,
        12,
        99999,
        None,
        None,
    ]
    for cell in ("", "many", "12.5", "1,000", "1e3", "9" * 30):
        with pytest.raises(Unread):
            pieces(cell)


def test_moments() -> None:
    paris = ZoneInfo("Europe/Paris")
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    for cell in ("2026-12-01T13:00+0100", "2026-12-01T12:00Z", "2026-12-01 13:00", "2026-12-01T13:00:00+01:00"):
        assert moment(cell, paris, end=False) == noon
    assert moment("2026-12-01 0:00:00", UTC, end=False) == noon - timedelta(hours=12)
    assert moment("2026-12-01", UTC, end=False) == noon - timedelta(hours=12)
    assert moment("2026-12-01", UTC, end=True) == noon + timedelta(hours=12), "the whole day"
    for cell in ("07/06/2013", "tomorrow", "2026-13-01", "0001-01-01", "9999-12-31", "2026-12-01T99:00", "20261201"):
        with pytest.raises(Unread):
            moment(cell, UTC, end=True)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>Hand-made &amp; glazed,<br>by <b>one</b> potter.</p>", "Hand-made & glazed, by one potter."),
        ("a<script>alert('x')</script>b<STYLE>p{}</style >c", "a b c"),
        ("a<script>never closed", "a"),
        ("İİİİ<b>a</b><script>b</script>c", "İİİİ a c"),
        ("&lt;b&gt;Mug&lt;/b&gt;", "Mug"),
        ("smaller < than > and 5<6", "smaller < than > and 5<6"),
        ("open <b tag", "open <b tag"),
        ("tab\tand\r\nbreak\x07\x00", "tab and break"),
        ("left\u202eright \u200bzero\ufeff", "leftright zero"),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_text_is_plain(cell: str, text: str) -> None:
    assert plain(cell) == text


@pytest.mark.parametrize(
    "cell", ["<" * 200_000, "<a" * 100_000, "<script>" * 50_000, "< >" * 60_000, "&" * 200_000, "<!--" * 50_000]
)
def test_broken_tags_do_not_take_long(cell: str) -> None:
    """A pass that looked to the end from each of them would take minutes."""
    plain(cell)


@given(st.text(max_size=80))
def test_ids_are_those_of_a_shop_toml_and_always_the_same(source: str) -> None:
    from pydantic import TypeAdapter

    made = our_id(source)
    assert TypeAdapter(Id).validate_python(made) == made == our_id(source)


def test_ids_say_what_they_are_of() -> None:
    assert our_id("Tea Pot / 2") == "tea-pot-2"
    assert our_id("Théière") == "theiere"
    assert our_id("茶壶") != our_id("茶杯")
    assert our_id("x" * 60) != our_id("x" * 61)
