"""A complete copy of a SQLite database in use.

A plain copy of the file misses what is only in the log beside it (`-wal`), and may mix two points
in time.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

_PATIENCE: Final = 10.0
"""Seconds to wait for a lock."""


class BackupError(Exception):
    """No copy was made; the message says why, for the operator."""


def back_up(source: Path, target: Path) -> int:
    """Copy a database as of one point in time, verify the copy, and return its size in bytes.

    Writers don't have to wait. The target appears once it is complete, and only its owner can read
    it.

    Raises: BackupError: If there is no such database, the target can't be written or already
    exists, or the copy is damaged.
    """
    if not source.is_file():
        raise BackupError(f"There's no database at {source}.")
    if target.exists():
        raise BackupError(f"{target} already exists. Choose another name, or remove it.")
    if not target.parent.is_dir():
        raise BackupError(f"There's no folder {target.parent}.")
    try:
        with _file_beside(target) as unfinished:
            _copy(source, unfinished)
            unfinished.replace(target)
    except sqlite3.Error as error:
        raise BackupError(f"{source} can't be copied: {error}.") from error
    except OSError as error:
        raise BackupError(f"{target} can't be written: {error.strerror}.") from error
    return target.stat().st_size


@contextmanager
def _file_beside(target: Path) -> Iterator[Path]:
    """Create an empty file that only its owner can read; remove it unless it was renamed."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy every page in one step; in several, each write by another process restarts the copy."""
    there = f"file:{quote(str(source.absolute()))}?mode=rw"  # never makes one that is missing
    with (
        closing(sqlite3.connect(there, uri=True, timeout=_PATIENCE)) as read,
        closing(sqlite3.connect(target, timeout=_PATIENCE)) as written,
    ):
        read.backup(written, pages=-1)
        [[verdict]] = written.execute("PRAGMA integrity_check(1)")
        if verdict != "ok":
            raise BackupError(f"The copy of {source} is damaged: {verdict}")
    with target.open("rb") as whole:
        os.fsync(whole.fileno())
