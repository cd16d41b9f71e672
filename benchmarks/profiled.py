"""Walkaway under a sampling profiler: `python -m benchmarks.profiled FILE run`.

After each millisecond of CPU, or tick of the kernel, it looks where the main thread is. It counts
from the start; SIGUSR1 forgets what was so far, SIGUSR2 writes it to FILE. cProfile would slow down
calls, and cannot tell who called whom across greenlets, on which SQLAlchemy's asyncio is built.
"""

import json
import runpy
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final

EVERY: Final = 0.001
"""Seconds of CPU of the whole process, its other threads included."""

Function = tuple[str, int, str]
"""The file, the first line and the name."""


class Sampler:
    """Counts in how many samples a function was at the top, or anywhere in the stack."""

    def __init__(self) -> None:
        self.forget()

    def forget(self, *_: object) -> None:
        """Begin anew."""
        self._own: Counter[Function] = Counter()
        self._cumulative: Counter[Function] = Counter()
        self._began_at = time.process_time()

    def look(self, _: int, frame: FrameType | None) -> None:
        """Count where we are."""
        stack = list(_stack(frame))
        if stack:
            self._own[stack[0]] += 1
            self._cumulative.update(set(stack))

    def write(self, file: Path) -> None:
        """Write all counts to a file that appears when it is complete."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        document = {
            "seconds": time.process_time() - self._began_at,
            "functions": [
                [*function, self._own[function], count]
                for function, count in self._cumulative.items()
            ],
        }
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(document), encoding="utf-8")
        unfinished.rename(file)


def _stack(frame: FrameType | None) -> Iterator[Function]:
    """Return the functions from the innermost one on; below a greenlet stands its parent."""
    current = getattr(sys.modules.get("greenlet"), "getcurrent", None)
    greenlet = None if current is None else current()
    while frame is not None:
        code = frame.f_code
        yield code.co_filename, code.co_firstlineno, code.co_qualname
        frame = frame.f_back
        if frame is None and greenlet is not None and greenlet.parent is not None:
            greenlet = greenlet.parent
            frame = greenlet.gr_frame


def _run(file: Path) -> None:
    sampler = Sampler()
    signal.signal(signal.SIGUSR1, sampler.forget)
    signal.signal(signal.SIGUSR2, lambda *_: sampler.write(file))
    signal.signal(signal.SIGPROF, sampler.look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _run(Path(sys.argv.pop(1)))
