"""What is sold, as it is at this moment: sales begin and end, prices and stock change. One thread writes, all may read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sosie.live.state import ShownProduct
from sosie.shop.catalogue import Catalogue, Product
from sosie.stage.cards import Card, Picture
from sosie.types import Language


@dataclass(frozen=True, slots=True)
class Goods:
    """What is sold is another from now on."""

    products: tuple[Product, ...]
    gone: frozenset[str]
    """Ids of what is sold no more."""


class Shelf:
    def __init__(self, catalogue: Catalogue, languages: Sequence[Language], today: Callable[[], datetime]) -> None:
        self._languages, self._today = languages, today
        # Decoded once, so that no file is read on air.
        self._pictures = {product.id: Picture.read(product.picture) for product in catalogue.products}
        self._goods = catalogue
        """Whatever the date; ``catalogue`` is what it comes to now."""
        self.catalogue = catalogue.at(today())
        self._cards = self._cards_of(self.catalogue)

    def take(self, goods: Goods) -> None:
        """Changes what is sold; ``turn`` then says what it comes to."""
        told = {product.id: product for product in goods.products}
        # What cannot be told of in every language of the show any more is as good as gone.
        gone = goods.gone | {key for key, product in told.items() if not product.name.keys() >= set(self._languages)}
        # The show's own products only: those that came later have no lines, and no picture that was read in time.
        products = tuple(
            replace(product, stock=0, variants=()) if product.id in gone else told.get(product.id, product)
            for product in self._goods.products
        )
        self._goods = replace(self._goods, products=products)

    def turn(self) -> Catalogue | None:
        """The catalogue as it is today, if it has changed since: sales begin and end, and offers lapse, on air too."""
        catalogue = self._goods.at(self._today())
        if catalogue == self.catalogue:
            return None
        self.catalogue, self._cards = catalogue, self._cards_of(catalogue)
        return catalogue

    def card(self, product_id: str, language: Language) -> Card | None:
        return self._cards.get((product_id, language))

    def shown(self, product_id: str, language: Language) -> ShownProduct:
        """What the page says of the card that is on screen."""
        product = self.catalogue[product_id]
        price, before = product.price_now(language), product.price_before(language)
        return ShownProduct(
            product.id, product.name[language], before or price, price if before else None, product.stock, True
        )

    def _cards_of(self, catalogue: Catalogue) -> dict[tuple[str, Language], Card]:
        return {
            (product.id, language): Card(
                product.name[language],
                product.price,
                product.currency,
                product.sale_price,
                self._pictures[product.id],
                product.stock,
                product.price_varies,
            )
            for product in catalogue.products
            for language in self._languages
        }
