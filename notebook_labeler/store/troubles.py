"""What databases and disks complain of, as one sentence of ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from ..errors import BadInput, StoreError

_SENTENCES = (  # a pattern in the driver's words, and ours
    (r"database or disk is full|No space left|disk quota|File too large",
     "the disk is full; free some space and repeat"),
    (r"disk I/O error", "the disk did not take or give the data (full, removed or failing); check it and repeat"),
    (r"readonly|read-only|Permission denied|unable to open|not permitted",
     "it cannot be written here; get the right to write to its folder, or open a copy of the folder elsewhere"),
    (r"malformed|not a database|file is encrypted|database corruption",
     "the file is damaged; put a backup copy in its place (versions saved before are not touched by this)"),
    (r"database is locked|busy", "another program holds it locked; close that program and repeat"),
    (r"too big|out of range", "a value is larger than a database takes; shorten it"),
)  # fmt: skip
# PostgreSQL was reached: it stopped a statement (canceled or too long, deadlock, lock), or its disk is full
_ANSWERED = ("57014", "40001", "40P01", "55P03", "53100")


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turn what driver and disk raise inside into `StoreError`, naming the place.

    Raises
    ------
    StoreError
        The database could not do it; nothing of the transaction was kept.
    BadInput
        A text holds half a character (a lone surrogate), which no database stores.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        raise BadInput(
            f"expected text that can be written as UTF-8, got {error.object[error.start : error.end]!r} in it; "
            "rename the file or retype the text."
        ) from error
    except (DBAPIError, OSError) as error:
        raise StoreError(sentence(where, error)) from error


def sentence(where: str, error: Exception) -> str:
    """Say in one sentence why the database at a place cannot be used."""
    words = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
    if (
        isinstance(error, DBAPIError)
        and where.startswith("postgresql")
        and getattr(error.orig, "sqlstate", None) not in _ANSWERED
        and isinstance(error, OperationalError | InterfaceError)
    ):
        return f"the database {where} cannot be reached ({words[0]}); check that it runs and that the URL is right."
    if os.path.isabs(where) and not os.path.isdir(os.path.dirname(where)):
        return f"the project's database {where} cannot be used: its folder is not there; bring it, or its disk, back."
    for pattern, ours in _SENTENCES:
        if re.search(pattern, " ".join(words), re.IGNORECASE):
            return f"the project's database {where} cannot be used: {ours}."
    return f"the project's database {where} refused: {words[0].rstrip('.')}; nothing was changed."
