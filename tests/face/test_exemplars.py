"""Which mouth is shown: the right lips first, then no needless jumps, turns or blur."""

from __future__ import annotations

import numpy as np
import pytest

from sosie.face.exemplars import Exemplars, Picker, Wanted


def smooth(n: int, d: int, seed: int, scale: float) -> np.ndarray:
    steps = np.random.default_rng(seed).normal(size=(n + 20, d))
    kernel = np.hanning(9) / np.hanning(9).sum()
    return scale * np.stack([np.convolve(c, kernel, "valid")[:n] for c in steps.T], axis=1).astype(np.float32)


@pytest.fixture
def exemplars() -> Exemplars:
    n = 400
    frames = np.concatenate([np.arange(200), np.arange(260, 460)])
    return Exemplars(frames, smooth(n, 16, 1, 8), smooth(n, 3, 2, 0.05), np.zeros(n, np.float32))


def wanted(exemplars: Exemplars, number: int, lips: np.ndarray | None = None) -> Wanted:
    return Wanted(exemplars.lips[number] if lips is None else lips, exemplars.angles[number], 0.0)


def test_what_was_filmed_is_shown_as_it_was_filmed(exemplars: Exemplars) -> None:
    picker = Picker(exemplars)
    shown = []
    for number in range(50, 90):
        picker.push(wanted(exemplars, number))
        if len(picker) == 8:
            shown.append(picker.take())
    while len(picker):
        shown.append(picker.take())
    assert shown == list(range(50, 90))


def test_trembling_wishes_do_not_make_it_jump(exemplars: Exemplars) -> None:
    picker = Picker(exemplars)
    rng = np.random.default_rng(5)
    shown = []
    for number in range(50, 130):
        picker.push(wanted(exemplars, number, exemplars.lips[number] + rng.normal(0, 0.4, 16).astype(np.float32)))
        if len(picker) == 8:
            shown.append(picker.take())
    assert np.mean(np.diff(shown) != 1) < 0.1


def test_it_jumps_where_the_lips_ask_for_it(exemplars: Exemplars) -> None:
    picker = Picker(exemplars)
    path = [*range(50, 70), *range(300, 320)]
    for number in path:
        picker.push(wanted(exemplars, number))
    assert picker.ahead(40).tolist() == path


def test_decisions_one_by_one_are_the_best_path_when_all_is_known(exemplars: Exemplars) -> None:
    whole, streamed = Picker(exemplars), Picker(exemplars)
    wishes = smooth(30, 16, 9, 8)
    for lips in wishes:
        for picker in (whole, streamed):
            picker.push(Wanted(lips, np.zeros(3, np.float32), 0.0))
    assert [streamed.take() for _ in range(30)] == whole.ahead(30).tolist()


def test_a_cut_in_the_footage_is_no_continuation(exemplars: Exemplars) -> None:
    picker = Picker(exemplars)
    assert picker.follows(198) == 199
    assert picker.follows(199) is None
    assert picker.leads_to(200) is None
    assert picker.leads_to(201) == 200


def test_the_head_decides_between_equal_lips() -> None:
    lips = np.zeros((3, 16), np.float32)
    angles = np.array([[0, 0.3, 0], [0, 0.02, 0], [0, -0.3, 0]], np.float32)
    picker = Picker(Exemplars(np.array([0, 10, 20]), lips, angles, np.zeros(3, np.float32)))
    picker.push(Wanted(lips[0], np.zeros(3, np.float32), 0.0))
    assert picker.take() == 1
