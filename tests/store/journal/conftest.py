"""A journal with a task of a few inputs, on SQLite, and on PostgreSQL where a URL is given."""

import os
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from notebook_labeler.domain.inputs import Input
from notebook_labeler.domain.labeling import Desk
from notebook_labeler.domain.operations import Operation
from notebook_labeler.domain.records import TaskRecord
from notebook_labeler.domain.tasks import TaskSettings
from notebook_labeler.store.journal import Journal

POSTGRES = os.environ.get("NOTEBOOK_LABELER_TEST_POSTGRES", "")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.skipif(not POSTGRES, reason="no server"))])
def url(request, tmp_path):
    return f"sqlite:///{tmp_path}/labels.db" if request.param == "sqlite" else request.getfixturevalue("emptied")


@pytest.fixture
def emptied():
    """The PostgreSQL database that was given, made empty."""
    engine = sa.create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return POSTGRES


@pytest.fixture
def journal(url):
    with Journal.open(url) as journal:
        yield journal


@pytest.fixture
def world(journal, url):
    """A task "clothes" over five inputs, and verbs of a labeler on it."""
    inputs = [Input.at(f"/pictures/{n}.jpg") for n in range(5)]
    journal.add_inputs(inputs, actor="Ann")
    settings = TaskSettings(concepts=("shirt",))
    journal.create_task(TaskRecord(task_id="t", name="clothes", settings=settings.dumps()), actor="Ann")

    def desk(n=0, actor="Ann"):
        scene = journal.scene("t", inputs[n].input_id)
        return Desk("t", actor, settings, scene, journal.concepts(), journal.relations())

    def do(verb, *args, n=0, actor="Ann", kind=None, group=None, op_id=None, **values):
        on = desk(n, actor)
        operation = Operation.of(
            kind or verb.__name__,
            verb(on, *args, **values),
            actor=actor,
            task_id="t",
            input_id=on.input_id,
            group=group,
            op_id=op_id,
        )
        journal.commit(operation)
        return operation

    def labels(n=0):
        return [a.concept for a in journal.scene("t", inputs[n].input_id).active]

    yield SimpleNamespace(journal=journal, inputs=inputs, desk=desk, do=do, labels=labels, settings=settings)
    with Journal.open(url) as journal:
        report = journal.check()
    assert report.ok, report.problems
