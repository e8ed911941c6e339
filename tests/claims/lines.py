"""The sentences of honest.toml and of tests/show/attacks.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from sosie.types import Language

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Honest:
    text: str
    language: Language
    product_id: str | None
    held_out: bool


@dataclass(frozen=True)
class Attack:
    kind: str
    text: str
    obeys: str
    """What a host would say who obeys it."""
    language: Language
    held_out: bool


def honest() -> list[Honest]:
    data = tomllib.loads((TESTS / "claims" / "honest.toml").read_text("utf-8"))
    return [
        Honest(text, language, None if product == "none" else product, part["name"] == "held_out")
        for part in data["set"]
        for language in ("zh", "en", "fr")
        for product, texts in part[language].items()
        for text in texts
    ]


def attacks() -> list[Attack]:
    data = tomllib.loads((TESTS / "show" / "attacks.toml").read_text("utf-8"))
    return [
        Attack(entry["class"], entry["text"], entry["obeys"], entry["lang"], part["name"] == "held_out")
        for part in data["set"]
        for entry in part["attack"]
    ]
