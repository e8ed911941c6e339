"""The half of Kokoro-82M that hears the style, in torch, so that a voice can be fitted by gradient. Used by the full fit only.

The layout is StyleTTS 2's with an iSTFT generator (Li et al., https://arxiv.org/abs/2306.07691; Kaneko et al.,
https://arxiv.org/abs/2203.02395) as hexgrad/kokoro configures it; the weights come from the int8 graph that goes on air
(kokoro_tensors.py), so what is fitted here is what will be heard there. Two oddities of that graph are kept: it has no noise
source, and its inverse transform divides by a constant window sum.

Shapes: T symbols with end marks, D units of 25 ms, F = 2 D pitch steps of 12.5 ms, 300 samples a pitch step. One batch row.
A style is 256 numbers: the first 128 (timbre) go to the decoder, the last 128 (prosody) to the predictor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from sosie.engines.kokoro_tensors import KokoroTensors
from sosie.types import VOICE_HZ, Floats

Tensor = torch.Tensor

STYLE_HALF = 128
SAMPLES_PER_STEP = 300
N_HARMONICS = 9
UPSAMPLING = (10, 6)
SNAKE_DILATIONS = (1, 3, 5)
FFT_BINS = 11
HOP = 5
_G = "decoder.generator"


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """What the text encoders say of one phrase, as tensors."""

    prosody: Tensor
    """(1, T, 512)."""
    sound: Tensor
    """(1, 512, T)."""


class KokoroNet:
    """Frozen weights and, by name, trainable changes that are added to them."""

    def __init__(self, tensors: KokoroTensors, *, half: bool = False) -> None:
        """``half``: the generator's convolutions in bfloat16, in half the time on processors that have it; its source, its last
        layer and all that is added up stay in float32.
        """
        self._half = half
        self.initialisers = tensors.initialisers
        self.weights = {name: torch.tensor(values) for name, values in tensors.values.items()}
        self.changes: dict[str, Tensor] = {}
        self._lstms = {name[:-2]: _lstm(self.weights, name[:-2]) for name in self.weights if name.endswith(".R")}
        self._dft = _dft(self.weights["stft.window"])

    def allow_change(self, name: str) -> None:
        """Makes the tensor trainable, starting from no change."""
        self.changes[name] = torch.zeros_like(self.weights[name]).requires_grad_()

    def changed(self) -> dict[str, Floats]:
        """Initialiser of the ONNX graph -> its new value: what ``VoiceStyle.biases`` holds."""
        return {self.initialisers[name]: self._weight(name).detach().numpy().copy() for name in self.changes}

    # --- prosody: how long, how high, how strong

    def read(self, codes: Codes, prosody: Tensor) -> Tensor:
        """(1, T, 640): the phrase as this speaker would read it; ``prosody`` (1, 128)."""
        spread = prosody[:, None].expand(-1, codes.prosody.shape[1], -1)
        x = torch.cat([codes.prosody, spread], -1)
        for layer in (0, 2, 4):
            x, _ = self._lstms[f"predictor.text_encoder.lstms.{layer}"](x)
            gain, shift = self._linear(f"predictor.text_encoder.lstms.{layer + 1}.fc", prosody).chunk(2, -1)
            x = (1 + gain[:, None]) * functional.layer_norm(x, x.shape[-1:]) + shift[:, None]
            x = torch.cat([x, spread], -1)
        return x

    def durations(self, reading: Tensor) -> Tensor:
        """(T,): units of 25 ms, not yet rounded."""
        x, _ = self._lstms["predictor.lstm"](reading)
        return torch.sigmoid(self._linear("predictor.duration_proj", x)).sum(-1)[0]

    def melody(self, reading: Tensor, durations: Tensor, prosody: Tensor) -> tuple[Tensor, Tensor]:
        """Pitch in hertz and log energy, both (1, F), for whole ``durations`` (T,)."""
        x, _ = self._lstms["predictor.shared"](torch.repeat_interleave(reading, durations, dim=1))
        curves = []
        for curve in ("F0", "N"):
            y = x.transpose(1, 2)
            for block in range(3):
                y = self._style_block(f"predictor.{curve}.{block}", y, prosody)
            curves.append(self._conv(f"predictor.{curve}_proj", y)[:, 0])
        return curves[0], curves[1]

    # --- decoder: the sound itself

    def frames(self, codes: Codes, durations: Tensor, pitch: Tensor, energy: Tensor, timbre: Tensor) -> Tensor:
        """(1, 512, F): what the generator turns into sound; ``pitch`` and ``energy`` (1, F), ``timbre`` (1, 128)."""
        text = torch.repeat_interleave(codes.sound, durations, dim=-1)
        pitch_row = self._conv("decoder.F0_conv", pitch[:, None], stride=2, padding=1)
        energy_row = self._conv("decoder.N_conv", energy[:, None], stride=2, padding=1)
        x = self._style_block("decoder.encode", torch.cat([text, pitch_row, energy_row], 1), timbre)
        residual = self._conv("decoder.asr_res", text)
        for block in range(4):
            x = torch.cat([x, residual, pitch_row, energy_row], 1)
            x = self._style_block(f"decoder.decode.{block}", x, timbre)
        return x

    def generate(self, frames: Tensor, pitch: Tensor, timbre: Tensor) -> Tensor:
        """(1, 300 n): sound for n steps of ``frames`` (1, 512, n) and ``pitch`` (1, n)."""
        source = self._source(pitch)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._half):
            x = self._shaped(source, frames, timbre)
        x = self._conv(f"{_G}.conv_post", functional.leaky_relu(x.float(), 0.01), padding=3)
        magnitude, phase = torch.exp(x[:, :FFT_BINS]), torch.sin(x[:, FFT_BINS:])
        spectrum = torch.cat([magnitude * torch.cos(phase), magnitude * torch.sin(phase)], 1)
        y = functional.conv_transpose1d(spectrum, self.weights["istft.basis"], stride=HOP) * 4
        return y[:, 0, 10:-10]

    def _shaped(self, source: Tensor, frames: Tensor, timbre: Tensor) -> Tensor:
        """(1, n_channels, 60 n + 1): the source's harmonics with the shape that ``frames`` and the voice give them."""
        x = frames
        for stage, factor in enumerate(UPSAMPLING):
            x = functional.leaky_relu(x, 0.1)
            hop = {"stride": 6, "padding": 3} if stage == 0 else {}
            excitation = self._conv(f"{_G}.noise_convs.{stage}", source, **hop)
            excitation = self._snake_block(f"{_G}.noise_res.{stage}", excitation, timbre)
            x = self._up(f"{_G}.ups.{stage}", x, stride=factor, padding=factor // 2)
            if stage == 1:
                x = functional.pad(x, (1, 0), mode="reflect")
            x = x + excitation
            x = torch.stack([self._snake_block(f"{_G}.resblocks.{3 * stage + i}", x, timbre) for i in range(3)]).mean(0)
        return x

    def speak(self, codes: Codes, style: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Sound (n,), durations (T,), pitch (1, F), energy (1, F) of a phrase in ``style`` (256,)."""
        timbre, prosody = style[None, :STYLE_HALF], style[None, STYLE_HALF:]
        reading = self.read(codes, prosody)
        durations = torch.round(self.durations(reading)).clamp(min=1).long()
        pitch, energy = self.melody(reading, durations, prosody)
        return (
            self.generate(self.frames(codes, durations, pitch, energy, timbre), pitch, timbre)[0],
            durations,
            pitch,
            energy,
        )

    # --- the layers

    def _weight(self, name: str) -> Tensor:
        return self.weights[name] + self.changes[name] if name in self.changes else self.weights[name]

    def _bias(self, layer: str) -> Tensor | None:
        return self._weight(f"{layer}.b") if f"{layer}.b" in self.weights else None

    def _linear(self, layer: str, x: Tensor) -> Tensor:
        return functional.linear(x, self._weight(f"{layer}.w"), self._bias(layer))

    def _conv(self, layer: str, x: Tensor, **options: int) -> Tensor:
        return functional.conv1d(x, self._weight(f"{layer}.w"), self._bias(layer), **options)

    def _up(self, layer: str, x: Tensor, **options: int) -> Tensor:
        return functional.conv_transpose1d(x, self._weight(f"{layer}.w"), self._bias(layer), **options)

    def _styled(self, layer: str, x: Tensor, style: Tensor) -> Tensor:
        """Adaptive instance norm: the style says how strong each channel is and where its middle lies."""
        gain, shift = self._linear(f"{layer}.fc", style).unsqueeze(-1).chunk(2, 1)
        return (1 + gain) * functional.instance_norm(x) + shift

    def _style_block(self, block: str, x: Tensor, style: Tensor) -> Tensor:
        doubles = f"{block}.pool.w" in self.weights
        y = functional.leaky_relu(self._styled(f"{block}.norm1", x, style), 0.2)
        if doubles:
            y = self._up(f"{block}.pool", y, stride=2, padding=1, output_padding=1, groups=y.shape[1])
            x = functional.interpolate(x, scale_factor=2, mode="nearest")
        y = self._conv(f"{block}.conv1", y, padding=1)
        y = functional.leaky_relu(self._styled(f"{block}.norm2", y, style), 0.2)
        y = self._conv(f"{block}.conv2", y, padding=1)
        if f"{block}.conv1x1.w" in self.weights:
            x = self._conv(f"{block}.conv1x1", x)
        return (x + y) * float(np.sqrt(0.5))

    def _snake_block(self, block: str, x: Tensor, style: Tensor) -> Tensor:
        for i, dilation in enumerate(SNAKE_DILATIONS):
            size = self.weights[f"{block}.convs1.{i}.w"].shape[2]
            y = _snake(self._styled(f"{block}.adain1.{i}", x, style), self._weight(f"{block}.alpha1.{i}"))
            y = self._conv(f"{block}.convs1.{i}", y, dilation=dilation, padding=(size - 1) * dilation // 2)
            y = _snake(self._styled(f"{block}.adain2.{i}", y, style), self._weight(f"{block}.alpha2.{i}"))
            x = x + self._conv(f"{block}.convs2.{i}", y, padding=(size - 1) // 2)
        return x

    @torch.no_grad()
    def _source(self, pitch: Tensor) -> Tensor:
        """(1, 22, n): magnitude and angle of nine harmonics of the pitch, silent where there is none."""
        harmonics = pitch[:, None] * torch.arange(1.0, N_HARMONICS + 1)[None, :, None]
        turns = torch.cumsum((harmonics / VOICE_HZ) % 1, 2) * (2 * np.pi * SAMPLES_PER_STEP)
        angle = functional.interpolate(turns, scale_factor=SAMPLES_PER_STEP, mode="linear")
        voiced = (functional.interpolate(pitch[:, None], scale_factor=SAMPLES_PER_STEP) > 10).float()
        waves = (torch.sin(angle) * 0.1 * voiced).transpose(1, 2)
        mixed = torch.tanh(self._linear(f"{_G}.m_source.l_linear", waves)).transpose(1, 2)
        bins = functional.conv1d(functional.pad(mixed, (10, 10), mode="reflect"), self._dft, stride=HOP)
        real, imaginary = bins[:, :FFT_BINS], bins[:, FFT_BINS:]
        return torch.cat([torch.sqrt(real**2 + imaginary**2), torch.atan2(imaginary, real)], 1)


def _snake(x: Tensor, alpha: Tensor) -> Tensor:
    return x + torch.sin(alpha * x) ** 2 / alpha


def _dft(window: Tensor) -> Tensor:
    """(22, 1, 20): a windowed Fourier transform as a convolution: 11 cosines, then 11 negative sines."""
    size = len(window)
    turns = 2 * np.pi * torch.arange(FFT_BINS)[:, None] * torch.arange(float(size)) / size
    return torch.cat([torch.cos(turns) * window, -torch.sin(turns) * window])[:, None]


def _lstm(weights: dict[str, Tensor], name: str) -> torch.nn.LSTM:
    """ONNX orders the gates input, output, forget, cell; torch input, forget, cell, output."""
    inputs, recurrent, biases = weights[f"{name}.W"], weights[f"{name}.R"], weights[f"{name}.B"]
    units = recurrent.shape[2]
    lstm = torch.nn.LSTM(inputs.shape[2], units, batch_first=True, bidirectional=True)

    def reordered(gates: Tensor) -> Tensor:
        i, o, f, c = gates.chunk(4, 0)
        return torch.cat([i, f, c, o], 0)

    with torch.no_grad():
        for direction, suffix in enumerate(("", "_reverse")):
            getattr(lstm, f"weight_ih_l0{suffix}").copy_(reordered(inputs[direction]))
            getattr(lstm, f"weight_hh_l0{suffix}").copy_(reordered(recurrent[direction]))
            getattr(lstm, f"bias_ih_l0{suffix}").copy_(reordered(biases[direction][: 4 * units]))
            getattr(lstm, f"bias_hh_l0{suffix}").copy_(reordered(biases[direction][4 * units :]))
    return lstm.requires_grad_(False)
