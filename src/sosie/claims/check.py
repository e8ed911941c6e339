"""One sentence, held against the catalogue of this moment: may the host say it?

    names ──► numbers ──► lists ──► (what no person wrote) words
    of products, left alone         each with its unit      each with what shows it    a closed vocabulary

A number needs the same number of the same thing in the facts of the product that the sentence is about. A word of the lists needs
a fact that says the same, or cannot be said at all. A sentence that no person wrote may use only words of the shop and of selling
(vocabulary.toml), for lists never know all that a hostile model may say. What this misses is listed in docs/claims.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Literal

from sosie.claims.barred import Barred
from sosie.claims.evidence import (
    NOTHING,
    WHOLE,
    Evidence,
    clause_at,
    name_pattern,
    names_of,
    of_product,
    of_shop,
    pieces_of,
    shows,
)
from sosie.claims.fold import Folded, fold, is_han
from sosie.claims.numbers import Number, numbers
from sosie.claims.options import all_of, words_of
from sosie.claims.quoted import is_small_talk, quotes
from sosie.claims.terms import FEW, Reason, Term, context, languages_in, terms
from sosie.claims.vocabulary import Vocabulary
from sosie.shop.catalogue import Catalogue, Product
from sosie.shop.money import Currency, discount
from sosie.types import Language

Author = Literal["person", "teller", "machine", "model"]
"""Who wrote it: a line of the rundown is a person's, who answers for it; a teller's is one of a story; what our program put
together is a machine's; what a language model wrote is a model's, and may only quote (quoted.py)."""
OF_GOODS: frozenset[Reason] = frozenset({"fact", "stock"})
"""Claims of what is sold; in a show without products, bamboo leaves and the last letter are just words."""
MADE_UP: frozenset[Reason] = OF_GOODS | {"number", "absolute", "comparison", "popularity", "urgency"}
"""What a story may hold: its three brothers and its greatest storm are nobody's claim, until it names a product."""


@dataclass(frozen=True, slots=True)
class Verdict:
    reason: Reason | None
    """None: it may be said."""
    start: int = 0
    """Of what is wrong, in the sentence as written; half-open range."""
    end: int = 0

    @property
    def allowed(self) -> bool:
        return self.reason is None


ALLOWED = Verdict(None)
NOWHERE = Barred()
MOST_KNOWN = 2000
"""Sentences whose verdict is kept: a show tells its lines hundreds of times."""
_CURRENCY: dict[Currency, str] = {
    "CNY": r"[¥元块圆毛角分]|yuan|rmb|cny|kuai|人民币",
    "EUR": r"€|eur|欧",
    "USD": r"\$|dollar|usd|buck|美",
    "GBP": r"£|pound|livre|quid|gbp|英镑",
}
_UNREADABLE = re.compile(
    r"[a-z0-9+/]{16,}={0,2}(?![a-z])|(?:[a-z0-9+/]{4}){2,}={1,2}|\b[0-9a-f]{12,}\b|(?:%[0-9a-f]{2}){3,}|\\[ux][0-9a-f]{2}"
    r"|[\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af\u0370-\u03ff]"
)
"""What no voice can say so that a viewer understands it: encoded text, and scripts that no show has."""


