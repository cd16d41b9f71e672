"""The modal in which managers change what their workspace has chosen."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from bot.domain import referrals as rules
from bot.slack import wire
from bot.slack.texts import Texts
from bot.slack.views import inputs
from bot.slack.views.blocks import Block, modal, option, paragraphs


def settings_view(referrals: Sequence[str], weekdays: AbstractSet[int], texts: Texts) -> Block:
    """Return every setting as it is, one field each."""
    return modal(
        texts("Settings"),
        [_weekdays(weekdays, texts), _referrals(referrals, texts)],
        callback_id=wire.SETTINGS,
        submit=texts("Save"),
        close=texts("Cancel"),
    )


def saved_view(referrals: Sequence[str], weekdays: AbstractSet[int], texts: Texts) -> Block:
    """Return what tells a manager that the settings are kept."""
    saved = texts("The settings are saved.")
    worked = texts(
        "Working days: {days}.", days=texts.listed([texts.weekday(n) for n in sorted(weekdays)])
    )
    offered = (
        texts.plural(
            "Decline messages offer {n} referral.",
            "Decline messages offer {n} referrals.",
            len(referrals),
        )
        if referrals
        else texts("Decline messages offer no referrals.")
    )
    return modal(
        texts("Settings"),
        paragraphs([f"{saved} {worked} {offered}"]),
        callback_id=wire.NOTICE,
        close=texts("Close"),
    )


def _weekdays(weekdays: AbstractSet[int], texts: Texts) -> Block:
    """The seven days, those ticked that are worked on."""
    options = [option(texts.weekday(number), str(number)) for number in range(7)]
    return inputs.labelled(
        wire.WEEKDAYS,
        texts("Which days do you work on?"),
        inputs.checkboxes(options, {str(number) for number in weekdays}),
        hint=texts(
            "Nudges come on these days only, and what is counted in working days counts these. "
            "Public holidays stay free. Due dates that are set stay as they are."
        ),
    )


def _referrals(referrals: Sequence[str], texts: Texts) -> Block:
    """The list, which may be empty; an empty field is one that somebody emptied."""
    return inputs.labelled(
        wire.REFERRALS,
        texts("Whom do you refer prospects to?"),
        inputs.text_input("\n".join(referrals), longest=rules.LONGEST_LIST, multiline=True),
        hint=texts(
            "One per line: the name, a comma, and what they are good at. Whoever drafts a decline "
            "message can choose one of them. At most {most} lines of {longest} characters.",
            most=rules.MOST,
            longest=rules.LONGEST,
        ),
        optional=True,
        watched=False,
    )
