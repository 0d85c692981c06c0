"""One person reviewing what others have handed in: approve, reject with a comment, fix and approve."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..domain import reviewing
from ..domain.inputs import Input
from ..domain.labeling import Desk
from ..domain.operations import Change, Operation
from ..domain.tasks import TaskSettings
from ..errors import BadInput, Conflict, LabelerError, StoreError
from ..store.inside import Inside
from ..store.journal import Journal
from .judging import LATELY
from .segmenting import Sight
from .sheet import SheetVerbs
from .state import SAVED, UNSAVED, Saving


class ReviewSession(SheetVerbs):
    """What a reviewer does, without a screen.

    The queue is the reviewer's share of the task, as far as it was handed in. All verbs of a labeling session that
    change labels are there: to fix and approve is to change what is wrong, then `approve`. Corrections are the
    reviewer's own actions; whose label it was stays with it.

    Parameters
    ----------
    journal
        The project's journal.
    task_id
        The task to review.
    actor
        Who reviews. Attribution, not authentication.
    measure, sight
        As a labeling session takes them.

    Raises
    ------
    BadInput
        The task has reviewers, and the person is none of them.

    Examples
    --------
    >>> session.add("shirt")
    >>> session.submit()
    >>> review = task.review_session(actor="ben")
    >>> review.reject("the shirt is a coat")
    >>> review.state.share.rejected, task.progress["left"]
    (1, 3)
    >>> review.close()
    """

    def __init__(
        self,
        journal: Journal,
        task_id: str,
        *,
        actor: str,
        measure: Callable[[Input], tuple[int, int]] | None = None,
        sight: Sight | None = None,
    ) -> None:
        settings = TaskSettings.loads(journal.task(task_id).settings)
        if not reviewing.reviews(actor, settings):
            raise BadInput(reviewing.not_a_reviewer(actor, settings))
        self._given = deque(maxlen=LATELY)
        super().__init__(journal, task_id, actor=actor, measure=measure, sight=sight)

    def approve(self, *, input_id: str | None = None, rev: int | None = None, op_id: str | None = None) -> None:
        """Agree with the labels of the input, fixed or as they were handed in, and go to the next one to review.

        Parameters
        ----------
        input_id
            Which; the one at hand unless told.
        rev
            The journal's revision of which the labels were looked at (`state.rev`); as the session shows them, unless
            told.
        op_id
            Sending the same one again is harmless.

        Raises
        ------
        Conflict
            Somebody else changed the input since it was looked at; the sentence names who. Nothing was written.
        BadInput
            It was not handed in, or is another reviewer's.
        """
        self._judge(reviewing.APPROVE, reviewing.approve, input_id, rev, op_id)

    def reject(
        self, comment: str, *, input_id: str | None = None, rev: int | None = None, op_id: str | None = None
    ) -> None:
        """Send the input back to its labeler, who reads the comment, and go to the next one to review.

        Raises
        ------
        Conflict
            As `approve` does.
        BadInput
            As `approve` does; or the comment is empty.
        """
        self._judge(reviewing.REJECT, lambda desk: reviewing.reject(desk, comment), input_id, rev, op_id)
        with self.lock:
            said = reviewing.clean_comment(comment)
            if said in self._given:
                self._given.remove(said)
            self._given.appendleft(said)
            self._announce(replace(self.state, comments=self._comments(self.state)))

    def submit(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Refuse: a reviewer hands nothing in."""
        raise BadInput("expected approve() or reject(comment) in a review, got submit(); labelers hand in.")

    def reopen(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Refuse: a reviewer sends an input back with a reason."""
        raise BadInput("expected reject(comment) in a review, got reopen(); tell the labeler why it comes back.")

    def skip(self, *, input_id: str | None = None, op_id: str | None = None) -> None:
        """Go to the next one to review; this one stays to be reviewed."""
        with self.lock:
            if self._on_screen(input_id):
                self._advance()

    def _judge(
        self,
        kind: str,
        judged: Callable[[Desk], list[Change]],
        input_id: str | None,
        rev: int | None,
        op_id: str | None,
    ) -> None:
        with self.lock:
            desk = self._desk(input_id)
            self._as_seen(desk, rev)
            changes = judged(desk)
            if changes:
                self._write(kind, desk, changes, op_id)
                self._pace.tick()
            self._off_sheet(desk.input_id)
            if self._on_screen(desk.input_id):
                self._advance()

    def _write(self, kind: str, desk: Desk, changes: list[Change], op_id: str | None) -> None:
        """Write a judgement if, at that moment, the input is as it stands on the desk."""
        actor, task_id, seen = self.bench.actor, self.bench.task_id, reviewing.seen(desk.scene)
        done = Operation.of(kind, changes, actor=actor, task_id=task_id, input_id=desk.input_id, op_id=op_id)

        def plan(inside: Inside) -> Iterable[Any]:  # Any: an operation or None
            if reviewing.seen(inside.scenes[desk.input_id]) != seen:
                raise Conflict("Somebody changed this input this very moment; nothing was written. Look at it again.")
            return [done]

        try:
            with self._or_unsaved():
                self.bench.journal.atomically(task_id, [desk.input_id], plan)
        except StoreError:  # nothing can be read now, either
            raise
        except LabelerError as error:
            self._refresh(saving=Saving(UNSAVED, str(error)))
            raise
        self._refresh(saving=Saving(SAVED))