class Claims:
    """The firewall for one catalogue; make a new one when prices or stock change. Keeps its latest verdicts."""

    def __init__(self, catalogue: Catalogue, barred: Barred = NOWHERE) -> None:
        """``barred``: by where the show is seen."""
        self._catalogue = catalogue
        self._barred = barred
        self._shop = of_shop(catalogue)
        self._products: dict[str, Evidence] = {}
        self._before: dict[str, Evidence] = {}
        """What was shown of products that have changed since."""
        self._vocabularies: dict[Language, Vocabulary] = {}
        self._names = names_of(catalogue)
        self._owners: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for name, owner, whole in self._names:
            self._owners[name].append((owner, whole))
        self._known: dict[tuple[str, Language, str | None, Author], tuple[Verdict, frozenset[str]]] = {}
        """With the ids of the products that the sentence speaks of."""

    def renewed(self, catalogue: Catalogue) -> Claims:
        """For the same shop with other prices or stock: what was read in facts that stayed the same is not read again."""
        if _told(catalogue) != _told(self._catalogue):
            return Claims(catalogue, self._barred)
        new = copy(self)
        new._catalogue = catalogue
        products = {product.id: product for product in self._catalogue.products}
        changed = {product.id for product in catalogue.products if products[product.id] != product}
        new._known = {key: known for key, known in self._known.items() if changed.isdisjoint(known[1])}
        # A fact may carry a price, so any change of the product counts. It is read when it is next spoken of: all may
        # change at once. Then only what it no longer says in the same words is read.
        new._products = {key: shown for key, shown in self._products.items() if key not in changed}
        new._before = self._before | {key: shown for key, shown in self._products.items() if key in changed}
        return new

    def prepare(self, languages: Sequence[Language]) -> None:
        """Reads what is read once, so that no sentence on air costs more than another: all facts, all words, all lists."""
        for product in self._catalogue.products:
            self._shown(product)
        for language in languages:
            # A number, a price, and a word of either script: every list and pattern is asked for once.
            for text in ("1", "ab 2 yuan", "一二三元"):
                self._judge(text, language, None, "model")
            self._vocabulary(language)

    def check(self, sentence: str, language: Language, product_id: str | None, *, author: Author) -> Verdict:
        """``product_id``: what the sentence is about where it names nothing else.

        The templates of a line must be filled in. Raises YourInput for a product that the catalogue does not have.
        """
        key = (sentence, language, product_id, author)
        if key not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[key] = self._judge(sentence, language, product_id, author)
        return self._known[key][0]

    def knows(self, word: str, language: Language) -> bool:
        """Whether a Latin word is one of the shop's or of selling, so that as a name it would say something."""
        return self._vocabulary(language).knows(fold(word).text)

    def _judge(
        self, sentence: str, language: Language, product_id: str | None, author: Author
    ) -> tuple[Verdict, frozenset[str]]:
        text = fold(sentence)
        about = self._subject(text.text, product_id)
        return self._verdict(sentence, text, language, about, author), about.ids

    def _verdict(self, sentence: str, text: Folded, language: Language, about: _Subject, author: Author) -> Verdict:
        found = [
            *self._listed(text.text, language, about),
            *self._wrong_numbers(text.text, language, about),
            *_unreadable(text.text),
        ]
        if author == "teller" and not about.by_name:
            found = [one for one in found if one[0] not in MADE_UP]
        elif author == "person" and not self._catalogue.products:
            found = [one for one in found if one[0] not in OF_GOODS]
        if found:
            reason, start, end = min(found, key=lambda one: one[1])
            return Verdict(reason, *text.span(start, end))
        if author in ("machine", "model") and (strange := self._vocabulary(language).strange(text.text)):
            return Verdict("off the subject", *text.span(*strange))
        if author == "model" and not self._is_quotation(text.text, language, about):
            return Verdict("not quoted", 0, len(sentence))
        return ALLOWED

    def quotes(self, sentence: str, language: Language, product_id: str | None) -> bool:
        """Of a sentence that a model may say: whether it tells a fact, rather than small talk."""
        text = fold(sentence).text
        return not is_small_talk(self._subject(text, product_id).blanked(), language)

    def _is_quotation(self, text: str, language: Language, about: _Subject) -> bool:
        """Small talk, or whole clauses of a fact or claim of the one product that it is about."""
        products = about.named()
        if len(products) > 1:
            return False
        product = products[0] if products else about.at(0)
        bare = about.blanked()
        if is_small_talk(bare, language):
            return not products
        facts = [fact for fact in (*self._shown(product).facts(language), *self._shop.facts(language)) if fact.text]
        names = [name for name, owner, _ in self._names if product is not None and owner == product.id and name]
        return quotes(bare, facts, names, language)

    def _subject(self, text: str, product_id: str | None) -> _Subject:
        named = [
            (match.start(), match.end(), whole, self._catalogue[owner])
            for match in name_pattern(self._names).finditer(text)
            for owner, whole in self._owners[match[0]]
        ]
        return _Subject(self._catalogue[product_id] if product_id else None, named, text)

    # Numbers

    def _wrong_numbers(self, text: str, language: Language, about: _Subject) -> Iterator[tuple[Reason, int, int]]:
        for number in numbers(text, language):
            if about.is_name(number.start, number.end):
                continue
            product = about.at(number.start)
            shown = self._shown(product)
            reason = self._number(number, text, language, product, shown)
            if reason:
                yield reason, number.start, number.end

    def _number(
        self, number: Number, text: str, language: Language, product: Product | None, shown: Evidence
    ) -> Reason | None:
        """Why this number may not be said; None if the catalogue has it."""
        before = _before(text, number.start)
        if number.kind == "ordinal":
            return None
        if number.kind == "code":
            return None if number.counted[0] in shown.codes | self._shop.codes else "number"
        if number.of == "money" or (number.of == "" and _is_money(before, number, text, language)):
            if product is None and self._is_told_amount(number, text, language):
                return None
            return None if _is_price(number, text, language, product, before) else "price"
        if number.of == "zhe":
            return None if product and _discount(product, "zh") == f"{number.value.normalize():f}折" else "discount"
        if number.of == "percent":
            return self._percent(number, text, language, product, shown)
        if number.of:
            known = shown.measures_as(number) or self._shop.measures_as(number)
            return None if known else "number"
        return self._bare(number, text, language, product, shown)

    def _is_told_amount(self, number: Number, text: str, language: Language) -> bool:
        """Whether a fact of the show tells this amount, in this currency, of what the clause speaks of."""
        currency = _currency_of(text[number.start : number.end])
        wanted = _priced(clause_at(text, number.start, number.end), language)
        return any(
            other.of == "money"
            and other.value == number.value
            and _currency_of(fact.text[other.start : other.end]) == currency
            and len(wanted & _priced(fact.text, language)) >= WHOLE * len(wanted)
            for fact in self._shop.facts(language)
            for other in fact.numbers
        )

    def _percent(
        self, number: Number, text: str, language: Language, product: Product | None, shown: Evidence
    ) -> Reason | None:
        clause = clause_at(text, number.start, number.end)
        if context("off", language).search(clause) or re.search(r"-\s?$", text[: number.start]):
            ours = _discount(product, "en") if product else None
            return None if ours == f"{number.value.normalize():f}%" else "discount"
        if number.value < 100:
            return None if shown.measures_as(number) else "number"
        # "100 %" is an absolute term, but for what something is made of.
        of_what = _following(text, number.end)
        told = any(
            of_what and of_what == _following(fact.text, other.end)
            for fact in shown.facts(language)
            for other in numbers(fact.text, language)
            if other.of == "percent" and other.value == number.value
        )
        return None if told else "absolute"

    def _bare(
        self, number: Number, text: str, language: Language, product: Product | None, shown: Evidence
    ) -> Reason | None:
        clause = clause_at(text, number.start, number.end)
        if context("stock", language).search(clause) and not shown.counts_as(number):
            return None if product and number.value == product.stock else "stock"
        if number.value <= 1 or shown.counts_as(number):
            return None
        if not number.counted and shown.has_value(number):
            return None
        if number.counted[:1] in ((), ("的",)) and _is_price(
            number, text, language, product, _before(text, number.start)
        ):
            return None
        if language != "zh" and number.counted and number.counted[0] in _NO_THING and shown.has_value(number):
            return None
        return None if number.value == len(self._catalogue.products) and product is None else "number"

    # Lists

    def _listed(self, text: str, language: Language, about: _Subject) -> Iterator[tuple[Reason, int, int]]:
        for spoken in languages_in(text, language):
            for term in (*terms(spoken), *self._barred.terms(spoken)):
                for match in term.pattern.finditer(text):
                    start, end = match.span()
                    if end == start or about.is_name(start, end) or (term.spelled and _is_mostly_digits(match[0])):
                        continue
                    if not self._proved(term, match, spoken, about):
                        yield term.reason, start, end
        product = about.at(0)
        sold_out = context("sold_out", language).search(text)
        if (
            sold_out
            and product
            and product.offered
            and not (about.is_name(*sold_out.span()) or _names_what_is_gone(text, product))
        ):
            yield "stock", *sold_out.span()

    def _proved(self, term: Term, match: re.Match[str], language: Language, about: _Subject) -> bool:
        if term.never:
            return False
        product = about.at(match.start())
        if term.few_left and product and product.stock is not None and 0 < product.stock <= FEW:
            return True
        clause = clause_at(match.string, *match.span())
        facts = (*self._shown(product).facts(language), *self._shop.facts(language))
        return any(shows(fact, match[0], clause, term, language) for fact in facts)

    def _shown(self, product: Product | None) -> Evidence:
        if product is None:
            return self._shop
        if product.id not in self._products:
            self._products[product.id] = of_product(product, self._before.pop(product.id, NOTHING))
        return self._products[product.id]

    def _vocabulary(self, language: Language) -> Vocabulary:
        if language not in self._vocabularies:
            self._vocabularies[language] = Vocabulary.of(self._catalogue, language)
        return self._vocabularies[language]


