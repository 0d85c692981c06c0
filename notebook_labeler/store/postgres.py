"""A PostgreSQL database as the journal's home: the server keeps order, so there is no gate."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa

from ..errors import MissingExtra
from .layout import ready
from .troubles import told

_SETTING_UP = 6_871_034_520  # any number of our own: the advisory lock under which tables are made


class PostgresDatabase:
    """A database by URL. Connections are pooled; every thread may ask for one.

    Raises
    ------
    MissingExtra
        The driver is not installed.
    StoreError
        The server cannot be reached or the database is not ours.
    """

    def __init__(self, url: sa.URL) -> None:
        self.where = url.render_as_string(hide_password=True)
        try:
            self._engine = sa.create_engine(url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise MissingExtra(
                "a postgresql:// URL needs the driver psycopg; install it with "
                "pip install 'notebook-labeler[postgres]'."
            ) from error
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with self.write() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SETTING_UP)))
            ready(connection, self.where)

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection inside a transaction that is committed when the block ends without an error."""
        with told(self.where), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one moment of the database."""
        with told(self.where), self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def before_fork(self) -> None:
        """Nothing to wait for: a child takes no lock of ours along."""

    def after_fork_in_parent(self) -> None:
        """Go on."""

    def after_fork_in_child(self) -> None:
        """Leave the parent's connections alone and make new ones at the next use."""
        self._engine.dispose(close=False)
