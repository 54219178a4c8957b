"""Tables as bytes: the same frame always gives the same Parquet file, and comes back with the types it had.

Parquet forgets the categories that no row uses, so they are kept among the file's own notes. What a table holds, and
where it is kept, may not enter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from enforcement_sim.runs.run import canonical_json

if TYPE_CHECKING:
    import pandas as pd

CATEGORIES = b"categories"
INTEGER_KINDS = "iu"
"""NumPy's letters for whole numbers, with and without a sign."""


def frame_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as the bytes of a Parquet file; equal frames give equal bytes."""
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    table = pa.Table.from_pandas(frame, nthreads=1)
    # Parquet keeps the categories of a column among its values, so an empty column would come back without them.
    categories = {
        str(name): [column.cat.categories.tolist(), bool(column.cat.ordered)]
        for name, column in frame.items()
        if column.dtype == "category"
    }
    if categories:
        table = table.replace_schema_metadata({**table.schema.metadata, CATEGORIES: canonical_json(categories)})
    integers = [str(name) for name, column in frame.items() if column.dtype.kind in INTEGER_KINDS]
    others = [str(name) for name in frame.columns if name not in integers]
    sink = pa.BufferOutputStream()
    # Half the time and a fifth less room than Parquet's defaults, for tables of counts by category.
    pq.write_table(
        table,
        sink,
        compression="zstd",
        write_statistics=False,
        use_dictionary=others or False,
        column_encoding=dict.fromkeys(integers, "BYTE_STREAM_SPLIT") or None,
    )
    return bytes(sink.getvalue())


def read_frame(source: Path | BinaryIO) -> pd.DataFrame:
    """Return a frame from a Parquet file, with the column types it was written with."""
    import pandas as pd
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    table = pq.read_table(source, use_threads=False, partitioning=None)
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    categories = (table.schema.metadata or {}).get(CATEGORIES)
    for name, (members, ordered) in json.loads(categories or "{}").items():
        frame[name] = frame[name].astype(pd.CategoricalDtype(pd.Index(members, dtype=_index_type(members)), ordered))
    return frame


def _index_type(members: list[Any]) -> str | None:
    """Return the type of an index of categories: an empty one of text must be told that it is text."""
    return "str" if all(isinstance(member, str) for member in members) else None
