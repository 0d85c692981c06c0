"""Tables of annotations that nobody made by hand, the same for the same seed."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from notebook_labeler.store.schema import ANNOTATIONS
from notebook_labeler.store.versions import Versions

START = datetime(2026, 1, 1, tzinfo=UTC)
CONCEPTS = ("cat", "dog", "traffic light", "größe", "猫", "<b>x</b>")


def random_rows(count: int, seed: int = 0, *, tasks: int = 1) -> list[dict]:
    r = random.Random(seed)
    rows = []
    for _ in range(count):
        task = r.randrange(tasks)
        box = [r.random() * 100 for _ in range(4)] if r.random() < 0.2 else None
        ring = [r.random() for _ in range(2 * r.randrange(3, 6))]
        polygon = [ring, ring[:6]] if r.random() < 0.1 else [] if r.random() < 0.1 else None
        suggested = r.random() < 0.5
        input_id = f"{r.randrange(max(1, count // 3)):016x}"
        rows.append(
            {
                "annotation_id": f"{r.getrandbits(64):016x}",
                "input_id": input_id,
                "uri": f"/pictures/{input_id}.jpg",
                "name": f"{input_id}.jpg",
                "concept": r.choice(CONCEPTS),
                "shape": "box" if box else "polygon" if polygon else "label",
                "box": box,
                "polygon": polygon,
                "status": r.choice(["SUCCESS", "PENDING"]),
                "origin": "model" if suggested else "human",
                "via": "accepted" if suggested else "added",
                "labeler": r.choice(["ada", "bob"]),
                "original": r.choice([None, "jean"]),
                "model": "0f" * 8 if suggested else None,
                "model_concept": "tabby" if suggested else None,
                "score": r.random() if suggested else None,
                "threshold_low": 0.25 if suggested else None,
                "threshold_high": 1.0 if suggested else None,
                "task_id": f"{task:016x}",
                "task": f"task {task}",
                "created_at": START + timedelta(microseconds=r.randrange(10**12)),
                "updated_at": START + timedelta(microseconds=r.randrange(10**12)),
                "version": r.randrange(1, 5),
                "attributes": r.choice([None, '{"difficult":1}']),
            }
        )
    return rows


def table_of(rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=ANNOTATIONS)


@pytest.fixture
def make_rows() -> Callable[..., list[dict]]:
    return random_rows


@pytest.fixture
def make_table() -> Callable[..., pa.Table]:
    return lambda count, seed=0, **more: table_of(random_rows(count, seed, **more))


@pytest.fixture
def versions(tmp_path) -> Versions:
    return Versions(tmp_path / "versions")
