"""Faces by MediaPipe's face landmarker, run with LiteRT alone (the ``mediapipe`` package reports usage to its maker).

The weights are one zip, ``face_landmarker.task`` (Apache-2.0), with three networks:

- ``face_detector``: BlazeFace, short range, 128 x 128 pixels, 896 anchors -> boxes with six key points;
- ``face_landmarks_detector``: a 256 x 256 crop -> 478 points with depth, and whether there is a face in the crop;
- ``face_blendshapes``: 146 of the points -> 52 blendshape scores.

A face that was seen is followed from its own landmarks, so the detector runs only every ``SEARCH_EVERY`` pictures, to
notice who came in. Anchors, box decoding and crop sizes follow the published MediaPipe graphs
(https://github.com/google-ai-edge/mediapipe, mediapipe/tasks/cc/vision/face_landmarker).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sosie.errors import WeightsUnavailable, YourInput
from sosie.types import N_LANDMARKS, Bytes, FaceSeen, Floats

SEARCH_EVERY = 12
"""Pictures between two searches of the whole picture: half a second at 25 frames a second."""
MAX_FACES = 4
"""More than one is refused by the footage checks anyway; this only bounds the cost."""
MIN_SCORE = 0.5
"""MediaPipe's own default, for the detector and for the landmarks."""
SAME_FACE = 0.3
"""Overlap (intersection over union) from which two boxes are the same face."""

_DETECTOR_PIXELS = 128
_CROP_PIXELS = 256
_CROP_MARGIN = 1.5
_OUTER_EYES = (33, 263)

# The points that MediaPipe's blendshape graph hands to the network (face_blendshapes_graph.cc), as half-open runs.
_BLENDSHAPE_RUNS = (
    (0, 2), (4, 9), (10, 11), (13, 15), (17, 18), (21, 22), (33, 34), (37, 38), (39, 41), (46, 47), (52, 56), (58, 59),
    (61, 62), (63, 64), (65, 68), (70, 71), (78, 79), (80, 83), (84, 85), (87, 89), (91, 92), (93, 94), (95, 96),
    (103, 104), (105, 106), (107, 108), (109, 110), (127, 128), (132, 134), (136, 137), (144, 147), (148, 151),
    (152, 156), (157, 164), (168, 169), (172, 174), (176, 177), (178, 179), (181, 182), (185, 186), (191, 192),
    (195, 196), (197, 198), (234, 235), (246, 247), (249, 250), (251, 252), (263, 264), (267, 268), (269, 271),
    (276, 277), (282, 286), (288, 289), (291, 292), (293, 294), (295, 298), (300, 301), (308, 309), (310, 313),
    (314, 315), (317, 319), (321, 322), (323, 325), (332, 333), (334, 335), (336, 337), (338, 339), (356, 357),
    (361, 363), (365, 366), (373, 376), (377, 383), (384, 391), (397, 399), (400, 401), (402, 403), (405, 406),
    (409, 410), (415, 416), (454, 455), (466, 467), (468, 478),
)  # fmt: skip
_BLENDSHAPE_POINTS = np.concatenate([np.arange(first, end) for first, end in _BLENDSHAPE_RUNS])


@dataclass(frozen=True, slots=True)
class Region:
    """A turned square of the picture that holds one face."""

    x: float
    """Centre, pixels."""
    y: float
    side: float
    """Pixels."""
    angle: float
    """Radians; turning the picture back by it sets the eyes level."""

    def to_crop(self) -> NDArray[np.float64]:
        """float64, (2, 3): affine map from picture pixels to crop pixels."""
        scale = _CROP_PIXELS / self.side
        cos, sin = np.cos(self.angle) * scale, np.sin(self.angle) * scale
        half = _CROP_PIXELS / 2
        return np.array(
            [[cos, sin, half - cos * self.x - sin * self.y], [-sin, cos, half + sin * self.x - cos * self.y]]
        )


@dataclass(frozen=True, slots=True)
class Box:
    """A face that the detector found; pixels of the picture."""

    x: float
    """Centre."""
    y: float
    width: float
    height: float
    angle: float
    """Radians, from the right eye to the left one."""
    score: float

    def overlap(self, other: Box) -> float:
        """Intersection over union, in [0, 1]."""
        across = min(self.x + self.width / 2, other.x + other.width / 2) - max(
            self.x - self.width / 2, other.x - other.width / 2
        )
        down = min(self.y + self.height / 2, other.y + other.height / 2) - max(
            self.y - self.height / 2, other.y - other.height / 2
        )
        shared = max(across, 0.0) * max(down, 0.0)
        return shared / (self.width * self.height + other.width * other.height - shared)

    def region(self) -> Region:
        return Region(self.x, self.y, _CROP_MARGIN * max(self.width, self.height), self.angle)


