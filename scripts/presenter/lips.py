"""From sounds to mouth: each sound has a target and a reach, and neighbours share the mouth (Cohen and Massaro 1993).

Weights are ARKit face units. Closed lips are worked out from the mesh itself, so that p, b and m really touch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from sosie.types import FPS, VOICE_HZ, Floats, Phone

OVERSAMPLE = 4
RATE_HZ = FPS * OVERSAMPLE
CLOSED_SOUNDS = frozenset("pbm")


@dataclass(frozen=True)
class Target:
    """Where the mouth goes for a sound; all in [0, 1]."""

    jaw: float = 0.0
    funnel: float = 0.0
    pucker: float = 0.0
    spread: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    tuck: float = 0.0
    """Lower lip under the upper teeth."""
    tongue: float = 0.0
    strength: float = 1.0
    """How much it insists against its neighbours."""


VOWELS: Mapping[str, Target] = {
    "i": Target(0.10, 0, 0, 0.62, 0.42, 0.30),
    "ɪ": Target(0.15, 0, 0, 0.42, 0.34, 0.22),
    "e": Target(0.20, 0, 0, 0.48, 0.38, 0.22),
    "ɛ": Target(0.30, 0, 0, 0.36, 0.40, 0.20),
    "æ": Target(0.42, 0, 0, 0.40, 0.42, 0.24),
    "a": Target(0.46, 0, 0, 0.16, 0.34, 0.16),
    "ɑ": Target(0.48, 0.06, 0, 0.02, 0.30, 0.14),
    "ʌ": Target(0.34, 0.04, 0, 0.08, 0.28, 0.12),
    "ɐ": Target(0.26, 0.03, 0, 0.08, 0.24, 0.10, strength=0.7),
    "ə": Target(0.20, 0.05, 0, 0.08, 0.20, 0.08, strength=0.55),
    "ɨ": Target(0.13, 0, 0, 0.34, 0.30, 0.14),
    "ɜ": Target(0.22, 0.32, 0.12, 0, 0.20, 0.12),
    "ɤ": Target(0.24, 0.0, 0, 0.16, 0.26, 0.10),
    "o": Target(0.24, 0.46, 0.58, 0, 0.08, 0.05, strength=1.2),
    "ɔ": Target(0.36, 0.46, 0.24, 0, 0.18, 0.10),
    "u": Target(0.10, 0.30, 0.92, 0, 0.02, 0.02, strength=1.4),
    "ʊ": Target(0.16, 0.36, 0.50, 0, 0.10, 0.06),
    "y": Target(0.09, 0.28, 0.90, 0, 0.03, 0.03, strength=1.3),
    "ø": Target(0.20, 0.42, 0.55, 0, 0.10, 0.06),
    "œ": Target(0.28, 0.44, 0.34, 0, 0.16, 0.08),
}
GLIDES: Mapping[str, tuple[str, str]] = {
    "A": ("e", "ɪ"),
    "I": ("a", "ɪ"),
    "W": ("a", "ʊ"),
    "O": ("o", "ʊ"),
    "Y": ("ɔ", "ɪ"),
    "Q": ("ə", "ʊ"),
}
CONSONANTS: Mapping[str, Target] = {
    "f": Target(0.10, 0, 0, 0.10, 0.0, 0.34, 0.85, strength=3.0),
    "v": Target(0.10, 0, 0, 0.10, 0.0, 0.32, 0.80, strength=3.0),
    "θ": Target(0.14, 0, 0, 0.14, 0.26, 0.14, 0, 0.34, 1.4),
    "ð": Target(0.14, 0, 0, 0.12, 0.24, 0.12, 0, 0.30, 1.2),
    "s": Target(0.05, 0.04, 0, 0.34, 0.48, 0.26, strength=1.5),
    "z": Target(0.05, 0.04, 0, 0.32, 0.46, 0.24, strength=1.4),
    "ʃ": Target(0.09, 0.66, 0.26, 0, 0.40, 0.30, strength=1.9),
    "ʒ": Target(0.09, 0.62, 0.26, 0, 0.36, 0.28, strength=1.8),
    "w": Target(0.07, 0.28, 0.86, 0, 0.02, 0.02, strength=1.8),
    "ɥ": Target(0.07, 0.26, 0.80, 0, 0.04, 0.04, strength=1.6),
    "ɹ": Target(0.13, 0.44, 0.24, 0, 0.18, 0.10, strength=0.9),
    "ʁ": Target(0.20, 0.04, 0, 0.08, 0.22, 0.10, strength=0.5),
    "j": Target(0.09, 0, 0, 0.44, 0.32, 0.18),
    "l": Target(0.20, 0, 0, 0.10, 0.26, 0.10, 0, 0.04, 0.7),
    "t": Target(0.10, 0, 0, 0.16, 0.30, 0.14, strength=0.8),
    "d": Target(0.11, 0, 0, 0.16, 0.30, 0.14, strength=0.8),
    "n": Target(0.13, 0, 0, 0.14, 0.26, 0.10, strength=0.6),
    "T": Target(0.14, 0, 0, 0.14, 0.26, 0.10, strength=0.5),
    "k": Target(0.17, 0, 0, 0.12, 0.24, 0.10, strength=0.45),
    "ɡ": Target(0.17, 0, 0, 0.12, 0.24, 0.10, strength=0.45),
    "ŋ": Target(0.17, 0, 0, 0.10, 0.22, 0.08, strength=0.4),
    "h": Target(0.20, 0, 0, 0.08, 0.22, 0.10, strength=0.25),
    "x": Target(0.18, 0, 0, 0.10, 0.22, 0.10, strength=0.35),
    "ɕ": Target(0.06, 0.04, 0, 0.46, 0.44, 0.28, strength=1.4),
    "ʂ": Target(0.08, 0.50, 0.12, 0, 0.38, 0.26, strength=1.6),
    "ɾ": Target(0.14, 0, 0, 0.14, 0.26, 0.10, strength=0.5),
}
JOINED: Mapping[str, str] = {
    "ʤ": "ʒ",
    "ʧ": "ʃ",
    "ʨ": "ɕ",
    "ʦ": "s",
    "ʣ": "z",
    "ꭧ": "ʂ",
    "ꭤ": "ɑ",
    "ᵻ": "ɪ",
    "ᵊ": "ə",
    "ɯ": "ɨ",
    "ɲ": "n",
    "r": "ɹ",
    "ɝ": "ɜ",
}
BILABIAL = Target(0.07, 0, 0, 0.04, 0, 0, strength=1.6)
REST = Target(0.0, 0, 0, 0, 0, 0, strength=0.9)


def _parts(phone: Phone) -> list[tuple[str, Target, float, float]]:
    """(symbol, target, start, end in seconds): one for most sounds, two for gliding vowels, none for breath between words."""
    start, end = phone.start / VOICE_HZ, phone.end / VOICE_HZ
    symbol = phone.symbol[:1]
    if symbol in GLIDES:
        first, second = GLIDES[symbol]
        turn = start + 0.55 * (end - start)
        return [(symbol, VOWELS[first], start, turn), (symbol, VOWELS[second], turn, end)]
    symbol = JOINED.get(symbol, symbol)
    if symbol in CLOSED_SOUNDS:
        return [(symbol, BILABIAL, start, end)]
    if symbol in VOWELS or symbol in CONSONANTS:
        return [(symbol, VOWELS.get(symbol) or CONSONANTS[symbol], start, end)]
    if symbol.strip():
        raise ValueError(f"no mouth for the sound {phone.symbol!r}")
    # A break inside speech leaves the mouth where it is; a pause lets it go to rest.
    return [("", REST, start, end)] if end - start > 0.16 else []


SHAPES = ("jaw", "funnel", "pucker", "spread", "lower", "upper", "tuck", "tongue")
REACH = {
    "jaw": 0.075,
    "funnel": 0.11,
    "pucker": 0.12,
    "spread": 0.085,
    "lower": 0.065,
    "upper": 0.07,
    "tuck": 0.035,
    "tongue": 0.045,
}
"""Seconds over which a sound's hold on each shape falls to a half: lips round early, the jaw is heavy, a tuck is quick."""


