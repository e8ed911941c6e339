"""FaceRes in onnxruntime: knows faces apart (1,024 numbers a face).

The published weights are a TensorFlow.js graph: a JSON that names tensors and one file of half floats. Only the tensors are
read; the network, a MobileNet of 14 layers with its batch normalisations already folded, is written down here as an ONNX graph in
memory. The heads for age and gender are left out: nobody asked the person.

Network: Howard et al., "MobileNets" (https://arxiv.org/abs/1704.04861). Weights: A. Savchenko's HSE-FaceRes, Apache-2.0, as
packaged in @vladmandic/human (MIT).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import onnxruntime
from numpy.typing import NDArray

from sosie.errors import WeightsUnavailable
from sosie.types import N_LANDMARKS, Bytes, Floats

SIDE = 224
"""Pixels of the square picture that the network sees."""
N_EMBEDDING = 1024
_STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
"""Of the 13 depthwise layers; the layer before them halves too."""
_LEFT_EYE, _RIGHT_EYE = 33, 263
_WIDE = 2.6
"""Side of that picture in distances of the outer eye corners: the whole head, with some hair and neck."""
_MIDDLE = 0.4
"""How far below the eyes its middle lies, in the same unit. Of seven framings of 17 people the one that told them apart best."""

Tensors = dict[str, NDArray[np.float32]]


class FaceRes:
    """Implements ports.FaceEncoder. Loads in 0.1 s; about 10 ms a face on one thread."""

    def __init__(self, folder: Path) -> None:
        """``folder`` as given by ``weights("faceres")``."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            _model(read_tensors(folder)).SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def embed(self, rgb: Bytes, points: Floats) -> Floats:
        (found,) = self._session.run(None, {"face": upright(rgb, points).astype(np.float32).transpose(2, 0, 1)[None]})
        vector = np.asarray(found, np.float32).ravel()
        return vector / np.float32(np.linalg.norm(vector))


def upright(rgb: Bytes, points: Floats) -> Bytes:
    """uint8, (SIDE, SIDE, 3): the face with its eyes level. ``points`` (478, 2 or 3), pixels."""
    if points.shape[0] != N_LANDMARKS:
        raise ValueError(f"{points.shape[0]} landmarks; the tracker gives {N_LANDMARKS}")
    left, right = points[_LEFT_EYE, :2].astype(np.float64), points[_RIGHT_EYE, :2].astype(np.float64)
    across = right - left
    down = np.array([-across[1], across[0]])
    middle = (left + right) / 2 + _MIDDLE * down
    turn = np.stack([across, down], axis=1) * _WIDE / SIDE
    corner = middle - turn @ np.full(2, (SIDE - 1) / 2)
    step = float(np.linalg.norm(turn[:, 0]))
    # Far fewer pixels than the picture has: blurred first, else fine hair becomes noise.
    seen = cv2.GaussianBlur(rgb, (0, 0), 0.4 * step) if step > 1.5 else rgb
    to_picture = np.hstack([turn, corner[:, None]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(seen, to_picture, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def read_tensors(folder: Path) -> Tensors:
    """Every float tensor by its name, float32. Raises WeightsUnavailable when the files are of another kind."""
    try:
        facts = json.loads((folder / "faceres.json").read_text(encoding="utf-8"))
        data = (folder / "faceres.bin").read_bytes()
        tensors: Tensors = {}
        at = 0
        for group in facts["weightsManifest"]:
            for entry in group["weights"]:
                half = entry.get("quantization", {}).get("dtype") == "float16"
                kind = np.dtype(np.float16 if half else entry["dtype"])
                n = int(np.prod(entry["shape"], dtype=np.int64))
                values = np.frombuffer(data, kind, n, at)
                at += values.nbytes
                if half:
                    tensors[entry["name"]] = values.reshape(entry["shape"]).astype(np.float32)
        if at != len(data):
            raise ValueError(f"{len(data) - at} bytes are left over")
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WeightsUnavailable(f"The weights in {folder} cannot be read as FaceRes: {error}") from error
    return tensors


def _model(tensors: Tensors) -> onnx.ModelProto:
    """(1, 3, 224, 224) RGB, 0 to 255 -> (1, 1024)."""
    graph = _Graph()
    x = graph.block("face", tensors["conv1/convolution/merged_input"], tensors["conv1_bn/batchnorm_1/sub"], 2)
    for number, stride in enumerate(_STRIDES, start=1):
        # (3, 3, channels, 1) -> (3, 3, 1, channels): each channel has a kernel of its own.
        kernel = tensors[f"conv_dw_{number}/depthwise_kernel"].transpose(0, 1, 3, 2)
        scaled = kernel * tensors[f"conv_dw_{number}_bn/batchnorm_1/mul"]
        x = graph.block(x, scaled, tensors[f"conv_dw_{number}_bn/batchnorm_1/sub"], stride)
        pointwise = tensors[f"conv_pw_{number}/convolution/merged_input"]
        x = graph.block(x, pointwise, tensors[f"conv_pw_{number}_bn/batchnorm_1/sub"], 1)
    graph.add("ReduceMean", [x], "embedding", axes=[2, 3], keepdims=0)
    return graph.model()


class _Graph:
    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: list[onnx.TensorProto] = []
        self._ends = [self._kept(np.array(value, np.float32)) for value in (0.0, 6.0)]

    def block(self, x: str, kernel: Floats, bias: Floats, stride: int) -> str:
        """Convolution, bias, ReLU up to 6. ``kernel`` (height, width, channels in, channels out); in = 1: depthwise."""
        weights = self._kept(np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)))
        group = kernel.shape[3] if kernel.shape[2] == 1 else 1
        y = self.add(
            "Conv", [x, weights, self._kept(bias)], strides=[stride, stride], group=group, auto_pad="SAME_UPPER"
        )
        return self.add("Clip", [y, *self._ends])

    def add(self, kind: str, inputs: list[str], name: str = "", **options: Any) -> str:
        name = name or f"n{len(self._nodes)}"
        self._nodes.append(onnx.helper.make_node(kind, inputs, [name], **options))
        return name

    def model(self) -> onnx.ModelProto:
        floats = onnx.TensorProto.FLOAT
        graph = onnx.helper.make_graph(
            self._nodes,
            "faceres",
            [onnx.helper.make_tensor_value_info("face", floats, [1, 3, SIDE, SIDE])],
            [onnx.helper.make_tensor_value_info("embedding", floats, [1, N_EMBEDDING])],
            self._tensors,
        )
        return onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)

    def _kept(self, values: NDArray[np.float32]) -> str:
        name = f"w{len(self._tensors)}"
        self._tensors.append(onnx.numpy_helper.from_array(values, name))
        return name
