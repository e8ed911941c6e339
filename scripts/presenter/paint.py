"""The pictures that the materials read, painted with numpy: skin, pores, weave and the room behind."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .body import Array
from .look import HEIGHT, WIDTH, Bytes

SKIN_SIDE = 2048


def _noise(places: Array, per_dm: float, seed: int) -> Array:
    """Smooth noise in [0, 1], fixed in the body's own resting space; ``places`` (h, w, 3) in dm."""
    grid = np.random.default_rng(seed).random((64, 64, 64), dtype=np.float32)
    at = places * per_dm
    low = np.floor(at).astype(np.int64)
    f = (at - low).astype(np.float32)
    f = f * f * (3 - 2 * f)
    low %= 64
    high = (low + 1) % 64
    total = np.zeros(places.shape[:2], np.float32)
    for corner in range(8):
        pick = [(high if corner >> k & 1 else low)[..., k] for k in range(3)]
        share = np.ones(places.shape[:2], np.float32)
        for k in range(3):
            share *= f[..., k] if corner >> k & 1 else 1 - f[..., k]
        total += share * grid[pick[0], pick[1], pick[2]]
    return total


def _layers(places: Array, per_dm: float, seed: int, n: int = 3) -> Array:
    return np.asarray(
        sum(_noise(places, per_dm * 2.03**k, seed + k) * 0.5**k for k in range(n)) / (2 - 0.5 ** (n - 1)), np.float32
    )


def _blob(places: Array, centre: tuple[float, float, float], radius: tuple[float, float, float]) -> Array:
    d = (places - np.array(centre, np.float32)) / np.array(radius, np.float32)
    return np.asarray(np.exp(-(d * d).sum(-1)), np.float32)


def _over(base: Array, colour: tuple[float, float, float], share: Array) -> Array:
    share = np.clip(share, 0, 1)[..., None]
    return np.asarray(base * (1 - share) + np.array(colour, np.float32) * share, np.float32)


def _tint(base: Array, factor: tuple[float, float, float], share: Array) -> Array:
    return np.asarray(base * (1 + (np.array(factor, np.float32) - 1) * np.clip(share, 0, 1)[..., None]), np.float32)


