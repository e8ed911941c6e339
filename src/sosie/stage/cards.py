"""The product card: picture, name, price; and the comment that is being answered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import skia

from sosie.errors import YourInput
from sosie.shop.money import and_up
from sosie.stage.canvas import Box, Colour, Layer, even_up, fill, paint, plate, stroke
from sosie.stage.prices import price_text
from sosie.stage.text import Run, Style, draw_line, drawable, fitted, require_drawable, width_of, wrapped
from sosie.types import Bytes, Language

_PAPER: Colour = (255, 255, 255)
_EDGE: Colour = (226, 228, 233)
_INK: Colour = (22, 24, 29)
_SOFT: Colour = (96, 103, 115)
_SALE: Colour = (200, 0, 45)
_AMBER: Colour = (255, 196, 0)
_TILE_TOP: Colour = (238, 240, 246)
_TILE_BOTTOM: Colour = (214, 219, 231)
_BAG: Colour = (120, 129, 150)

# One type scale, in shorter sides of the picture.
_NAME = 0.039
_PRICE = 0.056
_NOTE = 0.028
_NAME_LINES = 2

LOW_STOCK = 10
"""From this many pieces on, the card says how many are left. Our own choice."""
_LEFT: dict[Language, str] = {"zh": "仅剩{n}件", "en": "Only {n} left", "fr": "Plus que {n}"}
_SOLD_OUT: dict[Language, str] = {"zh": "已售罄", "en": "Sold out", "fr": "Épuisé"}

_MOST_BYTES = 32 << 20
_MOST_PIXELS = 50_000_000
_KEPT_SIDE = 640
"""Pixels to which larger pictures are reduced; no card shows more."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A product's picture, decoded and checked when it is loaded, so that no file is read on air. Equal by content."""

    rgba: Bytes = field(compare=False, repr=False)
    """uint8 (height, width, 4), premultiplied RGBA, at most 640 pixels a side."""
    digest: str
    """SHA-256 of the pixels."""

    @classmethod
    def read(cls, path: Path) -> Picture:
        """A PNG, JPEG or WebP file. Raises YourInput if there is none, or none that can be shown."""
        try:
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except OSError as error:
            raise YourInput(
                f"the picture {path} cannot be read ({error.strerror})",
                wanted="a PNG or JPEG file",
                try_this="another path, or leave the picture out",
            ) from error
        return cls.decode(data, str(path))

    @classmethod
    def decode(cls, data: bytes, name: str = "the picture") -> Picture:
        """The bytes of a PNG, JPEG or WebP file, turned upright as its camera noted. ``name`` is for the error message."""
        wrong = YourInput(
            f"{name} is not a picture that can be shown",
            wanted=f"PNG, JPEG or WebP up to {_MOST_BYTES >> 20} MiB and {_MOST_PIXELS // 1_000_000} megapixels",
        )
        if not 0 < len(data) <= _MOST_BYTES:
            raise wrong
        encoded = np.frombuffer(data, np.uint8)
        try:
            pixels = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
            if pixels is not None and (pixels.ndim == 2 or pixels.shape[2] == 3):
                # Only this way does OpenCV turn a photograph upright.
                pixels = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
        except cv2.error as error:
            raise wrong from error
        if pixels is None or pixels.shape[0] * pixels.shape[1] > _MOST_PIXELS:
            raise wrong
        if pixels.dtype == np.uint16:
            pixels = (pixels // 257).astype(np.uint8)
        if pixels.dtype != np.uint8 or pixels.shape[2] not in (3, 4):
            raise wrong
        order = [2, 1, 0, 3][: pixels.shape[2]]
        return cls.of(np.ascontiguousarray(pixels[..., order]))

    @classmethod
    def of(cls, pixels: Bytes) -> Picture:
        """``pixels``: uint8 (height, width, 3) RGB, or (height, width, 4) RGBA with straight alpha."""
        if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or pixels.dtype != np.uint8 or not pixels.size:
            raise ValueError(f"wanted uint8 (height, width, 3 or 4), got {pixels.dtype} {pixels.shape}")
        rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
        rgba[..., : pixels.shape[2]] = pixels
        alpha = rgba[..., 3:].astype(np.uint16)
        rgba[..., :3] = (rgba[..., :3] * alpha + 127) // 255
        shrink = min(1.0, _KEPT_SIDE / max(rgba.shape[:2]))
        if shrink < 1:
            rgba = np.asarray(_resized(rgba, rgba.shape[1] * shrink, rgba.shape[0] * shrink))
        rgba.setflags(write=False)
        return cls(rgba, hashlib.sha256(repr(rgba.shape).encode() + rgba.tobytes()).hexdigest())


@dataclass(frozen=True, slots=True)
class Card:
    """A product on offer."""

    name: str
    price: Decimal
    currency: str
    """ISO 4217, as in EUR."""
    sale_price: Decimal | None = None
    """What is asked now, below ``price``, which is then shown struck through."""
    picture: Picture | None = None
    stock: int | None = None
    """Pieces left; None when not known. Shown from LOW_STOCK down."""
    and_up: bool = False
    """Some of its variants cost more; ``price`` is the least."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", require_drawable(self.name, "the product's name"))
        if not self.name:
            raise YourInput("a product card has no name", wanted="the product's name")
        price_text(self.price, self.currency, "en")
        if self.sale_price is not None:
            price_text(self.sale_price, self.currency, "en")
            if self.sale_price >= self.price:
                raise YourInput(
                    f"the sale price of {self.name} is {self.sale_price}, its price {self.price}",
                    wanted="a sale price below the price",
                    try_this="leave the sale price out",
                )
        if self.stock is not None and self.stock < 0:
            raise YourInput(f"the stock of {self.name} is {self.stock}", wanted="0 or more")


@dataclass(frozen=True, slots=True)
class Toast:
    """A comment or question from the chat. Whatever strangers write can be shown: letters no font has become U+FFFD."""

    text: str
    name: str = ""
    """Of who wrote it; "" for nobody's."""


def stock_note(stock: int | None, language: Language) -> str:
    """What the card says about the stock; "" if there is plenty or nobody knows."""
    if stock is None or stock > LOW_STOCK:
        return ""
    return _LEFT[language].format(n=stock) if stock else _SOLD_OUT[language]


def card_layer(card: Card, language: Language, zone: Box, side: int) -> Layer:
    """``card``, filling ``zone``. ``side``: the picture's shorter side in pixels, the unit of all sizes."""
    pad, radius = 0.021 * side, 0.03 * side
    tile = zone.height - 2 * pad

    def draw(canvas: skia.Canvas) -> None:
        plate(canvas, (0, 0, zone.width, zone.height), radius, fill(_PAPER))
        line = max(1.0, 0.002 * side)
        plate(canvas, (line / 2, line / 2, zone.width - line, zone.height - line), radius, stroke(_EDGE, line))
        _draw_tile(canvas, card, language, (pad, pad, tile, tile), side)
        text_left = pad + tile + 1.2 * pad
        _draw_words(canvas, card, language, (text_left, zone.width - 1.3 * pad - text_left, zone.height), side)

    return Layer.of(paint(zone.width, zone.height, draw), zone.left, zone.top)


def _draw_words(canvas: skia.Canvas, card: Card, language: Language, area: tuple[float, float, int], side: int) -> None:
    left, width, height = area
    name = Style(_NAME * side, _INK, bold=True)
    lines = [line.strip() for line in wrapped(card.name, name, width, language)]
    if len(lines) > _NAME_LINES:
        lines = [lines[0], fitted(" ".join(lines[1:]), name, width, language)]
    pitch, price_height = 1.22 * name.size, 1.3 * _PRICE * side
    top = (height - len(lines) * pitch - price_height) / 2
    for index, line in enumerate(lines):
        draw_line(canvas, [Run(line, name)], left, top + (index + 0.82) * pitch, language)
    runs = _price_runs(card, language, width, side)
    draw_line(canvas, runs, left, top + len(lines) * pitch + 0.86 * price_height, language)


def _price_runs(card: Card, language: Language, width: float, side: int) -> list[Run]:
    """The price in words wide enough to read and narrow enough for the card, however long the number."""
    now = price_text(card.price if card.sale_price is None else card.sale_price, card.currency, language)
    now = and_up(now, language) if card.and_up else now
    before = "" if card.sale_price is None else price_text(card.price, card.currency, language)
    colour = _INK if card.sale_price is None else _SALE
    size = _PRICE * side
    wide = _price_width(now, before, size, language)
    if wide > width:
        size *= width / wide
    gap = [Run("  ", Style(0.6 * size, _SOFT))] if before else []
    return [Run(now, Style(size, colour, bold=True)), *gap, Run(before, Style(0.6 * size, _SOFT, struck=True))]


def _price_width(now: str, before: str, size: float, language: Language) -> float:
    small = Style(0.6 * size, _SOFT)
    return width_of(now, Style(size, _INK, bold=True), language) + width_of(f"  {before}", small, language)


def _draw_tile(
    canvas: skia.Canvas, card: Card, language: Language, area: tuple[float, float, float, float], side: int
) -> None:
    left, top, width, height = area
    frame = skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(*area), 0.018 * side, 0.018 * side)
    canvas.save()
    canvas.clipRRect(frame, doAntiAlias=True)
    if card.picture is None:
        _draw_placeholder(canvas, area)
    else:
        canvas.drawRect(frame.rect(), fill(_PAPER))
        _draw_picture(canvas, card.picture.rgba, area)
    if note := stock_note(card.stock, language):
        style = Style(_NOTE * side, _INK, bold=True)
        band = 1.5 * style.size
        canvas.drawRect(skia.Rect.MakeXYWH(left, top + height - band, width, band), fill(_AMBER))
        words = fitted(note, style, width, language)
        middle = left + (width - width_of(words, style, language)) / 2
        draw_line(canvas, [Run(words, style)], middle, top + height - 0.3 * band, language)
    canvas.restore()
    canvas.drawRRect(frame, stroke(_EDGE, max(1.0, 0.002 * side)))


