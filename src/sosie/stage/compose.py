"""The stage: puts everything over the clone's picture, the AI label last.

From the top of an upright picture: the label (right), the clone, the comment, the subtitles, the card. On a picture across,
the card stands at the right and the comment at the left, above the subtitles. Every layer has its own zone; no two zones
meet, and the label's zone is nobody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import final

import numpy as np
import skia

from sosie.errors import YourInput
from sosie.stage.canvas import Box, Colour, Layer, contrast, even, even_up, paint
from sosie.stage.cards import Card, Toast, card_layer, toast_layer
from sosie.stage.label import DrawnLabel, Label, SafeArea, Size, drawn, usual_safe_area
from sosie.stage.labelled import _SEAL, LabelledFrame
from sosie.stage.subtitles import Subtitle, Subtitles, zone_height
from sosie.stage.text import Run, Style, draw_line, drawable, require_fonts, width_of, wrapped
from sosie.types import Language, YuvFrame

_GAP = 0.022
_CARD_HEIGHT = 0.2
_TOAST_HEIGHT = 0.156
_ACROSS_FROM = 1.55
"""Width in heights from which card and comment stand side by side."""
_SLATE_TOP: Colour = (40, 46, 60)
_SLATE_BOTTOM: Colour = (16, 18, 24)
_SLATE_WORDS: Colour = (240, 242, 247)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen over the clone at one moment. There is no label in it: the label is the stage's own."""

    language: Language
    """Of subtitles, card and comment; the label has its own."""
    subtitle: Subtitle | None = None
    card: Card | None = None
    toast: Toast | None = None


@dataclass(frozen=True, slots=True)
class Zones:
    """Where each layer may be; no two of them meet, and none meets the label."""

    label: Box
    card: Box | None
    """None where there is nothing to sell."""
    subtitle: Box
    toast: Box


def zones(size: Size, label: Box, safe: SafeArea, *, cards: bool = True) -> Zones:
    """The layout for pictures of ``size``; without ``cards`` the subtitles come down to where a card would be.

    Raises YourInput if the safe area leaves too little.
    """
    width, height = size
    side = min(size)
    left, right = even_up(safe.left * side), even(width - safe.right * side)
    floor = even(height - safe.bottom * side)
    card_height, toast_height, gap = even_up(_CARD_HEIGHT * side), even_up(_TOAST_HEIGHT * side), even_up(_GAP * side)
    card: Box | None
    if width >= _ACROSS_FROM * height:
        edge = even((width - min(right - left, 1.2 * side)) / 2)
        subtitle = Box(edge, floor - zone_height(side), width - edge, floor)
        above = subtitle.top - gap
        card = Box(even(right - 0.74 * side), above - card_height, right, above)
        toast = Box(left, above - toast_height, even(card.left - gap), above)
    else:
        card = Box(left, floor - card_height, right, floor)
        below = card.top - gap if cards else floor
        subtitle = Box(left, below - zone_height(side), right, below)
        toast = Box(left, subtitle.top - gap - toast_height, right, subtitle.top - gap)
    card = card if cards else None
    made = Zones(label, card, subtitle, toast)
    for box in (subtitle, toast, *((card,) if card else ())):
        if box.meets(label) or not box.inside(width, height):
            raise YourInput(
                f"a picture of {width}x{height} with the safe area {safe} leaves no room for the card under the AI label",
                wanted="a larger picture or a smaller safe area",
            )
    return made


class _Slot:
    """Keeps the layer that was drawn last, and draws anew only when what it shows has changed."""

    def __init__(self) -> None:
        self._shown: Hashable = None
        self._layer: Layer | None = None

    def layer(self, shown: Hashable, make: Callable[[], Layer]) -> Layer:
        if self._layer is None or shown != self._shown:
            self._layer, self._shown = make(), shown
        return self._layer


