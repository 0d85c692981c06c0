"""What a database server may do to us: it is skipped where none is given."""

import os

import pytest
import sqlalchemy as sa

from notebook_labeler.domain import labeling
from notebook_labeler.domain.operations import Operation
from notebook_labeler.errors import StoreError

POSTGRES = os.environ.get("NOTEBOOK_LABELER_TEST_POSTGRES", "")

pytestmark = pytest.mark.skipif(not POSTGRES, reason="no server")


@pytest.fixture
def url():
    engine = sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return POSTGRES


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
