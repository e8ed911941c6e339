"""The quick voice: a style for Kokoro that sounds like the person, in under two minutes, without torch.

    talk of the footage ── first 80 % ──► CAM++ ──► target ─┐
    stock voices, heard beforehand ──► the likest of them ──┴► search (likeness_search.py) ──► style
                        └─ last 20 % ──► another encoder and a recogniser (likeness_judge.py) ──► keep it, go back a bit, or stock
                                                                   where a language is unclear ──► an accent (accent.py)

Only the 256 numbers of the style are fitted, within what the stock voices span, so the speech stays about as clear as theirs. The
full fit (fit_full.py) begins with the likest stock voice too, and not with what the search found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sosie.errors import BadFootage
from sosie.ports import VoiceEncoder
from sosie.types import LANGUAGES, LISTEN_HZ, Audio, Floats, Language
from sosie.voice.accent import with_accents
from sosie.voice.likeness_judge import Judge, Say, Score, Understand, at_listen_rate, is_better
from sosie.voice.likeness_search import Heard, Numbers, Target, search
from sosie.voice.likeness_space import PHRASE_SPEED, PHRASES, StockVoices, StyleSpace, phrase
from sosie.voice.pitch import median_pitch, pitch_curve
from sosie.voice.style import VoiceStyle

LEAST_SPEECH_SECONDS = 5.0
HELD_OUT = 0.2
"""Share of the speech, its end, that no fit hears: it judges."""
LEAST_HELD_OUT_SECONDS = 1.5
PIECE_SECONDS = 3.0
"""The target is the mean of embeddings of pieces this long, as long as what the search compares to it, nearly."""
SEARCH_SHARE = 0.4
"""Of the time budget; the rest is for judging two or three styles (25 s of computing each) and for accents."""
MOST_TRIES = 120
"""45 to 90 were tried; most of the gain came in the first 30."""
PITCH_LIMIT = 0.7
"""Octaves between the person's pitch and that of the stock voice to begin with."""
STEPS_BACK = (1.0, 0.5)
"""Shares of the way from the likest stock voice to the fitted place that are judged, until one passes."""


@dataclass(frozen=True, slots=True, eq=False)
class VoiceFit:
    """A voice and the evidence that it is one."""

    style: VoiceStyle
    stock: tuple[Score, ...]
    """The likest stock voice, for each language."""
    fitted: tuple[Score, ...]
    """``style``, for each language, accents included."""
    ceiling: float
    """Likeness of the person's own first part to their last, by the outside encoder: not to be passed."""
    tries: int
    """Phrases spoken in the search, or steps of the full fit."""
    note: str
    """What was kept and why, one sentence to the person who asked for the clone."""


