"""From whatever a person calls their pictures (folder, glob, file, list, table, URLs) to inputs, opening none."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..domain.inputs import Input, is_url
from ..errors import BadInput
from . import tables
from .walk import Found, is_picture, matches, walk

TABLES = frozenset({".csv", ".tsv", ".parquet", ".xlsx", ".json", ".jsonl", ".feather"})
TWICE, NO_PATH, NO_TEXT = "given twice", "empty", "names that are not valid text"
NOT_HTTP = "addresses other than http(s)"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def inputs_from(
    source: Any,  # whatever a user has: the door where it gets our one form
    *,
    column: str | None = None,
    base: str | Path | None = None,
    found: Found | None = None,
) -> Iterator[Input]:
    """Give the inputs that a source names, one by one, in natural order (``img2`` before ``img10``).

    Parameters
    ----------
    source
        A folder (searched with its subfolders), a glob pattern (``**`` too), a file, an http(s) URL, an `Input`; a
        list or any iterable of these; a pandas DataFrame or Series, a pyarrow or polars table.
    column
        The table's column that holds paths or URLs. None: the one called path, file, filename, file_name, uri, url
        or image. The other columns are kept as JSON in `Input.meta`.
    base
        The folder that relative paths in lists and tables start from; the working folder when None.
    found
        Counts what was taken and what was passed over while the result is consumed.

    Returns
    -------
    Iterator[Input]
        Absolute paths and URLs. Nothing is opened, and listed files are not even looked at: what cannot be decoded
        turns up as unreadable when it is opened.

    Raises
    ------
    BadInput
        At once: a wrong type, a missing file, a missing or ambiguous column. At the end: nothing was found.

    Examples
    --------
    >>> [given.name for given in inputs_from(["https://example.org/a%20b.jpg", "photos/c.jpg"])]
    ['a b.jpg', 'c.jpg']
    """
    found = Found() if found is None else found
    root = os.path.abspath(os.path.expanduser(base)) if base is not None else os.getcwd()
    if tables.is_table(source):
        items = tables.rows_of(source, column)
    elif column is not None:
        raise BadInput(f"expected a table for column={column!r}, got {type(source).__name__}; leave column= out.")
    elif isinstance(source, str | os.PathLike | Input):
        items = iter(((source, ""),))
        if isinstance(source, str | os.PathLike):
            _check_alone(source, root)
    elif isinstance(source, Iterable) and not isinstance(source, bytes | bytearray | dict):
        items = ((item, "") for item in source)
    else:
        raise BadInput(
            f"expected a folder, pattern, file, URL, list or table, got {type(source).__name__}; give its path."
        )
    return _counted(items, root, found, source)


def _counted(items: Iterable[tuple[Any, str]], root: str, found: Found, source: object) -> Iterator[Input]:
    seen: set[str] = set()
    for item, meta in items:
        for given in _inputs(item, meta, root, found):
            if given.input_id in seen:
                found.skip(TWICE, given.name)
                continue
            seen.add(given.input_id)
            found.taken += 1
            yield given
    if not found.taken:
        path = os.fspath(source) if isinstance(source, str | os.PathLike) else None
        what = _given(path) if isinstance(path, str) else f"the {type(source).__name__}"
        raise BadInput(f"expected pictures in {what}, got {found}; give a folder, files or a table of them.")


def _inputs(item: object, meta: str, root: str, found: Found) -> Iterator[Input]:
    """Give what one item names: itself, or all that lies in the folder or matches the pattern."""
    if isinstance(item, Input):
        yield item
        return
    if tables.is_empty(item):
        found.skip(NO_PATH, "")
        return
    if not isinstance(item, str | os.PathLike):
        raise BadInput(f"expected a path or URL, got {type(item).__name__} {item!r:.60}; give text or pathlib paths.")
    text = os.fspath(item)
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    if text[:7].lower() == "file://" and urlsplit(text).netloc in ("", "localhost"):
        text = unquote(urlsplit(text).path)
    if is_url(text) and isinstance(item, str):
        paths: Iterable[str] = (text,)
    elif _SCHEME.match(text) and isinstance(item, str):
        found.skip(NOT_HTTP, text)
        return
    else:
        paths = _paths(text, root, found)
    for path in paths:
        if "\0" in path or not _is_text(path):
            found.skip(NO_TEXT, path)
        else:
            yield Input.at(path, meta=meta)


def _paths(text: str, root: str, found: Found) -> Iterable[str]:
    text = os.path.expanduser(text)
    path = os.path.abspath(os.path.join(root, text))
    pattern = glob.has_magic(text)
    if "\0" in path or (not pattern and is_picture(path)):
        return (path,)  # a listed picture: not looked at, there may be a hundred thousand
    if os.path.isdir(path):
        return walk(path, found)
    if pattern and not os.path.lexists(path):
        return matches(text, root, found)
    return (path,)


def _check_alone(source: str | os.PathLike[Any], root: str) -> None:
    """Refuse a single path that cannot be meant, before anything is searched."""
    text = os.fsdecode(source)
    shown = _given(text)
    if is_url(text) or text[:7].lower() == "file://":
        return
    if _SCHEME.match(text):
        raise BadInput(f"expected an http or https address, got {shown}; fetch the pictures and give their folder.")
    path = os.path.join(root, os.path.expanduser(text))
    if not text.strip() or "\0" in text:
        raise BadInput(f"expected a folder, pattern, file or URL, got {text!r:.60}; give a path.")
    if os.path.splitext(path)[1].lower() in TABLES and os.path.isfile(path):
        raise BadInput(f"expected pictures, got the table {shown}; read it with pandas and give the DataFrame.")
    if not glob.has_magic(text) and not os.path.lexists(path):
        raise BadInput(f"expected a folder, pattern, file or URL, but there is no {shown}; check the path.")


def _given(text: str) -> str:
    """Give a path, pattern or address as it was given, in quotes, with nothing invisible in it."""
    shown = repr(text)
    return shown if len(shown) <= 200 else f"{shown[:100]}...{shown[-90:]}"


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:  # a file name whose bytes are no UTF-8; no database or file format could keep it
        return False
    return True
