"""Resemblyzer's encoder in numpy: the reporter of `sosie bench voice`. No fit is guided, chosen or stopped by it.

Three LSTM layers of 256 over 40 mel bands (powers, not logarithms), 1.6 s at a time, the mean of all windows; Wan et al.,
"Generalized End-to-End Loss for Speaker Verification" (https://arxiv.org/abs/1710.10467). Weights: Resemblyzer 0.1.4, Apache-2.0.
Published with a voice detector before it that cuts out pauses; here the caller gives speech without long pauses.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sosie.engines.torch_file import read_torch_file
from sosie.errors import YourInput
from sosie.types import LISTEN_HZ, Audio, Floats

N_MELS = 40
WINDOW, HOP = 400, 160
"""Samples: 25 ms every 10 ms."""
FRAMES, FRAMES_STEP = 160, 77
"""Of a window, and from one to the next: 1.3 windows a second."""
LEAST_COVERAGE = 0.75
"""Share of the last window that must be sound; else it is left out."""
LEAST_RMS = 10 ** (-30 / 20)
"""Softer sound is raised to this, as in training; louder sound is left as it is."""
LEAST_SECONDS = 1.0
_LAYERS = 3


class Resemblyzer:
    """A ``VoiceEncoder``. Loads at once, 6 MB; 10 s of speech take about 0.1 s."""

    def __init__(self, weights: Path) -> None:
        tensors = read_torch_file(weights, "model_state")
        self._layers = [
            (
                tensors[f"lstm.weight_ih_l{i}"].T,
                tensors[f"lstm.weight_hh_l{i}"].T,
                tensors[f"lstm.bias_ih_l{i}"] + tensors[f"lstm.bias_hh_l{i}"],
            )
            for i in range(_LAYERS)
        ]
        self._linear = tensors["linear.weight"].T, tensors["linear.bias"]
        self._bank = mel_bank()

    def embed(self, audio: Audio) -> Floats:
        """float32, (256,), unit length, none below 0. ``audio`` at LISTEN_HZ."""
        if audio.rate_hz != LISTEN_HZ:
            raise ValueError(f"the encoder listens at {LISTEN_HZ} Hz, got {audio.rate_hz} Hz")
        if audio.seconds < LEAST_SECONDS:
            raise YourInput(
                f"there are only {audio.seconds:.2f} s of speech to know a voice by",
                wanted=f"at least {LEAST_SECONDS} s",
            )
        samples = audio.samples.astype(np.float64)
        rms = float(np.sqrt(np.mean(samples**2)))
        if 0 < rms < LEAST_RMS:
            samples = samples * (LEAST_RMS / rms)
        starts = _window_starts(len(samples))
        short = (starts[-1] + FRAMES) * HOP - len(samples)
        mels = self._mels(np.pad(samples, (0, max(short, 0))))
        mean = self._windows(np.stack([mels[start : start + FRAMES] for start in starts])).mean(axis=0)
        embedding: Floats = (mean / np.linalg.norm(mean)).astype(np.float32)
        return embedding

    def _mels(self, samples: NDArray[np.float64]) -> Floats:
        """float32, (n_samples // 160 + 1, 40)."""
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, WINDOW // 2), WINDOW)[::HOP]
        power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1], axis=1)) ** 2
        mels: Floats = (power @ self._bank.T).astype(np.float32)
        return mels

    def _windows(self, mels: Floats) -> Floats:
        """(n, 160, 40) -> (n, 256), each of unit length."""
        x = mels
        for into, onward, bias in self._layers:
            gates = x @ into + bias
            state = memory = np.zeros((len(x), onward.shape[0]), np.float32)
            states = []
            for step in range(x.shape[1]):
                let_in, forget, new, let_out = np.split(gates[:, step] + state @ onward, 4, axis=1)
                memory = _sigmoid(forget) * memory + _sigmoid(let_in) * np.tanh(new)
                state = _sigmoid(let_out) * np.tanh(memory)
                states.append(state)
            x = np.stack(states, axis=1)
        weight, shift = self._linear
        raw = np.maximum(x[:, -1] @ weight + shift, 0)
        embeddings: Floats = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
        return embeddings


def _sigmoid(x: Floats) -> Floats:
    result: Floats = 0.5 + 0.5 * np.tanh(0.5 * x)
    return result


def _window_starts(n_samples: int) -> list[int]:
    """First frame of each window, as published: the last may reach beyond the sound by a quarter of its length."""
    n_frames = -(-(n_samples + 1) // HOP)
    starts = list(range(0, max(1, n_frames - FRAMES + FRAMES_STEP + 1), FRAMES_STEP))
    coverage = (n_samples - starts[-1] * HOP) / (FRAMES * HOP)
    return starts[:-1] if coverage < LEAST_COVERAGE and len(starts) > 1 else starts


def mel_bank() -> NDArray[np.float64]:
    """(40, 201): triangles on Slaney's mel scale from 0 to 8 kHz, each of the same area."""
    log_step = np.log(6.4) / 27
    marks = np.linspace(0, 15 + np.log(LISTEN_HZ / 2 / 1000) / log_step, N_MELS + 2)
    edges = np.where(marks < 15, marks * 200 / 3, 1000 * np.exp(log_step * (marks - 15)))
    bins = np.arange(WINDOW // 2 + 1) * LISTEN_HZ / WINDOW
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))
    bank: NDArray[np.float64] = np.maximum(triangles, 0) * 2 / (high - low)
    return bank
