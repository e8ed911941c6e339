"""What the mouth looks like in a film, against the same body's own mouth: sharpness, seam, flicker. Pure; one frame at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sosie.face.layin import laid_in_box, masks
from sosie.face.survey import mouth_box
from sosie.types import Bytes, Floats, YuvFrame

SEAM = (0.2, 0.8)
"""Shares of the laid-in mouth between which the seam lies, if there is one."""
SPEEDS = 4
"""Classes of lip speed within which frame-to-frame change is compared: a mouth that moves more changes more."""
LEAST_IN_CLASS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One frame of a film."""

    picture: YuvFrame
    points: Floats
    """float32, (c, 2): CONTROLS as tracked in this picture, pixels."""
    eyes: float
    """Distance of the outer eye corners, pixels."""
    lip_speed: float
    """How fast the lips move here, in eye distances a frame."""


@dataclass(frozen=True, slots=True, eq=False)
class MouthLooks:
    """Of a whole film; for itself these mean little, compare them with those of another film of the same body."""

    frames: NDArray[np.int64]
    """(n,): of the film, those that were looked at for sharpness and seam."""
    sharpnesses: NDArray[np.float32]
    """(n,): mean square of the Laplacian of the mouth region, luma levels."""
    seams: NDArray[np.float32]
    """(n,): mean gradient along the edge of what was laid in, luma levels a pixel; nan without an edge."""
    changed_frames: NDArray[np.int64]
    """(k,): of the film, those whose frame before was seen too."""
    changes: NDArray[np.float32]
    """(k,): mean absolute change of the mouth region since the frame before, luma levels."""
    speeds: NDArray[np.float32]
    """(k,): lip speed at the same frames."""

    @property
    def sharpness(self) -> float:
        return float(self.sharpnesses.mean())

    @property
    def seam(self) -> float:
        return float(np.nanmean(self.seams))


class MouthWatch:
    """Push the frames of one film in order, then ask."""

    def __init__(self) -> None:
        self._n = 0
        self._frames: list[int] = []
        self._sharpness: list[float] = []
        self._seams: list[float] = []
        self._changed_frames: list[int] = []
        self._changes: list[float] = []
        self._speeds: list[float] = []
        self._before: Bytes | None = None

    def push(self, look: Look, *, at_cut: bool = False) -> None:
        """``at_cut``: two body frames are mixed here, which blurs; only the change to the next frame is taken."""
        number, self._n = self._n, self._n + 1
        luma = look.picture.y
        size = (look.picture.width, look.picture.height)
        box = mouth_box(look.points, look.eyes, size)
        if self._before is not None and not at_cut:
            self._changed_frames.append(number)
            self._changes.append(float(cv2.absdiff(luma[box.luma], self._before[box.luma]).mean()))
            self._speeds.append(look.lip_speed)
        self._before = luma
        if at_cut:
            return
        self._frames.append(number)
        self._sharpness.append(float(np.square(cv2.Laplacian(luma[box.luma], cv2.CV_32F)).mean()))
        edge_box = laid_in_box(look.points, look.eyes, size)
        mask, _ = masks(look.points, edge_box, look.eyes)
        edge = cv2.resize(mask, (edge_box.width, edge_box.height), interpolation=cv2.INTER_LINEAR)
        on_edge = (edge > SEAM[0]) & (edge < SEAM[1])
        self._seams.append(float(_gradient(luma[edge_box.luma])[on_edge].mean()) if on_edge.any() else float("nan"))

    def looks(self) -> MouthLooks:
        """Raises ValueError before two frames were pushed."""
        if not self._sharpness or not self._changes:
            raise ValueError("a film needs two frames in a row without a cut to be looked at")
        return MouthLooks(
            np.array(self._frames),
            np.array(self._sharpness, np.float32),
            np.array(self._seams, np.float32),
            np.array(self._changed_frames),
            np.array(self._changes, np.float32),
            np.array(self._speeds, np.float32),
        )


def worst_frames(made: MouthLooks, real: MouthLooks, n: int, apart: int) -> dict[str, tuple[int, ...]]:
    """By fault, up to ``n`` frames of the film where it is worst against the same body's own mouth, ``apart`` frames apart.

    Both are looks at the same frames.
    """
    scores = {
        "blur": (made.frames, -made.sharpnesses / real.sharpnesses),
        "seam": (made.frames, made.seams / real.seams),
        "flicker": (made.changed_frames, made.changes / (real.changes + made.changes.mean())),
    }
    return {fault: apart_from_each_other(frames, found, n, apart) for fault, (frames, found) in scores.items()}


def apart_from_each_other(frames: NDArray[np.int64], scores: Floats, n: int, apart: int) -> tuple[int, ...]:
    """The ``n`` frames of highest score of which no two are nearer than ``apart``, in time order; nan counts as lowest."""
    chosen: list[int] = []
    for i in np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable"):
        if all(abs(int(frames[i]) - other) >= apart for other in chosen):
            chosen.append(int(frames[i]))
        if len(chosen) == n:
            break
    return tuple(sorted(chosen))


def flicker(made: MouthLooks, real: MouthLooks) -> float:
    """Change from frame to frame of ``made`` over that of ``real`` where the lips move as fast; nan if they never do."""
    edges = np.quantile(real.speeds, np.linspace(0, 1, SPEEDS + 1)[1:-1])
    classes = [np.searchsorted(edges, looks.speeds) for looks in (made, real)]
    ratios = []
    for number in range(SPEEDS):
        ours, theirs = (looks.changes[kind == number] for looks, kind in zip((made, real), classes, strict=True))
        if min(len(ours), len(theirs)) >= LEAST_IN_CLASS:
            ratios.append(float(ours.mean() / max(float(theirs.mean()), 1e-6)))
    return float(np.mean(ratios)) if ratios else float("nan")


def blurred(look: Look) -> YuvFrame:
    """Control: the mouth out of focus, as a small network paints it."""
    return _repainted(look, lambda mouth: np.asarray(cv2.GaussianBlur(mouth, (0, 0), 0.012 * look.eyes), np.uint8))


def painted_small(look: Look, side: int = 160) -> YuvFrame:
    """Control: the mouth through a face of ``side`` pixels, the size at which the field's engines paint."""

    def through(mouth: Bytes) -> Bytes:
        # A face of `side` pixels is about 1.7 eye distances wide.
        scale = side / (1.7 * look.eyes)
        if scale >= 1:
            return mouth
        small = (max(2, round(mouth.shape[1] * scale)), max(2, round(mouth.shape[0] * scale)))
        low = cv2.resize(mouth, small, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(low, mouth.shape[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)

    return _repainted(look, through)


def _repainted(look: Look, paint: Callable[[Bytes], Bytes]) -> YuvFrame:
    box = mouth_box(look.points, look.eyes, (look.picture.width, look.picture.height))
    luma = look.picture.y.copy()
    luma[box.luma] = paint(np.ascontiguousarray(luma[box.luma]))
    return YuvFrame(luma, look.picture.u, look.picture.v)


def _gradient(luma: Bytes) -> Floats:
    real = luma.astype(np.float32)
    across, down = cv2.Sobel(real, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(real, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(np.hypot(across, down), np.float32)
