"""How alike and how clear fitted voices are, and what they cost: one JSON line.

    python benchmarks/voice.py me.mp4 [--full] [--save me.npz]

The last 20 % of the speech is in no fit. ``likeness`` is the cosine to it by an encoder that is in no search or loss (d-vector);
``fitted_likeness`` is by the one that is (CAM++). ``misunderstood`` is the share of phonemes that Whisper base got wrong.
Seconds depend on what else the machine does, so the load is in the line.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path

import numpy as np

from sosie.engines.silero import speech_spans
from sosie.engines.voice_fit import full_voice, quick_voice, stock_voice
from sosie.engines.whisper import FasterWhisper
from sosie.footage.sound import sound_of
from sosie.types import VOICE_HZ, Audio
from sosie.voice.likeness import VoiceFit
from sosie.voice.likeness_judge import Score, at_listen_rate


def talk_of(source: Path) -> list[Audio]:
    """The stretches of a file in which somebody speaks, at VOICE_HZ."""
    sound = sound_of(source)
    spans = speech_spans(at_listen_rate(sound)).spans
    return [Audio(sound.samples[start * 3 // 2 : end * 3 // 2], VOICE_HZ) for start, end in spans]


def report(fit: VoiceFit, wall_seconds: float, cpu_seconds: float) -> dict[str, object]:
    def rounded(scores: tuple[Score, ...]) -> list[dict[str, object]]:
        return [
            {
                "language": score.language,
                "likeness": round(score.likeness, 3),
                "fitted_likeness": round(score.fitted_likeness, 3),
                "misunderstood": round(score.misunderstood, 3),
            }
            for score in scores
        ]

    return {
        "stock": rounded(fit.stock),
        "fitted": rounded(fit.fitted),
        "likeness_stock": round(float(np.mean([score.likeness for score in fit.stock])), 3),
        "likeness_fitted": round(float(np.mean([score.likeness for score in fit.fitted])), 3),
        "likeness_of_the_person_to_themself": round(fit.ceiling, 3),
        "tries": fit.tries,
        "wall_seconds": round(wall_seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "note": fit.note,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footage", type=Path)
    parser.add_argument("--full", action="store_true", help="the full fit as well (needs torch)")
    parser.add_argument("--budget", type=float, default=85.0, help="seconds of the quick fit")
    parser.add_argument("--full-budget", type=float, default=320.0, help="seconds of the full fit's loop")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    talk = talk_of(options.footage)
    line: dict[str, object] = {
        "benchmark": "voice",
        "speech_seconds": round(sum(piece.seconds for piece in talk), 1),
        "machine": {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "load_before": round(os.getloadavg()[0], 1),
    }
    listener = FasterWhisper(threads=options.threads)
    wall, cpu = time.monotonic(), time.process_time()
    fit = quick_voice(talk, listener, budget_seconds=options.budget, threads=options.threads)
    line["quick"] = report(fit, time.monotonic() - wall, time.process_time() - cpu)
    if options.full:
        wall, cpu = time.monotonic(), time.process_time()
        fit = full_voice(
            talk,
            stock_voice(talk, listener, threads=options.threads),
            listener,
            budget_seconds=options.full_budget,
            threads=options.threads,
        )
        line["full"] = report(fit, time.monotonic() - wall, time.process_time() - cpu)
    line["load_after"] = round(os.getloadavg()[0], 1)
    if options.save:
        fit.style.save(options.save)
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
