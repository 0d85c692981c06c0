"""Every notebook runs from top to bottom, twice: the second time it goes on where the first one stopped."""

from copy import deepcopy
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import notebook_labeler as nl

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))


def run(path, folder, *, times=1):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [deepcopy(cell) for _ in range(times) for cell in notebook.cells]
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    return client.execute()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_twice(path, tmp_path):
    """The first one in two kernels, as after a restart; the others, to be quick, from top to bottom again in one."""
    if path == NOTEBOOKS[0]:
        run(path, tmp_path)
        done = run(path, tmp_path)
    else:
        done = run(path, tmp_path, times=2)
    errors = [o for cell in done.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    assert errors == []
    if path == NOTEBOOKS[0]:
        the_first_leaves_a_version_that_pandas_reads(done, tmp_path)


def the_first_leaves_a_version_that_pandas_reads(done, tmp_path):
    version = nl.read_version(tmp_path / "first-labels", "first-pass")
    assert {"vehicle", "animal"} <= set(version["concept"])
    assert (version["score"] >= 0.8).all()
    folder = next(f for f in (tmp_path / "first-labels" / "versions").iterdir() if f.name.startswith("v0"))
    assert len(pd.read_parquet(folder)) == len(version) > 30
    shown = [o for cell in done.cells for o in cell.get("outputs", []) if "data" in o]
    assert any("application/vnd.jupyter.widget-view+json" in o["data"] for o in shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_kept_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in notebook.cells)
