"""Records for ever and says so after every frame; test_file.py kills it. Run as a module with tests/ on the path."""

from __future__ import annotations

import sys
from pathlib import Path

from sosie.broadcast.encode import Encoder
from sosie.broadcast.sinks import record_for
from sosie.broadcast.sinks.file import FileSink

from .media import SIZE, permit, push

encoder = Encoder(SIZE)
encoder.add(FileSink(Path(sys.argv[1]), permit(), record_for(permit())))
while True:
    push(encoder, 1)
    print(encoder.frames, flush=True)
