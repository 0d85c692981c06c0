"""Which inputs of a task wait for a labeler, and which are put off: moved by the thousand, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np

from ..domain.assignments import refuse_move
from ..domain.names import new_id
from ..domain.places import Positions
from ..domain.tasks import TaskSettings
from ..errors import BadInput
from ..store.journal import Journal

PAGE = 20_000  # inputs a transaction: others that write wait for so many


def move(journal: Journal, task_id: str, state: str, *, actor: str, input_ids: Iterable[str] | None = None) -> int:
    """Put waiting inputs off (``backlog``), or have those that were put off wait again (``waiting``).

    Undo takes it back as one action. What somebody changes at this moment is theirs.

    Parameters
    ----------
    journal, task_id
        The task.
    state
        Where to; what is there already is left as it is.
    actor
        Who does it.
    input_ids
        Which inputs; all that can be moved unless told.

    Returns
    -------
    int
        How many were moved.

    Raises
    ------
    BadInput
        An id is not of this task, or its input was labeled already.
    """
    settings, group = TaskSettings.loads(journal.task(task_id).settings), new_id()
    given = None if input_ids is None else _places(journal, task_id, _ids(input_ids), state)
    counts = []
    for seat in range(settings.seats):
        step = partial(journal.move, task_id, state, seat=seat, actor=actor, group=group)
        counts.append(sum(map(len, _moves(step, given))))
    return counts[0]  # second opinions follow, and are no inputs of their own


def _moves(step: Callable[..., Positions], given: Positions | None) -> Iterator[Positions]:
    """Move what is to be moved, by the page; give the places that were."""
    if given is not None:
        yield from (step(among=given[i : i + PAGE]) for i in range(0, len(given), PAGE))
        return
    after = -1
    while len(moved := step(after=after, limit=PAGE)):
        yield moved
        after = int(moved[-1])


def _ids(input_ids: Iterable[str]) -> list[str]:
    given = [input_ids] if isinstance(input_ids, str) else list(dict.fromkeys(input_ids))
    wrong = next((each for each in given if not isinstance(each, str)), None)
    if wrong is not None:
        raise BadInput(f"expected ids of inputs as text, got {wrong!r:.80}; see task.inputs.")
    return given


def _places(journal: Journal, task_id: str, ids: Sequence[str], state: str) -> Positions:
    """Give the places of inputs, rising. Ids that cannot be moved are refused before any is."""
    found = journal.states(task_id, ids)
    for each in ids:
        if each not in found:
            raise BadInput(f"expected ids of inputs of this task, got {each!r:.80}; see task.inputs.")
        refuse_move(found[each][1], state)
    return np.array(sorted(found[each][0] for each in ids), np.int64)
