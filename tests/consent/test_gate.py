"""The gate says no in every way but one."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosie.consent.gate import Permit, ToAir, ToClone, ToRender, Use, may
from sosie.consent.record import PARTS, PLATFORMS, PURPOSES, ConsentRecord, Kind, Part, Purpose, record_sha256
from sosie.consent.wording import text_sha256
from sosie.errors import Refused
from sosie.types import LANGUAGES, Language

from .making import DURING, END, FOOTAGE, OTHER_FOOTAGE, START, signed, unsigned

LOOPBACK = "rtmp://127.0.0.1/live/key"
FAR = "rtmp://media.example.org/live/key"
CLONE = ToClone(FOOTAGE)
RENDER = ToRender("en")
AIR = ToAir("zh", "live", LOOPBACK)
USES: tuple[Use, ...] = (CLONE, RENDER, AIR)


@pytest.mark.parametrize("use", USES)
def test_a_signed_current_record_that_covers_the_use_gives_a_permit(use: Use) -> None:
    record = signed()
    permit = may(record, use, DURING)
    assert (permit.consent_id, permit.subject, permit.kind) == ("person-0001", "Ada", "person")
    assert permit.record_sha256 == record_sha256(record)
    assert permit.expires == END
    assert permit.disclosure == "digital clone of Ada"
    assert not permit.measurement


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(
    ("record", "now", "why"),
    [
        (unsigned(), DURING, "not signed"),
        (unsigned("fictional"), DURING, "not signed"),
        (replace(signed(), disclosure="Ada"), DURING, "does not fit"),
        (replace(signed(), text="Anything goes.", text_sha256=text_sha256("Anything goes.")), DURING, "does not fit"),
        (replace(signed(), text="Anything goes."), DURING, "text .* was changed"),
        (replace(signed(), end=END + timedelta(days=1)), END, "does not fit"),
        (signed(), START - timedelta(seconds=1), "not valid before"),
        (signed(), END, "ended"),
        (signed(now=DURING + timedelta(days=1)), DURING, "after now"),
        (signed(unsigned(adult=False)), DURING, "18 or older"),
        (unsigned("measurement", adult=False), DURING, "18 or older"),
        (unsigned("measurement"), END, "ended"),
    ],
)
def test_no_use_at_all(record: ConsentRecord, now: datetime, why: str, use: Use) -> None:
    with pytest.raises(Refused, match=why):
        may(record, use, now)


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (ToClone(OTHER_FOOTAGE), "does not name this footage"),
        (ToRender("fr"), "language fr"),
        (ToAir("fr", "live", LOOPBACK), "language fr"),
        (ToAir("en", "live", "rtmps://a.rtmps.youtube.com/live2/k"), "platform youtube"),
        (ToAir("en", "live", "rtmps://a.rtmps.youtube.com/live2/k", platform="own"), "platform youtube"),
        (ToAir("en", "live", FAR, platform="youtube"), "platform youtube"),
        (ToAir("en", "live", "tee:a.mp4|" + FAR), "neither a plain path"),
    ],
)
def test_uses_outside_the_agreement(use: Use, why: str) -> None:
    with pytest.raises(Refused, match=why):
        may(signed(), use, DURING)


def test_ticks_are_separate() -> None:
    voice_only = signed(unsigned(cloned=("voice",), purposes=("video",)))
    assert may(voice_only, ToClone(FOOTAGE, parts=("voice",)), DURING)
    for use, why in (
        (CLONE, "cloning of face, gestures"),
        (ToClone(FOOTAGE, parts=()), "nothing"),
        (AIR, "purpose live"),
    ):
        with pytest.raises(Refused, match=why):
            may(voice_only, use, DURING)


def test_own_server_and_a_relay_to_a_named_platform() -> None:
    record = signed(unsigned(platforms=("own", "bilibili")))
    assert may(record, ToAir("zh", "live", FAR), DURING).allows(FAR)
    assert may(record, ToAir("zh", "live", FAR, platform="bilibili"), DURING).allows(FAR)
    assert not may(record, AIR, DURING).allows("rtmp://live.twitch.tv/app/k")


def test_a_measurement_stays_on_this_machine_and_says_what_it_is() -> None:
    record = unsigned("measurement")
    for use in USES:
        permit = may(record, use, DURING)
        assert permit.measurement
        assert permit.allows("out.mp4")
        assert permit.allows("rtmp://[::1]/live/key")
        assert not permit.allows(FAR)
    for use in (ToAir("zh", "live", FAR), ToAir("zh", "live", "http://0.0.0.0:8000/")):
        with pytest.raises(Refused, match="this machine only"):
            may(record, use, DURING)


def test_only_the_gate_makes_permits() -> None:
    permit = may(unsigned("measurement"), CLONE, DURING)
    assert copy.copy(permit) == permit
    for change in (
        {"kind": "person"},
        {"platforms": ("own",)},
        {"expires": END + timedelta(days=1)},
        {"subject": "Bob"},
    ):
        with pytest.raises(Refused, match="not given by the consent gate"):
            replace(permit, **change)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="not given by the consent gate"):
        Permit("x", "y", "Ada", "clone", "person", END, ("own",), "own", b"")
    with pytest.raises(AttributeError):
        permit.kind = "person"  # type: ignore[misc]


def test_only_asking_again_finds_that_a_consent_has_ended() -> None:
    permit = may(signed(), AIR, DURING)
    assert permit.expires == END
    assert permit.allows(LOOPBACK)
    with pytest.raises(Refused, match="ended at"):
        may(signed(), AIR, permit.expires)


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        may(signed(), CLONE, datetime(2026, 2, 1))


parts = st.lists(st.sampled_from(PARTS), min_size=1, unique=True).map(tuple)
purposes = st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True).map(tuple)
languages = st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True).map(tuple)
platforms = st.lists(st.sampled_from(PLATFORMS), unique=True).map(tuple)
destinations = st.sampled_from([LOOPBACK, FAR, "rec.mp4", "rtmp://live.twitch.tv/app/k", "tee:x", "http://0.0.0.0/"])
uses: st.SearchStrategy[Use] = st.one_of(
    st.builds(ToClone, st.sampled_from([FOOTAGE, OTHER_FOOTAGE]), parts),
    st.builds(ToRender, st.sampled_from(LANGUAGES), st.sampled_from(PURPOSES)),
    st.builds(ToAir, st.sampled_from(LANGUAGES), st.sampled_from(PURPOSES), destinations, st.sampled_from(PLATFORMS)),
)
kinds = st.sampled_from(["person", "fictional", "measurement"])
moments = st.integers(-3, 200).map(lambda days: START + timedelta(days=days))


@given(kinds, parts, purposes, languages, platforms, st.booleans(), st.booleans(), st.booleans(), uses, moments)
def test_no_combination_slips_through(
    kind: Kind,
    parts: tuple[Part, ...],
    purposes: tuple[Purpose, ...],
    languages: tuple[Language, ...],
    platforms: tuple[str, ...],
    adult: bool,
    has_signature: bool,
    tampered: bool,
    use: Use,
    now: datetime,
) -> None:
    """Whatever the record and the use: a permit means that every single condition holds, and the other way round."""
    record = unsigned(kind, cloned=parts, purposes=purposes, languages=languages, platforms=platforms, adult=adult)
    if has_signature and kind != "measurement":
        record = signed(record)
    if tampered:
        record = replace(record, controller="Somebody Else")
    conditions = {
        "adult": adult,
        "binding": kind == "measurement" or (has_signature and not tampered),
        "current": START <= now < END,
        "covered": _covered(use, kind, parts, purposes, languages, platforms),
    }
    try:
        permit = may(record, use, now)
    except Refused:
        assert not all(conditions.values())
    else:
        assert all(conditions.values())
        assert permit.measurement == (kind == "measurement")
        assert not (permit.measurement and permit.allows(FAR))


def _covered(
    use: Use,
    kind: Kind,
    parts: tuple[Part, ...],
    purposes: tuple[Purpose, ...],
    languages: tuple[Language, ...],
    platforms: tuple[str, ...],
) -> bool:
    """The rules once more, written the slow way."""
    if isinstance(use, ToClone):
        return use.footage_sha256 == FOOTAGE and set(use.parts) <= set(parts)
    if use.language not in languages or use.purpose not in purposes:
        return False
    if isinstance(use, ToRender) or use.destination in (LOOPBACK, "rec.mp4"):
        return True
    if kind == "measurement" or use.destination == "tee:x":
        return False
    return ("twitch" if "twitch" in use.destination else use.platform) in platforms
