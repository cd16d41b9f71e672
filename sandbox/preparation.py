"""How far the past is that is played before anybody may come in."""

from typing import Any

from sandbox.changes import Changes


class Preparation:
    """Days that are played and days that are to be; there are none once everybody may come in."""

    def __init__(self) -> None:
        self.changes = Changes()
        self._done = 0
        self._of = 0

    @property
    def is_over(self) -> bool:
        """Whether nobody has to wait any more."""
        return self._of == 0

    def begin(self, days: int) -> None:
        """Let whoever comes wait until so many days were played."""
        self._done, self._of = 0, days
        self.changes.announce()

    def advance(self) -> None:
        """Say that a day is over."""
        self._done += 1
        self.changes.announce()

    def finish(self) -> None:
        """Let everybody in."""
        self._of = 0
        self.changes.announce()

    def drawn(self) -> dict[str, Any]:
        """Draw it for the page."""
        return {"done": self._done, "of": self._of}
