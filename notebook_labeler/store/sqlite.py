"""One SQLite file in this process: a connection that writes, one that reads, and the rules that keep both true.

Three traps are closed here (all were reproduced): a checkpoint beside a commit can damage the file, any close of the
file elsewhere in this process drops SQLite's locks, and SQLite's own waiting starves writers for seconds. Hence the
gate around every open, write, checkpoint and close, and the look at the write-ahead log's identity before each
transaction: if it is another file than the one we hold, all is opened anew.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from ..errors import ProjectClosed, StoreError
from .asking import Question, answers, together
from .gate import Gate, open_file
from .layout import ready
from .troubles import told

_LOG_LIMIT = 4_000_000  # bytes of write-ahead log after which a writer folds it into the file


class SqliteDatabase:
    """The file at a path, for all threads of this process (`databases.opened` hands it out).

    Parameters
    ----------
    path
        Absolute path of the file; it is made if it is not there.
    shared_memory
        False on a network share that only one host uses: no write-ahead log, slower, as safe.
    """

    def __init__(self, path: str, *, shared_memory: bool = True) -> None:
        self.path, self.where, self._log = path, path, shared_memory
        self._writing, self._reading = threading.RLock(), threading.RLock()  # always taken in this order
        self._seen: tuple[Any, ...] | None = None
        with told(self.where):
            folder = os.stat(os.path.dirname(path))
            mode = 0o660 if folder.st_mode & 0o020 else None  # a folder that a group shares
            self._gate = Gate(path + ".lock", mode=mode)
            os.close(open_file(path, mode=mode))
        self._writer, self._reader = self._engine("BEGIN IMMEDIATE"), self._engine("BEGIN")
        try:
            with self._writing, self._gate, told(self.where):
                self._refresh()
        except BaseException:
            self._dispose()
            self._gate.close()
            raise

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection inside a transaction that is on disk when the block ends without an error."""
        with told(self.where), self._writing, self._opened(), self._gate:
            self._refresh()
            with self._writer.begin() as connection:
                yield connection
            self._fold()

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one moment of the file. Writers of other threads go on meanwhile."""
        with told(self.where):
            if self._stale():
                with self._writing, self._opened(), self._gate:
                    self._refresh()
            with self._reading, self._opened(), self._reader.begin() as connection:
                yield connection

    def ask(self, questions: Sequence[Question[Any]]) -> list[Any]:
        """Give the answers to questions as of one moment."""
        with self.read() as connection:
            rows = together(connection, [each for question in questions for each in question.asked])
        return answers(rows, questions)

    def copy(self, tables: Sequence[str], path: str) -> None:
        """Copy the rows of some tables, all as they are at one moment, into a new SQLite file."""
        with self.read():
            pass  # the right files are open now
        with (
            told(self.where),
            self._reading,
            self._opened(),
            contextlib.closing(self._reader.raw_connection()) as pooled,
        ):
            driver: Any = pooled.driver_connection  # Any: the driver's own connection
            driver.execute("ATTACH ? AS bulk", (path,))
            try:
                for pragma in ("query_only=0", "bulk.journal_mode=OFF", "bulk.synchronous=OFF"):
                    driver.execute("PRAGMA " + pragma)
                driver.execute("BEGIN")
                for table in tables:  # into tables without keys SQLite copies whole rows, unread
                    driver.execute(f"CREATE TABLE bulk.{table} AS SELECT * FROM main.{table} WHERE 0")  # noqa: S608
                    driver.execute(f"INSERT INTO bulk.{table} SELECT * FROM main.{table}")  # noqa: S608
                driver.execute("COMMIT")
            finally:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                driver.execute("PRAGMA query_only=1")
                driver.execute("DETACH bulk")

    def close(self) -> None:
        """Close both connections; the last one out folds the log into the file."""
        with self._writing, self._reading, told(self.where):
            if self._gate.closed:
                return
            with self._gate:
                self._dispose()
            self._gate.close()

    def before_fork(self) -> None:
        """Wait until no thread is inside SQLite, so that a child does not inherit its locks half taken."""
        self._writing.acquire()
        self._reading.acquire()

    def after_fork_in_parent(self) -> None:
        """Go on."""
        self._reading.release()
        self._writing.release()

    def after_fork_in_child(self) -> None:
        """Open anew at the next use; closing what was inherited then, in the gate, takes nothing from the parent."""
        self._writing, self._reading, self._seen = threading.RLock(), threading.RLock(), None
        self._gate.after_fork()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[None]:
        """Refuse what waited for a lock while another thread closed the project: it would open the file anew."""
        if self._gate.closed:
            raise ProjectClosed("expected an open project, got one that was closed meanwhile; open it again.")
        yield

    def _stale(self) -> bool:
        return self._seen is None or self._mark() != self._seen

    def _mark(self) -> tuple[Any, ...]:
        """Identify the files that we ought to be working on."""
        return tuple(_identity(self.path + end) for end in (("-wal", "-shm") if self._log else ("",)))

    def _refresh(self) -> None:
        """Open both connections (anew) unless they hold the right files. All locks are held, the gate too."""
        if not self._stale():
            return
        with self._reading:
            with _kept(self.path + "-wal"):
                self._dispose()
            with self._writer.begin() as connection:
                ready(connection, self.where)
            with self._reader.begin() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM meta").fetchall()
            self._seen = self._mark()

    def _fold(self) -> None:
        """Fold a long log into the file. A failure here takes nothing back: the commit stands, the log stays."""
        if self._log and os.stat(self.path + "-wal").st_size > _LOG_LIMIT:
            with contextlib.suppress(sa.exc.DBAPIError), self._writer.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _dispose(self) -> None:
        for engine in (self._writer, self._reader):
            engine.dispose()

    def _engine(self, begin: str) -> sa.Engine:
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=self.path),
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "timeout": 30},
        )
        journal = "WAL" if self._log else "DELETE"

        @sa.event.listens_for(engine, "connect")
        def prepare(connection: Any, _: Any) -> None:  # Any: the driver's own connection
            connection.isolation_level = None
            found = connection.execute(f"PRAGMA journal_mode={journal}").fetchone()[0]
            if found.upper() != journal:
                raise StoreError(
                    f"expected {self.path} to work in SQLite's mode {journal}, got {found}; use a local disk."
                )
            for pragma in (
                "synchronous=FULL" if self._log else "synchronous=EXTRA",
                "wal_autocheckpoint=0",
                f"journal_size_limit={_LOG_LIMIT}",
                "fullfsync=1",  # macOS
                "cache_size=-32000",
                f"query_only={int(begin == 'BEGIN')}",
            ):
                connection.execute("PRAGMA " + pragma)

        @sa.event.listens_for(engine, "begin")
        def start(connection: sa.Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def _kept(log: str) -> Iterator[None]:
    """Keep a write-ahead log that is not ours from being removed by name while we close our old connections."""
    spare = log + "-kept"
    if not os.path.exists(spare):
        with contextlib.suppress(FileNotFoundError):
            os.link(log, spare)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            if os.path.exists(log):
                os.unlink(spare)
            else:
                os.rename(spare, log)
