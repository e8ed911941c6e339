"""How French is read aloud: what espeak-ng misreads (money, clock times, dates, units) is put into words or plain digits.

Whole numbers stay digits: espeak-ng reads them well, with the links between words that hyphenated number words lose.
"""

from __future__ import annotations

import re

from sosie.voice.text.normalise import MASKS, rule

# A space, a no-break space or a dot between thousands; scripts.fold has made every space plain.
_INT = r"\d{1,3}(?:[ .]\d{3})+(?![\d])|\d+"
NUMBER = rf"(?:{_INT})(?:,\d+|\.\d{{1,2}}(?!\d))?"
_START = r"(?<![\w.,])"
_TO = r" ?[-–—~] ?"
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


_MONTH_SIGNS = {
    "janv": "janvier",
    "févr": "février",
    "avr": "avril",
    "juil": "juillet",
    "sept": "septembre",
    "oct": "octobre",
}
_MONTH_SIGNS |= {"nov": "novembre", "déc": "décembre"}


def plain(text: str) -> str:
    """Digits without separators: "1 299" -> "1299"."""
    return re.sub(r"[ .]", "", text)


def number(text: str) -> str:
    """Whole and decimals for espeak-ng: "1299 virgule 5" for "1 299,5", "0 virgule 0 5" for "0,05"."""
    whole, part = _split(text)
    if not part:
        return whole if not whole.startswith("0") or len(whole) == 1 else " ".join(whole)
    zeros = len(part) - len(part.lstrip("0"))
    return f"{whole} virgule {' '.join(part[:zeros])} {part[zeros:]}".replace("  ", " ").strip()


def _split(text: str) -> tuple[str, str]:
    """Whole and decimal digits; a dot with one or two digits behind it is a decimal point, with three it parts thousands."""
    found = re.fullmatch(r"(.*?)(?:,(\d+)|\.(\d{1,2}))?", text)
    assert found
    return plain(found[1]), found[2] or found[3] or ""


_FEMININE = (
    "achetée|offerte|gratuite|vendue|tasse|pièce|place|bouteille|couleur|taille|boîte|fois|unité|paire|commande|vente|livraison"
    "|année|heure|semaine|minute|seconde|personne|vidéo|photo|étoile|écharpe|lampe|robe|chemise|crème|offre|page|note|carte|portion"
    "|capsule|marque|question|réponse|vue|cliente|amie|cuillère|assiette|housse|batterie|prise|recharge|couche|serviette|livre"
)
"""What sellers count and French calls she, for 1 and 21."""
_COUNTS_HER = rf"(?= (?:(?:belle|nouvelle|petite|grande|autre|seule)s? )?(?:{_FEMININE})s?\b)"
_VOWEL = r"(?= [aeiouyàâéèêîôûœæhAEIOUYÀÂÉÈÊÎÔÛ])"
_ONES = {
    "1": "un",
    "21": "vingt et un",
    "31": "trente et un",
    "41": "quarante et un",
    "51": "cinquante et un",
    "61": "soixante et un",
}

_NINES = {9: "neuf", 19: "dix-neuf", 29: "vingt-neuf", 39: "trente-neuf", 49: "quarante-neuf", 59: "cinquante-neuf"}


