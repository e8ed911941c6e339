"""How many bytes an object holds with all that hangs on it: what a show remembers, apart from what a rehearsal notes about it."""

from __future__ import annotations

import gc
import sys
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

_SHARED = (type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)
"""Code is not memory of the show."""


def weight(root: object, *, without: tuple[type, ...] = ()) -> int:
    """Bytes of ``root`` and everything reached from it, each counted once; ``without``: kinds of what belongs to others."""
    seen: set[int] = set()
    waiting = [root]
    total = 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (*_SHARED, *without)):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting.extend(gc.get_referents(one))
    return total
