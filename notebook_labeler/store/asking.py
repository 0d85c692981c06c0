"""Statements that go to the database together: to a server in one round trip, to a file one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Rows = list[dict[str, Any]]  # Any: what columns hold
_IDLE, _ACTIVE = 0, 1  # libpq: no transaction; a statement is under way
_OK, _NO_PIPELINE = 0, 0  # libpq: of a connection
BEGIN = "notebook_labeler_begin"  # the execution option that says how transactions begin


class Asked(NamedTuple):
    """A statement and its values. It is one that is made once: its text for a server is kept."""

    statement: sa.Select[Any] | sa.sql.dml.UpdateBase
    values: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Question(Generic[T]):
    """What is asked of the database, and how the answer follows from the rows of each statement."""

    asked: tuple[Asked, ...]
    answer: Callable[[list[Rows]], T]


def answers(rows: list[Rows], questions: Iterable[Question[Any]]) -> list[Any]:
    """Give the answers to questions from the rows of all their statements, in order."""
    found, start = [], 0
    for question in questions:
        end = start + len(question.asked)
        found.append(question.answer(rows[start:end]))
        start = end
    return found


def answer(connection: sa.Connection, question: Question[T]) -> T:
    """Give the answer to a question inside a transaction."""
    return question.answer(together(connection, question.asked))


def together(connection: sa.Connection, asked: Sequence[Asked], *, end: bool = False) -> list[Rows]:
    """Run statements in order inside the connection's transaction, and give the rows of each; none where it has none.

    Parameters
    ----------
    connection
        Inside a transaction.
    asked
        The statements. The first that fails is raised, and none after it is run.
    end
        Whether the transaction ends with them: a server then commits in the same round trip. Nothing may follow.
    """
    if connection.dialect.name == "postgresql" and _pipelines():
        return _in_one_trip(connection, asked, end=end)
    return [_rows(connection.execute(statement, dict(values))) for statement, values in asked]


def _rows(result: sa.CursorResult[Any]) -> Rows:
    return [dict(row) for row in result.mappings()] if result.returns_rows else []


def begin_late(engine: sa.Engine) -> None:
    """Have transactions begin with their first statement, on a PostgreSQL engine whose driver begins none itself."""

    @sa.event.listens_for(engine, "before_cursor_execute")
    def begin(connection: sa.Connection, *_: object) -> None:
        driver: Any = connection.connection.driver_connection  # Any: the driver's own connection
        if words := _beginning(connection, driver):
            with _wrapped(connection):
                driver.execute(words)


def _beginning(connection: sa.Connection, driver: Any) -> str:  # Any: the driver's own connection
    """Give the statement that begins the transaction, if it has not begun."""
    idle = driver.pgconn.transaction_status == _IDLE
    return str(connection.get_execution_options().get(BEGIN, "BEGIN")) if idle else ""


def _in_one_trip(connection: sa.Connection, asked: Sequence[Asked], *, end: bool) -> list[Rows]:
    """Send all, then wait once (psycopg's pipeline mode, https://www.psycopg.org/psycopg3/docs/advanced/pipeline.html)."""
    from psycopg.rows import dict_row

    texts = [_text(statement, connection.dialect) for statement, _ in asked]
    driver: Any = connection.connection.driver_connection  # Any: the driver's own connection
    with _wrapped(connection):
        cursors = []
        with driver.pipeline(), _first_told() as failed:
            if words := _beginning(connection, driver):
                driver.execute(words)
            for (_, values), text in zip(asked, texts, strict=True):
                cursors.append(driver.cursor(row_factory=dict_row).execute(str(text), text.construct_params(values)))
            if end:
                driver.execute("COMMIT")
        if failed:
            raise failed[0]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


@contextmanager
def _first_told() -> Iterator[list[Exception]]:
    """Keep the driver's error until its pipeline has ended: one that ends with an error writes to the log."""
    import psycopg

    failed: list[Exception] = []
    try:
        yield failed
    except psycopg.Error as error:
        failed.append(error)


@contextmanager
def _wrapped(connection: sa.Connection) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy raises them, and give a connection up that cannot be used any more."""
    import psycopg

    driver: Any = connection.connection.driver_connection  # Any: the driver's own connection
    try:
        yield
    except BaseException as error:  # an interrupted kernel, too, may leave it in the middle
        if stuck(driver):
            connection.invalidate()
        if not isinstance(error, psycopg.Error):
            raise
        first: BaseException = error
        while isinstance(first.__context__, psycopg.Error):  # why it was lost, before what did not work then
            first = first.__context__
        raise sa.exc.DBAPIError.instance(
            "several statements", None, first, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def stuck(driver: Any) -> bool:  # Any: the driver's own connection
    """Whether a connection is lost, or was left in the middle of statements: then it cannot even be rolled back."""
    state = driver.pgconn
    return bool(state.status != _OK or state.pipeline_status != _NO_PIPELINE or state.transaction_status == _ACTIVE)


@lru_cache(maxsize=256)
def _text(statement: sa.Select[Any] | sa.sql.dml.UpdateBase, dialect: sa.Dialect) -> sa.Compiled:
    return statement.compile(dialect=dialect)


@lru_cache(maxsize=1)
def _pipelines() -> bool:
    """Whether the client library can: libpq 14 and later."""
    import psycopg

    return psycopg.capabilities.has_pipeline()
