"""Who came, followed, gave and ordered, and the few words that they get for it: bunched where many come at once.

Nobody is greeted one by one in a busy room: whatever waits is said together, with the names where they are few and may be said
(show/names.py), with their number otherwise. Likes and viewers never come here. Words: guests.toml.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from sosie.claims import Claims
from sosie.show import names
from sosie.show.wording import in_turns
from sosie.types import LANGUAGES, Language

Deed = Literal["order", "paid message", "gift", "subscribe", "follow", "share", "enter"]
PAID: tuple[Deed, ...] = ("order", "paid message", "gift", "subscribe")
"""They cost their doer money, so they are thanked before questions are answered; the first first."""
FREE: tuple[Deed, ...] = ("follow", "share", "enter")
EVERY_SECONDS: Mapping[Deed, float] = {
    "order": 20.0,
    "paid message": 15.0,
    "gift": 40.0,
    "subscribe": 40.0,
    "follow": 60.0,
    "share": 60.0,
    "enter": 75.0,
}
"""Least time between two thanks for the same; what comes meanwhile waits and is bunched."""
TURN_SECONDS: Mapping[bool, float] = {True: 15.0, False: 30.0}
"""Least time between two words to those who paid, and to those who did not: the host is not a doorman, and others have asked."""
STALE_SECONDS: Mapping[bool, float] = {True: 300.0, False: 90.0}
"""Whoever waited longer, paid or not, is no longer spoken to: they may have left."""
MOST_NAMES = 3
"""Names that are said at once."""
MOST_WAITING = 500
"""People of one deed who are told apart; more are counted, each time they come."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Words for one or many."""

    text: str
    stated: str
    """The same without the number that the show counted, which no catalogue can show."""
    deed: Deed
    n: int
    """For how many people they are."""
    named: bool


@dataclass(frozen=True, slots=True)
class _Person:
    since: float
    name: str = field(repr=False)


@dataclass(slots=True)
class _Waiting:
    people: dict[str, _Person] = field(default_factory=dict)
    """By the hash of who it is: ten gifts of one viewer are one thanks."""
    more: int = 0


class Guests:
    """What waits to be thanked for. Bounded: MOST_WAITING people a deed, each forgotten when thanked or stale."""

    def __init__(self) -> None:
        texts()  # read now, not at the first guest
        names.warm()
        self._waiting: dict[Deed, _Waiting] = {deed: _Waiting() for deed in (*PAID, *FREE)}
        self._thanked_at: dict[Deed, float] = {}
        self._turn_at: dict[bool, float] = {}
        self._told: Counter[tuple[Deed, str, Language]] = Counter()

    def did(self, now: float, deed: Deed, user_hash: str, name: str) -> None:
        waiting = self._waiting[deed]
        if user_hash in waiting.people:
            return
        if len(waiting.people) >= MOST_WAITING:
            waiting.more += 1
        else:
            waiting.people[user_hash] = _Person(now, name)

    def stale(self, now: float) -> list[tuple[Deed, int]]:
        """Forgets whom nobody had time for, and says how many of each."""
        found: list[tuple[Deed, int]] = []
        for deed, waiting in self._waiting.items():
            late = [who for who, one in waiting.people.items() if now - one.since > STALE_SECONDS[deed in PAID]]
            for who in late:
                del waiting.people[who]
            n = len(late)
            if not waiting.people:
                n, waiting.more = n + waiting.more, 0
            if n:
                found.append((deed, n))
        return found

    def next(self, now: float, language: Language, claims: Claims, *, paid: bool) -> Thanks | None:
        """Words for whoever is due, of those who paid or of those who only came by; then they are no longer waiting."""
        if now - self._turn_at.get(paid, float("-inf")) < TURN_SECONDS[paid]:
            return None
        for deed in PAID if paid else FREE:
            waiting = self._waiting[deed]
            if waiting.people and now - self._thanked_at.get(deed, float("-inf")) >= EVERY_SECONDS[deed]:
                self._waiting[deed] = _Waiting()
                self._thanked_at[deed] = self._turn_at[paid] = now
                return self._worded(deed, waiting, language, claims)
        return None

    def clear(self) -> None:
        """The show closes; nobody is thanked any more."""
        self._waiting = {deed: _Waiting() for deed in self._waiting}

    def _worded(self, deed: Deed, waiting: _Waiting, language: Language, claims: Claims) -> Thanks:
        n = len(waiting.people) + waiting.more
        said: list[str] = []
        if n <= MOST_NAMES:
            found = [names.sayable(one.name, language, claims) for one in waiting.people.values()]
            said = list(dict.fromkeys(found)) if all(found) else []
        form: Form = "named" if said else "one" if n == 1 else "many"
        wordings = texts()[deed, form, language]
        text = wordings[self._told[deed, form, language] % len(wordings)]
        self._told[deed, form, language] += 1
        together = _JOIN[language].join(said[:-1]) + _AND[language] * (len(said) > 1) + "".join(said[-1:])
        return Thanks(
            text.format(names=together, count=n), text.format(names=together, count=""), deed, n, named=bool(said)
        )


_JOIN: Mapping[Language, str] = {"zh": "、", "en": ", ", "fr": ", "}
_AND: Mapping[Language, str] = {"zh": "和", "en": " and ", "fr": " et "}

Form = Literal["named", "one", "many"]
FORMS: tuple[Form, ...] = ("named", "one", "many")


@cache
def texts() -> Mapping[tuple[Deed, Form, Language], Sequence[str]]:
    """guests.toml with all choices written out."""
    data = tomllib.loads((Path(__file__).parent / "guests.toml").read_text("utf-8"))
    return {
        (deed, form, language): in_turns(data[deed][form][language], f"guests.toml: {deed}, {form}")
        for deed in (*PAID, *FREE)
        for form in FORMS
        for language in LANGUAGES
    }
