"""Sound made by the tests that behaves like speech: syllables of gliding harmonics, phrases, pauses. Nobody's voice."""

from __future__ import annotations

import numpy as np

from sosie.types import VOICE_HZ, Audio


def talk(seconds: float = 8.0, level: float = 0.1, noise: float = 2e-4, seed: int = 1) -> Audio:
    """Phrases of 2 s with half a second between them; ``level`` and ``noise`` are root mean squares."""
    chance = np.random.default_rng(seed)
    samples = np.zeros(round(seconds * VOICE_HZ))
    at = round(0.2 * VOICE_HZ)
    while at + 0.3 * VOICE_HZ < len(samples):
        if at % round(2.5 * VOICE_HZ) > 2 * VOICE_HZ:
            at += round(0.5 * VOICE_HZ)
            continue
        n = round(chance.uniform(0.12, 0.25) * VOICE_HZ)
        time = np.arange(n) / VOICE_HZ
        pitch = chance.uniform(100, 180) * (1 + chance.uniform(-0.6, 0.6) * time)
        phase = 2 * np.pi * np.cumsum(pitch) / VOICE_HZ
        vowel = chance.uniform(0.2, 1.0, 24) / np.arange(1, 25)
        sound = sum(height * np.sin((k + 1) * phase + chance.uniform(0, 6)) for k, height in enumerate(vowel))
        sound = sound * np.sin(np.pi * np.arange(n) / n) ** 0.5 * chance.uniform(0.4, 1.0)
        samples[at : at + n] += sound[: len(samples) - at]
        hiss = round(0.05 * VOICE_HZ)
        samples[at + n : at + n + hiss] += 0.05 * chance.normal(size=len(samples[at + n : at + n + hiss]))
        at += n + hiss
    loud = np.sqrt(np.percentile((samples[: len(samples) // 1200 * 1200].reshape(-1, 1200) ** 2).mean(axis=1), 90))
    samples = level * samples / loud + noise * chance.normal(size=len(samples))
    return Audio(np.clip(samples, -1, 1).astype(np.float32), VOICE_HZ)
