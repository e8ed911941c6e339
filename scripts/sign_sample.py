"""Writes the consent record of the bundled presenter: nobody is behind her, and her makers sign that.

    .venv/bin/python scripts/sign_sample.py

Run it again whenever the clip changes, for the record names the clip by its sha256. The key is made for this record and thrown
away: the signature shows that nothing was changed since, and nothing more; the level in the record says the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sosie.clone.folder import sha256_of
from sosie.consent.record import PARTS, PURPOSES, Subject
from sosie.consent.sign import new_key, sign
from sosie.consent.store import write_record
from sosie.consent.wording import draft
from sosie.types import LANGUAGES

PRESENTER = Path(__file__).resolve().parent.parent / "src" / "sosie" / "sample" / "presenter"
RENDERED_BY = "the Sosie project"


def main() -> None:
    start = datetime.now(UTC)
    record = draft(
        consent_id="sample-presenter",
        kind="fictional",
        subject=Subject("Sosie", RENDERED_BY, adult=True),
        controller="whoever runs this copy of Sosie",
        cloned=PARTS,
        purposes=PURPOSES,
        intended_use="showing and testing what Sosie does, with the sample shop or one's own",
        platforms=("own",),
        languages=LANGUAGES,
        start=start,
        end=start + timedelta(days=3650),
        footage=(sha256_of(PRESENTER / "presenter.mp4"),),
        text_language="en",
        disclosure="fictional person",
    )
    holder = f"{RENDERED_BY}, made for this record and thrown away"
    write_record(
        sign(record, new_key(), typed_name=RENDERED_BY, key_held_by=holder, now=start), PRESENTER / "consent.json"
    )


if __name__ == "__main__":
    main()
