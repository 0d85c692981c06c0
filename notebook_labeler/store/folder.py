"""Where a project is: its folder, and the URL of its database."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote

from ..errors import BadInput, StoreError
from .disk import make_shared_folder, share

DATABASE = "labels.db"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")

_README = """\
This folder is a project of notebook_labeler.

labels.db     the labels and their whole history (SQLite; files of the same name ending
              in -wal or -shm belong to it). Do not open it with another program while
              the project is in use, and copy it only when nobody works on it.
              A project whose labels are in PostgreSQL has none.
versions/     saved versions of the labels. Each folder in it holds plain Parquet files and
              never changes: pandas.read_parquet(folder) reads it. versions/_versions/ says
              which versions there are; a folder that is not named there is none.
predictions/  what models have proposed. It may be deleted; it is then computed again.
cache/        copies of pictures from the web and the like. It may be deleted too.

To open it:   import notebook_labeler as nl; project = nl.open_project("this folder")
"""


class ProjectFolder:
    """The folder of a project and what lies where in it.

    Parameters
    ----------
    path
        The folder; ``~`` is one's home.
    create
        Make it, and what belongs in it, where it is not there. A folder whose group shares it (set-group-id bit) gives
        its group rights to what is made in it.

    Raises
    ------
    StoreError
        It is a file, cannot be written, or is not there and must not be made.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = ProjectFolder(mkdtemp() + "/clothes")
    >>> sorted(p.name for p in folder.path.iterdir())
    ['README.txt', 'cache', 'predictions', 'versions']
    """

    def __init__(self, path: str | os.PathLike[str], *, create: bool = True) -> None:
        self.path = _absolute(path)
        shown = str(self.path)
        try:
            if self.path.exists() and not self.path.is_dir():
                raise StoreError(f"expected a folder for the project, got the file {shown!r:.300}; name a folder.")
            if not create and not self.path.is_dir():
                raise StoreError(
                    f"expected the folder of a project, but there is none at {shown!r:.300}; check the name."
                )
            if create:
                self._make()
        except OSError as error:
            raise StoreError(
                f"expected a folder that can be written, got {shown!r:.300} ({error.strerror}); "
                "choose another folder or ask for the right to write there."
            ) from error

    def __repr__(self) -> str:
        return f"ProjectFolder({str(self.path)!r})"

    @property
    def database(self) -> Path:
        """Where the SQLite database lies."""
        return self.path / DATABASE

    @property
    def versions(self) -> Path:
        """Where the saved versions lie."""
        return self.path / "versions"

    @property
    def predictions(self) -> Path:
        """Where predictions lie."""
        return self.path / "predictions"

    @property
    def cache(self) -> Path:
        """Where downloads and small copies lie."""
        return self.path / "cache"

    def _make(self) -> None:
        for folder in (self.path, self.versions, self.predictions, self.cache):
            make_shared_folder(folder)
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied", str(self.path))
        readme = self.path / "README.txt"
        if not readme.exists():
            readme.write_text(_README, encoding="utf-8")
            share(readme)


def resolve(
    path_or_url: str | os.PathLike[str], *, folder: str | os.PathLike[str] | None = None, create: bool = True
) -> tuple[str, ProjectFolder]:
    """Give the URL of a project's database, and its folder.

    Parameters
    ----------
    path_or_url
        A folder, whose database is the SQLite file in it; or ``postgresql://user@host/database``.
    folder
        Where versions and predictions of a PostgreSQL project are kept. Default: a folder of the database's name in the
        working directory.
    create
        Make the folder where it is not there.

    Returns
    -------
    tuple of str and ProjectFolder
        A URL as SQLAlchemy takes it, and the folder.

    Raises
    ------
    BadInput
        No path and no URL that is known.
    StoreError
        The folder cannot be used.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> url, folder = resolve(mkdtemp())
    >>> url.startswith("sqlite:///"), url.endswith("/labels.db")
    (True, True)
    """
    if not isinstance(path_or_url, str | os.PathLike) or not str(path_or_url).strip():
        raise BadInput(f"expected a folder or a postgresql:// URL, got {path_or_url!r:.80}; name a folder.")
    text = os.fspath(path_or_url)
    scheme = _SCHEME.match(text)
    if scheme is None:
        if folder is not None:
            raise BadInput("expected folder= beside a postgresql:// URL only, got it beside a path; leave it out.")
        place = ProjectFolder(text, create=create)
        return _sqlite_url(place.database), place
    if scheme[1].lower() not in _POSTGRES:
        hint = "; give the folder that labels.db lies in" if scheme[1].lower().startswith("sqlite") else ""
        raise BadInput(f"expected a folder or a postgresql:// URL, got one of {scheme[1]}://{hint}.")
    return _postgres(text[scheme.end() :], folder, create=create)


def _postgres(rest: str, folder: str | os.PathLike[str] | None, *, create: bool) -> tuple[str, ProjectFolder]:
    database = unquote(rest.split("?")[0].partition("/")[2])
    if not database:
        raise BadInput("expected a database in the URL, got none; write postgresql://user@host/database.")
    name = re.sub(r"[^\w-]", "_", database)  # it names a folder here, and must not lead elsewhere
    place = ProjectFolder(folder if folder is not None else Path.cwd() / name, create=create)
    return f"postgresql+psycopg://{rest}", place


def _sqlite_url(path: Path) -> str:
    from sqlalchemy.engine import URL, make_url

    url = URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
    if make_url(url).database != str(path):  # older SQLAlchemy, and a ? in the path
        raise StoreError(f"expected a path without '?', got {str(path)!r:.300}; rename the folder.")
    return url


def _absolute(path: str | os.PathLike[str]) -> Path:
    if "\0" in str(path):
        raise BadInput(f"expected the path of a folder, got {path!r:.200} with a null character; name a folder.")
    try:
        return Path(os.path.abspath(Path(path).expanduser()))
    except RuntimeError as error:  # no such user, no home
        raise BadInput(f"expected the path of a folder, got {path!r:.200} ({error}); write it out.") from error
