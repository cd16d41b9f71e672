"""Each refusal as a sentence: what is true now, and what to do next.

Sentences about fields are plain text, the others are markup.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.domain import errors
from bot.domain.people import Action, Errand
from bot.domain.prospect import Prospect, Stage
from bot.slack import wire
from bot.slack.texts import Texts, marked
from bot.slack.views import overrides, problem_outcome, problem_overrides
from bot.slack.views.typed import escape, markup_name
from bot.slack.views.wording import decision_markup, mention, quote_line_markup, verdict_word


def sentence(error: Exception, texts: Texts, *, zone: ZoneInfo) -> str:
    """Return what to say about a refusal, as markup.

    Raises KeyError for what is no refusal of ours: that is for ``unknown``.
    """
    return _SENTENCES[type(error)](error, _Reader(texts, zone))


def field_errors(rejected: errors.AnswersRejected, texts: Texts) -> dict[str, str]:
    """Return the sentence that belongs beside each field, by block id."""
    return {problem.question: _field_error(problem, texts) for problem in rejected.problems}


def outdated(texts: Texts) -> str:
    """Return what to say about a button or view that this version does not know, as markup."""
    return texts(
        "I do not know this button any more: it is from another version of me. "
        "Look at the newest card, or start again with {command}.",
        command=f"`{wire.COMMAND}`",
    )


def too_late(texts: Texts) -> str:
    """Return what to say when Slack waited for a modal of ours no longer, as markup."""
    return texts("That took too long for Slack. Please try it again.")


def overtaken(error: errors.StaleClick, texts: Texts, *, zone: ZoneInfo) -> str:
    """Return what to say when others decided while a member was screening, as markup."""
    return " ".join(
        [
            texts(
                "While you were screening {name}, something happened to it.",
                name=markup_name(error.prospect.facts.name),
            ),
            _Reader(texts, zone).now_true(error.prospect),
            texts("Your draft is kept: you find it with {command}.", command=f"`{wire.COMMAND}`"),
        ]
    )


def unknown(reference: str, texts: Texts) -> str:
    """Return what to say when something broke that nobody foresaw, as markup."""
    return texts(
        "Something went wrong on my side, and nothing was changed. Please try again. If it "
        "happens again, tell whoever runs me this reference: {reference}",
        reference=f"`{escape(reference)}`",
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads the sentence: in which language, and in which zone."""

    texts: Texts
    zone: ZoneInfo

    def now_true(self, prospect: Prospect) -> str:
        """Where the prospect stands, who decided it and when."""
        if prospect.decision is None:
            is_open = self.texts(
                "{name} is open. The verdict is: {verdict}.",
                name=markup_name(prospect.facts.name),
                verdict=verdict_word(prospect.verdict, self.texts),
            )
            overridden = overrides.now_true(prospect, self.texts, self.zone)
            return " ".join(filter(None, [is_open, overridden]))
        decision = prospect.decision
        moment = self.texts.moment(decision.at, self.zone)
        decided = decision_markup(decision, self.texts, mention(decision.by), moment)
        return f"{markup_name(prospect.facts.name)}: {decided}"


_RIGHTS: Final[Mapping[Action | Errand, str]] = MappingProxyType(
    {
        **problem_overrides.RIGHTS,
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


def _not_allowed(error: errors.NotAllowed, reader: _Reader) -> str:
    if error.action is Errand.CHANGE_SETTINGS:
        return reader.texts("Only managers change the settings. Please ask one of them.")
    if error.owner is None or error.action not in _RIGHTS:
        return reader.texts("You may not do this. Please ask a manager.")
    refusal = reader.texts(
        _RIGHTS[error.action], owner=mention(error.owner), name=markup_name(error.name)
    )
    if error.action in _OF_OTHERS:
        return refusal
    return " ".join([refusal, reader.texts("Please talk to them.")])


def _not_full_member(_: errors.NotFullMember, reader: _Reader) -> str:
    return reader.texts(
        "Only members of this workspace can screen prospects and decide about them, not guests "
        "and not people from other organisations. Please ask a colleague to do it."
    )


def _stale(error: errors.StaleClick, reader: _Reader) -> str:
    return " ".join(
        [
            reader.texts("That button is out of date: something happened since it was drawn."),
            reader.now_true(error.prospect),
            reader.texts(
                "Look at the card or my newest message: their buttons show what can be done now."
            ),
        ]
    )


_HESITATING: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.SIGN_OF_LIFE: marked(
            "A sign of life gives time to decide, and {name} needs none: the verdict is {verdict}."
        ),
        Action.CHASED: marked(
            "Chases are counted while it is open whether a prospect is worth it. About {name} the "
            "verdict is clear: {verdict}."
        ),
        Action.SNOOZE: marked("{name} is not overdue, so there is nothing to snooze."),
    }
)


