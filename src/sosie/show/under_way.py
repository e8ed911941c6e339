"""What was handed over and has not been heard to its end, and what is on air because of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sosie.show.answers import Answer
from sosie.show.asides import Spoken
from sosie.show.correction import Wrong
from sosie.show.script import Line
from sosie.types import Language, Utterance, UtteranceKind


@dataclass(frozen=True, slots=True)
class Told:
    """An utterance under way, with what it was made from, so that it can be made again with new prices."""

    utterance: Utterance
    line: Line | None = None
    aside: Spoken | None = None
    """Where it is overtaken by new prices it is not said again."""
    answer: Answer | None = None
    number: int = 0
    """Of the wording of the answer."""
    comment_id: str | None = None
    paid: bool = False
    about: str | None = None
    """The product that a person's line was typed beside."""
    wrong: Wrong | None = None
    """What a correction puts right."""

    def may_be_cut(self, *, only_lines: bool) -> bool:
        """Not the notice, nor a correction, nor what the host is, nor a person's own line."""
        if self.utterance.kind in ("notice", "correction", "operator"):
            return False
        if only_lines:
            return self.utterance.kind == "line"
        return self.answer is None or self.answer.intent != "identity"


class UnderWay:
    """In the order of handing over. Generations count what was taken back: what is older is not said any more."""

    def __init__(self, language: Language) -> None:
        self._told: dict[int, Told] = {}
        self._next_id = 0
        self._generation = 0
        self.language = language
        """Of the line on air: the one of notices."""
        self.product_id: str | None = None
        """On the card: the one that "it" means."""
        self.topic: str | None = None
        """Of a segment without a product; there is no card then."""

    def __len__(self) -> int:
        return len(self._told)

    def __contains__(self, utterance_id: int) -> bool:
        return utterance_id in self._told

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(self._told)

    @property
    def told(self) -> tuple[Told, ...]:
        return tuple(self._told.values())

    @property
    def kinds(self) -> frozenset[UtteranceKind]:
        return frozenset(told.utterance.kind for told in self._told.values())

    @property
    def first_line(self) -> Told | None:
        return next((told for told in self._told.values() if told.utterance.kind == "line"), None)

    @property
    def n_lines(self) -> int:
        return sum(told.utterance.kind == "line" for told in self._told.values())

    def new(
        self, text: str, language: Language, kind: UtteranceKind, product_id: str | None, topic: str | None = None
    ) -> Utterance:
        """An utterance of the present generation; it is under way once it is given to ``add``."""
        self._next_id += 1
        return Utterance(self._next_id - 1, text, language, kind, product_id, self._generation, topic)

    def add(self, told: Told) -> None:
        self._told[told.utterance.id] = told
        self._look()

    def finish(self, utterance_id: int) -> Told | None:
        """None when it was taken back meanwhile."""
        told = self._told.pop(utterance_id, None)
        if told is not None:
            self._look()
        return told

    def take_back(self, ids: Iterable[int]) -> list[Told]:
        """These will not be said; ``generation`` is another one from now on."""
        self._generation += 1
        return [self._told.pop(key) for key in ids]

    @property
    def generation(self) -> int:
        return self._generation

    def _look(self) -> None:
        if (told := self.first_line) is not None:
            said = told.utterance
            self.language = said.language
            self.topic = said.topic or (self.topic if said.product_id is None else None)
            self.product_id = None if self.topic else said.product_id or self.product_id
