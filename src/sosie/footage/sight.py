"""What the pictures of footage are good for: light, focus, blur, a steady camera, one take, a free mouth. One pass over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d
from scipy.spatial.transform import Rotation

from sosie.face.front import chip, covered, strangeness
from sosie.face.places import Places
from sosie.footage.finding import Finding, judged, worst
from sosie.footage.ingest import Footage
from sosie.footage.track import eye_distance
from sosie.lips.shape import LipSpace
from sosie.types import FPS, Bytes, FaceTrack, Floats

EVERY = 2
"""The face is looked at in one picture of so many; the camera in all."""
_SHARP_EYES = 60.0
"""Sharpness is measured with the face at this size, pixels between the eyes, so that a 4K close-up is not favoured."""
SHARP, BLURRED = 0.30, 0.15
"""Fine detail over the next coarser: good clips .34 to .49 (15 people), out of focus by 1/50 of the eye distance .24 to .29.
A ratio, so that little light is not taken for blur."""
_SMEARED, _OFTEN_SMEARED = 0.74, 0.15
"""Sharpness along its worse axis, over what this footage reaches in its best fifth: smears of 1/12 of the eye distance and more
read .47 to .73, what moves little .77 and more in 98 % of the pictures (7 people). The second is a share of the pictures."""
_WHITE, _BLOWN = 225, 0.1
"""Luma, of at most 235, and share of the lower face."""
_UNEVEN = 52
"""Levels between the cheeks. A window at one side gives 40, a face half in the dark 70 and more."""
_STAYS, _STRANGE = 7, 5.8
"""Pictures looked at (0.6 s), and how strange the mouth is all that time: on two real clips it reaches 5.5, for moments."""
_NONE = 1e-3
"""OpenCV takes 0 for "as the other axis"."""
_SMALL = 180
"""Short side, pixels, of the picture in which the camera's movement is followed."""
_SHAKEN = 0.02
"""Eye distances, root mean square: how the camera trembles, slower drift taken out. Tripods .000 to .001, a hand .011."""
_TREMBLE_FRAMES = 11
_CUT_PICTURE, _CUT_FACE, _CUT_UNEVEN = 2.35, 1.0, 3.2
"""How far one step of the picture and of the face stands out of the three before and after it. A frame that a recorder
dropped in quick movement reaches 2.1 in the picture, most cuts 2.6 and more; the third is for pictures that were brought
from another rate, where every fifth step or so is twice as long (up to 2.9)."""
_CUT_LEAST_PICTURE, _CUT_LEAST_FACE = 0.3, 0.02
"""Levels, eye distances: what noise and the tracker do anyway."""
_THUMB = 48


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What was seen. m = pictures looked at, one of EVERY; n = all pictures."""

    times: NDArray[np.float64]
    """(m,), seconds."""
    luma: Floats
    """(m,): mean of the lower face, levels."""
    blown: Floats
    """(m,): share of the lower face that is as good as white."""
    contrast: Floats
    """(m,): bright cheek against dark cheek, levels."""
    sharpness: Floats
    """(m, 3): see SHARP; of all detail, of what changes across the picture, and of what changes down it."""
    chips: Bytes
    """(m, 3, CHIP, CHIP), as ``face/front.py`` takes them."""
    changes: Floats
    """(n - 1,): mean change from one picture to the next, levels."""
    camera: Floats
    """(n - 1, 2): how far what is behind the person moved, pixels; nan where nothing could be followed."""


def look(footage: Footage, where: Places, progress: Callable[[float], None]) -> Sight:
    """Reads every picture once: about 6 ms each at 1080x1920, of which 3 are reading."""
    chips, sharpness, changes = [], [], []
    camera = _Camera(footage)
    before: Floats | None = None
    for n, frame in enumerate(footage.frames()):
        eyes = float(where.eyes[n])
        small = camera.push(frame.y, where.points[n], eyes)
        thumb = cv2.resize(small, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA).astype(np.float32)
        if before is not None:
            changes.append(float(np.abs(thumb - before).mean()))
        before = thumb
        if n % EVERY == 0:
            chips.append(chip(frame, where.points[n], eyes))
            sharpness.append(sharpness_of(frame.y, where.points[n], eyes))
        if n % 20 == 0:
            progress(n / footage.n_frames)
    progress(1.0)
    lower = np.stack(chips)
    halves = lower[:, 0, 8:24].astype(np.float32)
    return Sight(
        times=np.arange(len(chips)) * EVERY / FPS,
        luma=halves.mean(axis=(1, 2)),
        blown=(halves > _WHITE).mean(axis=(1, 2)).astype(np.float32),
        contrast=np.abs(halves[:, :, 4:14].mean(axis=(1, 2)) - halves[:, :, 18:28].mean(axis=(1, 2))),
        sharpness=np.array(sharpness, np.float32),
        chips=lower,
        changes=np.array(changes, np.float32),
        camera=np.array(camera.moves, np.float32).reshape(-1, 2),
    )


def sharpness_of(luma: Bytes, points: Floats, eyes: float) -> tuple[float, float, float]:
    """Fine detail of the face over the next coarser detail: all, across, down. ``points`` (c, 2) and ``eyes`` in pixels."""
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = np.maximum(low, 0).astype(int)
    face = luma[y : int(high[1]) + 1, x : int(high[0]) + 1]
    if not face.size:
        return (0.0, 0.0, 0.0)
    scale = _SHARP_EYES / eyes
    small = cv2.resize(face, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    real = small.astype(np.float32)

    def detail(across: float, down: float) -> float:
        soft, softer = (cv2.GaussianBlur(real, (0, 0), across * s + _NONE, sigmaY=down * s + _NONE) for s in (1.0, 3.0))
        return float(np.abs(real - soft).mean() / max(float(np.abs(soft - softer).mean()), 1e-3))

    return detail(1, 1), detail(1, 0), detail(0, 1)


class _Camera:
    """Follows what is behind the person from picture to picture (Lucas-Kanade on corners beside and above the head)."""

    _AGAIN = FPS // 2
    _FEWEST = 6

    def __init__(self, footage: Footage) -> None:
        self.moves: list[tuple[float, float]] = []
        self._scale = _SMALL / min(footage.width, footage.height)
        self._size = (round(footage.width * self._scale), round(footage.height * self._scale))
        self._before: Bytes | None = None
        self._corners: Floats | None = None
        self._n = 0

    def push(self, luma: Bytes, points: Floats, eyes: float) -> Bytes:
        """The small picture."""
        small = np.asarray(cv2.resize(luma, self._size, interpolation=cv2.INTER_AREA), np.uint8)
        if self._before is not None:
            self.moves.append(self._move(self._before, small))
        if self._n % self._AGAIN == 0:
            mask = self._behind(points * self._scale, eyes * self._scale)
            corners = cv2.goodFeaturesToTrack(small, 50, 0.01, 5, mask=mask)
            self._corners = None if corners is None else np.asarray(corners, np.float32)
        self._before = small
        self._n += 1
        return small

    def _move(self, before: Bytes, small: Bytes) -> tuple[float, float]:
        nothing = (float("nan"), float("nan"))
        if self._corners is None or len(self._corners) < self._FEWEST:
            return nothing
        now, found, _ = cv2.calcOpticalFlowPyrLK(
            before, small, self._corners, self._corners.copy(), winSize=(11, 11), maxLevel=2
        )
        kept = found[:, 0] == 1
        if kept.sum() < self._FEWEST:
            self._corners = None
            return nothing
        across, down = np.median((now - self._corners)[kept, 0], axis=0) / self._scale
        self._corners = now[kept]
        return float(across), float(down)

    def _behind(self, points: Floats, eyes: float) -> Bytes:
        width, height = self._size
        mask = np.full((height, width), 255, np.uint8)
        low, high = points.min(axis=0), points.max(axis=0)
        # Head and hair, and the body below.
        mask[
            max(0, int(low[1] - 1.2 * eyes)) :, max(0, int(low[0] - 0.8 * eyes)) : max(0, int(high[0] + 0.8 * eyes))
        ] = 0
        mask[
            max(0, int(high[1] - 0.2 * eyes)) :, max(0, int(low[0] - 2.2 * eyes)) : max(0, int(high[0] + 2.2 * eyes))
        ] = 0
        return mask


# --- findings ------------------------------------------------------------------------------------------------------------


def of_light(sight: Sight) -> Iterator[Finding]:
    luma, blown = float(np.median(sight.luma)), float(np.median(sight.blown))
    dark = luma < 75
    found = f"{blown:.0%} of the face is blown out" if blown > _BLOWN else f"face brightness {luma:.0f} of 255"
    yield judged(
        "light", 75 <= luma <= 200 and blown <= _BLOWN, 40 <= luma <= 225, found, "75 to 200",
        "put more light on the face" if dark else "use less light, or lower the camera's exposure",
        worst(-sight.luma if dark else sight.luma, sight.times, np.ones(len(sight.times), bool)),
    )  # fmt: skip
    uneven = float(np.median(sight.contrast))
    yield judged(
        "even light", uneven <= _UNEVEN, True, f"the cheeks differ by {uneven:.0f} levels", f"{_UNEVEN} or less",
        "turn towards the light, or put a second lamp on the dark side",
        worst(sight.contrast, sight.times, sight.contrast > _UNEVEN),
    )  # fmt: skip


def of_focus(sight: Sight) -> Iterator[Finding]:
    all_detail = sight.sharpness[:, 0]
    usual = float(np.median(all_detail))
    yield judged(
        "sharpness", usual >= SHARP, usual >= BLURRED, f"{usual:.2f}", f"{SHARP:.2f} or more",
        "clean the lens, focus on the face, and do not use the selfie camera's beauty filter",
        worst(-all_detail, sight.times, all_detail < SHARP),
    )  # fmt: skip
    if usual < SHARP:
        return  # movement is not what blurs it
    # Movement blurs along one axis more than along the other.
    worse = (sight.sharpness[:, 1:] / np.percentile(sight.sharpness[:, 1:], 80, axis=0)).min(axis=1)
    smeared = worse < _SMEARED
    share = float(smeared.mean())
    yield judged(
        "blurred moments", share <= _OFTEN_SMEARED, True, f"{share:.0%} of the pictures", f"{_OFTEN_SMEARED:.0%} or less",
        "use more light, so that the camera exposes shorter, lock the focus, and move the head more slowly",
        worst(-worse, sight.times, smeared),
    )  # fmt: skip


def of_camera(sight: Sight, track: FaceTrack, source_fps: float) -> Iterator[Finding]:
    """``source_fps``: of the file before it was brought to FPS."""
    eyes = float(np.median(eye_distance(track.points)))
    times = np.arange(1, len(sight.camera) + 1) / FPS
    # Without the face, what is behind it may be in front of the camera.
    followed = np.isfinite(sight.camera[:, 0]) & track.seen[1:] & track.seen[:-1]
    if followed.mean() >= 0.5:
        path = np.cumsum(np.where(followed[:, None], sight.camera, 0), axis=0) / eyes
        tremble = np.linalg.norm(path - uniform_filter1d(path, _TREMBLE_FRAMES, axis=0, mode="nearest"), axis=1)
        tremble = np.asarray(np.where(followed, tremble, 0), np.float32)
        shaken = float(np.sqrt((tremble[followed] ** 2).mean()))
        yield judged(
            "steady camera", shaken <= _SHAKEN, True, f"trembles by {shaken:.1%} of the eye distance", f"{_SHAKEN:.0%} or less",
            "put the camera on a tripod, a shelf or a pile of books",
            worst(tremble, times, tremble > _SHAKEN),
        )  # fmt: skip
    face = np.linalg.norm(np.diff(track.points[:, :, :2], axis=0), axis=2).mean(axis=1) / eyes
    in_picture, in_face = (
        out_of_line(steps, least)
        for steps, least in ((sight.changes, _CUT_LEAST_PICTURE), (face.astype(np.float32), _CUT_LEAST_FACE))
    )
    even = abs(source_fps / FPS - round(source_fps / FPS)) < 0.02
    cuts = (in_picture > (_CUT_PICTURE if even else _CUT_UNEVEN)) & (in_face > _CUT_FACE)
    yield judged(
        "one take", not cuts.any(), True, f"{cuts.sum() + 1} pieces" if cuts.any() else "one",
        "one take, filmed in one go",
        "film without stopping, and do not cut mistakes out: pause, then say the sentence again",
        worst(in_picture, times, cuts),
    )  # fmt: skip


def out_of_line(steps: Floats, least: float) -> Floats:
    """float32, (n,): each step over the largest of the three before and the three after it. Movement goes on; a cut does not."""
    around = np.stack([np.roll(steps, by) for by in (-3, -2, -1, 1, 2, 3)])
    for row, by in enumerate((-3, -2, -1, 1, 2, 3)):
        around[row, slice(by, None) if by < 0 else slice(0, by)] = 0
    return np.asarray(steps / (around.max(axis=0) + least), np.float32)


def of_mouth(sight: Sight, track: FaceTrack, numbers: Floats, where: Places) -> Finding:
    seen = (sight.chips, numbers[::EVERY], where.angles[::EVERY])
    strange = strangeness(*seen)
    # Something dark before a beard is not very strange, but it stays.
    hidden = (covered(*seen) | (median_filter(strange, _STAYS) > _STRANGE)) & track.seen[::EVERY]
    share = float(hidden.mean())
    return judged(
        "mouth free", share <= 0.15, share <= 0.5, f"something seems to be before it {share:.0%} of the time", "always free",
        "keep hands, cups and microphones off the mouth",
        worst(strange, sight.times, hidden),
    )  # fmt: skip


def of_face(track: FaceTrack, space: LipSpace) -> Iterator[Finding]:
    times = np.arange(len(track)) / FPS
    eyes = eye_distance(track.points)
    usual = float(np.median(eyes))
    yield judged(
        "face size", usual >= 100, usual >= 45, f"{usual:.0f} pixels between the eyes", "100 or more",
        "come nearer to the camera: head and shoulders", worst(-eyes, times, track.seen),
    )  # fmt: skip
    turned = Rotation.from_matrix(space.poses(track.points).rotation).as_euler("YXZ", degrees=True)
    # One frame in which the tracker errs is no turn.
    turn = median_filter(np.abs(turned[:, :2]).max(axis=1), 5).astype(np.float32)
    far = float(np.percentile(turn, 95))
    yield judged(
        "head turns", far <= 25, far <= 50, f"up to {far:.0f} degrees", "25 degrees or less",
        "look into the camera while you speak", worst(turn, times, turn > 25),
    )  # fmt: skip
    share = float(track.seen.mean())
    yield judged(
        "face in the picture", share >= 0.98, share >= 0.8, f"{share:.0%} of the time", "all the time",
        "stay in the picture, and keep hands and objects off the face",
        worst(np.ones(len(track), np.float32), times, ~track.seen),
    )  # fmt: skip
