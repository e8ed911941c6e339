from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sosie.engines.whisper_encoder import (
    MARGIN_ROWS,
    N_FEATURES,
    WINDOW_ROWS,
    WhisperEncoder,
    encoder_layers,
    log_mel,
    mel_filters,
    read_ctranslate2,
    windows,
)
from sosie.errors import WeightsUnavailable, YourInput
from sosie.types import LISTEN_HZ, Audio, Floats


def babble(seconds: float, seed: int = 0) -> Audio:
    """Something with pitch, loud and quiet parts; no speech, but nothing that the encoder ignores."""
    n = round(seconds * LISTEN_HZ)
    t = np.arange(n) / LISTEN_HZ
    rng = np.random.default_rng(seed)
    pitch = np.cumsum(120 + 30 * np.sin(2 * np.pi * 0.7 * t)) / LISTEN_HZ
    loud = np.clip(np.sin(2 * np.pi * 1.9 * t), 0, 1)
    tone = sum(np.sin(2 * np.pi * k * pitch) / k for k in range(1, 9))
    return Audio((0.1 * loud * tone + 0.003 * rng.normal(size=n)).astype(np.float32), LISTEN_HZ)


def test_the_mel_picture_is_whispers_own() -> None:
    from faster_whisper.feature_extractor import FeatureExtractor

    theirs = FeatureExtractor()
    sound = babble(3.0).samples
    expected = theirs(sound)[:, :300]
    np.testing.assert_array_equal(mel_filters(), theirs.mel_filters)
    # Their last frame mirrors the end, ours sees silence there.
    np.testing.assert_allclose(log_mel(sound, 300)[:, :299], expected[:, :299], atol=1e-4)


@pytest.mark.parametrize("n_rows", [1, WINDOW_ROWS - 1, WINDOW_ROWS, WINDOW_ROWS + 1, 1000, 1400, 3000, 3001])
def test_windows_keep_every_row_once_and_well_inside(n_rows: int) -> None:
    rows: list[int] = []
    for first, start, stop in windows(n_rows):
        rows += range(start, stop)
        assert start == 0 or start - first >= MARGIN_ROWS
        assert stop == n_rows or first + WINDOW_ROWS - stop >= MARGIN_ROWS
    assert rows == list(range(n_rows))


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x06\x00\x00\x00nonsense")
    with pytest.raises(WeightsUnavailable, match=r"model\.bin"):
        WhisperEncoder(tmp_path)
    with pytest.raises(WeightsUnavailable, match=r"model\.bin"):
        WhisperEncoder(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def folder() -> Path:
    from sosie.models import weights

    return weights("whisper-base")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> WhisperEncoder:
    return WhisperEncoder(folder)


@pytest.mark.weights
class TestWithWeights:
    def test_the_layers_lead_to_what_ctranslate2_says(self, folder: Path) -> None:
        import ctranslate2

        mel = np.ascontiguousarray(log_mel(babble(4.0).samples, 400))
        model = ctranslate2.models.Whisper(str(folder), compute_type="float32", intra_threads=1)
        theirs = np.array(model.encode(ctranslate2.StorageView.from_array(mel[None]), to_cpu=True))[0]
        weights = read_ctranslate2(folder / "model.bin")
        last = encoder_layers(weights, mel, 6)[-1]
        last = (last - last.mean(axis=1, keepdims=True)) / np.sqrt(last.var(axis=1, keepdims=True) + 1e-5)
        ours = last * weights["layer_norm/gamma"] + weights["layer_norm/beta"]
        np.testing.assert_allclose(ours, theirs, atol=1e-3)

    @pytest.mark.parametrize(("n_samples", "n_rows"), [(0, 0), (1, 1), (320, 1), (321, 2), (16_000, 50)])
    def test_one_row_for_every_20_ms_begun(self, encoder: WhisperEncoder, n_samples: int, n_rows: int) -> None:
        rows = encoder.encode(Audio(babble(1.0).samples[:n_samples], LISTEN_HZ))
        assert rows.shape == (n_rows, N_FEATURES)
        assert rows.dtype == np.float32
        assert np.isfinite(rows).all()

    def test_long_sound_is_heard_as_its_pieces_are(self, encoder: WhisperEncoder) -> None:
        """Context and position colour the rows a little (.92-.98 on real speech); a row in the wrong place shows at once."""
        long = babble(14.0)
        rows = encoder.encode(long)
        early = encoder.encode(Audio(long.samples[: 6 * LISTEN_HZ], LISTEN_HZ))
        late = encoder.encode(Audio(long.samples[8 * LISTEN_HZ :], LISTEN_HZ))
        assert alike(rows[:200], early[:200]) > 0.98
        assert alike(rows[500:700], late[100:300]) > 0.8
        assert alike(rows[500:700], late[97:297]) < 0.8

    def test_the_same_sound_gives_the_same_rows(self, encoder: WhisperEncoder) -> None:
        np.testing.assert_array_equal(encoder.encode(babble(2.0)), encoder.encode(babble(2.0)))

    def test_another_rate_is_refused(self, encoder: WhisperEncoder) -> None:
        with pytest.raises(YourInput, match="24000"):
            encoder.encode(Audio(np.zeros(2400, np.float32), 24_000))


def alike(a: Floats, b: Floats) -> float:
    """Correlation over rows, the mean row of each feature taken out."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
