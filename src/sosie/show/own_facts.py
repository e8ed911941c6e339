"""What a show is told from: the shop's catalogue, or an empty one, with the show's own facts and title."""

from __future__ import annotations

from dataclasses import replace

from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Fact
from sosie.show import phrases
from sosie.show.answers import PROGRAMME
from sosie.show.rundown import Rundown


def told_from(rundown: Rundown, shop: Catalogue | None) -> Catalogue:
    """``shop``: None where the show sells nothing; it is then told in the show's own name. Raises YourInput."""
    catalogue = Catalogue(rundown.title, (), ()) if shop is None else shop
    for topic in {fact.topic for fact in catalogue.facts} & {fact.topic for fact in rundown.facts}:
        raise YourInput(f"{rundown.file}: fact {topic!r} is in the shop's file too", wanted="it in one of the two")
    return replace(catalogue, facts=(*catalogue.facts, *_facts(rundown)), show=rundown.title)


def _facts(rundown: Rundown) -> tuple[Fact, ...]:
    """With the programme, made of the segments' topics where the show has no fact of it."""
    topics = [segment.topic for segment in rundown.segments if segment.topic]
    if not topics or any(fact.topic == PROGRAMME for fact in rundown.facts):
        return rundown.facts
    texts = {
        language: phrases.PROGRAMME[language].format(
            topics=phrases.JOIN_TOPICS[language].join(topic[language] for topic in topics)
        )
        for language in rundown.languages
    }
    return (*rundown.facts, Fact(PROGRAMME, texts, of_show=True))