def _is_mostly_digits(found: str) -> bool:
    """As "141 de": a price and a word, not a word with digits for letters."""
    return sum(map(str.isdigit, found)) > sum(map(str.isalpha, found))


def _names_what_is_gone(text: str, product: Product) -> bool:
    """The sentence names a kind of the product that is sold out while others are not."""
    there = {value for variant in product.variants if variant.offered for value in variant.options.values()}
    gone = {value for variant in product.variants if not variant.offered for value in variant.options.values()} - there
    known = [words for value in gone if (words := words_of(value)) is not None]
    said = {fold(value).text for value in gone} | {word for words in known for word in all_of(words)}
    return any(word in text for word in said)


def _told(catalogue: Catalogue) -> object:
    """All words of a catalogue, for comparing: no price and no stock."""
    products = [
        (
            product.id,
            product.name,
            product.called,
            product.facts,
            product.claims,
            tuple(tuple(variant.options.values()) for variant in product.variants),
        )
        for product in catalogue.products
    ]
    return catalogue.shop, catalogue.facts, products


def check(
    sentence: str, language: Language, catalogue: Catalogue, product_id: str | None, *, author: Author = "machine"
) -> Verdict:
    """One sentence against one catalogue; whoever checks many keeps a ``Claims``."""
    return Claims(catalogue).check(sentence, language, product_id, author=author)


