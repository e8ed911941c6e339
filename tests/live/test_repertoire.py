"""Said once is made once: the second time the same words are there at once."""

import numpy as np

from sosie.live.lanes import Clip
from sosie.live.repertoire import Repertoire
from sosie.types import VOICE_HZ, Audio, LipShapes, Speech, Utterance, UtteranceKind


def said(text: str, kind: UtteranceKind = "line", *, identity: int = 1, frames: int = 25) -> list[Clip]:
    utterance = Utterance(identity, text, "en", kind)
    speech = Speech(utterance, text, Audio(np.ones(960 * frames, np.float32), VOICE_HZ), (), (), last=True)
    return [Clip(speech, LipShapes(np.zeros((frames, 16), np.float32)))]


def test_the_same_words_come_back_as_they_were_made_and_belong_to_who_says_them_now() -> None:
    repertoire, clips = Repertoire(), said("Hello.")
    repertoire.keep(clips)
    again = Utterance(7, "Hello.", "en", product_id="mug", generation=3)
    (found,) = repertoire.find(again)
    assert found.speech.utterance == again
    assert found.speech.audio is clips[0].speech.audio
    assert found.shapes is clips[0].shapes


def test_other_words_another_language_or_another_kind_are_new() -> None:
    repertoire = Repertoire()
    repertoire.keep(said("Hello."))
    for other in (Utterance(2, "Hello!", "en"), Utterance(2, "Hello.", "fr"), Utterance(2, "Hello.", "en", "notice")):
        assert repertoire.find(other) == ()


def test_it_never_holds_more_than_it_may() -> None:
    repertoire = Repertoire(most_seconds=10)
    for number in range(40):
        repertoire.keep(said(f"Line {number}."))
    kept = [number for number in range(40) if repertoire.find(Utterance(1, f"Line {number}.", "en"))]
    assert len(kept) == 10
    assert 39 in kept
    repertoire.keep(said("A whole hour.", frames=25 * 11))
    assert not repertoire.find(Utterance(1, "A whole hour.", "en"))


def test_a_loop_longer_than_the_room_still_finds_some_of_its_lines() -> None:
    repertoire, found = Repertoire(most_seconds=20), 0
    for number in [*range(25)] * 8:
        hit = repertoire.find(Utterance(1, f"Line {number}.", "en"))
        found += bool(hit)
        if not hit:
            repertoire.keep(said(f"Line {number}."))
    assert found > 60
