"""The folder of an export: written beside and put in place whole, and never in the place of what is not ours."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from ...domain.names import new_id
from ...errors import BadInput, StoreError
from ...formats.records import Written

MARK = ".notebook_labeler-export.json"


def put_in_place(folder: Path, write: Callable[[Path], Written], *, format: str, overwrite: bool) -> Written:
    """Let `write` fill a new folder, then put it in its place; the files given are those in their final place.

    Parameters
    ----------
    folder
        Where it is to be: absent, empty, or (with `overwrite`) an earlier export in which nothing else lies.
    write
        Fills an empty folder.
    format
        Noted in the folder, so that it is known to be an export.
    overwrite
        Whether an earlier export is replaced.

    Raises
    ------
    BadInput
        The folder holds something.
    StoreError
        The disk cannot do it.
    """
    folder = Path(os.path.abspath(folder.expanduser()))
    _refuse_taken(folder, overwrite)
    draft = folder.with_name(f".{folder.name[:60]}-{new_id()[:8]}.draft")
    try:
        draft.mkdir(parents=True)
        written = write(draft)
        inner = sorted(path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file())
        (draft / MARK).write_text(json.dumps({"format": format, "files": inner}, indent=1), encoding="utf-8")
        _swap(draft, folder, overwrite)
    except OSError as error:
        why = error.strerror or error
        raise StoreError(
            f"expected a folder that can be written at {str(folder)!r:.300}, got {why!s:.200}; choose another."
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Written(tuple(folder / path.relative_to(draft) for path in written.files), written.problems)


def _swap(draft: Path, folder: Path, overwrite: bool) -> None:
    _refuse_taken(folder, overwrite)  # again: writing took its time
    if not folder.exists():
        os.rename(draft, folder)
        return
    old = draft.with_suffix(".old")
    os.rename(folder, old)
    try:
        os.rename(draft, folder)
    except BaseException:
        os.rename(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _refuse_taken(folder: Path, overwrite: bool) -> None:
    shown = f"{str(folder)!r:.300}"
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise BadInput(f"expected a folder to export into, got {shown}, which is a file or a link; choose another.")
    if not folder.exists() or not any(folder.iterdir()):
        return
    ours = _files_of(folder)
    if ours is None:
        raise BadInput(
            f"expected an empty folder to export into, got {shown}, which holds other files; choose another."
        )
    if not overwrite:
        raise BadInput(f"expected an empty folder, got {shown}, an earlier export; pass overwrite=True to replace it.")
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not (path.is_dir() and not path.is_symlink()) and name not in ours and name != MARK:
            raise BadInput(f"expected nothing but an earlier export in {shown}, got also {name!r:.120}; move it away.")


def _files_of(folder: Path) -> set[str] | None:
    """Give the files that an export made, None when the folder is none."""
    try:
        said = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return set(said["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