# What a place in a sentence is about

Name = tuple[int, int, bool, Product]
_POINTING = re.compile(r"(?:\b(?:the|this|that|our|these|le|la|l'|les|ce|cet|cette|ces|notre|du|au) ?)$")


class _Subject:
    """Which product a place in the sentence is about: the last one named before it, else the next in its clause, else given."""

    def __init__(self, given: Product | None, named: list[Name], text: str) -> None:
        self._given = given
        self._text = text
        self._spans = [(start, end) for start, end, _, _ in named]
        self.by_name = any(whole for _, _, whole, _ in named)
        """A product's whole name stands in it: "lamp" alone is also a word of stories."""
        self._owners = tuple(product.id for _, _, _, product in named)
        # "Car cup holder" names no cup: short words count with an article, or in Chinese, or where nothing is given.
        named_too = {start for start, _, _, product in named if given is not None and product.id == given.id}
        counting = [
            (start, product)
            for start, _, whole, product in named
            if (whole or given is None or is_han(text[start]) or _POINTING.search(text[:start]))
            # A name that two products share means the given one.
            and (start not in named_too or (given is not None and product.id == given.id))
        ]
        self._named = sorted(counting, key=lambda one: one[0])

    def is_name(self, start: int, end: int) -> bool:
        return any(left <= start and end <= right for left, right in self._spans)

    @property
    def ids(self) -> frozenset[str]:
        """Of all products that it may speak of."""
        given = () if self._given is None else (self._given.id,)
        return frozenset((*given, *self._owners))

    def named(self) -> list[Product]:
        """The products that it names, each once."""
        return list({product.id: product for _, product in self._named}.values())

    def blanked(self) -> str:
        """The sentence without names of products."""
        text = self._text
        for start, end in self._spans:
            text = text[:start] + " " * (end - start) + text[end:]
        return text

    def at(self, place: int) -> Product | None:
        past = [product for start, product in self._named if start <= place]
        if past:
            return past[-1]
        clause = clause_at(self._text, place, place)
        begin = self._text.find(clause)
        coming = [product for start, product in self._named if begin <= start <= begin + len(clause)]
        return coming[0] if coming else self._given


