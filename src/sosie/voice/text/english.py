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
_COIN_WORDS = {"dollar": "$", "euro": "€"}
_ABROAD = {"US": "", "A": "Australian ", "AU": "Australian ", "C": "Canadian ", "CA": "Canadian ", "HK": "Hong Kong "}
_ABROAD |= {"NZ": "New Zealand ", "S": "Singapore "}
_DOLLARS = r"(?<![A-Za-z])(?:US|AU?|CA?|HK|NZ|S)?\$"
_CODES = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "RMB": "¥"}
_BIG = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}


def _money(amount: str, sign: str, scale: str | None = None) -> str:
    if sign.endswith("$") and sign != "$":
        whose = _ABROAD[sign[:-1]]
        return re.sub(r"(?=\bdollar)", whose, _money(amount, "$", scale))
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


def _month_named(match: re.Match[str]) -> str:
    return next(name for name in _MONTHS if name.startswith(match["month"][:3]))


def _month_day(match: re.Match[str]) -> str:
    return f"{_month_named(match)} {ordinal(int(match['day']))}"


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


def _mixed(match: re.Match[str]) -> str:
    """One and a half for "1 1/2"."""
    part = _fraction(re.fullmatch(r"(\d+)/(\d+)", match["part"]) or match)
    return f"{number(match['whole'])} and {re.sub('^one ', 'a ', part)}"


_PARTS = {"½": "a half", "¼": "a quarter", "¾": "three quarters"}
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
    "ft": "foot",
    '"': "inch",
    "″": "inch",
    "sq ft": "square foot",
    "m²": "square meter",
    "fl oz": "fluid ounce",
    "cl": "centiliter",
    "μm": "micron",
    "µm": "micron",
    "px": "pixel",
    "pcs": "piece",
    "gsm": "gram per square meter",
    "dB": "decibel",
    "lm": "lumen",
    "MP": "megapixel",
    "fps": "frame per second",
    "rpm": "turn per minute",
    "kcal": "kilocalorie",
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
_UNIT = (
    "(?P<unit>" + "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True)) + r")(?!\w)(?!/[A-Za-z])"
)


_PLURALS = {"foot": "feet", "inch": "inches", "hertz": "hertz", "kilohertz": "kilohertz"}
_PLURALS |= {"megahertz": "megahertz", "gigahertz": "gigahertz"}


def _quantity(match: re.Match[str]) -> str:
    first, _, rest = _UNITS[match["unit"]].partition(" ")
    if rest == "hour" or first in ("square", "fluid"):
        first, rest = f"{first} {rest}", ""
    one = match["n"] == "1" and not match["m"]
    # "a 65 watt charger": before a noun the unit has no plural.
    *front, last = first.split(" ")
    first = " ".join([*front, last if one or match["noun"] is not None else _PLURALS.get(last, last + "s")])
    said = number(match["n"]) + (f" to {number(match['m'])}" if match["m"] else "")
    return f"{'minus ' if match['sign'] else ''}{said} {first} {rest}".strip()


_BEFORE_NOUN = "|".join(
    rf"(?<=\b{word} )"
    for word in ("a", "an", "the", "this", "that", "our", "your", "my", "its", "one", "each", "every")
)
_NO_NOUN = "of|in|is|are|and|or|for|at|to|with|per|on|a|the|off|free|more|less|by|from|tall|wide|long|deep"
_NOUN = rf"(?P<noun>(?= (?!(?:{_NO_NOUN})\b)[a-z]))"


_MADE = "adapter|battery|bag|bottle|box|cable|charger|charging|display|drive|jar|lens|mug|pack|screen|tube|view|wash"
"""What a quantity is put before without a word between: 67W charging, 1.5L bottle."""


_LONG = "cable|cord|deep|hose|lead|long|rope|run|tall|tape|USB|water|waterproof|wide"
"""Before these, M is not a million but somebody's meter."""


def _pairs(text: str) -> str:
    """Ten eighty for 1080, forty ninety for "4090"."""
    front, back = int(text[:-2]), int(text[-2:])
    return f"{cardinal(front)} {cardinal(back) if back > 9 else 'hundred' if not back else f'oh {_ONES[back]}'}"


