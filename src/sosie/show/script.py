"""The script as an endless deck of lines: rounds, segments, languages and wordings in turn. Knows nothing of time or chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sosie.show.rundown import Rundown
from sosie.types import Language


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the script, templates not yet filled in."""

    text: str
    language: Language
    product_id: str | None
    """None for a greeting."""


def script(rundown: Rundown) -> Iterator[Line]:
    """All lines in order; without end if the rundown loops.

    Each round begins with a greeting, for those who came in meanwhile, and a line takes its next wording. With
    ``turns = "segment"`` the language changes with every segment, and each round begins one language later, so that every product
    is told in every language within as many rounds as there are languages.
    """
    n_languages = len(rundown.languages)
    round_number = 0
    while round_number == 0 or rundown.loop:
        for place, segment in enumerate(rundown.segments):
            match rundown.turns:
                case "segment":
                    turn = round_number + place
                case "round":
                    turn = round_number
                case "none":
                    turn = 0
            language = rundown.languages[turn % n_languages]
            # A language comes back to a segment every n rounds only, so the wordings must not count the rounds in between.
            told_before = round_number if rundown.turns == "none" else round_number // n_languages
            if place == 0:
                greetings = rundown.greeting[language]
                yield Line(greetings[told_before % len(greetings)], language, None)
            for wordings in segment.lines[language]:
                yield Line(wordings[told_before % len(wordings)], language, segment.product_id)
        round_number += 1
