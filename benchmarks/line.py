"""The whole line as a user runs it: check, clone, say; one JSON line.

    python benchmarks/line.py me.mp4 --consent ID_OR_FILE [--clone KEEP.sosie]

Seconds are wall seconds of the real commands with the load beside them. ``say`` is told in seconds of work for a second of film,
and the bare x264 encode of the film's own frames in the same run gives the ratio that another machine can be compared by.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av

TEXT = (
    "Welcome, and thank you for stopping by. This mug keeps your coffee warm for four hours, it closes tightly, "
    "and it fits the cup holder of a car. Today it costs nineteen euros ninety instead of twenty-nine."
)


def timed(*arguments: str) -> float:
    """Wall seconds of one sosie command; stops the benchmark when it fails."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "sosie", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def bare_encode(film: Path) -> tuple[float, float]:
    """(CPU seconds, seconds of film) of encoding its frames again as on air: superfast, zerolatency, one thread."""
    with av.open(str(film)) as source, av.open(os.devnull, "w", format="null") as target:
        frames = [frame.reformat(format="yuv420p") for frame in source.decode(video=0)]
        options = {"preset": "superfast", "tune": "zerolatency"}
        stream = target.add_stream("libx264", rate=25, width=frames[0].width, height=frames[0].height, options=options)
        stream.pix_fmt, stream.bit_rate, stream.codec_context.thread_count = "yuv420p", 2_500_000, 1
        stream.codec_context.time_base = Fraction(1, 25)
        started = time.process_time()
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, 25), 0
            stream.encode(frame)
        return time.process_time() - started, len(frames) / 25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footage", type=Path)
    parser.add_argument("--consent", required=True)
    parser.add_argument("--clone", type=Path, help="use this clone, or keep the one that is made here")
    options = parser.parse_args()
    line: dict[str, object] = {
        "benchmark": "line",
        "machine": {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "load_before": round(os.getloadavg()[0], 1),
    }
    with tempfile.TemporaryDirectory() as scratch:
        clone = options.clone or Path(scratch) / "clone.sosie"
        if not clone.exists():
            line["clone_seconds"] = round(
                timed("clone", str(options.footage), "--consent", options.consent, "--out", str(clone)), 1
            )
        film = Path(scratch) / "film.mp4"
        # One short film first: what is left is the loading.
        loading = timed("say", str(clone), "Hello.", "-o", str(film))
        saying = timed("say", str(clone), TEXT, "-o", str(film))
        encode_seconds, film_seconds = bare_encode(film)
    line |= {
        "say_film_seconds": round(film_seconds, 2),
        "say_seconds": round(saying, 1),
        "say_hello_seconds": round(loading, 1),
        "say_work_a_second": round((saying - loading) / film_seconds, 2),
        "bare_encode_cpu_a_second": round(encode_seconds / film_seconds, 3),
        "say_to_bare_encode": round((saying - loading) / encode_seconds, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