def region_around(points: Floats) -> Region:
    """Where to look for the same face in the next picture. ``points`` float32, (478, 3), pixels."""
    right, left = points[_OUTER_EYES[0], :2], points[_OUTER_EYES[1], :2]
    angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    cos, sin = np.cos(angle), np.sin(angle)
    level = points[:, :2] @ np.array([[cos, -sin], [sin, cos]])
    low, high = level.min(axis=0), level.max(axis=0)
    x, y = (low + high) / 2
    side = _CROP_MARGIN * float((high - low).max())
    return Region(float(cos * x - sin * y), float(sin * x + cos * y), side, angle)


def box_around(points: Floats, score: float) -> Box:
    """The upright box of a face's landmarks. ``points`` float32, (478, 3), pixels."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    (x, y), (width, height) = (low + high) / 2, high - low
    return Box(float(x), float(y), float(width), float(height), 0.0, score)


def best_of_each(boxes: list[Box]) -> list[Box]:
    """One box per face: the surest of those that overlap, surest first."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: -box.score):
        if all(box.overlap(other) < SAME_FACE for other in kept):
            kept.append(box)
    return kept


class LiteRtFaceTracker:
    """Implements ``ports.FaceTracker``. 8-11 ms a picture for one face on one loaded core.

    Finds faces from about 9 % of the picture's shorter side in width (100 of 1080 pixels); follows smaller ones.
    ``task`` is ``weights("face-landmarker")``. One tracker follows one clip; call ``reset`` between clips.
    """

    def __init__(self, task: Path) -> None:
        networks = _read_task(task)
        self._detector = _Network(networks["face_detector.tflite"])
        self._mesh = _Network(networks["face_landmarks_detector.tflite"])
        self._expression = _Network(networks["face_blendshapes.tflite"])
        self._anchors = _anchors()
        self.reset()

    def reset(self) -> None:
        self._regions: list[Region] = []
        self._since_search = SEARCH_EVERY

    def faces(self, rgb: Bytes) -> tuple[FaceSeen, ...]:
        """All faces, largest first; ``rgb`` uint8 (height, width, 3), RGB, at least 32 pixels a side."""
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or min(rgb.shape[:2]) < 32:
            raise YourInput(
                f"A picture of shape {rgb.shape}, {rgb.dtype}", wanted="uint8 (height, width, 3) of 32 pixels or more"
            )
        seen = self._look(rgb, self._regions, [])
        self._since_search += 1
        if not seen or self._since_search >= SEARCH_EVERY:
            self._since_search = 0
            known = [box_around(face.points, face.score) for face in seen]
            new = [box for box in self._search(rgb) if all(_apart(box, other) for other in known)]
            seen = self._look(rgb, [box.region() for box in new], seen)
        seen.sort(key=lambda face: -_area(face))
        self._regions = [region_around(face.points) for face in seen]
        return tuple(seen)

    def _look(self, rgb: Bytes, regions: list[Region], seen: list[FaceSeen]) -> list[FaceSeen]:
        """``seen`` and the faces in ``regions`` that are not the same as one of them."""
        found = list(seen)
        for region in regions:
            face = self._face_in(rgb, region)
            if face is None or len(found) >= MAX_FACES:
                continue
            box = box_around(face.points, face.score)
            if all(_apart(box, box_around(other.points, other.score)) for other in found):
                found.append(face)
        return found

    def _face_in(self, rgb: Bytes, region: Region) -> FaceSeen | None:
        to_crop = region.to_crop()
        crop = cv2.warpAffine(rgb, to_crop, (_CROP_PIXELS, _CROP_PIXELS), flags=cv2.INTER_LINEAR)
        out = self._mesh.run(crop.astype(np.float32)[None] / np.float32(255))
        score = _sigmoid(float(out["Identity_1"].ravel()[0]))
        if score < MIN_SCORE:
            return None
        local = out["Identity"].reshape(N_LANDMARKS, 3)
        to_picture = cv2.invertAffineTransform(to_crop)
        points = np.empty((N_LANDMARKS, 3), np.float32)
        points[:, :2] = local[:, :2] @ to_picture[:, :2].T + to_picture[:, 2]
        points[:, 2] = local[:, 2] * (region.side / _CROP_PIXELS)
        scores = self._expression.run(points[None, _BLENDSHAPE_POINTS, :2])["StatefulPartitionedCall:0"]
        return FaceSeen(points, np.clip(scores.ravel(), 0, 1).astype(np.float32), score)

    def _search(self, rgb: Bytes) -> list[Box]:
        """Faces in the whole picture, and in squares along its longer side, where smaller faces are found too."""
        boxes: list[Box] = []
        for left, top, right, bottom in _windows(rgb.shape[1], rgb.shape[0]):
            boxes += self._detect(rgb[top:bottom, left:right], left, top)
        return best_of_each(boxes)[:MAX_FACES]

    def _detect(self, rgb: Bytes, left: int, top: int) -> list[Box]:
        square, scale, pad_x, pad_y = _letterbox(rgb)
        out = self._detector.run(square.astype(np.float32)[None] / np.float32(127.5) - np.float32(1))
        logits = out["classificators"][0, :, 0]
        hits = logits > 0  # a score of MIN_SCORE
        centres = self._anchors[hits]
        values = out["regressors"][0, hits]
        boxes = []
        for (ax, ay), row, logit in zip(centres * _DETECTOR_PIXELS, values, logits[hits], strict=True):
            x, y = (ax + row[0] - pad_x) / scale + left, (ay + row[1] - pad_y) / scale + top
            angle = float(np.arctan2(row[7] - row[5], row[6] - row[4]))
            size = row[2:4] / scale
            boxes.append(Box(float(x), float(y), float(size[0]), float(size[1]), angle, _sigmoid(float(logit))))
        return best_of_each(boxes)


