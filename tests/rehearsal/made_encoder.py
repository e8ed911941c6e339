"""A stand-in for the encoder of meanings: a text means what the known question with the most letter pairs in common means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import sosie.show.answers
from sosie.show.answers import read_examples
from sosie.types import Floats


class MadeEncoder:
    """Implements ports.MeaningEncoder without a model; roughly right, which is all that a rehearsal's tests need."""

    def __init__(self) -> None:
        with np.load(Path(sosie.show.answers.__file__).with_name("intents.npz")) as stored:
            self._vectors = np.asarray(stored["vectors"], np.float32)
        self._examples = [_pairs(example.text) for example in read_examples()]

    def embed(self, texts: Sequence[str]) -> Floats:
        return np.stack([self._vectors[self._nearest(_pairs(text))] for text in texts])

    def _nearest(self, pairs: Counter[str]) -> int:
        likeness = [
            2 * sum((pairs & known).values()) / (sum(pairs.values()) + sum(known.values())) for known in self._examples
        ]
        return int(np.argmax(likeness))


def _pairs(text: str) -> Counter[str]:
    text = f" {text.casefold()} "
    return Counter(text[place : place + 2] for place in range(len(text) - 1))
