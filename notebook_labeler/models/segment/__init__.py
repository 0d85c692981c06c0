"""From a click or a box to the outline of what is there."""

from .grabcut import outline_boxes
from .outline import outline

__all__ = ["outline", "outline_boxes"]
