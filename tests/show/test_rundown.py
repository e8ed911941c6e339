"""A rundown is read right, or its mistake is named; and no line states what only the catalogue may."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sosie.errors import YourInput
from sosie.shop.feed import open_shop
from sosie.show.answers import read_examples
from sosie.show.rundown import Rundown, WriterSettings, check_rundown, read_rundown
from sosie.voice.text import Pronunciation, Pronunciations

from .playbook import SAMPLE, sample

SHOW = """
title = { en = "Test" }
shop = "shop.toml"
languages = ["en"]
greeting.en = "Welcome to {shop}."
closing.en = ["Good bye.", "See you."]

[[segment]]
product = "mug"
lines.en = ["One line about the {name}.", ["This way.", "Or that way."]]

[outputs]
record = "out.mp4"
rtmp_env = "SOSIE_RTMP"
"""


def read(folder: Path, text: str = SHOW) -> Rundown:
    path = folder / "show.toml"
    path.write_text(text, "utf-8")
    return read_rundown(path)


def test_a_writer_is_off_unless_it_is_named(tmp_path: Path) -> None:
    assert read(tmp_path).writer is None
    named = '[writer]\nbase_url = "http://127.0.0.1:11434/v1"\nmodel = "m"\nkey_env = "SOSIE_WRITER_KEY"\n[outputs]'
    writer = read(tmp_path, SHOW.replace("[outputs]", named)).writer
    assert writer == WriterSettings("http://127.0.0.1:11434/v1", "m", "SOSIE_WRITER_KEY")


def test_a_rundown_is_read(tmp_path: Path) -> None:
    rundown = read(tmp_path)
    assert rundown.languages == ("en",)
    assert rundown.notice_seconds == 600
    assert rundown.segments[0].lines["en"] == (("One line about the {name}.",), ("This way.", "Or that way."))
    assert rundown.greeting["en"] == ("Welcome to {shop}.",)
    assert rundown.outputs.record == tmp_path / "out.mp4"
    assert rundown.outputs.rtmp_env == "SOSIE_RTMP"
    assert (rundown.loop, rundown.chat, rundown.turns, rundown.clone) == (True, True, "segment", None)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("[outputs]", '[writer]\nbase_url = "http://example.com/v1"\nmodel = "m"\n[outputs]', ["base_url", "https"]),
        (
            "[outputs]",
            '[writer]\nbase_url = "https://x.org/v1"\nmodel = "m"\nkey_env = "sk-1234"\n[outputs]',
            ["key_env", "NAME"],
        ),
        ('shop = "shop.toml"', 'shop = "shop.toml"\nlop = true', ["show.toml", "'lop'", "loop"]),
        ('shop = "shop.toml"', 'shop = "shop.toml"\nlabel = false', ["'label' is unknown"]),
        ('shop = "shop.toml"', 'shop = "shop.toml"\nnotice_minutes = 16', ["notice_minutes", "16", "15"]),
        ('shop = "shop.toml"', 'shop = "shop.toml"\nnotice_minutes = 0', ["notice_minutes"]),
        ('shop = "shop.toml"', 'shop = "shop.toml"\nturns = "random"', ["turns", "random", "segment"]),
        ('shop = "shop.toml"', 'shop = "shop.toml"\norder = "random"', ["order", "random", "changing", "fixed"]),
        (
            'shop = "shop.toml"',
            'shop = "shop.toml"\ntime_zone = "Mars/Base"',
            ["time_zone", "Mars/Base", "Asia/Shanghai"],
        ),
        ("This way.", "This [way.", ["segment 'mug', en line 2", "bracket", "[this|that]"]),
        ('languages = ["en"]', 'languages = ["de"]', ["languages", "de"]),
        ('languages = ["en"]', 'languages = ["en", "en"]', ["languages", "twice"]),
        ('languages = ["en"]', "languages = []", ["languages"]),
        ('languages = ["en"]', 'languages = ["en", "fr"]', ["fr"]),
        ('closing.en = ["Good bye.", "See you."]', 'closing.zh = "再见"', ["closing", "en"]),
        ('product = "mug"', 'produkt = "mug"', ["segment", "'produkt'", "product"]),
        ('lines.en = ["One', 'lines.de = ["One', ["segment 'mug'", "'de'"]),
        ('rtmp_env = "SOSIE_RTMP"', 'rtmp_env = "rtmp://host/app/secret"', ["rtmp_env", "NAME", "stream key"]),
        ('rtmp_env = "SOSIE_RTMP"', 'rtmp = "rtmp://host/app"', ["'rtmp' is unknown", "rtmp_env"]),
        ('rtmp_env = "SOSIE_RTMP"', 'platform = "myspace"', ["platform", "myspace", "own"]),
    ],
)
def test_mistakes_are_named(old: str, new: str, names: list[str], tmp_path: Path) -> None:
    assert old in SHOW
    with pytest.raises(YourInput) as problem:
        read(tmp_path, SHOW.replace(old, new, 1))
    for name in names:
        assert name in str(problem.value)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('product = "mug"', 'product = "cake"', ["'cake'", "mug, lamp, scarf"]),
        ("This way.", "Only $9!", ["segment 'mug', en line 2", "by hand"]),
        ("This way.", "Only 99 today!", ["'99'", "{price}"]),
        ("This way.", "Was {was}.", ["{was}", "{price}"]),
        ("Welcome to {shop}.", "Only {price}.", ["greeting, en", "{price}"]),
        ("See you.", "😀", ["show.toml: closing, en", "nothing to say"]),
        ("This way.", "I use it myself.", ["show.toml: segment 'mug', en line 2", "'I use'", "reason: experience"]),
        ("This way.", "It holds 500 ml.", ["en line 2", "'500 ml'", "reason: number", "fact"]),
        ("This way.", "The best there is.", ["'The best'", "reason: absolute", "docs/claims.md"]),
        ("Welcome to {shop}.", "Hurry up!", ["greeting, en", "reason: urgency"]),
    ],
)
def test_the_lines_are_held_against_the_shop(old: str, new: str, names: list[str], tmp_path: Path) -> None:
    catalogue = open_shop(SAMPLE / "shop.toml")
    check_rundown(read(tmp_path), catalogue)
    with pytest.raises(YourInput) as problem:
        check_rundown(read(tmp_path, SHOW.replace(old, new, 1)), catalogue)
    for name in names:
        assert name in str(problem.value)


def test_a_line_about_a_sale_may_stand_in_a_show_without_one(tmp_path: Path) -> None:
    catalogue = open_shop(SAMPLE / "shop.toml")
    full_price = replace(catalogue, products=tuple(replace(p, sale_price=None, stock=0) for p in catalogue.products))
    line = "Was {price}, now {sale_price}, {discount} off, {stock} left."
    check_rundown(read(tmp_path, SHOW.replace("This way.", line)), full_price)


def test_a_show_whose_products_are_sold_out_opens_all_the_same() -> None:
    rundown, catalogue = sample()
    sold_out = replace(catalogue, products=tuple(replace(each, stock=0) for each in catalogue.products))
    check_rundown(rundown, sold_out)


def test_the_sample_is_a_good_example() -> None:
    rundown, _ = sample()
    spoken = [text for s in rundown.segments for lines in s.lines.values() for wordings in lines for text in wordings]
    assert len(spoken) > 90
    assert all(len(segment.lines[language]) >= 6 for segment in rundown.segments for language in rundown.languages)
    # A clone has no experiences and no superlatives (rules.md L13; Live E-commerce Measures art. 34).
    for claim in (
        "我用了",
        "我自己",
        "亲测",
        "最好",
        "第一",
        "I use",
        "I have",
        "I love",
        "the best",
        "j'utilise",
        "j'adore",
        "le meilleur",
    ):
        assert not any(claim.lower() in text.lower() for text in spoken)


def test_the_questions_of_the_accuracy_test_are_not_among_the_examples() -> None:
    from .questions import questions

    assert not {question.text for question in questions()} & {example.text for example in read_examples()}


SAY = """
[[say]]
written = "Xiaomi"
spoken = "shao mee"
language = "en"