def skin(positions: Array, masks: Path, eye_left: Array, eye_radius: float, mouth: Array) -> Bytes:
    """(2048, 2048, 4): sRGB skin, alpha = how wet (lips, lid rims)."""
    side = positions.shape[0]
    p = positions[..., :3]

    def mask(name: str) -> Array:
        picture = cv2.imread(str(masks / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
        return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32) / 255)

    q = p.copy()
    q[..., 0] = np.abs(q[..., 0])  # marks that are alike on both sides
    ex, ey, ez = (float(v) for v in eye_left)
    my, mz = float(mouth[1]), float(mouth[2])
    colour = np.broadcast_to(np.array([226, 182, 156], np.float32), p.shape).copy()
    tone = _layers(p, 6.0, 1, 4)
    colour *= (0.955 + 0.09 * tone)[..., None]
    colour = _tint(colour, (1.0, 0.90, 0.885), 1.1 * (_layers(p, 3.0, 11) - 0.35))
    mottle = _layers(p, 42.0, 21, 2)
    colour = _tint(colour, (0.96, 0.90, 0.885), 0.9 * (mottle - 0.42))
    fine = _noise(p, 150.0, 31)
    colour *= (0.985 + 0.03 * fine)[..., None]
    # Blood near the surface: cheeks, nose, chin, ears; a little gold on the forehead.
    colour = _tint(colour, (1.02, 0.82, 0.80), 0.34 * _blob(q, (ex + 0.17, ey - 0.42, ez), (0.26, 0.20, 0.40)))
    colour = _tint(colour, (1.02, 0.84, 0.81), 0.45 * _blob(q, (0, my + 0.34, mz + 0.12), (0.14, 0.10, 0.16)))
    colour = _tint(colour, (1.01, 0.86, 0.84), 0.45 * _blob(q, (0, my - 0.36, mz), (0.20, 0.12, 0.25)))
    colour = _tint(colour, (1.0, 0.80, 0.78), 0.7 * mask("ears"))
    colour = _tint(colour, (0.99, 0.98, 0.90), 0.6 * _blob(q, (0, ey + 0.55, ez), (0.5, 0.3, 0.5)))
    # Under the eyes and the lids.
    colour = _tint(colour, (0.88, 0.82, 0.86), 0.50 * _blob(q, (ex - 0.04, ey - 0.17, ez + 0.12), (0.17, 0.075, 0.2)))
    lids = cv2.GaussianBlur(mask("eyelids"), (0, 0), 3)
    colour = _tint(colour, (0.80, 0.66, 0.63), 0.75 * lids)
    colour = _tint(colour, (0.86, 0.76, 0.73), 0.45 * _blob(q, (ex + 0.03, ey + 0.15, ez + 0.1), (0.20, 0.085, 0.25)))
    # Liner where the lids meet the ball.
    d = np.linalg.norm((q - np.array([ex, ey, ez], np.float32)) / eye_radius, axis=-1)
    rim = np.clip(1 - (d - 1.0) / 0.16, 0, 1) * (q[..., 2] > ez)
    colour = _over(colour, (70, 42, 36), 0.75 * rim * (q[..., 1] > ey - 0.01) + 0.35 * rim)
    wet = 0.55 * np.clip(1 - (d - 0.98) / 0.10, 0, 1) * (q[..., 2] > ez)
    # Lips: colour runs out softly at the edge; fine upright lines; a darker line where they meet.
    lips = np.clip(cv2.GaussianBlur(mask("lips"), (0, 0), 3.2) * 1.15, 0, 1)
    lines = _noise(p * np.array([1.0, 0.16, 0.3], np.float32), 120.0, 41)
    lip_colour = np.stack([196 + 14 * (lines - 0.5), 98 + 16 * (lines - 0.5), 94 + 14 * (lines - 0.5)], -1)
    colour = colour * (1 - 0.82 * lips[..., None]) + lip_colour * 0.82 * lips[..., None]
    colour = _tint(colour, (0.90, 0.84, 0.85), 0.9 * lips * np.clip((p[..., 1] - my) / 0.05, 0, 1))
    wet = np.maximum(wet, 0.80 * lips)
    inner = cv2.GaussianBlur(mask("inside-mouth"), (0, 0), 1.5)
    colour = _over(colour, (92, 32, 32), inner)
    wet = np.maximum(wet, 0.6 * inner)
    # A few small moles, and nails.
    colour = _over(colour, (224, 160, 150), 0.85 * mask("fingernails"))
    wet = np.maximum(wet, 0.5 * mask("fingernails"))
    # A plain top under the blouse: a round neckline, painted on.
    neckline = my - 1.22 - 0.55 * np.clip(1 - (p[..., 0] / 0.75) ** 2, 0, 1) ** 0.5 + 0.25
    top = np.clip((neckline - p[..., 1]) / 0.012, 0, 1) * (np.abs(p[..., 0]) < 1.2) * (p[..., 2] > -0.6)
    hem = np.exp(-(((p[..., 1] - neckline + 0.045) / 0.012) ** 2))
    colour = _over(colour, (222, 214, 200), top)
    colour = _tint(colour, (0.80, 0.80, 0.80), top * hem)
    wet *= 1 - top
    out = np.concatenate([np.clip(colour, 0, 255), 255 * np.clip(wet, 0, 1)[..., None]], -1)
    return _spread(out.astype(np.uint8), positions[..., 3] > 0)


def _spread(picture: Bytes, inside: NDArray[np.bool_]) -> Bytes:
    """Carries the colours a few texels past their seams, so that mipmaps do not show the void."""
    out, known = picture.copy(), inside.astype(np.uint8)
    for _ in range(12):
        wider = cv2.dilate(known, np.ones((3, 3), np.uint8))
        fresh = (wider > 0) & (known == 0)
        weight = cv2.blur(known.astype(np.float32), (3, 3))
        mean = cv2.blur(out.astype(np.float32) * known[..., None], (3, 3)) / np.maximum(weight, 1e-3)[..., None]
        out[fresh] = mean[fresh]
        known = wider
    return out


def _tile_noise(side: int, seed: int, low: float, high: float) -> Array:
    """Noise that repeats without a seam, band-limited to ``low``..``high`` cycles a tile, mean 0, spread 1."""
    spectrum = np.fft.rfft2(np.random.default_rng(seed).standard_normal((side, side)))
    fy, fx = np.meshgrid(np.fft.fftfreq(side, 1 / side), np.fft.rfftfreq(side, 1 / side), indexing="ij")
    r = np.hypot(fx, fy)
    band = np.exp(-((r / high) ** 4)) * (1 - np.exp(-((r / low) ** 4)))
    noise = np.fft.irfft2(spectrum * band, (side, side))
    return np.asarray(noise / noise.std(), np.float32)


