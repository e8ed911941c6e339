"""A person who does not exist, as numbers: a face of 478 points whose lips follow a made speech."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from sosie.lips.pool import lip_pool
from sosie.lips.shape import CHIN, INNER_LIPS, LOWER_FACE, OUTER_LIPS, STABLE
from sosie.types import FPS, LISTEN_HZ, Audio, FaceTrack, Floats

FEATURE_WIDTH = 1536


@dataclass(frozen=True)
class MadePerson:
    track: FaceTrack
    audio: Audio
    """At LISTEN_HZ; its first sample of every 20 ms carries the number of the row (see ``MadeEncoder``)."""
    opening: Floats
    """float32, (n,): how far the mouth was really opened, about [0, 1]."""


class MadeEncoder:
    """A speech encoder that has learned one made speech by heart: silence is one row, the speech another row each 20 ms."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        pool = lip_pool()
        mean, spread = pool.arrays["feature_mean"], pool.arrays["feature_spread"]
        steps = gaussian_filter1d(rng.normal(size=(4000, FEATURE_WIDTH)), 3, axis=0) * np.sqrt(6 * np.sqrt(np.pi))
        self._speech = (mean + spread * steps).astype(np.float32)
        self._silence = (mean - 0.5 * spread).astype(np.float32)

    def encode(self, audio: Audio) -> Floats:
        assert audio.rate_hz == LISTEN_HZ
        n_rows = -(-len(audio.samples) // 320)
        padded = np.pad(audio.samples, (0, n_rows * 320 - len(audio.samples))).reshape(n_rows, 320)
        loud = np.sqrt((padded**2).mean(axis=1)) > 0.01
        return np.where(loud[:, None], self._speech[:n_rows], self._silence).astype(np.float32)


def made_person(
    seconds: float = 16.0,
    seed: int = 0,
    lag_frames: int = 0,
    noise: float = 0.05,
    own_way: bool = False,
    pause: tuple[float, float] | None = None,
) -> MadePerson:
    """Lips that follow ``lip_pool`` for the made speech, ``lag_frames`` later, at 25 frames a second, with a moving head.

    ``own_way``: they follow the speech as nobody else's do. In the ``pause`` (seconds) there is silence, the mouth ajar (0.4).
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * FPS)
    tone = 0.1 * np.sin(2 * np.pi * 200 * np.arange(n * LISTEN_HZ // FPS) / LISTEN_HZ)
    first, end = (round(at * LISTEN_HZ) for at in pause or (0, 0))
    tone[first:end] = 0
    audio = Audio(tone.astype(np.float32), LISTEN_HZ)
    features = MadeEncoder().encode(audio)
    expected = lip_pool().predict(features, n)
    if own_way:
        expected = lip_pool().components(features)[: 2 * n : 2, :16]
    moved = np.roll(expected, lag_frames, axis=0)
    moved = (moved - moved.mean(axis=0)) / (moved.std(axis=0) + 1e-6)
    moved = moved + noise * rng.normal(size=moved.shape)
    opening, width = 0.5 + 0.25 * moved[:, 0], 0.2 * moved[:, 1]
    opening[first * FPS // LISTEN_HZ : end * FPS // LISTEN_HZ] = 0.4
    face = still_face()
    points = np.repeat(face[None], n, axis=0)
    for index in (*OUTER_LIPS, *INNER_LIPS, *CHIN):
        x, y, _ = face[index] - face[[13, 14]].mean(axis=0)
        lower = index in CHIN or y > 0
        points[:, index, 1] += (0.12 if lower else -0.03) * opening
        points[:, index, 0] += 0.1 * width * x / 0.3
    blendshapes = np.zeros((n, 52), np.float32)
    blendshapes[:, 25] = np.clip(0.5 * opening, 0, 1)
    blendshapes[:, 38] = np.clip(0.3 - width, 0, 1)
    return MadePerson(
        FaceTrack(in_pixels(points, rng), blendshapes, np.ones(n, bool)), audio, opening.astype(np.float32)
    )


def still_face() -> Floats:
    """float32, (478, 3), canonical: lips, chin and forehead where a face has them, the rest on an oval."""
    rng = np.random.default_rng(7)
    face = rng.normal(0, 0.3, (478, 3))
    face[list(STABLE)] = lip_pool().basis.stable
    rest = [index for index in LOWER_FACE if index not in (*OUTER_LIPS, *INNER_LIPS)]
    turn = np.linspace(0, np.pi, len(rest))
    face[rest] = np.stack([0.8 * np.cos(turn), 0.6 + 0.8 * np.sin(turn), 0.4 * np.abs(np.cos(turn))], axis=1)
    for ring, wide, high in ((OUTER_LIPS, 0.32, 0.1), (INNER_LIPS, 0.27, 0.01)):
        turn = np.pi + 2 * np.pi * np.arange(20) / 20
        face[list(ring)] = np.stack([wide * np.cos(turn), 0.9 + high * np.sin(turn), 0 * turn], axis=1)
    return face.astype(np.float32)


def in_pixels(points: Floats, rng: np.random.Generator) -> Floats:
    """The face at 160 pixels between the eyes, the head swaying and turning by some degrees."""
    n = len(points)
    sway = gaussian_filter1d(rng.normal(size=(n, 6)), 12, axis=0, mode="wrap") * 5
    turned = Rotation.from_euler("xyz", 4 * sway[:, :3], degrees=True).as_matrix()
    size = 160 * np.exp(0.03 * sway[:, 3])[:, None, None]
    middle = np.array([540.0, 700.0, 0.0]) + np.concatenate([15 * sway[:, 4:], np.zeros((n, 1))], axis=1)
    return (size * np.einsum("nij,npj->npi", turned, points) + middle[:, None]).astype(np.float32)
