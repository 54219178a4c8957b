"""Atomic writes of files: JSON with a seal, Parquet with reproducible bytes.

A file is written under a temporary name in the same folder, flushed and renamed, so a file with the final name is complete
even after a kill or a power cut. Storage errors (no space left, no permission, a missing folder) are never caused by a
run. They raise a separate exception that ends a sweep, instead of being recorded as a failure of every remaining run.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

from enforcement_sim.errors import InputError
from enforcement_sim.runs.provenance import canonical_json, digest

if TYPE_CHECKING:
    import pandas as pd

TEMPORARY = "tmp-"
"""Prefix of incomplete files; the holder of the lock of the folder may remove them."""

DISK_FULL_ERRORS = (
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS) if hasattr(errno, "EDQUOT") else (errno.ENOSPC, errno.EROFS)
)
"""Error numbers that mean that nothing more can be written to the disk."""

FILES_ARE_HELD = os.name == "nt"
"""On Windows, a file that another program has open cannot be replaced or moved."""

PAUSES = (0.01, 0.05, 0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts to move such a file; virus scanners and indexers soon close new files."""

CATEGORIES = b"categories"
"""Metadata key for unused categories, which Parquet does not store."""


class StorageError(RuntimeError):
    """A results folder cannot be written to. Its files are complete; repeating the call continues the sweep."""

    def __init__(self, folder: str | os.PathLike[str], reason: str) -> None:
        super().__init__(os.fspath(folder), reason)
        self.folder, self.reason = os.fspath(folder), reason

    def __str__(self) -> str:
        """Return the folder and the error message in one line."""
        return f"cannot write results to {self.folder}: {self.reason}"


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Convert system errors about files of the folder to :class:`StorageError`."""
    try:
        yield
    except OSError as error:
        raise StorageError(folder, system_message(error)) from error


def system_message(error: OSError) -> str:
    """Return the message of a system error, without the path of a temporary file.

    Examples
    --------
    >>> system_message(OSError(28, "No space left on device", "tmp-1"))
    'No space left on device'
    """
    return error.strerror or str(error) or type(error).__name__


def temporary_path(path: Path) -> Path:
    """Return a temporary name for ``path`` that is unique on every machine."""
    return path.with_name(f"{TEMPORARY}{path.name}-{uuid4().hex[:12]}")


def write_synced(path: Path, content: bytes) -> None:
    """Write a file and flush it to the disk."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_atomic(path: Path, content: bytes) -> bool:
    """Write a file atomically; return whether its content is new."""
    if path.is_file() and path.read_bytes() == content:
        return False
    temporary = temporary_path(path)
    try:
        write_synced(temporary, content)
        retry_move(os.replace, temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return True


def retry_move(move: Callable[[Path, Path], None], source: Path, target: Path) -> None:
    """Move a file or folder, with retries where another program may have it open."""
    for pause in PAUSES if FILES_ARE_HELD else ():
        try:
            return move(source, target)
        except PermissionError:
            time.sleep(pause)
    return move(source, target)


def sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk, if the system supports it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder that is renamed to ``folder`` on success and removed on failure.

    Raises
    ------
    InputError
        If the folder exists and is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not empty; choose another folder, or move this one away", key="--out")
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield made
        made.chmod(0o755)  # the default for new folders; temporary ones are private
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def readable_json(value: Any) -> bytes:
    """Return JSON for people and version control: indented, sorted keys, a newline at the end."""
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def sealed(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record or a manifest with a hash of its content, which reveals later changes."""
    content = {key: value for key, value in record.items() if key != "seal"}
    return content | {"seal": digest(canonical_json(content))}


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as the bytes of a Parquet file; equal frames give equal bytes."""
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    table = pa.Table.from_pandas(frame, nthreads=1)
    categories = {
        str(name): [column.cat.categories.tolist(), bool(column.cat.ordered)]
        for name, column in frame.items()
        if column.dtype == "category"
    }
    if categories:
        table = table.replace_schema_metadata({**table.schema.metadata, CATEGORIES: canonical_json(categories)})
    integers = [str(name) for name, column in frame.items() if column.dtype.kind in "iu"]
    others = [str(name) for name in frame.columns if name not in integers]
    sink = pa.BufferOutputStream()
    # Half the time and 20% less space than the Parquet defaults, for tables of counts by category.
    pq.write_table(
        table,
        sink,
        compression="zstd",
        write_statistics=False,
        use_dictionary=others or False,
        column_encoding=dict.fromkeys(integers, "BYTE_STREAM_SPLIT") or None,
    )
    return bytes(sink.getvalue())


def read_parquet(source: Path | BinaryIO) -> pd.DataFrame:
    """Return a frame from a Parquet file, with the column types it was written with."""
    import pandas as pd
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    table = pq.read_table(source, use_threads=False, partitioning=None)
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    categories = (table.schema.metadata or {}).get(CATEGORIES)
    for name, (members, ordered) in json.loads(categories or "{}").items():
        # An empty index of text needs an explicit dtype.
        kind = "str" if all(isinstance(member, str) for member in members) else None
        frame[name] = frame[name].astype(pd.CategoricalDtype(pd.Index(members, dtype=kind), ordered))
    return frame
