"""How something is said, fifty times a second: layers 2 to 4 of the encoder of Whisper base, multilingual, in numpy.

The last layers of the encoder are made for words; the middle ones still hear how the mouth is shaped, and in this model in
languages that the lip pool does not speak (docs/experiments.md, "Lips: an encoder of many languages"). CTranslate2 hands out
the last layer only, so its ``model.bin`` is read here and the first four layers are computed with plain matrix products, in
float32.

Whisper was trained on 30-second inputs; here nothing is padded to that length. Up to ``WINDOW_ROWS`` are computed at once;
longer sound goes in windows that overlap by ``2 * MARGIN_ROWS``, whose outer margins are thrown away.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from sosie.errors import WeightsUnavailable, YourInput
from sosie.types import LISTEN_HZ, Audio, Floats

SAMPLES_PER_ROW = 320
"""20 ms at LISTEN_HZ."""
N_FEATURES = 1536
"""512 of layer 2, then of layer 3, then of layer 4."""
WINDOW_ROWS = 600
"""12 s, because attention costs the square of it; the positions that Whisper knows end at 1500."""
MARGIN_ROWS = 100
"""2 s; 1.5 s of context cost .01-.02 of correlation in the trials."""

_FFT, _HOP, _MELS = 400, 160, 80
_HEADS = 8
_LAYERS, _ALL_LAYERS = 4, 6

Weights = Mapping[str, Floats]


class WhisperEncoder:
    """Implements ``ports.SpeechEncoder``. About 55 ms for a second of sound on one busy core; holds 57 MB.

    ``folder`` is ``weights("whisper-base")``, a CTranslate2 model. Safe to use from several threads.
    """

    def __init__(self, folder: Path) -> None:
        unheard = tuple(f"layer_{layer}/" for layer in range(_LAYERS, _ALL_LAYERS))
        read = read_ctranslate2(folder / "model.bin")
        self._weights = {name: values for name, values in read.items() if not name.startswith(unheard)}

    def encode(self, audio: Audio) -> Floats:
        """float32, (ceil(n_samples / 320), 1536); row i is centred at i * 20 ms. Raises YourInput at another rate."""
        if audio.rate_hz != LISTEN_HZ:
            raise YourInput(f"Sound at {audio.rate_hz} Hz", wanted=f"{LISTEN_HZ} Hz")
        n_rows = -(-len(audio.samples) // SAMPLES_PER_ROW)
        out = np.zeros((n_rows, N_FEATURES), np.float32)
        if n_rows == 0:
            return out
        mel = log_mel(audio.samples, 2 * n_rows)
        for first, start, stop in windows(n_rows):
            layers = encoder_layers(self._weights, mel[:, 2 * first : 2 * (first + WINDOW_ROWS)], _LAYERS)
            heard = np.concatenate(layers[2:], axis=1)
            out[start:stop] = heard[start - first : stop - first]
        return out


def windows(n_rows: int) -> list[tuple[int, int, int]]:
    """(first row of the window, first row kept, one past the last row kept) of each window; all rows are kept once."""
    if n_rows <= WINDOW_ROWS:
        return [(0, 0, n_rows)]
    step = WINDOW_ROWS - 2 * MARGIN_ROWS
    firsts = [*range(0, n_rows - WINDOW_ROWS, step), n_rows - WINDOW_ROWS]
    edges = [0, *(first + MARGIN_ROWS for first in firsts[1:]), n_rows]
    return [(first, start, stop) for first, start, stop in zip(firsts, edges, edges[1:], strict=False)]


def log_mel(samples: Floats, n_frames: int) -> Floats:
    """Whisper's log-mel picture: float32, (80, n_frames), 100 a second, frame i centred at i * 10 ms.

    ``samples`` float32 at LISTEN_HZ. Past the end there is silence, before the start the sound is mirrored, as in Whisper.
    """
    left = samples[1 : _FFT // 2 + 1][::-1]
    head = np.zeros(_FFT // 2, np.float32)
    head[_FFT // 2 - len(left) :] = left
    padded = np.concatenate([head, samples, np.zeros(n_frames * _HOP + _FFT, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[: n_frames * _HOP : _HOP]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)).astype(np.float32)
    spectrum = np.fft.rfft(frames * window, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    log = np.log10(np.maximum(power @ mel_filters().T, 1e-10))
    log = np.maximum(log, log.max() - 8.0)
    mel: Floats = ((log.T + 4.0) / 4.0).astype(np.float32)
    return mel


@cache
def mel_filters() -> Floats:
    """float32, (80, 201): Slaney's mel scale to 8 kHz (linear below 1 kHz), each triangle of equal area."""
    linear_hz, per_octave = 200 / 3, np.log(6.4) / 27
    knee = 1000 / linear_hz

    def to_mel(hz: float) -> float:
        return hz / linear_hz if hz < 1000 else knee + float(np.log(hz / 1000)) / per_octave

    mels = np.linspace(0, to_mel(LISTEN_HZ / 2), _MELS + 2)
    corners = np.where(mels < knee, mels * linear_hz, 1000 * np.exp(per_octave * (mels - knee)))
    bins = np.arange(_FFT // 2 + 1) * LISTEN_HZ / _FFT
    rising = (bins - corners[:-2, None]) / np.diff(corners)[:-1, None]
    falling = (corners[2:, None] - bins) / np.diff(corners)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    area = 2 / (corners[2:] - corners[:-2])
    filters: Floats = (triangles * area[:, None]).astype(np.float32)
    return filters


def encoder_layers(weights: Weights, mel: Floats, n_layers: int) -> list[Floats]:
    """What each layer says: n_layers + 1 arrays, float32, (n, 512); the first is the convolutions' with positions.

    ``mel`` float32, (80, 2 * n).
    """
    x = _gelu(_convolve(mel.T, weights, "conv1", stride=1))
    x = _gelu(_convolve(x, weights, "conv2", stride=2))
    x = x + weights["position_encodings/encodings"][: len(x)]
    out = [x]
    for layer in range(n_layers):
        name = f"layer_{layer}"
        x = x + _attend(_normalise(x, weights, f"{name}/self_attention/layer_norm"), weights, f"{name}/self_attention")
        y = _linear(_normalise(x, weights, f"{name}/ffn/layer_norm"), weights, f"{name}/ffn/linear_0")
        x = x + _linear(_gelu(y), weights, f"{name}/ffn/linear_1")
        out.append(x)
    return out


def _convolve(x: Floats, weights: Weights, name: str, stride: int) -> Floats:
    """Kernel 3, padding 1. ``x`` (n, channels) -> (n / stride, channels out)."""
    kernel = weights[f"{name}/weight"]
    padded = np.pad(x, ((1, 1), (0, 0)))
    taps = [padded[k : k + len(x) : stride] for k in range(3)]
    flat = kernel.transpose(2, 1, 0).reshape(-1, len(kernel))
    y: Floats = np.concatenate(taps, axis=1) @ flat + weights[f"{name}/bias"]
    return y


def _attend(x: Floats, weights: Weights, name: str) -> Floats:
    n, width = x.shape
    query, key, value = np.split(_linear(x, weights, f"{name}/linear_0"), 3, axis=1)
    # Contiguous copies: numpy hands strided stacks to a slow loop instead of BLAS.
    query = query.reshape(n, _HEADS, -1).transpose(1, 0, 2) / np.float32(np.sqrt(width / _HEADS))
    key = np.ascontiguousarray(key.reshape(n, _HEADS, -1).transpose(1, 2, 0))
    value = np.ascontiguousarray(value.reshape(n, _HEADS, -1).transpose(1, 0, 2))
    scores = np.ascontiguousarray(query) @ key
    scores = np.exp(scores - scores.max(axis=2, keepdims=True))
    mixed = (scores @ value) / scores.sum(axis=2, keepdims=True)
    return _linear(mixed.transpose(1, 0, 2).reshape(n, width), weights, f"{name}/linear_1")


def _linear(x: Floats, weights: Weights, name: str) -> Floats:
    y: Floats = x @ weights[f"{name}/weight"].T + weights[f"{name}/bias"]
    return y


def _normalise(x: Floats, weights: Weights, name: str) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + np.float32(1e-5))
    y: Floats = centred / spread * weights[f"{name}/gamma"] + weights[f"{name}/beta"]
    return y