class _Network:
    """One LiteRT network with one input, on one thread."""

    def __init__(self, model: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=model, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [(out["name"], out["index"]) for out in self._interpreter.get_output_details()]

    def run(self, values: Floats) -> Mapping[str, Floats]:
        self._interpreter.set_tensor(self._input, values)
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(index) for name, index in self._outputs}


def _read_task(task: Path) -> dict[str, bytes]:
    names = ("face_detector.tflite", "face_landmarks_detector.tflite", "face_blendshapes.tflite")
    try:
        with zipfile.ZipFile(task) as archive:
            return {name: archive.read(name) for name in names}
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise WeightsUnavailable(
            f"{task} is not a face landmarker", wanted=f"a zip with {', '.join(names)}", try_this="make setup"
        ) from error


def _anchors() -> Floats:
    """float32, (896, 2): centres in [0, 1] of the short-range detector: two a cell at stride 8, six at stride 16."""
    centres = []
    for stride, per_cell in ((8, 2), (16, 6)):
        side = (np.arange(_DETECTOR_PIXELS // stride, dtype=np.float32) + 0.5) * stride / _DETECTOR_PIXELS
        ys, xs = np.meshgrid(side, side, indexing="ij")
        centres.append(np.repeat(np.stack([xs.ravel(), ys.ravel()], axis=1), per_cell, axis=0))
    return np.concatenate(centres)


def _letterbox(rgb: Bytes) -> tuple[Bytes, float, int, int]:
    """The picture in the middle of a black 128 x 128 square, its scale, and the borders left and top."""
    height, width = rgb.shape[:2]
    scale = _DETECTOR_PIXELS / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    square = np.zeros((_DETECTOR_PIXELS, _DETECTOR_PIXELS, 3), np.uint8)
    pad_x, pad_y = (_DETECTOR_PIXELS - size[0]) // 2, (_DETECTOR_PIXELS - size[1]) // 2
    square[pad_y : pad_y + size[1], pad_x : pad_x + size[0]] = small
    return square, scale, pad_x, pad_y


def _windows(width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """(left, top, right, bottom) of the whole picture and, if it is oblong, of half-overlapping squares along it."""
    yield 0, 0, width, height
    side = min(width, height)
    spare = max(width, height) - side
    if spare < side // 4:
        return
    steps = -(-spare // (side // 2))
    for step in range(steps + 1):
        offset = spare * step // steps
        left, top = (offset, 0) if width > height else (0, offset)
        yield left, top, left + side, top + side


def _apart(one: Box, other: Box) -> bool:
    """Two faces, not one seen twice: little overlap, and neither centre inside the other's middle half."""
    near_x = abs(one.x - other.x) < max(one.width, other.width) / 4
    near_y = abs(one.y - other.y) < max(one.height, other.height) / 4
    return one.overlap(other) < SAME_FACE and not (near_x and near_y)


def _area(face: FaceSeen) -> float:
    box = box_around(face.points, face.score)
    return box.width * box.height


def _sigmoid(logit: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(logit, -80, 80))))
