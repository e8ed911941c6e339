"""Layers that are blended straight into a YUV picture.

A layer is drawn once with Skia as premultiplied RGBA and turned once into premultiplied Y, U and V. Blending it is then
one multiplication and one addition for each sample of the planes it covers: no picture is ever turned into RGB.

The matrix is BT.709, limited range (ITU-R BT.709-6, item 3). OpenCV's ready-made RGB-to-I420 is BT.601: over BT.709
footage it leaves a visible tint, so the numbers are written out here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

from sosie.types import Bytes, YuvFrame

Colour = tuple[int, int, int]
"""Red, green, blue, each 0..255, sRGB."""

_FULL = 256
"""Alpha is kept as 0..256, so that dividing is a shift and a full layer replaces the picture exactly."""
_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722
_RGBA_TO_YUV = np.array(
    [
        [*(weight * 219 / 255 for weight in (_RED, _GREEN, _BLUE)), 16 / 255],
        [*(weight / 1.8556 * 224 / 255 for weight in (-_RED, -_GREEN, 1 - _BLUE)), 128 / 255],
        [*(weight / 1.5748 * 224 / 255 for weight in (1 - _RED, -_GREEN, -_BLUE)), 128 / 255],
    ],
    np.float32,
)
"""Premultiplied R, G, B, alpha (0..255) to premultiplied Y, Cb, Cr: the offsets 16 and 128 come with the alpha."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture, half-open, in pixels; all four numbers are even so that chroma fits."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if any(edge % 2 for edge in (self.left, self.top, self.right, self.bottom)):
            raise ValueError(f"a box must have even edges, got {self}")
        if not (self.left < self.right and self.top < self.bottom):
            raise ValueError(f"a box must not be empty, got {self}")

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def meets(self, other: Box) -> bool:
        """True if the two share a pixel."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def inside(self, width: int, height: int) -> bool:
        """True if no pixel lies outside a picture of this size."""
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


def even(value: float) -> int:
    """The nearest even number that is not above ``value``."""
    return int(value) // 2 * 2


def even_up(value: float) -> int:
    """The nearest even number that is not below ``value``."""
    return -(-int(np.ceil(value)) // 2) * 2


@dataclass(frozen=True, slots=True, eq=False)
class _Plane:
    colour: NDArray[np.uint16]
    """uint16, premultiplied sample value * 256, plus 128 for rounding."""
    keep: NDArray[np.uint16]
    """uint16, 0..256: how much of the picture below stays."""
    solid: Bytes
    """uint8, the samples of the rows ``solid_rows``, which let nothing through and need only be copied."""
    solid_rows: tuple[int, int]
    """Half-open."""

    def blend(self, below: Bytes) -> None:
        first, end = self.solid_rows
        below[first:end] = self.solid
        for rows in (slice(0, first), slice(end, len(below))):
            mixed = below[rows].astype(np.uint16)
            mixed *= self.keep[rows]
            mixed += self.colour[rows]
            mixed >>= 8
            np.copyto(below[rows], mixed, casting="unsafe")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A picture with its place, ready to be blended. Cheap to draw, dear to make: make it when its content changes."""

    box: Box
    _planes: tuple[_Plane, _Plane, _Plane]

    @classmethod
    def of(cls, rgba: Bytes, left: int, top: int) -> Layer:
        """``rgba``: uint8 (height, width, 4), premultiplied sRGB; both sides and the place must be even."""
        height, width = rgba.shape[:2]
        box = Box(left, top, left + width, top + height)
        samples = rgba.astype(np.float32)
        # The mean of each 2x2 block is right for premultiplied samples, where a plain colour average would bleed.
        halved = np.asarray(cv2.resize(samples, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.float32)
        y, u, v = (_plane(part, weights) for part, weights in zip((samples, halved, halved), _RGBA_TO_YUV, strict=True))
        return cls(box, (y, u, v))

    def blend(self, frame: YuvFrame) -> None:
        """Writes the layer into ``frame``, which must hold the whole of its box."""
        box = self.box
        if not box.inside(frame.width, frame.height):
            raise ValueError(f"{box} does not fit into {frame}")
        half = slice(box.top // 2, box.bottom // 2), slice(box.left // 2, box.right // 2)
        for plane, below in zip(
            self._planes,
            (frame.y[box.top : box.bottom, box.left : box.right], frame.u[half], frame.v[half]),
            strict=True,
        ):
            plane.blend(below)


def _plane(rgba: NDArray[np.float32], weights: NDArray[np.float32]) -> _Plane:
    colour = (cv2.transform(rgba, weights[None]) * np.float32(_FULL) + np.float32(128.5)).astype(np.uint16)
    keep = (np.float32(_FULL + 0.5) - rgba[..., 3] * np.float32(_FULL / 255)).astype(np.uint16)
    solid_rows = _longest_run((keep == 0).all(axis=1))
    solid = (colour[slice(*solid_rows)] >> 8).astype(np.uint8)
    # Shared by every frame of a show: nobody may change them after the layer was made.
    for part in (colour, keep, solid):
        part.setflags(write=False)
    return _Plane(colour, keep, solid, solid_rows)


def _longest_run(true: NDArray[np.bool_]) -> tuple[int, int]:
    """The longest half-open run of True; (0, 0) if there is none."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], true, [False])).astype(np.int8)))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return 0, 0
    first, end = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    return int(first), int(end)


def paint(width: int, height: int, draw: Callable[[skia.Canvas], None]) -> Bytes:
    """A transparent bitmap, drawn on: uint8 (height, width, 4), premultiplied RGBA."""
    rgba = np.zeros((height, width, 4), np.uint8)
    surface = skia.Surface(
        rgba, colorType=skia.ColorType.kRGBA_8888_ColorType, alphaType=skia.AlphaType.kPremul_AlphaType
    )
    with surface as canvas:
        draw(canvas)
    return rgba


def plate(canvas: skia.Canvas, area: tuple[float, float, float, float], radius: float, fill: skia.Paint) -> None:
    """A rounded rectangle; ``area`` is left, top, width, height in pixels."""
    canvas.drawRoundRect(skia.Rect.MakeXYWH(*area), radius, radius, fill)


def fill(colour: Colour, alpha: float = 1.0) -> skia.Paint:
    """A plain fill; ``alpha`` in [0, 1]."""
    return skia.Paint(Color=skia.Color(*colour, round(alpha * 255)), AntiAlias=True)


def stroke(colour: Colour, width: float, alpha: float = 1.0) -> skia.Paint:
    """A line ``width`` pixels wide; ``alpha`` in [0, 1]."""
    return skia.Paint(
        Color=skia.Color(*colour, round(alpha * 255)),
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
    )


def contrast(one: Colour, other: Colour) -> float:
    """Contrast of two colours, 1..21, as WCAG 2.2 defines it (relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
