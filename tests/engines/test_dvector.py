from __future__ import annotations

import numpy as np
import pytest

from sosie.engines.dvector import DVector, mel_bank
from sosie.errors import YourInput
from sosie.models import weights
from sosie.types import LISTEN_HZ, Audio


def test_the_mel_bank_covers_every_bin_between_its_ends_with_equal_areas() -> None:
    bank = mel_bank()
    assert bank.shape == (40, 257)
    assert (bank[:, 3:-3].sum(axis=0) > 0).all()
    areas = bank.sum(axis=1) * LISTEN_HZ / 512
    # Narrow triangles catch few bins, so their sums are rough.
    np.testing.assert_allclose(areas[15:], 1, atol=0.05)


@pytest.mark.weights
def test_an_embedding_is_of_unit_length_and_does_not_hear_loudness_or_silence_around() -> None:
    encoder = DVector(weights("dvector"))
    t = np.arange(2 * LISTEN_HZ) / LISTEN_HZ
    tone = (np.sign(np.sin(2 * np.pi * 140 * t)) * np.sin(2 * np.pi * 3 * t) * 0.1).astype(np.float32)
    plain = encoder.embed(Audio(tone, LISTEN_HZ))
    quiet = encoder.embed(
        Audio(np.concatenate([np.zeros(5120, np.float32), tone / 4, np.zeros(9000, np.float32)]), LISTEN_HZ)
    )
    assert np.linalg.norm(plain) == pytest.approx(1, abs=1e-5)
    assert plain @ quiet > 0.98
    with pytest.raises(YourInput, match=r"only 0\.30 s"):
        encoder.embed(Audio(tone[:4800], LISTEN_HZ))
