"""`sosie bench voice`: a voice fitted on the first 80 % of a recording, speaking new sentences, and measured against the rest.

    recording ─► first 80 % of its speech ─► the voice as `sosie clone` fits it ─► new sentences as on air ─┐
                 the rest ──────────────────────────────────────────────────────────────────────────────────┴► rows

Three encoders that know voices apart have three offices, and none has two: CAM++ guides the quick fit, the d-vector decides
whether a fit is kept, Resemblyzer reports. What Resemblyzer says is used for nothing but this report.
"""

from __future__ import annotations

import os
import platform
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import numpy as np
from pypinyin import Style, lazy_pinyin

from sosie.bench.voice_numbers import badly_joined, click, faster, of_the_way
from sosie.clone.folder import sha256_of
from sosie.consent.gate import Permit, ToClone, ToRender, may
from sosie.consent.record import ConsentRecord
from sosie.engines.campplus import CamPlusPlus
from sosie.engines.dvector import DVector
from sosie.engines.kokoro import Kokoro
from sosie.engines.reader import Reader
from sosie.engines.resemblyzer import Resemblyzer
from sosie.engines.silero import speech_probability, speech_spans
from sosie.engines.whisper import FasterWhisper
from sosie.errors import BadFootage, YourInput
from sosie.footage.sound import sound_of
from sosie.make import VoiceMethod, fit_voice, talk_of
from sosie.models import weights
from sosie.ports import VoiceEncoder
from sosie.types import LANGUAGES, LISTEN_HZ, VOICE_HZ, Audio, Floats, Language, Speech, Utterance
from sosie.voice.likeness import VoiceFit
from sosie.voice.likeness_judge import at_listen_rate, bare, share_wrong
from sosie.voice.manner import Melody, Pace, melody_of, pace_of
from sosie.voice.mix import at_loudness
from sosie.voice.style import VoiceStyle, stock_style

FITTED = 0.8
"""Share of the speech that the fit hears."""
LEAST_HELD_OUT_SECONDS = 1.5
N_STOCK = 3
"""Stock voices that say the sentences too: the likest by the reporter's own table. The best of them is where the way begins."""
FASTER = 1.25
SOFTER_DB = 6.0
TEXTS: dict[Language, tuple[str, ...]] = {
    "zh": (
        "大家好，我这个星期一直背着这个包，下雨天也背，坐火车也背。",
        "拉链很结实，肩带很宽，电脑放进去也不挤。",
        "经常走路的朋友，肩膀会轻松很多。要不要看看里面？",
    ),
    "en": (
        "Good evening, everyone. I have been carrying this backpack all week, in the rain and on the train.",
        "The zip is strong, the straps are wide, and my laptop fits without any trouble.",
        "If you walk a lot, your shoulders will thank you. Shall I show you the inside?",
    ),
    "fr": (
        "Bonsoir à tous. J'ai porté ce sac toute la semaine, sous la pluie et dans le train.",
        "La fermeture est solide, les bretelles sont larges, et mon ordinateur y entre sans problème.",
        "Si vous marchez beaucoup, vos épaules vous diront merci. Voulez-vous voir l'intérieur ?",
    ),
}
"""No fit speaks or judges by them; no figures, which recognisers write in many ways."""
ENCODERS = ("resemblyzer", "d-vector", "cam++")
"""The reporter; the judge, in no loss; the guide of the quick fit, which is not to be trusted about it."""
TABLE = Path(__file__).with_name("stock_voices.npz")
"""Resemblyzer's embeddings of the stock voices, made by scripts/embed_voice_packs.py."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """What one voice made of ``TEXTS`` in one language."""

    speeches: tuple[Speech, ...]
    """As on air: pauses included."""
    likeness: dict[str, float]
    """Cosine to the person's held-out speech, by encoder."""
    wrong: float
    """Share of letters that a recogniser got wrong."""
    understood: tuple[str, ...]
    """A text each."""

    @property
    def audio(self) -> Audio:
        return Audio(np.concatenate([speech.audio.samples for speech in self.speeches]), VOICE_HZ)


