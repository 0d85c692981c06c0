"""What a database server may do to us: it is skipped where none is given."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from notebook_labeler.domain import labeling
from notebook_labeler.domain.operations import Operation
from notebook_labeler.errors import StoreError

POSTGRES = os.environ.get("NOTEBOOK_LABELER_TEST_POSTGRES", "")

pytestmark = pytest.mark.skipif(not POSTGRES, reason="no server")


@pytest.fixture
def url(emptied):
    return emptied


@pytest.fixture
def cut():
    """Have the server close all connections to the database but its own."""
    engine = sa.create_engine(POSTGRES)

    def closed():
        with engine.begin() as connection:
            wanted = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {wanted}")

    yield closed
    engine.dispose()


def test_a_connection_that_the_server_has_closed_is_replaced_and_nobody_notices(world, cut):
    for _ in range(3):
        cut()
        world.do(labeling.add, "hat")
        cut()
        assert world.labels() == ["hat"]
        world.journal.undo("t", "Ann")


def test_a_transaction_whose_connection_is_closed_keeps_nothing_and_says_so(world, cut):
    before, desk = world.journal.rev(), world.desk()
    adds = Operation.of("add", labeling.add(desk, "hat"), actor="Ann", task_id="t", input_id=desk.input_id)
    with pytest.raises(StoreError, match="cannot be reached"):
        world.journal.atomically("t", [world.inputs[0].input_id], lambda _: cut() or [adds])
    assert (world.journal.rev(), world.labels()) == (before, [])


@contextmanager
def halted(how):
    """Have statements on the journal wait for each other; the first to wait is halted by the server."""
    engine = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    waits = "datname = current_database() AND wait_event_type = 'Lock'"

    def halt():
        with engine.connect() as connection:
            while not connection.exec_driver_sql(f"SELECT {how}(pid) FROM pg_stat_activity WHERE {waits}").all():
                pass

    with engine.connect() as connection, ThreadPoolExecutor(1) as beside:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("LOCK TABLE counter IN ACCESS EXCLUSIVE MODE")
        halting = beside.submit(halt)
        yield
        halting.result()
        connection.exec_driver_sql("ROLLBACK")
    engine.dispose()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("pg_terminate_backend", "cannot be reached .*check that it runs"),
        ("pg_cancel_backend", "refused: canceling statement.*; nothing was changed"),
    ],
)
def test_what_the_server_halts_in_the_middle_is_said_as_it_is_and_can_be_repeated(world, how, sentence, caplog):
    desk = world.desk()
    adds = Operation.of("add", labeling.add(desk, "hat"), actor="Ann", task_id="t", input_id=desk.input_id)
    for act in (lambda: world.journal.commit(adds), world.journal.rev, lambda: world.journal.undo("t", "Ann")):
        with halted(how), pytest.raises(StoreError, match=sentence):
            act()
    assert world.labels() == []
    world.journal.commit(adds)
    assert (world.labels(), caplog.records) == (["hat"], [])


def test_a_database_that_closes_every_connection_is_told_of_in_a_sentence(world):
    def gone(*_):
        raise sa.exc.DisconnectionError

    sa.event.listen(sa.pool.Pool, "checkout", gone)
    try:
        with pytest.raises(StoreError, match="gave no connection"):
            world.journal.rev()
    finally:
        sa.event.remove(sa.pool.Pool, "checkout", gone)
    assert world.journal.rev() > 0
