"""Whisper base, multilingual (MIT), in CTranslate2 form: writes down what was said, with the time of every word."""

from __future__ import annotations

from faster_whisper import WhisperModel

from sosie.models import weights
from sosie.types import LISTEN_HZ, Audio, Language, Transcript, Word

# Without a hint Whisper writes Chinese in traditional or simplified characters as it likes; ours are simplified.
_HINTS: dict[str, str] = {"zh": "以下是普通话的句子。"}


class FasterWhisper:
    """Implements ports.Listener. About 300 MB; real-time factor 0.12 to 0.3 on two threads."""

    def __init__(self, *, threads: int = 2) -> None:
        self._model = WhisperModel(
            str(weights("whisper-base")), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )

    def transcribe(self, audio: Audio, language: Language | None = None) -> Transcript:
        """Same audio, same transcript; silence gives an empty one."""
        if audio.rate_hz != LISTEN_HZ:
            raise ValueError(f"audio must be at {LISTEN_HZ} Hz, got {audio.rate_hz}")
        segments, info = self._model.transcribe(
            audio.samples,
            language=language,
            initial_prompt=_HINTS.get(language or ""),
            word_timestamps=True,
            # One wrong sentence must not pull the next one with it, nor chance decide.
            condition_on_previous_text=False,
            temperature=0.0,
        )
        heard = [segment for segment in segments if segment.no_speech_prob < 0.9]
        words = tuple(
            _word(word.word, word.start, word.end, audio) for segment in heard for word in segment.words or ()
        )
        return Transcript("".join(segment.text for segment in heard).strip(), info.language, words)


def _word(text: str, start_seconds: float, end_seconds: float, audio: Audio) -> Word:
    n = len(audio.samples)
    start = min(max(round(start_seconds * audio.rate_hz), 0), n)
    return Word(text.strip(), start, min(max(round(end_seconds * audio.rate_hz), start), n))