def _unreadable(text: str) -> Iterator[tuple[Reason, int, int]]:
    for match in _UNREADABLE.finditer(text):
        yield "unreadable", *match.span()


# Prices

_NO_THING_WORDS = """
after at when and or in on for from with to now too still is are was even so but apres a au aux et ou en dans quand
encore pour avec sur
"""
_NO_THING = frozenset(_NO_THING_WORDS.split())
"""Words behind a number that show that nothing is counted."""


def _before(text: str, start: int) -> str:
    """The sentence up to the number, from its own start: "instead of" may stand before a comma."""
    return re.split(r"[.;!?。；](?!\d)", text[:start])[-1]


def _is_money(before: str, number: Number, text: str, language: Language) -> bool:
    clause = re.split(r"[,:、]", before)[-1]
    if context("stock", language).search(clause_at(text, number.start, number.end)):
        return False
    behind = text[number.end : number.end + 20].strip()
    if context("save", language).match(behind) or context("save", language).search(clause[-8:]):
        return True
    found = [match.end() for match in context("money", language).finditer(clause)]
    # A thing that is counted is no price: "the price for two lids".
    return bool(found) and (not number.counted or len(clause) - found[-1] <= 12)


def _currency_of(written: str) -> Currency | None:
    """None where the amount names none that we know."""
    return next((currency for currency, sign in _CURRENCY.items() if re.search(sign, written)), None)


def _priced(clause: str, language: Language) -> frozenset[str]:
    """The words of a clause without its amounts: what costs that much."""
    for number in reversed(numbers(clause, language)):
        clause = clause[: number.start] + " " + clause[number.end :]
    return pieces_of(clause, language)


def _is_price(number: Number, text: str, language: Language, product: Product | None, before: str) -> bool:
    """True if this amount is the product's own, in its currency, and in its role: was, is, or saved."""
    if product is None or not product.offered:
        return False
    sign = re.sub(r"[\d.,\s]", "", text[number.start : number.end])
    if number.of and sign and not re.search(_CURRENCY[product.currency], sign):
        return False
    now = product.price if product.sale_price is None else product.sale_price
    behind = re.split(r"[,.;!?。；]", text[number.end :])[0][:20]
    clause = re.split(r"[,，、:]", before)[-1]
    if context("save", language).search(clause) or context("save", language).match(behind.strip()):
        return number.value == product.price - now
    roles = [(match.end(), role) for role in ("before", "now") for match in context(role, language).finditer(before)]
    role = max(roles)[1] if roles else ""
    if role == "before":
        return number.value == product.price
    return number.value == now or (not role and number.value == product.price)


def _discount(product: Product, language: Language) -> str | None:
    return None if product.sale_price is None else discount(product.price, product.sale_price, language)


def _following(text: str, end: int) -> str:
    """The next word, or the next two Chinese characters."""
    found = re.match(r"\s*(?:(?:de|of|pure|pur)\s)?([a-z]+|[\u3400-\u9fff]{2})", text[end:])
    return found[1] if found else ""