@dataclass(frozen=True, slots=True, eq=False)
class VoiceFound:
    """What was measured on one recording."""

    name: str
    method: VoiceMethod
    speech_seconds: float
    fitted_seconds: float
    fit: VoiceFit
    fit_wall_seconds: float
    fit_cpu_seconds: float
    own: dict[str, float]
    """The person's fitted speech against the held-out one, by encoder."""
    clone: dict[Language, Spoken]
    stock: dict[str, dict[Language, Spoken]]
    """By name of the stock voice."""
    other: tuple[str, float]
    """Control: the stock voice nearest in pitch that is none of the likest, and its likeness by the reporter's table."""
    person_melody: Melody
    """Of all the speech in the recording, as pace and phones."""
    person_pace: Pace
    person_phones: int
    melody: Melody
    """Of all that the clone said."""
    melodies: dict[Language, Melody]
    pace: Pace
    phones: int
    faster_melody: Melody
    """Control: played faster."""
    faster_pace: Pace
    lufs: float
    true_peak_db: float
    softer_lufs: float
    click: float
    bad_click: float
    wrong_of_other_text: float
    """Control: what was understood of another sentence."""
    original: Audio
    """Held-out speech, at VOICE_HZ, for the picture and the sound file."""
    machine: dict[str, object]

    def best_stock(self, encoder: str) -> str:
        """The stock voice that is likest in the mean of the languages."""
        return max(self.stock, key=lambda name: _mean(self.stock[name], encoder))

    def ratio(self, encoder: str, language: Language | None = None) -> float:
        """Of the way from the best stock voice to the person, in one language or in the mean of all."""
        stock = self.stock[self.best_stock(encoder)]
        if language is not None:
            return of_the_way(
                self.clone[language].likeness[encoder], stock[language].likeness[encoder], self.own[encoder]
            )
        return of_the_way(_mean(self.clone, encoder), _mean(stock, encoder), self.own[encoder])

    @property
    def other_ratio(self) -> float:
        stock = _mean(self.stock[self.best_stock(ENCODERS[0])], ENCODERS[0])
        return of_the_way(self.other[1], stock, self.own[ENCODERS[0]])

    @property
    def more_wrong(self) -> dict[Language, float]:
        """Letters wrong, the clone's less those of the best stock voice."""
        stock = self.stock[self.best_stock(ENCODERS[0])]
        return {language: self.clone[language].wrong - stock[language].wrong for language in self.clone}


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """As ``Spoken``, before it is held beside anybody."""

    speeches: tuple[Speech, ...]
    embeddings: dict[str, Floats]
    wrong: float
    understood: tuple[str, ...]

    def beside(self, person: dict[str, Floats]) -> Spoken:
        likeness = {encoder: float(embedding @ person[encoder]) for encoder, embedding in self.embeddings.items()}
        return Spoken(self.speeches, likeness, self.wrong, self.understood)


