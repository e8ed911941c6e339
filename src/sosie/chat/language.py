"""In which language a short text is written: Chinese by its script, French and English by their small words."""

from __future__ import annotations

import re

from sosie.types import Language

_FRENCH_WORDS = """
le la les un une des du de et est es c ce cet cette ça ca quel quelle quels quelles combien comment pourquoi où quand qui que
quoi je j tu il elle on nous vous ils elles ne pas plus avec pour sur dans en au aux avez puis peut faut sont suis bonjour salut
merci oui non coûte cout prix taille couleur couleurs livraison lavage écharpe lampe mug svp réduction promo vraie vrai reste
combient cest encore y faire fait l d s t n qu toi moi lave matière garantie tasse
"""
_ENGLISH_WORDS = """
the a an is are was be it its this that these those how what which when where who why much many do does did can could will
would i you we they he she not in on at for with from of to and or have has had any there your my me price size colour color
shipping hello hi hey thanks thank yes no please real human cost costs money wash warm good big long left stock robot discount
made ship if about more than get buy scarf lamp mug cup washable
"""
_FRENCH = frozenset(_FRENCH_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_ACCENTS = re.compile(r"[àâçéèêëîïôùûœ]", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")


def language_of(text: str, default: Language) -> Language:
    """``default`` where nothing tells, as in "350 ml?"."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    # Mixed questions ("这个 lamp 多少钱") are Chinese ones: a foreign word in Chinese is common, the reverse is not.
    n_han = len(_HAN.findall(text))
    n_latin = sum(not _HAN.search(word) for word in words)
    if n_han and n_han >= n_latin / 2:
        return "zh"
    french = sum(word in _FRENCH for word in words) + 2 * bool(_ACCENTS.search(text))
    english = sum(word in _ENGLISH for word in words)
    if french == english:
        return default
    return "fr" if french > english else "en"
