"""Whisper base, multilingual (MIT), in CTranslate2 form: writes down what was said, with the time of every word."""

from __future__ import annotations

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim

from sosie.models import weights
from sosie.types import LISTEN_HZ, Audio, Floats, Language, Transcript, Word

# A segment that packs this well is one syllable over and over: the recogniser has lost the thread (the library's own limit).
_MOST_REPETITIVE = 2.4
_SURELY_NO_SPEECH = 0.9
_SAMPLES_A_ROW, _FRAMES_A_ROW = 320, 2
_MOST_SECONDS = 30
"""What Whisper hears at once; shorter sound costs as much."""


class FasterWhisper:
    """Implements ports.Listener. About 300 MB; real-time factor 0.12 to 0.3 on two threads."""

    def __init__(self, *, threads: int = 2) -> None:
        self._model = WhisperModel(
            str(weights("whisper-base")), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )

    def transcribe(self, audio: Audio, language: Language | None = None) -> Transcript:
        """Same audio, same transcript; silence gives an empty one. Chinese may come in simplified or traditional characters."""
        if audio.rate_hz != LISTEN_HZ:
            raise ValueError(f"audio must be at {LISTEN_HZ} Hz, got {audio.rate_hz}")
        segments, info = self._model.transcribe(
            audio.samples,
            language=language,
            word_timestamps=True,
            # Whisper writes "you" or "thank you" for silence; Silero's detector, inside the package, cuts silence out before.
            vad_filter=True,
            # One wrong sentence must not pull the next one with it, nor chance decide. No prompt either: one that asked for
            # simplified characters made three of ten Chinese sentences end in a syllable repeated a hundred times.
            condition_on_previous_text=False,
            temperature=0.0,
        )
        heard = [
            segment
            for segment in segments
            if segment.no_speech_prob < _SURELY_NO_SPEECH and segment.compression_ratio < _MOST_REPETITIVE
        ]
        words = tuple(
            _word(word.word, word.start, word.end, audio) for segment in heard for word in segment.words or ()
        )
        return Transcript("".join(segment.text for segment in heard).strip(), info.language, words)

    def encode(self, audio: Audio) -> Floats:
        """float32, (ceil(n_samples / 320), 512): what is said, every 20 ms, in any language. At most 30 s, at LISTEN_HZ; .5 s."""
        if audio.rate_hz != LISTEN_HZ or audio.seconds > _MOST_SECONDS:
            raise ValueError(
                f"audio must be {_MOST_SECONDS} s at {LISTEN_HZ} Hz at most, got {audio.seconds:.0f} s at {audio.rate_hz}"
            )
        rows = -(-len(audio.samples) // _SAMPLES_A_ROW)
        spectrum = self._model.feature_extractor(audio.samples)[:, : rows * _FRAMES_A_ROW]
        heard: Floats = np.array(self._model.encode(pad_or_trim(spectrum)), np.float32)
        return heard.reshape(-1, heard.shape[-1])[:rows]


def _word(text: str, start_seconds: float, end_seconds: float, audio: Audio) -> Word:
    n = len(audio.samples)
    start = min(max(round(start_seconds * audio.rate_hz), 0), n)
    return Word(text.strip(), start, min(max(round(end_seconds * audio.rate_hz), start), n))
