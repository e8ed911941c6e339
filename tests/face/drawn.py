"""A person who does not exist, as pictures: a drawn face that sways, turns and speaks, with the landmarks it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from sosie.face.places import CHEEKS, CHIN, JAW, NOSE, SIDES
from sosie.footage.ingest import Footage, KeptVideo, SourceFacts
from sosie.lips.fit import LipFit, Reader
from sosie.lips.pool import lip_pool
from sosie.lips.shape import INNER_LIPS, LOWER_FACE, OUTER_LIPS, STABLE, LipSpace
from sosie.types import SAMPLES_PER_FRAME, VOICE_HZ, Audio, FaceTrack, Floats, YuvFrame

WIDTH, HEIGHT = 320, 480
EYES = 84.0
"""Pixels between the outer eye corners."""
SKIN, LIP, INSIDE, HAND = (150, 112, 150), (110, 115, 175), (40, 126, 132), (190, 110, 148)
"""Y, U, V."""


@dataclass(frozen=True)
class Drawn:
    footage: Footage
    track: FaceTrack
    lips: LipFit
    opening: Floats
    """float32, (n,), in [0, 1]: how far the mouth is open."""


def drawn_person(
    folder: Path, n: int = 300, hand: tuple[int, int] | None = None, still: tuple[int, int] | None = None
) -> Drawn:
    """``hand``: frames in which one covers the mouth; ``still``: frames in which the mouth is shut."""
    rng = np.random.default_rng(3)
    opening = gaussian_filter1d(rng.normal(size=n), 1.6)
    opening = np.clip(0.45 + 0.3 * opening / opening.std(), 0, 1)
    if still:
        opening[slice(*still)] = 0.03
    sway = gaussian_filter1d(rng.normal(size=(n, 4)), 10, axis=0) * 6
    video = folder / "footage.mp4"
    points = np.stack([_in_pixels(_face(open_), sway[i]) for i, open_ in enumerate(opening)])
    texture = 5 * gaussian_filter(rng.normal(size=(HEIGHT, WIDTH)), 0.8)
    with KeptVideo(video) as kept:
        for i in range(n):
            covered = hand is not None and hand[0] <= i < hand[1]
            kept.write(picture(points[i], texture, covered))
    blendshapes = np.zeros((n, 52), np.float32)
    blendshapes[:, 25] = opening
    track = FaceTrack(points.astype(np.float32), blendshapes, np.ones(n, bool))
    facts = SourceFacts("mp4", "h264", WIDTH, HEIGHT, 0, 25.0, n / 25, "aac", 48_000, 1, False)
    audio = Audio(np.zeros(n * SAMPLES_PER_FRAME, np.float32), VOICE_HZ)
    footage = Footage(video, audio, n, WIDTH, HEIGHT, "0" * 64, facts)
    return Drawn(footage, track, _lip_fit(track, opening), opening.astype(np.float32))


def _lip_fit(track: FaceTrack, opening: Floats) -> LipFit:
    space = LipSpace.fit(track, lip_pool().basis)
    numbers = space.numbers(track)
    shut = numbers[opening <= np.quantile(opening, 0.1)].mean(axis=0)
    none = np.zeros(16, np.float32)
    reader = Reader(none, none, np.zeros(448, np.float32), np.zeros((448, 16), np.float32))
    low, high = numbers.min(axis=0), numbers.max(axis=0)
    return LipFit(space, reader, 1.0, shut, shut, low, high, 0.0, 0.9, "shared", {}, lip_pool().version)


def _face(opening: float) -> Floats:
    """float64, (478, 3): canonical, unit eye distance, origin between the eyes' points."""
    face = np.zeros((478, 3))
    rest = [index for index in LOWER_FACE if index not in (*OUTER_LIPS, *INNER_LIPS)]
    turn = np.linspace(0, np.pi, len(rest))
    face[rest] = np.stack([0.5 * np.cos(turn), 0.7 + 0.3 * np.sin(turn), 0 * turn], axis=1)
    stable = lip_pool().basis.stable.astype(float)
    face[list(STABLE)] = stable
    turn = np.linspace(np.pi, 0, len(JAW))
    face[list(JAW)] = np.stack([0.62 * np.cos(turn), 0.75 + (0.62 + 0.12 * opening) * np.sin(turn), 0 * turn], axis=1)
    for index, (x, y) in zip(
        (*CHIN, *CHEEKS, *NOSE, *SIDES),
        [(0, 1.15), (0, 1.24), (-0.15, 1.2), (0.15, 1.2), (0, 1.08),
         (-0.4, 0.7), (0.4, 0.7), (-0.36, 0.85), (0.36, 0.85), (-0.34, 1.02), (0.34, 1.02), (-0.42, 0.95), (0.42, 0.95),
         (-0.5, 0.9), (0.5, 0.9),
         (0, 0.62), (-0.12, 0.6), (0.12, 0.6), (0, 0.7), (0, 0.5), (-0.17, 0.52), (0.17, 0.52),
         (-0.72, 0.1), (0.72, 0.1), (-0.55, 0.3), (0.55, 0.3), (-0.68, 0.5), (0.68, 0.5), (-0.4, 0.45), (0.4, 0.45)],
        strict=True,
    ):  # fmt: skip
        face[index] = (x, y + (0.1 * opening if index in (*CHIN, 212, 432) else 0), 0)
    for ring, wide, high in ((OUTER_LIPS, 0.28, 0.09), (INNER_LIPS, 0.24, 0.012)):
        turn = np.pi + 2 * np.pi * np.arange(20) / 20
        below = np.sin(turn) > 1e-9
        y = 0.88 + (high + 0.14 * opening * below) * np.sin(turn)
        face[list(ring)] = np.stack([wide * np.cos(turn), y, 0 * turn], axis=1)
    face[:, 2] *= 0.3
    return face


