"""What asking for outcomes needs from storage, as a protocol."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.domain.outcome import OutcomeAnswer, OutcomeKey, OutcomeQuestion
from bot.domain.people import MemberId
from bot.domain.prospect import ProspectId


class Outcomes(Protocol):
    """The questions about ends, what was answered, and which message asked what."""

    async def hold(self, questions: Sequence[OutcomeQuestion], owner: MemberId) -> bool:
        """Keep questions that are going to be asked; return whether any is new.

        One that was dropped stands again, with what was answered; one that stands stays as it is.
        """
        ...

    async def drop(self, prospect_id: ProspectId) -> bool:
        """Ask nothing more about a prospect; return whether anything stood. No answer goes."""
        ...

    async def get(self, key: OutcomeKey) -> OutcomeQuestion | None:
        """A question that stands."""
        ...

    async def standing(self, prospect_id: ProspectId) -> Sequence[OutcomeQuestion]:
        """Those about a prospect that stand, the earliest asked first."""
        ...

    async def waiting_of(self, owner: MemberId) -> Sequence[OutcomeQuestion]:
        """Those of the ends of which something is still to be asked."""
        ...

    async def keep(self, question: OutcomeQuestion) -> None:
        """Keep when a question was asked or put off, and whether it was refused."""
        ...

    async def add_answer(self, question: OutcomeQuestion, given: OutcomeAnswer) -> None:
        """Add an answer behind those that the question had before it."""
        ...

    async def answers_about(self, prospect_id: ProspectId) -> Sequence[OutcomeAnswer]:
        """Every answer that was ever given about a prospect, the oldest first."""
        ...

    async def add_items(
        self, member_id: MemberId, day: date, keys: Sequence[OutcomeKey]
    ) -> None: ...
    async def items(self, member_id: MemberId, day: date) -> Sequence[OutcomeKey]:
        """What the message of a day asks."""
        ...

    async def messages_about(self, prospect_id: ProspectId) -> Sequence[tuple[MemberId, date]]:
        """Every message that asked about a prospect."""
        ...
