"""What really went out, held against what was to be said and what the catalogue shows: what is wrong, and the words that mend it.

    text that was to be said ──► its numbers ─┐
                                              ├─► side by side: another number in its place, a number too many
    transcript of the sound ───► its numbers ─┘
                            └──► claims firewall: a claim that was not to be said
                            └──► names: another product than the one that was to be named

A recogniser errs more often than a voice does, and a false correction on air is an error too. So what sounds alike is alike:
both texts are read aloud by the voice's own reader, and what was heard counts only where its sounds differ from those that were
to be there. docs/correction.md says what this finds and what it does not.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sosie.claims import NOWHERE, Barred, Claims, Reason
from sosie.claims.fold import fold
from sosie.claims.numbers import Number, numbers
from sosie.shop.catalogue import Catalogue, Product
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.types import Language, Transcript, Utterance

What = Literal["price", "price changed", "discount", "stock", "number", "claim", "name"]
"""What is wrong: a number that was said, or one that was right when it was written, or words."""

Sounds = Callable[[str, Language], str]
"""A text as sounds, one letter each, without tones, stress and marks; "" where it cannot be read (engines/reader.py)."""

ALIKE = 0.4
"""Share of sounds that may differ between what was to be said and what a recogniser made of it: 是 and 四, "mug" and "mud"."""
MOST_MISHEARD = 0.25
"""Share of sounds, numbers aside, beyond which a recogniser does not follow a voice: what it hears then is no evidence. A man's
clone in Chinese, a third of it misheard, brought eight corrections of what was right in ten minutes (docs/experiments.md)."""
LEAST_SOUNDS = 6
"""Beside the numbers; fewer tell nothing about how well a voice is followed."""
UNLIKE_NAME = 0.5
"""Share beyond which a name was not heard."""
NAMED = 0.25
"""Share up to which another product's name was."""
MOST_CLAIMS = 6
"""Refused places of one transcript that are looked at."""
MOST_WAITING = 5
"""Corrections that wait for their turn; more at once, and the oldest is no longer worth a word."""
MOST_CORRECTED = 200
"""Utterances of which it is remembered that they were corrected."""
_OF_NUMBERS: frozenset[Reason] = frozenset({"price", "number", "discount", "stock"})
_ANSWERED: Mapping[What, tuple[str, int]] = {
    "price": ("price", 0),
    "price changed": ("price", 0),
    "discount": ("discount", 2),
    "stock": ("stock", 3),
}
"""The answer that tells what is right, and the wording of it that does not begin with a yes."""
_SENTENCE = re.compile(r"[^。！？!?]*?(?:[。！？!?]+|\.(?=\s|$)|$)\s*")