def linked(whole: str) -> str:
    """A whole number before a vowel: espeak-ng links digits but for those that end in 1, 9 or whole hundreds."""
    n = int(whole)
    if (end := _ONES.get(str(n % 100))) and (n < 100 or n % 100 > 1):
        return f"{n - n % 100 or ''} {end}".strip()
    if n in _NINES:
        return _NINES[n]
    hundreds = ("", "", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
    return f"{hundreds[n // 100]} cents" if n < 1000 and n % 100 == 0 and n >= 200 else whole


def _counted(text: str, unit: str) -> str:
    """A number and, right behind it, what it counts."""
    whole, part = _split(text)
    vowel = unit[:1] in "aeiouéœ" or unit.startswith("heure")
    return f"{linked(whole) if vowel and not part and not whole.startswith('0') else number(text)} {unit}"


_COINS = {
    "€": ("euro", "euros", "centime"),
    "$": ("dollar", "dollars", "cent"),
    "£": ("livre", "livres", "penny"),
    "¥": ("yuan", "yuans", "fen"),
    "CHF": ("franc suisse", "francs suisses", "centime"),
}
_CODES = {"EUR": "€", "USD": "$", "GBP": "£", "CNY": "¥", "RMB": "¥"}


def _money(amount: str, sign: str) -> str:
    one, many, cent = _COINS[_CODES.get(sign.upper(), sign)]
    whole, part = _split(amount)
    coins = int(part.ljust(2, "0")) if 0 < len(part) <= 2 else 0
    if len(part) > 2:
        return f"{number(amount)} {many}"
    if whole.strip("0") == "" and coins:
        return f"{coins} {cent}{'s' if coins > 1 else ''}"
    unit = one if int(whole) < 2 else many
    said = f"{_feminine(whole)} {unit}" if one == "livre" else _counted(str(int(whole)), unit)
    return said + (f" {coins}" if coins else "")


def _feminine(whole: str) -> str:
    """Numbers that end in 1 agree with what they count: 1, 21, 31 ... heures."""
    if whole.lstrip("0") == "1":
        return "une"
    if whole in _ONES:
        return _ONES[whole] + "e"
    return whole.lstrip("0") or "0"


def _clock(match: re.Match[str]) -> str:
    hour, minute = match["hour"], match["minute"] or ""
    hour = hour.lstrip("0") or "0"
    many = f"{_feminine(hour) if hour in _ONES else linked(hour)} heures"
    said = {"0": "zéro heure", "1": "une heure"}.get(hour, many)
    return f"{said} {_feminine(minute)}" if minute.strip("0") else said


def _date(match: re.Match[str]) -> str:
    day, month = int(match["d"]), int(match["m"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return " ".join(re.findall(r"\d+", match[0]))
    return f"{'premier' if day == 1 else day} {_MONTHS[month - 1]} {match['y'] or ''}".strip()


def _phone(match: re.Match[str]) -> str:
    said = ["plusse"] if match[0].startswith("+") else []
    for group in re.findall(r"\d+", match[0]):
        said.append(f"zéro {group[1:]}," if group.startswith("0") and len(group) > 1 else f"{group},")
    return " ".join(said).rstrip(",")


_ORDINALS = (
    "deuxième",
    "troisième",
    "quatrième",
    "cinquième",
    "sixième",
    "septième",
    "huitième",
    "neuvième",
    "dixième",
    "onzième",
    "douzième",
    "treizième",
    "quatorzième",
    "quinzième",
    "seizième",
)


def _ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match[1]))


def ordinal(n: int) -> str:
    """Deuxième, vingt et unième, centième."""
    if 2 <= n <= len(_ORDINALS) + 1:
        return _ORDINALS[n - 2]
    if n % 100 in (21, 31, 41, 51, 61):
        return f"{n - n % 100 or ''} {_ONES[str(n % 100)]}ième".strip()
    if n % 100 == 0 and n < 1000:
        return "centième" if n == 100 else f"{n // 100} centième"
    return "millième" if n == 1000 else f"{n}ième"


_ROMAN = {"X": 10, "V": 5, "I": 1}


def _roman(match: re.Match[str]) -> str:
    values = [_ROMAN[letter] for letter in match[1]]
    n = sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))
    return "premier" if n == 1 else ordinal(n)


def _version(match: re.Match[str]) -> str:
    return " point ".join(str(int(part)) for part in match[0].split("."))


def _one_by_one(match: re.Match[str]) -> str:
    """Digit by digit, four in a breath."""
    return ", ".join(" ".join(match["digits"][i : i + 4]) for i in range(0, len(match["digits"]), 4))


