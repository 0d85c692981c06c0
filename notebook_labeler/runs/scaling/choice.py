"""Which engine a word means."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import BadInput
from ..runner import Runner
from .embedded import EmbeddedEngine
from .engine import PredictEngine
from .ray_engine import RayEngine

EMBEDDED, RAY = "embedded", "ray"
ENGINES: dict[str, Callable[[Runner, bool], PredictEngine]] = {
    EMBEDDED: lambda runner, _: EmbeddedEngine(runner),
    RAY: lambda _, allow_private: RayEngine(allow_private=allow_private),
}


def engine_of(engine: str | PredictEngine, runner: Runner, *, allow_private: bool = False) -> PredictEngine:
    """Give the engine that a word means, or the engine itself.

    Parameters
    ----------
    engine
        ``embedded`` (this machine), ``ray`` (a Ray cluster), or an engine such as ``RayEngine(address="auto")``.
    runner
        Where models are opened.
    allow_private
        Whether picture URLs may lead to private and local addresses.

    Raises
    ------
    BadInput
        It is neither.

    Examples
    --------
    >>> with Runner() as runner:
    ...     engine_of("embedded", runner).name, engine_of(RayEngine(workers=8), runner).name
    ('embedded', 'ray')
    """
    if isinstance(engine, str) and engine in ENGINES:
        return ENGINES[engine](runner, allow_private)
    if isinstance(engine, PredictEngine) and not isinstance(engine, type):
        return engine
    given = repr(engine) if isinstance(engine, str) else f"a {type(engine).__name__}"
    raise BadInput(
        f"expected engine= to be {' or '.join(map(repr, ENGINES))} or an engine, got {given:.80}; "
        "for a cluster pass RayEngine(address=...)."
    )
