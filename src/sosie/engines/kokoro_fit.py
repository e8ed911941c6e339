"""The loop of the full voice fit: Kokoro says the person's own sentences in their own time, and is pulled to the recording.

Two stages, both against the mel spectrum at three resolutions: first the style alone (512 numbers, held near the stock voices),
then the style with the biases of the decoder, which is where a voice is that no mix of stock voices has. No weight matrix is
touched: low-rank changes of the convolutions made Chinese and French of an English speaker unintelligible, and so did a strong
loss on a speaker encoder (docs/experiments.md).

Needs torch, so it is the extra ``fit``.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sosie.engines.kokoro_tensors import TextEncoder, read_tensors
from sosie.errors import YourInput
from sosie.models import weights
from sosie.types import Floats
from sosie.voice.align import Clip
from sosie.voice.likeness_space import TYPICAL_ROWS
from sosie.voice.style import VoiceStyle

try:
    import torch
    from torch.nn import functional

    from sosie.engines.campplus_torch import CamPlusPlusNet
    from sosie.engines.kokoro_torch import STYLE_HALF, Codes, KokoroNet, Tensor
except ImportError as missing:
    if not (missing.name or "").startswith("torch"):
        raise
    raise YourInput(
        "The full voice fit needs torch, which is not installed",
        wanted="the extra `fit`",
        try_this="pip install 'sosie[fit]' (make setup FIT=1), or --voice quick",
    ) from missing


SAVE_STEPS = 20
"""Between two checkpoints: half a minute of two quiet cores."""


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How the fit is done; the figures are those of run D in the design notes unless said otherwise."""

    style_steps: int = 100
    bias_steps: int = 160
    crop_steps: int = 112
    """Pitch steps of sound made in one step of the fit: 1.4 s."""
    style_rate: float = 0.06
    bias_rate: float = 2e-3
    mel: float = 4.0
    pitch: float = 0.15
    energy: float = 0.3
    duration: float = 0.5
    style_hold: float = 0.01
    bias_hold: float = 5.0
    speaker: float = 0.7
    """Of CAM++; 0 leaves it out. Much less than ``mel``: with a strong loss on it the free numbers cheat the encoder (design
    notes, runs B and C)."""
    threads: int = 2
    half: bool = True
    """Half the time; the gradient keeps its direction to .9998 (docs/experiments.md)."""


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
    """A clip as tensors."""

    codes: Codes
    row: Floats
    """(256,): the start style for a text of this length."""
    units: Tensor
    pitch: Tensor
    energy: Tensor
    sound: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    """A sentence that the voice says freely."""

    codes: Codes
    row: Floats
    """As of ``_Lesson``."""


