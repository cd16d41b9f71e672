"""Asks callgrind from inside the process that it counts: begin, stop, and note what was counted.

A request to valgrind is a row of instructions that does nothing outside of it (valgrind.h); there
is no other way to count a part of a run in all of its threads.
"""

import ctypes
import mmap
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_DUMP_STATS_AT: Final = 0x43540003
_START: Final = 0x43540004
_STOP: Final = 0x43540005

_ASK: Final = bytes.fromhex(
    "4889f8"  # mov rax, rdi: the six words of the request
    "31d2"  # xor edx, edx: the answer if nobody hears it
    "48c1c703 48c1c70d 48c1c73d 48c1c733 4887db"  # what valgrind looks for
    "4889d0"  # mov rax, rdx
    "c3"  # ret
)


class NotHere(Exception):
    """Only amd64 is spoken."""


@contextmanager
def asking() -> Iterator["Counter"]:
    """Make the instructions; raises NotHere on another machine."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        raise NotHere(platform.machine())
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(_ASK)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    yield Counter(ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)(address))


class Counter:
    """Counts the instructions of all threads."""

    def __init__(self, ask: "ctypes._FuncPointer") -> None:
        self._ask = ask

    @contextmanager
    def counting(self, name: str) -> Iterator[None]:
        """Count what the block does, and let callgrind write it to a file with this name in it.

        Whoever stops it forgets what was counted, so it is written before.
        """
        label = ctypes.create_string_buffer(name.encode())
        self._request(_START)
        try:
            yield
        finally:
            self._request(_DUMP_STATS_AT, ctypes.addressof(label))
            self._request(_STOP)

    def _request(self, what: int, argument: int = 0) -> None:
        words = (ctypes.c_uint64 * 6)(what, argument)
        self._ask(ctypes.addressof(words))
