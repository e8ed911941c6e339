"""What the presenter does besides speaking: head, eyes, lids, brows, breath, shoulders and hands. Everything is seeded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from sosie.types import FPS, SAMPLES_PER_FRAME, VOICE_HZ, Floats

from .arms import Arms
from .body import Array
from .scene import turn
from .speech import Spoken


@dataclass(frozen=True, eq=False)
class Acting:
    """One row a frame."""

    units: Mapping[str, Floats]
    """Face unit -> (n_frames,)."""
    head: Floats
    """(n_frames, 3): pitch, yaw, roll, radians; shared between neck and head."""
    chest: Floats
    """(n_frames, 3): pitch, yaw, roll of the upper spine."""
    sway: Floats
    """(n_frames, 2): sideways and forward lean of the lower spine, radians."""
    breath: Floats
    """(n_frames,): 0 out, 1 in."""
    shrug: Floats
    """(n_frames, 2): left and right shoulder, radians up."""
    hands: Floats
    """(n_frames, 2): how far the left and right hand are raised in a gesture, 0..1."""
    beat: Floats
    """(n_frames,): the small beats of a raised hand, -1..1."""
    gaze: Floats
    """(n_frames, 2): yaw and pitch of the eyes in the head, radians."""

    def pose(self, frame: int, arms: Arms) -> dict[str, Array]:
        """Bone turns of one frame."""
        pitch, yaw, roll = (float(v) for v in self.head[frame])
        cp, cy, cr = (float(v) for v in self.chest[frame])
        side, lean = (float(v) for v in self.sway[frame])
        up = 0.028 * float(self.breath[frame])
        left, right = (float(v) for v in self.shrug[frame])
        turns = {
            "spine03": turn(z=side, x=lean),
            "spine01": turn(x=cp - 0.010 * float(self.breath[frame]), y=cy, z=cr),
            "neck01": turn(x=0.25 * pitch, y=0.25 * yaw, z=0.25 * roll),
            "neck02": turn(x=0.25 * pitch, y=0.25 * yaw, z=0.25 * roll),
            "head": turn(x=0.5 * pitch, y=0.5 * yaw, z=0.5 * roll),
            "clavicle.L": turn(z=up + left),
            "clavicle.R": turn(z=-up - right),
        }
        raised = self.hands[frame]
        return {**turns, **arms.turns(float(raised[0]), float(raised[1]), float(self.beat[frame]))}


def _noise(random: np.random.Generator, n: int, seconds: float, columns: int = 1) -> Floats:
    """Smooth noise of spread 1; ``seconds`` is the standard deviation of its smoothing."""
    raw = random.standard_normal((n + 400, columns))
    smooth = gaussian_filter1d(raw, seconds * FPS, axis=0)[200 : 200 + n]
    return np.asarray(smooth / smooth.std(0), np.float32)


def _bump(n: int, at: float, rise: float, fall: float) -> Floats:
    """1 at ``at`` (seconds), smooth to 0 over ``rise`` before and ``fall`` after."""
    t = (np.arange(n) + 0.5) / FPS - at
    x = np.clip(np.where(t < 0, 1 + t / rise, 1 - t / fall), 0, 1)
    return np.asarray(x * x * (3 - 2 * x), np.float32)


def _span(n: int, start: float, end: float, edge: float) -> Floats:
    t = (np.arange(n) + 0.5) / FPS
    x = np.clip(np.minimum(t - start, end - t) / edge + 0.5, 0, 1)
    return np.asarray(x * x * (3 - 2 * x), np.float32)


def act(spoken: Spoken) -> Acting:
    """The whole performance."""
    n = spoken.n_frames
    random = np.random.default_rng(31)
    talking = np.zeros(n, np.float32)
    for start, end, _, _ in spoken.lines:
        talking = np.maximum(talking, _span(n, start / VOICE_HZ, end / VOICE_HZ, 0.5))
    stresses = _stresses(spoken)
    lively = 0.30 + 0.70 * gaussian_filter1d(talking, 0.4 * FPS)

    head = np.zeros((n, 3), np.float32)
    head += _noise(random, n, 1.1, 3) * np.array([0.020, 0.048, 0.022]) * lively[:, None]
    head += _noise(random, n, 0.38, 3) * np.array([0.012, 0.016, 0.010]) * lively[:, None]
    head += _noise(random, n, 4.0, 3) * np.array([0.016, 0.050, 0.018])
    for at, weight in stresses:
        if random.random() < 0.55:
            head[:, 0] += 0.050 * weight * _bump(n, at + 0.06, 0.16, 0.36)
        elif random.random() < 0.4:
            head[:, 2] += float(random.choice([-1, 1])) * 0.028 * weight * _bump(n, at + 0.05, 0.22, 0.5)
    for start, end in _pauses(spoken):
        for at in np.arange(start + 0.7, end - 0.5, 1.1):  # listening: a small nod
            if random.random() < 0.7:
                head[:, 0] += 0.030 * _bump(n, float(at), 0.22, 0.30)

    chest = _noise(random, n, 1.6, 3) * np.array([0.008, 0.022, 0.009]) * lively[:, None] + 0.30 * head * np.array(
        [0.15, 0.3, 0.15]
    )
    sway = _noise(random, n, 2.4, 2) * np.array([0.014, 0.010])
    units = _face(spoken, random, n, talking, stresses)
    gaze, lids = _eyes(spoken, random, n, head)
    units |= _lids(lids, gaze, units, random)
    hands, beat = _hands(spoken, n, stresses)
    shrug = _noise(random, n, 0.9, 2) * 0.010 * lively[:, None] + 0.05 * hands
    return Acting(
        units, head, chest.astype(np.float32), sway, _breath(spoken, n), shrug.astype(np.float32), hands, beat, gaze
    )


def _stresses(spoken: Spoken) -> list[tuple[float, float]]:
    """(seconds, weight 0.5..1.2) of the loudest syllables, at least 0.45 s apart."""
    power = np.square(spoken.samples).reshape(-1, SAMPLES_PER_FRAME // 4).mean(1)
    level = gaussian_filter1d(10 * np.log10(power + 1e-7), 4)
    peaks, facts = find_peaks(level, prominence=5, distance=int(0.45 * FPS * 4))
    heights = facts["prominences"]
    return [(float(p) / (FPS * 4), float(np.clip(h / 14, 0.5, 1.2))) for p, h in zip(peaks, heights, strict=True)]


def _pauses(spoken: Spoken) -> list[tuple[float, float]]:
    """Listening spans, seconds: silences of more than 1.2 s."""
    edges = [0.0] + [t / VOICE_HZ for line in spoken.lines for t in line[:2]] + [len(spoken.samples) / VOICE_HZ]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1.2]


def _face(
    spoken: Spoken, random: np.random.Generator, n: int, talking: Floats, stresses: Sequence[tuple[float, float]]
) -> dict[str, Floats]:
    """Brows, cheeks and the smile that lies under the speech."""
    smile = 0.20 + 0.05 * _noise(random, n, 2.5)[:, 0] + 0.10 * (1 - talking)
    for at in (1.6, spoken.lines[-1][1] / VOICE_HZ + 0.1):
        smile = smile + 0.22 * _bump(n, at, 1.0, 1.6)
    smile = np.clip(smile, 0.03, 0.5)
    raise_, outer = np.full(n, 0.16, np.float32), np.zeros(n, np.float32)
    for at, weight in stresses:
        if random.random() < 0.30:
            raise_ = raise_ + 0.42 * weight * _bump(n, at, 0.20, 0.45)
            outer = outer + 0.30 * weight * _bump(n, at, 0.20, 0.45)
    down = np.clip(_noise(random, n, 1.5)[:, 0] * 0.06, 0, 0.2)
    units = {"browInnerUp": np.clip(raise_, 0, 0.7)}
    for side, more in (("Left", 1.06), ("Right", 0.94)):
        units[f"mouthSmile{side}"] = smile * more
        units[f"cheekSquint{side}"] = 0.55 * smile * more
        units[f"browOuterUp{side}"] = np.clip(outer * more, 0, 0.6)
        units[f"browDown{side}"] = down * more
    return {name: np.asarray(value, np.float32) for name, value in units.items()}


def _eyes(spoken: Spoken, random: np.random.Generator, n: int, head: Floats) -> tuple[Floats, Floats]:
    """Gaze (mostly the camera, small jumps, a few looks aside) and the blink curve (1 shut)."""
    offset = np.zeros((n, 2), np.float32)
    at = 0.0
    aside = [(a + 0.35, min(a + 1.25, b - 0.2)) for a, b in _pauses(spoken)[1:-1]]
    jumps = []
    while at < n / FPS:
        looks_away = next((span for span in aside if span[0] <= at < span[1]), None)
        size = (0.16, 0.06) if looks_away else (0.020, 0.012)
        goal = random.standard_normal(2) * size
        if looks_away:
            goal = np.array([random.choice([-1, 1]) * 0.17, -0.05]) + 0.2 * goal
        offset[int(at * FPS) :] = goal
        jumps.append((at, float(np.hypot(*goal))))
        at += float(random.uniform(0.5, 0.9) if looks_away else np.clip(random.exponential(1.1), 0.35, 2.8))
    # A jump takes about 40 ms; the eyes hold the camera while the head turns.
    gaze = gaussian_filter1d(offset, 0.45, axis=0)
    gaze[:, 0] -= head[:, 1] * 0.92
    gaze[:, 1] += head[:, 0] * 0.92
    shut = np.zeros(n, np.float32)
    at = 1.9
    time = (np.arange(n * 8) + 0.5) / (8 * FPS)
    fine = np.zeros(n * 8)
    while at < n / FPS - 0.4:
        t = time - at
        one = np.where(t < 0.065, t / 0.065, np.where(t < 0.095, 1.0, 1 - (t - 0.095) / 0.13))
        one = np.clip(one, 0, 1)
        fine = np.maximum(fine, one * one * (3 - 2 * one))
        at += float(np.clip(random.gamma(4.0, 0.85), 1.3, 6.5))
        if random.random() < 0.10:
            at = at - 1.0 if at > 3 else at
    shut = fine.reshape(n, 8)[:, 3:5].mean(1)
    return gaze.astype(np.float32), shut.astype(np.float32)


def _lids(shut: Floats, gaze: Floats, units: Mapping[str, Floats], random: np.random.Generator) -> dict[str, Floats]:
    """Lids follow the gaze up and down and close in blinks."""
    n = len(shut)
    up, down = np.clip(gaze[:, 1] / 0.5, 0, 0.6), np.clip(-gaze[:, 1] / 0.5, 0, 0.6)
    squint = 0.10 + 0.25 * units["cheekSquintLeft"] + 0.03 * _noise(random, n, 1.0)[:, 0]
    out = {}
    for side in ("Left", "Right"):
        out[f"eyeBlink{side}"] = np.clip(0.02 + shut, 0, 1)
        out[f"eyeLookUp{side}"] = up * (1 - shut)
        out[f"eyeLookDown{side}"] = down * (1 - shut)
        out[f"eyeSquint{side}"] = np.clip(squint, 0, 0.4) * (1 - 0.6 * shut)
    return {name: np.asarray(value, np.float32) for name, value in out.items()}


def _breath(spoken: Spoken, n: int) -> Floats:
    """In before each line, slowly out while speaking, every four seconds otherwise."""
    starts = [line[0] / VOICE_HZ for line in spoken.lines]
    moments = sorted(starts + [t for t in np.arange(0.2, n / FPS, 4.1) if min(abs(t - s) for s in starts) > 2.2])
    curve = np.zeros(n, np.float32)
    for at in moments:
        curve = np.maximum(curve, _bump(n, float(at) - 0.05, 0.9, 3.2))
    return np.asarray(gaussian_filter1d(curve, 3), np.float32)


def _hands(spoken: Spoken, n: int, stresses: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Which hand is up when, and the beats it makes."""
    lines = [(a / VOICE_HZ, b / VOICE_HZ) for a, b, _, _ in spoken.lines]
    hands = np.zeros((n, 2), np.float32)
    for column, (start, end) in (
        (0, (lines[2][0] + 0.9, lines[2][1] - 0.3)),
        (1, (lines[3][0] + 2.4, lines[3][1] - 0.2)),
        (0, (lines[5][0] + 0.6, lines[5][1] - 0.4)),
        (1, (lines[5][0] + 0.8, lines[5][1] - 0.3)),
        (1, (lines[7][0] + 1.0, lines[7][0] + 3.6)),
    ):
        hands[:, column] = np.maximum(hands[:, column], _span(n, start, end, 0.75))
    beat = np.zeros(n, np.float32)
    for at, weight in stresses:
        beat += weight * (_bump(n, at - 0.12, 0.22, 0.12) - _bump(n, at + 0.06, 0.10, 0.35))
    return hands, np.asarray(np.clip(beat, -1, 1), np.float32)
