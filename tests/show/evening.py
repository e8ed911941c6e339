"""The sample show that sells nothing, and one that sells and tells."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import sosie
from sosie.shop.catalogue import Catalogue
from sosie.show.own_facts import told_from
from sosie.show.rundown import Rundown, check_rundown, read_rundown

from .playbook import sample

EVENING = Path(sosie.__file__).parent / "sample" / "evening" / "show.toml"


@cache
def evening() -> tuple[Rundown, Catalogue]:
    rundown = read_rundown(EVENING)
    catalogue = told_from(rundown, None)
    check_rundown(rundown, catalogue)
    return rundown, catalogue


@cache
def mixed() -> tuple[Rundown, Catalogue]:
    """The mug, the rain, the story."""
    (bare, _), (selling, shop) = evening(), sample()
    rain, _, story = bare.segments
    segments = (selling.segments[0], rain, story)
    rundown = replace(bare, shop=selling.shop, segments=segments, order="fixed")
    catalogue = told_from(rundown, shop)
    check_rundown(rundown, catalogue)
    return rundown, catalogue
