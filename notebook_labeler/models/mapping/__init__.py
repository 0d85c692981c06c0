"""Concept mapping: which of a model's concepts are probably one's own, and why."""

from .explain import explain, meanings
from .recommend import recommend
from .search import search

__all__ = ["explain", "meanings", "recommend", "search"]
