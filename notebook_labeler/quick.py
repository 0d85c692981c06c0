"""Shortcuts: label a folder in one line, read a version in one line, pictures to begin with."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .domain.tasks import TaskSettings
from .errors import StoreError
from .media.sources import inputs_from
from .project import Project, open_project

if TYPE_CHECKING:
    import pandas as pd

    from .widgets.labeler import Labeler


def label(
    source: Any,
    concepts: Iterable[str] = (),
    *,
    model: Any = None,
    project: str | os.PathLike[str] | None = None,
    name: str = "labels",
    **settings: Any,
) -> Labeler:
    """Label pictures in one line. Run again, it goes on where it stopped, with the settings that are not given anew.

    Parameters
    ----------
    source
        A folder, glob, list or DataFrame of pictures; see `Project.add_inputs`.
    concepts
        What to label with.
    model
        What proposes; see `Project.create_task`.
    project
        The project's folder; beside you and named after the source unless told (``photos-labels``).
    name
        The task's name.
    settings
        Further settings of `Project.create_task`.

    Returns
    -------
    Labeler
        The widget; ``widget.session`` is its Python side.

    Raises
    ------
    BadInput
        `source` names no pictures, or a setting cannot be.
    StoreError
        The project's folder cannot be written.

    Examples
    --------
    >>> import notebook_labeler as nl
    >>> widget = nl.label("photos/", ["cat", "dog"])
    >>> widget.session.add("cat")
    >>> widget.session.state.progress.total
    3
    >>> widget.close()
    """
    where = Path(project) if project is not None else Path(f"{_stem(source)}-labels")
    if not isinstance(source, Iterator):
        next(inputs_from(source), None)  # refuses what names no pictures before a project is made for it
    opened = open_project(where)
    try:
        opened.add_inputs(source)
        given = settings if model is None else {**settings, "model": model}
        return opened.create_task(name, concepts=concepts, **{**_kept(opened, name, model), **given}).label()
    except BaseException:
        opened.close()
        raise


def _kept(opened: Project, name: str, model: Any) -> dict[str, Any]:  # Any: what `Project.create_task` takes
    """Give the settings of a task that is there, which stay where nothing else is asked for."""
    found = opened.journal.find_task(name)
    if found is None:
        return {}
    have = TaskSettings.loads(found.settings)
    kept: dict[str, Any] = {
        "kind": have.kind,
        "choice": have.choice,
        "suggest": have.suggest,
        "instructions": have.instructions,
    }
    kept |= {"geometries": dict(have.geometries), "overlap": have.overlap}
    helped = {"model": have.model or None, "assist": have.assist} if model is None else {}
    return {**kept, **helped, "threshold": (have.low, have.high), "submit_threshold": have.submit_threshold}


def read_version(
    location: str | os.PathLike[str], name: str | int, *, folder: str | os.PathLike[str] | None = None
) -> pd.DataFrame:
    """Read a dataset version of a project as a DataFrame, its files checked against their hashes.

    Parameters
    ----------
    location
        The project's folder (or URL, with `folder`).
    name
        The version's name or number.
    folder
        Where the versions lie when `location` is a URL.

    Raises
    ------
    UnknownVersion
        There is no such version.
    DamagedVersion
        A file is not what it was.

    Examples
    --------
    >>> session.add("pants")
    >>> version = project.save_version("first-pass")
    >>> nl.read_version("example", "first-pass")[["name", "concept"]].values.tolist()
    [['a.png', 'pants']]
    """
    from .store.folder import resolve
    from .store.versions import Versions

    _, where = resolve(location, folder=folder, create=False)
    version = Versions(where.versions).get(name)
    version.verify()
    return version.read()


def sample_pictures(
    folder: str | os.PathLike[str] = "toys", *, count: int = 60, objects: tuple[int, int] | None = None
) -> Path:
    """Draw the sample pictures (toy cars, sheep, boats, ...) into a folder and give it; what is there is kept.

    Parameters
    ----------
    folder
        Where they go; made if it is not there.
    count
        How many.
    objects
        The fewest and the most things per picture, for example ``(2, 6)``; one to four, most with few, unless told.

    Raises
    ------
    BadInput
        `count` or `objects` is out of range.
    StoreError
        The folder cannot be written.

    Examples
    --------
    >>> len(list(nl.sample_pictures("toys", count=2).glob("*.jpg")))
    2
    """
    from .models.toys.samples import sample_pictures as draw

    place = Path(folder)
    if not all((place / f"toy-{number:04d}.jpg").exists() for number in range(1, count + 1)):
        try:
            draw(place, count=count, objects=objects)
        except OSError as error:
            raise StoreError(
                f"expected a folder that can be written, got {str(place)!r:.300} ({error.strerror}); choose another."
            ) from error
    return place


def _stem(source: Any) -> str:
    """Give a short folder-safe word for a source."""
    if isinstance(source, str | os.PathLike):
        parts = [p for p in Path(os.fspath(source)).parts if not set(p) & set("*?[")]
        if parts and (stem := "".join(c for c in Path(parts[-1]).stem if c.isalnum() or c in "-_ ")).strip():
            return stem.strip()
    return "quick"
