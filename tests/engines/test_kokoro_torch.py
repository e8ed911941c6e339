"""The torch half of Kokoro against the graph that goes on air, and one short real fit."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.engines.kokoro import DURATION_SAMPLES, KokoroModel
from sosie.engines.kokoro_tensors import TextEncoder, read_tensors
from sosie.models import weights
from sosie.types import VOICE_HZ, Audio, Floats
from sosie.voice.align import clip_of
from sosie.voice.likeness_space import read_stock_voices
from sosie.voice.style import stock_style

torch = pytest.importorskip("torch", reason="the extra `fit` is not installed")

pytestmark = [pytest.mark.weights, pytest.mark.slow]
PHONEMES = "tˈɛl ˌʌs."


def spectrogram(samples: Floats) -> Floats:
    frames = np.lib.stride_tricks.sliding_window_view(samples, 1024)[::300] * np.hanning(1024)
    log: Floats = np.log(np.abs(np.fft.rfft(frames, axis=1)) + 1e-2)
    return log


def test_it_says_what_the_graph_says() -> None:
    from sosie.engines.kokoro_torch import Codes, KokoroNet

    model = KokoroModel(threads=2)
    style = stock_style(weights("kokoro-voices"), "af_bella")
    sound = model.synthesise(PHONEMES, style)
    tokens = [0, *(model.vocabulary[symbol] for symbol in PHONEMES), 0]
    codes = Codes(*map(torch.tensor, TextEncoder(weights("kokoro")).encode(tokens)))
    net = KokoroNet(read_tensors(weights("kokoro")))
    with torch.inference_mode():
        said, units, _, _ = net.speak(codes, torch.tensor(style.row(len(PHONEMES))[0]))
    # The graph rounds activations to 8 bits, so a duration near a half may fall the other way and the phase drifts.
    assert np.abs(units.numpy() - sound.durations // DURATION_SAMPLES).sum() <= 2
    a, b = spectrogram(sound.samples), spectrogram(said.numpy())
    n = min(len(a), len(b))
    assert np.corrcoef(a[:n].ravel(), b[:n].ravel())[0, 1] > 0.85


def test_a_few_steps_pull_it_to_another_voice_and_the_graph_takes_the_biases() -> None:
    from sosie.engines.kokoro_fit import FitPlan, train

    model = KokoroModel(threads=2)
    voices = read_stock_voices(weights("kokoro-voices"))
    start, other = (stock_style(weights("kokoro-voices"), name) for name in ("af_bella", "bf_emma"))
    told = model.synthesise(PHONEMES, other)
    clip = clip_of(PHONEMES, Audio(told.samples, VOICE_HZ), told.durations // DURATION_SAMPLES, gain=1.0)
    plan = FitPlan(style_steps=1, bias_steps=2, crop_steps=24)
    alone, with_biases = train(
        [clip], start, voices.packs, model.vocabulary, now=lambda: 0.0, budget_seconds=100.0, name="x", plan=plan
    )
    assert not alone.biases
    assert not np.array_equal(alone.pack, start.pack)
    assert len(with_biases.biases) > 100
    assert sum(values.nbytes for values in with_biases.biases.values()) < 500_000
    fitted = KokoroModel(with_biases.biases, threads=2).synthesise(PHONEMES, with_biases)
    assert np.isfinite(fitted.samples).all()
    assert np.abs(fitted.samples).max() > 0.05
