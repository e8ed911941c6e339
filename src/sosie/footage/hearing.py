"""What the sound of footage is good for: level, clipping, noise, echo, music, a second voice.

All measures ignore how loud the recording is. How well each tells good sound from spoilt, on which clips: docs/check.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.ndimage import median_filter
from scipy.signal import resample_poly
from scipy.spatial.distance import squareform

from sosie.footage.finding import Finding, judged, worst
from sosie.ports import VoiceEncoder
from sosie.types import LISTEN_HZ, VOICE_HZ, Audio, Floats

Spans = Sequence[tuple[float, float]]
"""(start, end) in seconds."""

LEVEL_SECONDS = 0.05
_SILENT_DB = -65.0
_QUIET_DB, _QUIET_BESIDE_DB = 25, 15
"""How far speech is above the quietest moments; the second where echo or music fills them."""
_PILED = 1.0
"""Samples within 8 % of one height, over those a little lower, above which the sound was cut off there. The higher, the rarer:
speech reads .36 to .57 (real and quiet recordings), .88 at most; cut off 2 dB below its loudest half per cent 1.0 to 1.5, 6 dB
2.0 and more, also when it was turned down afterwards and went through AAC."""
_FULL_SCALE, _AT_FULL_SCALE = 0.985, 1e-4
_BADLY_CLIPPED = 0.15
"""Share of the samples."""
_ECHO, _REPEAT = 0.08, 0.12
_TONES, _TONE_SECONDS = 0.12, 2.5
"""Share of the time, and seconds, with steady tones. Speech has none (15 of 17 clips), soft music has them in a third."""
_TONE_SIZE, _TONE_HOP = 4096, 1200
"""Samples at VOICE_HZ: 6 Hz a bin, every 50 ms."""
_TONE_HZ = (180.0, 4000.0)
"""Lower ones are the hum of the mains, and room for a man's voice."""
_TONE_DB, _TONE_STEPS, _TONE_DRIFT = 9.0, 8, 0.3
"""A tone stands this far out of its surroundings for 0.4 s and stays within this many bins; a voice glides."""
_VOICE_SECONDS, _VOICE_STEP, _VOICE_FILLED = 2.0, 1.0, 0.6
_ANOTHER, _SURELY_ANOTHER = 0.22, 0.1
"""Cosine of CAM++ between two groups of 2 s windows, and of one window to all others, under which somebody else speaks. One
voice gives .43 to .76 (15 people), .25 and more with noise under it; two give -.1 to .45."""
_FEWEST_WINDOWS = 4


def of_sound(audio: Audio, speech: Spans, voices: VoiceEncoder | None = None) -> Iterator[Finding]:
    """``audio`` at VOICE_HZ. ``voices`` tells voices apart; None leaves that finding out (40 ms a second of speech)."""
    level = levels(audio)
    times = (np.arange(len(level)) + 0.5) * LEVEL_SECONDS
    loud, floor = float(np.percentile(level, 95)), float(np.percentile(level, 5))
    if loud < _SILENT_DB:
        yield Finding("sound", "bad", "silence only", "a voice", "film again with the microphone on", (), "heard")
        return
    yield judged(
        "sound level", loud >= -32, loud >= -50, f"{loud:.0f} dB below full scale".replace("-", ""), "32 dB or less",
        "speak up, or come nearer to the microphone",
    )  # fmt: skip
    yield _of_clipping(audio)
    seconds = sum(end - start for start, end in speech)
    yield judged(
        "speech", seconds >= 20, seconds >= 5, f"{seconds:.0f} s of speech", "20 s or more",
        "speak for most of the footage; music and noises are not speech",
    )  # fmt: skip
    echo, music = _of_echo(audio, speech), _of_music(audio)
    # What rings on or plays between the words has its own name.
    wanted = _QUIET_DB if echo.verdict == music.verdict == "good" else _QUIET_BESIDE_DB
    quiet = level <= np.percentile(level, 20)
    yield judged(
        "noise", loud - floor >= wanted, loud - floor >= 8, f"speech is {loud - floor:.0f} dB above the quietest moments",
        f"{_QUIET_DB} dB or more", "film in a quiet room, away from fans and traffic, come nearer to the microphone",
        worst(level, times, quiet), "heard",
    )  # fmt: skip
    yield echo
    yield music
    if voices is not None:
        yield _of_voices(audio, speech, voices)


def levels(audio: Audio) -> Floats:
    """float32, dB relative to full scale of every LEVEL_SECONDS."""
    hop = round(audio.rate_hz * LEVEL_SECONDS)
    n = len(audio.samples) // hop
    power = (audio.samples[: n * hop].reshape(n, hop).astype(np.float64) ** 2).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-10), np.float32)


# --- clipping ------------------------------------------------------------------------------------------------------------


