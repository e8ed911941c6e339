"""An encoder of meanings that looks at each text once: a simulated crowd writes the same few hundred texts all day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sosie.ports import MeaningEncoder
from sosie.types import Floats


class Remembered:
    """Implements ports.MeaningEncoder by asking another one. Keeps 1.5 kB a text for as long as it lives."""

    def __init__(self, encoder: MeaningEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Floats] = {}

    def embed(self, texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts]) if texts else self._encoder.embed(())
