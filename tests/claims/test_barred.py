"""What may not be said on a platform; and what may, for a list that refuses ordinary sentences is switched off by its user."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from claims.lines import honest
from show.evening import evening
from show.playbook import SAMPLE, Stage, sample
from sosie.claims import Barred, Claims
from sosie.claims.barred import entries
from sosie.claims.fold import fold
from sosie.consent.record import PLATFORMS
from sosie.errors import YourInput
from sosie.show import phrases
from sosie.show.asides import SHOP, SHOW, texts
from sosie.show.director import Director
from sosie.show.events import Refuse
from sosie.show.guests import texts as guests_texts
from sosie.show.rundown import check_rundown, read_rundown
from sosie.types import LANGUAGES, Language

CHINESE = ("douyin", "kuaishou", "taobao", "bilibili", "wechat")


def found(text: str, language: Language, platform: str) -> bool:
    folded = fold(text).text
    return any(term.pattern.search(folded) for term in Barred(platform).terms(language))


@pytest.mark.parametrize(
    ("platforms", "language", "texts"),
    [
        (
            ("tiktok",),
            "en",
            ["The link is in my bio.", "See it on our website.", "Add us on Messenger to order.", "Scan the QR code.",
             "Join our lucky draw!", "Spin the wheel.", "There is a giveaway tonight."],
        ),
        (
            ("tiktok",),
            "zh",
            ["主页链接里有。", "去我们的官网看看。", "小红书上也有。", "我们来抽奖。", "转一下幸运大转盘。"],
        ),
        (
            ("tiktok",),
            "fr",
            ["Le lien est dans ma bio.", "Retrouvez-nous sur Instagram.", "C'est sur notre site.", "Un tirage au sort ce soir.",
             "Faites tourner la roue de la chance."],
        ),
        (
            ("youtube",),
            "en",
            ["Sub for sub, anyone?", "Subscribe and win a mug.", "Like this video to get a gift.",
             "A present for every new subscriber.",
             "The full video is only on our website."],
        ),
        (("youtube",), "zh", ["互粉吗朋友们。", "订阅就抽奖。", "点赞关注领红包。", "完整版在我们的网站。"]),
        (
            ("youtube",),
            "fr",
            ["Abonnez-vous et gagnez un mug.", "Abonnement contre abonnement ?", "La suite est sur notre site."],
        ),
        (
            ("twitch",),
            "en",
            ["Use my casino bonus code.", "There is a link to a roulette site.", "Follow for follow!", "Buy viewers and grow."],
        ),
        (("twitch",), "zh", ["网络赌场的链接。", "轮盘网站的邀请码。", "互关一下。"]),
        (("twitch",), "fr", ["Un casino en ligne.", "Achetez des viewers.", "Follow pour follow."]),
        (CHINESE, "zh", ["找人刷单。", "买粉很便宜。", "新人互粉。", "明天这只股票必涨。", "我给大家开药方。", "免费法律咨询。"]),
        (CHINESE, "en", ["Buy followers.", "Insider tips on shares.", "I give medical advice."]),
        (CHINESE, "fr", ["Achetez des abonnés.", "Des conseils financiers.", "De faux avis."]),
    ],
)  # fmt: skip
def test_what_the_platform_forbids_is_found_there_and_not_on_ones_own_site(
    platforms: tuple[str, ...], language: Language, texts: list[str]
) -> None:
    for text in texts:
        for platform in platforms:
            assert found(text, language, platform), (platform, text)
        assert not found(text, language, "own"), text


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            ["The link is on the product card below.", "Follow us if you like what you hear.", "Please like and subscribe.",
             "Subscribe to see the next show.", "Lucky you, it is in stock.", "Draw the curtains and turn on the lamp.",
             "See it on the table.", "The wheel of the suitcase fits the mug.", "A gift for your mother.",
             "This is not medical advice.", "Stock is counted each morning.", "Find us on the map.", "It goes with any outfit.",
             "Share it with a friend.", "Watch the water and wait.", "A slice of bread beside the mug.",
             "She writes on dice and cards.", "Join us on Friday.", "Follow me on this one."],
        ),
        (
            "zh",
            ["点开下方的商品卡片。", "喜欢的朋友点个关注。", "粉底色的围巾很好搭。", "买粉色的还是买绿色的都行。",
             "网上下单就行。", "刷粉底的刷子。",
             "刷碗的时候用冷水。", "用刷子刷一刷。", "幸运的是今天不下雨。", "抽一张纸擦干。", "转个身看看。", "互相照顾。",
             "换个颜色看看。", "开一下灯。", "推荐这条围巾。", "凑单也可以。", "给大家一些搭配建议。", "抄写一遍。"],
        ),
        (
            "fr",
            ["Le lien est sur la fiche du produit.", "Abonnez-vous si cela vous plaît.", "Partagez avec une amie.",
             "Tirez le rideau et allumez la lampe.", "La roue de la valise.", "Un cadeau pour votre mère.",
             "Regardez la couleur.", "Suivez le fil.", "La suite dans un instant.", "Un conseil : lavez-la à froid.",
             "C'est une bonne adresse.", "Sur la table, près de la fenêtre."],
        ),
    ],
)  # fmt: skip
def test_ordinary_sentences_are_let_through_everywhere(language: Language, texts: list[str]) -> None:
    for text in texts:
        for platform in PLATFORMS:
            assert not found(text, language, platform), (platform, text)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_wording_of_ours_and_no_honest_sellers_is_refused(platform: str) -> None:
    def all_of(value: object) -> list[tuple[Language, str]]:
        if not isinstance(value, dict):
            return []
        return [
            (language, text)
            for language in LANGUAGES
            for text in ([value[language]] if isinstance(value.get(language), str) else value.get(language, ()))
        ]

    said = [pair for name in vars(phrases) if name.isupper() for pair in all_of(getattr(phrases, name))]
    said += [pair for file in (SHOP, SHOW) for each in texts(file).said.values() for pair in all_of(each)]
    said += [(language, text) for (_, _, language), each in guests_texts().items() for text in each]
    for rundown, catalogue in (sample(), evening()):
        told = [*(each for segment in rundown.segments for each in segment.lines.items())]
        said += [(language, text) for language, lines in told for wordings in lines for text in wordings]
        said += [pair for each in (rundown.greeting, rundown.closing) for pair in all_of(dict(each))]
        facts = [*catalogue.facts, *(fact for product in catalogue.products for fact in product.facts)]
        said += [pair for fact in facts for pair in all_of(dict(fact.text))]
    said += [(line.language, line.text) for line in honest()]
    assert len(said) > 2000
    assert [(platform, text) for language, text in said if found(text, language, platform)] == []


def test_each_rule_says_what_it_forbids_where_it_stands_and_of_when() -> None:
    for entry in entries():
        assert entry.platforms
        assert set(entry.platforms) <= set(PLATFORMS) - {"own"}
        assert len(entry.why) > 10
        assert re.search(r"20\d\d-\d\d-\d\d|no day given", entry.source), entry.source
        assert all(entry.patterns[language] for language in LANGUAGES)
    assert {platform for entry in entries() for platform in entry.platforms} == {
        "tiktok", "youtube", "twitch", *CHINESE
    }  # fmt: skip


def test_the_firewall_names_the_reason_and_the_place() -> None:
    claims = Claims(sample()[1], Barred("tiktok"))
    verdict = claims.check("See it on our website.", "en", "mug", author="person")
    assert verdict.reason == "platform"
    assert "See it on our website."[verdict.start : verdict.end] == "on our website"
    assert Claims(sample()[1]).check("See it on our website.", "en", "mug", author="person").allowed
    # English inside Chinese, a story, and whatever a shop's fact may say: nothing makes it sayable.
    assert claims.check("去instagram看看。", "zh", None, author="person").reason == "platform"
    assert claims.check("The fox had an instagram account.", "en", None, author="teller").reason == "platform"
    renewed = claims.renewed(replace(sample()[1], shop={**sample()[1].shop, "en": "another shop"}))
    assert renewed.check("See it on our website.", "en", "mug", author="person").reason == "platform"


def show_toml(folder: Path, line: str, *, platform: str = "own", words: str = "") -> Path:
    (folder / "words.toml").write_text(words, "utf-8")
    named = 'words = "words.toml"' if words else ""
    path = folder / "show.toml"
    path.write_text(
        f"""
