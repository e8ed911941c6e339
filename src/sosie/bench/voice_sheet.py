"""To look at and to listen to: spectrograms of the person and of the clone, and both in one sound file. Both labelled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from sosie.bench.voice import VoiceFound
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.wav import write_wav
from sosie.consent.gate import Permit
from sosie.engines.kokoro import Kokoro
from sosie.errors import Theirs
from sosie.film import label_for
from sosie.show.phrases import NOTICE
from sosie.stage.compose import Scene, Stage
from sosie.types import VOICE_HZ, Audio, Bytes, Floats, Language, Utterance, YuvFrame
from sosie.voice.mix import at_loudness, faded
from sosie.voice.pitch import HOP_SECONDS, pitch_curve

PIECE_SECONDS = 5.0
WIDTH, STRIP, HEADER = 1280, 240, 300
TOP_HZ, PITCH_TOP_HZ = 8000.0, 500.0
"""Upper ends of the spectrogram and of the pitch drawn over it."""
_BEEP_HZ = 880.0


def write_spectrograms(found: VoiceFound, permit: Permit, path: Path) -> None:
    """A PNG: the person's held-out speech, and below it the clone in each language, pitch drawn in. Raises Theirs."""
    shown = [("the person", found.original)]
    shown += [(f"the clone, {language}", spoken.audio) for language, spoken in found.clone.items()]
    size = (WIDTH, HEADER + STRIP * len(shown))
    luma = np.full((size[1], size[0]), 24, np.uint8)
    for number, (name, audio) in enumerate(shown):
        top = HEADER + STRIP * number
        luma[top + 24 : top + STRIP] = _spectrogram(_first(audio), (WIDTH, STRIP - 24))
        curve = pitch_curve(audio)
        numbers = f"{name}: median {np.median(curve[curve > 0]):.0f} Hz" if (curve > 0).any() else name
        cv2.putText(luma, numbers, (8, top + 17), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 220, 1, cv2.LINE_AA)
    grey = np.full((size[1] // 2, size[0] // 2), 128, np.uint8)
    labelled = Stage(size, label_for(permit, "en")).draw(YuvFrame(luma, grey, grey.copy()), Scene("en"))
    if not cv2.imwrite(str(path), labelled.frame.y):
        raise Theirs(f"{path} could not be written", try_this="another folder")


def write_in_turn(found: VoiceFound, permit: Permit, path: Path) -> tuple[tuple[str, float], ...]:
    """A WAV: the spoken AI notice, then for each language the person (after one beep) and the clone (after two).

    Gives (what, second at which it begins). Raises Refused, Theirs.
    """
    first: Language = next(iter(found.clone))
    notice = Kokoro(found.fit.style, languages=[first]).speak(Utterance(1, NOTICE[first], first, "notice"))
    parts: list[Floats] = [speech.audio.samples for speech in notice]
    begins: list[tuple[str, float]] = []
    pieces = _in_pieces(found.original, len(found.clone))
    for (language, spoken), original in zip(found.clone.items(), pieces, strict=True):
        for name, beeps, sound in (("the person", 1, original), (f"the clone, {language}", 2, spoken.audio)):
            parts.append(_beeps(beeps))
            begins.append((name, round(sum(map(len, parts)) / VOICE_HZ, 1)))
            parts.append(faded(at_loudness(_first(sound).samples, VOICE_HZ), VOICE_HZ))
    write_wav(path, Audio(np.concatenate(parts), VOICE_HZ), permit, record_for(permit))
    return tuple(begins)


def _in_pieces(audio: Audio, n: int) -> Sequence[Audio]:
    """``n`` pieces of up to PIECE_SECONDS: different ones where there is enough, else the first again."""
    size = round(PIECE_SECONDS * VOICE_HZ)
    cut = [audio.samples[at : at + size] for at in range(0, max(len(audio.samples) - size // 2, 1), size)]
    return [Audio(cut[i % len(cut)], VOICE_HZ) for i in range(n)]


def _first(audio: Audio) -> Audio:
    return Audio(audio.samples[: round(PIECE_SECONDS * VOICE_HZ)], audio.rate_hz)


def _beeps(n: int) -> Floats:
    t = np.arange(round(0.12 * VOICE_HZ)) / VOICE_HZ
    beep = faded((0.1 * np.sin(2 * np.pi * _BEEP_HZ * t)).astype(np.float32), VOICE_HZ)
    quiet = np.zeros(round(0.12 * VOICE_HZ), np.float32)
    return np.concatenate([quiet, quiet, quiet, *([beep, quiet] * n), quiet])


def _spectrogram(audio: Audio, size: tuple[int, int]) -> Bytes:
    """uint8 (height, width): louder is brighter over 70 dB, 0 to TOP_HZ upwards, the pitch as a white line on its own scale."""
    width, height = size
    window, n = np.hanning(1024), 1024
    padded = np.pad(at_loudness(audio.samples, VOICE_HZ), n // 2)
    at = np.linspace(0, max(len(padded) - n, 0), round(width * audio.seconds / PIECE_SECONDS)).astype(int)
    power = np.abs(np.fft.rfft(np.stack([padded[i : i + n] for i in at]) * window, axis=1)) ** 2
    bins = np.linspace(TOP_HZ, 0, height) * n / VOICE_HZ
    level = 10 * np.log10(power[:, np.rint(bins).astype(int)].T + 1e-9)
    picture = np.full((height, width), 16, np.uint8)
    shade = np.clip((level - level.max() + 70) / 70, 0, 1)
    picture[:, : shade.shape[1]] = (16 + 190 * shade).astype(np.uint8)
    for i, hz in enumerate(pitch_curve(audio)):
        column = round(i * HOP_SECONDS / PIECE_SECONDS * width)
        if hz > 0 and column < width:
            cv2.circle(picture, (column, round(height * (1 - hz / PITCH_TOP_HZ))), 1, 235, -1)
    return picture
