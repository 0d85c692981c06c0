"""Between tables of a fixed schema and the DataFrames that people hold. Never is a schema guessed from values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ..errors import BadInput

if TYPE_CHECKING:
    import pandas as pd


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Give a table as a DataFrame whose dtypes follow from the schema alone, not from the values.

    Text is ``str`` (missing: NaN), times ``datetime64[us, UTC]`` (NaT), floats ``float64`` (NaN), whole numbers and
    truth values ``int64`` and ``bool`` where the schema allows none to be missing, else ``Int64`` and ``boolean``
    (``<NA>``), lists objects (None).
    """
    import pandas as pd

    text = _text_dtype()
    kinds = {pa.string(): text, pa.large_string(): text}
    frame: pd.DataFrame = table.to_pandas(types_mapper=kinds.get, date_as_object=False)
    nullable = {"int64": pd.Int64Dtype(), "int32": pd.Int32Dtype(), "bool": pd.BooleanDtype()}
    for field in table.schema:
        if field.nullable and str(field.type) in nullable:
            dtype: Any = nullable[str(field.type)]  # pandas' stubs leave __from_arrow__ out
            frame[field.name] = dtype.__from_arrow__(table[field.name])
    return frame


def _text_dtype() -> Any:
    """Give the dtype that pandas 3 calls ``str``, on older ones too."""
    import numpy as np
    import pandas as pd

    try:
        return pd.StringDtype(na_value=np.nan)
    except TypeError:  # pandas 2.2
        return pd.StringDtype("pyarrow_numpy")


def to_table(data: Any, schema: pa.Schema) -> pa.Table:
    """Turn a table or DataFrame into exactly `schema`.

    Columns may stand in any order; those that may be missing may be left out.

    Parameters
    ----------
    data
        A ``pyarrow.Table`` or a ``pandas.DataFrame`` (default or Arrow-backed dtypes). Its index is dropped.
    schema
        Names, types, which may be missing, and the metadata.

    Raises
    ------
    BadInput
        Unknown or absent columns, values that do not fit without loss, missing values where there must be one,
        times without a time zone.
    """
    names = _column_names(data)
    _check_names(names, schema)
    if isinstance(data, pa.Table) and data.schema.equals(schema, check_metadata=True):
        return _complete(data)
    for field in schema:
        if field.name in names and pa.types.is_timestamp(field.type):
            _refuse_naive(field.name, data[field.name])
    given = pa.schema([f.with_nullable(True) for f in schema if f.name in names])
    try:
        if isinstance(data, pa.Table):
            table = data.select(given.names).cast(given)
        else:
            table = pa.Table.from_pandas(data[given.names], schema=given, preserve_index=False)
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        reason = "; ".join(map(str, error.args))
        raise BadInput(
            f"expected values that fit the columns of the annotations schema, got others ({reason:.300}); "
            "convert them first."
        ) from error
    return _complete(with_columns(table, schema))


def _complete(table: pa.Table) -> pa.Table:
    for field in table.schema:
        if not field.nullable and (count := table[field.name].null_count):
            raise BadInput(
                f"expected a value in every row of column {field.name!r}, got {count} missing; fill them in."
            )
    return table


def with_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give the table with all columns of `schema`, in its order; those that it has not are missing values."""
    columns = [
        table[f.name] if f.name in table.column_names else pa.chunked_array([pa.nulls(table.num_rows, f.type)])
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _column_names(data: Any) -> list[Any]:
    if isinstance(data, pa.Table):
        return list(data.column_names)
    import pandas as pd

    if not isinstance(data, pd.DataFrame):
        raise BadInput(f"expected a pyarrow Table or a pandas DataFrame, got {type(data).__name__}; pass one of them.")
    return list(data.columns)


def _check_names(names: list[Any], schema: pa.Schema) -> None:
    unknown = [name for name in names if name not in schema.names]
    absent = [f.name for f in schema if not f.nullable and f.name not in names]
    if unknown:
        raise BadInput(f"expected the columns of the annotations schema, got also {unknown!r:.200}; drop them.")
    if absent:
        raise BadInput(f"expected the columns of the annotations schema, got none named {absent!r:.300}; add them.")
    if len(names) != len(set(names)):
        raise BadInput("expected each column once, got one of them twice; drop the second.")


def _refuse_naive(name: str, column: Any) -> None:
    """Refuse times that do not say their zone: taken for UTC they would be hours off, and nobody would notice."""
    if isinstance(column, pa.ChunkedArray):
        naive = pa.types.is_timestamp(column.type) and column.type.tz is None
    elif column.dtype == object:
        naive = any(getattr(value, "tzinfo", value) is None for value in column.dropna())
    else:
        kind = getattr(column.dtype, "pyarrow_dtype", column.dtype)
        naive = column.dtype.kind == "M" and getattr(kind, "tz", None) is None
    if naive:
        raise BadInput(
            f"expected times with a time zone in column {name!r}, got naive ones; use .dt.tz_localize('UTC')."
        )