class VoiceBench:
    """The engines and what the stock voices said, kept from one recording to the next."""

    def __init__(self, record: ConsentRecord, *, now: datetime, progress: Progress) -> None:
        """Raises Refused for a record that covers no speech."""
        for language in record.languages:
            may(record, ToRender(language), now)
        self._record, self._now, self._progress = record, now, progress
        self._languages = record.languages
        self._encoders: dict[str, VoiceEncoder] = {
            "resemblyzer": Resemblyzer(weights("resemblyzer")),
            "d-vector": DVector(weights("dvector")),
            "cam++": CamPlusPlus(weights("campplus")),
        }
        self._listener, self._reader = FasterWhisper(), Reader()
        self._stock_said: dict[tuple[str, Language], _Said] = {}

    def measure(self, source: Path, method: VoiceMethod) -> VoiceFound:
        """Fits, speaks and measures. Raises Refused (consent), BadFootage (too little speech), YourInput."""
        if not source.is_file():
            raise YourInput(f"There is no file {source}", wanted="a video or a WAV of one person speaking")
        may(self._record, ToClone(sha256_of(source), ("voice",)), self._now)
        self._progress("Listening", 0.0)
        sound = sound_of(source)
        # The file may have been changed while it was read.
        may(self._record, ToClone(sha256_of(source), ("voice",)), self._now)
        at = parted(speech_spans(at_listen_rate(sound)).spans) * VOICE_HZ // LISTEN_HZ
        first, rest = Audio(sound.samples[:at], VOICE_HZ), Audio(sound.samples[at:], VOICE_HZ)
        hearing = speech_spans(at_listen_rate(first))
        wall, cpu = time.monotonic(), time.process_time()
        fit = fit_voice(first, hearing, self._languages, method, self._progress)
        spent = time.monotonic() - wall, time.process_time() - cpu
        held_out = _joined(talk_of(rest, speech_spans(at_listen_rate(rest))))
        return self._measured(source.stem, method, sound, _joined(talk_of(first, hearing)), held_out, fit, spent)

    def _measured(
        self,
        name: str,
        method: VoiceMethod,
        sound: Audio,
        fitted: Audio,
        held_out: Audio,
        fit: VoiceFit,
        spent: tuple[float, float],
    ) -> VoiceFound:
        person = self._heard(held_out)
        own = {encoder: float(embedding @ person[encoder]) for encoder, embedding in self._heard(fitted).items()}
        melody = melody_of(sound)
        likest, other = self._stock(melody.median_hz, person["resemblyzer"])
        clone = {language: said.beside(person) for language, said in self._says(fit.style).items()}
        stock = {
            voice: {language: said.beside(person) for language, said in self._stock_says(voice).items()}
            for voice in likest
        }
        said = Audio(np.concatenate([spoken.audio.samples for spoken in clone.values()]), VOICE_HZ)
        played = faster(said, FASTER)
        lufs, peak = ebu_r128(said)
        joins = _joins([speech for spoken in clone.values() for speech in spoken.speeches])
        heard = self._listener.transcribe(at_listen_rate(sound))
        texts = [(language, text) for language in clone for text in TEXTS[language]]
        return VoiceFound(
            name=name,
            method=method,
            speech_seconds=fitted.seconds + held_out.seconds,
            fitted_seconds=fitted.seconds,
            fit=fit,
            fit_wall_seconds=spent[0],
            fit_cpu_seconds=spent[1],
            own=own,
            clone=clone,
            stock=stock,
            other=other,
            person_melody=melody,
            person_pace=pace_of(speech_probability(at_listen_rate(sound))),
            person_phones=len(bare(self._reader.phonemes(heard.text, heard.language))),
            melody=melody_of(said),
            melodies={language: melody_of(spoken.audio) for language, spoken in clone.items()},
            pace=pace_of(speech_probability(at_listen_rate(said))),
            phones=sum(len(bare(self._reader.phonemes(text, language))) for language, text in texts),
            faster_melody=melody_of(played),
            faster_pace=pace_of(speech_probability(at_listen_rate(played))),
            lufs=lufs,
            true_peak_db=peak,
            softer_lufs=ebu_r128(Audio(said.samples * np.float32(10 ** (-SOFTER_DB / 20)), VOICE_HZ))[0],
            click=click(said.samples, joins),
            bad_click=click(*badly_joined(said.samples, len(joins))),
            wrong_of_other_text=float(
                np.mean(
                    [
                        share_wrong(letters(text), letters(understood))
                        for language, spoken in clone.items()
                        for text, understood in zip(TEXTS[language], np.roll(spoken.understood, 1), strict=True)
                    ]
                )
            ),
            original=held_out,
            machine={
                "cpu": platform.processor() or platform.machine(),
                "cores": os.cpu_count(),
                "load": round(os.getloadavg()[0], 1),
            },
        )

    def _stock_says(self, voice: str) -> dict[Language, _Said]:
        missing = [language for language in self._languages if (voice, language) not in self._stock_said]
        if missing:
            for language, said in self._says(stock_style(weights("kokoro-voices"), voice)).items():
                self._stock_said[voice, language] = said
        return {language: self._stock_said[voice, language] for language in self._languages}

    def _says(self, style: VoiceStyle) -> dict[Language, _Said]:
        self._progress(f"Speaking as {style.name}", 0.0)
        speaker = Kokoro(style, languages=self._languages)
        return {language: self._in_language(speaker, language) for language in self._languages}

    def _in_language(self, speaker: Kokoro, language: Language) -> _Said:
        speeches: list[Speech] = []
        understood = []
        for number, text in enumerate(TEXTS[language]):
            said = list(speaker.speak(Utterance(number, text, language)))
            speeches += said
            understood.append(
                self._listener.transcribe(at_listen_rate(_joined([s.audio for s in said])), language).text
            )
        wrong = [share_wrong(letters(a), letters(b)) for a, b in zip(TEXTS[language], understood, strict=True)]
        heard = self._heard(_joined([speech.audio for speech in speeches]))
        return _Said(tuple(speeches), heard, float(np.mean(wrong)), tuple(understood))

    def _heard(self, audio: Audio) -> dict[str, Floats]:
        """An embedding by each encoder, of the speech without its pauses, as loud as everything else that they hear."""
        loud = at_listen_rate(Audio(at_loudness(audio.samples, VOICE_HZ), VOICE_HZ))
        spans = speech_spans(loud).spans or ((0, len(loud.samples)),)
        speech = Audio(np.concatenate([loud.samples[start:end] for start, end in spans]), LISTEN_HZ)
        return {name: encoder.embed(speech) for name, encoder in self._encoders.items()}

    def _stock(self, pitch_hz: float, person: Floats) -> tuple[tuple[str, ...], tuple[str, float]]:
        """(the likest stock voices by the table, the one of the nearest pitch among the others with its likeness)."""
        with np.load(TABLE, allow_pickle=False) as table:
            names = [str(name) for name in table["names"]]
            embeddings = table["embeddings"].astype(np.float32)
            pitches = table["pitches_hz"].astype(np.float32)
        columns = [LANGUAGES.index(language) for language in self._languages]
        embeddings /= np.linalg.norm(embeddings, axis=-1, keepdims=True)
        alike = (embeddings[:, columns] @ person).mean(axis=1)
        order = np.argsort(-alike)
        rest = sorted(order[N_STOCK:], key=lambda voice: abs(np.log2(pitches[voice, columns].mean() / pitch_hz)))
        return tuple(names[voice] for voice in order[:N_STOCK]), (names[rest[0]], float(alike[rest[0]]))


