"""A folder of files that only its owner can read, and that appears complete or not at all."""

import csv
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.domain.cells import guarded
from bot.storage.data.exporting import Lines


class FolderRefused(Exception):
    """Nothing was written; the message says why, for the operator."""


@dataclass(frozen=True, slots=True)
class NewFolder:
    """A folder being written."""

    path: Path

    async def write_table(self, file: str, header: Sequence[str], batches: Lines) -> int:
        """Write a table; return its number of lines below the header."""
        lines = 0
        with self._opened(file, "utf-8-sig") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            async for batch in batches:
                writer.writerows([guarded(cell) for cell in line] for line in batch)
                lines += len(batch)
        return lines

    def write(self, file: str, text: str) -> None:
        """Write a text file."""
        with self._opened(file, "utf-8") as stream:
            stream.write(text)

    def _opened(self, file: str, encoding: str) -> TextIO:
        path = self.path / file
        path.parent.mkdir(mode=0o700, exist_ok=True)
        new = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        return os.fdopen(new, "w", encoding=encoding, newline="")


@contextmanager
def new_folder(path: Path) -> Iterator[NewFolder]:
    """Create a folder under another name; rename it once complete, or remove it.

    Raises FolderRefused.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FolderRefused(f"{path} already exists. Choose another name, or remove it.")
    beside = path.with_name(f"{path.name}.unfinished")
    try:
        beside.mkdir(mode=0o700)
    except FileExistsError:
        raise FolderRefused(
            f"{beside} exists: another export is running, or one was interrupted. If none is "
            "running, remove it."
        ) from None
    except OSError as error:
        raise FolderRefused(f"{path} can't be written: {error.strerror}.") from None
    try:
        yield NewFolder(beside)
        beside.replace(path)
    except OSError as error:
        raise FolderRefused(f"{path} can't be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
