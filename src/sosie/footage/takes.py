"""Takes: the pieces of the footage in which the person talks, and those in which they are silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sosie.types import FPS

_JOINED = round(0.5 * FPS)
"""A breath between two phrases belongs to the talking."""
_MARGIN = round(0.16 * FPS)
"""Lips move before and after the sound."""
SHORTEST_STILL = FPS
"""A shorter silence is no listening."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of frames at ``FPS``, half-open."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span must have 0 <= start < end, got {self.start}, {self.end}")

    @property
    def seconds(self) -> float:
        return (self.end - self.start) / FPS


def talking_spans(speech: Sequence[tuple[float, float]], n_frames: int) -> tuple[Span, ...]:
    """Where the person talks. ``speech`` are (start, end) in seconds, as voice activity detection gives them."""
    spans: list[Span] = []
    for start, end in sorted(speech):
        first = max(0, int(start * FPS) - _MARGIN)
        last = min(n_frames, -int(-end * FPS) + _MARGIN)
        if first >= last:
            continue
        if spans and first - spans[-1].end < _JOINED:
            spans[-1] = Span(spans[-1].start, max(last, spans[-1].end))
        else:
            spans.append(Span(first, last))
    return tuple(spans)


def still_spans(talking: Sequence[Span], n_frames: int) -> tuple[Span, ...]:
    """The rest, where it is long enough to show somebody listening."""
    edges = [0, *(edge for span in talking for edge in (span.start, span.end)), n_frames]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(start, end) for start, end in gaps if end - start >= SHORTEST_STILL)
