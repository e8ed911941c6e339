"""`python -m sosie`."""

import sys

from sosie.cli import main

sys.exit(main())