_DAYS = {
    "lun": "lundi",
    "mar": "mardi",
    "mer": "mercredi",
    "jeu": "jeudi",
    "ven": "vendredi",
    "sam": "samedi",
    "dim": "dimanche",
}
_DAY = r"(lun|mar|mer|jeu|ven|sam|dim)(?:di|credi|dredi|edi|anche)?\.?"
_VERSIONED = "|".join(
    f"(?<={name} )"
    for name in ["USB", "Wi-Fi", "HDMI", "iOS", "Android", "Windows", "version", "Version", "PCIe", "v", f"[{MASKS}]"]
)
"""Behind these, and behind a name, a dot between digits is a dot; elsewhere it is the comma of a decimal."""


def _fraction(match: re.Match[str]) -> str:
    top, bottom = int(match[1]), int(match[2])
    if not 0 < top < bottom:
        return f"{top} sur {bottom}"
    names = {2: "demi", 3: "tiers", 4: "quart"}
    name = names.get(bottom) or (_ORDINALS[bottom - 2] if bottom <= len(_ORDINALS) + 1 else f"sur {bottom}")
    plural = "s" if top > 1 and bottom not in (3,) and not name.startswith("sur") else ""
    return f"{'un' if top == 1 else top} {name}{plural}"


_UNITS = {
    "kg": "kilo",
    "g": "gramme",
    "mg": "milligramme",
    "km": "kilomètre",
    "m": "mètre",
    "cm": "centimètre",
    "mm": "millimètre",
    "ml": "millilitre",
    "mL": "millilitre",
    "cl": "centilitre",
    "cL": "centilitre",
    "l": "litre",
    "L": "litre",
    "W": "watt",
    "kW": "kilowatt",
    "kWh": "kilowattheure",
    "V": "volt",
    "mAh": "milliampère-heure",
    "Go": "gigaoctet",
    "GB": "gigaoctet",
    "Mo": "mégaoctet",
    "To": "téraoctet",
    "Hz": "hertz",
    "min": "minute",
    "s": "seconde",
    "j": "jour",
    "km/h": "kilomètre à l'heure",
    "m²": "mètre carré",
    "g/m²": "gramme par mètre carré",
    "h": "heure",
    "dB": "décibel",
    "lm": "lumen",
    "μm": "micron",
    "µm": "micron",
    "Mpx": "mégapixel",
    '"': "pouce",
    "″": "pouce",
    "°C": "degré",
    "℃": "degré",
    "°": "degré",
}
_UNIT = "(?P<unit>" + "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True)) + r")(?![\w²])(?!/\w)"
_FEMININE_UNITS = frozenset({"min", "s", "h"})


def _quantity(match: re.Match[str]) -> str:
    unit = match["unit"]
    words = _UNITS[unit].split(" ")
    most = match["y"] or match["x"]
    if int(_split(most)[0]) >= 2 and not words[0].endswith("hertz"):
        words[0] += "s"
        if words[-1] == "carré" and len(words) == 2:
            words[-1] += "s"
    named = " ".join(words)
    if unit in _FEMININE_UNITS and most.isdigit():
        said = f"{_feminine(most) if most in _ONES else linked(most) if unit == 'h' else most} {named}"
    else:
        said = _counted(most, named)
    said = f"{number(match['x'])} à {said}" if match["y"] else said
    return f"{'moins ' if match['sign'] else ''}{said}"


def _spelled_address(match: re.Match[str]) -> str:
    said = re.sub(r"^https?://", "", match[0]).replace("www.", "3 w point ").replace("@", " arobase ")
    # A country is spelled out: point F R.
    said = re.sub(r"\.([a-z])([a-z])$", r" point \1 \2", said).replace(".", " point ").replace("/", " slash ")
    return re.sub(r"[^\w ]|_", " ", said).strip()


def _phone_pairs(match: re.Match[str]) -> str:
    all_digits = re.sub(r"\D", "", match[0])
    if match[0].startswith("+"):
        country, one, rest = all_digits[:2], all_digits[2], all_digits[3:]
        head = f"plusse {country}, {one}"
    else:
        head, rest = f"zéro {all_digits[1]}", all_digits[2:]
    pairs = (rest[i : i + 2] for i in range(0, len(rest), 2))
    return ", ".join([head, *(f"zéro {pair[1]}" if pair.startswith("0") else pair for pair in pairs)])


