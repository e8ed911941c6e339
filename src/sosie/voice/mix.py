"""Loudness, silence and edges of a spoken clause: every clause equally loud, no click between two."""

from __future__ import annotations

import math

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import lfilter, resample_poly

from sosie.types import Floats

TARGET_LUFS = -16.0
"""Loudness of every clause. Our choice: the louder end of what is usual for speech on phones, with room for peaks."""
MAX_GAIN_DB = 20.0
"""A clause is never raised by more: what is softer is not speech."""
PEAK = 0.84
_KNEE = 0.6
"""Samples beyond are bent towards PEAK, so that a raised clause never clips."""
TRUE_PEAK = 0.87
"""Of the wave between the samples, -1.2 dB: EBU R128 wants no more than -1 dBTP. A plosive of a fitted voice reached +.7."""
_OVERSAMPLED = 4
"""As EBU R128's meters do."""
_GAIN_SECONDS = 0.001
"""Before and behind a peak in which the gain goes down to it and up again."""
FADE_SECONDS = 0.005
_FRAME_SECONDS = 0.01
_SILENCE_DB = -42.0
"""Below the loudest 10 ms of the clause: a soft final fricative is still above, the vocoder's idle noise is not."""
_BEFORE_SECONDS = 0.03
_AFTER_SECONDS = 0.06


def loudness(samples: Floats, rate_hz: int) -> float:
    """Gated loudness in LUFS after ITU-R BS.1770-4 (blocks of 400 ms, or the whole when it is shorter); -inf for silence.

    ``samples`` float32, (n,), mono. A 997 Hz sine of full scale has -3.01.
    """
    weighted = _k_weighted(samples.astype(np.float64), rate_hz)
    block = min(len(weighted), int(0.4 * rate_hz))
    if block == 0:
        return -math.inf
    hop = max(1, block // 4)
    power = np.array([np.mean(weighted[i : i + block] ** 2) for i in range(0, len(weighted) - block + 1, hop)])
    power = power[power > _power(-70.0)]
    if not len(power):
        return -math.inf
    power = power[power >= power.mean() / 10]
    return _lufs(float(power.mean()))


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _k_weighted(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """The two filters of BS.1770, from their analogue prototypes so that any rate will do."""
    for b, a in (_head_shelf(rate_hz), _low_cut(rate_hz)):
        samples = lfilter(b, a, samples)
    return samples


def _head_shelf(rate_hz: int) -> tuple[list[float], list[float]]:
    gain, q = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    k = math.tan(math.pi * 1681.974450955533 / rate_hz)
    middle = gain**0.4996667741545416
    a0 = 1 + k / q + k * k
    b = [(gain + middle * k / q + k * k) / a0, 2 * (k * k - gain) / a0, (gain - middle * k / q + k * k) / a0]
    return b, [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def _low_cut(rate_hz: int) -> tuple[list[float], list[float]]:
    q = 0.5003270373238773
    k = math.tan(math.pi * 38.13547087602444 / rate_hz)
    a0 = 1 + k / q + k * k
    return [1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]


def at_loudness(samples: Floats, rate_hz: int, target_lufs: float = TARGET_LUFS) -> Floats:
    """The clause at ``target_lufs``, samples below PEAK and the wave between them below TRUE_PEAK; silence stays as it is."""
    now = loudness(samples, rate_hz)
    if now == -math.inf:
        return samples
    gain = 10 ** (min(target_lufs - now, MAX_GAIN_DB) / 20)
    return limited(bent(samples * np.float32(gain)), rate_hz)


def bent(samples: Floats) -> Floats:
    """Leaves samples within 0.6 alone and bends the rest so that none goes beyond PEAK."""
    size = np.abs(samples)
    room = PEAK - _KNEE
    over = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.where(size > _KNEE, np.sign(samples) * over, samples).astype(np.float32)


def limited(samples: Floats, rate_hz: int) -> Floats:
    """Turned down for a millisecond where the wave between the samples would go beyond TRUE_PEAK."""
    tops = np.abs(resample_poly(samples, _OVERSAMPLED, 1)).reshape(-1, _OVERSAMPLED).max(axis=1)
    # Between this sample and the last one, or the next one.
    tops = np.maximum(tops, np.roll(tops, 1))
    if tops.max(initial=0.0) <= TRUE_PEAK:
        return samples
    reach = 2 * round(_GAIN_SECONDS * rate_hz) + 1
    gain = minimum_filter1d(np.minimum(1.0, TRUE_PEAK / np.maximum(tops, 1e-6)), reach)
    turned: Floats = (samples * uniform_filter1d(gain, reach)).astype(np.float32)
    return turned


def sounding(samples: Floats, rate_hz: int) -> tuple[int, int]:
    """(start, end) in samples of what is not silence, with 30 ms before and 60 ms behind; (0, 0) if all is silent."""
    frame = int(_FRAME_SECONDS * rate_hz)
    n_frames = len(samples) // frame
    if not n_frames:
        return 0, len(samples)
    power = np.mean(samples[: n_frames * frame].reshape(n_frames, frame).astype(np.float64) ** 2, axis=1)
    if power.max() < 1e-10:
        return 0, 0
    loud = np.flatnonzero(power > power.max() * 10 ** (_SILENCE_DB / 10))
    start = max(0, int(loud[0]) * frame - int(_BEFORE_SECONDS * rate_hz))
    end = min(len(samples), int(loud[-1] + 1) * frame + int(_AFTER_SECONDS * rate_hz))
    return start, end


def faded(samples: Floats, rate_hz: int) -> Floats:
    """Both edges brought to zero over 5 ms."""
    n = min(len(samples) // 2, int(FADE_SECONDS * rate_hz))
    if n == 0:
        return samples
    ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n)).astype(np.float32)
    result = samples.copy()
    result[:n] *= ramp
    result[-n:] *= ramp[::-1]
    return result
