"""The rundown: show.toml, the order of a show and every sentence of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field

from sosie.chat.settings import ChatRoom, ChatSwitch, chat_rooms
from sosie.claims import NOWHERE, Author, Barred, Claims, Verdict
from sosie.consent.record import PLATFORMS
from sosie.errors import YourInput
from sosie.shop.catalogue import Catalogue, Fact, Product, check_line
from sosie.shop.feed import Id, Moment, Text
from sosie.shop.store.opening import StoreNamed, shop_named
from sosie.shop.toml_file import Table, read_toml
from sosie.shop.webhooks.platforms import WebhookTable
from sosie.show.operator import Presence
from sosie.show.wording import in_turns
from sosie.types import LANGUAGES, Language
from sosie.voice.text import Pronunciation, Pronunciations

MOST_NOTICE_MINUTES = 15
"""Rules say "at regular intervals"; ten minutes by default and fifteen at most are our own choice (rules.md L4)."""
LONGEST_LINE = 300

Turns = Literal["segment", "round", "none"]
Order = Literal["changing", "fixed"]
Wordings = tuple[str, ...]
"""Ways to say one line, choices written out; they take turns from round to round."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One product's turn, or that of a topic: talk, or a story."""

    product_id: str | None
    """None where nothing is sold in it."""
    lines: Mapping[Language, tuple[Wordings, ...]]
    topic_id: str | None = None
    """Its own id where it has no product."""
    topic: Mapping[Language, str] = field(default_factory=dict)
    """What it is about, as the host announces it; of a segment without a product."""
    story: bool = False
    """Told as it is written; what is made up in it is no claim (claims/check.py, "teller")."""

    def __post_init__(self) -> None:
        if (self.product_id is None) == (self.topic_id is None):
            raise ValueError("a segment has a product or an id of its own")

    @property
    def id(self) -> str:
        segment_id = self.product_id or self.topic_id
        assert segment_id is not None
        return segment_id

    @property
    def author(self) -> Author:
        return "teller" if self.story else "person"


@dataclass(frozen=True, slots=True)
class Outputs:
    record: Path | None = None
    """MP4 file."""
    hls: Path | None = None
    """Folder."""
    rtmp_env: str | None = None
    """Name of the environment variable that holds the address; the address holds the stream key, so it is not here."""
    platform: str = "own"
    """Who runs the other end of the RTMP address; from consent.record.PLATFORMS."""


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """An OpenAI-compatible chat endpoint that words answers which the built-in ones decline."""

    base_url: str
    """Such as "http://127.0.0.1:11434/v1"; https unless it is this machine."""
    model: str
    key_env: str | None = None
    """Name of the environment variable that holds the key; None for an endpoint without one."""


@dataclass(frozen=True, slots=True)
class Rundown:
    file: str
    """Name of the file it was read from, for what is to be said to its writer."""
    title: Mapping[Language, str]
    clone: Path | None
    """Folder of the clone; None when the command line names it."""
    shop: Path | StoreNamed | None
    """A shop.toml, or a store; None for a show that sells nothing."""
    languages: tuple[Language, ...]
    """First is the show's own: used where nothing says otherwise."""
    turns: Turns
    """When the language changes: with every segment, after every round, or never."""
    segments: tuple[Segment, ...]
    greeting: Mapping[Language, Wordings]
    closing: Mapping[Language, Wordings]
    loop: bool
    order: Order
    """Whether segments and points come in another order after their first telling; a story wants "fixed"."""
    time_zone: str | None
    """The shop's, such as "Asia/Shanghai"; the host speaks of the time of day only where it is known."""
    notice_seconds: float
    chat: bool
    outputs: Outputs
    pronunciations: Pronunciations
    """How names are said, in lines, answers and prices alike."""
    webhooks: tuple[WebhookTable, ...] = ()
    """By whom the store is told of prices, stock and orders; only where ``shop`` is a store."""
    chat_rooms: tuple[ChatRoom, ...] = ()
    """Chats elsewhere that are read, and posted to where that is asked for."""
    writer: WriterSettings | None = None
    """None: what the built-in answers decline is declined."""
    presence: Presence | None = None
    """None: nobody need be on duty."""
    learning: bool = True
    """Whether wordings, answers and the product with one turn more are chosen by what they sold, and counted for it."""
    facts: tuple[Fact, ...] = ()
    """Of the show itself, each with the day from which it is true."""
    barred: Barred = NOWHERE
    """What may not be said where it is seen."""