def _shapes(phones: Sequence[Phone], n_frames: int) -> tuple[dict[str, Floats], Floats]:
    """(each shape at RATE_HZ, closedness in [0, 1])."""
    time = (np.arange(n_frames * OVERSAMPLE) + 0.5) / RATE_HZ
    upper = {name: np.zeros(len(time)) for name in SHAPES}
    lower = {name: np.full(len(time), 1e-9) for name in SHAPES}
    closed = np.zeros(len(time))
    parts = [part for phone in phones for part in _parts(phone)]
    ends = [(s, e) for _, _, s, e in parts]
    # Silence before, between lines and after is rest too.
    quiet = [
        (last_end, first)
        for (_, last_end), (first, _) in zip([(0.0, 0.0), *ends], [*ends, (time[-1] + 1, 0.0)], strict=True)
    ]
    parts += [("", REST, start, end) for start, end in quiet if end - start > 0.16]
    for symbol, target, start, end in parts:
        middle, half = (start + end) / 2, (end - start) / 2
        for name in SHAPES:
            # Full hold inside the middle half of the sound, an exponential fall outside.
            away = np.maximum(np.abs(time - middle) - half * 0.5, 0.0)
            hold = target.strength * np.exp(-np.log(2) * (away / REACH[name]) ** 1.25 * (1.6 if symbol == "" else 1.0))
            upper[name] += hold * getattr(target, name)
            lower[name] += hold
        if symbol in CLOSED_SOUNDS:
            # Lips meet a little before the sound and part with it; 2 frames at the least.
            centre, width = middle - 0.005, max(half, 0.045)
            closed = np.maximum(closed, np.clip((width + 0.055 - np.abs(time - centre)) / 0.055, 0, 1))
    shapes = {name: np.asarray(upper[name] / lower[name], np.float32) for name in SHAPES}
    return shapes, np.asarray(closed * closed * (3 - 2 * closed), np.float32)


