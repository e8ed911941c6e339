"""What an encode costs, and what the outputs add: one JSON line.

    python benchmarks/encode.py [seconds]

CPU milliseconds a frame, one thread: the bare x264 encode with the settings we use, then Encoder (plane copies, resampling,
AAC) with no output, with a recording, and with a recording and HLS. Made pictures with film grain and a moving bar; on
real footage the figures are of the same order (docs/experiments.md).
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median

import av
import numpy as np

from sosie.broadcast.encode import GOP_FRAMES, Encoder, picture_bits
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.file import FileSink
from sosie.broadcast.sinks.hls import HlsSink
from sosie.consent.gate import Permit, ToRender, may
from sosie.consent.record import Subject
from sosie.consent.wording import draft
from sosie.stage.compose import Scene, Stage
from sosie.stage.label import Label
from sosie.stage.labelled import LabelledFrame
from sosie.types import FPS, SAMPLES_PER_FRAME, Floats, YuvFrame

SIZES = ((720, 1280), (1080, 1920))
Step = Callable[[int], object]
"""Encodes frame n."""


def frames(width: int, height: int, n: int = 50) -> list[LabelledFrame]:
    stage = Stage((width, height), Label("en", "measurement"))
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[0:height, 0:width]
    still = 110 + 50 * np.sin(columns / 37) * np.cos(rows / 53)
    made = []
    for index in range(n):
        y = still + rng.normal(0, 1.5, (height, width))
        left = 200 + 4 * (index if index < n // 2 else n - index)
        y[height // 3 : height // 2, left : left + 240] += 40
        half = (height // 2, width // 2)
        frame = YuvFrame(y.clip(16, 235).astype(np.uint8), np.full(half, 115, np.uint8), np.full(half, 145, np.uint8))
        made.append(stage.draw(frame, Scene("en")))
    return made


def cpu_ms(contenders: dict[str, Step], n_frames: int) -> dict[str, float]:
    """CPU milliseconds a frame of each: median over seconds. They take turns, so that a busy machine is busy for all."""
    costs: dict[str, list[float]] = {name: [] for name in contenders}
    for second in range(n_frames // FPS):
        for name, step in contenders.items():
            start = time.process_time()
            for n in range(second * FPS, (second + 1) * FPS):
                step(n)
            costs[name].append((time.process_time() - start) / FPS * 1000)
    return {name: round(median(values), 2) for name, values in costs.items()}


def bare(pictures: list[LabelledFrame]) -> Step:
    width, height = pictures[0].size
    bits = str(picture_bits(width, height))
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, FPS), Fraction(FPS)
    context.gop_size, context.thread_count, context.bit_rate = GOP_FRAMES, 1, int(bits)
    context.options = {
        "preset": "superfast", "tune": "zerolatency", "maxrate": bits, "bufsize": bits, "x264-params": "scenecut=0",
    }  # fmt: skip
    ready = [
        av.VideoFrame.from_ndarray(np.concatenate([p.ravel() for p in (f.y, f.u, f.v)]).reshape(-1, width), "yuv420p")
        for f in (picture.frame for picture in pictures)
    ]

    def one(n: int) -> None:
        frame = ready[n % len(ready)]
        frame.pts, frame.time_base, frame.pict_type = n, Fraction(1, FPS), 0
        context.encode(frame)

    return one


def ours(pictures: list[LabelledFrame], encoder: Encoder) -> Step:
    sound: Floats = np.random.default_rng(1).normal(0, 0.05, SAMPLES_PER_FRAME).astype(np.float32)
    return lambda n: encoder.push(pictures[n % len(pictures)], sound)


def measurement_permit() -> Permit:
    now = datetime.now(UTC).replace(microsecond=0)
    record = draft(
        consent_id="measurement-benchmark", kind="measurement", subject=Subject("Nobody", "a made picture", True),
        controller="benchmark", cloned=("face",), purposes=("video",), intended_use="Measuring the cost of an encode.",
        platforms=(), languages=("en",), start=now, end=now + timedelta(days=1),
        footage=("0" * 64,), text_language="en",
    )  # fmt: skip
    return may(record, ToRender("en"), now)


def main() -> None:
    n_frames = FPS * int(sys.argv[1] if len(sys.argv) > 1 else 20)
    permit = measurement_permit()
    report: dict[str, object] = {"benchmark": "encode", "frames": n_frames, "unit": "CPU ms a frame, 1 thread"}
    for size in SIZES:
        pictures = frames(*size)
        encoders = {name: Encoder(size) for name in ("encoder", "recording", "recording_hls")}
        with tempfile.TemporaryDirectory() as folder:
            for name in ("recording", "recording_hls"):
                encoders[name].add(FileSink(Path(folder) / f"{name}.mp4", permit, record_for(permit)))
            encoders["recording_hls"].add(HlsSink(Path(folder) / "hls", permit, record_for(permit)))
            steps = {"bare_x264": bare(pictures)} | {name: ours(pictures, item) for name, item in encoders.items()}
            costs = cpu_ms(steps, n_frames)
            for encoder in encoders.values():
                encoder.close()
        ratio = round(costs["recording_hls"] / costs["bare_x264"], 3)
        report[f"{size[0]}x{size[1]}"] = costs | {"ratio_recording_hls_to_bare": ratio}
    report |= {"machine": platform.machine(), "cores": os.cpu_count(), "av": av.__version__, "load": os.getloadavg()[0]}
    print(json.dumps(report))


if __name__ == "__main__":
    main()
