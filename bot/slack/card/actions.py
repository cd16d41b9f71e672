"""The words of each action: its button, and the refusal for someone who may not use it.

The sentences about it in a prospect's history are in `bot.slack.card.history`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import assert_never

from bot.domain.people import Action, OtherAction
from bot.slack.texts import marked


@dataclass(frozen=True, slots=True)
class ActionWords:
    """The label of a button or menu entry, and what a screen reader says instead."""

    label: str
    spoken: str


def _words_of(action: Action) -> ActionWords:  # noqa: C901 - a table: one case for each action
    match action:
        case Action.QUALIFY:
            return ActionWords(marked("Screen a prospect"), marked("Screen a prospect"))
        case Action.REQUALIFY:
            return ActionWords(marked("Re-screen"), marked("Re-screen {name}"))
        case Action.WALK_AWAY:
            return ActionWords(marked("Walk away"), marked("Walk away from {name}"))
        case Action.OVERRIDE:
            return ActionWords(marked("Pursue anyway"), marked("Pursue {name} anyway"))
        case Action.APPROVE_OVERRIDE:
            return ActionWords(marked("Approve"), marked("Approve the override for {name}"))
        case Action.DENY_OVERRIDE:
            return ActionWords(marked("Deny"), marked("Deny the override for {name}"))
        case Action.WON:
            return ActionWords(marked("Mark as won"), marked("Mark {name} as won"))
        case Action.LOST:
            return ActionWords(marked("Mark as lost"), marked("Mark {name} as lost"))
        case Action.UNDO:
            return ActionWords(marked("Undo"), marked("Undo the decision about {name}"))
        case Action.CONDITION_MET:
            return ActionWords(marked("Condition met"), marked("{name} met the condition"))
        case Action.SIGN_OF_LIFE:
            return ActionWords(marked("Sign of life"), marked("Sign of life from {name}"))
        case Action.CHASED:
            return ActionWords(marked("Chased, no reply"), marked("Chased {name}, no reply"))
        case Action.SNOOZE:
            return ActionWords(marked("Snooze"), marked("Snooze {name}"))
        case Action.HAND_OVER:
            return ActionWords(marked("Hand over"), marked("Hand {name} over"))
        case Action.END_CLIENT:
            return ActionWords(
                marked("Mark as former client"), marked("Mark {name} as a former client")
            )
        case Action.CORRECT:
            return ActionWords(marked("Fix a mistake"), marked("Fix a mistake about {name}"))
        case Action.STILL_OPEN:
            return ActionWords(marked("Still open"), marked("{name} is still open"))
        case Action.DECLINE_MESSAGE:
            return ActionWords(
                marked("Write the decline message"), marked("Write the decline message to {name}")
            )
        case Action.DETAILS:
            return ActionWords(marked("Show details"), marked("Show the details of {name}"))
        case _:
            assert_never(action)


WORDS: Mapping[Action, ActionWords] = MappingProxyType(
    {action: _words_of(action) for action in Action}
)


def refusal(action: Action | OtherAction) -> str | None:  # noqa: C901 - a table: one case for each
    """Return the sentence that names who may use an action, for someone who may not."""
    match action:
        case Action.REQUALIFY:
            return marked("Only {owner} and the managers can re-screen {name}.")
        case Action.WALK_AWAY:
            return marked("Only {owner} and the managers can walk away from {name}.")
        case Action.OVERRIDE:
            return marked("Only {owner} and the managers can pursue {name} anyway.")
        case Action.APPROVE_OVERRIDE:
            return marked(
                "Only a manager who neither owns {name} nor asked for the override can approve it."
            )
        case Action.DENY_OVERRIDE:
            return marked(
                "Only a manager who neither owns {name} nor asked for the override can deny it."
            )
        case Action.WON:
            return marked("Only {owner} and the managers can mark {name} as won.")
        case Action.LOST:
            return marked("Only {owner} and the managers can mark {name} as lost.")
        case Action.UNDO:
            return marked(
                "Only the person who decided, or a manager, can undo the decision about {name}."
            )
        case Action.CONDITION_MET:
            return marked("Only {owner} and the managers can mark the condition for {name} as met.")
        case Action.SIGN_OF_LIFE:
            return marked("Only {owner} and the managers can log a sign of life from {name}.")
        case Action.CHASED:
            return marked("Only {owner} and the managers can mark {name} as chased.")
        case Action.SNOOZE:
            return marked("Only {owner} and the managers can snooze {name}.")
        case Action.HAND_OVER:
            return marked("Only {owner} and the managers can hand {name} over.")
        case Action.END_CLIENT:
            return marked("Only {owner} and the managers can mark {name} as a former client.")
        case Action.CORRECT:
            return marked("Only {owner} and the managers can correct {name}.")
        case Action.STILL_OPEN:
            return marked("Only {owner} and the managers can say that {name} is still open.")
        case Action.DECLINE_MESSAGE:
            return marked("Only {owner} and the managers can write the decline message to {name}.")
        case OtherAction.ANSWER_OUTCOME:
            return marked("Only {owner} and the managers can say how {name} turned out.")
        case (
            Action.QUALIFY
            | Action.DETAILS
            | OtherAction.SEND_AGAIN
            | OtherAction.CHANGE_SETTINGS
            | OtherAction.CHANGE_CHECKLISTS
            | OtherAction.CHANGE_WEBHOOKS
            | OtherAction.REMEMBER
            | OtherAction.FORGET
            | OtherAction.EXPORT
            | OtherAction.ASSIGN_DRAFT
        ):
            return None
        case _:
            assert_never(action)
