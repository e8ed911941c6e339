"""The claims firewall: whatever the host is to say is small talk, or follows from the catalogue, or is not said."""

from sosie.claims.barred import Barred
from sosie.claims.check import NOWHERE, Author, Claims, Verdict, check
from sosie.claims.terms import Reason

__all__ = ["NOWHERE", "Author", "Barred", "Claims", "Reason", "Verdict", "check"]