_NOTHING_TO_DECLINE: Final = marked("A decline message is for prospects you walked away from.")


def _wrong_stage(error: errors.WrongStage, reader: _Reader) -> str:
    prospect = error.prospect
    if error.action is Action.CONDITION_MET and prospect.stage is Stage.OPEN:
        return reader.texts(
            "{name} has no condition left to meet. Nothing else is to be done.",
            name=markup_name(prospect.facts.name),
        )
    if error.action in problem_overrides.ABOUT_OVERRIDES and prospect.stage is Stage.OPEN:
        now_true = reader.now_true(prospect)
        return problem_overrides.not_open_to(prospect, error.action, now_true, reader.texts)
    if error.action in _HESITATING and prospect.stage is Stage.OPEN:
        return reader.texts(
            _HESITATING[error.action],
            name=markup_name(prospect.facts.name),
            verdict=verdict_word(prospect.verdict, reader.texts),
        )
    if error.action is Action.UNDO:
        return reader.texts(
            "There is nothing to undo: {name} is open.", name=markup_name(prospect.facts.name)
        )
    if prospect.stage is Stage.WON:
        hint = reader.texts("A client you have won is not screened or decided again.")
    else:
        hint = reader.texts("To change that, undo the decision or screen the prospect again.")
    if error.action is Action.DECLINE_MESSAGE:
        return " ".join([reader.now_true(prospect), reader.texts(_NOTHING_TO_DECLINE)])
    decided = reader.texts("This is decided already.")
    return " ".join([decided, reader.now_true(prospect), hint])


def _not_winnable(error: errors.NotWinnable, reader: _Reader) -> str:
    texts, prospect = reader.texts, error.prospect
    name = markup_name(prospect.facts.name)
    if prospect.unmet:
        missing = prospect.unmet[0]
        return texts(
            "{name} cannot be marked as won yet: the condition “{what}” (due {date}) is not met. "
            "Mark it as met first, go on all the same by an override, or walk away.",
            name=name,
            what=quote_line_markup(missing.what),
            date=texts.date(missing.due),
        )
    return texts(
        "{name} cannot be marked as won on this verdict: {verdict}. Screen it again if you know "
        "more now, go on all the same by an override, or walk away.",
        name=name,
        verdict=verdict_word(prospect.verdict, texts),
    )


def _undo_too_late(error: errors.UndoTooLate, reader: _Reader) -> str:
    texts = reader.texts
    late = texts(
        "It is too late to undo this: that was possible until {moment}.",
        moment=texts.moment(error.until, reader.zone),
    )
    if error.prospect.stage is Stage.WON:
        hint = texts("A manager can still undo it.")
    else:
        hint = texts("You can screen the prospect again instead.")
    return f"{late} {hint}"


def _nothing_to_hand_over(error: errors.NothingToHandOver, reader: _Reader) -> str:
    owner = mention(error.owner)
    if error.is_back:
        return reader.texts(
            "{owner} is here again and can decide. Hand prospects over one by one, on their cards.",
            owner=owner,
        )
    return reader.texts(
        "{owner} has no open prospects any more: somebody handed them over, or decided.",
        owner=owner,
    )


def _snooze_refused(error: errors.SnoozeRefused, reader: _Reader) -> str:
    return reader.texts(
        "{name} cannot be snoozed like this. An owner can do it twice, for 1, 3 or 5 working days, "
        "and not after the third nudge. A manager can do it for up to 20 working days.",
        name=markup_name(error.prospect.facts.name),
    )


def _answers(_: errors.AnswersRejected, reader: _Reader) -> str:
    return reader.texts("Some of the answers do not fit. Please correct them and go on.")


def _fixed(message: str) -> Callable[[Any, _Reader], str]:
    """A sentence that needs nothing of its error."""
    return lambda _, reader: reader.texts(message, command=f"`{wire.COMMAND}`")


