"""How Chinese is read aloud: numbers, money, dates, times, units, telephone numbers.

Own rules, not a package: of 45 selling lines the one tried (wetext 0.1.8) read 9 wrongly (¥1,299.00, 第2件, 299.00元, 500mL,
5000mAh, +10%, 8GB+256GB ...), and its output cannot be laid back on the written words, which the subtitles need.
"""

from __future__ import annotations

import re

from sosie.voice.text.normalise import rule

_DIGITS = "零一二三四五六七八九"
_PHONE_DIGITS = "零幺二三四五六七八九"
_INT = r"\d{1,3}(?:,\d{3})+(?!\d)|\d+"
NUMBER = rf"(?:{_INT})(?:\.\d+)?"
_START = r"(?<![\d.,])"
_END = r"(?![\d]|[.,:/]\d)"
_TO = r"\s?(?:-|–|—|~|～|至|到)\s?"

# Before these, a lone 2 is 两, not 二.
_MEASURES = "个件只条双套盒瓶包袋斤克元块张台部位次种款份片支天年小分人家层杯碗排箱桶罐根颗粒把本辆间万亿千吨米公升"


def cardinal(n: int) -> str:
    """1050 -> 一千零五十; from 10^16 on digit by digit."""
    if n >= 10**16:
        return digits(str(n))
    if n < 10:
        return _DIGITS[n]
    if n < 20:
        return "十" + (_DIGITS[n % 10] if n % 10 else "")
    return _long(n)


def _long(n: int) -> str:
    for size, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if n < size:
            continue
        count, rest = divmod(n, size)
        head = "两" if count == 2 and size > 10 else _long(count)
        gap = "零" if rest and rest < size // 10 else ""
        return head + name + (gap + _long(rest) if rest else "")
    return _DIGITS[n]


def digits(text: str, names: str = _DIGITS) -> str:
    """二零二四 for "2024"."""
    return "".join(names[int(char)] for char in text if char.isdigit())


def number(text: str) -> str:
    """一千两百九十九点五零 for "1,299.50", 零零七 for "007"."""
    whole, _, part = text.replace(",", "").partition(".")
    said = digits(whole) if len(whole) > 1 and whole.startswith("0") else cardinal(int(whole))
    return f"{said}点{digits(part)}" if part else said


def _counted(text: str) -> str:
    """A number that counts things: 2 is 两."""
    return "两" if text == "2" else number(text)


def _amount(text: str) -> str:
    """An amount of money: 299.00 is 二百九十九, 49.90 is 四十九点九."""
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    return _counted(whole + (f".{part}" if part else ""))


_COINS = {"¥": "元", "$": "美元", "€": "欧元", "£": "英镑"}
_COINS |= {"US$": "美元", "HK$": "港元", "NT$": "新台币", "A$": "澳元", "C$": "加元", "S$": "新元"}
_CODES = {"RMB": "元", "CNY": "元", "USD": "美元", "EUR": "欧元"}
_SIGN = r"(?P<sign>(?<![A-Za-z])(?:US|HK|NT|A|C|S)\$|[¥$€£])"


def _price(match: re.Match[str]) -> str:
    to = f"到{_amount(match['y'])}" if match["y"] else ""
    return f"{_amount(match['x'])}{to}{match['scale'] or ''}{_COINS[match['sign']]}"


def _date(match: re.Match[str]) -> str:
    return f"{digits(match['y'])}年{cardinal(int(match['m']))}月{cardinal(int(match['d']))}日"


def _clock(match: re.Match[str]) -> str:
    minute = int(match["minute"])
    said = cardinal(int(match["hour"])) if match["hour"] != "2" else "两"
    said += "点" + (("零" if minute < 10 else "") + cardinal(minute) + "分" if minute else "整")
    if match["second"]:
        said += f"{cardinal(int(match['second']))}秒"
    return said


def _phone(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[0])
    if len(groups[-1]) == 11:
        groups[-1:] = [groups[-1][:3], groups[-1][3:7], groups[-1][7:]]
    said = "".join(digits(group, _PHONE_DIGITS) + " " for group in groups).strip().replace(" ", ",")
    return ("加" if match[0].startswith("+") else "") + said


