"""The actions on incoming drafts, from the messages about them."""

from bot.domain.people import OtherAction
from bot.domain.screening import DraftId
from bot.slack import intake
from bot.slack.interaction import Interaction, Listeners, Reply, typed_member
from bot.slack.payloads import ids, payloads
from bot.slack.screening import steps


async def go_on(it: Interaction) -> Reply:
    """Open the modal at the current step of the member's own draft."""
    await _open_step(it, _draft_of(it))
    return None


async def discard(it: Interaction) -> Reply:
    """Discard the member's own draft; the messages about it are rewritten."""
    await it.surface.screening.discard(it.caller, _draft_of(it))
    return None


async def take_over(it: Interaction) -> Reply:
    """Make a manager the owner of a draft, and open the modal at its current step."""
    given = await it.surface.assigning.assign(it.caller, _draft_of(it), it.caller.member_id)
    await _open_step(it, given.id)
    return None


async def throw_away(it: Interaction) -> Reply:
    """Discard anyone's draft, as a manager."""
    await it.surface.assigning.throw_away(it.caller, _draft_of(it))
    return None


async def ask_who_goes_on(it: Interaction) -> Reply:
    """Ask a manager who is to own a draft."""
    draft = await it.surface.assigning.assignable(it.caller, _draft_of(it))
    it.later(it.open(intake.assign_dialog(draft, await it.texts())))
    return None


async def submit_owner(it: Interaction) -> Reply:
    """Assign a draft to the member whom a manager chose."""
    draft_id = DraftId(payloads.readable_id(it.view.get("private_metadata")))
    chosen = typed_member(it.typed.get(ids.OWNER))
    await it.surface.assigning.assign(it.caller, draft_id, chosen)
    return None


def _draft_of(it: Interaction) -> DraftId:
    return DraftId(payloads.readable_id(it.value))


async def _open_step(it: Interaction, draft_id: DraftId) -> None:
    shown = await it.surface.screening.resume(it.caller, draft_id)
    it.later(it.open(steps.step_view(shown, await it.texts())))


LISTENERS = Listeners(
    elements={
        ids.INTAKE_CONTINUE: go_on,
        ids.INTAKE_DISCARD: discard,
        ids.INTAKE_TAKE: take_over,
        ids.INTAKE_THROW_AWAY: throw_away,
        OtherAction.ASSIGN_DRAFT: ask_who_goes_on,
    },
    submissions={OtherAction.ASSIGN_DRAFT: submit_owner},
)
