"""What the presenter says and how it sounds: a voice that is in no style pack, in a quiet room, with the time of every sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import soxr
from scipy.signal import fftconvolve, lfilter

from sosie.engines.kokoro import Kokoro
from sosie.models import weights
from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ, Floats, Language, Phone, Utterance
from sosie.voice.style import VoiceStyle, stock_style

BLEND = {"af_heart": 0.42, "zf_xiaoni": 0.33, "ff_siwis": 0.25}
"""Stock voices and their shares in style space: no pack holds their mean."""
STRETCH = 1.055
"""Played this much slower after the model spoke faster: pitch and formants fall by 5 %, as in a longer vocal tract."""
PACE = 1.02
"""Speed of the finished speech against the model's own."""
LEAD_SECONDS, TAIL_SECONDS = 1.2, 1.6
SCRIPT: tuple[tuple[Language, str, float], ...] = (
    ("en", "Hello, and welcome! I am the sample presenter of Sosie.", 0.45),
    ("en", "I was drawn and voiced by a computer, so nobody's face or voice was borrowed.", 0.7),
    (
        "en",
        "Today I would like to show you a few good things for the kitchen: a copper pot, a bamboo board, "
        "and a very sharp knife.",
        2.2,
    ),
    ("zh", "大家好，欢迎来到我们的直播间。这口铜锅只要两百九十九元，喜欢的朋友不要错过。", 0.7),
    ("fr", "Bonjour à tous ! Cette planche en bambou est légère, solide et facile à laver.", 2.6),
    ("en", "Maybe you wonder how to choose. Think about how you cook, measure your shelf, and trust your hands.", 0.6),
    ("en", "You get five years of guarantee and free shipping, and you may send it back within a month.", 1.9),
    (
        "en",
        "If you have a question, just write it below, and we will answer as soon as we can. "
        "Thank you for watching, and goodbye!",
        0.0,
    ),
)
"""Language, text, seconds of silence after it. Three languages, and pauses in which nothing is said."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """The whole minute."""

    samples: Floats
    """float32, (n,), 24 kHz; n is a whole number of frames."""
    phones: tuple[Phone, ...]
    """At 24 kHz."""
    lines: tuple[tuple[int, int, Language, str], ...]
    """(first sample, one past the last, language, text)."""

    @property
    def n_frames(self) -> int:
        return len(self.samples) // SAMPLES_PER_FRAME


def save(spoken: Spoken, path: Path) -> None:
    """One npz, no pickle inside."""
    np.savez(
        path,
        samples=spoken.samples,
        symbols=np.array([p.symbol for p in spoken.phones]),
        phone_samples=np.array([(p.start, p.end) for p in spoken.phones]),
        languages=np.array([language for *_, language, _ in spoken.lines]),
        texts=np.array([text for *_, text in spoken.lines]),
        line_samples=np.array([line[:2] for line in spoken.lines]),
    )


def load(path: Path) -> Spoken:
    """What ``save`` wrote."""
    with np.load(path, allow_pickle=False) as file:
        phones = tuple(
            Phone(str(s), int(a), int(b)) for s, (a, b) in zip(file["symbols"], file["phone_samples"], strict=True)
        )
        lines = tuple(
            (int(a), int(b), cast(Language, str(language)), str(text))
            for language, text, (a, b) in zip(file["languages"], file["texts"], file["line_samples"], strict=True)
        )
        return Spoken(file["samples"], phones, lines)


def voice() -> VoiceStyle:
    """The blend, as a style of its own."""
    folder = weights("kokoro-voices")
    pack = sum(share * stock_style(folder, name).pack for name, share in BLEND.items())
    return VoiceStyle("the sample presenter", np.asarray(pack, np.float32))


def speak() -> Spoken:
    """Says the script. Takes about a minute on two cores."""
    speaker = Kokoro(voice(), speed=PACE * STRETCH)
    pieces: list[Floats] = [np.zeros(int(LEAD_SECONDS * VOICE_HZ), np.float32)]
    phones: list[Phone] = []
    lines: list[tuple[int, int, Language, str]] = []
    at = len(pieces[0])
    for number, (language, text, pause) in enumerate(SCRIPT):
        first = at
        for speech in speaker.speak(Utterance(number, text, language)):
            slower = soxr.resample(speech.audio.samples, VOICE_HZ, VOICE_HZ * STRETCH, quality="VHQ").astype(np.float32)
            phones += [
                Phone(p.symbol, at + round(p.start * STRETCH), at + round(p.end * STRETCH)) for p in speech.phones
            ]
            pieces.append(slower)
            at += len(slower)
        lines.append((first, at, language, text))
        pieces.append(np.zeros(int(pause * VOICE_HZ), np.float32))
        at += len(pieces[-1])
    pieces.append(np.zeros(int(TAIL_SECONDS * VOICE_HZ), np.float32))
    dry = np.concatenate(pieces)
    dry = np.pad(dry, (0, -len(dry) % SAMPLES_PER_FRAME))
    return Spoken(in_a_room(dry), tuple(phones), tuple(lines))


def in_a_room(dry: Floats) -> Floats:
    """A little of a furnished room and its noise floor (about -62 dB), as a good microphone on a table hears them."""
    random = np.random.default_rng(2)
    time = np.arange(int(0.22 * VOICE_HZ)) / VOICE_HZ
    tail = random.standard_normal(len(time)) * np.exp(-time / 0.035) * (time > 0.004)
    tail = lfilter([0.35], [1, -0.65], tail)
    wet = fftconvolve(dry, tail / np.sqrt((tail**2).sum()))[: len(dry)]
    mixed = dry + 0.085 * wet
    mixed *= 10 ** (-21 / 20) / np.sqrt(np.mean(dry[np.abs(dry) > 0.01] ** 2))
    floor = lfilter([0.12], [1, -0.88], random.standard_normal(len(dry)))
    mixed += floor / floor.std() * 10 ** (-62 / 20)
    return np.asarray(0.97 * np.tanh(mixed / 0.97), np.float32)


def loudness(spoken: Spoken, rate_hz: int) -> Floats:
    """(n_frames * rate / FPS,): how loud, 0 in silence, about 1 at stressed vowels."""
    hop = VOICE_HZ // rate_hz
    power = np.square(spoken.samples[: len(spoken.samples) // hop * hop]).reshape(-1, hop).mean(1)
    level = 10 * np.log10(power + 1e-9)
    return np.asarray(np.clip((level + 45) / 27, 0, 1.2), np.float32)
