"""CAM++ in onnxruntime: knows voices apart (192 numbers a voice), without torch.

The published weights are a torch file (torch_file.py reads it). The network is written down as an ONNX graph in memory, with the
batch normalisations folded where they can be.

Network: Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware Masking"
(https://arxiv.org/abs/2303.00332): a small 2-D convolution head over 80 mel bands, a densely connected time-delay net
of 12 + 24 + 16 layers whose layers are each masked by their context, mean and spread over time, one linear layer.
Weights: 3D-Speaker's ``speech_campplus_sv_zh_en_16k-common_advanced``, Apache-2.0.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sosie.engines.torch_file import Tensors, read_torch_file
from sosie.errors import YourInput
from sosie.types import LISTEN_HZ, Audio, Floats

N_MELS = 80
N_EMBEDDING = 192
SHORTEST_SECONDS = 0.5
"""Under this the embedding says more about the sounds than about the voice."""
CONTEXT_FRAMES = 100
"""Frames (at half the mel rate, so 2 s) over which a layer's mask is averaged."""
BLOCKS = ((12, 1), (24, 2), (16, 2))
"""(layers, dilation) of the three dense blocks."""
BATCH_NORM_EPSILON = 1e-5


class CamPlusPlus:
    """A ``VoiceEncoder``. Loads in about half a second, 28 MB; 1.5 s of speech take about 50 ms on one busy thread."""

    def __init__(self, weights: Path, *, threads: int = 1) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        graph = _Graph(read_torch_file(weights)).build()
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def embed(self, audio: Audio) -> Floats:
        """float32, (192,), unit length; the cosine between two 4 s stretches is about .75 for one person, 0 for two.

        (Measured on five recordings only. Figures over .4 between strangers come from a copy of the network that ends
        in a rectifier, which 3D-Speaker's has not.)
        """
        if audio.rate_hz != LISTEN_HZ:
            raise ValueError(f"the encoder listens at {LISTEN_HZ} Hz, got {audio.rate_hz} Hz")
        if audio.seconds < SHORTEST_SECONDS:
            raise YourInput(
                f"there are only {audio.seconds:.2f} s of speech to know a voice by",
                wanted=f"at least {SHORTEST_SECONDS} s",
                try_this="footage in which you talk for longer",
            )
        embedding: Floats = self._session.run(None, {"mels": mel_bands(audio)[None]})[0][0]
        return embedding / np.float32(np.linalg.norm(embedding))


def mel_bands(audio: Audio) -> Floats:
    """float32, (n_frames, 80): Kaldi's log mel energies, 25 ms windows every 10 ms, the mean over time taken out."""
    import kaldi_native_fbank as knf

    options = knf.FbankOptions()
    options.frame_opts.dither = 0.0
    options.frame_opts.samp_freq = audio.rate_hz
    options.mel_opts.num_bins = N_MELS
    bank = knf.OnlineFbank(options)
    bank.accept_waveform(audio.rate_hz, audio.samples)
    bank.input_finished()
    bands = np.stack([bank.get_frame(i) for i in range(bank.num_frames_ready)]).astype(np.float32)
    centred: Floats = bands - bands.mean(axis=0)
    return centred


# --- the network


