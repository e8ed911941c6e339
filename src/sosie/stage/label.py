"""The AI label: the last layer of every picture, which nothing can switch off, move away or cover.

Its size is measured, not assumed: "5 % of the shorter side" is about the ink a viewer sees, and a font of 5 % fails it
(54 px of WenQuanYi Zen Hei on 1080 gave 53 px of ink for "生成" and 3.4 % for "AI"; design/rules.md, finding 4). The plate under
the words is opaque, so their contrast is the same over any picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
import skia

from sosie.errors import Refused, YourInput
from sosie.stage.canvas import Box, Colour, Layer, contrast, even, even_up, fill, paint, plate
from sosie.stage.label_words import MANDATED, LabelKind, require_label_words, small_lines
from sosie.stage.text import Run, Style, draw_line, fitted, require_drawable, width_of, wrapped
from sosie.types import LANGUAGES, Bytes, Language, YuvFrame

Size = tuple[int, int]
"""(width, height) in pixels, both even."""

INK_SHARE = 0.05
"""Least height of the mandated letters' ink, in shorter sides: GB 45438-2025, 5.2 and 5.4."""
LEAST_CONTRAST = 4.5
"""Words against their plate: WCAG 2.2, 1.4.3."""
SMALLEST_SIDE = 240
"""Below this many pixels the lines under the mandated words could not be read."""

_PLATE: Colour = (12, 14, 18)
_WORDS: Colour = (255, 255, 255)
_WARNING_PLATE: Colour = (255, 196, 0)
_WARNING_WORDS: Colour = (20, 16, 0)
_SMALL = 0.034
"""Font size of the smaller lines, in shorter sides."""
_MOST_SMALL_LINES = 3
_COVERED = 128
"""Alpha from which a pixel counts as ink: half covered."""


@dataclass(frozen=True, slots=True)
class SafeArea:
    """Edges that a player or a platform covers with its own buttons, in shorter sides of the picture, 0..0.25.

    No platform's figures were found in print; the defaults are our own choice, by looking. The bounds keep the label in
    the picture whatever is asked.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        for name in ("left", "top", "right", "bottom"):
            if not 0 <= getattr(self, name) <= 0.25:
                raise YourInput(f"the safe area's {name} edge is {getattr(self, name)}", wanted="0 to 0.25")


UPRIGHT = SafeArea(left=0.04, top=0.08, right=0.04, bottom=0.08)
ACROSS = SafeArea(left=0.04, top=0.04, right=0.04, bottom=0.04)


def usual_safe_area(size: Size) -> SafeArea:
    """More room above and below on an upright picture, where phone players lay their buttons."""
    return UPRIGHT if size[1] > size[0] else ACROSS


@final
@dataclass(frozen=True, slots=True)
class Label:
    """What the AI label says. The mandated words come from ``language`` and cannot be changed."""

    language: Language
    """Of the label, not of the show: a Chinese platform wants Chinese words under an English-speaking host."""
    kind: LabelKind
    name: str = ""
    """Of the cloned person (needed for "clone", refused for "measurement"); of the fictional one, or ""."""
    human_voice: bool = False
    """A person's own voice is heard now, not the clone's: said below the mandated words, which stay."""

    def __init_subclass__(cls) -> None:
        raise TypeError("Label cannot be subclassed: what it says is not up to a subclass")

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise YourInput(f"no label wording for {self.language!r}", wanted=f"one of {', '.join(LANGUAGES)}")
        if self.kind not in ("clone", "measurement", "fictional"):
            raise YourInput(f"no label of the kind {self.kind!r}", wanted="clone, measurement or fictional")
        require_label_words(self.words, self.language)
        object.__setattr__(self, "name", require_drawable(self.name, "the name on the AI label"))
        if self.kind == "clone" and not self.name:
            raise YourInput("the AI label has no name", wanted="the name of the person who was cloned")
        if self.kind == "measurement" and self.name:
            raise Refused("a measurement label names a person who did not consent", wanted="no name")

    @property
    def words(self) -> str:
        """The mandated words."""
        return MANDATED[self.language]

    @property
    def small_lines(self) -> tuple[str, ...]:
        """What stands below them, before wrapping."""
        return small_lines(self.kind, self.language, self.name, human_voice=self.human_voice)


@final
@dataclass(frozen=True, slots=True, eq=False)
class DrawnLabel:
    """A label for pictures of one size."""

    label: Label
    box: Box
    words_box: Box
    """The plate's inside around the mandated words: the same for every name."""
    ink_pixels: int
    """Height of the smallest mandated letter."""
    layer: Layer

    def __init_subclass__(cls) -> None:
        raise TypeError("DrawnLabel cannot be subclassed: the label is not up to a subclass")

    def luma(self) -> Bytes:
        """uint8 (box.height, box.width): the label as it is in a picture, on mid grey where its corners are round."""
        width, height = self.box.right, self.box.bottom
        grey = YuvFrame(*(np.full((h, w), 126, np.uint8) for h, w in _plane_shapes(width, height)))
        self.layer.blend(grey)
        return grey.y[self.box.top :, self.box.left :].copy()

    def words_luma(self) -> Bytes:
        """uint8 (words_box.height, words_box.width): the mandated words on their plate."""
        box, words = self.box, self.words_box
        return self.luma()[words.top - box.top : words.bottom - box.top, words.left - box.left : words.right - box.left]


