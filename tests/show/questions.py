"""The question set of test_answers.py."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Question:
    text: str
    product: str
    means: tuple[str, ...]
    about: str
    """"?" where any product will do."""
    fresh: bool
    """Written after the thresholds and words were set, and never used for setting them."""


def questions() -> list[Question]:
    data = tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8"))
    return [
        Question(q["text"], q["product"], tuple(q["means"].split("|")), q.get("about", q["product"]), fresh)
        for name, fresh in (("q", False), ("fresh", True))
        for q in data[name]
    ]
