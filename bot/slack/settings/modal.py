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
        OverrideApproval.NONE: marked("No: it takes effect at once"),
        OverrideApproval.MANAGER: marked("Yes: of a manager other than whoever asks"),
    }
)
_APPROVALS_KEPT: Mapping[OverrideApproval, str] = MappingProxyType(
    {
        OverrideApproval.NONE: marked("Overrides take effect at once."),
        OverrideApproval.MANAGER: marked("Overrides wait until a manager approves them."),
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
    saved = texts("The settings are saved.")
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
        "Nobody but you manages here, so nobody could approve an override of your own. Switch the "
        "approval off again with {command}, or ask whoever runs me to name another manager "
        "({setting}).",
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
            "Nudges come on these days only, and what is counted in working days counts these. "
            "Public holidays stay free. Due dates that are set stay as they are."
        ),
    )


def _approval(approval: OverrideApproval, texts: Texts) -> kit.Block:
    """Who decides about overrides; it says what becomes of what was asked before."""
    options = [kit.option(texts(word), each) for each, word in _APPROVALS.items()]
    return kit.labelled(
        ids.APPROVAL,
        texts("Does an override need the approval of a manager?"),
        kit.radio(options, approval),
        hint=texts(
            "This is for overrides from now on. A request that waits already stays, and a manager "
            "can still answer it."
        ),
    )


def _referrals(referrals: Sequence[str], texts: Texts) -> kit.Block:
    """The list, which may be empty; an empty field is one that somebody emptied."""
    return kit.labelled(
        ids.REFERRALS,
        texts("Whom do you refer prospects to?"),
        kit.text_input("\n".join(referrals), longest=workspace.LONGEST_REFERRALS, multiline=True),
        hint=texts(
            "One per line: the name, a comma, and what they are good at, at most {longest} "
            "characters each. Whoever drafts a decline message can choose one of them. At most "
            "{most} lines.",
            most=workspace.MOST_REFERRALS,
            longest=workspace.LONGEST_REFERRAL,
        ),
        optional=True,
        watched=False,
    )
