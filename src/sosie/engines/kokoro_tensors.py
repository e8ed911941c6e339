"""Kokoro's int8 ONNX graph taken apart: its weights as float32 tensors, and its style-free half as a graph of its own.

The full voice fit needs gradients, which onnxruntime cannot give, and there is no float copy of the weights to fetch: so the
quantised weights are multiplied out again. What the style does not touch (the text encoders, 60 % of the work of loading)
stays in onnxruntime.

Names are those of the published torch model (hexgrad/kokoro) without ``weight_g``/``weight_v``: ``decoder.decode.0.conv1.w`` is a
weight, ``.b`` a bias; an LSTM has ``.W``, ``.R``, ``.B`` in ONNX's order of gates (input, output, forget, cell).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sosie.types import Floats

TEXT_CODES = ("/encoder/bert_encoder/Add_output_0", "/encoder/text_encoder/Transpose_2_output_0")
"""What the two text encoders hand on: (1, T, 512) to the prosody, (1, 512, T) to the decoder; T symbols and two end marks."""


class TextEncoder:
    """Phoneme numbers to what the rest of Kokoro reads. Nothing in here depends on the voice."""

    def __init__(self, graph: Path, *, threads: int = 1) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(
            cut(graph, ("tokens",), TEXT_CODES), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, tokens: list[int]) -> tuple[Floats, Floats]:
        """((1, T, 512), (1, 512, T)) for T ``tokens``, end marks (0) included."""
        prosody, sound = self._session.run(list(TEXT_CODES), {"tokens": np.array([tokens], np.int64)})
        return prosody.reshape(1, len(tokens), -1), sound


def cut(graph: Path, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> bytes:
    """The part of the graph between ``inputs`` (of the whole graph) and ``outputs`` (any of its values), as ONNX bytes."""
    import onnx

    model = onnx.load(graph)
    maker = {name: node for node in model.graph.node for name in node.output}
    needed: set[str] = set()
    waiting = list(outputs)
    while waiting:
        name = waiting.pop()
        if name not in needed and name not in inputs:
            needed.add(name)
            waiting.extend(maker[name].input if name in maker else ())
    part = onnx.helper.make_graph(
        [node for node in model.graph.node if needed.intersection(node.output)],
        "part",
        [value for value in model.graph.input if value.name in inputs],
        [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in outputs],
        [tensor for tensor in model.graph.initializer if tensor.name in needed],
    )
    written: bytes = onnx.helper.make_model(
        part, opset_imports=model.opset_import, ir_version=model.ir_version
    ).SerializeToString()
    return written


@dataclass(frozen=True, slots=True, eq=False)
class KokoroTensors:
    """The weights of the prosody predictor and the decoder: about 70 million numbers, 280 MB."""

    values: Mapping[str, Floats]
    initialisers: Mapping[str, str]
    """Our name -> name in the graph, of those stored as float32: the ones a ``VoiceStyle`` can replace."""


def read_tensors(graph: Path) -> KokoroTensors:
    """Multiplies the quantised weights out; takes about 2 s."""
    import onnx

    model = onnx.load(graph)
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    values: dict[str, Any] = {}
    initialisers: dict[str, str] = {}
    for node in model.graph.node:
        if node.op_type == "ConvInteger":
            values[_name(node.name) + ".w"] = _multiplied_out(stored, node.input[1], node.input[3])
        elif node.op_type == "MatMulInteger" and ("/fc/" in node.name or "duration_proj" in node.name):
            values[_linear_name(node.name) + ".w"] = _multiplied_out(stored, node.input[1], node.input[3]).T
        elif node.op_type in ("Conv", "ConvTranspose"):
            initialisers.update(zip((_name(node.name) + ".w", _name(node.name) + ".b"), node.input[1:], strict=False))
        elif node.op_type == "DynamicQuantizeLSTM":
            values.update(_lstm(stored, _name(node.name), node.input))
        elif node.op_type == "STFT":
            initialisers["stft.window"] = node.input[2]
        elif node.name == "/decoder/decoder/generator/m_source/l_linear/MatMul":
            values["decoder.generator.m_source.l_linear.w"] = stored[node.input[1]].T
    initialisers["istft.basis"] = "decoder.decoder.generator.stft.istft.stft.inverse_basis"
    for initialiser, tensor in stored.items():
        if tensor.dtype == np.float32 and (name := tensor_name(initialiser)) is not None:
            initialisers[name] = initialiser
    values.update({name: stored[initialiser] for name, initialiser in initialisers.items()})
    ours = ("decoder.", "predictor.", "istft.", "stft.")
    return KokoroTensors(
        {name: np.ascontiguousarray(tensor, np.float32) for name, tensor in values.items() if name.startswith(ours)},
        {name: initialiser for name, initialiser in initialisers.items() if name.startswith(ours)},
    )


def tensor_name(initialiser: str) -> str | None:
    """Our name for a float initialiser of the graph, None for those that are not a bias, a norm or a snake's alpha."""
    if not (initialiser.endswith(".bias") or ".alpha" in initialiser or ".norm." in initialiser):
        return None
    for prefix, ours in (("decoder.decoder.", "decoder."), ("encoder.predictor.", "predictor.")):
        if initialiser.startswith(prefix):
            name = ours + initialiser.removeprefix(prefix)
            name = name.replace("asr_res.0", "asr_res").replace("duration_proj.linear_layer", "duration_proj")
            return re.sub(r"\.bias$", ".b", name)
    return None


def _name(node: str) -> str:
    """``/decoder/decoder/decode.0/conv1/Conv_quant`` is ``decoder.decode.0.conv1`` with us."""
    name = node.strip("/").replace("/", ".")
    for prefix, ours in (
        ("decoder.decoder.", "decoder."),
        ("encoder.predictor.", "predictor."),
        ("encoder.text_encoder", "text_encoder"),
        ("encoder.", "predictor."),
    ):
        if name.startswith(prefix):
            name = ours + name.removeprefix(prefix)
            break
    return name.rpartition(".")[0].replace("asr_res.asr_res.0", "asr_res")


def _linear_name(node: str) -> str:
    return _name(node).partition(".fc")[0] + ".fc" if "/fc/" in node else "predictor.duration_proj"


def _multiplied_out(stored: dict[str, Any], quantised: str, zero_point: str) -> Any:
    scale = stored[quantised.removesuffix("_quantized") + "_scale"]
    return (stored[quantised].astype(np.float32) - stored[zero_point].astype(np.float32)) * scale


def _lstm(stored: dict[str, Any], name: str, inputs: list[str]) -> dict[str, Any]:
    """W (2, 4 H, n_in), R (2, 4 H, H), B (2, 8 H) of a two-way LSTM of H units; the stored ones are transposed."""
    tensors: dict[str, Any] = {f"{name}.B": stored[inputs[3]]}
    for key, weight, scale, zero_point in (("W", 1, 8, 9), ("R", 2, 10, 11)):
        shape = (2, 1, -1)
        steps = stored[inputs[weight]].astype(np.float32) - stored[inputs[zero_point]].astype(np.float32).reshape(shape)
        tensors[f"{name}.{key}"] = (steps * stored[inputs[scale]].reshape(shape)).transpose(0, 2, 1)
    return tensors