class _Graph:
    """Writes the network down node by node; each method takes names of values and returns the name of its result.

    Shapes: B batch, C channels, F mel bands, T frames (10 ms before the first time convolution, 20 ms after it).
    """

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._ints: dict[tuple[int, ...], str] = {}

    def build(self) -> bytes:
        from onnx import TensorProto, helper

        picture = self._node("Unsqueeze", self._node("Transpose", "mels", perm=[0, 2, 1]), self._int(1))  # (B, 1, F, T)
        x = self._node("Reshape", self._head(picture), self._int(0, 4 * N_MELS, -1))  # 32 channels of 10 bands each
        x = self._dense_net(x)
        self._node("Gemm", self._statistics(x), *self._last_layer(), out="embedding", transB=1)
        graph = helper.make_graph(
            self._nodes,
            "campplus",
            [helper.make_tensor_value_info("mels", TensorProto.FLOAT, ["B", "T", N_MELS])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["B", N_EMBEDDING])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        written: bytes = model.SerializeToString()
        return written

    # the parts

    def _head(self, x: str) -> str:
        """(B, 1, F, T) -> (B, 32, F / 8, T): two residual blocks at each of two scales between two convolutions."""
        x = self._relu(self._conv2d(x, "head.conv1", "head.bn1"))
        for layer in ("head.layer1", "head.layer2"):
            for block, stride in ((f"{layer}.0", 2), (f"{layer}.1", 1)):
                inner = self._relu(self._conv2d(x, f"{block}.conv1", f"{block}.bn1", stride))
                inner = self._conv2d(inner, f"{block}.conv2", f"{block}.bn2")
                if stride == 2:
                    x = self._conv2d(x, f"{block}.shortcut.0", f"{block}.shortcut.1", stride)
                x = self._relu(self._node("Add", inner, x))
        return self._relu(self._conv2d(x, "head.conv2", "head.bn2", 2))

    def _dense_net(self, x: str) -> str:
        x = self._relu(self._conv1d(x, "xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm", stride=2))
        for number, (n_layers, dilation) in enumerate(BLOCKS, start=1):
            for layer in range(1, n_layers + 1):
                new = self._masked_layer(x, f"xvector.block{number}.tdnnd{layer}", dilation)
                x = self._node("Concat", x, new, axis=1)
            transit = f"xvector.transit{number}"
            x = self._relu(self._normed(x, f"{transit}.nonlinear.batchnorm"))
            following = "xvector.out_nonlinear.batchnorm" if number == len(BLOCKS) else None
            x = self._conv1d(x, f"{transit}.linear", following)
        return self._relu(x)

    def _masked_layer(self, x: str, layer: str, dilation: int) -> str:
        """32 new channels, each scaled by a mask made from the mean of all frames plus the mean of its own 2 s."""
        x = self._relu(self._normed(x, f"{layer}.nonlinear1.batchnorm"))
        x = self._relu(self._conv1d(x, f"{layer}.linear1", f"{layer}.nonlinear2.batchnorm"))
        local = self._conv1d(x, f"{layer}.cam_layer.linear_local", dilation=dilation)
        window = [CONTEXT_FRAMES]
        stretches = self._node("AveragePool", x, kernel_shape=window, strides=window, ceil_mode=1)
        context = self._node("Add", stretches, self._node("ReduceMean", x, axes=[-1], keepdims=1))
        # The mask is the same for every frame of a stretch, so it is computed once a stretch and then repeated.
        mask = self._relu(self._conv1d(context, f"{layer}.cam_layer.linear1"))
        mask = self._node("Sigmoid", self._conv1d(mask, f"{layer}.cam_layer.linear2"))
        repeats = self._constant(np.array([1, 1, CONTEXT_FRAMES], np.float32))
        attributes: dict[str, Any] = {
            "mode": "nearest",
            "coordinate_transformation_mode": "asymmetric",
            "nearest_mode": "floor",
        }
        mask = self._node("Resize", mask, "", repeats, **attributes)
        n_frames = self._node("Shape", x, start=2)
        mask = self._node("Slice", mask, self._int(0), n_frames, self._int(2))
        return self._node("Mul", local, mask)

    def _statistics(self, x: str) -> str:
        """(B, C, T) -> (B, 2 C): mean and unbiased spread over time."""
        mean = self._node("ReduceMean", x, axes=[-1], keepdims=1)
        squares = self._node("ReduceSumSquare", self._node("Sub", x, mean), axes=[-1], keepdims=0)
        n_frames = self._node("Cast", self._node("Shape", x, start=2), to=1)
        less_one = self._node("Sub", n_frames, self._constant(np.ones(1, np.float32)))
        spread = self._node("Sqrt", self._node("Div", squares, less_one))
        return self._node("Concat", self._node("Squeeze", mean, self._int(2)), spread, axis=1)

    def _last_layer(self) -> tuple[str, str]:
        weight = self._tensors["xvector.dense.linear.weight"][:, :, 0]
        scale, shift = self._batch_norm("xvector.dense.nonlinear.batchnorm")
        return self._constant(weight * scale[:, None]), self._constant(shift)

    # the nodes

    def _conv2d(self, x: str, conv: str, norm: str, stride: int = 1) -> str:
        side = self._tensors[f"{conv}.weight"].shape[-1] // 2
        return self._conv(x, conv, norm, strides=[stride, 1], pads=[side] * 4)

    def _conv1d(self, x: str, conv: str, norm: str | None = None, *, stride: int = 1, dilation: int = 1) -> str:
        side = self._tensors[f"{conv}.weight"].shape[-1] // 2 * dilation
        return self._conv(x, conv, norm, strides=[stride], dilations=[dilation], pads=[side] * 2)

    def _conv(self, x: str, conv: str, norm: str | None, **attributes: Any) -> str:
        """A convolution; the batch normalisation that follows it, if any, is folded into its weights."""
        weight = self._tensors[f"{conv}.weight"]
        bias = self._tensors.get(f"{conv}.bias", np.zeros(len(weight), np.float32))
        if norm is not None:
            scale, shift = self._batch_norm(norm)
            weight = weight * scale.reshape(-1, *[1] * (weight.ndim - 1))
            bias = bias * scale + shift
        return self._node("Conv", x, self._constant(weight), self._constant(bias), **attributes)

    def _normed(self, x: str, norm: str) -> str:
        """A batch normalisation before a rectifier, which nothing can take in: one scale and shift a channel."""
        scale, shift = self._batch_norm(norm)
        scaled = self._node("Mul", x, self._constant(scale[:, None]))
        return self._node("Add", scaled, self._constant(shift[:, None]))

    def _batch_norm(self, norm: str) -> tuple[Floats, Floats]:
        """(scale, shift), each float32 (C,), of the normalisation with its running mean and variance."""
        mean, variance = self._tensors[f"{norm}.running_mean"], self._tensors[f"{norm}.running_var"]
        scale = self._tensors.get(f"{norm}.weight", np.ones_like(mean)) / np.sqrt(variance + BATCH_NORM_EPSILON)
        shift = self._tensors.get(f"{norm}.bias", np.zeros_like(mean)) - mean * scale
        return scale.astype(np.float32), shift.astype(np.float32)

    def _relu(self, x: str) -> str:
        return self._node("Relu", x)

    def _node(self, kind: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        from onnx import helper

        out = out or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def _constant(self, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _int(self, *values: int) -> str:
        if values not in self._ints:
            self._ints[values] = self._constant(np.array(values, np.int64))
        return self._ints[values]
