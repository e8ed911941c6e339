"""Makes the two tables of what each stock voice sounds like, in three languages. About 15 minutes.

    python scripts/embed_voice_packs.py

src/sosie/voice/stock_voices.npz holds CAM++, the guide of the quick fit, on likeness_space.PHRASES, and the d-vector, its judge,
on the first of likeness_judge.SENTENCES;
src/sosie/bench/stock_voices.npz holds Resemblyzer, the reporter, on the same. Run it again when the
packs, the phrases or an encoder change.
"""

from __future__ import annotations

import numpy as np

from sosie.bench.voice import TABLE as REPORTER_TABLE
from sosie.engines.campplus import CamPlusPlus
from sosie.engines.dvector import DVector
from sosie.engines.kokoro import KokoroModel
from sosie.engines.resemblyzer import Resemblyzer
from sosie.models import weights
from sosie.ports import VoiceEncoder
from sosie.types import LANGUAGES, VOICE_HZ, Audio, Floats
from sosie.voice.likeness_judge import SENTENCES, at_listen_rate
from sosie.voice.likeness_space import PHRASE_SPEED, PHRASES, TABLE, write_table
from sosie.voice.pitch import median_pitch, pitch_curve
from sosie.voice.style import stock_names, stock_style


def main() -> None:
    folder = weights("kokoro-voices")
    model = KokoroModel(threads=1)
    guide, judge = CamPlusPlus(weights("campplus")), DVector(weights("dvector"))
    reporter = Resemblyzer(weights("resemblyzer"))
    names = stock_names(folder)
    phrases, sentences = [], []
    for name in names:
        style = stock_style(folder, name)
        for spoken, texts, speed in (
            (phrases, PHRASES, PHRASE_SPEED),
            (sentences, {language: SENTENCES[language][0] for language in LANGUAGES}, 1.0),
        ):
            sounds = [model.synthesise(texts[language], style, speed).samples for language in LANGUAGES]
            spoken.append([at_listen_rate(Audio(samples, VOICE_HZ)) for samples in sounds])
        print(name, flush=True)
    write_table(
        TABLE, names, _pitches(phrases), embeddings=_embedded(phrases, guide), judged=_embedded(sentences, judge)
    )
    write_table(REPORTER_TABLE, names, _pitches(sentences), embeddings=_embedded(sentences, reporter))


def _embedded(voices: list[list[Audio]], encoder: VoiceEncoder) -> Floats:
    return np.array([[encoder.embed(audio) for audio in voice] for voice in voices], np.float32)


def _pitches(voices: list[list[Audio]]) -> Floats:
    return np.array([[median_pitch(pitch_curve(audio)) or 0.0 for audio in voice] for voice in voices], np.float32)


if __name__ == "__main__":
    main()
