"""The voice fits with the real engines in their places: what ``make.py`` and benchmarks/voice.py call."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sosie.engines.campplus import CamPlusPlus
from sosie.engines.dvector import DVector
from sosie.engines.kokoro import DURATION_SAMPLES, KokoroModel, melody_biases
from sosie.engines.reader import Reader
from sosie.engines.silero import speech_probability
from sosie.engines.whisper import FasterWhisper
from sosie.models import home, weights
from sosie.ports import Listener
from sosie.types import LANGUAGES, VOICE_HZ, Audio, Language
from sosie.voice.align import Clip, Told
from sosie.voice.fit_full import fit_full
from sosie.voice.likeness import VoiceFit, fit_quick, likest_stock, mean_embedding, split
from sosie.voice.likeness_judge import Judge, Say, at_listen_rate, bare
from sosie.voice.likeness_space import read_stock_voices
from sosie.voice.manner import in_manner, manner_of
from sosie.voice.style import VoiceStyle

Progress = Callable[[float], None]
TEXTS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "这只杯子有三种颜色，装热水也不烫手，放在车里刚刚好。",
        "很多朋友问这件衣服怎么洗，其实扔进洗衣机就可以了。",
        "周末出门带上它，又轻又方便，孩子也喜欢。",
    ),
    "en": (
        "This jacket keeps the wind out, and it folds into its own pocket.",
        "Many of you asked how to wash it: just put it in the machine with everything else.",
        "Take it along at the weekend; it is light, and children like it too.",
    ),
    "fr": (
        "Cette veste coupe le vent et se range dans sa propre poche.",
        "Vous êtes nombreux à demander comment la laver : mettez-la simplement en machine.",
        "Emportez-la le week-end, elle est légère, et les enfants l'aiment aussi.",
    ),
}
"""What the full fit says freely while it learns; nothing judges or reports by these sentences."""
GUIDED_SECONDS = 18.0
"""Of aligned speech; with less the full fit is pulled by CAM++, too. With 12 s that brought a woman from .21 to .37 of the way to
herself by an encoder in no loss; with 22 s it took a man from .51 to .32 (docs/experiments.md)."""
KEPT_SECONDS = 7 * 86_400
"""How long the place of a fit that was broken off is kept."""


def computing_clock(threads: int) -> Callable[[], float]:
    """Seconds for budgets: goes as the wall clock does while this process has ``threads`` cores to itself.

    So a fit beside other work takes longer and is no worse: by the wall clock a busy machine cost a man's voice a third of its
    steps (docs/experiments.md).
    """
    cores = min(threads, os.cpu_count() or 1)
    return lambda: time.process_time() / cores


def quick_voice(
    talk: Sequence[Audio],
    listener: Listener,
    *,
    languages: Sequence[Language] = LANGUAGES,
    budget_seconds: float = 85.0,
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
        now=computing_clock(threads),
        budget_seconds=budget_seconds,
        languages=languages,
        progress=progress,
    )


def stock_voice(
    talk: Sequence[Audio], listener: Listener, *, languages: Sequence[Language] = LANGUAGES, threads: int = 2
) -> VoiceFit:
    """The likest stock voice, judged: where the full fit begins. About 30 s of computing."""
    reader = Reader()
    return likest_stock(
        talk,
        read_stock_voices(weights("kokoro-voices")),
        say=_saying(KokoroModel(threads=threads)),
        encoder=CamPlusPlus(weights("campplus"), threads=threads),
        judge=DVector(weights("dvector"), threads=threads),
        understand=lambda audio, language: reader.phonemes(listener.transcribe(audio, language).text, language),
        languages=languages,
    )


def full_voice(
    talk: Sequence[Audio],
    begin: VoiceFit,
    listener: FasterWhisper,
    *,
    languages: Sequence[Language] = LANGUAGES,
    budget_seconds: float = 900.0,
    threads: int = 2,
    progress: Progress | None = None,
) -> VoiceFit:
    """Goes on from ``begin``, as ``stock_voice`` gives it. The loop takes 210 s of ``computing_clock`` on two quiet cores and
    stops after ``budget_seconds``, which is for a machine on which it would never end: with half of its steps a woman was .09
    of the way to herself and not .38. Aligning before it and judging after it take about a minute of computing each.

    A fit that was killed goes on from its last checkpoint when it is asked for again with the same talk; the checkpoint holds no
    sound, is readable by its owner only, and goes when the fit is done. Raises YourInput when the extra ``fit`` (torch) is not
    installed.
    """
    from sosie.engines.kokoro_fit import FitPlan, train

    model, reader = KokoroModel(threads=threads), Reader()
    stock = read_stock_voices(weights("kokoro-voices"))
    guide = CamPlusPlus(weights("campplus"), threads=threads)
    judge = Judge(
        split(talk)[1],
        outside=DVector(weights("dvector"), threads=threads),
        inside=guide,
        understand=lambda audio, language: reader.phonemes(listener.transcribe(audio, language).text, language),
        languages=languages,
    )

    def tell(phonemes: str, style: VoiceStyle) -> Told:
        sound = model.synthesise(phonemes, style)
        return Told(Audio(sound.samples, VOICE_HZ), sound.durations // DURATION_SAMPLES)

    def learn(clips: Sequence[Clip], start: VoiceStyle) -> tuple[VoiceStyle, VoiceStyle]:
        seconds = sum(len(clip.samples) for clip in clips) / VOICE_HZ
        guided = seconds < GUIDED_SECONDS
        texts = [(text, language) for language in languages for text in TEXTS[language]] if guided else []
        return train(
            clips,
            start,
            stock.packs,
            model.vocabulary,
            now=computing_clock(threads),
            budget_seconds=budget_seconds,
            name=f"fully fitted from {seconds:.0f} s of speech",
            plan=FitPlan(threads=threads) if guided else FitPlan(threads=threads, speaker=0.0),
            speaker=mean_embedding(split(talk)[0], guide),
            texts=[model.sayable(reader.phonemes(text, language)) for text, language in texts],
            checkpoint=checkpoint,
            progress=progress,
        )

    checkpoint = _checkpoint_of(talk)
    fitted = fit_full(
        talk,
        begin,
        listener=listener,
        read=lambda text, language: model.sayable(reader.phonemes(text, language)),
        tell=tell,
        # Not the English encoder that moves the lips: it laid Portuguese and Russian a tenth of a second beside themselves.
        features=listener.encode,
        train=learn,
        say_as=lambda style: _saying(KokoroModel(style.biases, threads=threads)),
        judge=judge,
        stock=stock,
    )
    checkpoint.unlink(missing_ok=True)
    return fitted


def _checkpoint_of(talk: Sequence[Audio]) -> Path:
    """Where the fit of this talk keeps its place; those that nobody went on with for a week are deleted."""
    folder = home() / "fits"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.glob("*.pt"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    digest = hashlib.sha256()
    for piece in talk:
        digest.update(piece.samples.tobytes())
    return folder / f"{digest.hexdigest()[:24]}.pt"


def voice_in_manner(
    fit: VoiceFit,
    audio: Audio,
    talk: Sequence[Audio],
    listener: Listener,
    *,
    languages: Sequence[Language] = LANGUAGES,
    threads: int = 2,
) -> VoiceFit:
    """``fit`` with the pitch, the liveliness, the pace and the pauses of the person in ``audio`` (VOICE_HZ, pauses included).

    ``talk`` is what ``fit`` was made of. About 35 s of computing.
    """
    reader, heard = Reader(), at_listen_rate(audio)
    said = listener.transcribe(heard)
    n_sounds = len(bare(reader.phonemes(said.text, said.language)))
    return in_manner(
        fit,
        manner_of(heard, n_sounds, speech_probability(heard)),
        probabilities=speech_probability,
        melody_biases=melody_biases,
        say_as=lambda style: _saying(KokoroModel(style.biases, threads=threads)),
        judge=Judge(
            split(talk)[1],
            outside=DVector(weights("dvector"), threads=threads),
            inside=CamPlusPlus(weights("campplus"), threads=threads),
            understand=lambda audio, language: reader.phonemes(listener.transcribe(audio, language).text, language),
            languages=languages,
        ),
    )


def _saying(model: KokoroModel) -> Say:
    def say(phonemes: str, style: VoiceStyle, speed: float) -> Audio:
        return Audio(model.synthesise(phonemes, style, speed * style.pace).samples, VOICE_HZ)

    return say
