"""How alike and how clear fitted voices are, and what they cost: one JSON line.

    python benchmarks/voice.py me.mp4 [--full] [--tries 120] [--budget 110] [--save me.npz]

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

from sosie.engines.campplus import CamPlusPlus
from sosie.engines.dvector import DVector
from sosie.engines.kokoro import KokoroModel
from sosie.engines.reader import Reader
from sosie.engines.silero import speech_spans
from sosie.engines.whisper import FasterWhisper
from sosie.footage.sound import sound_of
from sosie.models import weights
from sosie.types import VOICE_HZ, Audio, Language
from sosie.voice.likeness import VoiceFit, fit_quick
from sosie.voice.likeness_judge import at_listen_rate
from sosie.voice.likeness_space import read_stock_voices
from sosie.voice.style import VoiceStyle


def talk_of(source: Path) -> list[Audio]:
    """The stretches of a file in which somebody speaks, at VOICE_HZ."""
    sound = sound_of(source)
    spans = speech_spans(at_listen_rate(sound)).spans
    return [Audio(sound.samples[start * 3 // 2 : end * 3 // 2], VOICE_HZ) for start, end in spans]


def quick(talk: list[Audio], options: argparse.Namespace) -> VoiceFit:
    model = KokoroModel(threads=options.threads)
    listener, reader = FasterWhisper(threads=options.threads), Reader()

    def say(phonemes: str, style: VoiceStyle, speed: float) -> Audio:
        return Audio(model.synthesise(phonemes, style, speed).samples, VOICE_HZ)

    def understand(audio: Audio, language: Language) -> str:
        return reader.phonemes(listener.transcribe(audio, language).text, language)

    return fit_quick(
        talk,
        read_stock_voices(weights("kokoro-voices")),
        say=say,
        encoder=CamPlusPlus(weights("campplus")),
        judge=DVector(weights("dvector")),
        understand=understand,
        now=time.monotonic,
        budget_seconds=options.budget,
        most_tries=options.tries,
    )


def report(fit: VoiceFit, wall_seconds: float, cpu_seconds: float) -> dict[str, object]:
    def rounded(scores: object) -> list[dict[str, object]]:
        assert isinstance(scores, tuple)
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
    parser.add_argument("--tries", type=int, default=120)
    parser.add_argument("--budget", type=float, default=110.0, help="seconds")
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
    wall, cpu = time.monotonic(), time.process_time()
    fit = quick(talk, options)
    line["quick"] = report(fit, time.monotonic() - wall, time.process_time() - cpu)
    line["load_after"] = round(os.getloadavg()[0], 1)
    if options.save:
        fit.style.save(options.save)
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