def _version(match: re.Match[str]) -> str:
    return ("version " if match["v"] else "") + " point ".join(cardinal(int(part)) for part in match["n"].split("."))


def _decade(match: re.Match[str]) -> str:
    """Nineteen nineties for 1990s, eighties for '80s."""
    *front, last = (year(int(match[1])) if len(match[1]) == 4 else cardinal(int(match[1]))).split()
    return " ".join([*front, last[:-1] + "ies" if last.endswith("y") else last + "s"])


_DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Fri": "Friday", "Sat": "Saturday"}
_DAYS |= {"Sun": "Sunday"}
_DAY = r"((?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?:day)?)\.?"


def _thousands(match: re.Match[str]) -> str:
    return f"{number(match['x'])} {_BIG[match['s'].lower()]}"


def _european(match: re.Match[str]) -> str:
    """1 299,00 € and 1.299,00 €, as most of Europe writes them."""
    return _money(re.sub(r"[ .]", "", match["x"]) + "." + match["c"], match["a"])


_BEHIND_A_CODE = "|".join(
    f"(?<=\\b{word}{sign})"
    for word in ("code", "Code", "CODE", "PIN", "ID", "SKU", "ref", "Ref", "zip", "ZIP", "ext", "coupon", "Coupon")
    for sign in (" ", ": ", " #", ". ", " is ")
)
"""Behind these, digits are read one by one."""


def _long_number(match: re.Match[str]) -> str:
    """Digit by digit, four in a breath."""
    all_digits = match[0].lstrip("#")
    groups = (digits(all_digits[i : i + 4]) for i in range(0, len(all_digits), 4))
    return ("number " if match[0][0] == "#" else "") + ", ".join(groups)


def _spelled_address(match: re.Match[str]) -> str:
    said = re.sub(r"^https?://", "", match[0]).replace("www.", "w w w dot ").replace("@", " at ")
    said = re.sub(r"[./]", lambda sign: " dot " if sign[0] == "." else " slash ", said)
    said = re.sub(r"\d+", lambda run: f" {digits(run[0])} ", said)
    return re.sub(r"[^\w ]|_", " ", said).strip()


