"""What may be said now, in the words it would have: of the catalogue as it is, through the claims firewall (claims/).

Words that are ours and never change (the notices, "are you real?", "I don't know that one") do not ask it; a test holds them
against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sosie.claims import Author, Barred, Claims, Reason, Verdict
from sosie.shop.catalogue import Catalogue, Product
from sosie.show import phrases
from sosie.show.answers import Answer
from sosie.show.asides import Spoken
from sosie.show.identity import asks_if_real
from sosie.show.script import Line
from sosie.show.written import Written
from sosie.types import Language

_DECLINING = phrases.UNKNOWN, phrases.SHOW_UNKNOWN, phrases.NOT_SOLD
OUR_OWN = frozenset(
    (
        *phrases.IDENTITY.values(),
        *phrases.SHOW_IDENTITY.values(),
        *(text for each in _DECLINING for texts in each.values() for text in texts),
    )
)
"""Answers that are said whatever the firewall thinks: what the host is, what it does not know, and that nothing is sold."""


class Sayable:
    """One catalogue and its firewall; ``renew`` gives it another."""

    def __init__(self, catalogue: Catalogue, languages: Sequence[Language], barred: Barred) -> None:
        self._catalogue = catalogue
        self._claims = Claims(catalogue, barred)
        self._claims.prepare(languages)

    def renew(self, catalogue: Catalogue) -> Catalogue:
        """Returns the catalogue before. What the new one has no more is kept as something that is not on offer."""
        before, self._catalogue = self._catalogue, with_gone(self._catalogue, catalogue)
        self._claims = self._claims.renewed(self._catalogue)
        return before

    @property
    def catalogue(self) -> Catalogue:
        return self._catalogue

    @property
    def claims(self) -> Claims:
        return self._claims

    def is_offered(self, product_id: str) -> bool:
        return self._catalogue[product_id].offered

    def verdict(self, text: str, language: Language, product_id: str | None, author: Author) -> Verdict:
        return self._claims.check(text, language, product_id, author=author)

    def refused(self, text: str, language: Language, product_id: str | None, author: Author) -> Reason | None:
        return self.verdict(text, language, product_id, author).reason

    def line(self, line: Line) -> str | None:
        """Its words now; None when it cannot be said (sold out, no sale)."""
        if line.product_id is None:
            return self._catalogue.own_words(line.text, line.language)
        product = self._catalogue[line.product_id]
        return product.fill(line.text, line.language) if product.offered else None

    def refused_aside(self, said: Spoken, language: Language, product_id: str | None) -> Reason | None:
        # Persons wrote it all, we and the seller: nothing in it is a viewer's or a model's.
        return self.refused(said.stated or said.text, language, said.about or product_id, "person")

    def rests_on_the_same(self, said: Spoken, before: Catalogue) -> bool:
        """Whether all that it tells of is as it was."""
        return all(_number(before[key]) == _number(self._catalogue[key]) for key in said.rests_on)

    def refused_of_writer(self, sentence: str, language: Language, product_id: str | None) -> Reason | None:
        # What the host is, is never the writer's to say, not even truly.
        if asks_if_real(sentence):
            return "human"
        return self.refused(sentence, language, product_id, "model")

    def answer(self, answer: Answer, number: int) -> tuple[str, str | None, Reason | None]:
        """Its words, the product on the card meanwhile, and why it is "I don't know that one" if it is."""
        text = answer.text(self._catalogue, number)
        if text in OUR_OWN:
            return text, answer.product_id, None
        if isinstance(answer, Written):
            # One by one, for each quotes a fact of its own.
            reasons = [self.refused_of_writer(one, answer.language, answer.product_id) for one in answer.sentences]
            reason = next((why for why in reasons if why is not None), None)
        else:
            reason = self.refused(text, answer.language, answer.product_id, "machine")
        if reason is None:
            return text, answer.product_id, None
        return Answer("unknown", answer.language, None).text(self._catalogue, number), None, reason


def with_gone(before: Catalogue, after: Catalogue) -> Catalogue:
    """The new catalogue, and what it has no more as something that is not on offer: lines and answers still know its name."""
    there = {product.id for product in after.products}
    gone = tuple(product for product in before.products if product.id not in there)
    if not gone:
        return after
    lapsed = tuple(replace(product, stock=0, sale_price=None, lapsed=True, variants=()) for product in gone)
    return replace(after, products=(*after.products, *lapsed))


def _number(product: Product) -> object:
    """What templates are filled with, and all that trade changes."""
    return product.price, product.sale_price, product.stock, product.variants, product.lapsed