[[say]]
written = "小红书"
phonemes = "ɕjau↓xʊ↗ŋ"
"""


def test_a_rundown_says_how_names_are_said(tmp_path: Path) -> None:
    assert read(tmp_path).pronunciations == Pronunciations()
    first, second = read(tmp_path, SHOW + SAY).pronunciations.entries
    assert first == Pronunciation("Xiaomi", "shao mee", language="en")
    assert second == Pronunciation("小红书", phonemes="ɕjau↓xʊ↗ŋ")


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('spoken = "shao mee"', 'spokn = "shao mee"', ["show.toml", "say 'Xiaomi'", "'spokn' is unknown", "spoken"]),
        ('spoken = "shao mee"', "", ["show.toml", "'Xiaomi'", "either spoken or phonemes"]),
        ('language = "en"', 'language = "de"', ["say 'Xiaomi'", "language", "de"]),
        ("小红书", "xiaomi", ["show.toml"]),
    ],
)
def test_a_mistake_in_a_pronunciation_is_named(old: str, new: str, names: list[str], tmp_path: Path) -> None:
    text = (SHOW + SAY).replace(old, new)
    if old == "小红书":
        text = text.replace('language = "en"', "")
        names = [*names, "'xiaomi' is in the pronunciations twice"]
    with pytest.raises(YourInput) as caught:
        read(tmp_path, text)
    assert all(name in str(caught.value) for name in names), caught.value
