"""CAM++ in torch, so that a gradient can go through it: what ``campplus.py`` computes, for the full voice fit only.

Layer by layer the network of ``campplus.py``, whose docstring names paper and weights; a test holds the two together. The front
end is Kaldi's filter bank (https://kaldi-asr.org/doc/feat.html) on sound at 16 kHz.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from sosie.engines.campplus import BATCH_NORM_EPSILON, BLOCKS, CONTEXT_FRAMES, N_MELS
from sosie.engines.torch_file import read_torch_file
from sosie.types import LISTEN_HZ, VOICE_HZ, Floats

Tensor = torch.Tensor

_WINDOW, _STEP, _FFT = 400, 160, 512
_LOWEST_HZ = 20.0
_PRE_EMPHASIS = 0.97


class CamPlusPlusNet:
    """Frozen weights; about .1 s for 1.4 s of sound and its gradient on one thread."""

    def __init__(self, weights: Path) -> None:
        self._tensors = {name: torch.tensor(values) for name, values in read_torch_file(weights).items()}
        self._bank = torch.tensor(_mel_bank())
        self._window = torch.hann_window(_WINDOW, periodic=False) ** 0.85

    def embed(self, sound: Tensor) -> Tensor:
        """(B, 192), unit length, of ``sound`` (B, n) at VOICE_HZ, half a second or more."""
        mels = self._mels(_at_listen_rate(sound))
        x = self._head(mels.transpose(1, 2)[:, None])
        x = self._dense_net(x.flatten(1, 2))
        statistics = torch.cat([x.mean(dim=2), x.std(dim=2)], dim=1)
        weight = self._tensors["xvector.dense.linear.weight"][:, :, 0]
        return functional.normalize(self._normed(statistics @ weight.T, "xvector.dense.nonlinear.batchnorm"), dim=1)

    def _mels(self, sound: Tensor) -> Tensor:
        """(B, T, 80): Kaldi's log mel energies, the mean over time taken out."""
        frames = sound.unfold(-1, _WINDOW, _STEP)
        frames = frames - frames.mean(-1, keepdim=True)
        frames = frames - _PRE_EMPHASIS * torch.cat([frames[..., :1], frames[..., :-1]], -1)
        spectrum = torch.fft.rfft(functional.pad(frames * self._window, (0, _FFT - _WINDOW)))
        power = (spectrum.real**2 + spectrum.imag**2) @ self._bank.T
        bands = torch.log(power.clamp(min=torch.finfo(torch.float32).eps))
        return bands - bands.mean(dim=1, keepdim=True)

    def _head(self, x: Tensor) -> Tensor:
        x = functional.relu(self._conv2d(x, "head.conv1", "head.bn1"))
        for layer in ("head.layer1", "head.layer2"):
            for block, stride in ((f"{layer}.0", 2), (f"{layer}.1", 1)):
                inner = functional.relu(self._conv2d(x, f"{block}.conv1", f"{block}.bn1", stride))
                inner = self._conv2d(inner, f"{block}.conv2", f"{block}.bn2")
                if stride == 2:
                    x = self._conv2d(x, f"{block}.shortcut.0", f"{block}.shortcut.1", stride)
                x = functional.relu(inner + x)
        return functional.relu(self._conv2d(x, "head.conv2", "head.bn2", 2))

    def _dense_net(self, x: Tensor) -> Tensor:
        x = self._conv1d(x, "xvector.tdnn.linear", stride=2)
        x = functional.relu(self._normed(x, "xvector.tdnn.nonlinear.batchnorm"))
        for number, (n_layers, dilation) in enumerate(BLOCKS, start=1):
            for layer in range(1, n_layers + 1):
                new = self._masked_layer(x, f"xvector.block{number}.tdnnd{layer}", dilation)
                x = torch.cat([x, new], dim=1)
            transit = f"xvector.transit{number}"
            x = self._conv1d(functional.relu(self._normed(x, f"{transit}.nonlinear.batchnorm")), f"{transit}.linear")
        return functional.relu(self._normed(x, "xvector.out_nonlinear.batchnorm"))

    def _masked_layer(self, x: Tensor, layer: str, dilation: int) -> Tensor:
        x = functional.relu(self._normed(x, f"{layer}.nonlinear1.batchnorm"))
        x = functional.relu(self._normed(self._conv1d(x, f"{layer}.linear1"), f"{layer}.nonlinear2.batchnorm"))
        local = self._conv1d(x, f"{layer}.cam_layer.linear_local", dilation=dilation)
        stretches = functional.avg_pool1d(x, CONTEXT_FRAMES, CONTEXT_FRAMES, ceil_mode=True)
        context = stretches + x.mean(dim=2, keepdim=True)
        mask = functional.relu(self._conv1d(context, f"{layer}.cam_layer.linear1"))
        mask = torch.sigmoid(self._conv1d(mask, f"{layer}.cam_layer.linear2"))
        return local * torch.repeat_interleave(mask, CONTEXT_FRAMES, dim=2)[:, :, : x.shape[2]]

    def _conv2d(self, x: Tensor, conv: str, norm: str, stride: int = 1) -> Tensor:
        weight = self._tensors[f"{conv}.weight"]
        side = weight.shape[-1] // 2
        return self._normed(functional.conv2d(x, weight, None, (stride, 1), side), norm)

    def _conv1d(self, x: Tensor, conv: str, *, stride: int = 1, dilation: int = 1) -> Tensor:
        weight = self._tensors[f"{conv}.weight"]
        side = weight.shape[-1] // 2 * dilation
        return functional.conv1d(x, weight, self._tensors.get(f"{conv}.bias"), stride, side, dilation)

    def _normed(self, x: Tensor, norm: str) -> Tensor:
        """Batch normalisation with its running mean and variance, over the second dimension."""
        tensors = self._tensors
        return functional.batch_norm(
            x,
            tensors[f"{norm}.running_mean"],
            tensors[f"{norm}.running_var"],
            tensors.get(f"{norm}.weight"),
            tensors.get(f"{norm}.bias"),
            eps=BATCH_NORM_EPSILON,
        )


def _at_listen_rate(sound: Tensor) -> Tensor:
    """From VOICE_HZ to LISTEN_HZ, by leaving the upper third of the spectrum out."""
    n = sound.shape[-1] // 3 * 3
    spectrum = torch.fft.rfft(sound[..., :n])
    kept = n * LISTEN_HZ // VOICE_HZ
    return torch.fft.irfft(spectrum[..., : kept // 2 + 1], n=kept) * (LISTEN_HZ / VOICE_HZ)


def _mel_bank() -> Floats:
    """(80, 257): Kaldi's triangles, evenly spaced on its mel scale from 20 Hz to 8 kHz."""

    def mel(hz: Floats | float) -> Floats:
        return np.asarray(1127 * np.log(1 + np.asarray(hz) / 700))

    edges = np.linspace(mel(_LOWEST_HZ), mel(LISTEN_HZ / 2), N_MELS + 2)
    bins = mel(np.arange(_FFT // 2) * LISTEN_HZ / _FFT)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))
    return np.pad(np.maximum(triangles, 0), ((0, 0), (0, 1))).astype(np.float32)
