"""What is a member's own: the screenings they did not finish, and their open prospects."""

from typing import Final

from bot.domain.calendar import today_in
from bot.domain.dossier import Belongings
from bot.domain.people import Action
from bot.services.membership import standing
from bot.services.ports import Caller, Clock, UnitsOfWork

PAGE: Final = 10
"""Prospects on a page."""
MOST_DRAFTS: Final = 5
"""Drafts that are listed; the newest, and on the first page only."""


class Home:
    """Shows members what is theirs."""

    def __init__(self, units: UnitsOfWork, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def belongings(self, caller: Caller, page: int) -> Belongings:
        """Return a page of what is the caller's, the last one if there are fewer.

        Raises NotFullMember, and DirectoryUnavailable while nothing is known of them.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DETAILS)
            total = await work.prospects.count_open_of(caller.member_id)
            pages = max(1, -(-total // PAGE))
            page = min(max(1, page), pages)
            prospects = await work.prospects.open_of(
                caller.member_id, PAGE, offset=(page - 1) * PAGE
            )
            drafts = await work.drafts.of_member(caller.member_id, limit=MOST_DRAFTS + 1)
        return Belongings(
            member=who.member,
            today=today_in(who.member.zone, self._clock()),
            drafts=tuple(drafts[:MOST_DRAFTS]) if page == 1 else (),
            has_more_drafts=len(drafts) > MOST_DRAFTS,
            prospects=tuple(prospects),
            total=total,
            page=page,
            pages=pages,
        )