_MONEY_SIGN = r"[€$£¥]|(?:EUR|USD|GBP|CNY|RMB|CHF)\b"
_COIN_WORDS = {"euro": "€", "dollar": "$", "yuan": "¥"}

RULES = (
    rule(
        r"(?:https?://|www\.)[\w./-]*\w|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|\b[a-zA-Z][\w-]*\.(?:fr|com|org|net|shop|eu|be|ch)\b(?:/[\w/-]*\w)?",
        _spelled_address,
    ),
    rule(r"(?<![\w.,])(?:\+33 ?[1-9]|0[1-9])(?:[ .-]?\d\d){4}(?!\d)", _phone_pairs),
    rule(r"(?<![\w.])0 ?800(?: ?\d{3}){2}(?!\d)", _phone),
    rule(
        r"(?<![\d.,])(?:[nN]° ?)?(?P<digits>\d{9,})(?![\d.,])",
        lambda m: ("numéro " if m[0][0] in "nN" else "") + _one_by_one(m),
    ),
    rule(rf"{_START}(?P<d>[0-3]?\d)[/.](?P<m>[01]?\d)[/.](?P<y>(?:19|20)\d\d)(?!\d)", _date),
    rule(
        r"(?<![\w.,/])(?P<d>[0-3]?\d)/(?P<m>0[1-9]|(?:(?<=[eu] \d\d/)|(?<=[eu] \d/))1[0-2])(?P<y>(?!))?(?![\d/,.])",
        _date,
    ),
    rule(rf"(?<=\d )({'|'.join(_MONTH_SIGNS)})\.?(?!\w)", lambda m: _MONTH_SIGNS[m[1]]),
    rule(r"(?<=\d )ex\.", "exemplaires"),
    rule(r"(?<=[dDlL]['’])1(?![\d.,])", "un"),
    rule(rf"{_START}(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)", _date),
    rule(r"\b24 ?h ?/ ?24\b", "24 heures sur 24"),
    rule(r"\b7 ?j ?/ ?7\b", "7 jours sur 7"),
    rule(
        rf"(?<![\w.,])(?P<x>{NUMBER}) ?(?:{_MONEY_SIGN})?{_TO}(?P<y>{NUMBER}) ?(?P<sign>{_MONEY_SIGN})",
        lambda m: f"{number(m['x'])} à {_money(m['y'], m['sign'])}",
    ),
    rule(rf"{_START}(\d[\d ]*[.,]\d\d) (euro|dollar|yuan)s?\b(?! \d)", lambda m: _money(m[1], _COIN_WORDS[m[2]])),
    rule(rf"{_START}(\d+) ?k€", lambda m: f"{'' if m[1] == '1' else m[1]} mille euros".strip()),
    rule(rf"{_START}(?P<x>\d+) ?€ ?(?P<c>\d\d)(?!\d)", lambda m: _money(f"{m['x']},{m['c']}", "€")),
    rule(
        rf"(?<![\w.,])([-−–])?({NUMBER}) ?({_MONEY_SIGN})", lambda m: f"{'moins ' if m[1] else ''}{_money(m[2], m[3])}"
    ),
    rule(
        r"(?P<sign>[€$£¥]) ?(?P<x>\d{1,3}(?:,\d{3})+|\d+)(?P<c>[.,]\d{1,2}(?!\d))?",
        lambda m: _money(m["x"].replace(",", "") + (m["c"] or "").replace(".", ","), m["sign"]),
    ),
    rule(
        rf"(?<![\w.,])([-−–])? ?({NUMBER})(?: ?%)?(?:{_TO}({NUMBER}))? ?%",
        lambda m: f"{'moins ' if m[1] else ''}{number(m[2])}{f' à {number(m[3])}' if m[3] else ''} pour cent",
    ),
    rule(
        r"(?<=\d[hH€%])\s?[-–—]\s?(?=\d)|(?<=\d [hH])\s?[-–—]\s?(?=\d)|(?<=[hH:]\d\d)\s?[-–—]\s?(?=\d?\d ?[hH:])", " à "
    ),
    rule(rf"{_START}(?P<hour>[01]?\d|2[0-4]) ?(?:[hH]|heures?) ?(?P<minute>[0-5]\d)?(?!\w)", _clock),
    rule(rf"{_START}(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![:\d])", _clock),
    rule(r"\b1er\b", "premier"),
    rule(r"\b1(?:re|ère)\b", "première"),
    rule(r"\b(\d{1,3})(?:e|è|ème|ième)\b", _ordinal),
    rule(r"\b([XVI]+)(?:e|ème)\b", _roman),
    rule(rf"{_START}(\d,\d)/(\d{{1,2}})(?![/\d])", lambda m: f"{number(m[1])} sur {m[2]}"),
    rule(rf"{_START}(\d)/(\d{{1,2}})(?![/\d])", _fraction),
    rule(r"(?<![\w.,/])(\d\d)/([12]0)(?![/\d])", lambda m: f"{m[1]} sur {m[2]}"),
    rule(rf"\b{_DAY}\s?[-–—]\s?{_DAY}(?!\w)", lambda m: f"{_DAYS[m[1]]} à {_DAYS[m[2]]}"),
    rule(rf"(?:{_VERSIONED})\d+(?:\.\d+)+|(?<![\w.,])\d+(?:\.\d{{1,2}}){{2,}}(?!\w)", _version),
    rule(r"(?<![\w.,])(\d+) ?k(?![\w/])(?! ?[+-])", lambda m: f"{m[1]} mille"),
    rule(r"(?<!\w)\+ de(?= \d)", "plus de"),
    rule(r"(?<!\w)[x×] ?(?=\d)", " fois "),
    rule(r"(?<![\w.,])(\d+)[x×](?!\w)(?! ?\d)", lambda m: f"{m[1]} fois"),
    rule(r"(?<=\d[cm]m) ?[x×] ?(?=\d)|(?<=\d [cm]m) ?[x×] ?(?=\d)", " par "),
    rule(r"(?<=\d) ?[x×] ?(?=\d[\d,]*(?: ?[x×] ?\d[\d,]*)* ?(?:cm|mm|m|px|pouces)(?!\w))", " par "),
    rule(
        r"(?<=[\w€£¥$])/ ?(?=(?:mois|an|jour|semaine|heure|nuit|unité|pièce|personne|kg|litre|lot|paire|boîte)\b)",
        " par ",
    ),
    rule(r"#(?=[^\W\d_])", " hashtag "),
    rule("½", "un demi"),
    rule(rf"(?<![\w.,])(?P<sign>[-−])?(?P<x>{NUMBER})(?:{_TO}(?P<y>{NUMBER}))? ?{_UNIT}", _quantity),
    rule(rf"{_START}({NUMBER}){_TO}({NUMBER})(?![\w-])", lambda m: f"{number(m[1])} à {number(m[2])}"),
    rule(r"\b[nN]° ?(?=\d)", "numéro "),
    rule(r"\bMme\b\.?", "Madame"),
    rule(r"\bM\. (?=[A-ZÉ])", "Monsieur "),
    rule(rf"(?<![\w.,])(\d*1){_COUNTS_HER}", lambda m: _feminine(m[1])),
    rule(rf"(?<![\w.,])([1-9]\d*){_VOWEL}", lambda m: f" {linked(m[1])} "),
    rule(NUMBER, lambda m: f" {number(m[0])} "),
    rule("&", " et "),
    rule(r"\+", " plusse "),
    rule("=", " égale "),
    rule("@", " arobase "),
    rule("%", " pour cent "),
    rule(r"(?<=\d) ?[×*] ?(?=\d)", " fois "),
)
"""Tried in this order."""
