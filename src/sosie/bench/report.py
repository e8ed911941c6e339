"""The table of a likeness measurement: each row with what it is to reach and with the control that must fail it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sosie.bench.likeness import Likeness

DRIVEN = {"opening": 0.74, "width": 0.70, "jaw": 0.66}
"""Correlation to reach, five blocks left out in turn."""
RENDER_MS = ((720 * 1280, 4.0), (1080 * 1920, 6.0))


@dataclass(frozen=True, slots=True)
class Row:
    measure: str
    value: float
    """nan: the footage has nothing to measure it by."""
    low: float
    high: float
    """What it is to reach: low <= value <= high."""
    control: str = ""
    """What must not reach it; empty where there is none."""
    control_value: float = math.nan
    interval: tuple[float, float] | None = None
    """5 % and 95 %."""

    @property
    def reached(self) -> bool | None:
        return None if math.isnan(self.value) else self.low <= self.value <= self.high

    @property
    def control_failed(self) -> bool | None:
        """As it must; None without a control."""
        if not self.control or math.isnan(self.control_value):
            return None
        return not self.low <= self.control_value <= self.high


def rows_of(found: Likeness) -> tuple[Row, ...]:
    made, body = found.made, found.body
    pixels = found.size[0] * found.size[1]
    render_ms = next((ms for size, ms in RENDER_MS if pixels <= size), RENDER_MS[-1][1])
    rows = [
        Row(
            "sharpness of the mouth, to the footage's",
            made.sharpness / body.sharpness,
            0.9,
            1.1,
            "blurred mouth",
            found.blurred.sharpness / body.sharpness,
        ),
        Row(
            "the same, control painted at 160 px",
            made.sharpness / body.sharpness,
            0.9,
            1.1,
            "painted mouth",
            found.painted.sharpness / body.sharpness,
        ),
        Row("seam: gradient along the edge, to the footage's", made.seam / body.seam, 0.0, 1.1),
        Row(
            "same face as the footage's own other moments",
            found.same_face,
            0.97,
            1.1,
            "face narrower by a third",
            found.same_face_narrower,
        ),
        Row(
            "real and made mouths told apart by a classifier taught on the other clips",
            found.told_apart,
            0.0,
            0.65,
            "painted mouth",
            found.told_apart_painted,
        ),
        Row("flicker: change from frame to frame, to the footage's", found.flicker, 0.8, 1.2),
        Row("lip error, five blocks, % of the eye distance", found.blocks.error_percent, 0.0, 2.6),
    ]
    for name, wanted in DRIVEN.items():
        one = found.blocks.found[name]
        rows.append(Row(f"{name} driven by speech, five blocks", one.value, wanted, 1.0, interval=(one.low, one.high)))
    for name, wanted in DRIVEN.items():
        one, other = found.held_out[name], found.held_out_of_body[name]
        rows.append(
            Row(
                f"{name} in the film, held-out speech",
                one.value,
                wanted,
                1.0,
                "unmodified original",
                other.value,
                (one.low, one.high),
            )
        )
    rows += [
        Row(
            "fall of the three with the clone's own voice on an aligned transcript",
            found.own_voice.fall,
            -1.0,
            0.06,
            "the clone's voice saying another phrase",
            found.own_voice.fall_elsewhere,
        ),
        Row(
            f"p b m closed in the film ({found.closed.n} heard)",
            found.closed.shut,
            0.95,
            1.0,
            "unmodified original",
            found.closed_of_body.shut,
        ),
        Row("vowels' frames wrongly closed", found.closed.wrongly, 0.0, 0.04),
        Row("movement in pauses, to the person's own", found.pauses, 0.0, 1.2),
        Row(
            "offset of lips and sound, seconds",
            found.offset_seconds,
            -0.02,
            0.02,
            "sound 80 ms later",
            found.offset_of_shifted_seconds,
        ),
        Row(
            "pose like itself after 20 s or more, an hour",
            found.repeats.worst if found.repeats else math.nan,
            -1.0,
            0.2,
            "there and back",
            found.repeats_there_and_back.worst,
        ),
        Row("face, CPU ms a frame on one core", found.render_ms, 0.0, render_ms),
    ]
    return tuple(rows)


def facts(found: Likeness) -> dict[str, object]:
    """For JSON."""
    return {
        "benchmark": "likeness",
        "clip": found.name,
        "mouths": found.engine,
        "taught_cpu_seconds": round(found.taught_seconds),
        "footage": {
            "seconds": round(found.seconds, 1),
            "fitted_seconds": round(found.fitted_seconds, 1),
            "size": f"{found.size[0]}x{found.size[1]}",
        },
        "rows": [
            {
                "measure": row.measure,
                "value": _rounded(row.value),
                "wanted": [row.low, row.high],
                "reached": row.reached,
                "interval": [round(edge, 3) for edge in row.interval] if row.interval else None,
                "control": row.control or None,
                "control_value": _rounded(row.control_value),
                "control_failed": row.control_failed,
            }
            for row in rows_of(found)
        ],
        "machine": found.machine,
    }


def page(all_found: Sequence[Likeness]) -> str:
    """Markdown, one table for each clip."""
    parts = ["# How like the person\n"]
    for found in all_found:
        taught = f", taught in {found.taught_seconds:.0f} CPU s" if found.taught_seconds else ""
        parts.append(
            f"## {found.name}\n\n{found.seconds:.0f} s, {found.size[0]}x{found.size[1]}; fitted on the first "
            f"{found.fitted_seconds:.0f} s, measured on the rest. Mouths {found.engine}{taught}. "
            f"Load {found.machine['load']}, {found.machine['cores']} cores.\n"
        )
        parts.append("| measure | found | to reach | reached | control that must fail |\n|---|---|---|---|---|")
        parts += [_line(row) for row in rows_of(found)]
        parts.append("")
    return "\n".join(parts)


def _line(row: Row) -> str:
    found = "not measurable on this footage" if row.reached is None else f"{row.value:.3g}"
    if row.interval and row.reached is not None:
        found += f" ({row.interval[0]:.2f} to {row.interval[1]:.2f})"
    reached = {True: "yes", False: "**no**", None: "-"}[row.reached]
    control = ""
    if row.control_failed is not None:
        control = f"{row.control}: {row.control_value:.3g} {'fails' if row.control_failed else '**passes**'}"
    wanted = f"{row.low:g} to {row.high:g}" if row.low > 0 or row.low == -0.02 else f"at most {row.high:g}"
    return f"| {row.measure} | {found} | {wanted} | {reached} | {control} |"


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
