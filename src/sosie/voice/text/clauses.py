"""Cuts a text into clauses that are spoken one after the other, the first one short so that speech starts early."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sosie.errors import YourInput
from sosie.types import Language
from sosie.voice.text import chinese, english, french
from sosie.voice.text.names import NAMES
from sosie.voice.text.normalise import MASKS, Piece, pieces, rule
from sosie.voice.text.pronunciations import Named, Pronunciations
from sosie.voice.text.scripts import Skipped, fold, kind_of, skipped_in, speakable

MAX_CHARACTERS = 20_000
"""Longest text taken at once: more than an hour of Chinese."""
FIRST_SECONDS = 2.5
"""Estimated length at which the first clause ends at the next comma: two cores speak it in under a second."""
LONG_OPENING_SECONDS = 3.5
"""A first clause without a comma that is longer than this is cut all the same, where a linking word allows it."""
USUAL_SECONDS = 6.0
"""The same for the clauses behind it: melody is better in longer ones, and they are made while the one before is heard."""
MAX_SECONDS = 11.0
"""No clause is estimated longer; where no punctuation helps, it is cut at a space, at last between two characters."""

_SECONDS = {"han": 0.23, "latin": 0.07, "digit": 0.3, "sign": 0.03, "space": 0.0}
"""Of speech for one character, by Kokoro's own pace; a sign may be read aloud, which costs little here: it is an estimate."""

_STRONG = frozenset("。！？!?.…\n\u2028\u2029")
_WEAK = frozenset("，,；;：:、—–")
_CLOSING = frozenset("”’\"'）)】」》»]")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|No|Nr|vs|approx|e\.g|i\.e|MM|env|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Za-z])\.$"
)

_NUMBER_SIGN = re.compile(r"\W?no\. \d")
"""no. 7, but not "no. Seven left"."""

_LINK = re.compile(
    r"(?<=[^\W\d_]) (?=(?:and|or|but|with|for|to|until|in|on|at|because|that|which|et|ou|mais|avec|pour|dans|qui|que)\b)"
)

PAUSE_SECONDS = {"strong": 0.38, "weak": 0.16, "paragraph": 0.6, "": 0.0}
"""Silence after a clause, by what ends it; what the voice itself leaves is trimmed before."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a clause that one language's front end reads."""

    language: Language
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """What is spoken in one breath."""

    text: str
    """As written, control characters dropped; the clauses of a text, joined, are the text."""
    runs: tuple[Run, ...]
    """At least one word in all."""
    pause_seconds: float
    """Silence that belongs behind it; 0 where a long sentence was cut without punctuation."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text made ready to be spoken."""

    clauses: tuple[Clause, ...]
    skipped: tuple[Skipped, ...]
    """What will not be spoken, in order: show it to whoever wrote the text before it is on air."""


