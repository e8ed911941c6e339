"""What people's lips have in common: speech features in, the 16 lip numbers of a typical person out.

Trained by scripts/train_lip_pool.py on AI-made people only (data/MODEL_CARD.md); here it only runs, in numpy. Two readers
of the same 64 components of the speech features are averaged: a ridge over seven taps of 40 ms, and the mean of a few small
convolution nets that see 0.3 s either way. Neither knows the person: ``fit.py`` adds that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np

from sosie.lips.shape import LipBasis
from sosie.types import N_LIP_NUMBERS, Floats

ROWS_PER_FRAME = 2
"""Speech features come at 50 Hz, frames at 25: frame k is at row 2 k."""
TAPS = (-6, -4, -2, 0, 2, 4, 6)
"""Rows that the ridge sees: 0.12 s either way."""
DILATIONS = (1, 2, 4)
SKIP_GAIN = np.float32(0.3)
_NET_ARRAYS = tuple(
    f"net_{layer}_{part}"
    for layer in ("in", *(f"{kind}{i}" for i in range(len(DILATIONS)) for kind in ("norm", "conv")), "out", "skip")
    for part in ("weight", "bias")
)


@dataclass(frozen=True, slots=True, eq=False)
class LipPool:
    """The shared predictor and the shared lip basis."""

    basis: LipBasis
    arrays: Mapping[str, Floats]
    """float32. ``feature_mean``, ``feature_spread`` (1536,); ``components`` (1536, 64); ``component_spread`` (64,);
    ``ridge_mean`` (448,); ``ridge`` (448, 16); ``net_*``: the nets' weights, see ``net_outputs``."""
    version: str
    """What tells this pool from others: a clone's lips are fitted to one."""

    def components(self, features: Floats) -> Floats:
        """float32, (n, 64), unit variance over the pool, of speech features (n, 1536)."""
        scaled = (features - self.arrays["feature_mean"]) / self.arrays["feature_spread"]
        whitened = (scaled @ self.arrays["components"]) / self.arrays["component_spread"]
        return whitened.astype(np.float32)

    def taps(self, components: Floats, n_frames: int) -> Floats:
        """float32, (n_frames, 448): what the ridge sees of components (n, 64); the ends are repeated."""
        return ridge_inputs(components * self.arrays["component_spread"], n_frames)

    def predict(self, features: Floats, n_frames: int) -> Floats:
        """float32, (n_frames, 16): lip numbers of a typical person for speech features (n, 1536)."""
        components = self.components(features)
        linear = (self.taps(components, n_frames) - self.arrays["ridge_mean"]) @ self.arrays["ridge"]
        curved = net_outputs(self.arrays, net_inputs(components, n_frames))
        return ((linear + curved) / 2).astype(np.float32)[:, :N_LIP_NUMBERS]


@cache
def lip_pool() -> LipPool:
    """The pool that comes with Sosie."""
    data = (files("sosie.lips") / "data" / "pool.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float32) for name in stored.files}
    basis = LipBasis(arrays.pop("basis_stable"), arrays.pop("basis_components"))
    return LipPool(basis, arrays, hashlib.sha256(data).hexdigest()[:12])


def rows_at(values: Floats, rows: np.ndarray[tuple[int], np.dtype[np.int_]]) -> Floats:
    """``values[rows]`` with the ends repeated; zeros when there is nothing."""
    if len(values) == 0:
        return np.zeros((len(rows), values.shape[1]), np.float32)
    picked: Floats = values[np.clip(rows, 0, len(values) - 1)]
    return picked


def ridge_inputs(projected: Floats, n_frames: int) -> Floats:
    """float32, (n_frames, 7 * 64): TAPS around each frame."""
    at = ROWS_PER_FRAME * np.arange(n_frames)
    return np.concatenate([rows_at(projected, at + tap) for tap in TAPS], axis=1)


def net_inputs(components: Floats, n_frames: int) -> Floats:
    """float32, (n_frames, 2 * 64): the two rows of each frame."""
    at = ROWS_PER_FRAME * np.arange(n_frames)
    return np.concatenate([rows_at(components, at), rows_at(components, at + 1)], axis=1)


def net_outputs(arrays: Mapping[str, Floats], x: Floats) -> Floats:
    """float32, (n, outputs), of ``x`` (n, 128): the mean of the nets, along the first axis of each array.

    Past the ends there is nothing (zeros), as in training. In each net ``net_in_*`` widens to 96; three residual blocks follow,
    each a per-frame normalisation (``net_norm{i}_*``), a convolution of kernel 3 and dilation 1, 2, 4 (``net_conv{i}_*``) and
    GELU; ``net_out_*`` reads out, beside a linear path ``net_skip_*``. Convolution weights are (nets, kernel, channels in,
    channels out).
    """
    n_nets = len(arrays["net_in_weight"])
    outputs = [_one_net({name: arrays[name][k] for name in _NET_ARRAYS}, x) for k in range(n_nets)]
    mean: Floats = np.mean(outputs, axis=0, dtype=np.float32)
    return mean


def _one_net(arrays: Mapping[str, Floats], x: Floats) -> Floats:
    h = _convolve(x, arrays, "in", 1)
    for i, dilation in enumerate(DILATIONS):
        centred = h - h.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + np.float32(1e-5))
        normal = centred / spread * arrays[f"net_norm{i}_weight"] + arrays[f"net_norm{i}_bias"]
        h = h + _gelu(_convolve(normal, arrays, f"conv{i}", dilation))
    return _convolve(h, arrays, "out", 1) + SKIP_GAIN * _convolve(x, arrays, "skip", 1)


def _convolve(x: Floats, arrays: Mapping[str, Floats], name: str, dilation: int) -> Floats:
    kernel = arrays[f"net_{name}_weight"]
    reach = dilation * (len(kernel) // 2)
    padded = np.pad(x, ((reach, reach), (0, 0)))
    y: Floats = arrays[f"net_{name}_bias"] + sum(
        padded[k * dilation : k * dilation + len(x)] @ tap for k, tap in enumerate(kernel)
    )
    return y


def _gelu(x: Floats) -> Floats:
    """The tanh form; the net is trained with it."""
    inner = np.float32(np.sqrt(2 / np.pi)) * (x + np.float32(0.044715) * x**3)
    y: Floats = np.float32(0.5) * x * (1 + np.tanh(inner))
    return y
