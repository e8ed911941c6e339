"""A viewer's comment in one form, whatever platform it came from.

The text is data: it is compared with what we know, never obeyed, never spoken, never logged.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from sosie.errors import YourInput

LONGEST_COMMENT = 200
"""Letters. Live chats allow 30 to 200; what is longer is rarely a question and never a short one."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    """Unique in a show: the platform's own event id, so that a repeated delivery is known again."""
    text: str
    """Cleaned: one line, no control or direction characters, full-width forms made plain, at most LONGEST_COMMENT."""
    user_hash: str
    """Knows the same viewer again within a show, and tells nothing else."""
    received_at: float
    """Seconds on the show's clock."""


def comment(comment_id: str, text: str, user: str, received_at: float, *, salt: bytes = b"") -> Comment:
    """Cleans what came in. Raises YourInput for text that is too long or has nothing to read in it.

    ``user`` is any name or id of the platform; only a salted hash of it is kept. ``salt`` is random for each show.
    """
    text = clean(text)
    if len(text) > LONGEST_COMMENT:
        raise YourInput(
            f"a comment of {len(text)} letters", wanted=f"at most {LONGEST_COMMENT}", try_this="a short question"
        )
    if not any(letter.isalnum() for letter in text):
        raise YourInput("a comment without a word in it", wanted="a question")
    user_hash = hashlib.blake2b(user.encode(errors="replace"), key=salt[:64], digest_size=8).hexdigest()
    return Comment(comment_id[:100], text, user_hash, received_at)


def clean(text: str) -> str:
    """One line of plain letters: NFKC, so that Ａ is A; no control, format or private characters; single spaces."""
    # Cut before normalising: one letter may become eighteen, and nobody has to send a megabyte to be refused.
    text = unicodedata.normalize("NFKC", text[: 10 * LONGEST_COMMENT])
    if text.isprintable():
        # Nearly every comment: no letter to take out, and no space but the plain one.
        return re.sub(r" +", " ", text).strip()
    kept = (" " if letter.isspace() else letter for letter in text if letter.isspace() or _is_plain(letter))
    return re.sub(r" +", " ", "".join(kept)).strip()


def folded(text: str) -> str:
    """Letters and digits only, lower case, repeats cut to two: "How MUCH???" and "how much" are one question."""
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return re.sub(r"(.)\1{2,}", r"\1\1", letters)


def _is_plain(letter: str) -> bool:
    # Cc control, Cf direction and joiners, Cs half letters, Co private, Cn nothing.
    return unicodedata.category(letter)[0] != "C"
