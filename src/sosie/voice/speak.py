"""From the model's sound to a finished clause: silence trimmed, loudness set, pause added, phones and words in their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ, Floats, Phone, Word
from sosie.voice.mix import at_loudness, faded, sounding
from sosie.voice.text import Clause

Symbol = tuple[str, int]
"""(phoneme symbol, number of the piece of the clause it belongs to)"""

LEAD_SAMPLES = 1560
"""Kokoro is heard 65 ms before its durations say: over 12 sentences p and b are quietest 70 ms before their phone's centre and
vowels loudest 60 ms before (docs/experiments.md, 2026-11-22). Its own package takes 75 ms off as well."""
BEFORE_SAMPLES, BEHIND_SAMPLES = 1440, 2520
"""At most 60 ms are kept before the first sound and 105 ms behind the last, however loud they are. No stock voice sounds on for
longer; one fitted in a kitchen had 140 to 215 ms of its noise there, and every pause was as much too long."""
NOTICE_CHARACTERS_A_MINUTE = 140
"""Pace of a spoken AI notice in Chinese; the rule (GB 45438, design notes L4) asks for 120 to 160."""
_SLOWEST, _FASTEST = 0.4, 1.1

_STRESS = frozenset("ˈˌ")
_LENGTHEN = frozenset("ːʰʲ\u0303")
_TONES = frozenset("↓→↗↘")
_SILENT = frozenset(';:,.!?—…"()“”')


@dataclass(frozen=True, slots=True)
class _Timed:
    symbol: str
    """"" for the silence before and after."""
    piece: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some samples and where each symbol lies in them."""

    samples: Floats
    timed: tuple[_Timed, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """A clause ready for the air."""

    samples: Floats
    """At VOICE_HZ, a whole number of frames, its pause included."""
    phones: tuple[Phone, ...]
    """Without a gap from the first sample to the last."""
    words: tuple[Word, ...]


def tidied(symbols: Sequence[Symbol]) -> list[Symbol]:
    """Single spaces, none at the edges or before punctuation: as in the texts that the model learned from."""
    result: list[Symbol] = []
    for symbol in symbols:
        if result and result[-1][0] == " " and (symbol[0] == " " or symbol[0] in ";:,.!?…)”"):
            result.pop()
        if result or symbol[0] != " ":
            result.append(symbol)
    while result and result[-1][0] == " ":
        result.pop()
    return result


def has_sound(symbols: Sequence[Symbol]) -> bool:
    """Whether there is more than punctuation to say."""
    return any(symbol not in _SILENT and symbol != " " for symbol, _ in symbols)


def within_limit(symbols: Sequence[Symbol], limit: int) -> Iterator[Sequence[Symbol]]:
    """The symbols in parts of at most ``limit``, cut behind a space where there is one in the second half."""
    while len(symbols) > limit:
        spaces = (i + 1 for i in range(limit - 1, limit // 2, -1) if symbols[i][0] == " ")
        cut = next(spaces, limit)
        yield symbols[:cut]
        symbols = symbols[cut:]
    if symbols:
        yield symbols


def placed(samples: Floats, symbols: Sequence[Symbol], durations: NDArray[np.int64]) -> Part:
    """Gives every symbol its place and cuts the silence off both ends.

    ``durations`` int64, (len(symbols) + 2,), in samples: silence, the symbols, silence.
    """
    ends = np.cumsum(durations)
    ends[:-1] -= LEAD_SAMPLES
    start, end = sounding(samples, VOICE_HZ)
    # A fitted voice has the noise of its recording in its silences, which counts as sound; the durations know better.
    spoken = [number for number, (symbol, _) in enumerate(symbols, start=1) if symbol not in _SILENT and symbol != " "]
    if spoken and start < end:
        start = max(start, min(int(ends[spoken[0] - 1]) - BEFORE_SAMPLES, end))
        end = max(min(end, int(ends[spoken[-1]]) + BEHIND_SAMPLES), start)
    owned = [("", symbols[0][1]), *symbols, ("", symbols[-1][1])]
    timed = []
    for number, ((symbol, piece), stop) in enumerate(zip(owned, ends, strict=True)):
        begin = min(max(int(ends[number - 1]) if number else 0, start), end) - start
        timed.append(_Timed(symbol, piece, begin, min(max(int(stop), start), end) - start))
    return Part(faded(samples[start:end], VOICE_HZ), tuple(timed))


def finished(parts: Sequence[Part], clause: Clause, pauses: float = 1.0) -> Finished:
    """Joins the parts, sets the loudness, adds ``pauses`` times the clause's pause and fills the last frame."""
    sound = at_loudness(np.concatenate([part.samples for part in parts]), VOICE_HZ)
    timed: list[_Timed] = []
    before = 0
    for part in parts:
        timed.extend(_Timed(t.symbol, t.piece, t.start + before, t.end + before) for t in part.timed)
        before += len(part.samples)
    length = len(sound) + round(pauses * clause.pause_seconds * VOICE_HZ)
    length = -(-length // SAMPLES_PER_FRAME) * SAMPLES_PER_FRAME
    samples = np.zeros(length, np.float32)
    samples[: len(sound)] = sound
    timed.append(_Timed("", -1, len(sound), length))
    return Finished(samples, _phones(timed), _words(timed, clause))


def _phones(timed: Sequence[_Timed]) -> tuple[Phone, ...]:
    """One phone a sound: stress goes into the sound behind it, length, breath and tone into the one before; marks are silence."""
    phones: list[Phone] = []
    start: int | None = None
    for item in timed:
        if item.symbol in _STRESS:
            start = item.start if start is None else start
            continue
        begin, start = item.start if start is None else start, None
        symbol = "" if item.symbol in _SILENT else item.symbol
        joins = symbol in _LENGTHEN or symbol in _TONES or (symbol == "" and phones and phones[-1].symbol == "")
        if joins and phones:
            kept = phones[-1].symbol + (symbol if symbol in _LENGTHEN else "")
            phones[-1] = Phone(kept, phones[-1].start, item.end)
        elif item.end > begin:
            phones.append(Phone(symbol, begin, item.end))
    return tuple(phones)


def _words(timed: Sequence[_Timed], clause: Clause) -> tuple[Word, ...]:
    pieces = [piece for run in clause.runs for piece in run.pieces]
    spans: dict[int, tuple[int, int]] = {}
    for item in timed:
        if item.symbol and item.symbol != " " and item.symbol not in _SILENT:
            start, _ = spans.get(item.piece, (item.start, 0))
            spans[item.piece] = start, item.end
    return tuple(
        Word(pieces[number].written.strip(), start, end)
        for number, (start, end) in sorted(spans.items())
        if pieces[number].is_word
    )


def notice_speed(clause: Clause, made: Finished) -> float:
    """Factor on the speed with which ``clause`` comes to the pace of a notice."""
    characters = sum("一" <= char <= "鿿" for run in clause.runs for piece in run.pieces for char in piece.spoken)
    a_minute = characters * 60 * VOICE_HZ / len(made.samples)
    return min(max(NOTICE_CHARACTERS_A_MINUTE / a_minute, _SLOWEST), _FASTEST) if characters else 1.0
