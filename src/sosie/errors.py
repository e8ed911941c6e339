"""What can go wrong, by who can mend it.

    SosieError
    ├── YourInput      the file, text or setting given to us      -> mend it and try again
    │   └── BadFootage  the footage cannot make a clone            -> film again, see `sosie check`
    ├── Theirs         a machine, network, package or platform     -> wait, or use another
    │   └── WeightsUnavailable  a weights file cannot be had       -> another source, or a folder of your own
    └── Refused        a rule or a missing consent                 -> no option will change it

Every message is one sentence to the person who will read it: what was found, what was wanted, what to try.
Anything else that escapes from Sosie is a bug.
"""

from __future__ import annotations


class SosieError(Exception):
    """Base of every error that Sosie raises on purpose.

    ``exit_status`` is what the command line ends with.
    """

    exit_status = 1

    def __init__(self, found: str, *, wanted: str = "", try_this: str = "") -> None:
        self.found = found
        self.wanted = wanted
        self.try_this = try_this
        parts = [found.rstrip(".")]
        if wanted:
            parts.append(f"wanted {wanted.rstrip('.')}")
        text = "; ".join(parts) + "."
        if try_this:
            text += f" Try: {try_this.rstrip('.')}."
        super().__init__(text)


class YourInput(SosieError):
    """The file, text or setting that was given cannot be used as it is."""

    exit_status = 2


class BadFootage(YourInput):
    """The footage can be read, but no honest clone can be made of it."""


class Theirs(SosieError):
    """Something outside Sosie failed: disk, network, server, package registry."""

    exit_status = 3


class WeightsUnavailable(Theirs):
    """A weights file could not be fetched, or what came has another sha256."""


class Refused(SosieError):
    """A rule or the consent gate says no. There is no option that changes it."""

    exit_status = 4
