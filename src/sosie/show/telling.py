"""What comes next of the script: first what was cut off or jumped to, then the rundown's own order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sosie.show.rundown import Segment
from sosie.show.script import Aside, Line
from sosie.types import Language

MOST_SKIPPED = 1000
"""Lines of the script that are looked through for another segment."""


class Telling:
    """One show's script as it is really told."""

    def __init__(self, script: Iterator[Line | Aside]) -> None:
        self._script = script
        self._first: list[Line | Aside] = []

    def next(self) -> Line | Aside | None:
        """None when the script is over."""
        return self._first.pop(0) if self._first else next(self._script, None)

    def again(self, lines: Sequence[Line]) -> None:
        """These come before everything, in their order."""
        self._first[:0] = lines

    def jump(self, segment: Segment, language: Language) -> None:
        self.again(
            [
                Line(wordings[0], language, segment.product_id, segment.topic_id, segment.author)
                for wordings in segment.lines[language]
            ]
        )

    def skip(self, segment_id: str | None) -> None:
        """Goes on with the next that is about something else."""
        while self._first and self._first[0].segment_id == segment_id:
            self._first.pop(0)
        if self._first:
            return
        # A show of one segment would be skipped for ever; the next round of it is another telling.
        for _ in range(MOST_SKIPPED):
            line = next(self._script, None)
            if line is None:
                return
            if line.segment_id != segment_id:
                self._first.append(line)
                return
