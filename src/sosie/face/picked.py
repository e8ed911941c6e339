"""The person's own mouths, picked and cross-faded: where the default engine's mouths come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sosie.face.exemplars import Picker, Wanted, lip_metric
from sosie.face.fit import FaceFit
from sosie.face.layin import Mouth
from sosie.face.motion import BodyStep
from sosie.lips.shape import OPENING
from sosie.types import Floats

LOOK_AHEAD = 8
"""Frames of wanted lips that a choice of mouth looks at, itself included."""
_OWN_SHAPE = 0.1
"""How far the lips follow the chosen mouths themselves, and not only the wanted numbers: real mouths are better mouths than
numbers can say, and the less they are bent the better they look."""
_STRETCH = 0.6
"""How much farther than the chosen mouths the lips may open, in the person's own spreads of opening; beyond, they follow the
mouths. Teeth that were pulled farther apart came out thin and jagged."""
_FADE_WEIGHTS = (0.25, 0.5, 0.25)
"""Of the mouths chosen for the frame before, this one and the next: a cross-fade of two frames at each jump, none elsewhere."""


class PickedMouths:
    """A ``Mouths`` (face/perform.py): real mouths of the footage, one path through them."""

    def __init__(self, fit: FaceFit) -> None:
        self._fit = fit
        self._patches = fit.patches()
        self._picker = Picker(fit.exemplars)
        self._metric = lip_metric(fit.places)
        self._before: int | None = None

    def next(
        self, lips: Floats, ease: float, step: BodyStep, coming: Sequence[tuple[Floats, BodyStep]]
    ) -> tuple[Floats, list[Mouth]]:
        chosen = self._choose(lips, step, coming)
        frames = np.array([int(self._fit.exemplars.frames[number]) for number in chosen])
        theirs = np.array(list(chosen.values()), np.float32) @ self._fit.numbers[frames]
        follow = _OWN_SHAPE * ease
        stretch = float(lips[OPENING] - theirs[OPENING])
        if stretch > _STRETCH:
            follow = max(follow, 1 - _STRETCH / stretch)
        shown = lips + np.float32(follow) * (theirs - lips)
        return shown, [self._mouth(number, share) for number, share in chosen.items()]

    def restart(self) -> None:
        self._before = None
        self._picker.restart()

    def _mouth(self, number: int, share: float) -> Mouth:
        fit = self._fit
        patch = int(fit.patch[number])
        x, y = fit.corners[patch]
        points = fit.places.points[fit.exemplars.frames[number]]
        return Mouth(self._patches[patch], (int(x), int(y)), points, share)

    def _choose(self, lips: Floats, step: BodyStep, coming: Sequence[tuple[Floats, BodyStep]]) -> dict[int, float]:
        """Exemplars and their shares, which sum to 1. Pushes what is known of the frames ahead, then decides this one."""
        picker = self._picker
        if len(picker) == 0:
            self._push(lips, step)
        for known in coming[len(picker) - 1 : LOOK_AHEAD - 1]:
            self._push(*known)
        ahead = picker.ahead(2)
        this = picker.take()
        from_before = this if self._before is None else picker.follows(self._before)
        to_after = picker.leads_to(int(ahead[1])) if len(ahead) > 1 else this
        self._before = this
        shares: dict[int, float] = {}
        for number, share in zip((from_before, this, to_after), _FADE_WEIGHTS, strict=True):
            number = this if number is None else number
            shares[number] = shares.get(number, 0.0) + share
        return shares

    def _push(self, lips: Floats, step: BodyStep) -> None:
        fit, main = self._fit, step.main
        self._picker.push(Wanted(lips @ self._metric, fit.places.angles[main], float(fit.sharpness[main])))
