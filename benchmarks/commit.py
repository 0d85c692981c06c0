"""One labeling action, journal and session, against writing 400 bytes and a bare fsync."""

from __future__ import annotations

import itertools
import os
import tempfile
from pathlib import Path

from benchmarks.timing import interleaved, p50, p95
from notebook_labeler.domain import labeling
from notebook_labeler.domain.inputs import Input
from notebook_labeler.project import open_project

ROUNDS = 300


def main() -> None:
    """Print milliseconds and ratios."""
    with tempfile.TemporaryDirectory() as place, open_project(Path(place) / "p", actor="bench") as project:
        project.journal.add_inputs((Input.at(f"/pictures/{i}.jpg") for i in range(1000)), actor="bench")
        session = project.create_task("t", concepts=["a", "b"]).session()
        bare = os.open(Path(place) / "bare", os.O_CREAT | os.O_WRONLY)
        turn = itertools.cycle(("a", "b"))

        def fsync() -> None:
            os.write(bare, b"x" * 400)
            os.fsync(bare)

        def bare_commit() -> None:
            desk = session.bench.desk(session.state.input.input_id)
            concept = next(turn)
            has = desk.scene.of(concept)
            changes = labeling.decline(desk, concept) if has else labeling.add(desk, concept)
            session.bench.commit("toggle", desk, changes)

        took = interleaved(
            {
                "write 400 B + fsync": fsync,
                "journal: one action committed": bare_commit,
                "session: toggle, state announced": lambda: session.toggle(next(turn)),
            },
            ROUNDS,
        )
        floor = p50(took["write 400 B + fsync"])
        for name, seconds in took.items():
            ratio = p50(seconds) / floor
            print(f"{name:36s} p50 {p50(seconds):6.2f} ms  p95 {p95(seconds):6.2f} ms  {ratio:5.2f} x fsync")
        os.close(bare)


if __name__ == "__main__":
    main()
