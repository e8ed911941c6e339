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
    product = None if product_id is None else catalogue[product_id]
    for wordings in _points(utterance, rundown):
        for number, wording in enumerate(wordings):
            said = product.fill(wording, language) if product else catalogue.own_words(wording, language)
            if said == utterance.text:
                return ways_of(language, product_id, wordings)[number]
    return None


def wording_of(utterance: Utterance, rundown: Rundown, catalogue: Catalogue) -> str | None:
    """Id of the wording (shop.learned.wording_id), or of a topic's."""
    way = way_of(utterance, rundown, catalogue)
    return None if way is None else wording_id(utterance.language, utterance.product_id or utterance.topic, way.words)


def _points(utterance: Utterance, rundown: Rundown) -> Iterator[Wordings]:
    language = utterance.language
    if utterance.product_id is None and utterance.topic is None:
        yield from (rundown.greeting[language], rundown.closing[language])
        return
    for segment in rundown.segments:
        if (segment.product_id, segment.topic_id) == (utterance.product_id, utterance.topic):
            yield from segment.lines[language]
