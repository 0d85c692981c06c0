"""Sharing inputs out among people: evenly, stably, near-duplicates together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dealt:
    """That somebody gets these places (`places.pack` text) of a seat, as its ``labeler`` or ``reviewer``."""

    seat: int
    role: str
    person: str
    places: str
