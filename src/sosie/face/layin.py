"""Lay a mouth in: the body frame's jaw is moved to where it must be, then the person's own mouth from another frame goes over it.

In the footage's own planes; nothing is painted, and nothing outside the box around the lower face is touched. The jaw
goes first, with the neck and the upper face held, because a mouth with another jaw laid over it shows two chins.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from sosie.face.places import CHEEKS, CHIN, JAW, NOSE, OUTER_LIPS, PLACE, SIDES, rows
from sosie.face.warp import Box, Planes, Pull, box_around, field
from sosie.types import Bytes, Floats, YuvFrame

_BODY_WIDTH, _BODY_HEIGHT = 2.0, 1.6
"""Of the box in which the jaw is moved, in eye distances: from under the eyes to the throat."""
_NECK = 0.42
"""How far below the jaw the neck is held, in eye distances."""
_FEATHER = 0.05
"""Standard deviation of the soft edge, in eye distances."""
_INSIDE = 0.09
"""How far inside the jaw the edge runs, in eye distances."""
_TONE_SPREAD = 0.14
"""Standard deviation of the colour match, in eye distances: slower than any detail of a mouth, faster than a shadow."""
_DETAIL_RANGE = (0.8, 1.5)
"""Of the gain on the mouth's fine detail that brings it to the detail of the skin and beard around."""
_RESAMPLED = 1.2
"""What cubic resampling and the cross-fade take from the lips' detail, which the skin around cannot tell; given back. Lanczos
would keep it for 4 ms a frame more."""
_DETAIL_FOLLOWS = 0.4
"""How fast the gain follows, so that it does not flicker."""
_LOW = 4
"""The mask and the colour match are worked out at a quarter of the luma size."""

_BODY = rows((*OUTER_LIPS, *JAW, *CHIN, *CHEEKS, *NOSE, *SIDES))
_JAW, _OUTER = rows(JAW), rows(OUTER_LIPS)
_MOUTH_CENTRE = rows((61, 291, 13, 14))


@dataclass(frozen=True, slots=True, eq=False)
class Mouth:
    """One real picture of the mouth, cut out of the footage."""

    planes: Planes
    corner: tuple[int, int]
    """Where the cut-out's corner was in its frame (x, y; even)."""
    points: Floats
    """float32, (c, 2): CONTROLS in the frame it was cut from, pixels."""
    share: float
    """In (0, 1]: shares of the mouths laid in together sum to 1."""


class LayIn:
    """For the frames of one performance, in order."""

    def __init__(self) -> None:
        self._pull = Pull()
        self._detail = 1.0

    def __call__(
        self, frame: YuvFrame, own: Floats, target: Floats, eyes: float, mouths: list[Mouth], presence: float = 1.0
    ) -> None:
        """Writes into ``frame``.

        ``own`` (c, 2) are the CONTROLS of the frame as it is, ``target`` (c, 2) where they shall be, ``eyes`` the eye
        distance, all pixels; ``presence`` in [0, 1] fades the laid-in mouth.
        """
        picture = (frame.width, frame.height)
        self._move_jaw(frame, own, target, eyes, _body_box(own, target, eyes, picture))
        box = laid_in_box(target, eyes, picture)
        mouth = self._blend(mouths, target, box)
        mask, skin = masks(target, box, eyes)
        found = _detail_match(frame.y[box.luma], mouth.y, skin)
        self._detail += _DETAIL_FOLLOWS * (float(np.clip(found, *_DETAIL_RANGE)) - self._detail)
        _write(frame, box, mouth, mask * np.float32(presence), skin, _RESAMPLED * self._detail, eyes)

    def _move_jaw(self, frame: YuvFrame, own: Floats, target: Floats, eyes: float, box: Box) -> None:
        source = Planes(frame.y[box.luma].copy(), frame.u[box.chroma].copy(), frame.v[box.chroma].copy())
        moved = self._pull(source, (box.x, box.y), _body_field(own, target, box, eyes), box)
        for out, plane in zip(_cut(frame, box), moved, strict=True):
            out[...] = plane

    def _blend(self, mouths: list[Mouth], target: Floats, box: Box) -> Planes:
        pulled = [
            self._pull(mouth.planes, mouth.corner, field(target, mouth.points - target, box), box) for mouth in mouths
        ]
        out, share = pulled[0], mouths[0].share
        for planes, mouth in zip(pulled[1:], mouths[1:], strict=True):
            share += mouth.share
            a = mouth.share / share
            out = Planes(*(_mix(p, a, q) for p, q in zip(planes, out, strict=True)))
        return out


def _mix(one: Bytes, share: float, other: Bytes) -> Bytes:
    return np.asarray(cv2.addWeighted(one, share, other, 1 - share, 0), np.uint8)


def _body_box(own: Floats, target: Floats, eyes: float, picture: tuple[int, int]) -> Box:
    middle = (own[_MOUTH_CENTRE].mean(axis=0) + target[_MOUTH_CENTRE].mean(axis=0)) / 2
    return box_around(middle + _down(own) * 0.25 * eyes, _BODY_WIDTH * eyes, _BODY_HEIGHT * eyes, picture)