def _percent(match: re.Match[str]) -> str:
    of = "千分之" if match["of"] == "‰" else "百分之"
    sign = {"-": "负", "−": "负", "+": "加"}.get(match["sign"] or "", "")
    first, last = (
        ("百" if of == "百分之" and text == "100" else number(text or "0")) for text in (match["x"], match["y"])
    )
    return f"{sign}{of}{first}到{of}{last}" if match["y"] else f"{sign}{of}{first}"


def _fraction(match: re.Match[str]) -> str:
    top, bottom = int(match[1]), int(match[2])
    if match[1].startswith("0") or match[2].startswith("0"):
        return f"{cardinal(top)}月{cardinal(bottom)}日" if 1 <= top <= 12 and 1 <= bottom <= 31 else f"{top},{bottom}"
    return f"{cardinal(bottom)}分之{cardinal(top)}" if top < bottom else f"{cardinal(top)}比{cardinal(bottom)}"


_UNITS = {
    "kg": "公斤",
    "KG": "公斤",
    "Kg": "公斤",
    "g": "克",
    "mg": "毫克",
    "ml": "毫升",
    "mL": "毫升",
    "ML": "毫升",
    "l": "升",
    "L": "升",
    "km": "公里",
    "m": "米",
    "cm": "厘米",
    "CM": "厘米",
    "mm": "毫米",
    "μm": "微米",
    "µm": "微米",
    '"': "英寸",
    "″": "英寸",
    "dB": "分贝",
    "lm": "流明",
    "Pa": "帕",
    "kPa": "千帕",
    "J": "焦",
    "kcal": "千卡",
    "MM": "毫米",
    "m²": "平方米",
    "㎡": "平方米",
    "km/h": "公里每小时",
    "W": "瓦",
    "w": "瓦",
    "kW": "千瓦",
    "KW": "千瓦",
    "kWh": "千瓦时",
    "V": "伏",
    "mAh": "毫安时",
    "Hz": "赫兹",
    "kHz": "千赫兹",
    "MHz": "兆赫兹",
    "GHz": "吉赫兹",
    "h": "小时",
    "H": "小时",
    "min": "分钟",
    "s": "秒",
    "ms": "毫秒",
    "°C": "摄氏度",
    "℃": "摄氏度",
    "°F": "华氏度",
    "℉": "华氏度",
    "°": "度",
}
_UNIT = (
    "(?P<unit>"
    + "|".join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))
    + r")(?![A-Za-z\d²])(?!/[a-zA-Z])"
)


def _quantity(match: re.Match[str]) -> str:
    to = f"到{_counted(match['y'])}" if match["y"] else ""
    return f"{'负' if match['sign'] else ''}{_counted(match['x'])}{to}{_UNITS[match['unit']]}"


def _bare(match: re.Match[str]) -> str:
    """A number with nothing special beside it: long ones and those that begin with 0 are read as they are written."""
    text = match[0]
    return _one_by_one(text) if text.isdigit() and len(text) >= 9 else number(text)


def _one_by_one(text: str) -> str:
    """Digit by digit; a long number four in a breath."""
    step = 4 if len(text) >= 9 else len(text)
    return ",".join(digits(text[i : i + step], _PHONE_DIGITS) for i in range(0, len(text), step))


def _range(match: re.Match[str]) -> str:
    """2-3天 is 两到三天: both numbers count."""
    say = _counted if match["counted"] is not None else number
    return f"{say(match['x'])}{'至' if '至' in match[0] else '到'}{say(match['y'])}"


def _scaled(match: re.Match[str]) -> str:
    """10w+ and 3k+, as shops write how much they sold."""
    return _counted(match["x"]) + {"w": "万", "k": "千"}[match["scale"].lower()] + ("加" if match["more"] else "")