def _of_clipping(audio: Audio) -> Finding:
    hop = round(audio.rate_hz * LEVEL_SECONDS)
    n = len(audio.samples) // hop
    height = np.abs(audio.samples[: n * hop]).reshape(n, hop)
    # The one loudest pop must not set what the top is.
    top = float(np.percentile(height.max(axis=1), 99))
    piled, ceiling = max((_piled(height, share * top), share * top) for share in np.arange(0.6, 1.01, 0.04))
    full = float((height > _FULL_SCALE).mean())
    if full >= _AT_FULL_SCALE:
        ceiling = _FULL_SCALE / 0.92
    cut_off = (height > 0.92 * ceiling).mean(axis=1)
    good = piled < _PILED and full < _AT_FULL_SCALE
    share = float(cut_off.mean())
    times = (np.arange(n) + 0.5) * LEVEL_SECONDS
    return judged(
        "clipping", good, share < _BADLY_CLIPPED, "none" if good else f"{share:.1%} of the sound is cut off", "none",
        "lower the microphone's level, or speak from farther away",
        worst(cut_off.astype(np.float32), times, cut_off > 0), "heard",
    )  # fmt: skip


def _piled(height: Floats, ceiling: float) -> float:
    at, below = (
        float(((height > low * ceiling) & (height < high * ceiling)).mean())
        for low, high in ((0.92, 1.08), (0.72, 0.86))
    )
    return at / (below + 1e-5)


# --- echo ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Echo:
    late: float
    """Energy that the room gives back 50 to 200 ms later, over the direct sound's; speech in a dry room reads .01 to .05."""
    repeat: float
    """Height of the strongest single repeat, over the direct sound."""
    repeat_seconds: float
    """How late that repeat comes."""