_BROKEN_CHECKLIST: Final = _fixed(
    marked(
        "The checklist gives no verdict on these answers, so nothing was kept. Please show this "
        "to whoever runs me: the checklist has a gap. Your answers wait under {command}."
    )
)
_BROKEN_SETTINGS: Final = _fixed(
    marked(
        "My settings have a mistake, so {command} does not work at the moment. "
        "Please tell whoever runs me."
    )
)

_SENTENCES: Final[Mapping[type, Callable[[Any, _Reader], str]]] = MappingProxyType(
    {
        errors.AnswersRejected: _answers,
        errors.ChecklistRejected: _BROKEN_SETTINGS,
        errors.NoVerdict: _BROKEN_CHECKLIST,
        errors.UnknownCountry: _BROKEN_SETTINGS,
        errors.UnknownRegion: _BROKEN_SETTINGS,
        errors.NotAllowed: _not_allowed,
        errors.NotFullMember: _not_full_member,
        errors.StaleClick: _stale,
        errors.WrongStage: _wrong_stage,
        errors.NotWinnable: _not_winnable,
        errors.KillDatePassed: lambda error, reader: problem_overrides.kill_date_passed(
            error.prospect, reader.texts
        ),
        errors.NobodyApproves: lambda _, reader: problem_overrides.nobody_approves(reader.texts),
        errors.UndoTooLate: _undo_too_late,
        errors.SnoozeRefused: _snooze_refused,
        errors.OutcomeGone: problem_outcome.gone,
        errors.OutcomeAnswered: problem_outcome.answered,
        errors.OutcomeSettled: problem_outcome.settled,
        errors.NothingToHandOver: _nothing_to_hand_over,
        errors.UnknownProspect: _fixed(
            marked("I do not know that prospect any more. Start again with {command}.")
        ),
        errors.DraftGone: _fixed(
            marked("This screening is not there any more. Start again with {command}.")
        ),
        errors.NotYourDraft: _fixed(
            marked("Only whoever began this screening can go on with it. Start your own: {command}")
        ),
        errors.DraftFiled: _fixed(
            marked("You handed in this screening already. You find the verdict on its card.")
        ),
        errors.ProspectChanged: _fixed(
            marked("Somebody else changed this prospect just now. Look at the card, and try again.")
        ),
        errors.DirectoryUnavailable: _fixed(
            marked("Slack did not tell me in time who you are. Please try again in a minute.")
        ),
    }
)

_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **problem_overrides.FIELDS,
        "missing": marked("Please answer this."),
        "unknown_question": marked("This is not asked any more. Please start again."),
        "unknown_option": marked("This answer is not offered any more. Please choose another."),
        "wrong_type": marked("I cannot read this answer. Please enter it again."),
        "line_too_long": marked(
            "Line {line} is too long: {limit} characters at most for the name before the comma, "
            "and for what follows it."
        ),
        "too_many_lines": marked("Those are too many: {limit} lines at most, you have {count}."),
        "too_long": marked("That is too long: {limit} characters at most, you have {length}."),
        "no_weekday": marked("Please choose at least one day."),
        "unreadable": marked("There is a character in it that I cannot keep. Please type it anew."),
        "not_a_date": marked("That is not a day. Please choose one from the calendar."),
        "too_early": marked("That day is over. The earliest is {earliest}."),
        "too_late": marked("That is too far ahead. The latest is {latest}."),
        "future": marked("That day has not come yet. The latest is today, {latest}."),
        "empty_name": marked("Please give the prospect a name."),
        "not_a_number": marked("That is not a number. Please enter digits only, as in 12000."),
        "negative": marked("Please enter an amount that is not below zero."),
        "same_owner": marked("That is the owner already. Please choose somebody else."),
        "too_large": marked("That is more than I can keep. Please enter a smaller amount."),
        "not_full_member": marked("Guests and bots cannot own a prospect. Please choose a member."),
        "unknown_member": marked("I cannot find this person in Slack. Please choose another."),
        "directory_unavailable": marked(
            "Slack did not tell me in time who this is. Please try again in a minute."
        ),
    }
)


def _field_error(problem: errors.AnswerProblem, texts: Texts) -> str:
    detail = {key: _shown(value, texts) for key, value in problem.detail.items()}
    return texts(_FIELDS[problem.code], **detail)


def _shown(value: object, texts: Texts) -> str:
    match value:
        case date():
            return texts.date(value)
        case _:
            return str(value)