RULES = (
    rule(
        r"(?:https?://|www\.)[\w./-]*\w|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|\b[a-zA-Z][\w-]*\.(?:com|org|net|shop|store|cn|fr|uk|io)\b(?:/[\w/-]*\w)?",
        _spelled_address,
    ),
    rule(
        r"(?<![\w.])(?:\+\d{1,3}[ -])?(?:\(\d{3}\) ?|\d{1,4}[ -])(?:\d{2,4}[ -]){1,3}\d{3,4}(?![\w%€$£]|[.,]\d)", _phone
    ),
    rule(r"(?:(?<=[Cc]all )|(?<=[Dd]ial )|(?<=[Pp]hone )|(?<=[Tt]el )|(?<=: ))\d{3}-\d{4}(?![\w-]|[.,]\d)", _phone),
    rule(rf"(?:{_BEHIND_A_CODE})\d{{3,}}(?![\d.,%]| ?(?:times|people|units|pieces))", lambda m: digits(m[0])),
    rule(r"(?<![\d.,])#?\d{9,}(?![\d.,])", _long_number),
    rule(rf"{_START}(?P<y>\d{{4}})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)", _numeric_date),
    rule(rf"{_START}(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>\d{{4}})(?!\d)", _numeric_date),
    rule(
        rf"(?P<a>{_DOLLARS}|[€£¥]|USD |EUR |GBP |CNY |RMB )(?P<x>{NUMBER}){_TO}[$€£¥]?(?P<y>{NUMBER})(?!\w)",
        lambda m: f"{number(m['x'])} to {_money(m['y'], m['a'].strip())}",
    ),
    rule(
        rf"(?P<a>{_DOLLARS}|[€£¥]|\b(?:USD|EUR|GBP|CNY|RMB)) ?(?P<x>{NUMBER})"
        r"(?: ?(?P<s>million|billion|thousand|[kKmM]|[bB]n?)(?!\w))?",
        lambda m: _money(m["x"], m["a"], m["s"]),
    ),
    rule(rf"{_START}(?P<x>\d{{1,3}}(?:[ .]\d{{3}})*),(?P<c>\d\d) ?(?P<a>[€£$¥])", _european),
    rule(
        rf"{_START}(?P<x>{NUMBER}){_TO}(?P<y>{NUMBER}) ?(?P<a>[€£$¥]|(?:USD|EUR|GBP|CNY|RMB)\b)",
        lambda m: f"{number(m['x'])} to {_money(m['y'], m['a'])}",
    ),
    rule(
        rf"{_START}(?P<x>{NUMBER}) ?(?P<a>[€£$¥]|(?:USD|EUR|GBP|CNY|RMB)\b)",
        lambda m: _money(m["x"], m["a"]),
    ),
    rule(rf"{_START}((?:{_INT})\.\d\d) (dollar|euro)s?\b(?! \d)", lambda m: _money(m[1], _COIN_WORDS[m[2]])),
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
    rule(
        r"(?<=[apAP][mM])\s?[-–—]\s?(?=\d)|(?<=[apAP]\.[mM]\.)\s?[-–—]\s?(?=\d)|(?<=\dst|\dnd|\drd|\dth)\s?[-–—]\s?(?=\d)|(?<=:\d\d)\s?[-–—]\s?(?=\d?\d:\d\d)",
        " to ",
    ),
    rule(rf"\b{_DAY}\s?[-–—]\s?{_DAY}(?!\w)", lambda m: f"{_DAYS[m[1][:3]]} to {_DAYS[m[2][:3]]}"),
    rule(
        rf"(?<!the )(?<![\w.,])(?P<day>[12]?\d|3[01])(?:st|nd|rd|th)? {_MONTH}(?= \d{{4}}\b|[,.!?]|$)",
        lambda m: f"the {ordinal(int(m['day']))} of {_month_named(m)}",
    ),
    rule(
        rf"\b{_MONTH} (?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?\s?[-–—]\s?(?P<last>[12]?\d|3[01])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)",
        lambda m: f"{_month_day(m)} to {ordinal(int(m['last']))}",
    ),
    rule(
        r"(?:(?<=\bon )|(?<=\bby )|(?<=\buntil )|(?<=\btill )|(?<=\bbefore )|(?<=day )|(?<=day, ))"
        r"(1[0-2]|[1-9])/([12]\d|3[01]|[1-9])(?![\d/])",
        lambda m: f"{_MONTHS[int(m[1]) - 1]} {ordinal(int(m[2]))}",
    ),
    rule(r"(?<=\bS|\bM|\bL)[-–—](?=\d?X*[SML]\b)", " to "),
    rule(rf"\b{_MONTH} (?P<day>[12]?\d|3[01])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)", _month_day),
    rule(rf"{_START}({_INT})(?:st|nd|rd|th)\b", lambda m: ordinal(int(m[1].replace(",", "")))),
    rule(rf"{_START}(\d\.\d|\d(?= ?stars?))/(5|10)(?![/\d])", lambda m: f"{number(m[1])} out of {number(m[2])}"),
    rule(rf"{_START}(?P<whole>\d+) (?P<part>(\d)/(\d{{1,2}}))(?![/\d])", _mixed),
    rule(rf"{_START}(\d)/(\d{{1,2}})(?![/\d])", _fraction),
    rule(r"24/7", "twenty four seven"),
    rule(r"(?<=\d/\d)[\"″]", " inch "),
    rule(rf"{_START}({_INT}) ?([½¼¾])", lambda m: f"{number(m[1])} and {_PARTS[m[2]]}"),
    rule("½", "one half"),
    rule("¼", "one quarter"),
    rule("¾", "three quarters"),
    rule(r"(?<=\dcm|\dmm|\dft|\din) ?[x×] ?(?=\d)", " by "),
    rule(r"(?<![\w.,])(\d+)['’]s\b", lambda m: f"{number(m[1])}'s"),
    rule(r"(?<=\d) ?[x×] ?(?=\d[\d.]*(?: ?[x×] ?\d[\d.]*)* ?(?:cm|mm|m|ft|in|inch|inches|feet|px|\"|″)(?!\w))", " by "),
    rule(rf"{_START}(\d\d?)[kK]t?(?=[ -](?:solid |yellow |white |rose )?gold)", lambda m: f"{number(m[1])} karat"),
    rule(rf"{_START}(?P<x>{NUMBER})(?P<s>[KMB])(?=\+)", _thousands),
    rule(rf"{_START}(?P<x>\d+\.\d+|\d{{2,}}|{NUMBER}(?=M))(?P<s>[KM])(?!\w)(?! ?(?:{_LONG})\b)", _thousands),
    rule(rf"{_START}({NUMBER})[xX](?![\w.])(?! ?\d)", lambda m: f"{number(m[1])} times"),
    rule(rf"{_START}(\d{{3,4}})[pP](?!\w)", lambda m: f"{_pairs(m[1])} P"),
    rule(r"(?<=RTX )\d{4}|(?<=GTX )\d{4}|(?<=RTX)\d{4}|(?<=GTX)\d{4}", lambda m: f" {_pairs(m[0])} "),
    rule(r"(?:(?<=')|(?<=’)|(?<!\w))((?:1[1-9]|20)?\d0)s\b", _decade),
    rule(r"(?P<v>\b[vV](?:ersion|er\.?)? ?)(?P<n>\d+(?:\.\d+)+)(?!\w)", _version),
    rule(r"(?P<v>(?!))?(?<![\w.,])(?P<n>\d+(?:\.\d+){2,})(?!\w)", _version),
    rule(rf"(?:{_BEFORE_NOUN})(?P<sign>(?!))?(?P<n>{NUMBER})(?P<m>(?!))?[ -]?{_UNIT}{_NOUN}", _quantity),
    rule(rf"(?<![\w.])(?P<sign>[-−])?(?P<n>{NUMBER})(?P<m>(?!))?[ -]?(?P<unit>[\"″]){_NOUN}", _quantity),
    rule(
        rf"(?<![\w.])(?P<sign>[-−])?(?P<n>{NUMBER})(?P<m>(?!))?[ -]?{_UNIT}(?P<noun>(?= (?:fast )?(?:{_MADE})\b))",
        _quantity,
    ),
    rule(rf"(?<![\w.])(?P<sign>[-−])?(?P<n>{NUMBER})(?:{_TO}(?P<m>{NUMBER}))?[ -]?{_UNIT}(?P<noun>(?!))?", _quantity),
    rule(
        r"(?<![\w.,$€£])((?:1[1-9]|20)\d\d)[-–](\d{4})(?![\w,]|\.\d)",
        lambda m: f"{year(int(m[1]))} to {year(int(m[2]))}",
    ),
    rule(rf"{_START}({NUMBER}){_TO}({NUMBER})(?![\w-])", lambda m: f"{number(m[1])} to {number(m[2])}"),
    rule(r"(?<![\w.,$€£-])(1[1-9]\d\d|20\d\d)(?![\w]|[.,]\d)", lambda m: year(int(m[1]))),
    rule(
        r"(?<![\w.,])(?P<feet>\d)['’′](?P<inches>\d\d?)[\"”″]",
        lambda m: f"{number(m['feet'])} foot {number(m['inches'])}",
    ),
    rule(r"(?:#|\b[Nn][or]\. ?|№ ?)(\d{5,})(?![\d.,])", lambda m: f"number {digits(m[1])}"),
    rule(r"(?<=\b[Cc]all )\d{3}(?![\d-])", lambda m: digits(m[0])),
    rule(r"(?<![\w./])(5/5|10/10)(?![\w/])", lambda m: " out of ".join(map(number, m[0].split("/")))),
    rule(rf"(?:#|\b[Nn][or]\. ?|№ ?)({_INT})", lambda m: f"number {number(m[1])}"),
    rule(r"#(?=[^\W\d_])", " hashtag "),
    rule(r"(?<=[\w€¥£])/ ?mo\b", " per month "),
    rule(
        r"(?<=[\d€¥£])/ ?(?=(?:month|year|day|week|hour|night|unit|piece|person|kg|lb|oz|item|pack|bottle|box|pair|set)\b)",
        " per ",
    ),
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
