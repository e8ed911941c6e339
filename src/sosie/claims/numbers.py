"""Every number of a sentence, in digits or in words of three languages, with what it measures.

The voice's normaliser (voice/text) goes the other way, from digits to words, and keeps no values, so it is of no help here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from sosie.claims.fold import DATA, is_han, words
from sosie.types import Language

Of = str
"""What is measured: a dimension of units.toml, or "" for a bare number."""
NOUNS = 3
"""Words behind a bare number that are looked at to see what is counted."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    """In the dimension's own unit (units.toml): 0.35 l is 350."""
    of: Of
    start: int
    """Of the number in the folded text; half-open range, unit included."""
    end: int
    written: Decimal
    """As it stands there: .35 in 0.35 l."""
    counted: tuple[str, ...]
    """The next words behind a bare number; in Chinese the next characters."""
    kind: Literal["number", "code", "ordinal"] = "number"
    """A code is a token like ip67, an ordinal "第三" or "2nd"."""


_ZH_DIGIT = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ZH_SIZE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ZH = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_SCALES = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "百": 100, "亿": 100_000_000}
_EN_ONES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_EN = {word: number for number, word in enumerate(_EN_ONES.split())}
_EN |= {word: 10 * number for number, word in enumerate(_EN_TENS.split(), 2)} | {"fourty": 40, "ninty": 90, "dozen": 12}
_EN_SIZE = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_FR_ONES = """
zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
"""
_FR = {word: number for number, word in enumerate(_FR_ONES.split())} | {"une": 1}
_FR |= {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_FR |= {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90, "douzaine": 12, "dizaine": 10, "centaine": 100}
_FR_SIZE = {"cent": 100, "cents": 100, "mille": 1000, "million": 1_000_000, "millions": 1_000_000}
_SMALLEST_JOINED = 20


@dataclass(frozen=True, slots=True)
class _Found:
    value: Decimal
    start: int
    end: int


def numbers(text: str, language: Language) -> list[Number]:
    """All numbers of a folded text in their order, none of them twice."""
    found = sorted([*_in_digits(text, language), *_in_han(text), *_in_words(text, language)], key=lambda n: n.start)
    kept: list[Number] = []
    end = 0
    for place, number in enumerate(found):
        if number.start < end:
            continue
        following = found[place + 1] if place + 1 < len(found) else None
        kept.append(_measured(text, number, following))
        end = kept[-1].end
    return sorted([*kept, *_codes(text)], key=lambda n: n.start)


# Digits

_DIGITS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?<![a-z\d.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"),
    "zh": re.compile(r"(?<![a-z\d.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"),
    "fr": re.compile(r"(?<![a-z\d.,])(?:\d{1,3}(?:[ .]\d{3})+(?!\d)|\d+)(?:[,.]\d+)?"),
}
_CODE = re.compile(r"(?<![a-z\d])(?=[a-z]*\d)(?=\d*[a-z])(?:[a-z]+\d+[a-z\d]*)")
_ORDINAL = re.compile(r"\s?(?:st|nd|rd|th|e|er|ere|eme)\b")


def _in_digits(text: str, language: Language) -> Iterator[_Found]:
    for match in _DIGITS[language].finditer(text):
        plain = match[0].replace(" ", "")
        if language == "fr":
            plain = re.sub(r"\.(?=\d{3}(?:\D|$))", "", plain).replace(",", ".")
        value, end = Decimal(plain.replace(",", "")), match.end()
        if scale := re.match(r" ?([万千百亿])|([wk])(?=[+人粉单件个次])", text[end:]):
            value *= _SCALES[scale[1] or scale[2]]
            end += scale.end()
        yield _Found(value, match.start(), end)


def _codes(text: str) -> Iterator[Number]:
    for match in _CODE.finditer(text):
        yield Number(Decimal(0), "", match.start(), match.end(), Decimal(0), (match[0],), "code")


# Chinese

_HAN_NUMBER = re.compile(_ZH)


def _in_han(text: str) -> Iterator[_Found]:
    taken: list[tuple[int, int]] = [match.span() for match in _idioms().finditer(text)]
    for match in _HAN_NUMBER.finditer(text):
        start, end = match.span()
        if any(a < end and start < b for a, b in taken):
            continue
        if match[0] == "百" and text[:start].endswith(("百分", "百分之")):
            yield _Found(Decimal(100), start, end)
        if all(char in "百千万亿" for char in match[0]):
            continue  # 千万别, 百搭: no number without a digit in front
        yield _Found(_han_value(match[0]), start, end)


@cache
def _idioms() -> re.Pattern[str]:
    data = tomllib.loads((DATA / "terms.toml").read_text("utf-8"))
    return re.compile("|".join(sorted(data["no_number"]["zh"], key=len, reverse=True)))


def _han_value(text: str) -> Decimal:
    whole, _, part = text.partition("点")
    value = Decimal(_han_whole(whole)) if whole else Decimal(0)
    if part:
        value += Decimal("0." + "".join(str(_ZH_DIGIT[char]) for char in part))
    return value


def _han_whole(text: str) -> int:
    if not any(char in _ZH_SIZE for char in text):
        return int("".join(str(_ZH_DIGIT[char]) for char in text))
    total = section = digit = 0
    last = 1
    for char in text:
        if char in _ZH_DIGIT:
            digit = _ZH_DIGIT[char]
            last = 10 if char in "零〇" else last
            continue
        size = _ZH_SIZE[char]
        if size >= 10_000:
            total, section = (total + section + digit) * size, 0
        else:
            section += (digit or 1) * size
        digit, last = 0, size
    # 一百二 is 120, and 一百零二 is 102.
    return total + section + digit * (last // 10 if digit and last >= 100 and text[-2] in "百千万" else 1)


# English and French words

_LATIN = re.compile(r"[a-z]+")


def _in_words(text: str, language: Language) -> Iterator[_Found]:
    ones, sizes, joins = (_FR, _FR_SIZE, ("et",)) if language == "fr" else (_EN, _EN_SIZE, ("and",))
    tokens = [(match[0], match.start(), match.end()) for match in _LATIN.finditer(text)]
    place = 0
    while place < len(tokens):
        run = _run(text, tokens, place, ones, sizes, joins)
        if not run:
            place += 1
            continue
        value, used = (_french if language == "fr" else _english)([token for token, _, _ in run])
        first, last = run[0], run[used - 1]
        if not _is_no_number(text, first[1], last[2], value, language):
            yield _Found(Decimal(value), first[1], last[2])
        place += used


Token = tuple[str, int, int]


def _run(
    text: str,
    tokens: Sequence[Token],
    place: int,
    ones: dict[str, int],
    sizes: dict[str, int],
    joins: tuple[str, ...],
) -> list[Token]:
    """The number words from ``place`` on, with nothing but spaces and hyphens between them."""
    run: list[Token] = []
    for index in range(place, len(tokens)):
        word, start, _ = tokens[index]
        if run and text[run[-1][2] : start].strip(" -"):
            break
        following = tokens[index + 1][0] if index + 1 < len(tokens) else ""
        if word in ones or word in sizes:
            run.append(tokens[index])
        elif not (run and word in joins and (following in ones or following in sizes)):
            break
        else:
            run.append(tokens[index])
    return run


def _english(run: Sequence[str]) -> tuple[int, int]:
    """Value of the longest number that the words begin with, and how many words it has."""
    total = current = used = 0
    room = 10**9
    for place, word in enumerate(run):
        if word == "and":
            if not current or room < 100:
                break
            continue
        if word in _EN_SIZE:
            size = _EN_SIZE[word]
            current = (current or 1) * size
            if size >= 1000:
                total, current = total + current, 0
            room = size
        else:
            number = _EN[word]
            if current % 100 and not (current % 100 >= _SMALLEST_JOINED and current % 10 == 0 and number < 10):
                break
            if number >= room:
                break
            current += number
            room = 10 if number >= _SMALLEST_JOINED and number % 10 == 0 else 1
            room = max(room, 2 if room == 1 else room)
        used = place + 1
    return total + current, max(1, used)


def _french(run: Sequence[str]) -> tuple[int, int]:
    """The same for French, where eighty is four twenties and ninety-nine is four twenties nineteen."""
    total = current = used = 0
    for place, word in enumerate(run):
        rest = current % 100
        if word == "et":
            if not current:
                break
            continue
        if word in _FR_SIZE:
            size = _FR_SIZE[word]
            if size == 100:
                if rest >= 10 or current >= 100:
                    break
                current = (current or 1) * 100
            else:
                total, current = total + (current or 1) * size, 0
        elif word in ("vingt", "vingts") and rest == 4:
            current += 76
        else:
            number = _FR[word]
            tens_take = (rest in (60, 80) and number < 20) or (rest in (20, 30, 40, 50, 70, 90) and number < 10)
            teens = rest in (10, 70, 90) and 7 <= number <= 9
            if rest and not (tens_take or teens):
                break
            current += number
        used = place + 1
    return total + current, max(1, used)


@cache
def _no_number(language: Language) -> re.Pattern[str]:
    data = tomllib.loads((DATA / "terms.toml").read_text("utf-8"))["no_number"]
    return re.compile("|".join(f"(?:{pattern})" for pattern in data[language]))


def _is_no_number(text: str, start: int, end: int, value: int, language: Language) -> bool:
    """Words that are numbers elsewhere: "no one", "un mug neuf"."""
    return any(
        match.start() <= start and end <= match.end()
        for match in _no_number("fr" if language == "fr" else "en").finditer(text)
    )


# What is measured


@cache
def _units() -> tuple[re.Pattern[str], dict[str, tuple[Of, Decimal]]]:
    data = tomllib.loads((DATA / "units.toml").read_text("utf-8"))["unit"]
    forms = {form: (unit["of"], Decimal(unit["scale"])) for unit in data for form in unit["forms"]}
    # A Latin unit ends where its word ends; a Chinese one may touch anything.
    alternatives = "|".join(
        re.escape(form) + ("" if is_han(form[-1]) or not form[-1].isalpha() else r"(?![a-z])")
        for form in sorted(forms, key=len, reverse=True)
    )
    return re.compile(rf"[ -]?(?:个)?({alternatives})"), forms


_TO = re.compile(r"\s?(?:-|~|～|to|a|至|到|or|ou|或|and|et)\s?")
_MONEY_SIGN = re.compile(r"[¥￥€$£]\s?$|(?:rmb|cny|usd|eur)\s?$")
_METRE = re.compile(r"\bun metre $")
"""The French say "un mètre cinquante"."""
_AND_A_HALF = re.compile(r"\s?(?:and a half|et demie?|半)")
_COLLOQUIAL = re.compile(
    r"(块|厘米|公分|米|元)([一二两三四五六七八九]|\d)(?![\d一二三四五六七八九十百千万个件条台只分天月年折点小])"
)


def _measured(text: str, found: _Found, following: _Found | None) -> Number:
    """The number with its unit; the first of "3 to 5 days" has the unit of the second."""
    start, end, value = found.start, found.end, found.value
    if sign := _MONEY_SIGN.search(text[:start]):
        return Number(value, "money", sign.start(), end, value, ())
    if start and text[start - 1] == "第":
        return Number(value, "", start - 1, end, value, (), "ordinal")
    if ordinal := _ORDINAL.match(text[end:]):
        return Number(value, "", start, end + ordinal.end(), value, (), "ordinal")
    if of_hundred := re.search(r"百分(?:之)?$", text[:start]):
        return Number(value, "percent", of_hundred.start(), end, value, ())
    if colloquial := _COLLOQUIAL.match(text[end:]):
        # 九块九 is 9.9 yuan, 一米五 a metre and a half.
        value += Decimal(_ZH_DIGIT.get(colloquial[2], 0) or int(colloquial[2])) / 10
        of, scale = _units()[1][colloquial[1]]
        return Number(value * scale, of, start, end + colloquial.end(), value, ())
    if _METRE.search(text[:start]) and value < 100:
        return Number(1000 + value * 10, "length", start, end, value, ())
    pattern, forms = _units()
    if unit := pattern.match(text[end:]):
        of, scale = forms[unit[1]]
        end += unit.end()
        if half := _AND_A_HALF.match(text[end:]):
            value += Decimal("0.5")
            end += half.end()
        if of == "zhe":
            if text[end : end + 1] in ("叠", "痕", "扣", "腾", "磨", "射"):
                return Number(value, "", start, end - 1, value, ())
            value = value / 10 if value >= 10 else value
        return Number(value * scale, of, start, end, value, ())
    if following and (to := _TO.match(text[end:])) and end + to.end() == following.start:
        other = _measured(text, following, None)
        if other.of:
            scale = other.value / following.value if following.value else Decimal(1)
            return Number(value * scale, other.of, start, end, value, other.counted)
        return Number(value, "", start, end, value, other.counted)
    return Number(value, "", start, end, value, tuple(words(_clause_after(text, end))[:NOUNS]))


def _clause_after(text: str, end: int) -> str:
    return re.split(r"[，。！？；：,.!?;:、()]", text[end:], maxsplit=1)[0]