def echo_of(audio: Audio) -> Echo:
    """From the real cepstrum, the mean over pieces of 2.7 s: what a room adds to the sound appears there at its own delay.

    Noise and music do not raise it, where decay after words does (20 clips: .3 to .6 s for noise alone); speech's own part,
    its pitch, is over by 50 ms. The level of the cepstrum far out, where no room reaches, is that of chance and taken off.
    """
    rate = VOICE_HZ // 2
    x = resample_poly(audio.samples.astype(np.float64), 1, 2)
    size = 2**15
    x = np.pad(x, (0, max(0, size - len(x))))
    window = np.hanning(size)
    pieces = np.lib.stride_tricks.sliding_window_view(x, size)[:: size // 4]
    cepstrum = np.zeros(size)
    for piece in pieces:
        # What is 90 dB down is rounding, and digital silence has no logarithm.
        power = np.abs(np.fft.rfft(piece * window)) ** 2
        cepstrum += np.fft.irfft(np.log(power + 1e-9 * power.mean() + 1e-20)) / len(pieces)

    def variance(start: float, end: float) -> float:
        # By the median: one strong repeat is no room.
        return float(np.median(cepstrum[round(start * rate) : round(end * rate)] ** 2)) / 0.455

    chance = variance(0.8, 1.3)
    late = sum((variance(a, b) - chance) * (b - a) * rate for a, b in ((0.05, 0.1), (0.1, 0.2)))
    first, last = round(0.05 * rate), round(1.2 * rate)
    at = int(cepstrum[first:last].argmax()) + first
    return Echo(max(0.0, late), float(cepstrum[at]), at / rate)


def _of_echo(audio: Audio, speech: Spans) -> Finding:
    echo = echo_of(audio)
    repeats = echo.repeat >= _REPEAT
    found = f"the room gives back {echo.late:.0%} of the voice late"
    if repeats:
        found = f"the sound comes again after {echo.repeat_seconds:.2f} s"
    # Heard best where a phrase ends.
    ends = np.array([end for _, end in speech] or [0.0], np.float32)
    return judged(
        "echo", echo.late < _ECHO and not repeats, True, found, f"under {_ECHO:.0%}",
        "film in a room with carpets, curtains or clothes, or come nearer to the microphone; switch effects off",
        worst(np.diff(ends, append=audio.seconds), ends, (ends > 0) & (ends < audio.seconds - 0.5)), "heard",
    )  # fmt: skip


# --- music ---------------------------------------------------------------------------------------------------------------


def steady_tones(audio: Audio) -> NDArray[np.int_]:
    """(n,): how many tones hold their pitch for 0.4 s or longer, every 50 ms. ``audio`` at VOICE_HZ."""
    window = np.hanning(_TONE_SIZE)
    padded = np.pad(audio.samples.astype(np.float32), _TONE_SIZE // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _TONE_SIZE)[::_TONE_HOP]
    first, last = (round(hz * _TONE_SIZE / VOICE_HZ) for hz in _TONE_HZ)
    power = np.stack([np.abs(np.fft.rfft(frame * window)[: last + 40]) ** 2 for frame in frames])
    level = (10 * np.log10(power + 1e-12)).astype(np.float32)
    stands_out = level - median_filter(level, size=(1, 41)) > _TONE_DB
    peak = np.zeros(level.shape, bool)
    peak[:, 1:-1] = (level[:, 1:-1] > level[:, :-2]) & (level[:, 1:-1] >= level[:, 2:])
    peak &= stands_out
    peak[:, :first] = peak[:, last:] = False
    count = np.zeros(len(level), np.int_)
    held: list[tuple[float, int]] = []
    """(pitch in bins, first step) of the tones that sound now."""

    def finish(since: int, until: int) -> None:
        if until - since >= _TONE_STEPS:
            count[since:until] += 1

    for step, row in enumerate(level):
        pitches = _pitches(row, np.flatnonzero(peak[step]))
        free = np.ones(len(pitches), bool)
        still: list[tuple[float, int]] = []
        for pitch, since in held:
            near = np.abs(pitches - pitch) + np.where(free, 0, np.inf)
            if len(near) and near.min() < _TONE_DRIFT:
                free[near.argmin()] = False
                still.append((0.7 * pitch + 0.3 * float(pitches[near.argmin()]), since))
            else:
                finish(since, step)
        held = still + [(float(pitch), step) for pitch in pitches[free]]
    for _, since in held:
        finish(since, len(level))
    return count


def _pitches(level: Floats, peaks: NDArray[np.intp]) -> NDArray[np.float64]:
    """Bins, to a fraction: the top of the parabola through each peak and its neighbours."""
    before, top, after = level[peaks - 1], level[peaks], level[peaks + 1]
    return np.asarray(
        peaks + np.clip((before - after) / (2 * (before - 2 * top + after) - 1e-9), -0.5, 0.5), np.float64
    )


def _of_music(audio: Audio) -> Finding:
    tones = steady_tones(audio)
    share = float((tones > 0).mean())
    times = np.arange(len(tones)) * _TONE_HOP / VOICE_HZ
    return judged(
        "music", share < _TONES and share * audio.seconds < _TONE_SECONDS, True,
        f"steady tones {share:.0%} of the time" if share else "none", "none",
        "switch music, televisions and humming machines off: the clone is given its own music later",
        worst(tones.astype(np.float32), times, tones > 0), "heard",
    )  # fmt: skip


# --- a second voice ------------------------------------------------------------------------------------------------------


def _of_voices(audio: Audio, speech: Spans, voices: VoiceEncoder) -> Finding:
    times, embeddings = _by_window(audio, speech, voices)
    another = somebody_else(embeddings) if len(times) >= _FEWEST_WINDOWS else np.zeros(len(times), bool)
    middle = times + _VOICE_SECONDS / 2
    like_others = np.median(embeddings @ embeddings.T, axis=1) if len(times) else times
    return judged(
        "one voice", not another.any(), True,
        f"another voice in {another.mean():.0%} of what is said" if another.any() else "one", "one voice only",
        "only the person of the consent may be heard: send others out of the room, switch televisions and radios off",
        worst(-np.asarray(like_others, np.float32), middle, another), "heard",
    )  # fmt: skip


def _by_window(audio: Audio, speech: Spans, voices: VoiceEncoder) -> tuple[NDArray[np.float64], Floats]:
    """Starts (seconds) of the windows that are mostly speech, and their embeddings (n, d)."""
    samples = resample_poly(audio.samples, 2, 3).astype(np.float32)
    starts, embeddings = [], []
    for start in np.arange(0, audio.seconds - _VOICE_SECONDS + 1e-6, _VOICE_STEP):
        end = start + _VOICE_SECONDS
        spoken = sum(max(0.0, min(end, stop) - max(start, begin)) for begin, stop in speech)
        if spoken >= _VOICE_FILLED * _VOICE_SECONDS:
            piece = samples[round(start * LISTEN_HZ) : round(end * LISTEN_HZ)]
            starts.append(start)
            embeddings.append(voices.embed(Audio(piece, LISTEN_HZ)))
    return np.array(starts), np.array(embeddings, np.float32).reshape(len(starts), -1)


def somebody_else(embeddings: Floats) -> NDArray[np.bool_]:
    """bool, (n,): the windows that are not the voice of most of the others. ``embeddings`` (n, d), unit length."""
    alike = embeddings @ embeddings.T
    apart = np.clip(1 - alike, 0, 2)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    lone = np.median(alike, axis=1) < _SURELY_ANOTHER
    for groups in (2, 3, 4):  # the first split may set one strange window apart, a cough, and the next one the voice
        label = fcluster(tree, groups, "maxclust")
        sizes = np.bincount(label)
        main = label == sizes.argmax()
        for group in np.flatnonzero(sizes >= 2):
            one = label == group
            if group != sizes.argmax() and alike[np.ix_(main, one)].mean() < _ANOTHER:
                return np.asarray(one | lone, np.bool_)
    return np.asarray(lone, np.bool_)
