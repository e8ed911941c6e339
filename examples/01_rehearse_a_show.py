"""A whole show without a clone, weights or waiting: a grey face hums the sample shop's first half minute into a file.

.venv/bin/python examples/01_rehearse_a_show.py out/rehearsal.mp4
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sosie.clock import VirtualClock
from sosie.consent.record import PARTS, PURPOSES, Subject
from sosie.consent.sign import new_key, sign
from sosie.consent.store import new_id
from sosie.consent.wording import draft
from sosie.engines.fake import GreyFace, RestingLips, ToneSpeaker
from sosie.live.outputs import Outputs, sinks_for
from sosie.live.room import open_show
from sosie.live.session import Cast, Session
from sosie.types import LANGUAGES

SAMPLE = Path(__file__).parents[1] / "src/sosie/sample/shop/show.toml"
now = datetime.now(UTC)

# Nobody is behind a grey face, and whoever rehearses with it says so.
record = draft(
    consent_id=new_id("fictional"), kind="fictional", subject=Subject("Grey", "who rehearses", adult=True),
    controller="who rehearses", cloned=PARTS, purposes=PURPOSES, intended_use="rehearsing a show with a grey face",
    platforms=(), languages=LANGUAGES, start=now, end=now + timedelta(days=1), footage=("0" * 64,), text_language="en",
)  # fmt: skip
record = sign(record, new_key(), typed_name="who rehearses", key_held_by="who rehearses", now=now)

out = Path(sys.argv[1])
out.parent.mkdir(parents=True, exist_ok=True)
show = open_show(SAMPLE)
cast = Cast(record, ToneSpeaker(), RestingLips(), GreyFace())
sinks = sinks_for(Outputs(record=out), record, LANGUAGES, now)
Session(cast, show, sinks, clock=VirtualClock(), today=lambda: now, for_seconds=30).run()
print(out)