@dataclass(frozen=True, slots=True)
class Aired:
    """A part of an utterance that went out in one piece."""

    utterance: Utterance
    text: str = field(repr=False)
    """Its clauses as they were to be said."""
    product_id: str | None
    """On the card meanwhile: what "it" means."""
    then: Catalogue = field(repr=False)
    """As it was when the words were made."""

    @property
    def language(self) -> Language:
        return self.utterance.language


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong went out. Its ``repr`` holds no words, so that it can be logged."""

    what: What
    language: Language
    product_id: str | None
    sentence: str = field(default="", repr=False)
    """That was to be said where the wrong number was heard; ours, from the catalogue."""


class Comparer:
    """Compares for one show; keeps the firewalls of the last two catalogues. Belongs to one thread."""

    def __init__(self, catalogue: Catalogue, sounds: Sounds, barred: Barred = NOWHERE) -> None:
        """``barred``: as the firewall of the show has it (claims.Claims)."""
        self._sounds = sounds
        self._known: deque[tuple[Catalogue, Claims]] = deque([(catalogue, Claims(catalogue, barred))], maxlen=2)

    def prepare(self, languages: Sequence[Language]) -> None:
        """Reads what is read once (claims.Claims.prepare)."""
        self._known[-1][1].prepare(languages)

    def wrong(self, aired: Aired, heard: Transcript, now: Catalogue) -> Wrong | None:
        """What has to be corrected, the worst first: a price, a number, a claim, a name. None where all is well."""
        if (overtaken := self.overtaken(aired, now)) is not None:
            return overtaken
        if not heard.text.strip():
            return None
        text = _Heard(aired.text, heard.text, aired.language, self._sounds)
        if text.is_word_for_word:
            return None
        claims = self._claims(now)
        # Other words than were to be said may be a claim or a name; another number in a blur is no number.
        number = self._number(aired, text, claims, now) if text.misheard <= MOST_MISHEARD else None
        return number or self._claim(aired, text, claims) or self._name(aired, text, now)

    def misheard(self, aired: Aired, heard: Transcript) -> float:
        """Share of the sounds that were to be said and were heard otherwise, numbers aside, in [0, 1]."""
        return _Heard(aired.text, heard.text, aired.language, self._sounds).misheard

    def overtaken(self, aired: Aired, now: Catalogue) -> Wrong | None:
        """A price or discount that was true when the words were made and is not now. Nobody has to listen for that."""
        if now is aired.then or (aired.product_id is not None and not now[aired.product_id].offered):
            # What is sold out by now was not when it was said, and is offered no more.
            return None
        words = aired.text, aired.language, aired.product_id
        if self._claims(now).check(*words, author="person").reason not in ("price", "discount"):
            return None
        if self._claims(aired.then).check(*words, author="person").reason is not None:
            return None
        return Wrong("price changed", aired.language, aired.product_id)

    def _claims(self, catalogue: Catalogue) -> Claims:
        for known, claims in self._known:
            if known is catalogue:
                return claims
        self._known.append((catalogue, self._known[-1][1].renewed(catalogue)))
        return self._known[-1][1]

    # Numbers

    def _number(self, aired: Aired, text: _Heard, claims: Claims, now: Catalogue) -> Wrong | None:
        for told, heard in _side_by_side(text.told_numbers, text.heard_numbers):
            if heard is None:
                continue  # not heard is not said wrongly
            reason = (
                self._too_many(aired, text, heard, claims)
                if told is None
                else self._in_its_place(aired, text, told, heard, claims, now)
            )
            if reason is not None:
                sentence = "" if told is None else _sentence_at(aired.text, text.written(told))
                return Wrong(_what(reason), aired.language, aired.product_id, sentence)
        return None

    def _too_many(self, aired: Aired, text: _Heard, heard: Number, claims: Claims) -> Reason | None:
        """A number where none was to be said. Small words are often written as one: 是 as 四, "to" as 2."""
        if heard.value <= 1 or any(_same(told, heard) for told in text.told_numbers):
            return None
        if text.sounds_alike(heard.start, heard.end):
            return None
        clause = text.heard_clause(heard)
        reason = claims.check(clause, aired.language, aired.product_id, author="person").reason
        return reason if reason in _OF_NUMBERS else None

    def _in_its_place(
        self, aired: Aired, text: _Heard, told: Number, heard: Number, claims: Claims, now: Catalogue
    ) -> Reason | None:
        """Another number in the place of one. It may be one of the facts and is still not what this sentence counts: a lamp 40 cm
        tall that is 4 cm thick. Only what is paid now is as true as the price before.
        """
        if text.reads_the_same(told, heard):
            return None
        language, product_id = aired.language, aired.product_id
        if claims.check(text.told, language, product_id, author="person").reason is not None:
            # What the show counted itself no catalogue can show; then the number that was to be said is the only true one.
            return _reason_by_unit(told)
        reason = claims.check(text.with_number(told, heard), language, product_id, author="person").reason
        if reason is not None:
            return reason if reason in _OF_NUMBERS else _reason_by_unit(told)
        product = None if product_id is None else now[product_id]
        is_paid = told.of == "money" and product is not None and heard.written == _pays(product)
        return None if is_paid else _reason_by_unit(told)

    # Claims

    def _claim(self, aired: Aired, text: _Heard, claims: Claims) -> Wrong | None:
        rest = text.heard
        for _ in range(MOST_CLAIMS):
            verdict = claims.check(rest, aired.language, aired.product_id, author="person")
            if verdict.reason is None:
                return None
            start, end = verdict.start, verdict.end
            is_number = verdict.reason in _OF_NUMBERS and bool(numbers(rest[start:end], aired.language))
            if not is_number and not text.was_to_be_said(start, end):
                return Wrong("claim", aired.language, aired.product_id)
            rest = rest[:start] + " " * (end - start) + rest[end:]
        return None

    # Names

    def _name(self, aired: Aired, text: _Heard, now: Catalogue) -> Wrong | None:
        """Another product's name where one was to be said. Whole names only: short words are like too many others."""
        language = aired.language
        names = {product.id: product.name.get(language, "") for product in now.products}
        meant = [key for key, name in names.items() if name and fold(name).text in text.told]
        if len(meant) != 1 or text.nearness(names[meant[0]]) <= UNLIKE_NAME:
            return None
        others = [name for key, name in names.items() if key not in meant and name]
        return Wrong("name", language, meant[0]) if any(text.nearness(name) <= NAMED for name in others) else None


