"""The review widget: the labeler's picture and pane under a reviewer's head, or the next inputs side by side."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ..sessions.review import ReviewSession
from ..sessions.review_state import ReviewState
from ..sessions.state import LabelState
from .labeler import Labeler
from .panel import Explaining, Panel
from .review_head import History, ReviewHeader
from .review_sheet import SheetPanel, Small
from .showing import Decoded


class Reviewer(Labeler):
    """A review session on the screen.

    Parameters
    ----------
    session
        What is shown and worked with; from Python it does whatever the buttons do. It is closed with the widget.
    pictures
        Decoded pictures of its inputs (`media.pictures.Pictures`), closed with the widget.
    small
        Small pictures of them (`media.thumbnails.Thumbnails`).
    height
        Height of the picture in CSS pixels.

    Examples
    --------
    >>> widget = task.review()       # doctest: +SKIP
    >>> widget.session.approve()     # doctest: +SKIP
    >>> widget.close()               # doctest: +SKIP
    """

    session: ReviewSession

    def __init__(self, session: ReviewSession, pictures: Decoded, small: Small, *, height: int = 520) -> None:
        self._small = small
        super().__init__(session, pictures, height=height)
        self.add_class("nl-review")

    def _equip(self, state: LabelState, common: dict[str, Any]) -> tuple[Explaining, *tuple[Panel, ...]]:
        assert isinstance(state, ReviewState)
        self.history = History(state, **common)
        self.sheet = SheetPanel(self.session, state, self._small, self.session.measure, **common)
        return ReviewHeader(self.session, state, **common), self.history, self.sheet

    def _sidebar(self) -> ipywidgets.Widget:
        labels = ipywidgets.VBox([self.pane.widget])
        labels.add_class("nl-label-tab")
        side = ipywidgets.VBox([labels, self.history.widget])
        side.add_class("nl-review-side")
        return side

    def _below(self) -> list[ipywidgets.Widget]:
        return [self.sheet.widget]
