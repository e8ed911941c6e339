"""Makes resemblyzer.json: what the published package answers to a made sound. Needs Resemblyzer 0.1.4, torch and librosa.

    python tests/golden/make_resemblyzer.py

The package's own voice detector is not asked: it is no part of the encoder, and the sound is no speech.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from resemblyzer import VoiceEncoder
from resemblyzer.audio import normalize_volume

sys.path.insert(0, str(Path(__file__).parents[1]))
from engines.test_resemblyzer import LENGTHS, made_sound


def main() -> None:
    encoder = VoiceEncoder("cpu", verbose=False)
    answers = {}
    for seconds in LENGTHS:
        wav = normalize_volume(made_sound(seconds).samples, -30, increase_only=True)
        answers[str(seconds)] = [round(float(value), 5) for value in encoder.embed_utterance(wav)]
    (Path(__file__).parent / "resemblyzer.json").write_text(json.dumps(answers) + "\n")


if __name__ == "__main__":
    main()
