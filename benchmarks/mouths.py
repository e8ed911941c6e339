"""Picked and painted mouths on the same held-out frames: each frame's own mouth, laid in over itself by either engine.

    python benchmarks/mouths.py CLONE.sosie [--steps 700]

Both see the first 80 % of the clone's footage; of each frame in the rest they are told the lips and the head's turn. Prints one
JSON line: PSNR and sharpness of the luma where the mouth is laid in, and CPU milliseconds of choosing or painting it
and laying it in. Needs torch.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray

from sosie.clone.folder import open_clone
from sosie.consent.gate import ToRender, may
from sosie.engines.painted_fit import PaintPlan, save, teach
from sosie.engines.painter import OnnxPainter
from sosie.face.fit import FaceFit
from sosie.face.layin import LayIn, laid_in_box, masks
from sosie.face.motion import BodyStep
from sosie.face.painted import PaintedMouths, lessons
from sosie.face.perform import Mouths
from sosie.face.picked import LOOK_AHEAD, PickedMouths
from sosie.footage.reel import Reel
from sosie.host import consent_of
from sosie.types import Floats, YuvFrame


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--steps", type=int, default=PaintPlan().steps)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    clone = open_clone(given.clone)
    record = consent_of(clone)
    may(record, ToRender(record.languages[0]), datetime.now(UTC))
    with TemporaryDirectory() as folder:
        print(json.dumps(measure(FaceFit.load(clone.face, clone.video), Path(folder), PaintPlan(steps=given.steps))))


def measure(fit: FaceFit, folder: Path, plan: PaintPlan) -> dict[str, object]:
    n = len(fit.numbers) * 4 // 5
    heard = fit.exemplars.frames < n
    known = replace(
        fit,
        exemplars=replace(
            fit.exemplars,
            **{name: getattr(fit.exemplars, name)[heard] for name in ("frames", "lips", "angles", "sharpness")},
        ),
        patch=fit.patch[heard],
    )
    held_out = fit.exemplars.frames[~heard]
    started = time.process_time()
    taught = lessons(known)
    save(teach(taught, plan), folder / "painter.onnx")
    spent = time.process_time() - started
    paint = OnnxPainter(folder / "painter.onnx")
    return {
        "benchmark": "mouths",
        "footage": {"size": f"{fit.size[0]}x{fit.size[1]}", "lessons": len(taught), "held_out": len(held_out)},
        "painter": {
            "steps": plan.steps,
            "taught_cpu_seconds": round(spent),
            "megabytes": round((folder / "painter.onnx").stat().st_size / 1e6, 1),
        },
        "picked": laid_in(fit, PickedMouths(known), held_out),
        "painted": laid_in(fit, PaintedMouths(known, taught.sheet, paint), held_out),
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)},
    }


def laid_in(fit: FaceFit, mouths: Mouths, frames: NDArray[np.int64]) -> dict[str, float]:
    lay_in, errors, sharpness, spent = LayIn(), [], [], []
    for number, frame in pictures(fit, frames):
        own, eyes = fit.places.points[number], float(fit.places.eyes[number])
        box = laid_in_box(own, eyes, fit.size)
        before = frame.y[box.luma].copy()
        started = time.process_time()
        shown, mouth = mouths.next(fit.numbers[number], 1.0, BodyStep(number), coming(fit, number))
        moves = np.einsum("k,kpa->pa", shown - fit.numbers[number], fit.places.by_numbers)
        lay_in(frame, own, own + fit.places.in_picture(number, moves), eyes, mouth)
        spent.append(1e3 * (time.process_time() - started))
        mask = cv2.resize(masks(own, box, eyes)[0], (box.width, box.height))
        off = np.square(frame.y[box.luma].astype(float) - before)
        errors.append(10 * np.log10(255**2 / float((off * mask).sum() / mask.sum())))
        sharpness.append(energy(frame.y[box.luma], mask) / energy(before, mask))
    return {
        "psnr_db": round(float(np.mean(errors)), 2),
        "sharpness": round(float(np.mean(sharpness)), 3),
        "mouth_ms": round(float(np.median(spent)), 1),
    }


def pictures(fit: FaceFit, frames: NDArray[np.int64]) -> Iterator[tuple[int, YuvFrame]]:
    with Reel(fit.video) as reel:
        for number in frames:
            reel.seek(int(number))
            yield int(number), reel.read()


def coming(fit: FaceFit, number: int) -> list[tuple[Floats, BodyStep]]:
    ahead = range(number + 1, min(number + LOOK_AHEAD, len(fit.numbers)))
    return [(fit.numbers[later], BodyStep(later)) for later in ahead]


def energy(luma: np.ndarray, mask: np.ndarray) -> float:
    return float((np.square(cv2.Laplacian(luma, cv2.CV_32F)) * mask).sum())


if __name__ == "__main__":
    main()
