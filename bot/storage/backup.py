"""A whole copy of a SQLite database that is in use.

A plain copy of the file misses what stands in the log beside it (`-wal`), and may mix two moments.
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
    """No copy was made; the words say why, for who runs the command."""


def back_up(source: Path, target: Path) -> int:
    """Copy a database as it is at one moment, prove the copy, and return its size in bytes.

    Whoever writes meanwhile does not wait. The target appears when it is whole, and only its owner
    can read it.

    Raises:
        BackupError: If there is no such database, the target cannot be written or is there
            already, or the copy is damaged.
    """
    if not source.is_file():
        raise BackupError(f"There is no database at {source}.")
    if target.exists():
        raise BackupError(f"{target} is there already. Choose another name, or remove it.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}.")
    try:
        with _file_beside(target) as unfinished:
            _copy(source, unfinished)
            unfinished.replace(target)
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied: {error}.") from error
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}.") from error
    return target.stat().st_size


@contextmanager
def _file_beside(target: Path) -> Iterator[Path]:
    """Make an empty file that only its owner can read, which is removed if it is still there."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy every page in one step: in several, each write of another process begins it anew."""
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
