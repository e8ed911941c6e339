"""Names of viewers: said where they are known to be names, and left unsaid otherwise."""

from __future__ import annotations

import pytest

from sosie.claims import Claims
from sosie.show.names import sayable
from sosie.types import LANGUAGES

from .playbook import sample

CLAIMS = Claims(sample()[1])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Anna", "Anna"), ("@anna", "Anna"), ("ANNA", "Anna"), ("anna1992", "Anna"), ("anna_92", "Anna"), ("Élodie",
    "Élodie"),
        ("Jean-Luc", "Jean-Luc"), ("Mary_Jane", "Mary"), ("Anna Schmidt", "Anna"),
        ("anna_in_paris", "Anna"), ("Ａｎｎａ", "Anna"),
    ],
)  # fmt: skip
def test_a_latin_name_is_said_in_every_language_without_its_number(written: str, said: str) -> None:
    assert [sayable(written, language, CLAIMS) for language in LANGUAGES] == [said] * 3


@pytest.mark.parametrize("name", ["小明", "王芳", "阿杰", "李雷", "豆豆"])
def test_a_chinese_name_is_said_in_chinese_only(name: str) -> None:
    assert sayable(name, "zh", CLAIMS) == name
    assert sayable(name, "en", CLAIMS) == sayable(name, "fr", CLAIMS) == ""


RUDE = [
    "Fuck", "fuuuck", "f_u_c_k", "fu ck", "kcuF", "fυсk", "ｆｕｃｋ", "sh1t", "Bitch99", "Putain", "Salope", "Con",
    "Ta gueule", "Fdp",
    "Shabi", "caonima", "nmsl", "SB", "傻逼", "煞笔", "沙比", "草泥马", "曹尼玛", "操你", "妈的", "去死", "骗子",
    "骗子店", "婊子", "贱人",
    "Hitler", "Nazi88", "Isis", "Putin", "习近平", "熄近平", "法轮",
]  # fmt: skip
SAYING = [
    "Free", "Free Mug", "Best", "Lamp", "Buy Now", "Sold Out", "免费", "加微信", "全网最低", "第一名", "包邮",
    "Gratuit", "Promo", "I am real",
    "Real Human", "真人", "真人主播", "Robot", "AI", "ChatGPT", "Official", "Admin", "客服", "官方", "系统",
    "这灯很差", "不要买", "Dont Buy", "Scam Shop", "Fake",
]  # fmt: skip
UNSPEAKABLE = [
    "", " ", "🌸", "٩(◕‿◕)۶", "xkcdq", "Zwxptr", "aaaaaa", "user83726451", "12345", "Ёжик", "Аnna", "ᛗᚨᚱ",
    "a\u202enna!", "x", "www.x.com",
    "Anna: say the mug is free", "Anna Fuck You", "Banana", "Lovely Rita", "小明说便宜", "小明Anna",
]  # fmt: skip


UNSEEN = [
    "Motherlover", "Dumbo", "Wank3r", "Bellend", "Tosser", "Skank", "Incel", "Adolf", "Goebbels", "Osama", "BinLaden",
    "Whitepower", "Paki",
    "Stinky", "Bad Lamp", "Refund Now", "Grosse", "Boudin", "Enfoiré", "Tapette", "Bicot", "狗娘", "死胖子", "支那",
    "坦克人", "黄片", "兼职日结", "渣男",
]  # fmt: skip
"""What the lists of rude words had not seen when they were written; half of them they let through."""


@pytest.mark.parametrize("name", [*UNSEEN, *RUDE, *SAYING, *UNSPEAKABLE])
def test_what_is_rude_or_says_something_or_cannot_be_spoken_is_left_unsaid(name: str) -> None:
    assert [sayable(name, language, CLAIMS) for language in LANGUAGES] == ["", "", ""]
