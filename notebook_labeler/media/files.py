"""Files: open the one behind a source, or say in one sentence why not; write one that is whole or absent."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO

from ..domain.names import new_id
from ..errors import UnreadableInput

MAX_BYTES = 1 << 30


def called(source: str | Path | bytes, name: str = "") -> str:
    """Give a short, harmless spelling of a source for a sentence: quoted, with nothing invisible in it."""
    if isinstance(source, bytes) and not name:
        return f"{len(source)} bytes of data"
    if not isinstance(source, bytes | str | os.PathLike):
        raise UnreadableInput(f"expected a path or bytes, got {type(source).__name__}; pass the picture's path.")
    text = repr(name or os.path.basename(os.fspath(source)) or os.fspath(source))
    return text if len(text) <= 80 else f"{text[:50]}...{text[-26:]}"


@contextmanager
def opened_file(source: str | Path | bytes, title: str, max_bytes: int) -> Iterator[IO[bytes]]:
    """Give a regular, readable file (or content) of at most `max_bytes` to read from; `title` is what errors call it.

    Raises
    ------
    UnreadableInput
        It is missing, a folder, a pipe or device, empty, too large, or not ours to read.
    """
    if isinstance(source, bytes):
        _check_bytes(len(source), title, max_bytes)
        yield BytesIO(source)
        return
    try:
        status = os.stat(source)
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableInput(f"expected a picture, got the folder {title}; give the files in it.")
        if not stat.S_ISREG(status.st_mode):  # a pipe would keep us waiting, a device would never end
            raise UnreadableInput(f"expected a picture, got {title}, which is no regular file; give a file.")
        _check_bytes(status.st_size, title, max_bytes)
        file = open(source, "rb")  # noqa: SIM115  # closed below; only the opening is inside the try
    except UnreadableInput:
        raise
    except FileNotFoundError:
        raise UnreadableInput(f"expected a picture, but there is no file {title}; was it moved or renamed?") from None
    except PermissionError:
        raise UnreadableInput(f"expected a picture, but {title} may not be read; ask its owner for access.") from None
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"expected a picture, but {title} cannot be opened: {_plain(error)}.") from error
    with file:
        yield file


def _check_bytes(count: int, title: str, limit: int) -> None:
    if not count:
        raise UnreadableInput(f"expected a picture, got {title}, which is empty; replace it.")
    if count > limit:
        raise UnreadableInput(f"expected at most {limit:,} bytes, got {count:,} in {title}; make it smaller.")


def _plain(error: Exception) -> str:
    return (error.strerror or "unknown reason") if isinstance(error, OSError) else str(error)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".draft-{new_id()}")
    try:
        with draft.open("xb") as file:
            file.write(content)
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
