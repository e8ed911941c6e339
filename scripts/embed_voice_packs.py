"""Makes src/sosie/voice/stock_voices.npz: what each stock voice sounds like to CAM++, in three languages. About 4 minutes.

    python scripts/embed_voice_packs.py

Run it again when the packs, the phrases (likeness_space.PHRASES) or the encoder change.
"""

from __future__ import annotations

import numpy as np

from sosie.engines.campplus import CamPlusPlus
from sosie.engines.kokoro import KokoroModel
from sosie.models import weights
from sosie.types import LANGUAGES, VOICE_HZ, Audio
from sosie.voice.likeness_judge import at_listen_rate
from sosie.voice.likeness_space import PHRASE_SPEED, PHRASES, TABLE, write_table
from sosie.voice.pitch import median_pitch, pitch_curve
from sosie.voice.style import stock_names, stock_style


def main() -> None:
    folder = weights("kokoro-voices")
    model, encoder = KokoroModel(threads=1), CamPlusPlus(weights("campplus"))
    names = stock_names(folder)
    embeddings, pitches = [], []
    for name in names:
        style = stock_style(folder, name)
        spoken = [
            at_listen_rate(Audio(model.synthesise(PHRASES[language], style, PHRASE_SPEED).samples, VOICE_HZ))
            for language in LANGUAGES
        ]
        embeddings.append([encoder.embed(audio) for audio in spoken])
        pitches.append([median_pitch(pitch_curve(audio)) or 0.0 for audio in spoken])
        print(name, *(f"{pitch:.0f} Hz" for pitch in pitches[-1]), flush=True)
    write_table(TABLE, names, np.array(embeddings, np.float32), np.array(pitches, np.float32))


if __name__ == "__main__":
    main()
