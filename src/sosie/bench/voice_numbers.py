"""Clicks, and the controls of a voice measurement. Pure; melody, pace and pauses are counted by voice/manner.py."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sosie.types import VOICE_HZ, Audio, Floats

JOIN_SECONDS = 0.003
"""Around a join in which a click is looked for."""


def click(samples: Floats, joins: Sequence[int], rate_hz: int = VOICE_HZ) -> float:
    """The sharpest bend at a join over the sharpest but a thousandth of the speech itself; a cut through a vowel has 1 and more.

    ``joins``: positions in ``samples`` at which two sounds, or sound and silence, were put together.
    """
    bends = np.abs(np.diff(samples.astype(np.float64), 2))
    usual = float(np.percentile(bends[bends > 0], 99.9)) if (bends > 0).any() else 0.0
    reach = round(JOIN_SECONDS * rate_hz)
    at_joins = [bends[max(join - reach, 0) : join + reach].max(initial=0.0) for join in joins]
    return float(max(at_joins, default=0.0)) / usual if usual else 0.0


def badly_joined(samples: Floats, n_joins: int, rate_hz: int = VOICE_HZ) -> tuple[Floats, tuple[int, ...]]:
    """Control: sound and silence put together in the middle of loud sound, as a clause would be cut that nobody faded."""
    gap = round(0.2 * rate_hz)
    loud = np.argsort(-np.abs(samples[gap:-gap]))[: 50 * n_joins] + gap
    joins = np.sort(loud[:: max(len(loud) // n_joins, 1)][:n_joins])
    cut = samples.copy()
    for join in joins:
        cut[join : join + round(0.02 * rate_hz)] = 0
    return cut, tuple(int(join) for join in joins)


def faster(audio: Audio, factor: float) -> Audio:
    """Control: the same sound played ``factor`` times as fast, so higher as well."""
    n = int(len(audio.samples) / factor)
    played = np.interp(np.arange(n) * factor, np.arange(len(audio.samples)), audio.samples)
    return Audio(played.astype(np.float32), audio.rate_hz)


def of_the_way(value: float, start: float, end: float) -> float:
    """How much of the way from ``start`` to ``end``; nan where there is next to none."""
    return (value - start) / (end - start) if end - start > 0.02 else float("nan")