def parted(spans: Sequence[tuple[int, int]]) -> int:
    """Where 80 % of the speech has been spoken; ``spans`` (start, end) of speech in samples at LISTEN_HZ."""
    left = FITTED * sum(end - start for start, end in spans)
    if left * (1 - FITTED) / FITTED < LEAST_HELD_OUT_SECONDS * LISTEN_HZ:
        raise BadFootage(
            f"there are {left / FITTED / LISTEN_HZ:.1f} s of speech",
            wanted=f"at least {LEAST_HELD_OUT_SECONDS / (1 - FITTED):.1f} s, the last fifth of which is held out",
        )
    for start, end in spans:
        if left <= end - start:
            return round(start + left)
        left -= end - start
    return spans[-1][1]


def ebu_r128(audio: Audio) -> tuple[float, float]:
    """(integrated loudness in LUFS, true peak in dBTP), by FFmpeg's ebur128: not by the code that sets the loudness."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=audio.rate_hz, layout="mono")
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(audio.samples[None], format="flt", layout="mono")
    frame.sample_rate = audio.rate_hz
    source.push(frame)
    source.push(None)
    found = (float("-inf"), float("-inf"))
    while True:
        try:
            said = sink.pull().metadata
        except av.error.EOFError:
            return found
        # The last, unfinished tenth of a second is handed on without figures.
        if "lavfi.r128.I" in said:
            peak = float(said["lavfi.r128.true_peak"])
            found = float(said["lavfi.r128.I"]), float(20 * np.log10(max(peak, 1e-9)))


def cleared_to_show(record: ConsentRecord, now: datetime) -> Permit:
    return may(record, ToRender(record.languages[0]), now)


def _joined(pieces: Sequence[Audio]) -> Audio:
    return Audio(np.concatenate([piece.samples for piece in pieces]), VOICE_HZ)


def _joins(speeches: Sequence[Speech]) -> list[int]:
    """Where clauses begin, and where their sound ends and the pause begins."""
    joins, before = [], 0
    for speech in speeches:
        joins.append(before)
        if speech.phones and not speech.phones[-1].symbol:
            joins.append(before + speech.phones[-1].start)
        before += len(speech.audio.samples)
    return joins


def letters(text: str) -> list[str]:
    """Small letters without marks; Chinese characters by their reading, since a recogniser writes them in either script."""
    bare_text = re.sub(r"[\W\d_]", "", text.lower())
    return [
        part for sound in lazy_pinyin(bare_text, style=Style.NORMAL) for part in ([sound] if _is_han(text) else sound)
    ]


def _is_han(text: str) -> bool:
    return any("一" <= char <= "鿿" for char in text)


def _mean(spoken: dict[Language, Spoken], encoder: str) -> float:
    return float(np.mean([one.likeness[encoder] for one in spoken.values()]))