title = {{ en = "Test" }}
shop = "{SAMPLE}/shop.toml"
languages = ["en"]
{named}
greeting.en = "Welcome to {{shop}}."
closing.en = "Good bye."
[[segment]]
product = "mug"
lines.en = ["Here is the {{name}}.", "{line}"]
[outputs]
platform = "{platform}"
""",
        "utf-8",
    )
    return path


def test_a_show_is_held_against_the_words_of_its_own_platform(tmp_path: Path) -> None:
    line = "There is more of it on our website."
    check_rundown(read_rundown(show_toml(tmp_path, line)), sample()[1])
    with pytest.raises(YourInput, match="segment 'mug', en line 2: 'on our website' cannot be said, reason: platform"):
        check_rundown(read_rundown(show_toml(tmp_path, line, platform="tiktok")), sample()[1])


WORDS = '[[word]]\nwhy = "our agency asked for it"\nen = ["cosy", "café noir"]\nzh = ["巴适"]\n'


def test_the_owner_adds_words_of_his_own(tmp_path: Path) -> None:
    for line in ("A COSY evening.", "Like a cafe noir."):
        rundown = read_rundown(show_toml(tmp_path, line, words=WORDS))
        with pytest.raises(YourInput, match="reason: platform"):
            check_rundown(rundown, sample()[1])
    check_rundown(read_rundown(show_toml(tmp_path, "Cosily warm.", words=WORDS)), sample()[1])
    assert found("这个巴适得很。", "zh", "own") is False
    assert Claims(sample()[1], rundown.barred).check("这个巴适得很。", "zh", None, author="person").reason == "platform"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ('[[word]]\nen = ["cosy"]\n', ["words.toml", "why is missing"]),
        ('[[word]]\nwhy = "x"\nen = ["a"]\n', ["two letters"]),
        ('[[word]]\nwhy = "x"\nde = ["gut"]\n', ["'de' is unknown"]),
        ("[[wrod]]\n", ["'wrod' is unknown", "word"]),
    ],
)
def test_mistakes_in_it_are_named(words: str, names: list[str], tmp_path: Path) -> None:
    with pytest.raises(YourInput) as problem:
        read_rundown(show_toml(tmp_path, "So.", words=words))
    for name in names:
        assert name in str(problem.value)


def test_on_air_it_is_left_out_and_counted() -> None:
    rundown, catalogue = evening()
    director = Director(
        replace(rundown, barred=Barred("own", (("zh", "瓦片"), ("zh", "先说说"), ("zh", "铁皮")))), catalogue
    )
    show = Stage(director)
    seen: list[object] = []
    tell = show.tell
    show.tell = lambda event: (actions := tell(event), seen.extend(actions))[0]  # type: ignore[method-assign]
    show.start().play(400)
    assert Refuse("line", "platform") in seen
    assert not [utterance for _, utterance in show.played if "先说说" in utterance.text]
