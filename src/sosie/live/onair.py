"""Which words were on air: what an order is tied to, and what a later learner of wordings counts by. Pure."""

from __future__ import annotations

import hashlib

from sosie.shop.catalogue import Catalogue
from sosie.show.rundown import Rundown
from sosie.types import Language, Utterance


def wording_id(language: Language, product_id: str | None, wording: str) -> str:
    """Of a wording as the rundown has it, choices written out and templates not filled in; the same in every show."""
    text = "\x1f".join((language, product_id or "", wording))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def wording_of(utterance: Utterance, rundown: Rundown, catalogue: Catalogue) -> str | None:
    """Id of the rundown's wording that says this; None for what is not written there: answers, asides, notices.

    Where two lines of a product say the same, they are one wording.
    """
    if utterance.kind != "line":
        return None
    language, product_id = utterance.language, utterance.product_id
    if product_id is None:
        own = (*rundown.greeting[language], *rundown.closing[language])
        if utterance.topic is not None:
            told = (segment.lines[language] for segment in rundown.segments if segment.topic_id == utterance.topic)
            own = tuple(wording for lines in told for wordings in lines for wording in wordings)
        for wording in own:
            if catalogue.own_words(wording, language) == utterance.text:
                return wording_id(language, utterance.topic, wording)
        return None
    product = catalogue[product_id]
    for segment in rundown.segments:
        if segment.product_id == product_id:
            for wordings in segment.lines[language]:
                for wording in wordings:
                    if product.fill(wording, language) == utterance.text:
                        return wording_id(language, product_id, wording)
    return None
