"""The table says what was reached, and whether the controls failed as they must."""

from __future__ import annotations

import math

from sosie.bench.report import Row


def test_a_row_is_reached_inside_its_limits() -> None:
    assert Row("x", 0.95, 0.9, 1.1).reached
    assert not Row("x", 0.8, 0.9, 1.1).reached
    assert Row("x", math.nan, 0.9, 1.1).reached is None


def test_a_control_must_fail() -> None:
    assert Row("x", 0.95, 0.9, 1.1, "blurred", 0.2).control_failed
    assert not Row("x", 0.95, 0.9, 1.1, "blurred", 1.0).control_failed
    assert Row("x", 0.95, 0.9, 1.1).control_failed is None
    assert Row("x", 0.95, 0.9, 1.1, "blurred", math.nan).control_failed is None
