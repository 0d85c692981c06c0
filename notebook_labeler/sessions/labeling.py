"""One person labeling the inputs of one task: all verbs together."""

from __future__ import annotations

from collections.abc import Callable

from ..domain.inputs import Input
from ..store.journal import Journal
from .assistance import Assistance, Model
from .label_mapping import LabelMapping
from .looking import Looking
from .pointing import Pointing
from .segmenting import Segmenting, Sight
from .sweep import Sweep


class LabelingSession(Segmenting, Pointing, Looking, Sweep, LabelMapping):
    """What a labeler does, without a screen.

    A verb writes to the journal and then announces the new state: what the state shows is on disk. A verb that
    changes nothing announces nothing. Verbs may be called from any thread.

    Parameters
    ----------
    journal
        The project's journal.
    task_id
        The task to label.
    actor
        Who labels. Attribution, not authentication.
    assistance
        Opens models and asks them; None: manual work only.
    model
        A model to begin with, instead of the one that the task names.
    measure
        Gives width and height of an input's upright picture, to which objects are cut; None: they are not cut.
    sight
        Gives pictures to what finds outlines; None: there is no segment assist.

    Examples
    --------
    >>> session = task.session()
    >>> session.add("shirt")
    >>> session.submit()
    >>> session.state.progress.done
    1
    """

    def __init__(
        self,
        journal: Journal,
        task_id: str,
        *,
        actor: str,
        assistance: Assistance | None = None,
        model: Model | None = None,
        measure: Callable[[Input], tuple[int, int]] | None = None,
        sight: Sight | None = None,
    ) -> None:
        super().__init__(journal, task_id, actor=actor, assistance=assistance)
        self.measure, self.sight = measure, sight
        with self.lock:
            self._start()
            if assistance is not None and (
                model is not None or (self.bench.settings.assist and self.bench.settings.model)
            ):
                self.set_assist(True, model)

    def close(self) -> None:
        """Stop following and asking. What was done is on disk already; closing twice is fine."""
        self._stop_asking()
        super().close()
