"""What a clone of this footage is expected to be like, from the footage alone, with how far such forecasts were off.

Only what was compared with `sosie bench likeness` and with finished voices is foretold (docs/check.md). The lips' figure is no
guess about the footage: it is the fit's own cross-validation. The others are what clips of that kind reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sosie.footage.finding import Finding
from sosie.lips.fit import LipFit

Word = Literal["good", "will do", "poor", "cannot"]

LIPS_RIGHT, LIPS_LOOSE = 0.6, 0.4
"""Mean correlation of opening, width and jaw with what speech asks for; `sosie bench likeness` wants .66 to .74."""
LIPS_SPREAD = 0.1
SHARPNESS, SHARPNESS_SPREAD = 0.94, 0.06
_HARMLESS = ("length", "speech", "listening", "in step", "size")
"""Too little of something, or something that is put right: they limit a clone, they do not spoil it."""
_POOR_FROM = 3
"""Faults."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One figure of the clone, before it is made."""

    measure: str
    value: float
    spread: float
    """Most of the clips that were compared came out within value ± spread."""
    means: str
    """To a person."""

    @property
    def told(self) -> str:
        return f"{self.value:.2f} ± {self.spread:.2f}, {self.means}"


@dataclass(frozen=True, slots=True)
class Forecast:
    word: Word
    reason: str
    """One or two sentences."""
    rows: tuple[Expected, ...]
    """Empty when no clone can be made."""


def forecast(findings: Sequence[Finding], lips: LipFit, speech_seconds: float) -> Forecast:
    """``findings`` of ``check`` and the lips fitted to the same footage."""
    bad = [finding for finding in findings if finding.verdict == "bad"]
    if bad:
        return Forecast("cannot", f"No clone is made of it: {_named(bad)}.", ())
    faults = [finding for finding in findings if finding.verdict == "fair" and finding.name not in _HARMLESS]
    little = [finding for finding in findings if finding.verdict == "fair" and finding.name in ("length", "speech")]
    driven = lips.scores[lips.method]
    rows = (
        Expected("lips driven by speech", driven, LIPS_SPREAD, _lips_mean(driven)),
        Expected("mouth as sharp as the footage's", SHARPNESS, SHARPNESS_SPREAD, _sharp_means(findings)),
        _voice(findings, speech_seconds),
    )
    if len(faults) >= _POOR_FROM or driven < LIPS_LOOSE:
        reason = _named(faults) if faults else "the lips follow this speech loosely"
        return Forecast("poor", f"A clone can be made, but it would show: {reason}.", rows)
    if faults or little or driven < LIPS_RIGHT:
        return Forecast(
            "will do", f"It would be better with more or better footage: {_named([*faults, *little])}.", rows
        )
    return Forecast("good", "This is what footage should be like.", rows)


def _named(findings: Sequence[Finding]) -> str:
    return (
        ", ".join(f"{finding.name} ({finding.found})" for finding in findings) or "lips that follow speech more closely"
    )


def _lips_mean(driven: float) -> str:
    if driven >= LIPS_RIGHT:
        return "they will look right"
    return "they will look loose at times" if driven >= LIPS_LOOSE else "they will often look wrong"


def _sharp_means(findings: Sequence[Finding]) -> str:
    blurred = any(finding.name == "sharpness" and finding.verdict != "good" for finding in findings)
    return "and the footage itself is blurred" if blurred else "and the footage itself is sharp"


def _voice(findings: Sequence[Finding], speech_seconds: float) -> Expected:
    """By what spoils voices most, another sound under them, and by how much there is to hear."""
    spoilt = {finding.name for finding in findings if finding.verdict != "good"}
    if "noise" in spoilt:
        value, spread, means = 0.40, 0.10, "only roughly theirs, or a stock voice: a quiet recording gives a nearer one"
    elif spoilt & {"echo", "music", "one voice", "clipping"}:
        value, spread, means = 0.55, 0.15, "roughly theirs: a cleaner recording gives a nearer one"
    elif speech_seconds < 20:
        value, spread, means = 0.64, 0.16, "roughly theirs: more speech gives a nearer one"
    else:
        value, spread, means = 0.75, 0.10, "clearly theirs"
    return Expected("likeness of the voice", value, spread, means)