class _Heard:
    """One text that was to be said beside what was heard, both folded, and as sounds where that is asked for."""

    def __init__(self, told: str, heard: str, language: Language, sounds: Sounds) -> None:
        self._folded = fold(told)
        self.told, self.heard = self._folded.text, fold(heard).text
        self._language, self._sounds = language, sounds
        self.told_numbers = _plain_numbers(self.told, language)
        self.heard_numbers = _plain_numbers(self.heard, language)
        self._told_sounds: str | None = None
        self._heard_sounds: dict[tuple[int, int], str] = {}

    @property
    def is_word_for_word(self) -> bool:
        return _letters(self.told) == _letters(self.heard)

    @property
    def misheard(self) -> float:
        """As ``Comparer.misheard``; 0 where there are too few sounds to tell."""
        told = self._sounds(_without(self.told, self.told_numbers), self._language)
        heard = self._sounds(_without(self.heard, self.heard_numbers), self._language)
        if len(told) < LEAST_SOUNDS:
            return 0.0
        return min(1.0, _edits_within(told, heard, 0, len(heard)) / len(told))

    def written(self, number: Number) -> int:
        """Where a number that was to be said stands in the text as written."""
        return self._folded.span(number.start, number.end)[0]

    def heard_clause(self, number: Number) -> str:
        left = max((match.end() for match in re.finditer(r"[,.;!?](?!\d)", self.heard[: number.start])), default=0)
        right = re.search(r"[,.;!?](?!\d)", self.heard[number.end :])
        return self.heard[left : number.end + right.start() if right else len(self.heard)]

    def with_number(self, told: Number, heard: Number) -> str:
        """The text that was to be said, with the number that was heard in its place."""
        start, end = _digits(self.told, told, self._language)
        scale = told.value / told.written if told.of and told.of == heard.of and told.written else None
        value = heard.written if not scale else heard.value / scale
        return f"{self.told[:start]}{value.normalize():f}{self.told[end:]}"

    def reads_the_same(self, told: Number, heard: Number) -> bool:
        """Two ways to write the same words."""
        one = self._sounds(self.told[slice(*_digits(self.told, told, self._language))], self._language)
        return bool(one) and one == self._sounds(
            self.heard[slice(*_digits(self.heard, heard, self._language))], self._language
        )

    def was_to_be_said(self, start: int, end: int) -> bool:
        """What was heard there stands in the text too, or sounds as the text does at that place."""
        return self.heard[start:end].strip() in self.told or self.sounds_alike(start, end)

    def sounds_alike(self, start: int, end: int) -> bool:
        """Whether what was heard from ``start`` to ``end`` sounds as what was to be said at that place."""
        before = self._sounds(self.heard[:start], self._language)
        there = self._sounds(self.heard[start:end], self._language)
        after = self._sounds(self.heard[end:], self._language)
        if not there:
            return True
        edits = _edits_within(self._all_told(), before + there + after, len(before), len(before) + len(there))
        return edits <= max(1, ALIKE * len(there))

    def nearness(self, name: str) -> float:
        """Share of a name's sounds that are not found anywhere in what was heard, at best; 0 is a name that was heard."""
        sounds = self._sounds(name, self._language)
        return _best_within(sounds, self._sounds(self.heard, self._language)) / max(len(sounds), 1)

    def _all_told(self) -> str:
        if self._told_sounds is None:
            self._told_sounds = self._sounds(self.told, self._language)
        return self._told_sounds


def _without(text: str, found: Sequence[Number]) -> str:
    for number in sorted(found, key=lambda one: -one.start):
        text = f"{text[: number.start]} {text[number.end :]}"
    return text


def _plain_numbers(text: str, language: Language) -> list[Number]:
    return [number for number in numbers(text, language) if number.kind == "number"]


def _same(told: Number, heard: Number) -> bool:
    """The same amount, however it is written: 0.35 l is 350 ml, and a bare 99 was meant with its unit."""
    if told.of and heard.of and told.of == heard.of:
        return told.value == heard.value
    return bool({told.value, told.written} & {heard.value, heard.written})


def _side_by_side(told: Sequence[Number], heard: Sequence[Number]) -> Iterator[tuple[Number | None, Number | None]]:
    """Pairs of numbers that differ, by the fewest changes; None where one has no counterpart."""
    costs = [[row + column for column in range(len(heard) + 1)] for row in range(len(told) + 1)]
    for row, one in enumerate(told, 1):
        for column, other in enumerate(heard, 1):
            costs[row][column] = min(
                costs[row - 1][column - 1] + (not _same(one, other)),
                costs[row - 1][column] + 1,
                costs[row][column - 1] + 1,
            )
    row, column = len(told), len(heard)
    while row or column:
        if row and column:
            changed = not _same(told[row - 1], heard[column - 1])
            if costs[row][column] == costs[row - 1][column - 1] + changed:
                row, column = row - 1, column - 1
                if changed:
                    yield told[row], heard[column]
                continue
        if row and costs[row][column] == costs[row - 1][column] + 1:
            row -= 1
            yield told[row], None
        else:
            column -= 1
            yield None, heard[column]


