"""The search with the real voice model and encoder, shortened: a blend of stock voices is approached from the likest of them."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.engines.campplus import CamPlusPlus
from sosie.engines.kokoro import KokoroModel
from sosie.models import weights
from sosie.types import LANGUAGES, VOICE_HZ, Audio, Floats
from sosie.voice.likeness_judge import SENTENCES, at_listen_rate
from sosie.voice.likeness_search import Heard, Numbers, Target, search
from sosie.voice.likeness_space import PHRASE_SPEED, PHRASES, StyleSpace, read_stock_voices
from sosie.voice.pitch import median_pitch, pitch_curve
from sosie.voice.style import VoiceStyle, stock_names

pytestmark = pytest.mark.weights


def test_the_table_knows_every_stock_voice() -> None:
    folder = weights("kokoro-voices")
    voices = read_stock_voices(folder)
    assert voices.names == stock_names(folder)
    assert voices.embeddings.shape == (54, 3, 192)
    # Two voices of one reader or none: nobody's row is a copy of another's.
    alike = np.einsum("ale,ble->ab", voices.embeddings, voices.embeddings) / 3
    assert np.triu(alike, 1).max() < 0.99
    # Each voice is most like itself in another language.
    across = voices.embeddings[:, 0] @ voices.embeddings[:, 1].T
    assert (across.argmax(axis=1) == np.arange(54)).mean() > 0.8


@pytest.mark.slow
def test_a_real_blend_of_two_voices_is_approached_within_a_dozen_tries() -> None:
    voices = read_stock_voices(weights("kokoro-voices"))
    model, encoder = KokoroModel(threads=2), CamPlusPlus(weights("campplus"), threads=2)

    def spoken(phonemes: str, pack: Floats, speed: float) -> Audio:
        return at_listen_rate(Audio(model.synthesise(phonemes, VoiceStyle("x", pack), speed).samples, VOICE_HZ))

    def sound(audio: Audio) -> tuple[Floats, float]:
        return encoder.embed(audio), median_pitch(pitch_curve(audio)) or 150.0

    person = (voices.packs[voices.names.index("am_puck")] + voices.packs[voices.names.index("bm_lewis")]) / 2
    target = Target(*sound(spoken(SENTENCES["en"][1], person, 1.0)))
    start = voices.packs[voices.names.index("am_echo")]
    space = StyleSpace(voices.packs, start)
    known = Heard(1)
    for pack, embeddings, pitches in zip(voices.packs, voices.embeddings, voices.pitches_hz, strict=True):
        english = LANGUAGES.index("en")
        known.add(space.place(pack), 0, target.heard(embeddings[english], float(pitches[english])))

    def hear(place: Floats, _: int) -> Numbers:
        return target.heard(*sound(spoken(PHRASES["en"], space.style(place, "x").pack, PHRASE_SPEED)))

    found = search(known, target, space.start, hear, lambda tries: tries < 12, n_phrases=1)
    before, after = target.score(hear(space.start, 0)), target.score(hear(found, 0))
    assert after > before + 0.1
