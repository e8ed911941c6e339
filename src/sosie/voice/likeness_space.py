"""The space of voices that Kokoro's stock packs span, and what each pack sounds like to a speaker encoder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sosie.types import LANGUAGES, Floats, Language
from sosie.voice.style import N_STYLE, VoiceStyle, stock_names, stock_style

TABLE = Path(__file__).with_name("stock_voices.npz")
"""Made by scripts/embed_voice_packs.py from the fetched packs, 8-bit."""
PHRASES: dict[Language, str] = {
    "zh": "ʨi→ntʰjɛ→n tɤ ʨja↘kɤ↗ tʰɤ↘pje↗ xau↓.",
    "en": "ʃi sˈɛld sˈiʃˌɛlz bI ðə sˈiʃˌɔɹ.",
    "fr": "bɔ̃ʒˈuʁ a vu, mɛʁsˈi dɛtʁ lˈa.",
}
"""What the stock voices said for the table and candidates say in the search: as short as an encoder still tells voices by."""
PHRASE_SPEED = 1.15
"""Faster than usual, to hear more of a voice in a second of computing."""
N_TIMBRE = 24
N_PROSODY = 12
"""Principal directions kept of each half of a style: 54 packs give no more that are not noise."""
TYPICAL_ROWS = slice(20, 80)
"""Rows of a pack that are used most: phrases of 20 to 80 symbols."""
_HALF = N_STYLE // 2


@dataclass(frozen=True, slots=True, eq=False)
class StockVoices:
    """All stock voices: their packs, and how they sound saying ``PHRASES``."""

    names: tuple[str, ...]
    packs: Floats
    """float32, (n_voices, 510, 256)."""
    embeddings: Floats
    """float32, (n_voices, 3, 192), unit length: CAM++ of each voice in zh, en, fr."""
    pitches_hz: Floats
    """float32, (n_voices, 3): median pitch."""
    judged: Floats
    """float32, (n_voices, 3, 256), unit length: d-vectors of each voice saying the first of likeness_judge.SENTENCES."""


def read_stock_voices(folder: Path) -> StockVoices:
    """``folder`` is ``weights("kokoro-voices")``."""
    with np.load(TABLE, allow_pickle=False) as table:
        names = tuple(str(name) for name in table["names"])
        embeddings = table["embeddings"].astype(np.float32)
        pitches = table["pitches_hz"].astype(np.float32)
        judged = table["judged"].astype(np.float32)
    missing = set(names) - set(stock_names(folder))
    if missing:
        raise ValueError(f"the table knows voices that {folder.name} has not: {sorted(missing)}")
    packs = np.stack([stock_style(folder, name).pack for name in names])
    embeddings /= np.linalg.norm(embeddings, axis=-1, keepdims=True)
    judged /= np.linalg.norm(judged, axis=-1, keepdims=True)
    return StockVoices(names, packs, embeddings, pitches, judged)


def write_table(path: Path, names: tuple[str, ...], pitches_hz: Floats, **embeddings: Floats) -> None:
    """Embeddings to 8 bits: a rounding of about 1 % of their length, 30 kB instead of 120."""
    small = {
        name: np.rint(values / np.abs(values).max(axis=-1, keepdims=True) * 127).astype(np.int8)
        for name, values in embeddings.items()
    }
    np.savez_compressed(path, names=np.array(names), pitches_hz=np.rint(pitches_hz), **small)


class StyleSpace:
    """Places of voices as 36 numbers, one standard deviation of the stock voices each: 24 of timbre, 12 of prosody.

    A place moves all rows of ``base`` alike, so the way a pack follows the length of the text is kept.
    """

    n = N_TIMBRE + N_PROSODY

    def __init__(self, packs: Floats, base: Floats) -> None:
        """``packs`` (n_voices, 510, 256) span the space; ``base`` (510, 256) is the pack that is moved."""
        typical = packs[:, TYPICAL_ROWS].mean(axis=1)
        self._middle = typical.mean(axis=0)
        directions = np.zeros((self.n, N_STYLE))
        directions[:N_TIMBRE, :_HALF] = _principal((typical - self._middle)[:, :_HALF], N_TIMBRE)
        directions[N_TIMBRE:, _HALF:] = _principal((typical - self._middle)[:, _HALF:], N_PROSODY)
        self._directions = directions
        self._lengths = (directions**2).sum(axis=1)
        self._base = base
        self.start = self.place(base)

    def place(self, pack: Floats) -> Floats:
        """(36,): the nearest place to a pack (510, 256)."""
        offset = pack[TYPICAL_ROWS].mean(axis=0) - self._middle
        place: Floats = (self._directions @ offset / self._lengths).astype(np.float32)
        return place

    def style(self, place: Floats, name: str) -> VoiceStyle:
        offset = (place - self.start) @ self._directions
        return VoiceStyle(name, (self._base + offset).astype(np.float32))


def _principal(centred: Floats, n: int) -> Floats:
    """(n, n_columns): the first principal directions of the rows, each as long as the rows spread along it."""
    if len(centred) <= n:
        raise ValueError(f"{n} directions need more than {n} voices, got {len(centred)}")
    _, spreads, directions = np.linalg.svd(centred, full_matrices=False)
    scaled: Floats = directions[:n] * (spreads[:n, None] / np.sqrt(len(centred)))
    return scaled


def phrase(language: Language) -> int:
    """Which column of ``StockVoices.embeddings`` is of this language."""
    return LANGUAGES.index(language)
