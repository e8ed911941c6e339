"""Comments are cleaned, limited and anonymous before anything looks at them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.chat.message import LONGEST_COMMENT, clean, comment, folded
from sosie.errors import YourInput


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  how\tmuch\r\n is\u3000it ", "how much is it"),
        ("ＡＩ？", "AI?"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("pri\u202ece\u200b", "price"),
        ("多少钱\ue000", "多少钱"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(max_size=400))
def test_what_is_cleaned_is_one_printable_line_and_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert once.isprintable()
    assert clean(once) == once


def test_a_comment_keeps_no_name() -> None:
    made = comment("1", "多少钱", "Ann Example", 3.0, salt=b"x")
    assert "Ann" not in repr(made)
    assert made.user_hash == comment("2", "hi", "Ann Example", 9.0, salt=b"x").user_hash
    assert made.user_hash != comment("3", "hi", "Ann Example", 9.0, salt=b"y").user_hash
    assert made.user_hash != comment("4", "hi", "Bob Example", 9.0, salt=b"x").user_hash


@pytest.mark.parametrize("text", ["", " ", "😀😀", "???", "\u200b", "a" * (LONGEST_COMMENT + 1), "好" * 10**6])
def test_what_is_no_question_is_refused_by_name_but_not_repeated(text: str) -> None:
    with pytest.raises(YourInput) as problem:
        comment("1", text, "ann", 0.0)
    assert len(str(problem.value)) < 120


def test_folding_finds_the_same_question() -> None:
    assert folded("How MUCH???!") == folded("how much")
    assert folded("sooooo good") == folded("soo good")
    assert folded("多少 钱？？") == folded("多少钱")
