"""The modal in which managers change what their workspace has chosen."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from bot.domain import workspace
from bot.domain.workspace import ChosenSettings, OverrideApproval
from bot.slack import kit
from bot.slack.payloads import ids
from bot.slack.payloads.payloads import settings_metadata
from bot.slack.texts import Texts, marked

_APPROVALS: Mapping[OverrideApproval, str] = MappingProxyType(
    {
        OverrideApproval.NONE: marked("No, they take effect at once"),
        OverrideApproval.MANAGER: marked("Yes, another manager's"),
    }
)
_APPROVALS_KEPT: Mapping[OverrideApproval, str] = MappingProxyType(
    {
        OverrideApproval.NONE: marked("Overrides take effect at once."),
        OverrideApproval.MANAGER: marked("Overrides wait for a manager's approval."),
    }
)


def settings_view(chosen: ChosenSettings, texts: Texts) -> kit.Block:
    """Return every setting as it is, one field each; the modal remembers what it showed."""
    return kit.modal(
        texts("Settings"),
        [
            _weekdays(chosen.weekdays, texts),
            _approval(chosen.approval, texts),
            _referrals(chosen.referrals, texts),
        ],
        callback_id=ids.SETTINGS,
        metadata=settings_metadata(chosen.shown),
        submit=texts("Save"),
        close=texts("Cancel"),
    )


def saved_view(chosen: ChosenSettings, texts: Texts, *, approves_alone: bool = False) -> kit.Block:
    """Return what tells a manager that the settings are kept.

    Whoever approves alone is told what that means for their own overrides.
    """
    saved = texts("Settings saved.")
    days = texts.listed([texts.weekday(n) for n in sorted(chosen.weekdays)])
    worked = texts("Working days: {days}.", days=days)
    offered = (
        texts.plural(
            "Decline messages offer {n} referral.",
            "Decline messages offer {n} referrals.",
            len(chosen.referrals),
        )
        if chosen.referrals
        else texts("Decline messages offer no referrals.")
    )
    said = f"{saved} {worked} {texts(_APPROVALS_KEPT[chosen.approval])} {offered}"
    return kit.modal(
        texts("Settings"),
        kit.paragraphs([said, *([_alone(texts)] if approves_alone else [])]),
        callback_id=ids.NOTICE,
        close=texts("Close"),
    )


def _alone(texts: Texts) -> str:
    return texts(
        "You're the only manager, so no one could approve an override of yours. Switch "
        "approval off with {command}, or ask your admin for another manager ({setting}).",
        command=f"`{ids.COMMAND} settings`",
        setting="`MANAGERS`",
    )


def _weekdays(weekdays: AbstractSet[int], texts: Texts) -> kit.Block:
    """The seven days, those ticked that are worked on."""
    options = [kit.option(texts.weekday(number), str(number)) for number in range(7)]
    return kit.labelled(
        ids.WEEKDAYS,
        texts("Which days do you work on?"),
        kit.checkboxes(options, {str(number) for number in weekdays}),
        hint=texts(
            "Nudges come on these days only, and deadlines count only these. Public holidays "
            "stay free. Dates already set stay."
        ),
    )


def _approval(approval: OverrideApproval, texts: Texts) -> kit.Block:
    """Who decides about overrides; it says what becomes of what was asked before."""
    options = [kit.option(texts(word), each) for each, word in _APPROVALS.items()]
    return kit.labelled(
        ids.APPROVAL,
        texts("Do overrides need a manager's approval?"),
        kit.radio(options, approval),
        hint=texts(
            "From now on. Requests already waiting stay, and a manager can still answer them."
        ),
    )


def _referrals(referrals: Sequence[str], texts: Texts) -> kit.Block:
    """The list, which may be empty; an empty field is one that somebody emptied."""
    return kit.labelled(
        ids.REFERRALS,
        texts("Whom do you refer prospects to?"),
        kit.text_input("\n".join(referrals), longest=workspace.LONGEST_REFERRALS, multiline=True),
        hint=texts(
            "One per line: the name, a comma, what they're good at. At most {longest} "
            "characters each, {most} lines. You can choose one in a decline message.",
            most=workspace.MOST_REFERRALS,
            longest=workspace.LONGEST_REFERRAL,
        ),
        optional=True,
        watched=False,
    )
