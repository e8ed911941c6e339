"""sosie consent: write, sign and show the records without which nothing is cloned or aired."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sosie.cli.verb import Verbs, declare
from sosie.clone.folder import sha256_of
from sosie.consent.record import (
    PARTS,
    PLATFORMS,
    PURPOSES,
    UNSIGNED,
    ConsentRecord,
    Kind,
    Subject,
    record_bytes,
    utc,
)
from sosie.consent.sign import is_signed, new_key, sign, write_key
from sosie.consent.store import ids, load, new_id, read_record, save
from sosie.consent.wording import draft
from sosie.errors import SosieError, YourInput
from sosie.host import consents
from sosie.models import home
from sosie.types import LANGUAGES

DAYS_A_MONTH = 30


def find(id_or_file: str) -> ConsentRecord:
    """A record by its id in the store, or from a file that holds one."""
    return read_record(Path(id_or_file)) if id_or_file.endswith(".json") else load(id_or_file, consents())


def add(verbs: Verbs[argparse.ArgumentParser]) -> None:
    verb = declare(
        verbs,
        "consent",
        run,
        what="write, sign and show consent records",
        example='sosie consent new me.mp4 --name Ada --legal-name "Ada Lovelace" --controller "Analytical Ltd" '
        '--use "selling ceramics on our own site" --adult && sosie consent sign ID',
    )
    actions = verb.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_new(actions)
    _add_sign(actions)
    _add_show(actions)
    _add_measurement(actions)


def _add_new(actions: Verbs[argparse.ArgumentParser]) -> None:
    new = declare(
        actions,
        "new",
        _new,
        what="draft a record for the person in the footage",
        example='sosie consent new me.mp4 --name Ada --legal-name "Ada Lovelace" --controller "Analytical Ltd" '
        '--use "selling ceramics on our own site" --adult',
    )
    new.add_argument(
        "footage", nargs="+", type=Path, help="every footage file that may be used; its sha256 goes into the record"
    )
    new.add_argument("--name", required=True, help='shown on screen: "digital clone of NAME"')
    new.add_argument("--legal-name", required=True, help="the name that the person will sign with")
    new.add_argument("--controller", required=True, help="who may use the clone and answers for it")
    new.add_argument("--use", required=True, help="what will be said, sold or shown: specific, 20 characters or more")
    new.add_argument("--adult", action="store_true", help="the person states to be 18 or older")
    new.add_argument("--kind", choices=("person", "fictional"), default="person")
    _list_option(new, "--languages", LANGUAGES)
    _list_option(new, "--purposes", PURPOSES)
    new.add_argument("--platforms", default="own", help=f"comma-separated, of {', '.join(PLATFORMS)}")
    new.add_argument("--months", type=int, default=12, help="how long it holds (a person: at most 12)")
    new.add_argument(
        "--text-language", choices=LANGUAGES, default="en", help="language of the text that is read and signed"
    )


def _list_option(parser: argparse.ArgumentParser, name: str, known: tuple[str, ...]) -> None:
    parser.add_argument(name, default=",".join(known), help=f"comma-separated, of {', '.join(known)} (all by default)")


def _add_sign(actions: Verbs[argparse.ArgumentParser]) -> None:
    parser = declare(
        actions,
        "sign",
        _sign,
        what="show the text and sign it, by the person itself typing the legal name",
        example="sosie consent sign person-7f3a09c2b1d4",
    )
    parser.add_argument("id")
    parser.add_argument("--name", help="the legal name as typed by the signer; asked for when it is not given")


def _add_show(actions: Verbs[argparse.ArgumentParser]) -> None:
    parser = declare(
        actions, "show", _show, what="list the records, or show one", example="sosie consent show person-7f3a09c2b1d4"
    )
    parser.add_argument("id", nargs="?")
    parser.add_argument("--json", action="store_true", help="for programs")


def _add_measurement(actions: Verbs[argparse.ArgumentParser]) -> None:
    parser = declare(
        actions,
        "measurement",
        _measurement,
        what="an unsigned record for measuring only: labelled local files and loopback streams, nothing else",
        example='sosie consent measurement clip.mp4 --source "demo assets of ..."',
    )
    parser.add_argument("footage", nargs="+", type=Path)
    parser.add_argument("--source", required=True, help="where the clips are from and under which licence")


def run(options: argparse.Namespace) -> int:
    status: int = options.run(options)
    return status


def _hashes(paths: list[Path]) -> tuple[str, ...]:
    for path in paths:
        if not path.is_file():
            raise YourInput(f"There is no file {path}", wanted="the footage that the person agrees to")
    return tuple(dict.fromkeys(sha256_of(path) for path in paths))


def _split(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _new(options: argparse.Namespace) -> int:
    if not options.adult:
        raise YourInput(
            "Nobody stated that the person is an adult", wanted="--adult", try_this="only adults can be cloned"
        )
    start = datetime.now(UTC)
    record = draft(
        consent_id=new_id(options.kind),
        kind=options.kind,
        subject=Subject(options.name, options.legal_name, adult=True),
        controller=options.controller,
        cloned=PARTS,
        purposes=_split(options.purposes),  # type: ignore[arg-type]  # checked by the record itself, with its own sentence
        intended_use=options.use,
        platforms=_split(options.platforms),
        languages=_split(options.languages),  # type: ignore[arg-type]
        start=start,
        end=_end(start, options.months),
        footage=_hashes(options.footage),
        text_language=options.text_language,
    )
    save(record, consents())
    print(record.text)
    print(
        f"\nDrafted, not signed: {record.consent_id}\nThe person signs it with: sosie consent sign {record.consent_id}",
        file=sys.stderr,
    )
    return 0


def _end(start: datetime, months: int) -> datetime:
    try:
        # Twelve of our months are a year.
        return start + timedelta(days=DAYS_A_MONTH * months + (months == 12) * 5)
    except OverflowError:
        raise YourInput("--months lies outside the calendar", wanted="1 to 12 for a person") from None


def _sign(options: argparse.Namespace) -> int:
    record = load(options.id, consents())
    print(record.text)
    typed = _typed_name() if options.name is None else options.name
    key = new_key()
    # The key is written into this installation's own folder, so it is this installation that holds it.
    holder = f"this installation of Sosie, for {typed}"
    signed = sign(record, key, typed_name=typed, key_held_by=holder, now=datetime.now(UTC))
    key_file = home() / "keys" / f"{record.consent_id}.pem"
    write_key(key, key_file)
    save(signed, consents())
    print(f"Signed: {record.consent_id}, until {utc(record.end)}")
    print(f"The key is in {key_file}; it belongs to the signer, who needs it to withdraw.", file=sys.stderr)
    return 0


def _typed_name() -> str:
    nobody = YourInput("Nobody is there to sign", wanted="a terminal, or --name as typed by the signer")
    if not sys.stdin.isatty():
        raise nobody
    try:
        return input("\nI have read this and agree. My full legal name: ")
    except EOFError:
        raise nobody from None


def _measurement(options: argparse.Namespace) -> int:
    start = datetime.now(UTC)
    kind: Kind = "measurement"
    record = draft(
        consent_id=new_id(kind),
        kind=kind,
        subject=Subject("measurement only", options.source, adult=True),
        controller="who runs this installation",
        cloned=PARTS,
        purposes=PURPOSES,
        intended_use="measuring how well a clone works; nothing made of it is published",
        platforms=(),
        languages=LANGUAGES,
        start=start,
        end=start + timedelta(days=365),
        footage=_hashes(options.footage),
        text_language="en",
        disclosure="measurement only, no consent",
    )
    save(record, consents())
    print(record.consent_id)
    print(UNSIGNED, file=sys.stderr)
    return 0


def _show(options: argparse.Namespace) -> int:
    if options.id is None:
        return _show_all(as_json=options.json)
    record = find(options.id)
    if options.json:
        print(
            json.dumps(
                {"state": state(record), "record": json.loads(record_bytes(record))}, indent=1, ensure_ascii=False
            )
        )
    else:
        print(f"{record.text}\n\n{record.consent_id}: {state(record)}, until {utc(record.end)}")
    return 0


def _show_all(*, as_json: bool) -> int:
    """1 when one of them cannot be read; the others are shown all the same."""
    rows, unreadable = [], 0
    for consent_id in ids(consents()):
        try:
            record = load(consent_id, consents())
            rows.append({"id": consent_id, "state": state(record), "until": utc(record.end)})
        except SosieError as problem:
            rows.append({"id": consent_id, "state": f"cannot be used: {problem}"})
            unreadable += 1
    if as_json:
        print(json.dumps(rows, indent=1))
    for row in () if as_json else rows:
        until = f", until {row['until']}" if "until" in row else ""
        print(f"{row['id']:<28} {row['state']}{until}")
    return 1 if unreadable else 0


def state(record: ConsentRecord) -> str:
    """In a few words: what the gate thinks of the record's signature and dates."""
    if record.kind == "measurement":
        return "unsigned measurement record"
    if record.signature is None:
        return "draft, not signed"
    if not is_signed(record):
        return "signature does not fit"
    return "signed" if datetime.now(UTC) < record.end else "expired"
