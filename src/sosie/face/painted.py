"""Painted mouths: a small network that learnt this person's lower face, behind the same performer as the picked ones.

It paints on a sheet on which the skin holds still: jaw, chin, cheeks and nose stand where they stand on average, and only the
lips move. So beard and pores are learnt in one place, and what is painted is one more picture of a mouth that face/layin.py
warps to its place, matches in colour and detail, and lays in like a real one.

A trial that was measured, not the default: docs/decisions/0007-painted-mouths-stay-a-trial.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from sosie.face.fit import FaceFit
from sosie.face.layin import Mouth, laid_in_box, masks
from sosie.face.motion import BodyStep
from sosie.face.places import CHEEKS, CHIN, INNER_LIPS, JAW, NOSE, OUTER_LIPS, SIDES, Places, rows
from sosie.face.warp import NODE_PIXELS, Box, Planes, Pull, field
from sosie.footage.reel import Reel
from sosie.types import Bytes, Floats

WIDTH, HEIGHT = 320, 256
"""Of the sheet, pixels; about a lower face at 1080x1920, so that nothing is lost by its size."""
SHEET = Box(0, 0, WIDTH, HEIGHT)
EYES = 213.0
"""Pixels of the sheet to an eye distance."""
N_WANTED = 19
"""What is told to the painter: 16 lip numbers, then the head's pitch, yaw and roll in TURN radians."""
TURN = 0.1
_RIDGE = 0.02
"""As in lips/shape.py: of the lips' places on the sheet by the lip numbers."""

_SKIN, _LIPS = rows((*JAW, *CHIN, *CHEEKS, *NOSE, *SIDES)), rows((*OUTER_LIPS, *INNER_LIPS))
_AROUND = rows((*JAW, 2, 132, 361))

Paint = Callable[[Floats], Planes]
"""From what is wanted, float32 (N_WANTED,), to a sheet."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Where the CONTROLS stand on the sheet."""

    held: Floats
    """float32, (c, 2), pixels: on average."""
    by_numbers: Floats
    """float32, (16, c, 2): how the lip numbers move them; zero for the skin."""

    def points(self, lips: Floats) -> Floats:
        """float32, (c, 2), pixels. ``lips`` (16,)."""
        return np.asarray(self.held + np.einsum("k,kpa->pa", lips, self.by_numbers), np.float32)

    @property
    def inside(self) -> Floats:
        """float32, (HEIGHT / 4, WIDTH / 4), in [0, 1]: what of the sheet is ever laid in."""
        return masks(self.held, SHEET, EYES)[0]


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Real mouths on the sheet, to learn from."""

    sheet: Sheet
    wanted: Floats
    """float32, (n, N_WANTED)."""
    y: Bytes
    """uint8, (n, HEIGHT, WIDTH)."""
    u: Bytes
    """uint8, (n, HEIGHT / 2, WIDTH / 2)."""
    v: Bytes
    """As ``u``."""

    def __len__(self) -> int:
        return len(self.wanted)

    def __repr__(self) -> str:
        return f"Lessons({len(self)} mouths, {WIDTH}x{HEIGHT})"


def lessons(fit: FaceFit) -> Lessons:
    """From the frames whose mouths are free and sharp, those that are picked too; about 5 ms a frame."""
    frames = fit.exemplars.frames
    places = fit.places
    sheet = _sheet(fit)
    pull, planes = Pull(), []
    with Reel(fit.video) as reel:
        for number in range(int(frames[-1]) + 1):
            frame = reel.read()
            if number in frames:
                points = places.points[number][_SKIN]
                to_frame = field(sheet.held[_SKIN], points - sheet.held[_SKIN], SHEET)
                planes.append(pull(Planes(frame.y, frame.u, frame.v), (0, 0), to_frame, SHEET))
    y, u, v = (np.stack(same) for same in zip(*planes, strict=True))
    wanted = np.stack([wanted_of(fit.numbers[number], places.angles[number]) for number in frames])
    return Lessons(sheet, wanted, y, u, v)


def wanted_of(lips: Floats, angles: Floats) -> Floats:
    """float32, (N_WANTED,)."""
    return np.concatenate([lips, angles / TURN]).astype(np.float32)


class PaintedMouths:
    """A ``Mouths`` (face/perform.py): one painted picture for each frame, by its own lips and its own turn of the head."""

    def __init__(self, fit: FaceFit, sheet: Sheet, paint: Paint) -> None:
        self._angles = fit.places.angles
        self._sheet = sheet
        self._paint = paint

    def next(
        self, lips: Floats, ease: float, step: BodyStep, coming: Sequence[tuple[Floats, BodyStep]]
    ) -> tuple[Floats, list[Mouth]]:
        planes = self._paint(wanted_of(lips, self._angles[step.main]))
        return lips, [Mouth(planes, (0, 0), self._sheet.points(lips), 1.0)]

    def restart(self) -> None:
        """Nothing is kept from frame to frame."""


def _sheet(fit: FaceFit) -> Sheet:
    places, frames = fit.places, fit.exemplars.frames
    mean = np.mean([_upright(places, number) for number in frames], axis=0)
    around = mean[_AROUND]
    held = (mean - (around.min(axis=0) + around.max(axis=0)) / 2) * EYES + (WIDTH / 2, HEIGHT / 2)
    held = held.astype(np.float32)
    lips = np.stack([_lips_on_sheet(fit, number, held) for number in frames]).reshape(len(frames), -1)
    x = np.concatenate([fit.numbers[frames], np.ones((len(frames), 1))], axis=1).astype(np.float64)
    table = np.linalg.solve(x.T @ x + _RIDGE * len(x) * np.diag([1.0] * 16 + [0.0]), x.T @ lips).astype(np.float32)
    by_numbers = np.zeros((16, *held.shape), np.float32)
    by_numbers[:, _LIPS] = table[:16].reshape(16, -1, 2)
    held[_LIPS] = table[16].reshape(-1, 2)
    return Sheet(held, by_numbers)


def _upright(places: Places, number: int) -> Floats:
    """float32, (c, 2): CONTROLS without roll and size, around their middle."""
    turned = places.rotation[number]
    roll = float(np.arctan2(turned[1, 0], turned[0, 0]))
    level = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    points = places.points[number]
    return np.asarray((points - points.mean(axis=0)) @ level.T / places.eyes[number], np.float32)


def _lips_on_sheet(fit: FaceFit, number: int, held: Floats) -> Floats:
    """float32, (lips, 2): where the skin of this frame, brought to its place, takes the lips along."""
    points, eyes = fit.places.points[number], float(fit.places.eyes[number])
    box = laid_in_box(points, eyes, fit.size)
    moves = field(points[_SKIN], held[_SKIN] - points[_SKIN], box)
    at = (points[_LIPS] - (box.x, box.y) + 0.5) / NODE_PIXELS - 0.5
    move = cv2.remap(moves, at[None].astype(np.float32), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(points[_LIPS] + move[0], np.float32)
