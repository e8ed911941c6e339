"""An answer in a language model's words, checked at the moment of speaking like any other, and more strictly (author "model")."""

from __future__ import annotations

from dataclasses import dataclass, field

from sosie.shop.catalogue import Catalogue
from sosie.show import phrases
from sosie.show.answers import Answer

PATIENCE_SECONDS = 1.0
"""From the question to the writer to the built-in answer, a second draft included."""
LEAST_SECONDS = 0.25
"""Left of it for which a second draft is asked for."""
MOST_DRAFTS = 2
MOST_AT_ONCE = 3
"""Questions that the writer has at a time; the built-in answers the others at once."""
FAILURES = 3
"""Of the writer in a row, after which it is left alone for REST_SECONDS: nobody waits a second for nothing each time."""
REST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Written(Answer):
    """Holds nothing that a viewer wrote, for each sentence was found to be small talk or a quotation of the catalogue."""

    sentences: tuple[str, ...] = field(default=(), repr=False)

    def text(self, catalogue: Catalogue, number: int = 0) -> str:
        said = ("" if self.language == "zh" else " ").join(self.sentences)
        if self.named and self.product_id is not None:
            name = catalogue[self.product_id].name[self.language]
            return phrases.FACT_OF_ANOTHER[self.language].format(name=name, fact=said)
        return said
