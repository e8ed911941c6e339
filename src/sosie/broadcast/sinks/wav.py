"""Sound alone (`sosie say -o hello.wav`). Not a packet sink: nothing is encoded, the file is written in one go."""

from __future__ import annotations

import os
from pathlib import Path

from sosie.broadcast.sinks import cleared
from sosie.broadcast.sinks.file import losses_of, make_empty
from sosie.consent.gate import Permit
from sosie.mark.aigc import Aigc
from sosie.mark.read import read_back
from sosie.mark.wav import wav_bytes
from sosie.types import Audio


def write_wav(path: Path, audio: Audio, permit: Permit, record: Aigc) -> None:
    """Writes 16-bit mono PCM at the audio's own rate with the AIGC chunk; replaces a file of that name.

    The spoken notice that a sound file needs (GB 45438 5.3) is part of ``audio``: it is said by the voice, not by us.
    Raises Refused, YourInput (the folder), Theirs (disk, or the record did not arrive); then nothing is left behind.
    """
    cleared(permit, record, str(path))
    part = path.with_name(f".{path.name}.part")
    make_empty(part, replace=True)
    with losses_of(path.name):
        try:
            part.write_bytes(wav_bytes(audio, record))
            read_back(part, record)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
