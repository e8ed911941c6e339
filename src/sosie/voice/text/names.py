"""Brands and short forms that the front ends read wrongly, as most sellers say them. A user's own list comes first."""

from __future__ import annotations

from sosie.types import Language
from sosie.voice.text.pronunciations import Pronunciation, Pronunciations

_SPOKEN: dict[Language, dict[str, str]] = {
    "zh": {
        "Huawei": "华为",
        "Xiaomi": "小米",
        "Redmi": "红米",
        "Taobao": "淘宝",
        "Tmall": "天猫",
        "Douyin": "抖音",
        "Haier": "海尔",
        "Midea": "美的",
        "Gree": "格力",
        "Hisense": "海信",
        "Anta": "安踏",
        "Li-Ning": "李宁",
        "Alipay": "支付宝",
        "WeChat": "微信",
        "OPPO": "oh poe",
        "SK-II": "S K two",
        "SKII": "S K two",
        "H&M": "H and M",
        "M&M's": "M and M's",
        "361°": "三六一度",
        "APP": "A P P",
        "No.1": "number one",
    },
    "en": {
        "Shein": "she in",
        "Temu": "tee moo",
        "Haier": "higher",
        "BYD": "B Y D",
        "Li-Ning": "lee ning",
        "SK-II": "S K two",
        "H&M": "H and M",
        "M&M's": "M and M's",
        "Anker": "anchor",
        "3M": "three M",
        "ASAP": "A S A P",
        "e.g.": "for example",
        "i.e.": "that is",
        "vs.": "versus",
        "vs": "versus",
        "w/": "with",
        "w/o": "without",
        "approx.": "approximately",
        "incl.": "including",
        "AA": "double A",
        "AAA": "triple A",
    },
    "fr": {
        "Shein": "chi ine",
        "Temu": "témou",
        "Taobao": "tao bao",
        "Haier": "aïère",
        "BYD": "B Y D",
        "Lenovo": "lénovo",
        "IKEA": "ikéa",
        "Decathlon": "décatlon",
        "iPhone": "aïfone",
        "iPad": "aïpade",
        "Apple": "apeul",
        "Bluetooth": "bloutousse",
        "Black Friday": "blac fraïdé",
        "YouTube": "youtioub",
        "L'Oreal": "l'oréal",
        "SK-II": "S K tou",
        "H&M": "H et M",
        "XL": "X L",
        "XXL": "X X L",
        "XXXL": "X X X L",
        "IA": "I A",
        "VIP": "V I P",
        "RDV": "rendez-vous",
        "svp": "s'il vous plaît",
        "c.-à-d.": "c'est-à-dire",
        "p. ex.": "par exemple",
        "env.": "environ",
        "Dr": "docteur",
    },
}
_SOUNDS: dict[Language, dict[str, str]] = {
    "zh": {
        # Both letters stressed: as one word Whisper heard it in one of four sentences, so in three.
        "AI": "ˈAˈI",
    },
    "en": {
        "Xiaomi": "ʃˈWmi",
        "Huawei": "wˈɑwˌA",
        "Taobao": "tˈWbˌW",
        "Douyin": "dˈOjɪn",
        "Tsingtao": "ʧˈɪŋdˌW",
        "Moutai": "mˈWtˌI",
        "Hermès": "ɛɹmˈɛz",
        "Hermes": "ɛɹmˈɛz",
        "L'Oréal": "lˌɔɹiˈæl",
        "L'Oreal": "lˌɔɹiˈæl",
        "Givenchy": "ʒˌivɑnʃˈi",
        "IKEA": "Ikˈiə",
        "Hyundai": "hˈʌndA",
    },
    "fr": {"Xiaomi": "ʃaomˈi", "Huawei": "wawˈɛ", "Redmi": "ʁɛdmˈi"},
}

NAMES = Pronunciations(
    tuple(
        Pronunciation(written, spoken=spoken, language=language)
        for language, names in _SPOKEN.items()
        for written, spoken in names.items()
    )
    + tuple(
        Pronunciation(written, phonemes=phonemes, language=language)
        for language, names in _SOUNDS.items()
        for written, phonemes in names.items()
    )
)
