"""The columns of an annotations table: what `Journal.annotations()` gives and what a dataset version keeps.

Coordinates are pixels of the upright picture (EXIF orientation applied), origin at its upper left corner. Times
are UTC with microseconds, never nanoseconds (Spark reads no others). Columns are only ever added: a change of
meaning would be another `SCHEMA_VERSION`.
"""

from __future__ import annotations

import pyarrow as pa

SCHEMA_VERSION = 1
_TIME = pa.timestamp("us", tz="UTC")
_POINTS = pa.list_(pa.float64())

# name, type, whether it may be missing, what it says
_COLUMNS: tuple[tuple[str, pa.DataType, bool, str], ...] = (
    (
        "annotation_id",
        pa.string(),
        False,
        "Identifies the annotation within its task; stays the same when it is edited",
    ),
    ("input_id", pa.string(), False, "Identifies the input; follows from its uri"),
    ("uri", pa.string(), False, "Absolute path or http(s) URL of the input"),
    ("name", pa.string(), False, "File name of the input"),
    ("concept", pa.string(), False, "The concept that was put on the input or on a region of it"),
    ("shape", pa.string(), False, "`label` (the whole input), `box`, `polygon` or `span`"),
    ("box", _POINTS, True, "For boxes: left, top, width, height in pixels"),
    ("polygon", pa.list_(_POINTS), True, "For polygons: rings, each x0, y0, x1, y1, ... in pixels"),
    ("status", pa.string(), False, "`SUCCESS` (somebody stands for it) or `PENDING` (waits for a person)"),
    ("origin", pa.string(), False, "Whose idea it was: `human`, `model`, `workflow` or `import`"),
    ("via", pa.string(), False, "What wrote it: `added`, `accepted`, `accept_all`, `on_submit`, `renamed`, ..."),
    ("labeler", pa.string(), False, "Who stands for it"),
    ("original", pa.string(), True, "The concept that a relation replaced, where one did"),
    ("model", pa.string(), True, "Key of the model that suggested it, where one did"),
    ("model_concept", pa.string(), True, "The model's own name for the concept"),
    ("score", pa.float64(), True, "The model's probability, 0 to 1, as shown when it was accepted"),
    ("threshold_low", pa.float64(), True, "Lower end of the probability range in which it was accepted"),
    ("threshold_high", pa.float64(), True, "Upper end of that range; both ends are inclusive"),
    ("task_id", pa.string(), False, "Identifies the task in which it was made"),
    ("task", pa.string(), False, "Name of that task"),
    ("created_at", _TIME, False, "When it was made (UTC)"),
    ("updated_at", _TIME, False, "When it was last changed (UTC)"),
    ("version", pa.int64(), False, "Counts the changes of this annotation, from 1"),
    ("attributes", pa.string(), True, "JSON object of what an imported file said beside, such as `difficult`"),
)

ANNOTATIONS: pa.Schema = pa.schema(
    [pa.field(name, kind, null, {b"description": text.encode()}) for name, kind, null, text in _COLUMNS],
    metadata={b"notebook_labeler.schema": str(SCHEMA_VERSION).encode()},
)


def described() -> list[tuple[str, str, str]]:
    """Give name, type and meaning of every column, for the README.

    Examples
    --------
    >>> described()[4]
    ('concept', 'string', 'The concept that was put on the input or on a region of it')
    """
    return [(name, f"{kind}", text) for name, kind, _, text in _COLUMNS]