def _draw_picture(canvas: skia.Canvas, rgba: Bytes, area: tuple[float, float, float, float]) -> None:
    """The whole picture, never cut: a brand's product is shown as the brand photographed it."""
    left, top, width, height = area
    scale = min(width / rgba.shape[1], height / rgba.shape[0])
    small = _resized(rgba, rgba.shape[1] * scale, rgba.shape[0] * scale)
    image = skia.Image.fromarray(
        np.ascontiguousarray(small), skia.ColorType.kRGBA_8888_ColorType, skia.AlphaType.kPremul_AlphaType
    )
    canvas.drawImage(image, left + (width - small.shape[1]) / 2, top + (height - small.shape[0]) / 2)


def _draw_placeholder(canvas: skia.Canvas, area: tuple[float, float, float, float]) -> None:
    """A bag on a soft ground: says "a product", and does not pretend to be its picture."""
    left, top, width, height = area
    shade = skia.GradientShader.MakeLinear(
        points=[(left, top), (left, top + height)], colors=[skia.Color(*_TILE_TOP), skia.Color(*_TILE_BOTTOM)]
    )
    canvas.drawRect(skia.Rect.MakeXYWH(*area), skia.Paint(Shader=shade))
    line = stroke(_BAG, 0.035 * width)
    line.setStrokeCap(skia.Paint.kRound_Cap)
    plate(canvas, (left + 0.3 * width, top + 0.38 * height, 0.4 * width, 0.36 * height), 0.06 * width, line)
    handle = skia.Rect.MakeXYWH(left + 0.4 * width, top + 0.26 * height, 0.2 * width, 0.24 * height)
    canvas.drawArc(handle, 180, 180, False, line)


