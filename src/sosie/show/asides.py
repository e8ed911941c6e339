"""What the host says between the points of the script: the time, what was asked often, a fact that no line tells, small talk.

Every sentence is written in asides.toml, or in asides_show.toml where nothing is sold, or is the catalogue's own; the moment only
chooses. What is stated of a product is one of its facts or allowed claims, what is stated of the show is one of its facts or was
counted. With the chat off nobody is asked to write.
"""

from __future__ import annotations

import tomllib
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from sosie.shop.catalogue import Catalogue, Product
from sosie.show.answers import Answer
from sosie.show.daytime import part_of_day
from sosie.show.rundown import Rundown
from sosie.show.script import Aside
from sosie.show.wording import in_turns
from sosie.types import Language

OFTEN = 4
"""Viewers who asked the same within ``ASKED_SECONDS``: what they asked is told once more to all."""
ASKED_SECONDS = 900.0
_MOST_ASKED = 300
"""Questions that are remembered for it."""
EVERY_SECONDS: Mapping[str, float] = {
    "asked": 600.0,
    "day": 1500.0,
    "running": 2700.0,
    "answered": 2100.0,
    "next": 240.0,
    "claim": 120.0,
}
"""Least time between two asides of a kind; small talk and facts fill the rest."""
LEAST_ANSWERED = 10
"""Questions answered before their number is worth a word."""
_TURNS = ("talk", "fact", "shop", "talk", "fact", "claim")
"""What takes turns where nothing more special is due."""
_SHOW_TURNS = ("talk", "show")
"""The same where nothing is sold."""


SHOP, SHOW = "asides.toml", "asides_show.toml"
"""Where something is sold, and where nothing is."""


@dataclass(frozen=True, slots=True)
class _Texts:
    said: Mapping[str, Mapping[Language, tuple[str, ...]]]
    topics: Mapping[str, Mapping[Language, str]]
    """What an intent is called."""


