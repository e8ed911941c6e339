"""How English is read aloud: numbers, money, dates, times, units."""

from __future__ import annotations

import re

from sosie.voice.text.normalise import rule

_ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_INT = r"\d{1,3}(?:,\d{3})+|\d+"
NUMBER = rf"(?:{_INT})(?:\.\d+)?"
_START = r"(?<![\w.,])"
_TO = r"\s?[-–—~]\s?"
_MONTH = r"(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS) + r")\.?"


def cardinal(n: int) -> str:
    """1250 -> "one thousand two hundred fifty"; from 10^12 on digit by digit."""
    if n >= 10**12:
        return digits(str(n))
    if n < 20:
        return _ONES[n]
    if n < 100:
        return _TENS[n // 10] + (f" {_ONES[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{_ONES[n // 100]} hundred" + (f" {cardinal(n % 100)}" if n % 100 else "")
    size, name = next(scale for scale in _SCALES if n >= scale[0])
    return f"{cardinal(n // size)} {name}" + (f" {cardinal(n % size)}" if n % size else "")


def ordinal(n: int) -> str:
    """21 -> "twenty first"."""
    *front, last = cardinal(n).split()
    last = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return " ".join([*front, last])


def year(n: int) -> str:
    """1999 -> "nineteen ninety nine", 2005 -> "two thousand five", 1900 -> "nineteen hundred"."""
    if 2000 <= n < 2010 or n % 1000 == 0:
        return cardinal(n)
    if n % 100 == 0:
        return f"{cardinal(n // 100)} hundred"
    rest = f"oh {_ONES[n % 100]}" if n % 100 < 10 else cardinal(n % 100)
    return f"{cardinal(n // 100)} {rest}"


def digits(text: str) -> str:
    """Each digit: "zero nine five eight" for "0958"."""
    return " ".join(_ONES[int(char)] for char in text if char.isdigit())


def number(text: str) -> str:
    """A number as written: "one thousand two hundred point five zero" for "1,200.50"."""
    whole, _, part = text.replace(",", "").partition(".")
    said = digits(whole) if len(whole) > 1 and whole.startswith("0") else cardinal(int(whole or 0))
    return f"{said} point {digits(part)}" if part else said


_COINS = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "€": ("euro", "euros", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "¥": ("yuan", "yuan", "fen", "fen"),
}
_CODES = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "RMB": "¥"}
_BIG = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}


def _money(amount: str, sign: str, scale: str | None = None) -> str:
    one, many, cent, cents = _COINS[_CODES.get(sign.upper(), sign)]
    if scale:
        return f"{number(amount)} {_BIG.get(scale.lower(), scale)} {many}"
    whole, _, part = amount.replace(",", "").partition(".")
    coins = int(part.ljust(2, "0")) if 0 < len(part) <= 2 else 0
    if len(part) > 2:
        return f"{number(amount)} {many}"
    said = [f"{cardinal(int(whole))} {one if int(whole) == 1 else many}"] if int(whole) or not coins else []
    if coins:
        said.append(f"{cardinal(coins)} {cent if coins == 1 else cents}")
    return " and ".join(said)


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").replace(".", "").replace(" ", "").upper()
    if not half and (hour > 12 or hour == 0):
        half = "PM" if hour >= 12 else "AM"
    hour = hour % 12 or 12
    said = [cardinal(hour)]
    if minute:
        said.append(f"oh {_ONES[minute]}" if minute < 10 else cardinal(minute))
    said.append(" ".join(half) if half else "" if minute else "o'clock")
    return " ".join(said).strip()


def _month_day(match: re.Match[str]) -> str:
    name = next(name for name in _MONTHS if name.startswith(match["month"][:3]))
    return f"{name} {ordinal(int(match['day']))}"


def _numeric_date(match: re.Match[str]) -> str:
    month, day = int(match["m"]), int(match["d"])
    if not 1 <= month <= 12:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return " ".join(number(part) for part in re.findall(r"\d+", match[0]))
    return f"{_MONTHS[month - 1]} {ordinal(day)}, {year(int(match['y']))}"


def _phone(match: re.Match[str]) -> str:
    said = ["plus"] if match[0].startswith("+") else []
    for group in re.findall(r"\d+", match[0]):
        said.append("eight hundred," if group == "800" else digits(group) + ",")
    return " ".join(said).rstrip(",")


_FRACTIONS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def _fraction(match: re.Match[str]) -> str:
    top, bottom = int(match[1]), int(match[2])
    if not 0 < top < bottom:
        return f"{cardinal(top)} {cardinal(bottom)}"
    one, many = _FRACTIONS.get(bottom, (ordinal(bottom), ordinal(bottom) + "s"))
    return f"{cardinal(top)} {one if top == 1 else many}"


_UNITS = {
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "lb": "pound",
    "lbs": "pound",
    "oz": "ounce",
    "km": "kilometer",
    "m": "meter",
    "cm": "centimeter",
    "mm": "millimeter",
    "ml": "milliliter",
    "mL": "milliliter",
    "l": "liter",
    "L": "liter",
    "GB": "gigabyte",
    "MB": "megabyte",
    "TB": "terabyte",
    "W": "watt",
    "kW": "kilowatt",
    "kWh": "kilowatt hour",
    "V": "volt",
    "mAh": "milliamp hour",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "h": "hour",
    "hrs": "hour",
    "min": "minute",
    "mins": "minute",
    "ms": "millisecond",
    "mph": "mile per hour",
    "km/h": "kilometer per hour",
    "°C": "degree Celsius",
    "℃": "degree Celsius",
    "°F": "degree Fahrenheit",
    "℉": "degree Fahrenheit",
    "°": "degree",
}
_UNIT = "(?P<unit>" + "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True)) + r")(?!\w)(?!/\w)"


