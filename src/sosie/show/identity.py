"""Is the host real? The question is known by its words in three languages, and always answered truthfully.

Hard-wired on purpose (rules.md L7; EU AI Act art. 50(1); California B&P 17940): no model decides whether a viewer learns that
this is AI. Questions that these words miss are still found by meaning (intents.toml); both lead to the same true answer.
"""

from __future__ import annotations

import re
import unicodedata

_ZH = r"""
真人|真的人|真实的人|活人|假人|机器人|数字人|虚拟(?:人|主播|的)|人工智能|人类|智能合成|电脑合成|录播|是人吗|是不是人|还是人|算人吗|有人吗|程序吗
|(?:你|主播|她|他|这|这个|这里|那|声音|画面|视频)(?:是|是不是|到底是|不会是|难道是|就是|其实是|用的是|该不会是)?(?:个)?(?:AI|ai|合成|生成|假的|录的|录像|特效)
|(?:AI|ai)(?:吗|吧|吧\?|生成|合成|主播|做的)|换脸|深度伪造
"""
_EN = r"""
\b(?:are|r)\s*(?:you|u)\s*(?:(?:actually|really|even|truly|just|perhaps|maybe|like|sure you are|not)\s+)*(?:an?\s+)?(?:\w+\s+)?
  (?:real|human|a\.?i\.?|ai|bots?|robots?|fake|alive|chatbot|machine|person|people|computer|program|simulation|deepfake|avatar|clone|generated|synthetic)\b
|\b(?:is|are)\s+(?:this|it|that|she|he|they|the\s+\w+|your\s+\w+|there)\s+(?:(?:actually|really|even|just|a|an|all|like|some|your|kind\s+of|her|his)\s+)*
  (?:real\s+(?:person|human|people|woman|man|girl|guy|host|voice|face)|real\?|real$|human|ai|a\.i\.|bot|robot|fake|deepfake|avatar|virtual|pre-?recorded|recorded|
     (?:ai|computer)[- ]generated|generated|synthetic|cgi|a\s+recording)\b
|\breal\s+(?:person|human|people|or\s+(?:ai|fake|a?\s*robot|a?\s*bot))|\b(?:human|person)\s+or\s+(?:\w+\s+)?(?:ai|robot|bot|machine)|\b(?:ai|robot|bot|machine)\s+or\s+(?:\w+\s+)?(?:human|real|person)
|\b(?:talking|speaking|chatting)\s+(?:to|with)\s+(?:an?\s+)?(?:real\s+)?(?:human|person|ai|bot|robot|machine|someone\s+real)|\b(?:you'?re|you\s+are|u\s+r|ur)\s+(?:not\s+real|an?\s+ai\b|a\s+bot|a\s+robot|fake|not\s+human|an?\s+avatar)
|\bdeep\s?fake|\bartificial\s+intelligence|\bhuman\s+being|\bai\s*\?+|\bai\s+(?:host|avatar|clone|presenter|streamer|voice|face|generated|girl|woman|man)\b
"""
_FR = r"""
\b(?:es[- ]?tu|[êe]tes[- ]?vous|t'?es|tu\s+es|vous\s+[êe]tes|est[- ]ce\s+que\s+(?:tu|vous)\s+(?:es|[êe]tes)
   |seriez[- ]vous|c'?est|est[- ]ce
   |est[- ]elle|est[- ]il|elle\s+est|il\s+est|je\s+parle\s+à|on\s+parle\s+à)\s+
  (?:(?:bien|vraiment|une?|un|de|du|des|en|fait|juste|pas|que|quelqu'?un|à|avec|genre|par)\s+)*
  (?:r[ée]el(?:le)?s?\b|humaine?s?\b|(?:vrai|vraie)s?\s+(?:personne|gens|humain|humaine|femme|fille|homme|présentatrice|présentateur|voix)|robot|bot\b|ia\b|i\.a\.|machine|virtuel(?:le)?\b|avatar|clone|faux\b|fausse\b|
     enregistr[ée]e?\b|deepfake|programme|ordinateur|hologramme|synth[ée]tique|g[ée]n[ée]r[ée]e?\b|intelligence\s+artificielle)
|\bvraie?s?\s+(?:personne|humaine?|gens)\b|\bintelligence\s+artificielle|\b(?:humaine?|personne)\s+ou\s+(?:une?\s+)?(?:ia|robot|machine|bot)|\bhypertrucage|\bune?\s+ia\b|\bia\s*\?+|\b(?:ia|robot|bot)\s+ou\s+(?:une?\s+)?(?:humaine?|vraie?|personne)
|g[ée]n[ée]r[ée]e?\s+par\s+(?:une?\s+)?(?:ia|ordinateur|intelligence)
"""
_ASKS = re.compile("|".join(f"(?:{part})" for part in (_ZH, _EN, _FR)), re.IGNORECASE | re.VERBOSE)


def asks_if_real(text: str) -> bool:
    """True if the words ask, or claim to know, whether the host is a person."""
    return _ASKS.search(unicodedata.normalize("NFKC", text).replace("’", "'")) is not None