@final
class Stage:
    """Draws scenes over pictures of one size, and the AI label over every one of them.

    A stage cannot be made without a label, nothing is drawn after it, and nothing else reaches into its box. For one
    thread.
    """

    def __init_subclass__(cls) -> None:
        raise TypeError("Stage cannot be subclassed: whether the label is drawn is not up to a subclass")

    def __init__(self, size: Size, label: Label, safe: SafeArea | None = None, *, cards: bool = True) -> None:
        """``size``: (width, height). ``safe``: edges that the player covers; None takes the usual ones.

        ``cards``: False for a show that sells nothing; a scene with a card is then an error.
        """
        require_fonts()
        area = safe or usual_safe_area(size)
        self._size = size
        self._side = min(size)
        self._label = drawn(label, size, area)
        self._zones = zones(size, self._label.box, area, cards=cards)
        self._subtitles = Subtitles(self._zones.subtitle, self._side)
        self._subtitle_slot, self._card_slot, self._toast_slot = _Slot(), _Slot(), _Slot()

    @property
    def label(self) -> DrawnLabel:
        """The label as it is drawn into every picture."""
        return self._label

    @property
    def zones(self) -> Zones:
        """Where each layer may be."""
        return self._zones

    def draw(self, frame: YuvFrame, scene: Scene) -> LabelledFrame:
        """Writes ``scene`` and the AI label into ``frame``, whose planes nobody can write from then on.

        Costs well under a millisecond while nothing changes, a few when a card comes on. Raises ValueError for a frame of
        another size, or one that carries a label already.
        """
        if (frame.width, frame.height) != self._size:
            raise ValueError(f"the stage is {self._size[0]}x{self._size[1]}, the frame {frame.width}x{frame.height}")
        # The very arrays that are drawn on are those that go out, whatever ``frame`` gives when it is asked again.
        frame = YuvFrame(*(np.asarray(plane) for plane in (frame.y, frame.u, frame.v)))
        for layer in self._layers(scene):
            if layer.box.meets(self._label.box):
                raise ValueError(f"a layer at {layer.box} would touch the AI label at {self._label.box}")
            layer.blend(frame)
        self._label.layer.blend(frame)
        return LabelledFrame(frame, self._label.box, seal=_SEAL)

    def slate(self, words: str, language: Language) -> LabelledFrame:
        """A picture without the clone, for when it must not be seen (revoked, nobody on duty); it carries the label too."""
        width, height = self._size
        style = Style(0.06 * self._side, _SLATE_WORDS, bold=True)
        lines = wrapped(drawable(words), style, 0.8 * width, language)

        def draw(canvas: skia.Canvas) -> None:
            shade = skia.GradientShader.MakeLinear(
                points=[(0, 0), (0, height)], colors=[skia.Color(*_SLATE_TOP), skia.Color(*_SLATE_BOTTOM)]
            )
            canvas.drawPaint(skia.Paint(Shader=shade))
            first = height / 2 - (len(lines) - 1) * 0.7 * style.size
            for index, line in enumerate(lines):
                left = (width - width_of(line.strip(), style, language)) / 2
                draw_line(canvas, [Run(line.strip(), style)], left, first + index * 1.4 * style.size, language)

        half = (height // 2, width // 2)
        frame = YuvFrame(*(np.zeros(shape, np.uint8) for shape in ((height, width), half, half)))
        Layer.of(paint(width, height, draw), 0, 0).blend(frame)
        return self.draw(frame, Scene(language))

    def _layers(self, scene: Scene) -> list[Layer]:
        language, side, layers = scene.language, self._side, []
        if (card := scene.card) is not None:
            if self._zones.card is None:
                raise ValueError("a card on a stage that was made without")
            make_card = partial(card_layer, card, language, self._zones.card, side)
            layers.append(self._card_slot.layer((card, language), make_card))
        if (toast := scene.toast) is not None and toast.text.strip():
            make_toast = partial(toast_layer, toast, language, self._zones.toast, side)
            layers.append(self._toast_slot.layer((toast, language), make_toast))
        if scene.subtitle is not None and (shown := self._subtitles.shown(scene.subtitle, language)) is not None:
            make_subtitle = partial(self._subtitles.layer, shown, language)
            layers.append(self._subtitle_slot.layer((shown, language), make_subtitle))
        return layers


# Words of the slate stay readable whoever changes its colours.
if contrast(_SLATE_WORDS, _SLATE_TOP) < 4.5:
    raise AssertionError("the slate's words have too little contrast")
