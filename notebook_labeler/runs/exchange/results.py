"""What came of an import or export, in numbers and in a table of what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ...formats.records import Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Imported:
    """What an import did.

    Attributes
    ----------
    task, format
        Into which task, from which format.
    pictures
        How many pictures of the file are inputs of the task.
    annotations
        How many annotations were added.
    known
        How many were there already, and were left as they are.
    submitted
        How many inputs were handed in.
    unknown
        The classes that the task does not have, with the number of labels that were left out for it.
    issues
        What could not be taken over; `problems` has it as a table.
    """

    task: str
    format: str
    pictures: int = 0
    annotations: int = 0
    known: int = 0
    submitted: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    issues: tuple[Problem, ...] = ()

    @property
    def problems(self) -> pd.DataFrame:
        """One row for each thing that was not taken over as it is: picture, place in the files, problem."""
        return frame(self.issues)

    def __repr__(self) -> str:
        said = [f"{counted(self.annotations, 'annotation')} on {counted(self.pictures, 'picture')} from {self.format}"]
        said += [f"{self.known:,} were there already"] if self.known else []
        said += [f"{counted(self.submitted, 'input')} handed in"] if self.submitted else []
        if self.unknown:
            names = ", ".join(f"{name!r:.60} ({many:,})" for name, many in list(self.unknown.items())[:10])
            more = f" and {len(self.unknown) - 10} more" if len(self.unknown) > 10 else ""
            said.append(f"unknown classes: {names}{more}; pass add_concepts=True to take them in")
        return f"Imported({'; '.join([*said, *_told(self.issues)])})"


@dataclass(frozen=True, repr=False)
class Exported:
    """What an export wrote.

    Attributes
    ----------
    folder, format
        Where, and in which format.
    pictures, annotations
        How many pictures and annotations were to be written.
    concepts
        The classes in the order in which they are numbered.
    files
        The files that were written.
    issues
        What the format has no room for; `problems` has it as a table.
    """

    folder: Path
    format: str
    pictures: int = 0
    annotations: int = 0
    concepts: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    issues: tuple[Problem, ...] = ()

    @property
    def problems(self) -> pd.DataFrame:
        """One row for each thing that was not written as it is: picture, place in the files, problem."""
        return frame(self.issues)

    def __repr__(self) -> str:
        what = f"{counted(self.annotations, 'annotation')} on {counted(self.pictures, 'picture')} as {self.format}"
        said = [f"{what} in {str(self.folder)!r}", *_told(self.issues)]
        return f"Exported({'; '.join(said)})"


def frame(problems: tuple[Problem, ...]) -> pd.DataFrame:
    """Give problems as a table: picture, place, problem."""
    import pandas as pd

    rows = [(one.picture, one.place, one.reason) for one in problems]
    return pd.DataFrame(rows, columns=["picture", "place", "problem"], dtype="str")


def counted(many: int, what: str) -> str:
    """Give a number with its noun.

    >>> counted(1, "picture"), counted(1200, "picture")
    ('1 picture', '1,200 pictures')
    """
    return f"{many:,} {what}{'s' * (many != 1)}"


def _told(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{counted(len(problems), 'problem')}, see .problems, for example: {problems[0]}"] if problems else []
