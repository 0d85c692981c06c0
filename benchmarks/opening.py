"""Adding, opening and beginning to label with 1,000, 10,000 and 100,000 inputs: adding grows, the rest is flat."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from benchmarks.timing import seconds_of
from notebook_labeler.domain.inputs import Input
from notebook_labeler.project import open_project

SIZES = (1_000, 10_000, 100_000)


def opened(place: Path) -> None:
    """Open a project and a task, and have the first input before one."""
    with open_project(place, actor="bench") as project:
        session = project.task("t").session()
        assert session.state.input is not None


def main() -> None:
    """Print a line per size; the ratio is to the smallest."""
    first = None
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            place = Path(folder) / str(size)
            with open_project(place, actor="bench") as project:
                inputs = [Input.at(f"/pictures/{i:06d}.jpg") for i in range(size)]
                adding = seconds_of(lambda: project.journal.add_inputs(inputs, actor="bench"))  # noqa: B023
                making = seconds_of(lambda: project.create_task("t", concepts=["a"]))
            opening = median(seconds_of(lambda: opened(place)) for _ in range(7))  # noqa: B023
            with open_project(place, actor="bench") as project:
                session = project.task("t").session()
                step = median(seconds_of(session.submit) for _ in range(30))
            first = first or opening
            print(
                f"{size:8,d} inputs: added in {adding:5.2f} s, task made in {making:5.2f} s, opened in "
                f"{1000 * opening:6.1f} ms ({opening / first:4.2f} x the smallest), submit + next {1000 * step:5.1f} ms"
            )


if __name__ == "__main__":
    main()
