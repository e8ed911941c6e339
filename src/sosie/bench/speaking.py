"""Do the lips say what is heard? Of a rendered film's tracked lips, and of the predictor alone. Pure but for the encoder port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sosie.lips.fit import READERS, blocks, choose, sync_of
from sosie.lips.pool import lip_pool
from sosie.lips.rules import CLOSED_SOUNDS, VOWELS
from sosie.lips.shape import JAW, LOWER_FACE, OPENING, SHAPED, WIDTH, LipSpace
from sosie.lips.sync import correlation, shifted
from sosie.ports import SpeechEncoder
from sosie.types import FPS, LISTEN_HZ, VOICE_HZ, Audio, FaceTrack, Floats, Phone

COLUMNS = {"opening": OPENING, "width": WIDTH, "jaw": JAW}
CLOSED_PERCENTILE, SHUT_PERCENTILE = 15, 6
"""Of the person's own openings while they talk: below the first, lips count as closed (p, b and m are an eighth of speech); the
second is as closed as they get."""
CLOSED_TOLERANCE = 0.15
"""Spreads of opening, a pixel or so, that the tracker may err by: who closes always alike has no other reach below the first."""
CLOSURE_REACH_SECONDS = 0.06
PAUSE_EDGE_SECONDS = 0.12
_BOOTSTRAPS = 400
_PIECE = FPS
"""Frames that are drawn together for an interval: neighbours are not independent."""


@dataclass(frozen=True, slots=True)
class Correlation:
    value: float
    low: float
    """5 % and 95 % of what chance in the choice of one-second pieces makes of it."""
    high: float


def correlations(predicted: Floats, truth: Floats) -> dict[str, Correlation]:
    """Of opening, width and jaw; both (n, 16), slow drift taken out by the caller."""
    chance = np.random.default_rng(0)
    pieces = np.array_split(np.arange(len(truth)), max(1, round(len(truth) / _PIECE)))
    draws = [
        np.concatenate([pieces[i] for i in chance.integers(0, len(pieces), len(pieces))]) for _ in range(_BOOTSTRAPS)
    ]
    found = {}
    for name, k in COLUMNS.items():
        values = [correlation(predicted[rows, k], truth[rows, k]) for rows in draws]
        low, high = np.percentile(values, [5, 95])
        found[name] = Correlation(correlation(predicted[:, k], truth[:, k]), float(low), float(high))
    return found


@dataclass(frozen=True, slots=True)
class FiveBlocks:
    """Each fifth of the footage predicted by a fit on the rest, its own mean taken out: drift of posture is not speech."""

    found: dict[str, Correlation]
    error_percent: float
    """Mean distance of 45 points of lips and chin, in per cent of the distance of the outer eye corners."""
    still_error_percent: float
    """Of lips that do not move at all."""
    tracked_error_percent: float
    """Of the geometry alone, given the tracked numbers: the floor."""


def five_blocks(track: FaceTrack, audio: Audio, encoder: SpeechEncoder) -> FiveBlocks:
    """``audio`` at LISTEN_HZ from the same start. The rest fits everything but the lag: geometry, mean, spread and reader."""
    pool = lip_pool()
    n = min(len(track), len(audio.samples) * FPS // LISTEN_HZ)
    features = encoder.encode(audio)
    lag = sync_of(pool, features, LipSpace.fit(track, pool.basis).numbers(track)[:n]).lag_seconds
    shared, taps = pool.predict(features, n), pool.taps(pool.components(features), n)
    found: list[tuple[Floats, Floats]] = []
    errors: list[tuple[float, float, float]] = []
    for fitted, judged in blocks(n):
        seen = np.zeros(len(track), bool)
        seen[fitted] = True
        space = LipSpace.fit(replace(track, seen=seen), pool.basis)
        tracked = shifted(space.numbers(track), lag)[:n]
        method, _ = choose(shared[fitted], taps[fitted], tracked[fitted])
        reader = READERS[method](shared[fitted], taps[fitted], tracked[fitted])
        predicted = reader.numbers(pool, features, n)[judged]
        faces = shifted(space.lower_face(track.points), lag)[judged]
        moved = faces - faces.mean(axis=0)
        shown, known = (rows - rows.mean(axis=0) for rows in (space.decode(predicted), space.decode(tracked[judged])))
        errors.append((distance(shown, moved), distance(np.zeros_like(moved), moved), distance(known, moved)))
        found.append((predicted - predicted.mean(axis=0), tracked[judged] - tracked[judged].mean(axis=0)))
    predicted, truth = (np.concatenate(rows) for rows in zip(*found, strict=True))
    return FiveBlocks(correlations(predicted, truth), *np.mean(errors, axis=0).tolist())


_PLACES = [LOWER_FACE.index(index) for index in SHAPED]


def distance(shown: Floats, faces: Floats) -> float:
    """Per cent of the eye distance, as seen from the front: the tracker only guesses depth. Both (n, 216, 3), canonical."""
    return 100 * float(np.linalg.norm((shown - faces)[:, _PLACES, :2], axis=2).mean())


@dataclass(frozen=True, slots=True)
class Closures:
    shut: float
    """Share of p, b, m at which the lips are closed in the picture."""
    wrongly: float
    """Share of the vowels' frames, those next to a p, b or m left out, in which they are closed."""
    n: int
    """p, b and m heard."""


def closed_below(own: Floats) -> float:
    """The opening up to which this person's lips count as closed, of their own ``own`` (n,)."""
    closed, shut = np.percentile(own, [CLOSED_PERCENTILE, SHUT_PERCENTILE])
    return float(max(closed, shut + CLOSED_TOLERANCE))


def closures(opening: Floats, phones: Sequence[Phone], closed_below: float) -> Closures:
    """``opening`` (n,): tracked in the film, frame k from k / 25 s after the speech began; phones in samples at VOICE_HZ."""
    times = np.arange(len(opening)) / FPS
    shut: list[bool] = []
    near_closure = np.zeros(len(times), bool)
    in_vowel = np.zeros(len(times), bool)
    for phone in phones:
        start, end = phone.start / VOICE_HZ, phone.end / VOICE_HZ
        if phone.symbol.startswith(CLOSED_SOUNDS):
            near = (times >= start - CLOSURE_REACH_SECONDS) & (times <= end + CLOSURE_REACH_SECONDS)
            near_closure |= near
            if near.any():
                shut.append(bool(opening[near].min() <= closed_below))
        elif phone.symbol.startswith(VOWELS):
            in_vowel |= (times >= start + (end - start) / 4) & (times <= end - (end - start) / 4)
    free = in_vowel & ~near_closure
    return Closures(
        float(np.mean(shut)) if shut else float("nan"),
        float((opening[free] <= closed_below).mean()) if free.any() else float("nan"),
        len(shut),
    )


def pause_movement(numbers: Floats, silences: Sequence[tuple[float, float]], shortest_seconds: float = 0.3) -> float:
    """Mean change of opening, width and jaw a frame inside silences (seconds), their edges left out; nan without any."""
    steps = np.abs(np.diff(numbers[:, list(COLUMNS.values())], axis=0)).mean(axis=1)
    times = (np.arange(len(steps)) + 0.5) / FPS
    inside = np.zeros(len(steps), bool)
    for start, end in silences:
        if end - start >= shortest_seconds:
            inside |= (times > start + PAUSE_EDGE_SECONDS) & (times < end - PAUSE_EDGE_SECONDS)
    return float(steps[inside].mean()) if inside.any() else float("nan")
