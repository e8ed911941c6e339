"""Text, laid out and shaped: Chinese, Arabic (right to left), Latin and emoji may share a line.

Skia's Paragraph shapes the text; the fonts are Google's Noto, looked up by family in the system's own font list and never
shipped. A missing font is an error that names its Debian package, and text that no font covers is reported letter by
letter: an empty box is never drawn without anybody knowing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import skia

from sosie.errors import YourInput
from sosie.stage.canvas import Colour
from sosie.types import Language

_LATIN = "Noto Sans"
_CHINESE = "Noto Sans CJK SC"
_EMOJI = "Noto Color Emoji"
_OTHERS = (
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    _EMOJI,
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Sans Math",
)
FAMILIES: tuple[str, ...] = (_LATIN, _CHINESE, *_OTHERS)
"""Every font family that the stage draws with; all of them must be installed."""
_PACKAGES = {_CHINESE: "fonts-noto-cjk", _EMOJI: "fonts-noto-color-emoji"}
_OTHER_PACKAGE = "fonts-noto-core"

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands where a letter was that no font covers: a known sign, unlike an empty box."""

_RIGHT_TO_LEFT = ("R", "AL")
# Spaces at which no line may end.
_TIED = "\u00a0\u202f"
# Letters that only serve flags such as Scotland's.
_TAGS = "\U000e0020\U000e007f"
_JOINERS = "\u200c\u200d"
_TONES = "\U0001f3fb-\U0001f3ff"
# A sign that asks for its colour form (U+FE0F), with everything joined to it: other fonts also have such signs, in black.
_COLOURED = re.compile(
    rf"(?:\S[{_TONES}]?\u200d)*\S\ufe0f\u20e3?(?:\u200d\S[{_TONES}]?\ufe0f?)*",
)
_NOT_FIRST = set("，。！？、；：,.!?;:)）]】》〉”’」』…—·%％°℃~～ー々")
_NOT_LAST = set("([（【《〈“‘「『¥￥$€£#")


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text looks."""

    size: float
    """Font size in pixels: the em square, not the height of the ink."""
    colour: Colour
    bold: bool = False
    struck: bool = False
    """With a line through it."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of one line in one style."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class _Fonts:
    collection: skia.textlayout.FontCollection
    unicode: skia.Unicode
    covers: tuple[Callable[[int], int], ...]


@lru_cache(maxsize=1)
def _fonts() -> _Fonts:
    system = skia.FontMgr.RefDefault()
    provider = skia.textlayout.TypefaceFontProvider()
    covers: list[Callable[[int], int]] = []
    missing: list[str] = []
    for family in FAMILIES:
        regular = system.matchFamilyStyle(family, skia.FontStyle.Normal())
        bold = system.matchFamilyStyle(family, skia.FontStyle.Bold())
        # A font list may answer with its nearest family instead of none: that is a missing font as well.
        if regular is None or bold is None or regular.getFamilyName() != family:
            missing.append(family)
            continue
        provider.registerTypeface(regular, skia.String(family))
        provider.registerTypeface(bold, skia.String(family))
        covers.append(regular.unicharToGlyph)
    if missing:
        raise missing_fonts(missing)
    collection = skia.textlayout.FontCollection()
    collection.setDefaultFontManager(provider)
    return _Fonts(collection, skia.Unicodes.ICU.Make(), tuple(covers))


def missing_fonts(families: Sequence[str]) -> YourInput:
    """The error for fonts that are not installed."""
    packages = sorted({_PACKAGES.get(family, _OTHER_PACKAGE) for family in families})
    return YourInput(
        f"these fonts are not installed: {', '.join(families)}",
        wanted="Google's Noto fonts, so that every language and the AI label are drawn right",
        try_this=f"apt-get install {' '.join(packages)} (Debian, Ubuntu), or your system's packages of the same fonts",
    )


def require_fonts() -> None:
    """Raises YourInput, naming the Debian packages, unless every font of the stage is installed."""
    _fonts()


def clean(text: str) -> str:
    """``text`` on one line, without control characters and without marks that reorder what follows."""
    kept = (" " if c.isspace() and c not in _TIED else c for c in text if c.isspace() or _visible(c))
    return re.sub(" +", " ", "".join(kept)).strip()


def _visible(letter: str) -> bool:
    if unicodedata.category(letter) in ("Cc", "Cs"):
        return False
    return unicodedata.category(letter) != "Cf" or letter in _JOINERS or _TAGS[0] <= letter <= _TAGS[1]


def uncovered(text: str) -> str:
    """The letters of ``text`` that no installed font has, each once; "" if all can be drawn."""
    return "".join(dict.fromkeys(c for c in text if not _covered(c)))


def drawable(text: str) -> str:
    """``text``, cleaned, with U+FFFD for each letter that no font has; for words of strangers, which must not stop a show."""
    return "".join(c if _covered(c) else REPLACEMENT for c in clean(text))


def require_drawable(text: str, what: str) -> str:
    """``text``, cleaned; raises YourInput naming ``what`` and the letters, if some letter cannot be drawn."""
    tidy = clean(text)
    if lost := uncovered(tidy):
        letters = ", ".join(f"U+{ord(c):04X} {unicodedata.name(c, 'without a name')}" for c in lost)
        raise YourInput(
            f"{what} has letters that no font of the stage covers: {letters}",
            wanted="text that can be drawn",
            try_this="leave these letters out, or write them in another script",
        )
    return tidy


@lru_cache(maxsize=8192)
def _covered(letter: str) -> bool:
    if letter.isspace() or unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f":
        return True
    return any(glyph(ord(letter)) for glyph in _fonts().covers)


