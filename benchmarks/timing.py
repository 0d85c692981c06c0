"""How benchmarks take time: interleaved, so that a noisy minute hits all alike, and told as medians and ratios."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median


def interleaved(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Run each work once per round, in turn, and give the seconds of every run. The first round is not counted."""
    took: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if number:
                took[name].append(time.perf_counter() - began)
    return took


def p50(seconds: list[float]) -> float:
    """Give the median in milliseconds."""
    return 1000 * median(seconds)


def p95(seconds: list[float]) -> float:
    """Give the 95th percentile in milliseconds."""
    return 1000 * sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def seconds_of(work: Callable[[], object]) -> float:
    """Give how long a work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@dataclass
class Moments:
    """How many milliseconds events took to be seen, and how many never were."""

    took: list[float] = field(default_factory=list)
    missed: int = 0

    def __iadd__(self, other: Moments) -> Moments:
        self.took += other.took
        self.missed += other.missed
        return self

    @property
    def p50(self) -> float:
        """The median, in milliseconds."""
        return median(self.took) if self.took else float("nan")

    @property
    def p95(self) -> float:
        """The 95th percentile, in milliseconds."""
        return sorted(self.took)[int(0.95 * (len(self.took) - 1))] if self.took else float("nan")

    def note(self, milliseconds: float | None) -> None:
        """Add one; None was never seen."""
        if milliseconds is None:
            self.missed += 1
        else:
            self.took.append(milliseconds)
