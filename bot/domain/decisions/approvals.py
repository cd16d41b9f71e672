"""When an override needs a manager who is neither its asker nor the owner, and who that can be."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from bot.domain.decisions import acts
from bot.domain.decisions.actions import may
from bot.domain.decisions.counts import counts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.people import Action, MemberId, roles_if_full
from bot.domain.prospects import Override, Prospect
from bot.domain.workspace import OverrideApproval, Settings


def number_in_a_row(prospect: Prospect, history: Iterable[HistoryEntry]) -> int:
    """Return the number that the next override in this time in question would have: 1, 2, ..."""
    return counts(history, prospect.in_question).overrides + 1


def values_named(
    prospect: Prospect, history: Iterable[HistoryEntry], screened: Iterable[Decimal]
) -> list[Decimal]:
    """Return every expected value that the prospect was ever said to have.

    `screened` are those given at its screenings; those corrected since count as well.
    """
    acts_done = [entry.act for entry in history]
    changes = [each.expected_value for each in acts_done if isinstance(each, acts.Corrected)]
    corrected = [value for each in changes if each is not None for value in (each.before, each.now)]
    named = [prospect.facts.expected_value, *screened, *corrected]
    return [value for value in named if value is not None]


def needs_approval(number: int, values: Iterable[Decimal], settings: Settings) -> bool:
    """Tell whether a manager must approve an override.

    `number` is its number in a row; `values` are all that were ever given for the prospect.
    """
    if settings.override_approval is OverrideApproval.MANAGER:
        return True
    limit = settings.approval_from
    is_dear = limit is not None and any(value >= limit for value in values)
    return is_dear or number >= settings.backstop.overrides_from


def may_be_answered_by(
    member_id: MemberId, request: Override, prospect: Prospect, managers: Collection[MemberId]
) -> bool:
    """Tell whether a full member may approve or deny a request, as the table of rights says."""
    held = roles_if_full(
        member_id, managers=managers, owner=prospect.facts.owner, asked_by=request.asked_by
    )
    return may(Action.APPROVE_OVERRIDE, held)
