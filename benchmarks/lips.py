"""How well speech alone tells a person's lips: python benchmarks/lips.py CLIP...

Each clip is judged twice. `held_out`: fitted on its first 80 %, judged on its last 20 %, plain correlation. `five_blocks`: each
fifth predicted by a fit on the rest (0.32 s beside it left out), the mean of each fifth taken out, because drift of posture is
not speech. Landmark error: mean distance of 45 points of lips and chin, in per cent of the distance of the outer eye corners.
`still_lips` is the error of not moving at all, `tracked_numbers` that of the geometry alone, given the tracked numbers.
One JSON line a clip, then one with the means and the machine. Clips are measured, never kept.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from pathlib import Path

import av
import numpy as np

from sosie.bench.speaking import COLUMNS, distance, five_blocks
from sosie.engines.litert_face import LiteRtFaceTracker
from sosie.engines.whisper_encoder import WhisperEncoder
from sosie.lips.fit import fit_lips
from sosie.lips.pool import lip_pool
from sosie.lips.sync import correlation, shifted
from sosie.models import weights
from sosie.types import FPS, LISTEN_HZ, N_BLENDSHAPES, N_LANDMARKS, Audio, FaceTrack, Floats


def read_clip(path: Path, tracker: LiteRtFaceTracker) -> tuple[FaceTrack, Audio]:
    """The track at 25 frames a second and the sound at LISTEN_HZ, from the same start."""
    tracker.reset()
    times: list[float] = []
    rows: list[Floats] = []
    with av.open(str(path)) as media:
        for frame in media.decode(video=0):
            if faces := tracker.faces(frame.to_ndarray(format="rgb24")):
                times.append(float(frame.pts * frame.time_base))
                rows.append(np.concatenate([faces[0].points.ravel(), faces[0].blendshapes]))
    with av.open(str(path)) as media:
        resampler = av.AudioResampler("flt", "mono", LISTEN_HZ)
        heard = [piece for frame in [*media.decode(audio=0), None] for piece in resampler.resample(frame)]
    at = np.arange(int(times[-1] * FPS) + 1) / FPS
    even = np.stack([np.interp(at, times, column) for column in np.array(rows).T], axis=1).astype(np.float32)
    points = even[:, : 3 * N_LANDMARKS].reshape(-1, N_LANDMARKS, 3)
    blendshapes = even[:, -N_BLENDSHAPES:]
    samples = np.concatenate([piece.to_ndarray().ravel() for piece in heard]).astype(np.float32)
    return FaceTrack(points, blendshapes, np.ones(len(at), bool)), Audio(samples, LISTEN_HZ)


def held_out(track: FaceTrack, audio: Audio, encoder: WhisperEncoder) -> dict[str, object]:
    n = min(len(track), len(audio.samples) * FPS // LISTEN_HZ)
    split = n * 4 // 5
    first = FaceTrack(track.points[:split], track.blendshapes[:split], track.seen[:split])
    fit = fit_lips(first, Audio(audio.samples[: split * LISTEN_HZ // FPS], LISTEN_HZ), encoder)
    judged = slice(split + 8, n)
    truth = shifted(fit.space.numbers(track), fit.lag_seconds)[judged]
    faces = shifted(fit.space.lower_face(track.points), fit.lag_seconds)[judged]
    predicted = fit.reader.numbers(lip_pool(), encoder.encode(audio), n)[judged] * np.float32(fit.gain)
    error = distance(fit.space.decode(predicted), faces)
    facts = {"method": fit.method, "lag_seconds": fit.lag_seconds, "sync_score": round(fit.score, 3), "cv": fit.scores}
    correlations = {name: round(correlation(predicted[:, k], truth[:, k]), 3) for name, k in COLUMNS.items()}
    return facts | correlations | {"error_percent": round(error, 2)}


def in_blocks(track: FaceTrack, audio: Audio, encoder: WhisperEncoder) -> dict[str, object]:
    found = five_blocks(track, audio, encoder)
    return {name: round(one.value, 3) for name, one in found.found.items()} | {
        "error_percent": round(found.error_percent, 2),
        "still_lips_error_percent": round(found.still_error_percent, 2),
        "tracked_numbers_error_percent": round(found.tracked_error_percent, 2),
    }


def main() -> None:
    tracker = LiteRtFaceTracker(weights("face-landmarker"))
    encoder = WhisperEncoder(weights("whisper-base"))
    results = []
    for path in map(Path, sys.argv[1:]):
        track, audio = read_clip(path, tracker)
        start = time.process_time()
        encoder.encode(audio)
        encoding = time.process_time() - start
        result = {"clip": path.stem, "seconds": round(audio.seconds, 1)}
        result |= {"held_out": held_out(track, audio, encoder), "five_blocks": in_blocks(track, audio, encoder)}
        result["encoder_cpu_ms_per_second"] = round(1000 * encoding / audio.seconds, 1)
        results.append(result)
        print(json.dumps(result), flush=True)
    names = ("opening", "width", "jaw", "error_percent")
    means = {
        part: {name: round(float(np.mean([row[part][name] for row in results])), 3) for name in names}
        for part in ("held_out", "five_blocks")
    }
    machine = {"cpu": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    print(json.dumps({"benchmark": "lips", "clips": len(results), "means": means, "machine": machine}))


if __name__ == "__main__":
    main()
