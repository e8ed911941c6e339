"""May a free writer's sentence be said? Only if it quotes a fact, clause by clause, or is small talk of a short list of words.

Lists and numbers do not read meaning, so a hostile model could lie in the shop's own words ("the lamp also charges your phone").
A quotation hardly can: what is left of the sentence without its small words, small talk and the product's name has to be whole
clauses of one fact of that product, in their order, with every "not" that the fact has. Who wants other words writes a fact.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache

from sosie.claims.evidence import Shown, stem
from sosie.claims.fold import DATA, fold, is_han, words
from sosie.claims.terms import context
from sosie.types import Language

_CLAUSE = re.compile(r"(?<!\d)[,.;:!?。、；—\n]+|[,.;:!?。、；—\n]+(?!\d)")


def is_small_talk(text: str, language: Language) -> bool:
    """``text``: folded, names of products blanked out. True if it says nothing of anything."""
    return not _content(text, language)


def quotes(text: str, facts: Sequence[Shown], names: Sequence[str], language: Language) -> bool:
    """``text`` as above; ``facts`` of the one product that it is about and of the shop; ``names``: folded, of that product."""
    wanted = _content(text, language)
    no = context("no", language)
    for fact in facts:
        clauses = [clause for clause in _CLAUSE.split(_without(fact.text, names)) if clause.strip()]
        told = [_content(clause, language) for clause in clauses]
        for first in range(len(told)):
            for last in range(first + 1, len(told) + 1):
                if [piece for clause in told[first:last] for piece in clause] == wanted:
                    return len(no.findall(text)) == len(no.findall(" ".join(clauses[first:last])))
    return False


def _without(text: str, names: Sequence[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = (
            text.replace(name, " " * len(name)) if is_han(name[0]) else re.sub(rf"\b{re.escape(name)}s?\b", " ", text)
        )
    return text


def _content(text: str, language: Language) -> list[str]:
    """Stems, numbers and Chinese characters in their order, without small words and small talk."""
    latin, phrases, small = _talk(language)
    if phrases is not None:
        text = phrases.sub(" ", text)
    found = []
    for word in words(text):
        plain = re.sub(r"'.*", "", word)
        if is_han(word[0]):
            if word not in small:
                found.append(word)
        elif plain not in latin and stem(plain) not in latin:
            found.append(stem(plain) if plain.isalpha() else word)
    return found


@cache
def _talk(language: Language) -> tuple[frozenset[str], re.Pattern[str] | None, frozenset[str]]:
    """Latin words, Chinese phrases as one pattern, and Chinese characters that say nothing."""
    data = tomllib.loads((DATA / "talk.toml").read_text("utf-8"))
    latin = frozenset(fold(data["en" if language == "zh" else language]).text.split())
    if language != "zh":
        return latin, None, frozenset()
    phrases = sorted(fold(data["zh"]).text.split(), key=len, reverse=True)
    return latin, re.compile("|".join(map(re.escape, phrases))), frozenset(fold(data["zh_characters"]).text)
