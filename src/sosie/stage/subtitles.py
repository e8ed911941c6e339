"""Subtitles: the clause being said, two lines at most, the current word lit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from sosie.stage.canvas import Box, Colour, Layer, even, even_up, fill, paint, plate
from sosie.stage.text import Run, Style, draw_line, drawable, width_of, wrapped
from sosie.types import Language, Speech, Word

_WHITE: Colour = (255, 255, 255)
_LIT: Colour = (255, 221, 87)
_SHADE: Colour = (0, 0, 0)
SHADE_ALPHA = 0.72
"""Cover of the plate: over a white picture it leaves 71/255, against which the lit word still has a contrast above 4.5:1."""
LINES = 2
"""Lines shown at once; a longer clause goes on with its next two lines when its words are reached."""
_LINE_PITCH = 1.3
# Up to and with punctuation that is followed by a space or stands in Chinese text: not the dot of a price.
_PHRASE = re.compile(r".+?(?:[，。！？、；：…]+|[,.!?;:]+(?=\s)|$)\s*")
_AHEAD = 32
"""Letters within which the next spoken word is looked for in the written clause."""


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A clause and how far it has been said."""

    text: str
    """As written."""
    words: tuple[Word, ...]
    """As spoken, with times in samples from the start of the clause; () lights no word."""
    position: int
    """Samples of the clause that have been played."""

    @classmethod
    def of(cls, speech: Speech, position: int) -> Subtitle:
        """The subtitle of ``speech`` after ``position`` of its samples."""
        return cls(speech.text, speech.words, position)


@dataclass(frozen=True, slots=True)
class _Said:
    """A piece of the written clause with the moment when it is said."""

    start: int
    """First letter of the clause."""
    end: int
    """One past the last letter."""
    sample: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a subtitle looks like at one moment; equal as long as nothing on screen changes."""

    lines: tuple[str, ...]
    first: int
    """Letter of the clause with which the first line starts."""
    lit: tuple[int, int] | None
    """Half-open letters of the clause that are lit."""

    @property
    def end(self) -> int:
        """One past the last letter of the clause on this page."""
        return self.first + sum(len(line) for line in self.lines)


@lru_cache(maxsize=64)
def said(text: str, words: tuple[Word, ...]) -> tuple[_Said, ...]:
    """Spoken words laid onto the written text, in order.

    The two need not agree ("$19.99" is spoken as five words): words that are not found as written share the letters
    between their neighbours that are.
    """
    pieces: list[_Said] = []
    cursor, waiting = 0, None
    for word in words:
        place = _find(text, word.text.strip(), cursor)
        if place is None:
            waiting = word.start if waiting is None else waiting
            continue
        if waiting is not None:
            pieces += _between(text, cursor, place[0], waiting)
        pieces.append(_Said(*place, word.start))
        cursor, waiting = place[1], None
    if waiting is not None:
        pieces += _between(text, cursor, len(text), waiting)
    return tuple(pieces)


def _find(text: str, word: str, start: int) -> tuple[int, int] | None:
    if not word:
        return None
    edge = r"\b" if word[0].isascii() and word[0].isalnum() else ""
    match = re.compile(edge + re.escape(word), re.IGNORECASE).search(text, start, start + _AHEAD + len(word))
    return match.span() if match else None


def _between(text: str, start: int, end: int, sample: int) -> list[_Said]:
    gap = text[start:end]
    kept = gap.strip()
    if not kept:
        return []
    first = start + gap.index(kept)
    return [_Said(first, first + len(kept), sample)]


class Subtitles:
    """Draws subtitles into one zone of the picture."""

    def __init__(self, zone: Box, side: int) -> None:
        """``zone``: where subtitles may be. ``side``: the picture's shorter side in pixels, the unit of all sizes."""
        self._zone = zone
        self._style = style(side)
        self._lit = Style(self._style.size, _LIT, bold=True)
        self._pad = 0.024 * side

    def shown(self, subtitle: Subtitle, language: Language) -> Shown | None:
        """What to draw for ``subtitle``; None for a text without letters."""
        text = drawable(subtitle.text)
        now = None
        for piece in said(text, subtitle.words):
            if piece.sample <= subtitle.position:
                now = piece
        page = None
        for page in _pages(text, self._style, self._zone.width - 2 * self._pad, language):
            if now is None or now.start < page.end:
                break
        if page is None or now is None:
            return page
        # One lit Chinese character after the other only flickers: there the light grows over what has been said.
        return replace(page, lit=(page.first if language == "zh" else now.start, now.end))

    def layer(self, shown: Shown, language: Language) -> Layer:
        """The picture of ``shown``, standing on the floor of the zone."""
        widths = [width_of(line.strip(), self._style, language) for line in shown.lines]
        pitch = _LINE_PITCH * self._style.size
        width = min(even_up(max(widths) + 2 * self._pad), self._zone.width)
        height = min(even_up(len(shown.lines) * pitch + 0.8 * self._pad), self._zone.height)
        left = self._zone.left + even((self._zone.width - width) / 2)

        def draw(canvas: object) -> None:
            plate(canvas, (0, 0, width, height), 0.8 * self._pad, fill(_SHADE, SHADE_ALPHA))
            start = shown.first
            baseline = (height - len(shown.lines) * pitch) / 2 + 0.5 * pitch + 0.36 * self._style.size
            for line, line_width in zip(shown.lines, widths, strict=True):
                runs = self._runs(line, start, shown.lit)
                draw_line(canvas, runs, (width - line_width) / 2, baseline, language)
                baseline += pitch
                start += len(line)

        return Layer.of(paint(width, height, draw), left, self._zone.bottom - height)

    def _runs(self, line: str, start: int, lit: tuple[int, int] | None) -> list[Run]:
        text = line.rstrip()
        if lit is None:
            return [Run(text, self._style)]
        begin, end = (min(max(at - start, 0), len(text)) for at in lit)
        parts = ((text[:begin], self._style), (text[begin:end], self._lit), (text[end:], self._style))
        return [Run(part, look) for part, look in parts if part]


def style(side: int) -> Style:
    """The look of subtitles on a picture whose shorter side is ``side`` pixels."""
    return Style(0.052 * side, _WHITE, bold=True)


def zone_height(side: int) -> int:
    """Pixels that ``LINES`` lines need, plate and all."""
    return even_up(LINES * _LINE_PITCH * style(side).size + 0.8 * 0.024 * side)


@lru_cache(maxsize=64)
def _pages(text: str, look: Style, width: float, language: Language) -> tuple[Shown, ...]:
    """What is shown one after the other: pages end at punctuation where they can, and never mid-word."""
    groups: list[str] = []
    for phrase in _PHRASE.findall(text):
        if groups and len(wrapped(groups[-1] + phrase, look, width, language)) <= LINES:
            groups[-1] += phrase
        else:
            groups.append(phrase)
    pages: list[Shown] = []
    first = 0
    for group in groups:
        lines = wrapped(group, look, width, language)
        for index in range(0, len(lines), LINES):
            shown = lines[index : index + LINES]
            pages.append(Shown(shown, first, None))
            first = pages[-1].end
    return tuple(pages)
