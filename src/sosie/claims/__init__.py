"""The claims firewall: whatever the host is to say is small talk, or follows from the catalogue, or is not said."""

from sosie.claims.check import Author, Claims, Verdict, check
from sosie.claims.terms import Reason

__all__ = ["Author", "Claims", "Reason", "Verdict", "check"]
