"""Words to phonemes: one string a written piece, and the sounds are right where the words are known to be hard."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sosie.engines.espeak import French
from sosie.engines.hibari import English
from sosie.engines.kokoro import FrontEnd
from sosie.engines.misaki import Chinese
from sosie.errors import YourInput
from sosie.types import Language
from sosie.voice.text import clauses, read


@pytest.fixture(scope="module")
def front_ends() -> dict[Language, FrontEnd]:
    assert shutil.which("espeak-ng"), "sudo apt install espeak-ng"
    return {"zh": Chinese(), "en": English(), "fr": French()}


def sounds(front_ends: dict[Language, FrontEnd], text: str, language: Language) -> list[tuple[str, str]]:
    return [
        (piece.written, phonemes.strip())
        for clause in clauses(text, language)
        for run in clause.runs
        for piece, phonemes in zip(run.pieces, front_ends[run.language].phonemes(run.pieces), strict=True)
        if phonemes.strip()
    ]


def test_chinese_characters_are_read_by_their_word(front_ends: dict[Language, FrontEnd]) -> None:
    found = sounds(front_ends, "重庆银行的行长在长江边行走", "zh")
    read_as = {"重": "ꭧʰʊ↗ŋ", "庆": "ʨʰi↘ŋ", "走": "ʦou↓"}
    assert all(dict(found)[character] == phonemes for character, phonemes in read_as.items())
    assert [phonemes for character, phonemes in found if character == "行"] == ["xa↗ŋ", "xa↗ŋ", "ɕi↗ŋ"]
    assert [phonemes for character, phonemes in found if character == "长"] == ["ꭧa↓ŋ", "ꭧʰa↗ŋ"]


def test_bu_and_yi_change_their_tone(front_ends: dict[Language, FrontEnd]) -> None:
    found = sounds(front_ends, "不是不好", "zh")
    assert [phonemes for character, phonemes in found if character == "不"] == ["pu↗", "pu↘"]


def test_english_inside_chinese_is_read_as_english(front_ends: dict[Language, FrontEnd]) -> None:
    assert dict(sounds(front_ends, "这款iPhone很好", "zh"))["iPhone"] == "ˈIfˌOn"


def test_a_price_is_one_piece_with_all_its_sounds(front_ends: dict[Language, FrontEnd]) -> None:
    found = dict(sounds(front_ends, "Only $19.99, don't wait!", "en"))
    assert found["$19.99"] == "nˌIntˈin dˈɑləɹz ænd nˈIndi nˈIn sˈɛnts"
    assert found["don't"] == "dˈOnt"


def test_a_is_a_letter_where_it_is_no_article(front_ends: dict[Language, FrontEnd]) -> None:
    assert dict(sounds(front_ends, "买A4纸", "zh"))["A"] == "ˈA"
    assert [phonemes for text, phonemes in sounds(front_ends, "A nice plan A", "en") if text == "A"] == ["ɐ", "ˈA"]


def test_a_brand_in_capitals_is_a_word(front_ends: dict[Language, FrontEnd]) -> None:
    found = dict(sounds(front_ends, "HUAWEI USB", "en"))
    assert "dˌʌbᵊlju" not in found["HUAWEI"]
    assert found["USB"] == "jˌuˌɛsbˈi"


def test_french_links_words_and_each_keeps_its_own_sounds(front_ends: dict[Language, FrontEnd]) -> None:
    found = dict(sounds(front_ends, "Les enfants ont huit ans, 199,90 € !", "fr"))
    assert found["Les"] == "lez"
    assert found["enfants"] == "ɑ̃fˈɑ̃z"
    assert found["ans"] == "ˈɑ̃"
    assert found["199,90 €"] == "sɑ̃ katʁəvɛ̃diznˈœf øʁˈo katʁəvɛ̃dˈis"


def test_a_french_telephone_number_is_said_in_pairs(front_ends: dict[Language, FrontEnd]) -> None:
    (found,) = [phonemes for text, phonemes in sounds(front_ends, "01 23 45 67 89", "fr") if text[0] == "0"]
    assert found.count(",") == 4


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=80) | st.text(alphabet="aé'-’ 你12,.%€$/:+&@", max_size=60),
    language=st.sampled_from(["zh", "en", "fr"]),
)
def test_no_text_breaks_a_front_end(front_ends: dict[Language, FrontEnd], text: str, language: Language) -> None:
    try:
        reading = read(text, language)
    except YourInput:
        return
    for clause in reading.clauses:
        for run in clause.runs:
            assert len(front_ends[run.language].phonemes(run.pieces)) == len(run.pieces)
