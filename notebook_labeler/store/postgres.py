"""A PostgreSQL database as the journal's home: the server keeps order, so there is no gate.

It may be far away, so nothing is sent that need not be: a transaction begins with its first statement, and whether a
connection still stands is seen from what has come in on it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from ..errors import MissingExtra, StoreError
from .asking import BEGIN, Question, answers, begin_late, stuck, together
from .layout import ready
from .troubles import told

_PATIENCE_S = 10  # for a server that does not answer when a connection is made
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
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": _PATIENCE_S}
        try:
            self._engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", connect_args=patience)
        except ModuleNotFoundError as error:
            raise MissingExtra(
                "a postgresql:// URL needs the driver psycopg; install it with "
                "pip install 'notebook-labeler[postgres]'."
            ) from error
        sa.event.listen(self._engine, "checkout", _still_there)
        sa.event.listen(self._engine, "checkin", self._given_back)
        sa.event.listen(self._engine, "handle_error", _given_up)
        self._closed = False
        begin_late(self._engine)
        self._reader = self._engine.execution_options(**{BEGIN: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"})
        with self.write() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SETTING_UP)))
            ready(connection, self.where)

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection inside a transaction that is committed when the block ends without an error."""
        with told(self.where), self._begun(self._engine) as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one moment of the database."""
        with told(self.where), self._begun(self._reader) as connection:
            yield connection

    def ask(self, questions: Sequence[Question[Any]]) -> list[Any]:
        """Give the answers to questions as of one moment, in one round trip."""
        with told(self.where), self._begun(self._reader) as connection:
            asked = [each for question in questions for each in question.asked]
            rows = together(connection, asked, end=True)
        return answers(rows, questions)

    @contextlib.contextmanager
    def _begun(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        try:
            connection = engine.connect()
        except (sa.exc.InvalidRequestError, sa.exc.TimeoutError) as error:  # closed again and again; or all are in use
            raise StoreError(
                f"the database {self.where} gave no connection ({str(error).splitlines()[0]}); repeat in a moment."
            ) from error
        with connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections; one that a thread still uses is closed when it is given back."""
        self._closed = True
        self._engine.dispose()

    def _given_back(self, driver: Any, *unused: object) -> None:  # Any: the driver's own connection, or None
        if self._closed and driver is not None:
            driver.close()

    def before_fork(self) -> None:
        """Nothing to wait for: a child takes no lock of ours along."""

    def after_fork_in_parent(self) -> None:
        """Go on."""

    def after_fork_in_child(self) -> None:
        """Leave the parent's connections alone and make new ones at the next use."""
        self._engine.dispose(close=False)


def _still_there(driver: Any, *unused: object) -> None:  # Any: the driver's own connection
    """Have a connection replaced that the server has closed: unlike a ping, looking costs no round trip."""
    import psycopg

    try:
        for _ in range(2):  # its last words, then that it is closed
            driver.pgconn.consume_input()
    except psycopg.OperationalError as error:
        raise sa.exc.DisconnectionError("the server has closed this connection") from error
    if driver.pgconn.status != psycopg.pq.ConnStatus.OK:
        raise sa.exc.DisconnectionError("the server has closed this connection")


def _given_up(failed: sa.engine.ExceptionContext) -> None:
    """Have a connection replaced that was lost between many rows of one statement, which the driver sends together."""
    if failed.connection is not None and not failed.connection.invalidated:
        failed.is_disconnect = failed.is_disconnect or stuck(failed.connection.connection.driver_connection)