@cache
def texts(name: str = SHOP) -> _Texts:
    """A file of asides with all choices written out."""
    data = tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
    topics = data.pop("topics")
    said = {
        kind: {language: in_turns(each, f"{name}: {kind}") for language, each in languages.items()}
        for kind, languages in data.items()
    }
    return _Texts(said, topics)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words, and what they are true by."""

    text: str
    rests_on: frozenset[str] = frozenset()
    """Ids of the products whose price or stock may no longer be what they were when it is said."""
    about: str | None = None
    """The product that it speaks of, where that need not be the one on screen."""
    stated: str = ""
    """The words without the numbers that the show itself counted, which no catalogue can show; "" where it has none."""


class Asides:
    """Chooses one at a time. Remembers what it said of each kind, and the questions of the last quarter of an hour."""

    def __init__(self, rundown: Rundown) -> None:
        self._rundown = rundown
        texts(SHOP), texts(SHOW)  # read now, not at the first aside on air
        self._local_time: datetime | None = None
        self._told: Counter[tuple[str, Language]] = Counter()
        self._told_at: dict[str, float] = {}
        self._turn = 0
        self._asked: deque[tuple[float, Answer]] = deque(maxlen=_MOST_ASKED)
        self._n_answered = 0

    def start(self, local_time: datetime | None) -> None:
        """``local_time`` at second 0 of the show, with its zone; None where the time of day is not to be spoken of."""
        self._local_time = local_time

    def asked(self, now: float, answer: Answer) -> None:
        """Somebody asked what ``answer`` answers, whether it was said again or not."""
        if answer.intent in _topics():
            self._asked.append((now, answer))

    def answered(self) -> None:
        """One more question was answered."""
        self._n_answered += 1

    def say(self, place: Aside, catalogue: Catalogue, now: float) -> Spoken | None:
        """An aside for ``place``; None if there is nothing to say there."""
        file = SHOW if place.topic is not None or not catalogue.products else SHOP
        for kind in self._kinds(file, catalogue, now):
            said = self._of_kind(kind, place, file, catalogue, now)
            if said is not None:
                self._told_at[kind] = now
                return said
        return None

    def say_sold_out(self, language: Language, catalogue: Catalogue, now: float) -> Spoken:
        """While nothing can be sold: that it is so, and between that whatever is true without a product."""
        n_told = self._told["sold out", language]
        self._told["sold out", language] += 1
        said = self.say(Aside(language, None), catalogue, now) if n_told % 3 else None
        return said or self._next("sold_out", language, SHOP, rests_on=[product.id for product in catalogue.products])

    def _kinds(self, file: str, catalogue: Catalogue, now: float) -> Iterator[str]:
        """In the order in which they are tried."""
        if self._rundown.chat:
            yield from (kind for kind in ("asked", "day", "answered", "running") if self._is_due(kind, now))
        of_show = any(fact.of_show for fact in catalogue.facts)
        all_turns = _SHOW_TURNS if file == SHOW else (*_TURNS, "show") if of_show else _TURNS
        turns = [all_turns[(self._turn + place) % len(all_turns)] for place in range(len(all_turns))]
        self._turn += 1
        for kind in ("next", *turns):
            if self._is_due(kind, now) and (kind != "talk" or self._rundown.chat):
                yield kind

    def _is_due(self, kind: str, now: float) -> bool:
        # Counted from the start of the show, which nobody opens with what happened in it.
        return kind not in EVERY_SECONDS or now - self._told_at.get(kind, 0.0) >= EVERY_SECONDS[kind]

    def _of_kind(self, kind: str, place: Aside, file: str, catalogue: Catalogue, now: float) -> Spoken | None:
        language = place.language
        match kind:
            case "asked":
                return self._often_asked(language, catalogue, now)
            case "day":
                part = part_of_day(self._local_time, now)
                return None if part is None else self._next(part, language, file)
            case "running":
                hours = int(now // 3600)
                return self._counted(kind, language, file, hours=hours) if hours > 1 else None
            case "answered":
                enough = self._n_answered >= LEAST_ANSWERED
                return self._counted(kind, language, file, count=self._n_answered) if enough else None
            case "next":
                return self._coming(place, catalogue)
            case "shop" | "show":
                facts = [fact.text[language] for fact in catalogue.facts if fact.of_show == (kind == "show")]
                if not facts:
                    return None
                where = SHOW if kind == "show" else SHOP
                return self._next(kind, language, where, fact=self._of(f"{kind} facts", language, facts))
            case "fact" | "claim":
                return self._about(kind, language, catalogue[place.product_id] if place.product_id else None)
        return self._next("talk", language, file)

    def _about(self, kind: str, language: Language, product: Product | None) -> Spoken | None:
        if product is None or not product.offered:
            return None
        own = [fact.text[language] for fact in product.facts] if kind == "fact" else list(product.claims[language])
        filled = [text for text in (product.fill(text, language) for text in own) if text is not None]
        if not filled:
            return None
        chosen = self._of(f"{kind} of {product.id}", language, filled)
        name = product.name[language]
        return self._next(kind, language, SHOP, rests_on=[product.id], **{kind: chosen, "name": name})

    def _coming(self, place: Aside, catalogue: Catalogue) -> Spoken | None:
        """Another segment: its topic, or its product if that is not sold out."""
        language = place.language
        names: dict[str, str] = {}
        for segment in self._rundown.segments if place.segment_id is not None else ():
            if segment.id == place.segment_id:
                continue
            if segment.product_id is None:
                names[segment.topic[language]] = SHOW
            elif catalogue[segment.product_id].offered:
                names[catalogue[segment.product_id].name[language]] = SHOP
        if not names:
            return None
        name = self._of("coming", language, list(names))
        return self._next("next", language, names[name], next=name)

    def _often_asked(self, language: Language, catalogue: Catalogue, now: float) -> Spoken | None:
        """What most asked, if enough did; then it is forgotten, so that the next time is a new crowd."""
        while self._asked and self._asked[0][0] < now - ASKED_SECONDS:
            self._asked.popleft()
        counts = Counter((answer.intent, answer.product_id) for _, answer in self._asked)
        (intent, product_id), n = max(counts.items(), key=lambda item: item[1], default=(("", None), 0))
        if n < OFTEN:
            return None
        kept = [(at, one) for at, one in self._asked if (one.intent, one.product_id) != (intent, product_id)]
        self._asked = deque(kept, maxlen=_MOST_ASKED)
        answer = Answer(intent, language, product_id, named=True).text(catalogue, self._told["asked", language])
        rests_on = [product_id] if product_id else [product.id for product in catalogue.products]
        file = SHOP if catalogue.products else SHOW
        said = self._next("asked", language, file, rests_on=rests_on, topic=_topics()[intent][language], answer=answer)
        return replace(said, about=product_id)

    def _next(self, kind: str, language: Language, file: str, rests_on: Sequence[str] = (), **values: str) -> Spoken:
        """The next wording of a kind, filled in."""
        text = self._of(_key(kind, file), language, texts(file).said[kind][language]).format(**values)
        return Spoken(text, frozenset(rests_on))

    def _counted(self, kind: str, language: Language, file: str, **counts: int) -> Spoken:
        """The next wording of a kind with numbers of this show."""
        text = self._of(_key(kind, file), language, texts(file).said[kind][language])
        return Spoken(
            text.format(**{name: str(count) for name, count in counts.items()}),
            stated=text.format(**dict.fromkeys(counts, "")),
        )

    def _of(self, key: str, language: Language, choices: Sequence[str]) -> str:
        chosen = choices[self._told[key, language] % len(choices)]
        self._told[key, language] += 1
        return chosen


def _key(kind: str, file: str) -> str:
    """Wordings of one kind are counted apart where a show has products and topics."""
    return kind if file == SHOP else f"{kind} of the show"


def _topics() -> Mapping[str, Mapping[Language, str]]:
    return {**texts(SHOP).topics, **texts(SHOW).topics}