def clusters(text: str) -> Iterator[str]:
    """``text`` cut where a reader sees letters: marks, skin tones, flags and joined emoji stay whole."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _joined(text, start, at):
            if start < at:
                yield text[start:at]
            start = at


def _joined(text: str, start: int, at: int) -> bool:
    letter, before = text[at], text[at - 1]
    if before in _JOINERS or letter in _JOINERS or _TAGS[0] <= letter <= _TAGS[1]:
        return True
    if unicodedata.category(letter)[0] == "M" or "\U0001f3fb" <= letter <= "\U0001f3ff":
        return True
    return _regional(letter) and _regional(before) and (at - start) % 2 == 1


def _regional(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _paragraph(runs: Sequence[Run], language: Language) -> skia.textlayout.Paragraph:
    fonts = _fonts()
    builder = skia.textlayout.ParagraphBuilder.make(skia.textlayout.ParagraphStyle(), fonts.collection, fonts.unicode)
    # Skia's Python Paragraph has no base direction; an isolate does the same for a line that starts right to left.
    turned = _starts_right_to_left("".join(run.text for run in runs))
    pieces = list(runs)
    if turned:
        pieces = [Run("\u2067", runs[0].style), *runs, Run("\u2069", runs[-1].style)]
    for run in pieces:
        for text, coloured in _split_coloured(run.text):
            builder.pushStyle(_text_style(run.style, language, coloured))
            builder.addText(text)
            builder.pop()
    paragraph = builder.Build()
    paragraph.layout(1e6)
    return paragraph


def _text_style(style: Style, language: Language, coloured: bool) -> skia.textlayout.TextStyle:
    order = (_CHINESE, _LATIN) if language == "zh" else (_LATIN, _CHINESE)
    families = [*order, *_OTHERS]
    if coloured:
        families.insert(0, _EMOJI)
    text_style = skia.textlayout.TextStyle()
    text_style.setFontFamilies(families)
    text_style.setFontSize(style.size)
    text_style.setColor(skia.Color(*style.colour))
    if style.bold:
        text_style.setFontStyle(skia.FontStyle.Bold())
    if style.struck:
        text_style.setDecoration(skia.textlayout.TextDecoration.kLineThrough)
        text_style.setDecorationColor(skia.Color(*style.colour))
    return text_style


def _split_coloured(text: str) -> Iterator[tuple[str, bool]]:
    end = 0
    for match in _COLOURED.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], False
        yield match.group(), True
        end = match.end()
    if end < len(text):
        yield text[end:], False


def _starts_right_to_left(text: str) -> bool:
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in _RIGHT_TO_LEFT:
            return True
        if direction == "L":
            return False
    return False


@lru_cache(maxsize=4096)
def width_of(text: str, style: Style, language: Language) -> float:
    """Width in pixels that ``text`` takes on one line, trailing spaces left out."""
    return float(_paragraph([Run(text, style)], language).LongestLine) if text else 0.0


def draw_line(canvas: skia.Canvas, runs: Sequence[Run], left: float, baseline: float, language: Language) -> None:
    """Draws one line whose leftmost ink box starts at ``left`` and whose letters stand on ``baseline``."""
    if not any(run.text for run in runs):
        return
    paragraph = _paragraph(runs, language)
    paragraph.paint(canvas, left, baseline - paragraph.AlphabeticBaseline)


def fitted(text: str, style: Style, width: float, language: Language) -> str:
    """``text``, cut with "…" where it would be wider than ``width`` pixels."""
    if width_of(text, style, language) <= width:
        return text
    parts = list(clusters(text))
    fits, too_many = 0, len(parts)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if width_of("".join(parts[:middle]).rstrip() + "…", style, language) <= width:
            fits = middle
        else:
            too_many = middle
    return "".join(parts[:fits]).rstrip() + "…"


def wrapped(text: str, style: Style, width: float, language: Language) -> tuple[str, ...]:
    """``text`` as lines no wider than ``width`` pixels, of about the same length; joined they give ``text`` back.

    Chinese breaks between characters, but never before closing or after opening punctuation; other scripts break at
    spaces, and a word wider than the line is cut between letters.
    """
    pieces = [part for piece in _pieces(text) for part in _cut(piece, style, width, language)]
    lines = _filled(pieces, style, width, language)
    if len(lines) < 2:
        return lines
    narrow, wide = width / len(lines), width
    while wide - narrow > style.size / 4:
        middle = (narrow + wide) / 2
        if len(_filled(pieces, style, middle, language)) > len(lines):
            narrow = middle
        else:
            wide = middle
    return _filled(pieces, style, wide, language)


def _filled(pieces: Sequence[str], style: Style, width: float, language: Language) -> tuple[str, ...]:
    lines: list[str] = []
    for piece in pieces:
        if lines and width_of((lines[-1] + piece).rstrip(), style, language) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return tuple(lines)


def _cut(piece: str, style: Style, width: float, language: Language) -> Iterator[str]:
    """A piece wider than the line, letter by letter; any other as it is."""
    if width_of(piece.rstrip(), style, language) <= width:
        yield piece
    else:
        yield from clusters(piece)


def _pieces(text: str) -> Iterator[str]:
    """``text`` cut wherever a line may end."""
    piece = ""
    for cluster in clusters(text):
        if piece and _may_break(piece[-1], cluster[0]):
            yield piece
            piece = ""
        piece += cluster
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return (before.isspace() and before not in _TIED) or _wide(before) or _wide(after)


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")
