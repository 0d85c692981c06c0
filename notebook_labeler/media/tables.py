"""The paths (or URLs) in a table, each with what else its row says."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import BadInput

COLUMNS = ("path", "file", "filename", "file_name", "uri", "url", "image")


_KINDS = {
    "pandas": (("DataFrame",), ("Series", "Index")),
    "pyarrow": (("Table", "RecordBatch"), ("ChunkedArray", "Array")),
    "polars": (("DataFrame",), ("Series",)),
}


def is_table(source: object) -> bool:
    """Whether it is a pandas, pyarrow or polars table or column (none of them is imported to find out)."""
    return _kind(source) is not None


def rows_of(table: Any, column: str | None) -> Iterator[tuple[Any, str]]:
    """Give each row's path and, as JSON text, its other cells. The column is looked for at once.

    Raises
    ------
    BadInput
        No column, or several, could be meant.
    """
    library, whole = _kind(table) or ("", False)
    if not whole:
        if column is not None and column != getattr(table, "name", None):
            raise BadInput(f"expected a table for column={column!r}, got a single column; leave column= out.")
        return ((value, "") for value in _values(library, table))
    names = [str(name) for name in (table.column_names if library == "pyarrow" else table.columns)]
    return _pairs(library, table, names, _place(names, column))


def is_empty(value: object) -> bool:
    """Whether a cell says nothing: None, NaN, NaT, NA or an empty text."""
    if isinstance(value, float):
        return math.isnan(value)
    return (
        value is None or (isinstance(value, str) and not value.strip()) or type(value).__name__ in ("NAType", "NaTType")
    )


def _kind(source: object) -> tuple[str, bool] | None:
    """Give the library of a table (True) or of a column (False), None for anything else."""
    for library, kinds in _KINDS.items():
        module = sys.modules.get(library)
        for names, whole in zip(kinds, (True, False), strict=True):
            if module is not None and isinstance(source, tuple(getattr(module, name) for name in names)):
                return library, whole
    return None


def _place(names: Sequence[str], column: str | None) -> int:
    shown = ", ".join(repr(name) for name in names[:12]) or "none"
    if column is not None:
        fitting = [i for i, name in enumerate(names) if name == str(column)]
        if len(fitting) != 1:
            many = "several" if fitting else "no"
            raise BadInput(f"expected one column {column!r}, but the table has {many} such; it has {shown}.")
        return fitting[0]
    fitting = [i for i, name in enumerate(names) if name.strip().casefold() in COLUMNS]
    if not fitting:
        raise BadInput(f"expected a column called {', '.join(COLUMNS)}; the table has {shown}; name it with column=.")
    if len(fitting) > 1:
        several = ", ".join(repr(names[i]) for i in fitting)
        raise BadInput(f"expected one column of paths, but {several} could be it; name it with column=.")
    return fitting[0]


def _pairs(library: str, table: Any, names: Sequence[str], place: int) -> Iterator[tuple[Any, str]]:
    others = [i for i in range(len(names)) if i != place]
    cells = [_values(library, _column(library, table, i)) for i in (place, *others)]
    keys = [names[i] for i in others]
    for path, *rest in zip(*cells, strict=True):
        meta = {key: clean for key, value in zip(keys, rest, strict=True) if (clean := _plain(value)) is not None}
        yield path, json.dumps(meta, ensure_ascii=False) if meta else ""


def _column(library: str, table: Any, place: int) -> Any:
    if library == "pandas":
        return table.iloc[:, place]
    return table.column(place) if library == "pyarrow" else table.to_series(place)


def _values(library: str, column: Any) -> list[Any]:
    reader = {"pandas": "tolist", "pyarrow": "to_pylist", "polars": "to_list"}[library]
    return list(getattr(column, reader)())


def _plain(value: Any) -> Any:
    """Give a cell as JSON knows it; None for an empty one, for NaN and for infinities."""
    if is_empty(value):
        return None
    if isinstance(value, bool | int | str):
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes | bytearray | memoryview):
        return None  # pictures inside tables stay where they are
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return _plain(value.tolist())
    return str(value)
