"""The torch half of Kokoro against the graph that goes on air, and one short real fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sosie.engines.campplus import CamPlusPlus
from sosie.engines.kokoro import DURATION_SAMPLES, KokoroModel
from sosie.engines.kokoro_tensors import TextEncoder, read_tensors
from sosie.models import weights
from sosie.types import VOICE_HZ, Audio, Floats
from sosie.voice.align import clip_of
from sosie.voice.likeness_judge import at_listen_rate
from sosie.voice.likeness_space import read_stock_voices
from sosie.voice.style import VoiceStyle, stock_style

torch = pytest.importorskip("torch", reason="the extra `fit` is not installed")

pytestmark = [pytest.mark.weights, pytest.mark.slow]
PHONEMES = "tˈɛl ˌʌs."
SPEAKER = np.full(192, 192**-0.5, np.float32)


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


def test_a_fit_that_was_killed_goes_on_from_its_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sosie.engines.kokoro_fit as loop

    monkeypatch.setattr(loop, "SAVE_STEPS", 1)
    model = KokoroModel(threads=2)
    voices = read_stock_voices(weights("kokoro-voices"))
    start, other = (stock_style(weights("kokoro-voices"), name) for name in ("af_bella", "bf_emma"))
    told = model.synthesise(PHONEMES, other)
    clip = clip_of(PHONEMES, Audio(told.samples, VOICE_HZ), told.durations // DURATION_SAMPLES, gain=1.0)
    plan, path = loop.FitPlan(style_steps=2, bias_steps=3, crop_steps=24), tmp_path / "fit.pt"
    shares: list[float] = []

    def fit(checkpoint: Path | None, killed_at: int = 99, start: VoiceStyle = start) -> tuple[VoiceStyle, VoiceStyle]:
        def progress(share: float) -> None:
            shares.append(share)
            if len(shares) == killed_at:
                raise KeyboardInterrupt

        return loop.train(
            [clip], start, voices.packs, model.vocabulary, now=lambda: 0.0, budget_seconds=100.0, name="x", plan=plan,
            speaker=SPEAKER, texts=[PHONEMES], checkpoint=checkpoint, progress=progress,
        )  # fmt: skip

    alone, with_biases = fit(None)
    for killed_at in (1, 4):
        path.unlink(missing_ok=True)
        shares.clear()
        with pytest.raises(KeyboardInterrupt):
            fit(path, killed_at)
        assert path.stat().st_mode & 0o077 == 0
        shares.clear()
        # The start it was begun with counts, not the one it is asked for again with.
        again = fit(path, start=other)
        assert len(shares) == 5 - killed_at
        for one, two in zip(again, (alone, with_biases), strict=True):
            np.testing.assert_allclose(one.pack, two.pack, atol=1e-4)
        for name, values in with_biases.biases.items():
            np.testing.assert_allclose(again[1].biases[name], values, atol=1e-4)
    path.write_bytes(b"not a checkpoint")
    assert loop.read_checkpoint(path, plan) is None


def test_a_few_steps_pull_it_to_another_voice_and_the_graph_takes_the_biases() -> None:
    from sosie.engines.kokoro_fit import FitPlan, train

    model = KokoroModel(threads=2)
    voices = read_stock_voices(weights("kokoro-voices"))
    start, other = (stock_style(weights("kokoro-voices"), name) for name in ("af_bella", "bf_emma"))
    told = model.synthesise(PHONEMES, other)
    clip = clip_of(PHONEMES, Audio(told.samples, VOICE_HZ), told.durations // DURATION_SAMPLES, gain=1.0)
    plan = FitPlan(style_steps=1, bias_steps=2, crop_steps=24)
    alone, with_biases = train(
        [clip], start, voices.packs, model.vocabulary, speaker=SPEAKER, texts=[PHONEMES], now=lambda: 0.0,
        budget_seconds=100.0, name="x", plan=plan,
    )  # fmt: skip
    assert not alone.biases
    assert not np.array_equal(alone.pack, start.pack)
    assert len(with_biases.biases) > 100
    assert sum(values.nbytes for values in with_biases.biases.values()) < 500_000
    fitted = KokoroModel(with_biases.biases, threads=2).synthesise(PHONEMES, with_biases)
    assert np.isfinite(fitted.samples).all()
    assert np.abs(fitted.samples).max() > 0.05


def test_the_encoder_that_a_gradient_goes_through_hears_what_the_other_hears() -> None:
    from sosie.engines.campplus_torch import CamPlusPlusNet

    net, encoder = CamPlusPlusNet(weights("campplus")), CamPlusPlus(weights("campplus"))
    model, heard = KokoroModel(threads=2), []
    for name in ("af_bella", "am_fenrir"):
        samples = model.synthesise(PHONEMES, stock_style(weights("kokoro-voices"), name)).samples
        samples = samples[: len(samples) // 3 * 3]
        mine = net.embed(torch.tensor(samples)[None])[0].numpy()
        assert mine @ encoder.embed(at_listen_rate(Audio(samples, VOICE_HZ))) > 0.98
        heard.append(mine)
    assert heard[0] @ heard[1] < 0.6


def test_a_sentence_said_freely_comes_nearer_to_the_speaker() -> None:
    """No clip asks for anything here: one is there, but with no weight on it."""
    from sosie.engines.kokoro_fit import FitPlan, train

    model, encoder = KokoroModel(threads=2), CamPlusPlus(weights("campplus"))
    voices = read_stock_voices(weights("kokoro-voices"))
    start, other = (stock_style(weights("kokoro-voices"), name) for name in ("af_bella", "bf_emma"))

    def heard(style: VoiceStyle) -> np.ndarray:
        spoken = KokoroModel(style.biases, threads=2).synthesise(PHONEMES, style)
        return encoder.embed(at_listen_rate(Audio(spoken.samples, VOICE_HZ)))

    told = model.synthesise(PHONEMES, start)
    clip = clip_of(PHONEMES, Audio(told.samples, VOICE_HZ), told.durations // DURATION_SAMPLES, gain=1.0)
    person = heard(other)
    alone, _ = train(
        [clip], start, voices.packs, model.vocabulary, speaker=person, texts=[PHONEMES], now=lambda: 0.0,
        budget_seconds=100.0, name="x", plan=FitPlan(style_steps=12, bias_steps=0, mel=0, pitch=0, energy=0, duration=0),
    )  # fmt: skip
    assert heard(alone) @ person > heard(start) @ person + 0.03