def mouth_weights(phones: Sequence[Phone], n_frames: int, loud: Floats, gap: Mapping[str, float]) -> dict[str, Floats]:
    """Face unit -> (n_frames,) weights, in time with the sound.

    ``loud``: loudness at RATE_HZ, see speech.loudness. ``gap``: by how much each unit parts the lips at the middle, dm a unit.
    """
    s, closed = _shapes(phones, n_frames)
    effort = gaussian_filter1d(loud.astype(np.float64), 0.06 * RATE_HZ)
    effort = 0.72 + 0.36 * np.clip(effort[: len(closed)], 0, 1.1)
    free = 1 - closed
    jaw = 1.2 * s["jaw"] * effort
    wobble = gaussian_filter1d(np.random.default_rng(7).standard_normal(len(jaw)), 0.5 * RATE_HZ)
    lean = 0.10 * wobble / wobble.std()  # one side of the mouth works a little more, now the one, now the other
    left, right = 1 + 0.06 + lean, 1 - 0.06 - lean
    tuck = s["tuck"]
    weights = {
        "jawOpen": jaw * (1 - 0.35 * closed),
        "mouthFunnel": s["funnel"] * (0.35 + 0.65 * free),
        "mouthPucker": s["pucker"],
        "mouthRollLower": 0.75 * tuck + 0.10 * closed,
        "mouthRollUpper": 0.10 * closed,
        "mouthPressLeft": 0.22 * closed,
        "mouthPressRight": 0.22 * closed,
        "mouthShrugLower": 0.35 * tuck,
        "tongueOut": s["tongue"] * free,
    }
    for side, more in (("Left", left), ("Right", right)):
        weights[f"mouthStretch{side}"] = s["spread"] * more * 0.55
        weights[f"mouthSmile{side}"] = s["spread"] * more * 0.22
        weights[f"mouthLowerDown{side}"] = s["lower"] * more * free * (1 - 0.8 * tuck) * effort
        weights[f"mouthUpperUp{side}"] = s["upper"] * more * free * effort
    # Lips that touch: mouthClose takes up exactly the gap that all else leaves.
    open_gap = sum(gap[name] * value for name, value in weights.items())
    weights["mouthClose"] = np.clip(closed * np.maximum(open_gap, 0) / -gap["mouthClose"] * 1.03, 0, 1)
    # No sound, no gap: at rest the lips lie on each other.
    silent = _silence(phones, len(closed))
    for name in weights:
        weights[name] = weights[name] * (1 - silent)
    middle = slice(OVERSAMPLE // 2 - 1, None, OVERSAMPLE)
    after = slice(OVERSAMPLE // 2, None, OVERSAMPLE)
    # What a camera sees in a frame is its middle; the mean of the two samples around it.
    return {n: np.asarray((v[middle][:n_frames] + v[after][:n_frames]) / 2, np.float32) for n, v in weights.items()}


def _silence(phones: Sequence[Phone], n: int) -> Floats:
    """(n,) at RATE_HZ: 1 well inside silences of more than 0.35 s, 0 in speech."""
    sounding = np.zeros(n, bool)
    for phone in phones:
        if phone.symbol.strip():
            a, b = (round(t / VOICE_HZ * RATE_HZ) for t in (phone.start, phone.end))
            sounding[max(a - int(0.14 * RATE_HZ), 0) : b + int(0.20 * RATE_HZ)] = True
    return np.asarray(gaussian_filter1d((~sounding).astype(np.float64), 0.05 * RATE_HZ), np.float32)


def together(mouth: Mapping[str, Floats], mood: Mapping[str, Floats]) -> dict[str, Floats]:
    """Speech over mood: units add up. A smile presses the lips together a little, so lips that were to touch still do."""
    units = {name: np.array(value, np.float32) for name, value in mood.items()}
    for side in ("Left", "Right"):  # nobody smiles through an oo
        units[f"mouthSmile{side}"] *= 1 - 0.8 * np.clip(mouth["mouthPucker"] * 1.4, 0, 1)
    for name, value in mouth.items():
        units[name] = np.clip(units.get(name, np.float32(0)) + value, 0, 1).astype(np.float32)
    return units