def placeholder(side: int) -> Bytes:
    """The tile of a card without a picture, uint8 (side, side, 3) RGB, for a file that a picture will take the place of."""
    tile = paint(side, side, lambda canvas: _draw_placeholder(canvas, (0, 0, side, side)))
    return np.ascontiguousarray(tile[..., :3])


@lru_cache(maxsize=32)
def _toast_lines(toast: Toast, style: Style, width: float, language: Language) -> tuple[str, ...]:
    lines = [line.strip() for line in wrapped(drawable(toast.text), style, width, language)]
    return tuple(lines if len(lines) < 3 else [lines[0], fitted(" ".join(lines[1:]), style, width, language)])


def toast_layer(toast: Toast, language: Language, zone: Box, side: int) -> Layer:
    """``toast``, standing on the floor of ``zone`` at its left."""
    pad, bar = 0.02 * side, 0.008 * side
    name_style = Style(_NOTE * side, _AMBER, bold=True)
    style = Style(0.034 * side, _PAPER)
    room = zone.width - 2 * pad - bar
    lines = _toast_lines(toast, style, room, language)
    name = fitted(drawable(toast.name), name_style, room, language)
    widest = max([width_of(name, name_style, language), *(width_of(line, style, language) for line in lines)])
    width = min(even_up(widest + 2 * pad + bar), zone.width)
    pitch, name_pitch = 1.28 * style.size, 1.4 * name_style.size if name else 0.0
    height = min(even_up(len(lines) * pitch + name_pitch + 1.2 * pad), zone.height)

    def draw(canvas: skia.Canvas) -> None:
        area = skia.Rect.MakeWH(width, height)
        canvas.clipRRect(skia.RRect.MakeRectXY(area, 0.9 * pad, 0.9 * pad), doAntiAlias=True)
        canvas.drawRect(area, fill(_INK, 0.82))
        canvas.drawRect(skia.Rect.MakeWH(bar, height), fill(_AMBER))
        left = bar + pad
        draw_line(canvas, [Run(name, name_style)], left, 0.6 * pad + 0.8 * name_pitch, language)
        first = 0.6 * pad + name_pitch + 0.78 * pitch
        for index, line in enumerate(lines):
            draw_line(canvas, [Run(line, style)], left, first + index * pitch, language)

    return Layer.of(paint(width, height, draw), zone.left, zone.bottom - height)


def _resized(rgba: Bytes, width: float, height: float) -> Bytes:
    size = max(1, round(width)), max(1, round(height))
    way = cv2.INTER_AREA if size[0] < rgba.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgba, size, interpolation=way), np.uint8)
