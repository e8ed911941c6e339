"""One person's way of speaking with the lips, from seconds of footage.

The shared predictor (``pool.py``) knows when lips open; the footage says how far *this* person's do: the lag between its sound
and its pictures, mean, spread and geometry of the lips, the size of each movement, the shape at rest and the closed shape. From
12 seconds of footage a small ridge on the person's own sound may add what the shared predictor misses, or replace it; which
one is used is decided by cross-validation on the footage, and kept in ``LipFit.scores``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sosie.errors import BadFootage, YourInput
from sosie.lips.pool import LipPool, lip_pool
from sosie.lips.rules import REST_RAMP_SECONDS, pauses
from sosie.lips.shape import JAW, MIN_FRAMES, OPENING, WIDTH, LipSpace
from sosie.lips.sync import CLEAR_SCORE, Sync, correlation, find_sync, shifted, without_drift
from sosie.ports import SpeechEncoder
from sosie.types import FPS, LISTEN_HZ, N_LIP_NUMBERS, Audio, FaceTrack, Floats

Method = Literal["shared", "shared+own", "own"]

OWN_SECONDS = 12.0
"""Under this, a ridge on the person's own sound costs more than it brings."""
PRIOR_FRAMES = 40.0
"""The size of each movement is drawn to the shared predictor's as if that had been seen in 40 frames."""
ADVANTAGE: dict[Method, float] = {"shared+own": 0.05, "own": 0.1}
"""A method with more freedom must be better by this much in cross-validation to be taken, with ``SURE_SECONDS`` of footage; with
less by more, as chance goes: at 13 s a difference of .07 was chance, and cost .06 of what it was to bring. By more for the
person's own sound alone: on air a synthetic voice speaks, which it has never heard (correlation .45 against .64 with the shared
one)."""
SURE_SECONDS = 60.0
BLOCKS, GAP_FRAMES = 5, 8
_OWN_RIDGE, _RESIDUAL_RIDGE = 1.0, 5.0
_CLOSED_PERCENTILE, _REST_PERCENTILE = 6, 20
_FILE, _FACTS = "lips.npz", "lips.json"


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """Speech features -> this person's numbers: ``share * (shared - shared_mean) * slopes + (taps - tap_mean) @ own``."""

    shared_mean: Floats
    """float32, (16,): what the shared predictor says on average for this person's speech."""
    slopes: Floats
    """float32, (16,); zeros when the shared predictor is not used."""
    tap_mean: Floats
    """float32, (448,)."""
    own: Floats
    """float32, (448, 16); zeros when the footage was too short or it did not help."""

    def numbers(self, pool: LipPool, features: Floats, n_frames: int) -> Floats:
        shared = (pool.predict(features, n_frames) - self.shared_mean) * self.slopes
        taps = pool.taps(pool.components(features), n_frames)
        return (shared + (taps - self.tap_mean) @ self.own).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LipFit:
    """What ``LipPredictor`` needs of a person. ``save`` and ``load`` keep it as lips.npz and lips.json in a folder."""

    space: LipSpace
    reader: Reader
    gain: float
    """The predicted movement is multiplied by it: the square root of how much livelier the real lips are, in [1, 1.27]."""
    rest: Floats
    """float32, (16,): the lips in this person's own silences."""
    closed: Floats
    """float32, (16,): the lips at their most closed."""
    low: Floats
    """float32, (16,): a little below the smallest numbers seen; predictions are kept inside [low, high]."""
    high: Floats
    lag_seconds: float
    """How late the footage's lips are against its sound; already taken out of this fit."""
    score: float
    """How well the sound explains the lips, in [-1, 1]; see ``warning``."""
    method: Method
    scores: dict[str, float]
    """Cross-validated correlation of opening, width and jaw, by method."""
    pool: str
    """``LipPool.version`` of the shared predictor that this was fitted to."""

    @property
    def warning(self) -> str:
        """One sentence for the user when the sound does not explain the lips; empty when it does."""
        if self.score >= CLEAR_SCORE:
            return ""
        return (
            f"The lips follow the sound poorly ({self.score:.2f}, wanted {CLEAR_SCORE}): there may be music, another voice, "
            "a hidden mouth, or sound that does not belong to the pictures."
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {f"space_{name}": array for name, array in self.space.arrays().items()}
        arrays |= {name: getattr(self.reader, name) for name in ("shared_mean", "slopes", "tap_mean", "own")}
        arrays |= {name: getattr(self, name) for name in ("rest", "closed", "low", "high")}
        np.savez(folder / _FILE, **arrays)  # type: ignore[arg-type]  # the stub takes allow_pickle for one of them
        facts = {name: getattr(self, name) for name in ("gain", "lag_seconds", "score", "method", "scores", "pool")}
        (folder / _FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LipFit:
        """Raises YourInput when the folder holds no lips that can be read, or they were fitted to another shared predictor."""
        try:
            facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
            with np.load(folder / _FILE, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if facts["method"] not in get_args(Method):
                raise ValueError(facts["method"])
            if facts["pool"] != lip_pool().version:
                raise ValueError("fitted to another version of the shared predictor")
            spaced = {name.removeprefix("space_"): array for name, array in arrays.items() if name.startswith("space_")}
            reader = Reader(*(arrays[name] for name in ("shared_mean", "slopes", "tap_mean", "own")))
            shapes = {name: arrays[name] for name in ("rest", "closed", "low", "high")}
            return cls(space=LipSpace.from_arrays(spaced), reader=reader, **shapes, **facts)
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise YourInput(
                f"The lips of the clone in {folder} cannot be used",
                wanted=f"{_FILE} and {_FACTS} as this version of Sosie makes them",
                try_this="make the clone again",
            ) from error


def fit_lips(track: FaceTrack, audio16: Audio, encoder: SpeechEncoder, pool: LipPool | None = None) -> LipFit:
    """Fits the lips of the person in ``track`` to the footage's own sound, ``audio16`` at LISTEN_HZ from the same start.

    About 0.3 s and the encoder's time. Raises BadFootage when the face was seen for less than a second.
    """
    if audio16.rate_hz != LISTEN_HZ:
        raise YourInput(f"Sound at {audio16.rate_hz} Hz", wanted=f"{LISTEN_HZ} Hz")
    pool = pool or lip_pool()
    space = LipSpace.fit(track, pool.basis)
    n = min(len(track), len(audio16.samples) * FPS // LISTEN_HZ)
    if n < MIN_FRAMES:
        raise BadFootage(
            f"Only {n / FPS:.1f} s of footage have both sound and picture",
            wanted="a minute",
            try_this="film with the microphone on",
        )
    features = encoder.encode(audio16)
    sync = sync_of(pool, features, space.numbers(track)[:n])
    tracked = shifted(space.numbers(track), sync.lag_seconds)[:n]
    seen = shifted(track.seen.astype(np.float32), sync.lag_seconds)[:n] > 0.99
    shared, taps = pool.predict(features, n)[seen], pool.taps(pool.components(features), n)[seen]
    method, scores = choose(shared, taps, tracked[seen])
    reader = READERS[method](shared, taps, tracked[seen])
    predicted = reader.numbers(pool, features, n)[seen]
    real, spoken = (without_drift(rows)[:, OPENING].std() for rows in (tracked[seen], predicted))
    low, high = np.percentile(tracked[seen], [0.5, 99.5], axis=0)
    return LipFit(
        space=space,
        reader=reader,
        gain=float(np.sqrt(np.clip(real / max(float(spoken), 1e-6), 1.0, 1.6))),
        rest=_rest(tracked, seen, audio16),
        closed=_narrowest(tracked[seen], _CLOSED_PERCENTILE),
        low=(low - 0.1 * (high - low)).astype(np.float32),
        high=(high + 0.1 * (high - low)).astype(np.float32),
        lag_seconds=sync.lag_seconds,
        score=sync.score,
        method=method,
        scores=scores,
        pool=pool.version,
    )


def sync_of(pool: LipPool, features: Floats, tracked: Floats) -> Sync:
    """The lag of tracked numbers (n, 16) against the sound whose features are given."""
    return find_sync(pool.predict(features, len(tracked)), tracked)


# --- the three ways, and which one ---------------------------------------------------------------------------------------


def read_shared(shared: Floats, taps: Floats, tracked: Floats) -> Reader:
    """The shared predictor, each movement scaled to this person's.

    Slow drift is taken out of both first: in seconds of footage a smile that comes and goes would pass for speech.
    """
    mean = shared.mean(axis=0)
    moved, wanted = without_drift(shared), without_drift(tracked)
    slopes = ((moved * wanted).sum(axis=0) + PRIOR_FRAMES) / ((moved**2).sum(axis=0) + PRIOR_FRAMES)
    own = np.zeros((taps.shape[1], N_LIP_NUMBERS), np.float32)
    return Reader(mean, slopes.astype(np.float32), taps.mean(axis=0), own)


def read_both(shared: Floats, taps: Floats, tracked: Floats) -> Reader:
    """The shared predictor, and a shy ridge for what it misses."""
    base = read_shared(shared, taps, tracked)
    missed = without_drift(tracked - (shared - base.shared_mean) * base.slopes)
    return Reader(base.shared_mean, base.slopes, base.tap_mean, _ridge(taps, missed, _RESIDUAL_RIDGE))


def read_own(shared: Floats, taps: Floats, tracked: Floats) -> Reader:
    """The person's own footage alone."""
    nothing = np.zeros(N_LIP_NUMBERS, np.float32)
    return Reader(nothing, nothing, taps.mean(axis=0), _ridge(taps, without_drift(tracked), _OWN_RIDGE))


READERS: dict[Method, Callable[[Floats, Floats, Floats], Reader]] = {
    "shared": read_shared,
    "shared+own": read_both,
    "own": read_own,
}


def choose(shared: Floats, taps: Floats, tracked: Floats) -> tuple[Method, dict[str, float]]:
    """The method that predicts footage it was not fitted on best, and the scores of all that were tried."""
    methods: tuple[Method, ...] = ("shared", "shared+own", "own") if len(tracked) >= OWN_SECONDS * FPS else ("shared",)
    chance = max(1.0, np.sqrt(SURE_SECONDS * FPS / len(tracked)))
    scores: dict[str, float] = {}
    best: Method = "shared"
    for method in methods:
        predicted = np.zeros_like(tracked)
        for fitted, judged in blocks(len(tracked)):
            reader = READERS[method](shared[fitted], taps[fitted], tracked[fitted])
            moved = (shared[judged] - reader.shared_mean) * reader.slopes
            predicted[judged] = moved + (taps[judged] - reader.tap_mean) @ reader.own
        scores[method] = round(within_blocks(predicted, tracked), 4)
        if method != best and scores[method] > scores[best] + ADVANTAGE[method] * chance:
            best = method
    return best, scores


def blocks(n: int) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """(rows to fit, rows to judge) of BLOCKS blocks; GAP_FRAMES beside the judged block are used by neither."""
    edges = np.linspace(0, n, BLOCKS + 1).astype(int)
    rows = np.arange(n)
    for first, end in pairwise(edges):
        yield rows[(rows < first - GAP_FRAMES) | (rows >= end + GAP_FRAMES)], rows[first:end]


def within_blocks(predicted: Floats, tracked: Floats) -> float:
    """Mean correlation of opening, width and jaw, each block's mean taken out: drift of posture is not speech."""
    one, other = predicted.copy(), tracked.copy()
    for _, judged in blocks(len(tracked)):
        one[judged] -= one[judged].mean(axis=0)
        other[judged] -= other[judged].mean(axis=0)
    return float(np.mean([correlation(one[:, k], other[:, k]) for k in (OPENING, WIDTH, JAW)]))


def _ridge(taps: Floats, wanted: Floats, penalty: float) -> Floats:
    """float32, (448, 16). Through the kernel: fewer rows than a minute has would otherwise need a 448 x 448 solve anyway."""
    x = (taps - taps.mean(axis=0)).astype(np.float64)
    y = (wanted - wanted.mean(axis=0)).astype(np.float64)
    gram = x.T @ x
    # Relative to the mean square of a row, as in the trials that found the penalties.
    size = penalty * float((x**2).sum()) / len(x)
    weights: Floats = np.linalg.solve(gram + size * np.eye(len(gram)), x.T @ y).astype(np.float32)
    return weights


# --- rest and closed -----------------------------------------------------------------------------------------------------


def _rest(tracked: Floats, seen: NDArray[np.bool_], audio: Audio) -> Floats:
    """The median of the narrower half of the silences, their edges left out; without a pause, of the narrowest fifth of all.

    In the wider half people breathe in or are about to speak: held through a pause, that looks like a slack jaw.
    """
    times = np.arange(len(tracked)) / FPS
    silent = np.zeros(len(tracked), bool)
    for start, end in pauses(audio, silent_outside=False):
        silent |= (times >= start + REST_RAMP_SECONDS) & (times < end - REST_RAMP_SECONDS)
    silent &= seen
    if silent.sum() < FPS // 5:
        return _narrowest(tracked[seen], _REST_PERCENTILE)
    return _narrowest(tracked[silent], 50)


def _narrowest(tracked: Floats, percentile: float) -> Floats:
    """float32, (16,): the median of the rows whose opening is within the lowest ``percentile`` per cent."""
    opening = tracked[:, OPENING]
    narrow: Floats = np.median(tracked[opening <= np.percentile(opening, percentile)], axis=0).astype(np.float32)
    return narrow
