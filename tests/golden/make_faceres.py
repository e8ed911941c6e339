"""Writes faceres.json: what the published FaceRes graph answers to a drawn picture, by TensorFlow.js itself.

Run by hand, once: python tests/golden/make_faceres.py FOLDER, where FOLDER holds node_modules/@tensorflow/tfjs (npm install
@tensorflow/tfjs). Sosie itself needs neither node nor TensorFlow.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from sosie.models import weights

sys.path.insert(0, str(Path(__file__).parents[1]))
from engines.test_faceres import drawn_picture

KEPT = 64
"""Numbers of the 1,024 that are compared."""
SCRIPT = """
const tf = require('@tensorflow/tfjs'), fs = require('fs');
(async () => {
  const [folder, input, output] = process.argv.slice(1);
  const graph = JSON.parse(fs.readFileSync(folder + '/faceres.json')), data = fs.readFileSync(folder + '/faceres.bin');
  const model = await tf.loadGraphModel(tf.io.fromMemory({
    modelTopology: graph.modelTopology, weightSpecs: graph.weightsManifest[0].weights,
    weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length)}));
  const bytes = fs.readFileSync(input);
  const picture = tf.tensor(Float32Array.from(bytes), [1, 224, 224, 3]);
  const found = model.execute(picture, ['global_pooling/Mean']);
  fs.writeFileSync(output, JSON.stringify(Array.from(await (Array.isArray(found) ? found[0] : found).data())));
})();
"""


def main() -> None:
    folder = Path(sys.argv[1])
    drawn, answer = folder / "picture.bin", folder / "answer.json"
    drawn.write_bytes(drawn_picture().tobytes())
    subprocess.run(["node", "-e", SCRIPT, str(weights("faceres")), str(drawn), str(answer)], cwd=folder, check=True)
    vector = np.array(json.loads(answer.read_text()))
    vector /= np.linalg.norm(vector)
    kept = [round(float(value), 6) for value in vector[:KEPT]]
    (Path(__file__).parent / "faceres.json").write_text(json.dumps(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