def _plane_shapes(width: int, height: int) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    half = (height // 2, width // 2)
    return (height, width), half, half


def least_ink(size: Size) -> int:
    """Pixels that every mandated letter must be tall on a picture of this size."""
    return math.ceil(INK_SHARE * min(size))


def ink_height(letter: str, style: Style, language: Language) -> int:
    """Rows of pixels in which ``letter`` is at least half covered: what a viewer sees, not what the font claims."""
    side = math.ceil(style.size * 2)
    bitmap = paint(side, side, lambda c: draw_line(c, [Run(letter, style)], style.size / 4, style.size * 1.5, language))
    rows = np.flatnonzero((bitmap[..., 3] >= _COVERED).any(axis=1))
    return int(rows[-1] - rows[0] + 1) if len(rows) else 0


def require_ink(words: str, style: Style, language: Language, size: Size) -> int:
    """Height in pixels of the smallest letter of ``words``; raises Refused if it is under 5 % of the shorter side."""
    smallest = min((ink_height(c, style, language), c) for c in words if c.isalpha())
    if smallest[0] < least_ink(size):
        raise Refused(
            f'at font size {style.size:g} the "{smallest[1]}" of the AI label is {smallest[0]} px tall on {size[0]}x{size[1]}',
            wanted=f"at least {least_ink(size)} px of ink, 5 % of the shorter side",
        )
    return smallest[0]


@lru_cache(maxsize=64)
def words_style(language: Language, size: Size) -> Style:
    """The smallest whole font size at which every mandated letter has ink enough."""
    letters = sorted({c for c in MANDATED[language] if c.isalpha()})
    big = Style(400, _WORDS, bold=True)
    share = min(ink_height(c, big, language) for c in letters) / big.size
    font_size = math.floor(least_ink(size) / share)
    while min(ink_height(c, Style(font_size, _WORDS, bold=True), language) for c in letters) < least_ink(size):
        font_size += 1
    return Style(font_size, _WORDS, bold=True)


@lru_cache(maxsize=64)
def drawn(label: Label, size: Size, safe: SafeArea | None = None) -> DrawnLabel:
    """``label`` for pictures of ``size``, at the top right of the safe area."""
    side = min(size)
    if side < SMALLEST_SIDE or any(edge % 2 for edge in size):
        raise YourInput(
            f"a picture of {size[0]}x{size[1]} cannot carry the AI label",
            wanted=f"even sides of at least {SMALLEST_SIDE} px",
        )
    area = safe or usual_safe_area(size)
    style = words_style(label.language, size)
    ink = require_ink(label.words, style, label.language, size)
    pad = even_up(0.024 * side)
    words_width = width_of(label.words, style, label.language)
    width = even_up(words_width + 2 * pad)
    words_height = even_up(1.14 * style.size)
    small, small_style, pitch = _small_lines(label, side, width - 2 * pad)
    small_height = even_up(len(small) * pitch + 0.6 * pad)
    height = words_height + even_up(0.5 * pad) + small_height
    left, top = even(size[0] - area.right * side - width), even_up(area.top * side)
    if left < 0:
        raise YourInput(f"the AI label does not fit into {size[0]}x{size[1]}", wanted="a wider picture or safe area")

    def draw(canvas: skia.Canvas) -> None:
        # No rim: an OCR reads a bright one as brackets and strokes of the words, and the words need none on a dark picture.
        radius = 0.022 * side
        plate(canvas, (0, 0, width, height), radius, fill(_PLATE))
        _draw_small(canvas, label, small, small_style, pitch, (width, height, small_height, radius))
        # The mandated words come last: no name, whatever marks it stacks, can reach over them.
        canvas.drawRect(skia.Rect.MakeXYWH(radius, 0, width - 2 * radius, height - small_height), fill(_PLATE))
        baseline = (height - small_height + _cap_height(style, label.language)) / 2
        draw_line(canvas, [Run(label.words, style)], (width - words_width) / 2, baseline, label.language)

    layer = Layer.of(paint(width, height, draw), left, top)
    words_box = Box(left + pad, top, left + width - pad, top + even(height - small_height))
    return DrawnLabel(label, layer.box, words_box, ink, layer)


def _small_lines(label: Label, side: int, width: float) -> tuple[tuple[str, ...], Style, float]:
    """The smaller lines, wrapped, with their style and the pixels from one baseline to the next."""
    warning = label.kind == "measurement"
    style = Style(_SMALL * side, _WARNING_WORDS if warning else _WORDS, bold=warning)
    lines = [line for text in label.small_lines for line in wrapped(text, style, width, label.language)]
    if len(lines) > _MOST_SMALL_LINES and not warning:
        # A very long name: the words "digital clone of" and the name's beginning stay, the rest is cut with a sign.
        rest = fitted("".join(lines[_MOST_SMALL_LINES - 1 :]), style, width, label.language)
        lines = [*lines[: _MOST_SMALL_LINES - 1], rest]
    return tuple(line.strip() for line in lines), style, 1.28 * style.size


def _draw_small(
    canvas: skia.Canvas,
    label: Label,
    lines: tuple[str, ...],
    style: Style,
    pitch: float,
    shape: tuple[int, int, int, float],
) -> None:
    width, height, band, radius = shape
    canvas.save()
    canvas.clipRRect(skia.RRect.MakeRectXY(skia.Rect.MakeWH(width, height), radius, radius), doAntiAlias=True)
    canvas.clipRect(skia.Rect.MakeLTRB(0, height - band, width, height))
    if label.kind == "measurement":
        canvas.drawPaint(fill(_WARNING_PLATE))
    first = height - band + (band - len(lines) * pitch) / 2 + 0.97 * style.size
    for index, line in enumerate(lines):
        left = (width - width_of(line, style, label.language)) / 2
        draw_line(canvas, [Run(line, style)], left, first + index * pitch, label.language)
    canvas.restore()


@lru_cache(maxsize=64)
def _cap_height(style: Style, language: Language) -> int:
    return ink_height("A", style, language)


# What the plate promises holds for whoever changes these colours later.
for _ink, _ground in ((_WORDS, _PLATE), (_WARNING_WORDS, _WARNING_PLATE)):
    if contrast(_ink, _ground) < LEAST_CONTRAST:
        raise AssertionError(f"the AI label's colours {_ink} on {_ground} have too little contrast")
