"""The modal in which managers change what their workspace has chosen."""

from collections.abc import Sequence

from bot.domain import referrals as rules
from bot.slack import wire
from bot.slack.texts import Texts
from bot.slack.views import inputs
from bot.slack.views.blocks import Block, modal, paragraphs


def settings_view(referrals: Sequence[str], texts: Texts) -> Block:
    """Return every setting as it is, one field each."""
    return modal(
        texts("Settings"),
        [_referrals(referrals, texts)],
        callback_id=wire.SETTINGS,
        submit=texts("Save"),
        close=texts("Cancel"),
    )


def saved_view(referrals: Sequence[str], texts: Texts) -> Block:
    """Return what tells a manager that the settings are kept."""
    saved = texts("The settings are saved.")
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
        paragraphs([f"{saved} {offered}"]),
        callback_id=wire.NOTICE,
        close=texts("Close"),
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
