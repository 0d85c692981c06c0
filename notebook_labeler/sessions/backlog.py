"""Which inputs of a task wait for a labeler, and which are put off: moved by the thousand, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..domain.assignments import BACKLOG, WAITING, lanes, moved
from ..domain.names import new_id
from ..domain.operations import Change, Operation
from ..domain.records import Assignment
from ..domain.tasks import TaskSettings
from ..errors import BadInput, Conflict
from ..store.journal import Journal

PAGE = 2000  # inputs a transaction
FROM = {BACKLOG: WAITING, WAITING: BACKLOG}


def move(journal: Journal, task_id: str, state: str, *, actor: str, input_ids: Iterable[str] | None = None) -> int:
    """Put waiting inputs off (``backlog``), or have those that were put off wait again (``waiting``).

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
    given = None if input_ids is None else _ids(input_ids)
    if given is not None:
        _refuse(journal, task_id, given, state)
    count = 0
    for number, lane_id in enumerate(lanes(task_id, settings.seats)):
        for page in _pages(journal, lane_id, state, given):
            done = _write(journal, page, state, actor=actor, task_id=task_id, group=group)
            count += done if number == 0 else 0  # second opinions follow, and are no inputs of their own
    return count


def _write(journal: Journal, page: Sequence[Assignment], state: str, *, actor: str, task_id: str, group: str) -> int:
    """Move a page; what somebody changes at this moment is theirs. Gives how many were moved."""
    changes = [Change(each, moved(each, state)) for each in page]
    try:
        journal.commit(Operation.of(f"to {state}", changes, actor=actor, task_id=task_id, group=group))
    except Conflict:
        if len(page) == 1:
            return 0
        half = len(page) // 2
        parts = (page[:half], page[half:])
        return sum(_write(journal, part, state, actor=actor, task_id=task_id, group=group) for part in parts)
    return len(page)


def _ids(input_ids: Iterable[str]) -> list[str]:
    given = [input_ids] if isinstance(input_ids, str) else list(dict.fromkeys(input_ids))
    wrong = next((each for each in given if not isinstance(each, str)), None)
    if wrong is not None:
        raise BadInput(f"expected ids of inputs as text, got {wrong!r:.80}; see task.inputs.")
    return given


def _refuse(journal: Journal, task_id: str, ids: Sequence[str], state: str) -> None:
    """Refuse ids that cannot be moved, before any is."""
    for i in range(0, len(ids), PAGE):
        found = journal.scenes(task_id, ids[i : i + PAGE])
        for each in ids[i : i + PAGE]:
            if each not in found:
                raise BadInput(f"expected ids of inputs of this task, got {each!r:.80}; see task.inputs.")
            moved(found[each].assignment, state)


def _pages(journal: Journal, lane_id: str, state: str, given: Sequence[str] | None) -> Iterator[list[Assignment]]:
    """Give what is to be moved, by the page. A page is read when the one before it is written."""
    if given is None:
        after = -1
        while page := journal.queue(lane_id, after=after, states=(FROM[state],), limit=PAGE):
            yield page
            after = page[-1].position
        return
    for i in range(0, len(given), PAGE):
        scenes = journal.scenes(lane_id, given[i : i + PAGE])
        yield [scene.assignment for scene in scenes.values() if scene.assignment.state == FROM[state]]
