from __future__ import annotations

import numpy as np
import pytest

from sosie.engines.kokoro_tensors import TextEncoder, read_tensors, tensor_name
from sosie.models import weights


@pytest.mark.parametrize(
    ("initialiser", "ours"),
    [
        ("decoder.decoder.decode.3.norm1.fc.bias", "decoder.decode.3.norm1.fc.b"),
        ("decoder.decoder.asr_res.0.bias", "decoder.asr_res.b"),
        ("decoder.decoder.generator.resblocks.0.alpha1.0", "decoder.generator.resblocks.0.alpha1.0"),
        ("encoder.predictor.duration_proj.linear_layer.bias", "predictor.duration_proj.b"),
        ("encoder.text_encoder.lstm.bias", None),
        ("onnx::MatMul_6993", None),
    ],
)
def test_names_of_the_graph_are_those_of_the_model(initialiser: str, ours: str | None) -> None:
    assert tensor_name(initialiser) == ours


@pytest.mark.weights
@pytest.mark.slow
def test_every_tensor_is_finite_and_each_bias_knows_its_initialiser() -> None:
    tensors = read_tensors(weights("kokoro"))
    assert 60e6 < sum(values.size for values in tensors.values.values()) < 80e6
    assert all(np.isfinite(values).all() for values in tensors.values.values())
    assert all(name in tensors.initialisers for name in tensors.values if name.endswith(".b"))
    prosody, sound = TextEncoder(weights("kokoro")).encode([0, 50, 51, 52, 0])
    assert prosody.shape == (1, 5, 512)
    assert sound.shape == (1, 512, 5)