def read(text: str, language: Language, names: Pronunciations = NAMES) -> Reading:
    """Makes ``text`` ready to be spoken by a speaker of ``language``; other scripts inside go to their own front ends.

    ``names`` come before every rule: ours, or a user's over ours (``theirs.over(NAMES)``).

    Raises YourInput when there is nothing to say in it (empty, emoji only, a script that no voice speaks) or when it is longer
    than MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise YourInput(
            f"the text has {len(text)} characters", wanted=f"at most {MAX_CHARACTERS}", try_this="say it in parts"
        )
    text = unicodedata.normalize("NFC", text)
    shown = "".join(char for char in text if kind_of(char) != "control")
    named = {name.start: name for name in names.names_in(shown, language)}
    masked = _masked(shown, named.values())
    skipped = skipped_in(text) if masked == shown else skipped_in(masked)
    if not any(map(speakable, masked)):
        raise _nothing_to_say(shown, skipped)
    found = []
    start = 0
    for part, end in _with_words(_cut(masked)):
        runs = tuple(_runs(part, language, named, start, shown))
        found.append(Clause(shown[start : start + len(part)], runs, PAUSE_SECONDS[end]))
        start += len(part)
    return Reading(tuple(found), skipped)


def clauses(text: str, language: Language, names: Pronunciations = NAMES) -> tuple[Clause, ...]:
    """``read`` for those who do not show what is skipped."""
    return read(text, language, names).clauses


_MASK = rule(f"[{MASKS[0]}]+|[{MASKS[1]}]+", lambda match: match[0])


def _masked(text: str, named: Iterable[Named]) -> str:
    parts, end = [], 0
    for number, name in enumerate(named):
        parts += [text[end : name.start], MASKS[number % 2] * (name.end - name.start)]
        end = name.end
    return "".join(parts) + text[end:]


def _nothing_to_say(text: str, skipped: tuple[Skipped, ...]) -> YourInput:
    reasons = {part.why for part in skipped}
    if "script" in reasons:
        sample = next(part.text for part in skipped if part.why == "script")
        script = unicodedata.name(sample[0], "an unnamed script").split(" ")[0].capitalize()
        return YourInput(
            f"the text is in {script} script", wanted="Chinese, English or French", try_this="translate it"
        )
    if "emoji" in reasons:
        return YourInput("the text is only emoji", wanted="words to say", try_this="write what the emoji should say")
    found = "only punctuation" if text.strip() else "empty"
    return YourInput(f"the text is {found}", wanted="words to say", try_this="write a sentence")


# --- cutting ---

_Atom = tuple[str, str]
"""(text, what ends it: a key of PAUSE_SECONDS)"""


def _cut(text: str) -> Iterator[_Atom]:
    """Joins short atoms up to the wished length; a full stop always ends a clause."""
    limit = FIRST_SECONDS
    held, length = "", 0.0
    for number, (atom, end) in enumerate(_atoms(text)):
        for part, part_end in _shortened(atom, end) if number else _opened(atom, end):
            if held and length + estimate_seconds(part) > limit:
                yield held, "weak"
                held, length, limit = "", 0.0, USUAL_SECONDS
            held, length = held + part, length + estimate_seconds(part)
            if part_end != "weak":
                yield held, part_end
                held, length, limit = "", 0.0, USUAL_SECONDS
    if held:
        yield held, "weak"


def _atoms(text: str) -> Iterator[_Atom]:
    """Cuts behind every punctuation that separates; spaces and closing marks stay with what is before them."""
    start = 0
    position = 0
    while position < len(text):
        end = _end_of(text, position)
        position += 1
        if not end:
            continue
        while position < len(text) and (
            text[position] in _CLOSING
            or text[position] in _STRONG
            or text[position] in _WEAK
            or text[position].isspace()
        ):
            end = (
                "paragraph"
                if text[position] in "\n\u2028\u2029"
                else "strong"
                if text[position] in _STRONG and end == "weak"
                else end
            )
            position += 1
        yield text[start:position], end
        start = position
    if start < len(text):
        yield text[start:], "strong"


def _end_of(text: str, position: int) -> str:
    """What kind of end the character at ``position`` is; "" for none: 3.5, 9:30, 1,299, U.S., Dr. Smith are not ends."""
    char = text[position]
    if char not in _STRONG and char not in _WEAK:
        return ""
    if char in "\n\u2028\u2029":
        return "paragraph"
    before = text[position - 1] if position else " "
    after = text[position + 1 : position + 2]
    if char in ".,:;：—–-" and after and not after.isspace() and after not in _CLOSING and after not in _STRONG:
        joins_numbers = fold(before).isdigit() and fold(after).isdigit()
        if joins_numbers or (char in ".:," and not (kind_of(before) == "han" or kind_of(after) == "han")):
            return ""
    if char in "—–" and fold(before).isdigit():
        return ""
    if char == "." and _NUMBER_SIGN.fullmatch(text, max(0, position - 3), position + 3):
        return ""
    if char == "." and after and _ABBREVIATION.search(text[max(0, position - 8) : position + 1]):
        return ""
    return "strong" if char in _STRONG else "weak"


def _opened(atom: str, end: str) -> Iterator[_Atom]:
    """The first atom; when it is so long that the listener would wait, it is cut before a linking word, without a pause."""
    if estimate_seconds(atom) > LONG_OPENING_SECONDS:
        links = (match.end() for match in _LINK.finditer(atom))
        cuts = [cut for cut in links if 1.0 < estimate_seconds(atom[:cut]) <= FIRST_SECONDS]
        if cuts:
            yield atom[: cuts[-1]], ""
            atom = atom[cuts[-1] :]
    yield from _shortened(atom, end)


def _shortened(atom: str, end: str) -> Iterator[_Atom]:
    """The atom in parts of at most MAX_SECONDS: cut at the last space that fits, else between characters."""
    while estimate_seconds(atom) > MAX_SECONDS:
        fits = _fitting(atom)
        space = atom.rfind(" ", fits // 2, fits)
        cut = space + 1 if space > 0 else fits
        yield atom[:cut], ""
        atom = atom[cut:]
    if atom:
        yield atom, end


def _fitting(text: str) -> int:
    """How many characters last MAX_SECONDS."""
    seconds = 0.0
    for count, char in enumerate(text):
        seconds += _SECONDS.get(kind_of(char), 0.0)
        if seconds > MAX_SECONDS:
            return max(1, count)
    return len(text)


def estimate_seconds(text: str) -> float:
    """Rough length of ``text`` when spoken, pauses not counted."""
    return sum(_SECONDS.get(kind_of(char), 0.0) for char in text)


def _with_words(atoms: Iterable[_Atom]) -> Iterator[_Atom]:
    """Clauses with nothing to say (an emoji behind a full stop) go to their neighbour, so that subtitles still show them."""
    held: _Atom | None = None
    front = ""
    for text, end in atoms:
        if not any(map(speakable, text)):
            if held:
                held = held[0] + text, held[1]
            else:
                front += text
            continue
        if held:
            yield held
        held = front + text, end
        front = ""
    if held:
        yield held[0] + front, held[1]


# --- languages inside a clause ---

_RULES = {
    "zh": (_MASK, *chinese.RULES),
    "en": (_MASK, *english.RULES),
    "fr": (_MASK, *french.RULES),
}


# In an English or French text: Chinese, with the numbers and signs that stand before or inside it.
_CHINESE_STRETCH = re.compile(
    r"(?:[¥￥]?(?<![\d.,])\d[\d.,]{0,20}%?)?[一-鿿〇](?:[^A-Za-zÀ-ɏ]*[一-鿿〇])?(?:\d+(?:[.,]\d+)*%?)?"
)


def _runs(masked: str, language: Language, named: Mapping[int, Named], start: int, shown: str) -> Iterator[Run]:
    """``masked`` is what ``shown`` has from ``start`` on, its names masked."""
    found: list[tuple[Piece, Language]] = []
    for part, owner in _stretches(masked, language):
        for piece in pieces(part, _RULES[owner]):
            found.append((_unmasked(piece, named.get(start), shown, start), owner))
            start += len(piece.written)
    owners = _owners(found)
    first = 0
    for i in range(1, len(found) + 1):
        if i == len(found) or owners[i] != owners[first]:
            yield Run(owners[first], tuple(piece for piece, _ in found[first:i]))
            first = i


def _unmasked(piece: Piece, name: Named | None, shown: str, start: int) -> Piece:
    written = shown[start : start + len(piece.written)]
    if name is None or name.end - name.start != len(written):
        return replace(piece, written=written)
    return Piece(written, name.spoken or written, name.phonemes)


def _stretches(text: str, language: Language) -> Iterator[tuple[str, Language]]:
    """Parts of ``text`` and whose rules read them. Chinese rules read the whole of a Chinese text: 2.5kg, iPhone 15."""
    if language == "zh":
        yield text, "zh"
        return
    start = 0
    for match in _CHINESE_STRETCH.finditer(text):
        if match.start() > start:
            yield text[start : match.start()], language
        yield match[0], "zh"
        start = match.end()
    if start < len(text):
        yield text[start:], language


def _owners(found: Sequence[tuple[Piece, Language]]) -> list[Language]:
    """Whose front end reads each piece: Latin words that Chinese rules left are English, Chinese words are Chinese wherever they
    stand; signs go with the word before them.
    """
    owners: list[Language] = []
    for piece, owner in found:
        if owner == "zh" and kind_of(piece.spoken[:1] or " ") == "latin":
            owner = "en"
        elif kind_of(piece.spoken[:1] or " ") == "han":
            owner = "zh"
        elif not piece.is_word and owners:
            owner = owners[-1]
        owners.append(owner)
    return owners
