from __future__ import annotations

import time

from sosie.engines.voice_fit import computing_clock


def test_waiting_for_the_machine_costs_a_fit_nothing() -> None:
    clock = computing_clock(threads=1)
    before = clock()
    time.sleep(0.5)
    waited = clock() - before
    while time.process_time() < before + waited + 1.0:
        pass
    assert waited < 0.25 < clock() - before
