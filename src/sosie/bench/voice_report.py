"""The table of a voice measurement: each row with what it is to reach and with the control that must fail it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sosie.bench.report import Row
from sosie.bench.voice import ENCODERS, FASTER, SOFTER_DB, Spoken, VoiceFound
from sosie.types import Language
from sosie.voice.mix import TARGET_LUFS

LONG_SECONDS = 15.0
"""Of speech that the fit hears: as much or more must come closer."""
CLOSE, LESS_CLOSE = 0.6, 0.4
"""Of the way from the best stock voice to the person; the worst language may be at LESS_CLOSE in any case."""
MORE_WRONG = 0.03
CLICK = 0.5
NAMES: dict[Language, str] = {"zh": "Chinese", "en": "English", "fr": "French"}


def rows_of(found: VoiceFound) -> tuple[Row, ...]:
    close = CLOSE if found.fitted_seconds >= LONG_SECONDS else LESS_CLOSE
    reporter, judge, _ = ENCODERS
    by_language = [found.ratio(reporter, language) for language in found.clone]
    rows = [
        Row(
            "of the way from the best stock voice to the person, Resemblyzer",
            found.ratio(reporter),
            close,
            math.inf,
            f"another voice of about the pitch ({found.other[0]})",
            found.other_ratio,
        ),
        Row("the same in the worst language", min(by_language), LESS_CLOSE, math.inf),
        Row("the same by the d-vector, which is in no loss", found.ratio(judge), close, math.inf),
    ]
    for number, (language, more) in enumerate(found.more_wrong.items()):
        control = ("another sentence", found.wrong_of_other_text) if number == 0 else ("", math.nan)
        rows.append(
            Row(f"letters wrong in {NAMES[language]}, more than the stock voice's", more, -1.0, MORE_WRONG, *control)
        )
    rate, person_rate = found.phones / found.pace.spoken_seconds, found.person_phones / found.person_pace.spoken_seconds
    faster_rate = found.phones / found.faster_pace.spoken_seconds
    played = f"played {FASTER:g} times as fast"
    return (
        *rows,
        Row(
            "pitch, median, to the person's",
            found.melody.median_hz / found.person_melody.median_hz,
            0.95,
            1.05,
            played,
            found.faster_melody.median_hz / found.person_melody.median_hz,
        ),
        Row("pitch, spread, to the person's", found.melody.spread / found.person_melody.spread, 0.85, 1.15),
        Row("sounds a second, to the person's", rate / person_rate, 0.85, 1.15, played, faster_rate / person_rate),
        Row(
            "pauses, mean length, to the person's",
            found.pace.mean_pause / found.person_pace.mean_pause,
            0.85,
            1.15,
        ),
        Row(
            "loudness on air, LUFS (EBU R128)",
            found.lufs,
            TARGET_LUFS - 1,
            TARGET_LUFS + 1,
            f"{SOFTER_DB:g} dB softer",
            found.softer_lufs,
        ),
        Row("true peak, dBTP", found.true_peak_db, -math.inf, -0.9),
        Row(
            "sharpest bend at a join of clauses, to the speech's own",
            found.click,
            0.0,
            CLICK,
            "cut in the middle of sounds",
            found.bad_click,
        ),
    )


def facts(found: VoiceFound) -> dict[str, object]:
    """For JSON."""
    return {
        "benchmark": "voice",
        "clip": found.name,
        "voice": found.method,
        "speech_seconds": round(found.speech_seconds, 1),
        "fitted_seconds": round(found.fitted_seconds, 1),
        "fit_wall_seconds": round(found.fit_wall_seconds, 1),
        "fit_cpu_seconds": round(found.fit_cpu_seconds, 1),
        "style": found.fit.style.name,
        "note": found.fit.note,
        "best_stock": {encoder: found.best_stock(encoder) for encoder in ENCODERS},
        "likeness": {
            encoder: {
                "stock": _by_language(found.stock[found.best_stock(encoder)], encoder),
                "clone": _by_language(found.clone, encoder),
                "own": round(found.own[encoder], 3),
                "of_the_way": {language: _rounded(found.ratio(encoder, language)) for language in found.clone},
                "of_the_way_mean": _rounded(found.ratio(encoder)),
            }
            for encoder in ENCODERS
        },
        "letters_wrong": {language: round(spoken.wrong, 3) for language, spoken in found.clone.items()},
        "person": {
            "pitch_hz": _rounded(found.person_melody.median_hz),
            "pitch_spread": _rounded(found.person_melody.spread),
            "sounds_a_second": _rounded(found.person_phones / found.person_pace.spoken_seconds),
            "mean_pause": _rounded(found.person_pace.mean_pause),
            "pauses": len(found.person_pace.pauses),
        },
        "clone": {
            "pitch_hz": _rounded(found.melody.median_hz),
            "pitch_spread": _rounded(found.melody.spread),
            "pitch_by_language": {
                language: [_rounded(melody.median_hz), _rounded(melody.spread)]
                for language, melody in found.melodies.items()
            },
            "sounds_a_second": _rounded(found.phones / found.pace.spoken_seconds),
            "mean_pause": _rounded(found.pace.mean_pause),
            "pauses": len(found.pace.pauses),
        },
        "rows": [
            {
                "measure": row.measure,
                "value": _rounded(row.value),
                "wanted": [_rounded(row.low), _rounded(row.high)],
                "reached": row.reached,
                "control": row.control or None,
                "control_value": _rounded(row.control_value),
                "control_failed": row.control_failed,
            }
            for row in rows_of(found)
        ],
        "machine": found.machine,
    }


def page(all_found: Sequence[VoiceFound]) -> str:
    """Markdown, one table for each voice."""
    parts = ["# How like the person's voice\n"]
    for found in all_found:
        parts.append(
            f"## {found.name}\n\n{found.speech_seconds:.0f} s of speech; {found.method} voice fitted on the first "
            f"{found.fitted_seconds:.0f} s, measured on the rest, in {found.fit_wall_seconds:.0f} s "
            f"({found.fit_cpu_seconds:.0f} s of computing; load {found.machine['load']}, {found.machine['cores']} cores). "
            f"{found.fit.note}\n"
        )
        parts.append("| likeness | best stock voice | clone | the person | of the way |\n|---|---|---|---|---|")
        parts += [_likeness_line(found, encoder) for encoder in ENCODERS]
        parts.append("\n| measure | found | to reach | reached | control that must fail |\n|---|---|---|---|---|")
        parts += [_line(row) for row in rows_of(found)]
        parts.append("")
    return "\n".join(parts)


def _likeness_line(found: VoiceFound, encoder: str) -> str:
    stock = found.stock[found.best_stock(encoder)]

    def three(values: Mapping[Language, float]) -> str:
        return " / ".join(f"{value:.2f}" for value in values.values())

    ways = {language: found.ratio(encoder, language) for language in found.clone}
    office = dict(zip(ENCODERS, ("reports", "judges, in no loss", "guides"), strict=True))[encoder]
    return (
        f"| {encoder} ({office}), {' / '.join(found.clone)} | {found.best_stock(encoder)}: "
        f"{three(_by_language(stock, encoder))} | {three(_by_language(found.clone, encoder))} | {found.own[encoder]:.2f} | "
        f"{three(ways)}, mean {found.ratio(encoder):.2f} |"
    )


def _by_language(spoken: Mapping[Language, Spoken], encoder: str) -> dict[Language, float]:
    return {language: round(one.likeness[encoder], 3) for language, one in spoken.items()}


def _line(row: Row) -> str:
    found = "not measurable on this recording" if row.reached is None else f"{row.value:.3g}"
    reached = {True: "yes", False: "**no**", None: "-"}[row.reached]
    control = ""
    if row.control_failed is not None:
        control = f"{row.control}: {row.control_value:.3g} {'fails' if row.control_failed else '**passes**'}"
    return f"| {row.measure} | {found} | {_wanted(row)} | {reached} | {control} |"


def _wanted(row: Row) -> str:
    if math.isinf(row.high):
        return f"at least {row.low:g}"
    return f"{row.low:g} to {row.high:g}" if row.low not in (-1.0, 0.0, -math.inf) else f"at most {row.high:g}"


def _rounded(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