def pores(side: int = 512) -> Bytes:
    """(512, 512, 4), repeats: x, y slopes of pores and fine lines about 0.5; third their height."""
    cells = _tile_noise(side, 5, 20, 60)
    height = (
        -np.clip(cells - 0.6, 0, None) * 0.9 + 0.45 * _tile_noise(side, 6, 40, 110) + 0.35 * _tile_noise(side, 7, 6, 24)
    )
    dy, dx = np.roll(height, -1, 0) - np.roll(height, 1, 0), np.roll(height, -1, 1) - np.roll(height, 1, 1)
    slope = np.stack([dx, dy], -1) / (3 * max(dx.std(), 1e-6))
    height = (height - height.min()) / np.ptp(height)
    out = np.concatenate([np.clip(slope * 0.5 + 0.5, 0, 1), height[..., None], np.ones((side, side, 1))], -1)
    return np.asarray(out * 255, np.uint8)


def weave(side: int = 256, threads: int = 16) -> Bytes:
    """(256, 256, 4), repeats: a twill; x, y slopes and height."""
    y, x = np.mgrid[0:side, 0:side] * (threads / side)
    over = np.sin((x + y) * 2 * np.pi) * 0.5 + 0.5
    height = (
        over * np.abs(np.sin(x * np.pi * 2)) + 0.35 * np.abs(np.sin(y * np.pi * 2)) + 0.06 * _tile_noise(side, 9, 4, 60)
    )
    dy, dx = np.roll(height, -1, 0) - np.roll(height, 1, 0), np.roll(height, -1, 1) - np.roll(height, 1, 1)
    slope = np.stack([dx, dy], -1) / (3 * dx.std())
    height = (height - height.min()) / np.ptp(height)
    out = np.concatenate([np.clip(slope * 0.5 + 0.5, 0, 1), height[..., None], np.ones((side, side, 1))], -1)
    return np.asarray(out * 255, np.uint8)


def room() -> Bytes:
    """(1280, 720, 3): a quiet studio wall with a shelf, a lamp and leaves, far out of focus."""
    k = 2
    h, w = HEIGHT // k, WIDTH // k
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    x, y = x / w, y / h
    wall = np.stack([158 + 0 * x, 152 + 0 * x, 143 + 0 * x], -1)
    glow = np.exp(-(((x - 0.18) / 0.45) ** 2 + ((y - 0.22) / 0.30) ** 2))
    wall = wall * (0.62 + 0.46 * glow)[..., None] * np.array([1.0, 0.985, 0.965])
    picture = np.ascontiguousarray(wall.astype(np.float32))
    random = np.random.default_rng(12)

    def block(x0: float, y0: float, x1: float, y1: float, colour: tuple[int, int, int]) -> None:
        cv2.rectangle(picture, (int(x0 * w), int(y0 * h)), (int(x1 * w), int(y1 * h)), colour, -1)

    for level in (0.235, 0.44):
        block(0.62, level, 1.05, level + 0.012, (112, 86, 64))
        at = 0.65
        while at < 1.0:
            wide, tall = random.uniform(0.02, 0.06), random.uniform(0.05, 0.12)
            shade = [(186, 120, 96), (92, 116, 122), (206, 188, 160), (74, 84, 96), (150, 140, 120)][
                int(random.integers(5))
            ]
            if random.random() < 0.75:
                block(at, level - tall, at + wide, level, shade)
            at += wide + random.uniform(0.004, 0.03)
    for _ in range(26):
        a = random.uniform(0.2, 1.0) * np.pi
        length = random.uniform(0.10, 0.24) * h
        end = (int(0.06 * w + np.cos(a) * length * 0.7), int(0.66 * h - np.sin(a) * length))
        green = int(random.integers(70, 118))
        cv2.line(
            picture, (int(0.06 * w), int(0.68 * h)), end, (green - 20, green, green - 32), int(random.integers(5, 12))
        )
    block(0.0, 0.66, 0.15, 0.80, (176, 170, 160))
    block(-0.1, 0.80, 1.1, 1.05, (116, 100, 88))
    cv2.circle(picture, (int(0.86 * w), int(0.12 * h)), int(0.055 * w), (255, 226, 180), -1)
    picture = cv2.GaussianBlur(picture, (0, 0), 13)
    picture += 0.35 * cv2.GaussianBlur(np.clip(picture - 190, 0, None), (0, 0), 40)
    picture = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    grain = cv2.GaussianBlur(random.standard_normal((HEIGHT, WIDTH)).astype(np.float32), (0, 0), 0.8)
    picture += 0.7 * grain[..., None] / grain.std()  # against bands in the smooth wall
    return np.asarray(np.clip(picture, 0, 255), np.uint8)