_ONE_BY_ONE = (
    "热线 电话 拨打 客服 致电 尾号 单号 编号 货号 工号 口令 验证码 兑换码 邀请码 优惠码 密码 邮编 房号 QQ 微信"
)
_BEHIND_A_CODE = "|".join(
    f"(?<={word}{sign})"
    for word in _ONE_BY_ONE.split()
    for sign in ("", "号", "号码", "是", "为", "：", ":", " ", ": ", "： ")
)
"""Behind these, digits are read one by one."""
_SEVERAL = "|".join(f"(?:{_m})" for _m in ("个月", f"[{_MEASURES}倍点折]"))

RULES = (
    rule(r"https?://", ""),
    rule(r"(?<![A-Za-z])www(?=\.[A-Za-z])", "W W W"),
    rule(r"(?<=[A-Za-z\d])\.(?=[A-Za-z]{2})", "点"),
    rule(r"(?:(?<=\.com)|(?<=\.net)|(?<=\.org)|(?<=\.cn)|(?<=\.shop))/(?=[A-Za-z\d])", "斜杠"),
    rule(rf"(?<![A-Za-z])(?P<code>RMB|CNY|USD|EUR) ?(?P<x>{NUMBER})", lambda m: _amount(m["x"]) + _CODES[m["code"]]),
    rule(rf"(?:{_BEHIND_A_CODE})\d{{3,}}(?![\d.,-]|[元件个])", lambda m: _one_by_one(m[0])),
    rule(r"(?<!\d)(?:618|6[.·]18)(?!\d)", "六一八"),
    rule(r"(?<![\d.])1([12])\.1\1(?![\d.])", lambda m: f"双十{digits(m[1])}"),
    rule(r"(?<!\d)(\d)·(\d)(?!\d)", lambda m: digits(m[0])),
    rule(r"(?<=\d米)\d\d?(?![\d.])", lambda m: digits(m[0])),
    rule("±", "正负"),
    rule(r"(?<!\d)1[4-9]\d/\d{2,3}(?=[A-C]\b)", lambda m: " ".join(map(digits, m[0].split("/")))),
    rule(r"(?<=[A-Za-z℃%])\s?[~～](?=-?\d)|(?<=[SML])[-~～](?=\d?X*[SML](?![A-Za-z]))", "到"),
    rule(r"(?<![A-Za-z])[Nn][Oo]\.\s?(?=\d)", "number"),
    rule(r"(?<![\d.])(?:(?:520|1314)(?=礼|告白|情人|表白|快乐)|925(?=银))", lambda m: digits(m[0])),
    rule(r"(?<!\d)[1-9][1-9](?=折)", lambda m: digits(m[0])),
    rule(r"(?<!\d)(?:19|20)\d\d(?=\s?(?:款|版|届|年|春|夏|秋|冬|新款))", lambda m: digits(m[0])),
    rule(r"(?<![\d.])[12]\d(?=[春夏秋冬](?:季|[春夏秋冬]|新|款))", lambda m: digits(m[0])),
    rule(r"(?<!\d)\d{3,4}(?=[PpIi](?![A-Za-z]))", lambda m: digits(m[0])),
    rule(r"(?<=[A-Za-z])\d{9,}", lambda m: _one_by_one(m[0])),
    rule(r"(?<=[A-Za-z])\d{4,}(?!\d|[.,]\d)", lambda m: digits(m[0])),
    rule(rf"第(\d+){_TO}(\d+)", lambda m: f"第{number(m[1])}到{number(m[2])}"),
    rule(r"(?<=岁)\+", "以上"),
    rule("≈", "约等于"),
    rule(r"(?<=(?:RTX|GTX) )\d{4}(?!\d)|(?<=IP[Xx])\d\b|(?<=IP)\d\d(?!\d)", lambda m: digits(m[0])),
    rule(rf"{_START}(?P<x>{NUMBER})(?P<scale>[wWkK])(?P<more>\+)", _scaled),
    rule(rf"{_START}(?P<x>{NUMBER})(?P<scale>w)(?P<more>(?!))?(?=人|粉|单|件|次|个|条|播|赞|好评|收藏|销)", _scaled),
    rule(rf"{_START}(?P<y>(?:19|20)\d\d)[-/.](?P<m>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12]\d|0?[1-9]){_END}", _date),
    rule(r"(?<!\d)\d{4}(?=\s?年)", lambda m: digits(m[0])),
    rule(r"(?<!\d)\d0(?=后)", lambda m: digits(m[0])),
    rule(
        r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)|(?<!\d)[48]00[- ]?(?:\d{3}[- ]?\d{4}|\d{4}[- ]?\d{3})(?!\d)"
        r"|(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)",
        _phone,
    ),
    rule(rf"{_SIGN} ?(?P<x>{NUMBER})(?:{_TO}[¥$€£]?(?P<y>{NUMBER}))?(?P<scale>[千万亿]*)元?", _price),
    rule(rf"{_START}(?P<x>{NUMBER})(?:{_TO}(?P<y>{NUMBER}))?(?P<scale>[千万亿]*) ?(?P<sign>[¥$€£])(?! ?\d)", _price),
    rule(
        rf"{_START}({NUMBER})(?=\s?(?:元|块钱))",
        lambda m: _amount(m[1]),
    ),
    rule(rf"(?<![\w.])(?P<sign>[-−+])?(?P<x>{NUMBER})%?(?:{_TO}(?P<y>{NUMBER}))? ?(?P<of>[%‰])", _percent),
    rule(rf"{_START}(?P<x>{NUMBER})(?:%?{_TO}(?P<y>{NUMBER}))? ?(?P<of>[%‰])(?P<sign>(?!))?", _percent),
    rule(
        r"(?<![\d:：])(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?(?![\d:：])", _clock
    ),
    rule(r"(?<=[分整秒\d])\s?[-–—~～]\s?(?=[01]?\d[:：]\d\d|2[0-4][:：]\d\d)", "到"),
    rule(r"(?<!\d)(\d+)[:：](\d+)(?!\d)", lambda m: f"{number(m[1])}比{number(m[2])}"),
    rule(r"(?<![\d/.])(\d{1,3})/(\d{1,3})(?![\d/.])", _fraction),
    rule(rf"(?<![\w.])(?P<sign>[-−])?(?P<x>{NUMBER})(?:{_TO}(?P<y>{NUMBER}))? ?{_UNIT}", _quantity),
    rule(rf"{_START}(?P<x>{NUMBER})(?:{_TO}(?P<y>{NUMBER}))? ?{_UNIT}(?P<sign>(?!))?", _quantity),
    rule(r"第(\d+)", lambda m: f"第{number(m[1])}"),
    rule(rf"{_START}(?P<x>{NUMBER}){_TO}(?P<y>{NUMBER})(?![\d-])(?P<counted>(?=\s?(?:{_SEVERAL})))?", _range),
    rule(r"(?<![\d.,:：A-Za-z+])2(?=点(?!\d))", "两"),
    rule(rf"(?<![\d.,A-Za-z+])2(?=\s?(?:个月|[{_MEASURES}]))(?!\s?(?:年级|分之|千米|元素))", "两"),
    rule(rf"(?<![\w.,%)）])[-−]({NUMBER})", lambda m: f"负{number(m[1])}"),
    rule(
        rf"{_START}(?:{_INT})\.\d+(?:\.\d+)+",
        lambda m: number(m[0].split(".")[0]) + "".join(f"点{digits(p)}" for p in m[0].split(".")[1:]),
    ),
    rule(NUMBER, _bare),
    rule(r"/(?=[个件只条双套盒瓶包袋斤克张台次份片支天月年人晚箱桶罐根颗粒把本公米升小])", "每"),
    rule(r"(?<=[\dA-Za-z+万亿千])\s?\+", "加"),
    rule(r"@(?=\w)", "艾特"),
    rule(r"(?<=\d)\s?=\s?(?=\d)", "等于"),
    rule(rf"(?<=[\da-zA-Z{_MEASURES}])\s?[×*]\s?(?=\d)|(?<=\d)\s?[xX]\s?(?=\d)", "乘"),
    rule("&", "和"),
    rule("½", "二分之一"),
    rule("%", "百分号"),
    rule("°", "度"),
)
"""Tried in this order."""
