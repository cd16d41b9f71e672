"""The refusals of who may not do what they tried, as sentences."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain import errors
from bot.domain.people import Action, Errand
from bot.slack.blocks.escaping import markup_name
from bot.slack.blocks.wording import mention
from bot.slack.error_messages import overrides
from bot.slack.texts import Texts, marked

_RIGHTS: Final[Mapping[Action | Errand, str]] = MappingProxyType(
    {
        **overrides.RIGHTS,
        Action.WALK_AWAY: marked("Only {owner} and the managers can walk away from {name}."),
        Action.WON: marked("Only {owner} and the managers can mark {name} as won."),
        Action.LOST: marked("Only {owner} and the managers can mark {name} as lost."),
        Action.REQUALIFY: marked("Only {owner} and the managers can screen {name} again."),
        Action.CONDITION_MET: marked(
            "Only {owner} and the managers can say that {name} met the condition."
        ),
        Action.SIGN_OF_LIFE: marked(
            "Only {owner} and the managers can say that {name} gave a sign of life."
        ),
        Action.CHASED: marked("Only {owner} and the managers can count chases of {name}."),
        Action.SNOOZE: marked("Only {owner} and the managers can snooze {name}."),
        Action.HAND_OVER: marked("Only {owner} and the managers can hand {name} over."),
        Errand.ANSWER_OUTCOME: marked("Only {owner} and the managers can say what came of {name}."),
        Action.DECLINE_MESSAGE: marked(
            "Only {owner} and the managers draft the decline message to {name}."
        ),
        Action.UNDO: marked(
            "Only whoever made the decision about {name}, or a manager, can undo it."
        ),
    }
)


_OF_OTHERS: Final = frozenset({Action.UNDO, Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE})
"""What the owner cannot do either: it is no use to talk to them."""


def not_allowed(error: errors.NotAllowed, texts: Texts) -> str:
    """Return who may do what somebody else tried to do, as markup."""
    if error.action is Errand.CHANGE_SETTINGS:
        return texts("Only managers change the settings. Please ask one of them.")
    if error.owner is None or error.action not in _RIGHTS:
        return texts("You may not do this. Please ask a manager.")
    refusal = texts(_RIGHTS[error.action], owner=mention(error.owner), name=markup_name(error.name))
    if error.action in _OF_OTHERS:
        return refusal
    return " ".join([refusal, texts("Please talk to them.")])


def not_full_member(texts: Texts) -> str:
    """Return what to say to a guest, or to somebody of another organisation."""
    return texts(
        "Only members of this workspace can screen prospects and decide about them, not guests "
        "and not people from other organisations. Please ask a colleague to do it."
    )
