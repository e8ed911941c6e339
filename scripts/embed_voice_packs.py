"""Makes the two tables of what each stock voice sounds like, in three languages. About 15 minutes.

    python scripts/embed_voice_packs.py

src/sosie/voice/stock_voices.npz holds CAM++, the guide of the quick fit, on likeness_space.PHRASES;
src/sosie/bench/stock_voices.npz holds Resemblyzer, the reporter, on the first of likeness_judge.SENTENCES. Run it again when the
packs, the phrases or an encoder change.
"""

from __future__ import annotations

import numpy as np

from sosie.bench.voice import TABLE as REPORTER_TABLE
from sosie.engines.campplus import CamPlusPlus
from sosie.engines.kokoro import KokoroModel
from sosie.engines.resemblyzer import Resemblyzer
from sosie.models import weights
from sosie.types import LANGUAGES, VOICE_HZ, Audio
from sosie.voice.likeness_judge import SENTENCES, at_listen_rate
from sosie.voice.likeness_space import PHRASE_SPEED, PHRASES, TABLE, write_table
from sosie.voice.pitch import median_pitch, pitch_curve
from sosie.voice.style import stock_names, stock_style


def main() -> None:
    folder = weights("kokoro-voices")
    model = KokoroModel(threads=1)
    encoders = CamPlusPlus(weights("campplus")), Resemblyzer(weights("resemblyzer"))
    names = stock_names(folder)
    tables: tuple[list[tuple[object, object]], ...] = ([], [])
    for name in names:
        style = stock_style(folder, name)
        for number, (table, encoder) in enumerate(zip(tables, encoders, strict=True)):
            spoken = []
            for language in LANGUAGES:
                text, speed = (PHRASES[language], PHRASE_SPEED) if number == 0 else (SENTENCES[language][0], 1.0)
                spoken.append(at_listen_rate(Audio(model.synthesise(text, style, speed).samples, VOICE_HZ)))
            pitches = [median_pitch(pitch_curve(audio)) or 0.0 for audio in spoken]
            table.append(([encoder.embed(audio) for audio in spoken], pitches))
        print(name, flush=True)
    for path, table in zip((TABLE, REPORTER_TABLE), tables, strict=True):
        embeddings, pitches_hz = (np.array(column, np.float32) for column in zip(*table, strict=True))
        write_table(path, names, embeddings, pitches_hz)


if __name__ == "__main__":
    main()