def _wordings(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _env_name(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", value):
        raise ValueError("the NAME of an environment variable such as SOSIE_RTMP: the address holds your stream key")
    return value


def _key_env(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", value):
        raise ValueError("the NAME of an environment variable such as SOSIE_WRITER_KEY, never the key itself")
    return value


def _time_zone(value: object) -> object:
    if isinstance(value, str) and value not in available_timezones():
        raise ValueError('a name of the time-zone table, such as "Asia/Shanghai" or "Europe/Paris"')
    return value


Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]
LineWordings = Annotated[tuple[Line, ...], BeforeValidator(_wordings), Field(min_length=1)]


def _some_letters(value: object) -> object:
    if isinstance(value, str) and sum(letter.isalnum() for letter in value) < 2:
        raise ValueError("a word of two letters or more: one letter stands everywhere")
    return value


BarredWord = Annotated[str, BeforeValidator(_some_letters), Field(max_length=100)]


class _Titles(Table):
    zh: Line | None = None
    en: Line | None = None
    fr: Line | None = None


class _Spoken(Table):
    zh: LineWordings | None = None
    en: LineWordings | None = None
    fr: LineWordings | None = None


class _Lines(Table):
    zh: tuple[LineWordings, ...] = ()
    en: tuple[LineWordings, ...] = ()
    fr: tuple[LineWordings, ...] = ()


def _not_built(value: object) -> object:
    raise ValueError(
        "no such key: singing and music are not built, and a voice made for speech does not sing (docs/show.md)"
    )


class _Segment(Table):
    product: str | None = None
    id: Id | None = None
    topic: _Titles | None = None
    told: Literal["talk", "story"] = "talk"
    lines: _Lines
    song: Annotated[None, BeforeValidator(_not_built)] = None
    music: Annotated[None, BeforeValidator(_not_built)] = None


class _ShowFact(Table):
    topic: Id
    as_of: date
    until: Moment | None = None
    asked: tuple[Text, ...] = ()
    zh: Text | None = None
    en: Text | None = None
    fr: Text | None = None


class _Outputs(Table):
    record: str | None = None
    hls: str | None = None
    rtmp_env: Annotated[str | None, BeforeValidator(_env_name)] = None
    platform: str = "own"


def _endpoint(value: object) -> object:
    if isinstance(value, str):
        parts = urlsplit(value)
        here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        if not (here or (parts.scheme == "https" and parts.hostname)) or parts.username or parts.query:
            raise ValueError(
                "an https address such as https://host/v1, or http on 127.0.0.1; it gets what viewers write"
            )
    return value


class _Writer(Table):
    base_url: Annotated[str, BeforeValidator(_endpoint)]
    model: Annotated[str, Field(min_length=1)]
    key_env: Annotated[str | None, BeforeValidator(_key_env)] = None


class _Operator(Table):
    lost_after_seconds: Annotated[float, Field(ge=5, le=600)]


class _Say(Table):
    written: Annotated[str, Field(min_length=1)]
    spoken: str = ""
    phonemes: str = ""
    language: Language | None = None


class _File(Table):
    title: _Titles
    clone: str | None = None
    shop: str | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    turns: Turns = "segment"
    loop: bool = True
    order: Order = "changing"
    learning: bool = True
    time_zone: Annotated[str | None, BeforeValidator(_time_zone)] = None
    notice_minutes: Annotated[float, Field(ge=1, le=MOST_NOTICE_MINUTES)] = 10
    chat: ChatSwitch = True
    greeting: _Spoken
    closing: _Spoken
    fact: tuple[_ShowFact, ...] = ()
    words: str | None = None
    segment: Annotated[tuple[_Segment, ...], Field(min_length=1)]
    outputs: _Outputs = _Outputs()
    say: tuple[_Say, ...] = ()
    webhook: tuple[WebhookTable, ...] = ()
    writer: _Writer | None = None
    operator: _Operator | None = None


def read_rundown(path: Path) -> Rundown:
    """A rundown as written; paths in it are taken from its own folder. ``check_rundown`` holds it against the shop.

    Raises YourInput naming file, place and what is known there.
    """
    file = read_toml(path, _File)
    languages = file.languages
    if len(set(languages)) != len(languages):
        raise YourInput(f"{path.name}: languages holds one twice", wanted="each language once")
    if file.outputs.platform not in PLATFORMS:
        raise YourInput(
            f"{path.name}: outputs, platform is {file.outputs.platform!r}", wanted=f"one of {', '.join(PLATFORMS)}"
        )

    def place(name: str | None) -> Path | None:
        return None if name is None else path.parent / name

    return Rundown(
        file=path.name,
        title={language: _one(file.title, language, f"{path.name}: title") for language in languages},
        clone=place(file.clone),
        shop=_shop(file, path),
        languages=languages,
        turns=file.turns,
        segments=_segments(file, path.name),
        greeting={language: _said(file.greeting, language, f"{path.name}: greeting") for language in languages},
        closing={language: _said(file.closing, language, f"{path.name}: closing") for language in languages},
        loop=file.loop,
        order=file.order,
        learning=file.learning,
        time_zone=file.time_zone,
        notice_seconds=file.notice_minutes * 60,
        chat=file.chat is not False,
        chat_rooms=chat_rooms(file.chat, path.name),
        outputs=Outputs(
            place(file.outputs.record), place(file.outputs.hls), file.outputs.rtmp_env, file.outputs.platform
        ),
        pronunciations=_pronunciations(file.say, path.name),
        webhooks=file.webhook,
        presence=None if file.operator is None else Presence(file.operator.lost_after_seconds),
        facts=_facts(file, path.name),
        barred=Barred(file.outputs.platform, () if file.words is None else _own_words(path.parent / file.words)),
        writer=None
        if file.writer is None
        else WriterSettings(file.writer.base_url, file.writer.model, file.writer.key_env),
    )


def _pronunciations(say: tuple[_Say, ...], name: str) -> Pronunciations:
    try:
        return Pronunciations(
            tuple(Pronunciation(entry.written, entry.spoken, entry.phonemes, entry.language) for entry in say)
        )
    except YourInput as problem:
        raise YourInput(f"{name}: say: {problem.found}", wanted=problem.wanted, try_this=problem.try_this) from None


def _one(titles: _Titles | _ShowFact, language: Language, where: str) -> str:
    text: str | None = getattr(titles, language)
    if text is None:
        raise YourInput(f"{where} lacks {language}", wanted="a text for every language of the show")
    return text


def _said(spoken: _Spoken, language: Language, where: str) -> Wordings:
    wordings: Wordings | None = getattr(spoken, language)
    if wordings is None:
        raise YourInput(f"{where} lacks {language}", wanted="a text for every language of the show")
    return in_turns(wordings, f"{where}, {language}")


class _BarredWords(Table):
    why: Annotated[str, Field(min_length=1)]
    zh: tuple[BarredWord, ...] = ()
    en: tuple[BarredWord, ...] = ()
    fr: tuple[BarredWord, ...] = ()


class _WordsFile(Table):
    word: Annotated[tuple[_BarredWords, ...], Field(min_length=1)]


def _own_words(path: Path) -> tuple[tuple[Language, str], ...]:
    """A file of the owner's: what this show may not say."""
    file = read_toml(path, _WordsFile)
    return tuple((language, word) for each in file.word for language in LANGUAGES for word in getattr(each, language))


def _shop(file: _File, path: Path) -> Path | StoreNamed | None:
    if file.shop is not None:
        return shop_named(file.shop, path.parent, webhooks=bool(file.webhook))
    for key, there in (("webhook", bool(file.webhook)), ("product", any(entry.product for entry in file.segment))):
        if there:
            raise YourInput(
                f"{path.name} has a {key}, but names no shop", wanted='shop = "shop.toml", or no ' + key + " in it"
            )
    return None


def _facts(file: _File, name: str) -> tuple[Fact, ...]:
    topics = [fact.topic for fact in file.fact]
    if twice := next((topic for topic in topics if topics.count(topic) > 1), None):
        raise YourInput(f"{name}: fact {twice!r} is there twice", wanted="one fact for each topic")
    return tuple(
        Fact(
            fact.topic,
            {language: _one(fact, language, f"{name}: fact {fact.topic!r}").strip() for language in file.languages},
            fact.asked,
            of_show=True,
            as_of=fact.as_of,
            until=fact.until,
        )
        for fact in file.fact
    )


def _segments(file: _File, name: str) -> tuple[Segment, ...]:
    segments = tuple(_segment(entry, file.languages, name) for entry in file.segment)
    topics = [segment.topic_id for segment in segments if segment.topic_id is not None]
    known = [segment.product_id for segment in segments]
    for topic in topics:
        if topics.count(topic) > 1 or topic in known:
            raise YourInput(f"{name}: segment {topic!r} is there twice", wanted="another id for each segment")
    return segments


def _segment(entry: _Segment, languages: tuple[Language, ...], name: str) -> Segment:
    key = entry.product or entry.id
    if key is None or (entry.product is not None and entry.id is not None):
        raise YourInput(
            f"{name}: a segment has {'both a product and an id' if key else 'neither a product nor an id'}",
            wanted='product = "mug", or id = "evening" and a topic where nothing is sold',
        )
    if entry.product is not None and (entry.topic is not None or entry.told != "talk"):
        raise YourInput(
            f"{name}: segment {key!r} has a product and a {'topic' if entry.topic else 'story'}",
            wanted="stories and topics in segments without a product: what sells is no story",
        )
    if entry.product is None and entry.topic is None:
        raise YourInput(f"{name}: segment {key!r} has no topic", wanted="what it is about, as the host announces it")
    lines: dict[Language, tuple[Wordings, ...]] = {}
    for language in languages:
        where = f"{name}: segment {key!r}, {language} line"
        written: tuple[Wordings, ...] = getattr(entry.lines, language)
        lines[language] = tuple(in_turns(texts, f"{where} {number}") for number, texts in enumerate(written, 1))
        if not lines[language]:
            raise YourInput(
                f"{name}: segment {key!r} has no lines in {language}",
                wanted="lines for every language of the show",
            )
    if entry.topic is None:
        return Segment(entry.product, lines)
    topic = {language: _one(entry.topic, language, f"{name}: segment {key!r}, topic") for language in languages}
    return Segment(None, lines, entry.id, topic, entry.told == "story")


def local_time(rundown: Rundown, now: datetime) -> datetime | None:
    """What the shop's clocks say; None where the rundown names no time zone."""
    return None if rundown.time_zone is None else now.astimezone(ZoneInfo(rundown.time_zone))


def check_rundown(rundown: Rundown, catalogue: Catalogue) -> None:
    """Every product is in the shop, and no line states what only the catalogue may, or what it does not show.

    ``catalogue``: with the show's own facts (show/own_facts.py). Raises YourInput naming file, line and reason.
    """
    claims = Claims(catalogue, rundown.barred)
    for segment in rundown.segments:
        product = None if segment.product_id is None else _product(segment.product_id, catalogue)
        for language in rundown.languages:
            if product is not None and language not in product.name:
                raise YourInput(
                    f"the shop has no {language} texts, but the show is to be held in it",
                    wanted=f"one of {', '.join(key for key in LANGUAGES if key in product.name)}",
                )
            if segment.topic:
                where = f"{rundown.file}: segment {segment.id!r}, topic, {language}"
                _check_own(segment.topic[language], language, "person", rundown, catalogue, claims, where)
            for number, wordings in enumerate(segment.lines[language], 1):
                for text in wordings:
                    where = f"{rundown.file}: segment {segment.id!r}, {language} line {number}"
                    if product is None:
                        _check_own(text, language, segment.author, rundown, catalogue, claims, where)
                    else:
                        check_line(text, product, where)
                        _check_claims(text, language, product, catalogue, claims, where)
    for name, spoken in (("greeting", rundown.greeting), ("closing", rundown.closing)):
        for language, texts in spoken.items():
            for text in texts:
                _check_own(text, language, "person", rundown, catalogue, claims, f"{rundown.file}: {name}, {language}")
    for fact in rundown.facts:
        for language in rundown.languages:
            where = f"{rundown.file}: fact {fact.topic!r}, {language}"
            _check_own(fact.text[language], language, "machine", rundown, catalogue, claims, where)


def _product(product_id: str, catalogue: Catalogue) -> Product:
    known = [product.id for product in catalogue.products]
    if product_id not in known:
        raise YourInput(
            f"the rundown has a segment for product {product_id!r}, which the shop does not sell",
            wanted=f"one of {', '.join(known)}",
        )
    return catalogue[product_id]


def _check_own(
    text: str, language: Language, author: Author, rundown: Rundown, catalogue: Catalogue, claims: Claims, where: str
) -> None:
    """Holds words that speak of no product against what is known of the shop and of the show."""
    if "{shop}" in text and rundown.shop is None:
        raise YourInput(f"{where}: {{shop}} in a show without a shop", wanted="{show}, its title")
    said = catalogue.own_words(text, language)
    check_line(said, None, where, dated=bool(rundown.facts))
    _refuse(said, claims.check(said, language, None, author=author), where)


def _check_claims(
    text: str, language: Language, product: Product | None, catalogue: Catalogue, claims: Claims, where: str
) -> None:
    """Holds a line against the catalogue as it would be spoken; a sale or a stock that it tells of is taken for given."""
    product_id = None
    if product is not None:
        if (filled := product.fill(text, language)) is None or not product.offered:
            product = replace(product, stock=product.stock or 1)
            if product.fill(text, language) is None:
                # Only for a line that tells of a sale: while there is one, the price alone is no longer what one pays.
                product = replace(product, sale_price=product.sale_price or product.price / 2)
            catalogue = replace(
                catalogue, products=tuple(product if p.id == product.id else p for p in catalogue.products)
            )
            claims = claims.renewed(catalogue)
            filled = product.fill(text, language)
        assert filled is not None
        text, product_id = filled, product.id
    _refuse(text, claims.check(text, language, product_id, author="person"), where)


def _refuse(text: str, verdict: Verdict, where: str) -> None:
    if verdict.reason is not None:
        raise YourInput(
            f"{where}: {text[verdict.start : verdict.end].strip()!r} cannot be said, reason: {verdict.reason}",
            wanted="small talk, or what a fact or claim of the shop or the show states",
            try_this="other words, or the fact in its file if it can be proved; docs/claims.md has the reasons",
        )