def fit_quick(
    talk: Sequence[Audio],
    stock: StockVoices,
    *,
    say: Say,
    encoder: VoiceEncoder,
    judge: VoiceEncoder,
    understand: Understand,
    now: Callable[[], float],
    budget_seconds: float = 85.0,
    most_tries: int = MOST_TRIES,
    languages: Sequence[Language] = LANGUAGES,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> VoiceFit:
    """Fits the style to stretches of ``talk`` (VOICE_HZ, one person, no other sound). Raises BadFootage under 5 s.

    ``encoder`` guides, ``judge`` (another network) says where to begin and decides at the end; ``languages`` are those the clone
    will speak. The search stops at half the budget or after ``most_tries``, whichever is first; the same number of tries gives
    the same voice.
    """
    started = now()
    progress = progress or _ignore
    enrolled, unheard = split(talk)
    target = Target(mean_embedding(enrolled, encoder), pitch_of(enrolled))
    columns = [phrase(language) for language in languages]
    likest = _likest(stock, judge.embed(joined(enrolled)), target.pitch_hz, columns)
    space = StyleSpace(stock.packs, stock.packs[likest])
    name = f"fitted from {sum(piece.seconds for piece in enrolled):.0f} s of speech"
    tries = 0

    def hear(place: Floats, number: int) -> Numbers:
        spoken = at_listen_rate(say(PHRASES[languages[number]], space.style(place, name), PHRASE_SPEED))
        pitch = median_pitch(pitch_curve(spoken)) or target.pitch_hz
        return target.heard(encoder.embed(spoken), pitch)

    def more(done: int) -> bool:
        nonlocal tries
        tries = done
        used = (now() - started) / (SEARCH_SHARE * budget_seconds)
        progress(SEARCH_SHARE * min(1.0, max(used, done / most_tries)))
        return done < most_tries and used < 1

    known = _heard_before(stock, space, target, columns)
    found = search(known, target, space.start, hear, more, n_phrases=len(columns), seed=seed)

    judging = Judge(unheard, outside=judge, inside=encoder, understand=understand, languages=languages)

    def clear(style: VoiceStyle, scores: tuple[Score, ...], say: Say) -> tuple[VoiceStyle, tuple[Score, ...]]:
        return with_accents(style, scores, judge=judging, say=say, stock=stock, pitch_hz=target.pitch_hz)

    likest_style = VoiceStyle(f"stock {stock.names[likest]}", stock.packs[likest])
    before = judging.scores(likest_style, say)
    result = VoiceFit(
        likest_style,
        before,
        before,
        judging.ceiling(joined(enrolled)),
        tries,
        f"No fitted voice was better than the stock voice {stock.names[likest]}.",
    )
    for share in STEPS_BACK:
        style = space.style(space.start + np.float32(share) * (found - space.start), name)
        style, scores = clear(style, judging.scores(style, say), say)
        if is_better(scores, before):
            note = (
                "The fitted voice is kept." if share == 1 else f"The fitted voice is kept at {share:.0%} to stay clear."
            )
            result = replace(result, style=style, fitted=scores, note=note)
            break
    else:
        style, scores = clear(likest_style, before, say)
        result = replace(result, style=style, fitted=scores)
    progress(1.0)
    return result


def likest_stock(
    talk: Sequence[Audio],
    stock: StockVoices,
    *,
    say: Say,
    encoder: VoiceEncoder,
    judge: VoiceEncoder,
    understand: Understand,
    languages: Sequence[Language] = LANGUAGES,
) -> VoiceFit:
    """Where the full fit begins: the stock voice that is likest, nothing fitted. Raises BadFootage under 5 s."""
    enrolled, unheard = split(talk)
    columns = [phrase(language) for language in languages]
    likest = _likest(stock, judge.embed(joined(enrolled)), pitch_of(enrolled), columns)
    judging = Judge(unheard, outside=judge, inside=encoder, understand=understand, languages=languages)
    style = VoiceStyle(f"stock {stock.names[likest]}", stock.packs[likest])
    scores = judging.scores(style, say)
    return VoiceFit(
        style, scores, scores, judging.ceiling(joined(enrolled)), 0, f"The stock voice {stock.names[likest]}."
    )


def split(talk: Sequence[Audio]) -> tuple[tuple[Audio, ...], tuple[Audio, ...]]:
    """(pieces to fit, pieces to judge by), each about 3 s at LISTEN_HZ: the first 80 % of the talk and the rest."""
    whole = joined([at_listen_rate(stretch) for stretch in talk])
    if whole.seconds < LEAST_SPEECH_SECONDS:
        raise BadFootage(
            f"there are {whole.seconds:.1f} s of speech in the footage",
            wanted=f"at least {LEAST_SPEECH_SECONDS:.0f} s, better 40 s",
            try_this="film a minute in which you talk most of the time",
        )
    held_out = max(HELD_OUT * whole.seconds, LEAST_HELD_OUT_SECONDS)
    at = len(whole.samples) - round(held_out * LISTEN_HZ)
    return _pieces(whole.samples[:at]), _pieces(whole.samples[at:])


def joined(pieces: Sequence[Audio]) -> Audio:
    """All of them one after the other; at LISTEN_HZ."""
    return Audio(np.concatenate([np.zeros(0, np.float32), *(piece.samples for piece in pieces)]), LISTEN_HZ)


def _pieces(samples: Floats) -> tuple[Audio, ...]:
    count = max(1, round(len(samples) / (PIECE_SECONDS * LISTEN_HZ)))
    return tuple(Audio(piece, LISTEN_HZ) for piece in np.array_split(samples, count))


def mean_embedding(pieces: Sequence[Audio], encoder: VoiceEncoder) -> Floats:
    """(n,), unit length: of pieces at LISTEN_HZ."""
    mean = np.mean([encoder.embed(piece) for piece in pieces], axis=0)
    embedding: Floats = (mean / np.linalg.norm(mean)).astype(np.float32)
    return embedding


def pitch_of(pieces: Sequence[Audio]) -> float:
    pitch = median_pitch(pitch_curve(joined(pieces)))
    if pitch is None:
        raise BadFootage(
            "no pitch can be heard in the speech of the footage",
            wanted="a voice that is not whispered and louder than the noise around it",
            try_this="a quieter room, the microphone nearer",
        )
    return pitch


def _likest(stock: StockVoices, judged: Floats, pitch_hz: float, columns: Sequence[int]) -> int:
    """Where the search begins: of the stock voices near in pitch, the one that the judge finds likest.

    By the guide, on its short phrases, a whispering woman was the likest to a man. The judge has heard longer sentences, and this
    is the only thing that it says before the end. (Pitch as a cost, not a limit: worse on seven voices, docs/experiments.md.)
    """
    alike = (stock.judged[:, columns] @ judged).mean(axis=1)
    # Where the table has no pitch for a phrase, the others tell it.
    pitches = stock.pitches_hz[:, columns].max(axis=1)
    off = np.where(pitches > 0, np.abs(np.log2(np.maximum(pitches, 1.0) / pitch_hz)), 0.0)
    limit = max(PITCH_LIMIT, float(off.min()))
    return int(np.argmax(np.where(off <= limit, alike, -1.0)))


def _heard_before(stock: StockVoices, space: StyleSpace, target: Target, columns: Sequence[int]) -> Heard:
    """What the stock voices sound like was measured once for everybody (scripts/embed_voice_packs.py)."""
    known = Heard(len(columns))
    for pack, embeddings, pitches in zip(stock.packs, stock.embeddings, stock.pitches_hz, strict=True):
        for number, column in enumerate(columns):
            pitch = float(pitches[column]) or target.pitch_hz
            known.add(space.place(pack), number, target.heard(embeddings[column], pitch))
    return known


def _ignore(_: float) -> None:
    pass
