"""A user's list of names: found as whole words, said as written down, before any rule of ours; subtitles keep what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.errors import YourInput
from sosie.types import LANGUAGES, Language
from sosie.voice.text import NAMES, Pronunciation, Pronunciations, read


def said(text: str, language: Language, *entries: Pronunciation) -> str:
    """Each spoken word with whoever reads it where that is not the text's own language."""
    names = Pronunciations(entries).over(NAMES)
    return " ".join(
        piece.spoken.strip() + ("" if run.language == language else f"({run.language})")
        for clause in read(text, language, names).clauses
        for run in clause.runs
        for piece in run.pieces
        if piece.is_word
    )


XIAOMI = Pronunciation("Xiaomi", "shao mee")
ROUGE = Pronunciation("小红书", "红薯")
S24 = Pronunciation("S24", "S twenty four")


@pytest.mark.parametrize(
    ("text", "language", "entry", "spoken"),
    [
        ("The Xiaomi 14 is here", "en", XIAOMI, "The shao mee fourteen is here"),
        ("XIAOMI, xiaomi.", "en", XIAOMI, "shao mee shao mee"),
        ("Xiaomis and MyXiaomi", "en", XIAOMI, "Xiaomis and MyXiaomi"),
        ("Xiaomi's and Xiaomi’s", "en", XIAOMI, "shao mee's and shao mee's"),
        ("le Xiaomi 14", "fr", XIAOMI, "le shao mee 14"),
        ("l'Xiaomi", "fr", XIAOMI, "l' shao mee"),
        ("买Xiaomi手机", "zh", XIAOMI, "买 shao mee(en) 手 机"),
        ("上小红书看看", "zh", ROUGE, "上 红薯 看 看"),
        ("see 小红书 now", "en", ROUGE, "see 红薯(zh) now"),
        ("the S24, not the S240", "en", S24, "the S twenty four not the S two hundred forty"),
        (
            "4711 Cologne is 47 euros",
            "en",
            Pronunciation("4711 Cologne", "forty seven eleven"),
            "forty seven eleven is forty seven euros",
        ),
        ("The Lamp 2 at 2 for one", "en", Pronunciation("Lamp 2", "lamp too"), "The lamp too at two for one"),
        ("I ❤️ it", "en", Pronunciation("❤️", "love"), "I love it"),
        ("Yves  Saint Laurent", "en", Pronunciation("Yves Saint Laurent", "eve san lo ron"), "eve san lo ron"),
        ("go to xiaomi.com", "en", XIAOMI, "go to xiaomi dot com"),
        ("Ｘｉａｏｍｉ", "en", XIAOMI, "shao mee"),
        ("Huawei", "zh", Pronunciation("huawei", "wah way"), "wah way(en)"),
    ],
)
def test_a_name_is_said_as_its_user_wants(text: str, language: Language, entry: Pronunciation, spoken: str) -> None:
    assert said(text, language, entry) == spoken


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("The cup is 99 yuan.", "en", "is 99"),
        ("The cup is 99.50 yuan.", "en", "is 99"),
        ("The cup is €24.", "en", "24."),
        ("The cup is €24 now.", "en", "24 now"),
        ("杯子现在99元。", "zh", "现在99"),
        ("打8折", "zh", "打8"),
        ("La tasse à 24,50 € ici.", "fr", "à 24"),
        ("La tasse à 24\u00a0€ ici.", "fr", "à 24"),
        ("2,000 yuan", "en", "000 yu"),
    ],
)
def test_a_price_is_said_as_written_whatever_is_in_the_list(text: str, language: Language, written: str) -> None:
    try:
        entry = Pronunciation(written, "la" if language == "fr" else "拉" if language == "zh" else "la")
    except YourInput:
        return
    assert said(text, language, entry) == said(text, language)


def test_it_may_be_for_one_language_only() -> None:
    french = Pronunciation("Sosie", "sozi", language="fr")
    assert said("Sosie", "fr", french) == "sozi"
    assert said("Sosie", "en", french) == "Sosie"
    both = Pronunciation("Sosie", "so see")
    assert said("Sosie", "fr", french, both) == "sozi"
    assert said("Sosie", "en", french, both) == "so see"


