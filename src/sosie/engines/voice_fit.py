"""The voice fits with the real engines in their places: what ``make.py`` and benchmarks/voice.py call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sosie.engines.campplus import CamPlusPlus
from sosie.engines.dvector import DVector
from sosie.engines.kokoro import DURATION_SAMPLES, KokoroModel
from sosie.engines.reader import Reader
from sosie.models import weights
from sosie.ports import Listener
from sosie.types import LANGUAGES, VOICE_HZ, Audio, Language
from sosie.voice.align import Clip, Told
from sosie.voice.fit_full import fit_full
from sosie.voice.likeness import VoiceFit, fit_quick, split
from sosie.voice.likeness_judge import Judge, Say
from sosie.voice.likeness_space import read_stock_voices
from sosie.voice.style import VoiceStyle

Progress = Callable[[float], None]


def quick_voice(
    talk: Sequence[Audio],
    listener: Listener,
    *,
    languages: Sequence[Language] = LANGUAGES,
    budget_seconds: float = 110.0,
    threads: int = 2,
    progress: Progress | None = None,
) -> VoiceFit:
    """``talk``: the stretches of the footage in which the person speaks, at VOICE_HZ. Raises BadFootage under 5 s of it."""
    model, reader = KokoroModel(threads=threads), Reader()
    return fit_quick(
        talk,
        read_stock_voices(weights("kokoro-voices")),
        say=_saying(model),
        encoder=CamPlusPlus(weights("campplus"), threads=threads),
        judge=DVector(weights("dvector"), threads=threads),
        understand=lambda audio, language: reader.phonemes(listener.transcribe(audio, language).text, language),
        now=time.monotonic,
        budget_seconds=budget_seconds,
        languages=languages,
        progress=progress,
    )


def full_voice(
    talk: Sequence[Audio],
    quick: VoiceFit,
    listener: Listener,
    *,
    languages: Sequence[Language] = LANGUAGES,
    budget_seconds: float = 360.0,
    threads: int = 2,
    progress: Progress | None = None,
) -> VoiceFit:
    """Goes on from ``quick_voice`` of the same talk; the loop stops after ``budget_seconds``;
    aligning before it and judging after it take about a minute of computing each.

    Raises YourInput when the extra ``fit`` (torch) is not installed.
    """
    from sosie.engines.kokoro_fit import FitPlan, train
    from sosie.engines.whisper_encoder import WhisperTinyEncoder

    model, reader = KokoroModel(threads=threads), Reader()
    stock = read_stock_voices(weights("kokoro-voices"))
    judge = Judge(
        split(talk)[1],
        outside=DVector(weights("dvector"), threads=threads),
        inside=CamPlusPlus(weights("campplus"), threads=threads),
        understand=lambda audio, language: reader.phonemes(listener.transcribe(audio, language).text, language),
        languages=languages,
    )

    def tell(phonemes: str, style: VoiceStyle) -> Told:
        sound = model.synthesise(phonemes, style)
        return Told(Audio(sound.samples, VOICE_HZ), sound.durations // DURATION_SAMPLES)

    def learn(clips: Sequence[Clip], start: VoiceStyle) -> tuple[VoiceStyle, VoiceStyle]:
        return train(
            clips,
            start,
            stock.packs,
            model.vocabulary,
            now=time.monotonic,
            budget_seconds=budget_seconds,
            name=f"fully fitted from {sum(len(clip.samples) for clip in clips) / VOICE_HZ:.0f} s of speech",
            plan=FitPlan(threads=threads),
            progress=progress,
        )

    return fit_full(
        talk,
        quick,
        listener=listener,
        read=lambda text, language: model.sayable(reader.phonemes(text, language)),
        tell=tell,
        features=WhisperTinyEncoder(weights("whisper-tiny-en")).encode,
        train=learn,
        say_as=lambda style: _saying(KokoroModel(style.biases, threads=threads)),
        judge=judge,
        stock=stock,
    )


def _saying(model: KokoroModel) -> Say:
    return lambda phonemes, style, speed: Audio(model.synthesise(phonemes, style, speed).samples, VOICE_HZ)
