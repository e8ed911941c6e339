"""Speech in, this person's lip shapes out."""

from __future__ import annotations

import numpy as np
from scipy.signal import resample_poly

from sosie.lips.fit import LipFit
from sosie.lips.pool import LipPool, lip_pool
from sosie.lips.rules import close_lips, part_lips, pauses, rest_in_pauses
from sosie.ports import SpeechEncoder
from sosie.types import FPS, LISTEN_HZ, Audio, Floats, LipShapes, Speech

CONTEXT_FRAMES = 10
"""0.4 s of silence before and after the clause: what is on air there, and what the encoder expects to hear."""


class LipPredictor:
    """Implements ``ports.LipEngine``. About 25 ms for a second of speech on one core, nearly all of it the encoder's.

    Keeps nothing between clauses, so the same speech always gives the same shapes. Safe to use from several threads if the
    encoder is.
    """

    def __init__(self, fit: LipFit, encoder: SpeechEncoder, pool: LipPool | None = None) -> None:
        self._fit = fit
        self._encoder = encoder
        self._pool = pool or lip_pool()

    def shapes(self, speech: Speech) -> LipShapes:
        """Exactly ``speech.n_frames`` rows; row k is shown from k / 25 s after the clause begins."""
        numbers = self.spoken(speech.audio, speech.n_frames)
        numbers = part_lips(numbers, speech.phones, self._fit.closed)
        numbers = close_lips(numbers, speech.phones, self._fit.closed)
        silences = pauses(speech.audio, silent_outside=True)
        return LipShapes(rest_in_pauses(numbers, silences, self._fit.rest).astype(np.float32))

    def spoken(self, audio: Audio, n_frames: int) -> Floats:
        """float32, (n_frames, 16): what the sound alone says, before closures and rests. ``audio`` at VOICE_HZ."""
        context = np.zeros(CONTEXT_FRAMES * LISTEN_HZ // FPS, np.float32)
        heard = resample_poly(audio.samples, 2, 3).astype(np.float32)  # VOICE_HZ to LISTEN_HZ
        padded = Audio(np.concatenate([context, heard, context]), LISTEN_HZ)
        features = self._encoder.encode(padded)
        numbers = self._fit.reader.numbers(self._pool, features, n_frames + 2 * CONTEXT_FRAMES)
        lively = numbers[CONTEXT_FRAMES : CONTEXT_FRAMES + n_frames] * np.float32(self._fit.gain)
        kept: Floats = np.clip(lively, self._fit.low, self._fit.high)
        return kept
