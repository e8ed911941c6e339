"""Which words were on air: what an order is tied to, and what wordings are counted by. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from sosie.shop.catalogue import Catalogue
from sosie.shop.learned import Way, wording_id
from sosie.show.rundown import Rundown, Wordings
from sosie.types import Language, Utterance


def ways_of(language: Language, product_id: str | None, wordings: Wordings) -> tuple[Way, ...]:
    """The wordings of one point, as ways that compete with each other."""
    point = wording_id(language, product_id, wordings[0])
    return tuple(Way("line", product_id, language, words, point) for words in wordings)


def way_of(utterance: Utterance, rundown: Rundown, catalogue: Catalogue) -> Way | None:
    """The rundown's wording that says this; None for what is not written there: answers, asides, notices.

    Where two lines of a product say the same, they are one wording.
    """
    if utterance.kind != "line":
        return None
    language, product_id = utterance.language, utterance.product_id
    if product_id is None:
        shop = catalogue.shop[language]
        for wordings in (rundown.greeting[language], rundown.closing[language]):
            for number, wording in enumerate(wordings):
                if wording.replace("{shop}", shop) == utterance.text:
                    return ways_of(language, None, wordings)[number]
        return None
    product = catalogue[product_id]
    for wordings in _points(rundown, product_id, language):
        for number, wording in enumerate(wordings):
            if product.fill(wording, language) == utterance.text:
                return ways_of(language, product_id, wordings)[number]
    return None


def wording_of(utterance: Utterance, rundown: Rundown, catalogue: Catalogue) -> str | None:
    """Id of the wording (shop.learned.wording_id)."""
    way = way_of(utterance, rundown, catalogue)
    return None if way is None else way.id


def _points(rundown: Rundown, product_id: str, language: Language) -> Iterator[Wordings]:
    for segment in rundown.segments:
        if segment.product_id == product_id:
            yield from segment.lines[language]
