"""24 kHz to 48 kHz, in pieces of any length, the same as in one piece."""

from __future__ import annotations

import numpy as np

from sosie.types import Floats

HALF_TAPS = 32
"""Input samples that the filter looks back over; its delay is half of that, 0.67 ms at 24 kHz."""
DELAY = HALF_TAPS
"""Output samples by which the sound comes out later than it went in."""


def _half_band() -> Floats:
    # Ideal interpolation at the points half-way between samples, under a Kaiser window (beta 8: about -80 dB).
    places = np.arange(HALF_TAPS) - (HALF_TAPS - 1) / 2
    taps = np.sinc(places) * np.kaiser(HALF_TAPS, 8.0)
    return np.asarray(taps / taps.sum(), np.float32)


class Doubler:
    """Doubles the rate of a stream: every second output sample is an input sample, the others lie between them.

    The error is 60 dB or more below a tone up to 10 kHz (the test measures it); images of what lies above 10.5 kHz come
    through, where a voice has little. About 26 microseconds a frame.
    """

    def __init__(self) -> None:
        self._taps = _half_band()
        self._past = np.zeros(HALF_TAPS - 1, np.float32)

    def push(self, samples: Floats) -> Floats:
        """float32, (n,) at one rate -> float32, (2 n,) at twice the rate, DELAY samples late."""
        if not len(samples):
            return samples
        line = np.concatenate([self._past, samples])
        doubled = np.empty(2 * len(samples), np.float32)
        # At input position i the window holds samples i-31 .. i; its middle lies between i-16 and i-15.
        doubled[0::2] = line[HALF_TAPS // 2 - 1 : HALF_TAPS // 2 - 1 + len(samples)]
        doubled[1::2] = np.convolve(line, self._taps, "valid")
        self._past = line[len(samples) :]
        return doubled
