"""Reads JSON that others wrote: what is missing or of another type is empty, never an error and never believed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None


def read(text: str | bytes) -> Json:
    """None for what is not JSON, or nested so deeply that only an attacker would."""
    try:
        data: Json = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data


def at(data: Json, *path: str) -> Json:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def text_at(data: Json, *path: str) -> str:
    """Ids come as numbers on some platforms: a whole number is its digits."""
    found = at(data, *path)
    if isinstance(found, bool):
        return ""
    return found if isinstance(found, str) else str(found) if isinstance(found, int) else ""


def number_at(data: Json, *path: str) -> int:
    """Whole numbers, written with or without quotes; else 0."""
    found = at(data, *path)
    if isinstance(found, bool):
        return 0
    if isinstance(found, int):
        return found
    return int(found) if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 20 else 0


def list_at(data: Json, *path: str) -> Sequence[Json]:
    found = at(data, *path)
    return found if isinstance(found, list) else ()


def seconds_at(data: Json, *path: str, otherwise: float) -> float:
    """Unix seconds of an RFC 3339 text, with any number of decimals; ``otherwise`` where there is none."""
    written = text_at(data, *path)
    # Nanoseconds are more than datetime reads.
    whole, dot, rest = written.removesuffix("Z").partition(".")
    decimals = "".join(letter for letter in rest if letter.isdigit())[:6] if dot else ""
    try:
        moment = datetime.fromisoformat(f"{whole}.{decimals:0<6}" if decimals else whole)
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return otherwise
