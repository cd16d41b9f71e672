"""What a prospect is told after we walked away from it. Nothing is sent, and nothing is kept."""

from bot.domain.decisions.decline import Declined, kind_reason
from bot.domain.decisions.moves import check
from bot.domain.errors import UnknownProspect
from bot.domain.people import Action
from bot.domain.prospects.prospect import ProspectId
from bot.services.ports import Caller
from bot.services.transaction.standing import standing
from bot.storage.unit_of_work import UnitsOfWork


class Declining:
    """Knows what a decline message is drafted from."""

    def __init__(self, units: UnitsOfWork) -> None:
        self._units = units

    async def declined(self, caller: Caller, prospect_id: ProspectId) -> Declined:
        """Return what there is to say to a prospect, as of now.

        Raises UnknownProspect, and what `moves.check` raises; no revision is too old for it.
        """
        async with self._units.reading(caller.workspace_id) as work:
            who = await standing(work, caller, Action.DECLINE_MESSAGE)
            prospect = await work.prospects.get(prospect_id)
            if prospect is None:
                raise UnknownProspect
            check(prospect, Action.DECLINE_MESSAGE, who.roles(prospect), revision=None)
            screened = await work.qualifications.get(prospect.qualification_id)
            version = screened and await work.checklist_versions.get(screened.version_id)
            if not screened or not version:
                raise UnknownProspect
            return Declined(
                name=prospect.facts.name,
                reason=kind_reason(version.checklist.id, screened.reasons[0], screened.answers),
                referrals=tuple(await work.referrals.listed()),
                sender=who.member.name,
            )