def _quantity(match: re.Match[str]) -> str:
    first, _, rest = _UNITS[match["unit"]].partition(" ")
    if rest == "hour":
        first, rest = f"{first} hour", ""
    one = match["n"] == "1" and not match["m"]
    plural = "" if one or first.endswith("hertz") else "s"
    said = number(match["n"]) + (f" to {number(match['m'])}" if match["m"] else "")
    return f"{'minus ' if match['sign'] else ''}{said} {first}{plural} {rest}".strip()


def _spelled_address(match: re.Match[str]) -> str:
    said = re.sub(r"^https?://", "", match[0]).replace("www.", "w w w dot ").replace("@", " at ")
    said = re.sub(r"[./]", lambda sign: " dot " if sign[0] == "." else " slash ", said)
    said = re.sub(r"\d+", lambda run: f" {digits(run[0])} ", said)
    return re.sub(r"[^\w ]|_", " ", said).strip()


RULES = (
    rule(
        r"(?:https?://|www\.)[\w./-]*\w|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|\b[a-zA-Z][\w-]*\.(?:com|org|net|shop)\b",
        _spelled_address,
    ),
    rule(
        r"(?<![\w.])(?:\+\d{1,3}[ -])?(?:\(\d{3}\) ?|\d{1,4}[ -])(?:\d{2,4}[ -]){1,3}\d{3,4}(?![\w%€$£]|[.,]\d)", _phone
    ),
    rule(rf"{_START}(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)", _numeric_date),
    rule(rf"{_START}(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>\d{{4}})(?!\d)", _numeric_date),
    rule(
        rf"(?P<a>[$€£¥]|USD |EUR |GBP |CNY |RMB )(?P<x>{NUMBER}){_TO}[$€£¥]?(?P<y>{NUMBER})(?!\w)",
        lambda m: f"{number(m['x'])} to {_money(m['y'], m['a'].strip())}",
    ),
    rule(
        rf"(?P<a>[$€£¥]|\b(?:USD|EUR|GBP|CNY|RMB)) ?(?P<x>{NUMBER})(?: ?(?P<s>million|billion|thousand|[kKmM]|[bB]n?)(?!\w))?",
        lambda m: _money(m["x"], m["a"], m["s"]),
    ),
    rule(
        rf"{_START}(?P<x>{NUMBER}){_TO}(?P<y>{NUMBER}) ?(?P<a>[€£$¥]|(?:USD|EUR|GBP|CNY|RMB)\b)",
        lambda m: f"{number(m['x'])} to {_money(m['y'], m['a'])}",
    ),
    rule(
        rf"{_START}(?P<x>{NUMBER}) ?(?P<a>[€£$¥]|(?:USD|EUR|GBP|CNY|RMB)\b)",
        lambda m: _money(m["x"], m["a"]),
    ),
    rule(rf"{_START}({_INT})¢", lambda m: f"{number(m[1])} {'cent' if m[1] == '1' else 'cents'}"),
    rule(
        rf"(?<![\w.])([-−])?({NUMBER})(?:{_TO}({NUMBER}))? ?%",
        lambda m: f"{'minus ' if m[1] else ''}{number(m[2])}{f' to {number(m[3])}' if m[3] else ''} percent",
    ),
    rule(
        rf"{_START}(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::[0-5]\d)?(?: ?(?P<half>[aApP]\.?[mM]\b\.?))?(?![:\d])",
        _clock,
    ),
    rule(rf"{_START}(?P<hour>1[0-2]|[1-9])(?P<minute>) ?(?P<half>[aApP](?:[mM]\b|\.[mM]\.))", _clock),
    rule(rf"\b{_MONTH} (?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)", _month_day),
    rule(rf"{_START}({_INT})(?:st|nd|rd|th)\b", lambda m: ordinal(int(m[1].replace(",", "")))),
    rule(rf"{_START}(\d)/(\d{{1,2}})(?![/\d])", _fraction),
    rule(r"24/7", "twenty four seven"),
    rule("½", "one half"),
    rule("¼", "one quarter"),
    rule("¾", "three quarters"),
    rule(rf"(?<![\w.])(?P<sign>[-−])?(?P<n>{NUMBER})(?:{_TO}(?P<m>{NUMBER}))?[ -]?{_UNIT}", _quantity),
    rule(
        r"(?<![\w.,$€£])((?:1[1-9]|20)\d\d)[-–](\d{4})(?![\w,]|\.\d)",
        lambda m: f"{year(int(m[1]))} to {year(int(m[2]))}",
    ),
    rule(rf"{_START}({NUMBER}){_TO}({NUMBER})(?![\w-])", lambda m: f"{number(m[1])} to {number(m[2])}"),
    rule(r"(?<![\w.,$€£-])(1[1-9]\d\d|20\d\d)(?![\w]|[.,]\d)", lambda m: year(int(m[1]))),
    rule(rf"(?:#|\bN[or]\. ?)({_INT})", lambda m: f"number {number(m[1])}"),
    rule(rf"(?<!\w)[x×]({NUMBER})(?!\w)", lambda m: f"times {number(m[1])}"),
    rule(rf"(?<=[\w)] )[-−]({NUMBER})", lambda m: f"minus {number(m[1])}"),
    rule(NUMBER, lambda m: f" {number(m[0])} "),
    rule("&", " and "),
    rule(r"\+", " plus "),
    rule("=", " equals "),
    rule("@", " at "),
    rule("%", " percent "),
    rule("°", " degrees "),
    rule(r"(?<=\d)[×*](?=\d)| [×x] (?=\d)", " times "),
)
"""Tried in this order."""
