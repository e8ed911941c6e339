"""A native's accent for a voice: in a language that it speaks unclearly, its style is moved part of the way to native voices.

Kokoro has no French man. Men's voices, stock or fitted, say French with English vowels, and one sound in four is misheard; its
French woman is clear. So the colour of the sound is moved towards a mean of native voices of both sexes. Where that is not
enough, the melody of those of the person's pitch is taken too; it comes last because it is more of the person than the colour
is: a fitted woman's French was as clear with .35 of the colour as with the melody, and .80 like her instead of .73
(docs/experiments.md).
"""

from __future__ import annotations

import numpy as np

from sosie.types import Floats, Language
from sosie.voice.likeness_judge import Judge, Say, Score
from sosie.voice.likeness_space import StockVoices, phrase
from sosie.voice.style import N_STYLE, Accent, VoiceStyle

NATIVES: dict[Language, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "zh": (("zm_yunjian", "zm_yunxi", "zm_yunyang"), ("zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi")),
    "en": (("am_fenrir", "am_michael", "bm_george"), ("af_bella", "af_heart", "bf_emma")),
    # No man of the pack is French; those of the other Romance languages are understood best (0.08 to 0.1 misheard).
    "fr": (("em_alex", "pm_alex"), ("ff_siwis",)),
}
"""Stock voices that are clear in a language: men, women."""
CLEAR = 0.1
"""Share of sounds misheard up to which a voice is left as it is: natives are at 0.02 to 0.06 on the judge's sentences."""
WAYS = ((0.2, False), (0.35, False), (0.2, True), (0.35, True), (0.5, True))
"""Share of the way to the natives' colour, and whether with their melody: tried in turn until the voice is clear."""
_HALF = N_STYLE // 2


def accented(
    pack: Floats, language: Language, share: float, stock: StockVoices, pitch_hz: float, *, with_melody: bool
) -> Floats:
    """(510, 256): ``pack`` with ``share`` of the natives' colour, and if wished their melody at the person's median pitch."""
    men, women = (_mean_of(names, stock, language) for names in NATIVES[language])
    height = np.float32(np.interp(np.log(pitch_hz), np.log([men[1], women[1]]), [0, 1]))
    melody = men[0] + height * (women[0] - men[0])
    colour = (men[0] + women[0]) / 2
    moved = pack.copy()
    moved[:, :_HALF] += np.float32(share) * (colour - pack)[:, :_HALF]
    if with_melody:
        moved[:, _HALF:] = melody[:, _HALF:]
    return moved.astype(np.float32)


def with_accents(
    style: VoiceStyle, scores: tuple[Score, ...], *, judge: Judge, say: Say, stock: StockVoices, pitch_hz: float
) -> tuple[VoiceStyle, tuple[Score, ...]]:
    """``style`` with an accent for each language in which ``scores`` say that it is unclear, and the scores it has then.

    Costs at most five times two sentences' speech and hearing (about 8 s each) a language that is unclear; where no way makes it
    clear, the one that is misheard least is kept.
    """
    result = []
    for score in scores:
        best, accent = score, None
        for share, with_melody in WAYS if score.misunderstood > CLEAR else ():
            own = style.spoken_in(score.language)
            pack = accented(own.pack, score.language, share, stock, pitch_hz, with_melody=with_melody)
            tried = Accent(pack, own.bias_share)
            judged = judge.score(score.language, style.with_accent(score.language, tried), say)
            if judged.misunderstood < best.misunderstood:
                best, accent = judged, tried
            if judged.misunderstood <= CLEAR:
                break
        if accent is not None:
            style = style.with_accent(score.language, accent)
        result.append(best)
    return style, tuple(result)


def _mean_of(names: tuple[str, ...], stock: StockVoices, language: Language) -> tuple[Floats, float]:
    """(their mean pack, their median pitch in Hz)"""
    rows = [stock.names.index(name) for name in names]
    pitch_hz = float(np.median(stock.pitches_hz[rows, phrase(language)]))
    return stock.packs[rows].mean(axis=0), pitch_hz
