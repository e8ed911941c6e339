"""What a file says about itself, from a program.

.venv/bin/python examples/02_read_the_marks.py hello.mp4
"""

import sys
from pathlib import Path

from sosie.mark.verify import verify

report = verify(Path(sys.argv[1]))
for layer in report.layers:
    print(f"{layer.name}: {layer.state}: {layer.says}")
sys.exit(report.broken)