def train(
    clips: Sequence[Clip],
    start: VoiceStyle,
    packs: Floats,
    vocabulary: Mapping[str, int],
    *,
    speaker: Floats,
    texts: Sequence[str],
    now: Callable[[], float],
    budget_seconds: float,
    name: str,
    checkpoint: Path | None = None,
    plan: FitPlan | None = None,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> tuple[VoiceStyle, VoiceStyle]:
    """(style alone, style with biases), from ``start``'s pack. ``packs`` (n_voices, 510, 256) say how voices differ.

    ``speaker`` (192,) is what CAM++ says of the person; ``texts`` are phonemes of sentences in the languages that the voice will
    speak, none of them to learn from ``clips`` alone. Every second step it says one of them and is pulled to the person by that
    only, which is all there is to learn from for a language that the person has not spoken.
    Stops at ``budget_seconds`` of ``now`` if the plan's steps take longer; the rates fall to nothing by then either way.
    ``checkpoint`` is written every ``SAVE_STEPS``; where it is there already, the fit goes on from it, and from the start that it
    was begun with. Memory: 2 to 3 GB.
    """
    plan = plan or FitPlan()
    torch.set_num_threads(plan.threads)
    torch.manual_seed(seed)
    net = KokoroNet(read_tensors(weights("kokoro")), half=plan.half)
    encoder = TextEncoder(weights("kokoro"), threads=plan.threads)
    kept = read_checkpoint(checkpoint, plan) if checkpoint else None
    pack = kept.pack if kept else start.pack
    lessons = [_lesson(clip, encoder, replace(start, pack=pack), vocabulary) for clip in clips]
    sentences = [_text(phonemes, encoder, replace(start, pack=pack), vocabulary) for phonemes in texts]
    mels = _Mels(lessons)
    voices, target = CamPlusPlusNet(weights("campplus")), torch.tensor(speaker)
    offset = _StyleOffset(packs)
    started = now() - (kept.seconds if kept else 0.0)
    total = plan.style_steps + plan.bias_steps
    results = [VoiceStyle(name, kept.alone, {})] if kept and kept.alone is not None else []
    for first, steps, with_biases in ((0, plan.style_steps, False), (plan.style_steps, plan.bias_steps, True)):
        if len(results) > with_biases:
            continue
        if with_biases:
            for tensor in _free_in_second_stage(net):
                net.allow_change(tensor)
        free = [offset.parameters, list(net.changes.values())] if with_biases else [offset.parameters]
        rates = [plan.style_rate, plan.bias_rate][: len(free)]
        optimiser = torch.optim.Adam([{"params": group} for group in free], betas=(0.8, 0.98))
        share = (first + steps) / total
        begin, begin_step = now() - started, 0
        if kept and bool(results) == with_biases:
            begin, begin_step = kept.stage_began, kept.step
            kept.into(offset, net, optimiser)
            kept = None
        for step in range(begin_step, steps):
            used = (now() - started - begin) / max(share * budget_seconds - begin, 1e-9)
            done = max(step / steps, used)
            if done >= 1:
                break
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * min(1.0, (step + 1) / 8) * (0.5 + 0.5 * math.cos(math.pi * done))
            # Chance of its own for every step, so that a fit that goes on draws what it would have drawn.
            chance = np.random.default_rng([seed, first + step])
            if step % 2 and sentences:
                said = _said(net, sentences[int(chance.integers(len(sentences)))], offset, plan, chance)
                loss = _holds(net, offset, plan)
            else:
                lesson = lessons[int(chance.integers(len(lessons)))]
                loss, said = _lesson_loss(net, lesson, offset, mels, plan, chance)
            if plan.speaker:
                loss = loss + plan.speaker * (1 - voices.embed(said)[0] @ target)
            optimiser.zero_grad()
            torch.autograd.backward([loss])
            torch.nn.utils.clip_grad_norm_([tensor for group in free for tensor in group], 5.0)
            optimiser.step()
            if checkpoint and (step + 1) % SAVE_STEPS == 0:
                alone = results[0].pack if results else None
                _Checkpoint(step + 1, now() - started, begin, pack, alone).save(
                    checkpoint, plan, offset, net, optimiser
                )
            if progress:
                progress((first + done * steps) / total)
        moved = (pack + offset.value().detach().numpy()).astype(np.float32)
        results.append(VoiceStyle(name, moved, net.changed()))
    return results[0], results[1]


class _Checkpoint:
    """Where a fit stood; a file of tensors and plain values, no code in it."""

    def __init__(
        self,
        step: int,
        seconds: float,
        stage_began: float,
        pack: Floats,
        alone: Floats | None,
        tensors: Mapping[str, Any] | None = None,
    ) -> None:
        self.step, self.seconds, self.stage_began = step, seconds, stage_began
        """Steps done in the stage; seconds used in all, and when the stage began."""
        self.pack, self.alone = pack, alone
        """The start's; the result of the first stage, None during it."""
        self._tensors = tensors or {}

    def save(
        self, path: Path, plan: FitPlan, offset: _StyleOffset, net: KokoroNet, optimiser: torch.optim.Optimizer
    ) -> None:
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        torch.save(
            {
                "plan": repr(plan),
                "place": [self.step, self.seconds, self.stage_began],
                "pack": torch.tensor(self.pack),
                "alone": None if self.alone is None else torch.tensor(self.alone),
                "offset": [tensor.detach() for tensor in offset.parameters],
                "changes": {name: tensor.detach() for name, tensor in net.changes.items()},
                "optimiser": optimiser.state_dict(),
            },
            part,
        )
        part.replace(path)

    def into(self, offset: _StyleOffset, net: KokoroNet, optimiser: torch.optim.Optimizer) -> None:
        with torch.no_grad():
            for tensor, value in zip(offset.parameters, self._tensors["offset"], strict=True):
                tensor.copy_(value)
            for name, value in self._tensors["changes"].items():
                net.changes[name].copy_(value)
        optimiser.load_state_dict(self._tensors["optimiser"])


def read_checkpoint(path: Path, plan: FitPlan) -> _Checkpoint | None:
    """None where there is none, where it is broken, or where it belongs to another plan: the fit then begins anew."""
    try:
        found = torch.load(path, weights_only=True)
        if found["plan"] != repr(plan):
            return None
        step, seconds, stage_began = found["place"]
        alone = None if found["alone"] is None else found["alone"].numpy()
        return _Checkpoint(int(step), seconds, stage_began, found["pack"].numpy(), alone, found)
    except (OSError, EOFError, KeyError, ValueError, RuntimeError, pickle.UnpicklingError):
        return None


def _lesson_loss(
    net: KokoroNet, lesson: _Lesson, offset: _StyleOffset, mels: _Mels, plan: FitPlan, chance: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """(how far the voice is from saying the lesson as the person did, what of it was made of it: (1, n) at VOICE_HZ)."""
    style = torch.from_numpy(lesson.row) + offset.value()
    timbre, prosody = style[None, :STYLE_HALF], style[None, STYLE_HALF:]
    reading = net.read(lesson.codes, prosody)
    units = net.durations(reading)
    pitch, energy = net.melody(reading, lesson.units, prosody)
    both = (lesson.pitch > 0) & (pitch > 40)
    mine, theirs = (12 * torch.log2(curve.clamp(min=40))[both] for curve in (pitch, lesson.pitch))
    loss = plan.duration * (torch.log(units[1:-1]) - torch.log(lesson.units[1:-1].float())).abs().mean()
    loss = loss + plan.energy * (energy - lesson.energy).abs().mean()
    if both.any():
        loss = loss + plan.pitch * functional.smooth_l1_loss(mine, theirs)

    frames = net.frames(lesson.codes, lesson.units, lesson.pitch, lesson.energy, timbre)
    said, at = _crop(net, frames, lesson.pitch, timbre, plan, chance)
    heard = lesson.sound[:, at * 300 : at * 300 + said.shape[1]]
    loss = loss + plan.mel * mels.distance(said[:, : heard.shape[1]], heard)
    return loss + _holds(net, offset, plan), said


def _said(net: KokoroNet, text: _Text, offset: _StyleOffset, plan: FitPlan, chance: np.random.Generator) -> Tensor:
    """(1, n) at VOICE_HZ: a part of the sentence as the voice says it now."""
    style = torch.from_numpy(text.row) + offset.value()
    timbre, prosody = style[None, :STYLE_HALF], style[None, STYLE_HALF:]
    reading = net.read(text.codes, prosody)
    units = net.durations(reading).detach().round().clamp(min=1).long()
    pitch, energy = net.melody(reading, units, prosody)
    return _crop(net, net.frames(text.codes, units, pitch, energy, timbre), pitch, timbre, plan, chance)[0]


def _crop(
    net: KokoroNet, frames: Tensor, pitch: Tensor, timbre: Tensor, plan: FitPlan, chance: np.random.Generator
) -> tuple[Tensor, int]:
    """(the sound of ``crop_steps`` pitch steps from anywhere, the first of them)."""
    n = min(frames.shape[2], plan.crop_steps)
    at = int(chance.integers(0, (frames.shape[2] - n) // 2 + 1)) * 2
    return net.generate(frames[:, :, at : at + n], pitch[:, at : at + n], timbre), at


def _holds(net: KokoroNet, offset: _StyleOffset, plan: FitPlan) -> Tensor:
    loss = plan.style_hold * offset.strain()
    if net.changes:
        loss = loss + plan.bias_hold * torch.stack([(c**2).mean() for c in net.changes.values()]).mean()
    return loss


def _text(phonemes: str, encoder: TextEncoder, start: VoiceStyle, vocabulary: Mapping[str, int]) -> _Text:
    prosody, sound = encoder.encode([0, *(vocabulary[symbol] for symbol in phonemes), 0])
    return _Text(Codes(torch.tensor(prosody), torch.tensor(sound)), start.row(len(phonemes))[0].copy())


def _lesson(clip: Clip, encoder: TextEncoder, start: VoiceStyle, vocabulary: Mapping[str, int]) -> _Lesson:
    text = _text(clip.phonemes, encoder, start, vocabulary)
    return _Lesson(
        text.codes,
        text.row,
        torch.tensor(clip.units),
        torch.tensor(clip.pitch)[None],
        torch.tensor(clip.energy)[None],
        torch.tensor(clip.samples)[None],
    )


def _free_in_second_stage(net: KokoroNet) -> list[str]:
    """Biases of the decoder's style layers and convolutions, and the small last convolution: about 80,000 numbers."""
    biases = [name for name in net.initialisers if name.startswith("decoder.") and name.endswith(".b")]
    return [*(name for name in biases if "m_source" not in name), "decoder.generator.conv_post.w"]


class _StyleOffset:
    """What is added to every row of the pack: along the directions in which the stock voices differ, and a little beside them."""

    N_DIRECTIONS = 40

    def __init__(self, packs: Floats) -> None:
        typical = packs[:, TYPICAL_ROWS].mean(axis=1)
        centred = typical - typical.mean(axis=0)
        self._directions, beside = [], []
        for half in (centred[:, :STYLE_HALF], centred[:, STYLE_HALF:]):
            _, spreads, directions = np.linalg.svd(half, full_matrices=False)
            n = min(self.N_DIRECTIONS, len(spreads) - 1)
            spreads = spreads / np.sqrt(len(half))
            self._directions.append(torch.tensor(directions[:n] * spreads[:n, None], dtype=torch.float32))
            beside.append(torch.full((STYLE_HALF,), float(spreads[n])))
        self._spread_beside = torch.cat(beside)
        self.along = [torch.zeros(len(directions)).requires_grad_() for directions in self._directions]
        self.beside = torch.zeros(2 * STYLE_HALF).requires_grad_()

    @property
    def parameters(self) -> list[Tensor]:
        return [*self.along, self.beside]

    def value(self) -> Tensor:
        """(256,)."""
        halves = [along @ directions for along, directions in zip(self.along, self._directions, strict=True)]
        return torch.cat(halves) + self.beside * self._spread_beside

    def strain(self) -> Tensor:
        """Mean square in standard deviations of the stock voices."""
        return torch.cat(self.along).square().mean() + self.beside.square().mean()


class _Mels:
    """Distance of log mel spectra at three resolutions, deaf below the recording's own noise."""

    SIZES = ((512, 40), (1024, 80), (2048, 128))

    def __init__(self, lessons: Sequence[_Lesson]) -> None:
        self._banks = [torch.tensor(_mel_bank(size, bands)) for size, bands in self.SIZES]
        spectra = [self._spectra(lesson.sound) for lesson in lessons]
        # A cleaner voice than the recording must cost nothing, or the fit would learn the room's noise.
        self._floors = [
            torch.quantile(torch.cat([each[i][0] for each in spectra], 1), 0.08, dim=1)[None, :, None] * 2 + 3e-3
            for i in range(len(self.SIZES))
        ]

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        pairs = zip(self._spectra(a), self._spectra(b), self._floors, strict=True)
        return torch.stack([(torch.log(x + floor) - torch.log(y + floor)).abs().mean() for x, y, floor in pairs]).mean()

    def _spectra(self, sound: Tensor) -> list[Tensor]:
        return [
            bank @ torch.stft(sound, size, size // 4, size, torch.hann_window(size), return_complex=True).abs()
            for bank, (size, _) in zip(self._banks, self.SIZES, strict=True)
        ]


def _mel_bank(size: int, bands: int) -> Floats:
    """(bands, size // 2 + 1): triangles of equal area, evenly spaced on Slaney's scale from 0 to 12 kHz."""
    log_step = np.log(6.4) / 27
    marks = np.linspace(0, 15 + np.log(12) / log_step, bands + 2)
    edges = np.where(marks < 15, marks * 200 / 3, 1000 * np.exp(log_step * (marks - 15)))
    bins = np.linspace(0, 12_000, size // 2 + 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.maximum(np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)), 0)
    bank: Floats = (triangles * 2 / (high - low)).astype(np.float32)
    return bank
