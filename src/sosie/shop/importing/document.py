"""Bytes of a file to text, and text to JSON: bounded, and every failure told as YourInput."""

from __future__ import annotations

import codecs
import json
import re
from decimal import Decimal

from sosie.errors import YourInput
from sosie.shop.importing.listing import MOST_BYTES

Json = None | bool | int | Decimal | str | list["Json"] | dict[str, "Json"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_BINARY = ((b"PK\x03\x04", "a zip or spreadsheet (.xlsx)"), (b"%PDF", "a PDF"), (b"\x1f\x8b", "a gzip archive"))


def decode(data: bytes, encoding: str | None = None) -> str:
    """The file's text, without its byte-order mark.

    UTF-8 and UTF-16 are known by themselves, an XML file says what it is in. Other encodings cannot be told from each other, so
    they are not guessed: ``encoding`` names one, such as "gb18030" or "cp1252". Raises YourInput.
    """
    if len(data) > MOST_BYTES:
        raise YourInput(
            f"the file has {len(data) / 1e6:.0f} MB",
            wanted=f"at most {MOST_BYTES >> 20} MB",
            try_this="only the products that will be shown",
        )
    for start, what in _BINARY:
        if data.startswith(start):
            raise YourInput(
                f"the file is {what}", wanted="text: CSV, TSV, XML, JSON or HTML", try_this="unpack or export it"
            )
    name = encoding or _encoding_of(data)
    for mark, its in _MARKS:
        if data.startswith(mark) and codecs.lookup(its).name == codecs.lookup(name).name:
            data = data[len(mark) :]
            break
    try:
        return data.decode(name)
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise YourInput(
            f"the file is not {name} text (line {line})",
            wanted="UTF-8 or UTF-16",
            try_this='saving it as "CSV UTF-8", or naming what it is in: --encoding gb18030, --encoding cp1252',
        ) from None


def known_encoding(name: str) -> str:
    """``name`` if Python reads text in it; raises YourInput."""
    try:
        # Some codecs ("hex", "zip") are no encodings of text.
        if not isinstance(b"a".decode(name), str):
            raise LookupError
    except (LookupError, UnicodeError, ValueError):
        raise YourInput(
            f"the encoding {name!r} is unknown", wanted="such as utf-8, utf-16, gb18030 or cp1252"
        ) from None
    return name


def _encoding_of(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    # Text in UTF-16 without a mark has a NUL beside every Latin letter.
    head = data[:400]
    if len(head) >= 4 and head[1::2].count(0) > 0.4 * len(head[1::2]) and 0 not in head[::2]:
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > 0.4 * len(head[::2]) and 0 not in head[1::2]:
        return "utf-16-be"
    if declared := _DECLARED.match(data[:200]):
        try:
            return known_encoding(declared[1].decode("ascii"))
        except YourInput:
            return "utf-8"
    return "utf-8"


def read_json(text: str) -> Json:
    """Numbers with a point as Decimal, so that no price is rounded. Raises YourInput with the line."""
    try:
        found: Json = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise YourInput(f"line {problem.lineno} is not JSON ({problem.msg})", wanted="a whole JSON file") from None
    except RecursionError:
        raise YourInput("the JSON is nested deeper than can be read", wanted="products") from None
    except ValueError as problem:
        raise YourInput(f"a number of the JSON cannot be read ({problem})", wanted="prices and counts") from None
    return found


def _no_number(text: str) -> Decimal:
    raise ValueError(f"{text} is no number of JSON")


def written(value: Json) -> str:
    """A string or number as text; "" for everything else, which has no place in a field."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return ""


def entries(value: Json) -> list[Json]:
    """A list as it is, one thing as a list of it, nothing as none."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def under(value: Json, *keys: str) -> Json:
    """What lies under these keys; None where there is nothing of the kind."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
