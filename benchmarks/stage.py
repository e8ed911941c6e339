"""What the stage costs: CPU milliseconds for each frame, against encoding the same frames. Ends in one JSON line.

python benchmarks/stage.py
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

import av
import cv2
import numpy as np

from sosie.stage.cards import Card, Toast
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label
from sosie.stage.subtitles import Subtitle
from sosie.types import FPS, SAMPLES_PER_FRAME, Word, YuvFrame

SIZES = ((720, 1280), (1080, 1920))
FRAMES = 100
ROUNDS = 5
TEXT = "This bottle keeps your coffee hot for twelve hours, and today it is only $19.99."


def moving_frames(size: tuple[int, int]) -> list[YuvFrame]:
    """Four seconds of a soft picture that drifts sideways under a little grain."""
    width, height = size
    rng = np.random.default_rng(0)
    field = cv2.GaussianBlur(rng.integers(16, 236, (height, width + FRAMES), dtype=np.uint8), (0, 0), 9)
    field = cv2.normalize(field, None, 40, 220, cv2.NORM_MINMAX)
    grain = rng.integers(0, 5, (height, width), dtype=np.uint8)
    chroma = np.full((height // 2, width // 2), 128, np.uint8)
    return [YuvFrame(field[:, i : i + width] + grain, chroma.copy(), chroma.copy()) for i in range(FRAMES)]


def again(frame: YuvFrame) -> YuvFrame:
    """The same pixels under new names: a stage leaves the planes it was given unwritable."""
    return YuvFrame(frame.y[:], frame.u[:], frame.v[:])


def cpu_ms_per_frame(work: Callable[[], object]) -> float:
    """Median over the rounds: the machine may be shared."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        rounds.append((time.process_time() - start) / FRAMES * 1000)
    return round(statistics.median(rounds), 3)


def encode(frames: list[YuvFrame]) -> None:
    """x264 superfast zerolatency on one thread, as the broadcast uses it, without muxing."""
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
    codec.framerate = FPS
    codec.time_base = 1 / codec.framerate
    codec.bit_rate = 2_500_000 if frames[0].width < 1080 else 4_500_000
    codec.options = {"preset": "superfast", "tune": "zerolatency", "threads": "1"}
    for frame in frames:
        stacked = np.concatenate([plane.ravel() for plane in (frame.y, frame.u, frame.v)])
        codec.encode(av.VideoFrame.from_ndarray(stacked.reshape(-1, frame.width), format="yuv420p"))
    codec.encode(None)


def measure(size: tuple[int, int]) -> dict[str, float]:
    """Milliseconds a frame: label alone; everything with the lit word moving on four times a second; and the encoder."""
    frames = moving_frames(size)
    stage = Stage(size, Label("en", "clone", "Camille Dupont"))
    card = Card("Thermal steel bottle, 750 ml", Decimal("29.99"), "USD", Decimal("19.99"), stock=3)
    words = tuple(Word(word, i * 6000, (i + 1) * 6000) for i, word in enumerate(TEXT.split()))
    toast = Toast("Does it fit a car cup holder?", "Mia")

    def scene(frame_index: int) -> Scene:
        return Scene("en", Subtitle(TEXT, words, frame_index * SAMPLES_PER_FRAME), card, toast)

    def everything(moving: bool) -> Callable[[], object]:
        return lambda: [stage.draw(again(frame), scene(i if moving else 0)) for i, frame in enumerate(frames)]

    bare = cpu_ms_per_frame(lambda: encode(frames))
    stage.draw(again(frames[0]), scene(0))
    whole = cpu_ms_per_frame(everything(True))
    return {
        "label_only_ms": cpu_ms_per_frame(lambda: [stage.draw(again(frame), Scene("en")) for frame in frames]),
        "everything_unchanged_ms": cpu_ms_per_frame(everything(False)),
        "everything_ms": whole,
        "x264_ms": bare,
        "share_of_x264": round(whole / bare, 4),
    }


def main() -> None:
    """Measures both upright sizes."""
    cv2.setNumThreads(1)
    machine = {"cpu": _cpu(), "cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    results = {f"{width}x{height}": measure((width, height)) for width, height in SIZES}
    print(json.dumps({"benchmark": "stage", "machine": machine, "av": av.__version__, **results}))


def _cpu() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    except OSError:
        return platform.processor() or "unknown"


if __name__ == "__main__":
    main()