def _in_pixels(face: Floats, sway: Floats) -> Floats:
    angle = 0.03 * sway[0]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    size = EYES * np.exp(0.01 * sway[1])
    flat = size * face[:, :2] @ turn.T + (WIDTH / 2 + 4 * sway[2], 150 + 4 * sway[3])
    return np.concatenate([flat, size * face[:, 2:]], axis=1)


def picture(points: Floats, texture: Floats, covered: bool = False) -> YuvFrame:
    """Wall, neck, face, nose, lips, mouth and, if ``covered``, a hand before it; ``texture`` moves with the face."""
    canvas = np.full((HEIGHT, WIDTH, 3), (90, 128, 128), np.uint8)
    canvas[::16] = (70, 128, 128)

    def fill(indices: tuple[int, ...], colour: tuple[int, int, int]) -> None:
        cv2.fillPoly(canvas, [np.round(points[list(indices), :2] * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)

    x, y = points[152, :2]
    cv2.rectangle(canvas, (int(x - 38), int(y - 50)), (int(x + 38), HEIGHT), (130, 114, 146), -1)
    cv2.rectangle(canvas, (0, 400), (WIDTH, HEIGHT), (60, 140, 120), -1)
    fill((10, 251, 356, 454, *JAW[::-1], 234, 127, 21), SKIN)
    for eye in (33, 263):
        cv2.circle(canvas, tuple(np.round(points[eye, :2]).astype(int)), 5, (30, 128, 128), -1, cv2.LINE_AA)
    fill((2, 98, 1, 327), (130, 112, 150))
    fill(OUTER_LIPS, LIP)
    fill(INNER_LIPS, INSIDE)
    move = np.float32([[1, 0, points[1, 0] - WIDTH / 2], [0, 1, points[1, 1] - 190]])
    luma = canvas[..., 0] + cv2.warpAffine(texture, move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_WRAP)
    if covered:
        x, y = points[13, :2]
        cv2.ellipse(canvas, ((float(x + 12), float(y + 8)), (70.0, 46.0), 30.0), HAND, -1, cv2.LINE_AA)
        luma = canvas[..., 0]
    half = cv2.resize(canvas, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    return YuvFrame(
        np.clip(luma, 16, 235).astype(np.uint8),
        np.ascontiguousarray(half[..., 1]),
        np.ascontiguousarray(half[..., 2]),
    )
