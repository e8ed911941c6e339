"""Reads the AI label back from a decoded picture: is it there, whole and plain to see?

The tests, `sosie verify` and the watch over a running stream use this; nothing here draws into a picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np

from sosie.stage.label import DrawnLabel, Label, SafeArea, Size, drawn
from sosie.types import LANGUAGES, Bytes, Language, YuvFrame

LEAST_SCORE = 0.9
"""Correlation from which a label counts as present: design/rules.md, L1."""
LEAST_STRENGTH = 0.6
"""A label blended in so thinly that its contrast falls below this share is not there for a viewer, however well it correlates."""

LEAST_WARNING_SCORE = 0.7
"""For the smaller warning of a measurement, of which a starved encoder blurs the letters. Measured 2026-11-22 over six sizes and
three languages: 0.84 at least in noise at 1 Mbit/s, 0.32 at most under labels without it."""

_COARSE_SIDE = 360
"""Shorter side of the small picture that is searched first."""
_SCALES = (1.0, 0.97, 1.03)
"""Sizes of the label tried, for files that were scaled by a hair on their way."""
_NEAR = 6
"""Pixels around the coarse find in which the exact place is looked for."""
_TOP_SHARE = 0.6
"""Only this upper part of the picture is searched: the label never reaches lower (SafeArea allows 0.25 sides above it)."""


@dataclass(frozen=True, slots=True)
class LabelReading:
    """What was found of a label."""

    language: Language
    measurement: bool
    """True if the words for a measurement without consent stand under the label."""
    score: float
    """Normalised correlation with the label as it should be, -1..1."""
    strength: float
    """Contrast found, as a share of the contrast it should have; 1 is a perfect label."""
    left: int
    top: int
    """Where the best match starts, in pixels."""

    @property
    def present(self) -> bool:
        """True if a viewer sees the label."""
        return self.score >= LEAST_SCORE and self.strength >= LEAST_STRENGTH


def read_label(frame: YuvFrame, label: Label, safe: SafeArea | None = None) -> LabelReading:
    """How well the whole of ``label``, name and all, is to be seen in ``frame``."""
    expected = drawn(label, (frame.width, frame.height), safe)
    score, strength, left, top = _best(frame, expected.luma())
    return LabelReading(label.language, label.kind == "measurement", score, strength, left, top)


def find_label(frame: YuvFrame, languages: Iterable[Language] = LANGUAGES) -> LabelReading:
    """The mandated words in any of ``languages``, whoever's name is under them; for files of unknown origin."""
    size = (frame.width, frame.height)
    best = max((_words_reading(frame, language, size) for language in languages), key=lambda reading: reading.score)
    if not best.present:
        return best
    warning = _best(frame, _warning_luma(best.language, size))
    return replace(best, measurement=warning[0] >= LEAST_WARNING_SCORE and warning[1] >= LEAST_STRENGTH)


def _words_reading(frame: YuvFrame, language: Language, size: Size) -> LabelReading:
    return LabelReading(language, False, *_best(frame, _words_luma(language, size)))


@lru_cache(maxsize=16)
def _measurement(language: Language, size: Size) -> DrawnLabel:
    return drawn(Label(language, "measurement"), size)


@lru_cache(maxsize=16)
def _words_luma(language: Language, size: Size) -> Bytes:
    return _measurement(language, size).words_luma()


@lru_cache(maxsize=16)
def _warning_luma(language: Language, size: Size) -> Bytes:
    label = _measurement(language, size)
    first = label.words_box.bottom - label.box.top
    left, right = label.words_box.left - label.box.left, label.words_box.right - label.box.left
    edge = 4
    return label.luma()[first + edge : -edge, left:right].copy()


def _best(frame: YuvFrame, template: Bytes) -> tuple[float, float, int, int]:
    """Score, strength, left and top of the best match of ``template`` in the upper part of the picture."""
    field = frame.y[: round(frame.height * _TOP_SHARE)]
    shrink = min(1.0, _COARSE_SIDE / min(frame.width, frame.height))
    small = _scaled(field, shrink)
    found: tuple[float, float, int, int] = (-1.0, 0.0, 0, 0)
    for scale in _SCALES:
        rough = _scaled(template, shrink * scale)
        if rough.shape[0] > small.shape[0] or rough.shape[1] > small.shape[1]:
            continue
        _, _, _, (x, y) = cv2.minMaxLoc(_matches(small, rough))
        exact = _scaled(template, scale)
        found = max(found, _around(field, exact, round(x / shrink), round(y / shrink)))
        if found[0] >= LEAST_SCORE:
            break
    return found


def _around(field: Bytes, template: Bytes, left: int, top: int) -> tuple[float, float, int, int]:
    height, width = template.shape
    x0, y0 = max(0, min(left - _NEAR, field.shape[1] - width)), max(0, min(top - _NEAR, field.shape[0] - height))
    near = field[y0 : y0 + height + 2 * _NEAR, x0 : x0 + width + 2 * _NEAR]
    if near.shape[0] < height or near.shape[1] < width:
        return -1.0, 0.0, left, top
    _, score, _, (x, y) = cv2.minMaxLoc(_matches(near, template))
    seen = near[y : y + height, x : x + width]
    strength = float(np.std(seen) / max(float(np.std(template)), 1e-6))
    return float(score), strength, x0 + x, y0 + y


def _matches(field: Bytes, template: Bytes) -> Bytes:
    scores = cv2.matchTemplate(field, template, cv2.TM_CCOEFF_NORMED)
    # A flat field has no correlation with anything; OpenCV gives 1 or infinity for it.
    return np.asarray(np.where(np.isfinite(scores) & (np.abs(scores) <= 1.0001), scores, -1.0))


def _scaled(picture: Bytes, scale: float) -> Bytes:
    if scale == 1.0:
        return picture
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way), np.uint8)
