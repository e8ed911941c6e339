"""The text that is read before signing: in wording/*.md, one file for each kind and language, filled from the fields.

The texts are written to be read by the person whose face it is. They are not legal advice; a lawyer's text can replace a
file, with a new ``WORDING_VERSION``. What was signed stays readable, for the record carries its full text.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from string import Template

from sosie.consent.record import ConsentRecord, Kind, Part, Purpose, Subject
from sosie.types import Language

WORDING_VERSION = 1

_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "face": "面部", "voice": "声音", "gestures": "动作姿态",
        "live": "直播", "video": "录制视频", "chat": "回答观众提问",
        "zh": "中文", "en": "英语", "fr": "法语",
        "own": "使用方自有网站或服务器", "none": "不在任何平台播出（仅限本机文件与本机回环流）", "join": "、",
    },
    "en": {
        "face": "face", "voice": "voice", "gestures": "gestures",
        "live": "live streams", "video": "recorded videos", "chat": "answers to viewers",
        "zh": "Chinese", "en": "English", "fr": "French",
        "own": "the user's own site or server", "none": "no platform (local files and loopback streams only)", "join": ", ",
    },
    "fr": {
        "face": "visage", "voice": "voix", "gestures": "gestes",
        "live": "directs", "video": "vidéos enregistrées", "chat": "réponses aux spectateurs",
        "zh": "chinois", "en": "anglais", "fr": "français",
        "own": "le site ou serveur de l'utilisateur",
        "none": "aucune plateforme (fichiers locaux et flux en boucle locale seulement)", "join": ", ",
    },
}  # fmt: skip
_DISCLOSURE: dict[Language, str] = {
    "zh": "{name}的数字分身",
    "en": "digital clone of {name}",
    "fr": "clone numérique de {name}",
}


def consent_text(record: ConsentRecord) -> str:
    """The full text for these fields in ``record.text_language``; the same fields always give the same text."""
    words = _WORDS[record.text_language]

    def listed(items: tuple[str, ...]) -> str:
        return words["join"].join(words.get(item, item) for item in items) or words["none"]

    template = files("sosie.consent").joinpath(f"wording/{record.kind}.{record.text_language}.md").read_text("utf-8")
    return Template(template).substitute(
        display_name=record.subject.display_name,
        legal_name=record.subject.legal_name,
        controller=record.controller,
        cloned=listed(record.cloned),
        purposes=listed(record.purposes),
        intended_use=record.intended_use,
        platforms=listed(record.platforms),
        languages=listed(record.languages),
        start=f"{record.start:%Y-%m-%d %H:%M} UTC",
        end=f"{record.end:%Y-%m-%d %H:%M} UTC",
        disclosure=record.disclosure,
        footage="\n".join(f"- {sha256}" for sha256 in record.footage),
        consent_id=record.consent_id,
    )


def text_sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def draft(
    *,
    consent_id: str,
    kind: Kind,
    subject: Subject,
    controller: str,
    cloned: tuple[Part, ...],
    purposes: tuple[Purpose, ...],
    intended_use: str,
    platforms: tuple[str, ...],
    languages: tuple[Language, ...],
    start: datetime,
    end: datetime,
    footage: tuple[str, ...],
    text_language: Language,
    disclosure: str = "",
) -> ConsentRecord:
    """An unsigned record with its text filled in. Raises YourInput naming the field that cannot be used.

    Times are kept to the second. An empty ``disclosure`` becomes "digital clone of <name>" in the text's language.
    """
    fields = ConsentRecord(
        consent_id=consent_id,
        kind=kind,
        subject=subject,
        controller=controller,
        cloned=cloned,
        purposes=purposes,
        intended_use=intended_use,
        platforms=platforms,
        languages=languages,
        start=start.replace(microsecond=0),
        end=end.replace(microsecond=0),
        footage=footage,
        disclosure=disclosure or _DISCLOSURE[text_language].format(name=subject.display_name),
        text_language=text_language,
        text="",
        text_sha256="",
        wording_version=WORDING_VERSION,
    )
    text = consent_text(fields)
    return replace(fields, text=text, text_sha256=text_sha256(text))