def _digits(text: str, number: Number, language: Language) -> tuple[int, int]:
    """The range of the number without its unit and sign."""
    for end in range(number.end, number.start, -1):
        for start in range(number.start, end):
            found = numbers(text[start:end], language)
            if len(found) == 1 and not found[0].of and (found[0].start, found[0].end) == (0, end - start):
                if found[0].written == number.written:
                    return start, end
                break
    return number.start, number.end


def _edits_within(told: str, heard: str, start: int, end: int) -> int:
    """Edits between ``heard[start:end]`` and the part of ``told`` that lies opposite when both are laid side by side."""
    costs = [list(range(len(heard) + 1))]
    for row, symbol in enumerate(told, 1):
        above, line = costs[-1], [row]
        for column, other in enumerate(heard, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (symbol != other)))
        costs.append(line)
    row, column, edits = len(told), len(heard), 0
    while row or column:
        inside = start < column <= end
        if row and column and costs[row][column] == costs[row - 1][column - 1] + (told[row - 1] != heard[column - 1]):
            row, column = row - 1, column - 1
            edits += inside and told[row] != heard[column]
        elif column and costs[row][column] == costs[row][column - 1] + 1:
            column -= 1
            edits += inside
        else:
            row -= 1
            edits += start < column < end
    return edits


def _best_within(needle: str, hay: str) -> int:
    """Fewest edits between the needle and any part of the hay."""
    line = [0] * (len(hay) + 1)
    for row, symbol in enumerate(needle, 1):
        before, line = line, [row]
        for column, other in enumerate(hay, 1):
            line.append(min(before[column] + 1, line[-1] + 1, before[column - 1] + (symbol != other)))
    return min(line)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _reason_by_unit(number: Number) -> Reason:
    return "price" if number.of == "money" else "discount" if number.of in ("zhe", "percent") else "number"


def _pays(product: Product) -> object:
    return product.price if product.sale_price is None else product.sale_price


def _what(reason: Reason) -> What:
    return reason if reason in ("price", "discount", "stock", "number") else "number"


def _sentence_at(text: str, place: int) -> str:
    for match in _SENTENCE.finditer(text):
        if match.start() <= place < match.end():
            return match[0].strip()
    return text.strip()


# What is said about it


class Corrections:
    """What is still to be put right, each utterance once."""

    def __init__(self) -> None:
        self._waiting: deque[Wrong] = deque()
        self._corrected: deque[int] = deque(maxlen=MOST_CORRECTED)
        self._n = 0

    def add(self, utterance_id: int, wrong: Wrong) -> None:
        if utterance_id in self._corrected:
            return
        self._corrected.append(utterance_id)
        self._n += 1
        self._waiting.append(wrong)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()

    def back(self, wrong: Wrong) -> None:
        """Its words were overtaken: it is said next, in others."""
        self._waiting.appendleft(wrong)

    @property
    def n(self) -> int:
        """Utterances that were corrected, or will be; for another wording each time."""
        return self._n

    def take(self) -> Wrong | None:
        """The oldest."""
        return self._waiting.popleft() if self._waiting else None


def words_of(wrong: Wrong, catalogue: Catalogue, may_say: Callable[[str], bool], number: int = 0) -> str:
    """The correction, with what is true by ``catalogue``; where that may not be said, that what was said does not hold."""
    language = wrong.language
    right = _right(wrong, catalogue, number)
    openings = phrases.PRICE_CHANGED[language] if wrong.what == "price changed" else phrases.CORRECTION[language]
    if right:
        text = openings[number % len(openings)].format(right=right)
        if may_say(text):
            return text
    taken_back = phrases.TAKEN_BACK[language]
    return taken_back[number % len(taken_back)]


def _right(wrong: Wrong, catalogue: Catalogue, number: int) -> str:
    product_id, language = wrong.product_id, wrong.language
    if wrong.what == "claim":
        return ""
    if wrong.what == "number" or product_id is None:
        return wrong.sentence
    if wrong.what == "name":
        names = phrases.MEANT[language]
        return names[number % len(names)].format(name=catalogue[product_id].name[language])
    intent, wording = _ANSWERED[wrong.what]
    return Answer(intent, language, product_id).text(catalogue, wording)
