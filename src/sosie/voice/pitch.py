"""The pitch of a voice: a curve in hertz, by the difference function of YIN and the cheapest path through it.

De Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music" (2002), equation 8; the path over
all frames (as in pYIN, Mauch and Dixon 2014) replaces their frame-by-frame choice, which jumps an octave now and then.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sosie.types import Audio, Floats

HOP_SECONDS = 0.0125
"""Half of Kokoro's 25 ms unit: its pitch curve has this step."""
LOWEST_HZ = 60.0
HIGHEST_HZ = 500.0
STEPS_A_SEMITONE = 4
UNVOICED_COST = 0.35
"""Difference (0 periodic, about 1 noise) above which a frame is better called unvoiced."""
CHANGE_COST = 0.3
"""Cost of going between voiced and unvoiced."""
GLIDE_COST = 0.06
"""Cost of one semitone up or down in one hop."""


def pitch_curve(audio: Audio) -> Floats:
    """float32, (n_samples // hop + 1,), hertz, 0 where there is no voiced sound; value i is centred at i * 12.5 ms.

    Takes about 1 % of the audio's length.
    """
    grid = LOWEST_HZ * 2 ** (np.arange(0, np.log2(HIGHEST_HZ / LOWEST_HZ), 1 / (12 * STEPS_A_SEMITONE)))
    costs = _differences(audio, grid)
    costs[_is_silent(audio, len(costs))] = 1.0
    path = _cheapest_path(costs)
    curve: Floats = np.where(path >= 0, grid[path], 0.0).astype(np.float32)
    return curve


def median_pitch(curve: Floats) -> float | None:
    """Hertz; None for less than a quarter of a second of voiced sound."""
    voiced = curve[curve > 0]
    return float(np.median(voiced)) if len(voiced) * HOP_SECONDS >= 0.25 else None


def _differences(audio: Audio, grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n_frames, n_grid): YIN's cumulative mean normalised difference at each pitch of the grid."""
    hop = round(HOP_SECONDS * audio.rate_hz)
    longest = int(np.ceil(audio.rate_hz / LOWEST_HZ)) + 2
    window = 2 * longest
    padded = np.pad(audio.samples.astype(np.float64), (window // 2, window // 2 + longest))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window + longest)[::hop]
    frames = frames[: len(audio.samples) // hop + 1]
    lags = audio.rate_hz / grid
    below = np.floor(lags).astype(int)
    part = lags - below
    rows = []
    for block in np.array_split(frames, max(1, len(frames) // 512)):
        normalised = _normalised_difference(block, window, longest)
        rows.append(normalised[:, below] * (1 - part) + normalised[:, below + 1] * part)
    return np.concatenate(rows)


def _normalised_difference(frames: NDArray[np.float64], window: int, longest: int) -> NDArray[np.float64]:
    """(n, longest + 1): for each lag, the energy of the frame minus the frame lagged, over its mean for shorter lags."""
    size = 1 << (frames.shape[1] + window - 1).bit_length()
    head = np.fft.rfft(frames[:, :window], size)
    products = np.fft.irfft(np.conj(head) * np.fft.rfft(frames, size), size)[:, : longest + 1]
    sums = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(frames**2, axis=1)], axis=1)
    lag = np.arange(longest + 1)
    energies = sums[:, lag + window] - sums[:, lag]
    difference = np.maximum(energies[:, :1] + energies - 2 * products, 0)
    mean = np.cumsum(difference[:, 1:], axis=1) / lag[1:]
    normalised: NDArray[np.float64] = np.ones_like(difference)
    normalised[:, 1:] = difference[:, 1:] / np.maximum(mean, 1e-12)
    return normalised


def _is_silent(audio: Audio, n_frames: int) -> NDArray[np.bool_]:
    """(n_frames,): True where the sound is 40 dB below its loud parts, or nothing at all."""
    hop = round(HOP_SECONDS * audio.rate_hz)
    padded = np.pad(audio.samples.astype(np.float64), (hop, n_frames * hop))
    power = np.array([np.mean(padded[i * hop : i * hop + 2 * hop] ** 2) for i in range(n_frames)])
    silent: NDArray[np.bool_] = power <= max(float(np.percentile(power, 95)) * 1e-4, 1e-10)
    return silent


def _cheapest_path(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n_frames,): index into the grid for each frame, -1 for unvoiced."""
    n_frames, n_grid = costs.shape
    index = np.arange(n_grid)
    glide = GLIDE_COST / STEPS_A_SEMITONE * np.abs(index[:, None] - index[None, :])
    came_from = np.zeros((n_frames, n_grid + 1), np.int64)
    voiced, unvoiced = costs[0].copy(), UNVOICED_COST
    for t in range(1, n_frames):
        arriving = voiced[:, None] + glide
        best = arriving.argmin(axis=0)
        stay = arriving[best, index]
        start = unvoiced + CHANGE_COST
        came_from[t, :n_grid] = np.where(stay <= start, best, n_grid)
        end = int(voiced.argmin())
        ends_here = voiced[end] + CHANGE_COST < unvoiced
        came_from[t, n_grid] = end if ends_here else n_grid
        unvoiced = (voiced[end] + CHANGE_COST if ends_here else unvoiced) + UNVOICED_COST
        voiced = np.minimum(stay, start) + costs[t]
    state = n_grid if unvoiced <= voiced.min() else int(voiced.argmin())
    path = np.empty(n_frames, np.int64)
    for t in range(n_frames - 1, -1, -1):
        path[t] = state if state < n_grid else -1
        state = int(came_from[t, state])
    return path