def test_of_two_names_at_one_place_the_longer_is_said() -> None:
    names = Pronunciation("Mate", "mah tay"), Pronunciation("Mate Pro", "mate professional")
    assert said("Mate Pro, Mate", "en", *names) == "mate professional mah tay"


def test_names_that_touch_are_both_said() -> None:
    assert said("小红书小红书", "zh", ROUGE) == "红薯 红薯"


def test_nothing_inside_a_name_ends_a_clause() -> None:
    text = "We sell Dr. Jart! Ltd. No. 5 here. And more."
    name = Pronunciation("Dr. Jart! Ltd. No. 5", "doctor jart")
    clauses = read(text, "en", Pronunciations((name,))).clauses
    assert [clause.text.strip() for clause in clauses] == ["We sell Dr. Jart! Ltd. No. 5 here.", "And more."]


def test_subtitles_keep_what_is_written() -> None:
    text = "Look: the Xiaomi’s 14 — ¥299, l'Xiaomi 小红书！"
    reading = read(text, "en", Pronunciations((XIAOMI, ROUGE)))
    assert "".join(clause.text for clause in reading.clauses) == text
    written = "".join(piece.written for clause in reading.clauses for run in clause.runs for piece in run.pieces)
    assert written == text
    words = [
        piece.written for clause in reading.clauses for run in clause.runs for piece in run.pieces if piece.is_word
    ]
    assert "Xiaomi’s" in words
    assert "小红书" in words


def test_a_name_with_a_pronunciation_is_not_skipped() -> None:
    assert [part.text for part in read("I ❤ it 🎁", "en", Pronunciations((Pronunciation("❤", "love"),))).skipped] == [
        "🎁"
    ]


def test_phonemes_go_with_the_piece() -> None:
    names = Pronunciations((Pronunciation("Xiaomi", phonemes="ʃaʊmiː"), Pronunciation("Bosch", phonemes="bɔʃ")))
    pieces = [
        piece
        for clause in read("Xiaomi's, Bosch's", "en", names).clauses
        for run in clause.runs
        for piece in run.pieces
    ]
    assert [piece.phonemes for piece in pieces if piece.phonemes] == ["ʃaʊmiːz", "bɔʃɪz"]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"written": "  ", "spoken": "a"}, "a name"),
        ({"written": "!?", "spoken": "a"}, "a name"),
        ({"written": "x" * 101, "spoken": "a"}, "1 to 100"),
        ({"written": "Xiaomi"}, "no way of being said; wanted either spoken or phonemes"),
        ({"written": "Xiaomi", "spoken": "shao mee", "phonemes": "ʃaʊmiː"}, "two ways"),
        ({"written": "T恤", "spoken": "T xù恤"}, "two writings"),
        ({"written": "SK-II", "spoken": "SK 2"}, "words only"),
        ({"written": "Xiaomi", "spoken": "сяоми"}, "words of 1 to 100"),
        ({"written": "❤", "phonemes": "lʌv"}, "spoken, in words"),
        *(
            ({"written": price, "spoken": "nine"}, "numbers and prices are said as they are written")
            for price in (
                "99",
                "9",
                "9.90",
                "99 yuan",
                "¥99",
                "€ 9",
                "9,90 €",
                "99元",
                "8折",
                "yuan",
                "元",
                "euros",
                "only 99 yuan",
            )
        ),
    ],
)
def test_what_cannot_be_said_is_named(values: dict[str, str], says: str) -> None:
    with pytest.raises(YourInput, match=says):
        Pronunciation(**values)  # type: ignore[arg-type]


def test_one_name_has_one_pronunciation() -> None:
    with pytest.raises(YourInput, match="'XIAOMI' is in the pronunciations twice"):
        Pronunciations((XIAOMI, Pronunciation("XIAOMI", "zow me")))


@given(
    text=st.text(max_size=60) | st.text(alphabet="Xx 小.,1'’s❤", max_size=60),
    language=st.sampled_from(LANGUAGES),
)
def test_no_text_loses_a_letter_by_names(text: str, language: Language) -> None:
    names = Pronunciations((Pronunciation("x", "ex"), Pronunciation("小", "大"), Pronunciation("❤", "love")))
    try:
        reading = read(text, language, names)
    except YourInput:
        return
    for clause in reading.clauses:
        assert "".join(piece.written for run in clause.runs for piece in run.pieces) == clause.text
