"""What the face costs: fitting and rendering on one core, next to a bare x264 encode of the same pictures in the same run.

    python benchmarks/face.py FOOTAGE.mp4 [--frames 250] [--height 1280]

Prints one JSON line. Times are CPU milliseconds of this process with one thread, so a busy machine changes them little;
ratios change even less. The last 20 % of the footage is kept out of the fit and drives the lips.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import av
import cv2
import numpy as np
from scipy.signal import resample_poly

from sosie.engines.litert_face import LiteRtFaceTracker
from sosie.engines.whisper_encoder import WhisperEncoder
from sosie.face.exemplars import lip_metric
from sosie.face.fit import FaceFit, fit_face
from sosie.face.motion import Walk
from sosie.face.perform import Performer
from sosie.face.picked import PickedMouths
from sosie.face.survey import mouth_box
from sosie.footage.colour import to_rgb
from sosie.footage.ingest import Footage, KeptVideo, bring, frame_of
from sosie.footage.reel import Reel
from sosie.footage.takes import Span
from sosie.footage.track import track_footage
from sosie.lips.fit import LipFit, fit_lips
from sosie.models import weights
from sosie.types import FPS, LISTEN_HZ, Audio, FaceTrack, Floats, LipShapes, YuvFrame


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footage", type=Path)
    parser.add_argument("--frames", type=int, default=250)
    parser.add_argument("--height", type=int, help="scale the footage to this height first, pixels")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(given.footage, Path(folder), given.frames, given.height)))


def measure(source: Path, folder: Path, n_frames: int, height: int | None) -> dict[str, object]:
    start, wall = time.process_time(), time.perf_counter()
    footage = bring(source, folder / "brought")
    if height:
        footage = scaled(footage, height, folder / "scaled.mp4")
    brought = time.perf_counter() - wall
    tracker = LiteRtFaceTracker(weights("face-landmarker"))
    start, wall = time.process_time(), time.perf_counter()
    track = track_footage(footage, tracker)
    tracked, tracked_wall = time.process_time() - start, time.perf_counter() - wall
    n_fit = len(track) * 4 // 5
    first = FaceTrack(track.points[:n_fit], track.blendshapes[:n_fit], track.seen[:n_fit])
    heard = resample_poly(footage.audio.samples, LISTEN_HZ // 8000, footage.audio.rate_hz // 8000)
    lips = fit_lips(first, Audio(heard[: n_fit * LISTEN_HZ // FPS].astype(np.float32), LISTEN_HZ), encoder())
    start, wall = time.process_time(), time.perf_counter()
    face = fit_face(replace(footage, n_frames=n_fit), first, lips, (Span(0, n_fit),), folder / "face")
    fitted, fitted_wall = time.process_time() - start, time.perf_counter() - wall
    wanted = np.resize(lips.space.numbers(track)[n_fit:], (n_frames, 16)).astype(np.float32)
    pictures, milliseconds, sharpness, jumps = perform(face, wanted)
    bare = encode(pictures)
    return {
        "benchmark": "face",
        "machine": {
            "cpu": cpu(),
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 2),
            "opencv": cv2.__version__,
        },
        "footage": {"seconds": footage.seconds, "size": f"{footage.width}x{footage.height}"},
        "bring_wall_seconds": round(brought, 1),
        "track_ms_per_frame": round(1e3 * tracked / len(track), 1),
        "fit_ms_per_frame": round(1e3 * fitted / n_fit, 1),
        "face_part_wall_seconds_for_60_s": round((tracked_wall / len(track) + fitted_wall / n_fit) * 60 * FPS, 1),
        "render_ms": {
            "mean": round(float(milliseconds.mean()), 2),
            "median": round(float(np.median(milliseconds)), 2),
            "p99": round(float(np.percentile(milliseconds, 99)), 2),
        },
        "x264_superfast_ms": round(bare, 2),
        "render_to_x264": round(float(milliseconds.mean()) / bare, 2),
        "mouth_sharpness_to_footage": round(sharpness, 3),
        "jump_rate": round(jumps, 3),
        **accuracy(lips, face, pictures, wanted, tracker),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def encoder() -> WhisperEncoder:
    return WhisperEncoder(weights("whisper-base"))


def scaled(footage: Footage, height: int, path: Path) -> Footage:
    width = round(footage.width * height / footage.height / 2) * 2
    with KeptVideo(path) as kept:
        for frame in footage.frames():
            y = cv2.resize(frame.y, (width, height), interpolation=cv2.INTER_AREA)
            u, v = (cv2.resize(p, (width // 2, height // 2), interpolation=cv2.INTER_AREA) for p in (frame.u, frame.v))
            kept.write(YuvFrame(y, u, v))
    return replace(footage, video=path, width=width, height=height)


def perform(face: FaceFit, wanted: Floats) -> tuple[list[YuvFrame], Floats, float, float]:
    mouths = PickedMouths(face)
    performer, walk = Performer(face, mouths=mouths), Walk(face.graph, 0)
    performer.prepare(LipShapes(wanted))
    pictures, milliseconds, chosen = [], [], []
    choose = mouths._choose

    def listen(*given: object) -> dict[int, float]:
        shares = choose(*given)  # type: ignore[arg-type]
        chosen.append(int(face.exemplars.frames[max(shares, key=lambda number: shares[number])]))
        return shares

    mouths._choose = listen  # type: ignore[method-assign]
    for _ in range(len(wanted)):
        start = time.process_time()
        pictures.append(performer.next_frame())
        milliseconds.append(1e3 * (time.process_time() - start))
    ratios = []
    with Reel(face.video) as reel:
        for n, picture in enumerate(pictures):
            step = walk.next("talking")
            if n % 4 or step.other is not None:
                continue
            reel.seek(step.frame)
            box = mouth_box(face.places.points[step.frame], float(face.places.eyes[step.frame]), face.size)
            ratios.append((energy(picture.y[box.luma]), energy(reel.read().y[box.luma])))
    made, real = np.array(ratios).mean(axis=0)
    return pictures, np.array(milliseconds, np.float32), float(made / real), float(np.mean(np.diff(chosen) != 1))


def energy(luma: np.ndarray) -> float:
    return float(np.square(cv2.Laplacian(luma, cv2.CV_32F)).mean())


def accuracy(
    lips: LipFit, face: FaceFit, pictures: list[YuvFrame], wanted: Floats, tracker: LiteRtFaceTracker
) -> dict[str, object]:
    """The rendered lips, tracked again, against those that were asked for."""
    tracker.reset()
    seen = [found[0] if (found := tracker.faces(to_rgb(picture))) else None for picture in pictures]
    kept = [n for n, face_seen in enumerate(seen) if face_seen is not None and n >= 4]
    faces = [face_seen for n in kept if (face_seen := seen[n]) is not None]
    track = FaceTrack(
        np.stack([f.points for f in faces]), np.stack([f.blendshapes for f in faces]), np.ones(len(faces), bool)
    )
    got, asked = lips.space.numbers(track), wanted[kept]
    off = np.sqrt((((got - asked) @ lip_metric(face.places)) ** 2).sum(axis=1)).mean()
    return {
        "lip_error_percent_of_eyes": round(float(off), 2),
        "correlation": {
            name: round(float(np.corrcoef(got[:, k], asked[:, k])[0, 1]), 3)
            for k, name in enumerate(("opening", "width", "jaw"))
        },
    }


def encode(pictures: list[YuvFrame]) -> float:
    """CPU milliseconds a frame of x264 superfast, zerolatency, one thread."""
    width, height = pictures[0].width, pictures[0].height
    with av.open(os.devnull, "w", format="null") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "superfast", "tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = 2_500_000 if height <= 1280 else 4_500_000
        stream.codec_context.thread_count = 1
        spent = 0.0
        for n, picture in enumerate(pictures):
            frame = frame_of(picture)
            frame.pts, frame.time_base = n, Fraction(1, FPS)
            start = time.process_time()
            container.mux(stream.encode(frame))
            spent += time.process_time() - start
    return 1e3 * spent / len(pictures)


def cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