def laid_in_box(target: Floats, eyes: float, picture: tuple[int, int]) -> Box:
    around = target[rows((*JAW, 2, 132, 361))]
    low, high = around.min(axis=0), around.max(axis=0)
    return box_around((low + high) / 2, high[0] - low[0], high[1] - low[1], picture)


def _down(points: Floats) -> Floats:
    """Unit vector from the nose to the chin."""
    down = points[PLACE[152]] - points[PLACE[2]]
    return np.asarray(down / max(1e-6, float(np.linalg.norm(down))), np.float32)


def _cut(frame: YuvFrame, box: Box) -> Planes:
    """Views, not copies."""
    return Planes(frame.y[box.luma], frame.u[box.chroma], frame.v[box.chroma])


def _body_field(own: Floats, target: Floats, box: Box, eyes: float) -> Floats:
    neck = own[_JAW] + _down(own) * np.float32(_NECK * eyes)
    x, y = np.meshgrid(np.linspace(box.x, box.x + box.width - 1, 5), np.linspace(box.y, box.y + box.height - 1, 5))
    rim = np.stack([x, y], axis=-1).reshape(-1, 2)
    on_rim = (rim[:, 0] <= box.x) | (rim[:, 0] >= box.x + box.width - 1) | (rim[:, 1] >= box.y + box.height - 1)
    on_rim |= rim[:, 1] <= box.y
    still = np.concatenate([neck, rim[on_rim]]).astype(np.float32)
    held = np.concatenate([target[_BODY], still])
    moves = np.concatenate([own[_BODY] - target[_BODY], np.zeros_like(still)])
    return field(held, moves, box)


def masks(target: Floats, box: Box, eyes: float) -> tuple[Floats, Floats]:
    """float32, a quarter of the box each way: where the mouth is laid in, and how far each place speaks for the skin."""
    size = (box.height // _LOW, box.width // _LOW)
    points = (target - np.array([box.x, box.y], np.float32)) / np.float32(_LOW)
    under_nose = points[PLACE[2]] + np.float32(0.03 * eyes / _LOW) * _down(target)
    right, left = (points[PLACE[index]] * np.float32(0.5) + points[PLACE[2]] * np.float32(0.5) for index in (361, 132))
    area = _filled(np.concatenate([points[_JAW], [right, under_nose, left]]), size)
    reach = 2 * int(_INSIDE * eyes / _LOW) + 1
    round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    area = np.asarray(cv2.erode(area, round_, borderValue=(0,)), np.uint8)
    soft = cv2.GaussianBlur(area, (0, 0), max(0.6, _FEATHER * eyes / _LOW))
    reach = 2 * int(0.06 * eyes / _LOW) + 1
    lips = cv2.dilate(_filled(points[_OUTER], size), np.ones((reach, reach), np.uint8))
    skin = area.astype(np.float32) / 255 * (1 - lips.astype(np.float32) / 255)
    return np.asarray(soft, np.float32) / np.float32(255), np.asarray(skin + 1e-4, np.float32)


def _filled(polygon: Floats, size: tuple[int, int]) -> Bytes:
    area = np.zeros(size, np.uint8)
    corners = np.round(polygon * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.fillPoly(area, [corners], (255,), lineType=cv2.LINE_AA, shift=4)
    return area


def _detail_match(own: Bytes, laid: Bytes, skin: Floats) -> float:
    """How much more fine detail the skin and beard have in the frame than in the mouth laid over them: 1 is the same.

    Resampling and cross-fades cost detail, and one frame is blurred by motion more than another.
    """
    size = (skin.shape[1], skin.shape[0])
    energy = [
        float((cv2.resize(_detail(plane) ** 2, size, interpolation=cv2.INTER_AREA) * skin).sum())
        for plane in (own, laid)
    ]
    return float(np.sqrt((energy[0] + 1e-3) / (energy[1] + 1e-3)))


def _detail(plane: Bytes | Floats) -> Floats:
    real = plane.astype(np.float32)
    return np.asarray(real - cv2.GaussianBlur(real, (0, 0), 1.0), np.float32)


def _write(frame: YuvFrame, box: Box, mouth: Planes, mask: Floats, skin: Floats, detail: float, eyes: float) -> None:
    spread = max(0.6, _TONE_SPREAD * eyes / _LOW)
    weight = cv2.GaussianBlur(skin, (0, 0), spread)
    low = (mask.shape[1], mask.shape[0])
    for out, laid in zip(_cut(frame, box), mouth, strict=True):
        off = np.asarray(cv2.resize(out, low, interpolation=cv2.INTER_AREA), np.float32)
        off -= cv2.resize(laid, low, interpolation=cv2.INTER_AREA)
        tone = np.asarray(cv2.GaussianBlur(off * skin, (0, 0), spread) / weight, np.float32)
        mixed = laid.astype(np.float32)
        if laid is mouth.y:
            mixed += np.float32(detail - 1) * _detail(laid)
        mixed += _enlarged(tone, out)
        mixed -= out
        mixed *= _enlarged(mask, out)
        mixed += out
        out[...] = np.clip(np.rint(mixed, out=mixed), 0, 255, out=mixed)


def _enlarged(low: Floats, like: Bytes) -> Floats:
    return np.asarray(cv2.resize(low, (like.shape[1], like.shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)