def _gelu(x: Floats) -> Floats:
    half, root = np.float32(0.5), np.float32(np.sqrt(0.5))
    y: Floats = half * x * (1 + erf(x * root))
    return y


def read_ctranslate2(path: Path) -> dict[str, Floats]:
    """The encoder's variables in a CTranslate2 ``model.bin``, by name without the ``encoder/``, as float32.

    The format: version, name of the specification, revision, number of variables; then for each its name, rank,
    sizes, type, length in bytes and values, little-endian, strings with their length and a closing zero. An int8 matrix
    comes with one scale a row.
    """
    try:
        raw = _read_variables(path.read_bytes())
        out = {name: _as_float(name, values, raw) for name, values in raw.items() if not name.endswith("_scale")}
        for name in ("conv1/weight", "position_encodings/encodings", f"layer_{_ALL_LAYERS - 1}/ffn/linear_1/weight"):
            out[name]
    except (OSError, KeyError, ValueError, UnicodeDecodeError, struct.error) as error:
        raise WeightsUnavailable(
            f"{path} cannot be read", wanted="Whisper base in CTranslate2 form", try_this="make setup"
        ) from error
    return out


_TYPES: Mapping[int, type[np.generic]] = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def _read_variables(data: bytes) -> dict[str, NDArray[np.generic]]:
    at = 0

    def number(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{kind}", data, at)
        at += struct.calcsize(f"<{kind}")
        return int(value)

    def text() -> str:
        nonlocal at
        length = number("H")
        at += length
        return data[at - length : at - 1].decode()

    number("I"), text(), number("I")
    out: dict[str, NDArray[np.generic]] = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind = _TYPES[number("B")]
        n_bytes = number("I")
        if name.startswith("encoder/"):
            flat = np.frombuffer(data, kind, n_bytes // np.dtype(kind).itemsize, at)
            out[name.removeprefix("encoder/")] = flat.reshape(shape)
        at += n_bytes
    return out


def _as_float(name: str, values: NDArray[np.generic], raw: Mapping[str, NDArray[np.generic]]) -> Floats:
    out = values.astype(np.float32)
    if values.dtype == np.int8:
        out /= raw[f"{name}_scale"].astype(np.float32)[..., None]
    return out
