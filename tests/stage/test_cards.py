"""A product card shows what the seller gave, whole, and never waits for a file on air."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosie.errors import YourInput
from sosie.stage.canvas import Box
from sosie.stage.cards import Card, Picture, Toast, card_layer, stock_note, toast_layer
from sosie.types import LANGUAGES, Language, YuvFrame

from .pictures import plain

ZONE = Box(28, 1000, 692, 1144)
SIDE = 720
PRICE = Decimal("29.99")


def _red_bottle(width: int = 120, height: int = 300) -> np.ndarray:
    rgb = np.full((height, width, 3), 250, np.uint8)
    rgb[height // 6 :, width // 4 : -width // 4] = (200, 20, 20)
    return rgb


def _shown(card: Card, language: Language = "en") -> YuvFrame:
    frame = plain((720, 1280), 126)
    card_layer(card, language, ZONE, SIDE).blend(frame)
    return frame


def _reds(frame: YuvFrame) -> int:
    tile = frame.v[ZONE.top // 2 : ZONE.bottom // 2, ZONE.left // 2 : ZONE.left // 2 + 72]
    return int((tile > 180).sum())


def test_a_picture_is_the_same_from_file_bytes_and_pixels(tmp_path: Path) -> None:
    rgb = _red_bottle()
    encoded = cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()
    (tmp_path / "bottle.png").write_bytes(encoded)
    one, two, three = Picture.read(tmp_path / "bottle.png"), Picture.decode(encoded), Picture.of(rgb)
    assert one == two == three
    assert hash(one) == hash(three)
    assert one != Picture.of(255 - rgb)


def test_the_whole_picture_is_on_the_card_in_its_colours() -> None:
    frame = _shown(Card("Bottle", PRICE, "USD", picture=Picture.of(_red_bottle())))
    assert _reds(frame) > 200
    assert _reds(_shown(Card("Bottle", PRICE, "USD"))) == 0, "the placeholder is no picture of the product"


def test_a_clear_ground_shows_the_card_not_black() -> None:
    rgba = np.zeros((200, 200, 4), np.uint8)
    rgba[80:120, 80:120] = (200, 20, 20, 255)
    frame = _shown(Card("Bottle", PRICE, "USD", picture=Picture.of(rgba)))
    assert frame.y[ZONE.top + 24, ZONE.left + 26] == 235


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_said_when_it_is_loaded(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(data)
    with pytest.raises(YourInput, match=r"broken\.png is not a picture"):
        Picture.read(path)
    with pytest.raises(YourInput, match=r"cannot be read"):
        Picture.read(tmp_path / "nowhere.png")


@pytest.mark.parametrize("kind", ["grey", "grey with alpha", "16 bit", "jpeg"])
def test_pictures_of_every_common_kind(kind: str) -> None:
    rgb = _red_bottle()
    made = {
        "grey": (".png", rgb[..., 0]),
        "grey with alpha": (".png", np.dstack([rgb, rgb[..., :1]])),
        "16 bit": (".png", np.dstack([rgb, rgb[..., :1]]).astype(np.uint16) * 257),
        "jpeg": (".jpg", rgb),
    }[kind]
    picture = Picture.decode(cv2.imencode(made[0], made[1])[1].tobytes())
    assert picture.rgba.shape == (300, 120, 4)


def test_a_card_must_make_sense() -> None:
    with pytest.raises(YourInput, match="sale price below"):
        Card("Bottle", PRICE, "USD", sale_price=Decimal(40))
    with pytest.raises(YourInput, match="no name"):
        Card(" ", PRICE, "USD")
    with pytest.raises(YourInput, match="stock"):
        Card("Bottle", PRICE, "USD", stock=-1)
    with pytest.raises(YourInput, match=r"U\+F0000"):
        Card("Bottle \U000f0000", PRICE, "USD")


def test_the_stock_note_comes_only_when_it_matters() -> None:
    assert [stock_note(n, "en") for n in (None, 11, 10, 0)] == ["", "", "Only 10 left", "Sold out"]
    assert (stock_note(3, "zh"), stock_note(3, "fr")) == ("仅剩3件", "Plus que 3")


def test_a_price_that_is_the_least_of_several_says_so() -> None:
    alone, least = (_shown(Card("Bottle", PRICE, "USD", and_up=more)) for more in (False, True))
    changed = np.flatnonzero((alone.y != least.y).any(0))
    assert len(changed) > 20, "the words are missing"
    wide = _shown(Card("Bottle", Decimal("1234567.89"), "USD", and_up=True))
    assert (wide.y[ZONE.top + 24 : ZONE.bottom - 24, ZONE.right - 10 : ZONE.right - 3] > 225).all(), "they run out"


NAMES = st.text(st.sampled_from("ab é你好，。Wم👋 "), min_size=1, max_size=120).filter(lambda name: bool(name.strip()))


@settings(max_examples=25, deadline=None)
@given(NAMES, st.decimals(0, 10**9, places=2), st.sampled_from(LANGUAGES), st.integers(0, 20))
def test_nothing_on_a_card_reaches_its_edge(name: str, price: Decimal, language: Language, stock: int) -> None:
    card = Card(name, price + 1, "EUR", sale_price=price, stock=stock)
    layer = card_layer(card, language, ZONE, SIDE)
    assert layer.box == ZONE
    frame = plain((720, 1280))
    layer.blend(frame)
    edge = frame.y[ZONE.top + 24 : ZONE.bottom - 24, ZONE.right - 10 : ZONE.right - 3]
    assert (edge > 225).all(), "words run out of the card"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60))
def test_whatever_a_stranger_writes_stays_in_its_zone(text: str, name: str) -> None:
    box = toast_layer(Toast(text, name), "en", ZONE, SIDE).box
    assert ZONE.left <= box.left < box.right <= ZONE.right
    assert ZONE.top <= box.top < box.bottom <= ZONE.bottom
