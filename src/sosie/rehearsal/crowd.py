"""A simulated crowd: who comes, how long they stay, what they write. The same seed gives the same evening.

It is a load, not a model of people: its shares (``MIX``) are set by hand, so that everything the show has to bear comes up often.
What the shares do to a figure of the report stands beside that figure.
"""

from __future__ import annotations

import math
import random
import tomllib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue
from sosie.show.guests import Deed
from sosie.types import LANGUAGES, Language

Kind = Literal["question", "repeat", "hello", "thanks", "real", "rude", "attack", "noise", "flood"]
MIX: Mapping[Kind, float] = {
    "question": 0.60,
    "repeat": 0.10,
    "hello": 0.11,
    "thanks": 0.05,
    "real": 0.04,
    "rude": 0.03,
    "attack": 0.02,
    "noise": 0.05,
}
LANGUAGE_MIX: Mapping[Language, float] = {"zh": 0.5, "en": 0.3, "fr": 0.2}
STAY_SECONDS = 420.0
"""Mean of an exponential: most look in, some stay."""
COMMENTS_EACH = 2.5
"""Of one viewer, mean; it sets how many there are for a rate of comments."""
NAMED = 0.45
"""Share of questions that name a product; the others say "it"."""
TIDE = 0.6
"""The rate swings by so much about its mean, once a day; quiet in the morning, busy at night."""
RUSH_EVERY = 5400.0
"""Seconds, mean, between rushes: ``RUSH_SECONDS`` with ``RUSH_FACTOR`` times the comments, most of them one same question."""
RUSH_SECONDS = 120.0
RUSH_FACTOR = 8.0
FLOOD_EVERY = 1800.0
"""Seconds, mean, between floods: one viewer writes ``FLOOD_COMMENTS`` within twenty seconds."""
FLOOD_COMMENTS = 12
DEEDS: Mapping[Deed, float] = {
    "enter": 1.0,
    "follow": 0.12,
    "share": 0.05,
    "gift": 0.12,
    "subscribe": 0.03,
    "paid message": 0.03,
}
"""Deeds for each comment, mean. Orders come from the trade (rehearsal/trade.py)."""
RAID_EVERY = 5400.0
"""Seconds, mean, between raids: ``RAID_GUESTS`` come in within ten seconds, and some follow."""
RAID_GUESTS = 30
NAMES_MIX: Mapping[str, float] = {"clean": 0.7, "odd": 0.2, "bad": 0.1}
"""Names that may be said, that cannot be, and that must not be."""
_IT: Mapping[Language, str] = {"zh": "这个", "en": "it", "fr": "ce produit"}
_REMEMBERED = 20
"""Comments of others that a viewer may repeat."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A comment as it leaves a viewer's hand."""

    at: float
    """Seconds since the start of the show."""
    text: str
    user: str
    """Made up: "viewer 17"."""
    kind: Kind
    means: str
    """The intent that would be right, where it is a question; else ""."""


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody came, followed, shared, subscribed, gave, or paid to be read."""

    at: float
    deed: Deed
    user: str
    """Made up: "guest 17"."""
    name: str
    text: str = ""
    """Of a paid message."""


@dataclass(frozen=True, slots=True)
class _Viewer:
    name: str
    language: Language
    leaves_at: float


class Crowd:
    """Comments without end, in the order of their times."""

    def __init__(self, catalogue: Catalogue, *, comments_per_minute: float, seed: int) -> None:
        """``comments_per_minute``: mean over a day, rushes and floods not counted; 0 is an empty room."""
        if not 0 <= comments_per_minute <= 600:
            raise YourInput(
                f"{comments_per_minute:g} comments a minute", wanted="0 to 600", try_this="--comments-per-minute 6"
            )
        self._rate = comments_per_minute / 60
        self._ask = _asked_of(catalogue)
        self._chance = random.Random(f"crowd {seed}")
        self._guest_chance = random.Random(f"guests {seed}")
        self._names = {
            language: [name for product in catalogue.products for name in product.called.get(language, ())]
            for language in LANGUAGES
        }
        self._present: list[_Viewer] = []
        self._n_viewers = 0
        self._recent: deque[Posted] = deque(maxlen=_REMEMBERED)

    @property
    def n_viewers(self) -> int:
        """Who came so far."""
        return self._n_viewers

    def comments(self) -> Iterator[Posted]:
        if self._rate == 0:
            return
        now = 0.0
        next_rush, next_flood = (self._wait(mean) for mean in (RUSH_EVERY, FLOOD_EVERY))
        rush_until, rush_about = 0.0, ""
        highest = self._rate * (1 + TIDE) * RUSH_FACTOR
        flood: deque[Posted] = deque()
        while True:
            now += self._wait(1 / highest)
            if now >= next_rush:
                rush_until, rush_about = now + RUSH_SECONDS, self._chance.choice(sorted(self._ask))
                next_rush = now + RUSH_SECONDS + self._wait(RUSH_EVERY)
            if now >= next_flood:
                flood = deque(sorted([*flood, *self._flood(now)], key=lambda one: one.at))
                next_flood = now + self._wait(FLOOD_EVERY)
            while flood and flood[0].at <= now:
                yield flood.popleft()
            # Thinned from the highest rate there can be: the usual way to a rate that changes.
            rushing = now < rush_until
            if self._chance.random() * highest < self._rate_at(now) * (RUSH_FACTOR if rushing else 1):
                yield self._one(now, rush_about if rushing else "")

    def deeds(self) -> Iterator[Acted]:
        """Deeds without end, in order. They have a chance of their own: with them or without, the comments are the same."""
        if self._rate == 0:
            return
        now, n_guests = 0.0, 0
        next_raid = self._guest_chance.expovariate(1 / RAID_EVERY)
        while True:
            now += self._guest_chance.expovariate(self._rate * sum(DEEDS.values()))
            if now >= next_raid:
                for step in range(RAID_GUESTS):
                    n_guests += 1
                    did: Deed = "follow" if step % 5 == 4 else "enter"
                    yield Acted(next_raid + step / 3, did, f"guest {n_guests}", self.a_name())
                now = max(now, next_raid + RAID_GUESTS / 3)
                next_raid = now + self._guest_chance.expovariate(1 / RAID_EVERY)
            (deed,) = self._guest_chance.choices(list(DEEDS), list(DEEDS.values()))
            n_guests += 1
            text = self._paid_text() if deed == "paid message" else ""
            yield Acted(now, deed, f"guest {n_guests}", self.a_name(), text)

    def a_name(self) -> str:
        """As guests call themselves."""
        (kind,) = self._guest_chance.choices(list(NAMES_MIX), list(NAMES_MIX.values()))
        return self._guest_chance.choice(_texts().names[kind])

    def _paid_text(self) -> str:
        (language,) = self._guest_chance.choices(list(LANGUAGE_MIX), list(LANGUAGE_MIX.values()))
        asks = self._ask[self._guest_chance.choice(sorted(self._ask))][language]
        return self._guest_chance.choice(asks).replace("{it}", _IT[language])

    def _rate_at(self, now: float) -> float:
        return self._rate * (1 - TIDE * math.cos(2 * math.pi * now / 86400))

    def _wait(self, mean: float) -> float:
        return self._chance.expovariate(1 / mean)

    def _one(self, now: float, rush_about: str) -> Posted:
        viewer = self._viewer(now)
        (kind,) = self._chance.choices(list(MIX), list(MIX.values()))
        if rush_about and self._chance.random() < 0.8:
            kind = "question"
        means = ""
        if kind == "repeat" and self._recent:
            earlier = self._chance.choice(self._recent)
            return self._kept(Posted(now, self._typed(earlier.text), viewer.name, "repeat", earlier.means))
        if kind in ("question", "repeat"):
            kind = "question"
            means = rush_about or self._chance.choice(sorted(self._ask))
            text = self._about(self._ask[means][viewer.language], viewer.language)
        else:
            text = self._chance.choice(_texts().other[kind][viewer.language])
            means = {"hello": "hello", "thanks": "thanks", "real": "identity"}.get(kind, "")
        return self._kept(Posted(now, self._typed(text), viewer.name, kind, means))

    def _kept(self, posted: Posted) -> Posted:
        if posted.means:
            self._recent.append(posted)
        return posted

    def _viewer(self, now: float) -> _Viewer:
        """One who is here; or one who comes in to write."""
        self._present = [viewer for viewer in self._present if viewer.leaves_at > now]
        if not self._present or self._chance.random() < 1 / COMMENTS_EACH:
            self._n_viewers += 1
            (language,) = self._chance.choices(list(LANGUAGE_MIX), list(LANGUAGE_MIX.values()))
            self._present.append(_Viewer(f"viewer {self._n_viewers}", language, now + self._wait(STAY_SECONDS)))
            return self._present[-1]
        return self._chance.choice(self._present)

    def _about(self, texts: Sequence[str], language: Language) -> str:
        names = self._names[language] if self._chance.random() < NAMED else []
        return self._chance.choice(texts).replace("{it}", self._chance.choice(names) if names else _IT[language])

    def _typed(self, text: str) -> str:
        """As thumbs write it: marks left out or doubled, a letter lost."""
        roll = self._chance.random()
        if roll < 0.2:
            return text.rstrip("?？!！. ")
        if roll < 0.3:
            return text + "??"
        if roll < 0.36 and len(text) > 12:
            lost = self._chance.randrange(1, len(text) - 1)
            return text[:lost] + text[lost + 1 :]
        return text.upper() if roll < 0.38 else text

    def _flood(self, now: float) -> list[Posted]:
        viewer = self._viewer(now)
        means = self._chance.choice(sorted(self._ask))
        times = sorted(now + self._chance.random() * 20 for _ in range(FLOOD_COMMENTS))
        return [
            Posted(at, self._typed(self._about(self._ask[means][viewer.language], viewer.language)), viewer.name,
                   "flood", means)
            for at in times
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Texts:
    ask: Mapping[str, Mapping[Language, Sequence[str]]]
    ask_show: Mapping[str, Mapping[Language, Sequence[str]]]
    other: Mapping[str, Mapping[Language, Sequence[str]]]
    names: Mapping[str, Sequence[str]]


@cache
def _texts() -> _Texts:
    data = tomllib.loads((Path(__file__).parent / "crowd.toml").read_text("utf-8"))
    ask, ask_show, names = data.pop("ask"), data.pop("ask_show"), data.pop("names")
    return _Texts(ask, ask_show, data, names)


def _asked_of(catalogue: Catalogue) -> Mapping[str, Mapping[Language, Sequence[str]]]:
    """What this crowd asks: of products where there are some, and of the show what it has a fact of."""
    texts = _texts()
    known = {f"fact:{fact.topic}" for fact in catalogue.facts if fact.of_show}
    of_show = {means: asks for means, asks in texts.ask_show.items() if means in known}
    if catalogue.products:
        return {**texts.ask, **of_show}
    return {**of_show, "not sold": texts.ask_show["not sold"], "unknown": texts.ask["unknown"]}
