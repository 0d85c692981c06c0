"""Names that people type: cleaned once at the door, compared by a key, told apart by nothing invisible."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Sequence
from functools import lru_cache

from ..errors import BadInput

MAX_NAME = 200
NAMED = 5  # people named in a sentence
_BLANKS = re.compile(r"\s+")


def clean_name(name: object, *, what: str = "a concept name") -> str:
    """Give the canonical spelling of a name: NFC, outer blanks gone, inner blanks single.

    Parameters
    ----------
    name
        What the user gave. Only text is taken.
    what
        How an error calls it.

    Returns
    -------
    str
        1 to 200 characters.

    Raises
    ------
    BadInput
        Not text, empty, longer than 200 characters, or holding control characters.

    Examples
    --------
    >>> clean_name("  traffic   light ")
    'traffic light'
    """
    if not isinstance(name, str):
        raise BadInput(f"expected {what} as text, got {type(name).__name__} {name!r:.60}; pass a string.")
    text = _BLANKS.sub(" ", unicodedata.normalize("NFC", name)).strip()
    if not text:
        raise BadInput(f"expected {what}, got an empty text; type at least one character.")
    if len(text) > MAX_NAME:
        raise BadInput(f"expected {what} of at most {MAX_NAME} characters, got {len(text)}; shorten it.")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise BadInput(f"expected {what} without control characters, got {text!r:.60}; remove them.")
    return text


def name_key(name: str) -> str:
    """Give the form by which two spellings of one name are equal (``Cat`` and ``cat ``).

    >>> name_key("Traffic  Light") == name_key("traffic light")
    True
    """
    if not isinstance(name, str):
        raise BadInput(f"expected a name as text, got {type(name).__name__} {name!r:.60}; pass a string.")
    return _folded(name)


@lru_cache(maxsize=65_536)  # the same few names are compared again and again
def _folded(name: str) -> str:
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def named(people: Sequence[str]) -> str:
    """Name some people in a sentence, and that there are more.

    >>> named(["ana", "ben"]), named("abcdefg")
    ('ana and ben', 'a, b, c, d and 3 more')
    """
    shown = list(people) if len(people) <= NAMED else [*people[: NAMED - 1], f"{len(people) - NAMED + 1:,} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def namesake(person: str, among: Sequence[str]) -> str:
    """Give who of some people is spelled almost as a person is; empty where nobody is, or the person is among them.

    >>> namesake("ana", ["Ana", "ben"]), namesake("ana", ["Ana", "ana"]), namesake("cleo", ["ben"])
    ('Ana', '', '')
    """
    if person in among:
        return ""
    return next((name for name in among if name_key(name) == name_key(person)), "")


def digest(*parts: str) -> str:
    """Give a stable 16-digit hexadecimal id of some texts (blake2b-64)."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def new_id() -> str:
    """Give a fresh random id (32 hexadecimal digits)."""
    return uuid.uuid4().hex
