"""Opening a database by URL. One SQLite file is opened once per process, however many journals work on it."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from pathlib import Path

import sqlalchemy as sa

from ..errors import BadInput, StoreError
from .places import network_file_system
from .postgres import PostgresDatabase
from .sqlite import SqliteDatabase

Database = SqliteDatabase | PostgresDatabase
_lock = threading.Lock()
_open: dict[str, tuple[Database, int]] = {}  # how many journals hold it


def opened(url: str) -> tuple[str, Database]:
    """Give the database at a URL and the name under which to `release` it.

    Parameters
    ----------
    url
        ``sqlite:////absolute/path/labels.db`` or ``postgresql+psycopg://user@host/name``. A SQLite file on a network
        share is refused unless the URL ends in ``?single_host=yes``, which says that one host alone uses it.

    Raises
    ------
    BadInput
        The URL is of no kind that is kept here.
    StoreError
        The place cannot be used.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise BadInput(f"expected a sqlite:/// or postgresql:// URL, got {url!r:.200}; correct it.") from error
    family = parsed.get_backend_name()
    if family == "sqlite":
        name = os.path.realpath(_sqlite_path(parsed))
    elif family == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        name = parsed.render_as_string(hide_password=False)
    else:
        raise BadInput(f"expected a sqlite:/// or postgresql:// URL, got one of {family!r:.60}; use one of the two.")
    with _lock:
        database, holders = _open.get(name, (None, 0))
        if database is None:
            database = _at_path(name, parsed) if family == "sqlite" else PostgresDatabase(parsed)
        _open[name] = database, holders + 1
    return name, database


def release(name: str) -> None:
    """Let go of a database; the last holder closes it."""
    with _lock:
        database, holders = _open.pop(name, (None, 0))
        if database is None:
            return  # the process is ending
        if holders > 1:
            _open[name] = database, holders - 1
        else:
            database.close()


def _sqlite_path(url: sa.URL) -> str:
    path = url.database or ""
    if not os.path.isabs(path):
        raise BadInput(f"expected an absolute path after sqlite:///, got {path!r:.200}; a project lives in a file.")
    if not os.path.isdir(os.path.dirname(path)):
        raise StoreError(f"expected the folder {os.path.dirname(path)} to be there; make it first.")
    if os.path.isdir(path):
        raise StoreError(f"expected a file at {path}, got a folder; name the file inside it.")
    return path


def _at_path(path: str, url: sa.URL) -> SqliteDatabase:
    share = network_file_system(Path(path))
    alone = url.query.get("single_host") == "yes"
    if share and not alone:
        raise StoreError(
            f"expected {path} on a local disk, got a network share ({share}), where SQLite cannot keep several hosts "
            "apart; use a database server (postgresql+psycopg://user@host/name), or add ?single_host=yes to the URL if "
            "no other host will ever open it."
        )
    return SqliteDatabase(path, shared_memory=not share)


@atexit.register
def _at_exit() -> None:
    """Close what nobody closed, inside the gate: left to the interpreter, SQLite would fold its log outside."""
    with _lock:
        while _open:
            database, _ = _open.popitem()[1]
            with contextlib.suppress(StoreError):
                database.close()


def _before_fork() -> None:
    _lock.acquire()
    for database, _ in _open.values():
        database.before_fork()


def _after_fork_in_parent() -> None:
    for database, _ in _open.values():
        database.after_fork_in_parent()
    _lock.release()


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.Lock()
    for database, _ in _open.values():
        database.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
