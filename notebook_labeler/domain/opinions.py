"""What one person said of an input, independently of the others who were asked the same."""

from __future__ import annotations

from dataclasses import dataclass

from .records import Annotation


@dataclass(frozen=True)
class Opinion:
    """All that stands on one input from one seat of a task, handed in.

    `seat` is 0 for the task's own labels, 1 and up for further opinions. `person` is to whom the seat was given, or
    empty. An opinion without annotations says that there is nothing.
    """

    input_id: str
    seat: int
    person: str
    annotations: tuple[Annotation, ...] = ()
