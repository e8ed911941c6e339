"""What a look at footage finds: each thing with its verdict, what to do about it, and the seconds where it is worst."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sosie.types import Floats

Verdict = Literal["good", "fair", "bad"]
Sense = Literal["seen", "heard"]

MOST_MOMENTS = 3
"""Of one finding: enough to see what is meant, few enough to be looked at."""
APART_SECONDS = 1.5
"""Between two moments of one finding: nearer ones show the same thing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    """``bad`` refuses a clone; ``fair`` makes a poorer one."""
    found: str
    wanted: str
    advice: str
    """What to do; empty when it is good."""
    moments: tuple[float, ...] = ()
    """Seconds from the start at which it is worst, rising, at most MOST_MOMENTS; empty when good, or when it is everywhere."""
    sense: Sense = "seen"
    """Whether a picture or a strip of the sound shows it."""

    def __post_init__(self) -> None:
        if any(moment < 0 for moment in self.moments) or list(self.moments) != sorted(self.moments):
            raise ValueError(f"moments must be rising seconds from the start, got {self.moments}")
        if len(self.moments) > MOST_MOMENTS:
            raise ValueError(f"a finding names at most {MOST_MOMENTS} moments, got {len(self.moments)}")

    @property
    def places(self) -> str:
        """As in: at 0:07 and 0:12. Empty without moments."""
        clock = [at_clock(moment) for moment in self.moments]
        if not clock:
            return ""
        return "at " + (clock[0] if len(clock) == 1 else f"{', '.join(clock[:-1])} and {clock[-1]}")


def judged(
    name: str,
    good: bool,
    fair: bool,
    found: str,
    wanted: str,
    advice: str,
    moments: Sequence[float] = (),
    sense: Sense = "seen",
) -> Finding:
    """``moments`` are dropped, and so is the advice, when it is good."""
    verdict: Verdict = "good" if good else "fair" if fair else "bad"
    return Finding(name, verdict, found, wanted, "" if good else advice, () if good else tuple(moments), sense)


def worst(how_bad: Floats, times: Floats | NDArray[np.float64], counts: NDArray[np.bool_]) -> tuple[float, ...]:
    """Times (seconds) of the largest ``how_bad`` (n,) among those that count (n,), APART_SECONDS apart, rising."""
    chosen: list[float] = []
    rows = np.flatnonzero(counts)
    for row in rows[np.argsort(-how_bad[rows], kind="stable")]:
        if all(abs(float(times[row]) - moment) >= APART_SECONDS for moment in chosen):
            chosen.append(round(float(times[row]), 2))
        if len(chosen) == MOST_MOMENTS:
            break
    return tuple(sorted(chosen))


def at_clock(seconds: float) -> str:
    """Minutes and seconds, as a player shows them."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
