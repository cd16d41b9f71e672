"""The refusals in parts: who may not, what is wrong with a field, outcomes and overrides."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain import errors
from bot.domain.decisions import RULES
from bot.domain.outcomes.outcome import ask_of
from bot.domain.people import Action, Errand, Role
from bot.domain.prospects import Prospect
from bot.slack import kit
from bot.slack.card import actions, wording
from bot.slack.card.outcomes import choice_word, question
from bot.slack.payloads import ids
from bot.slack.texts import Texts, marked

ABOUT_OVERRIDES = frozenset({Action.OVERRIDE, Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE})


def not_allowed(error: errors.NotAllowed, texts: Texts) -> str:
    """Return who may do what somebody else tried to do, as markup."""
    if error.action is Errand.CHANGE_SETTINGS:
        return texts("Only managers change the settings. Please ask one of them.")
    refusal = None if error.owner is None else actions.refusal(error.action)
    if error.owner is None or refusal is None:
        return texts("You may not do this. Please ask a manager.")
    owner, name = wording.mention(error.owner), kit.markup_name(error.name)
    sentence = texts(refusal, owner=owner, name=name)
    if Role.OWNER not in RULES[error.action].roles:
        return sentence
    return " ".join([sentence, texts("Please talk to them.")])


def not_full_member(texts: Texts) -> str:
    """Return what to say to a guest, or to somebody of another organisation."""
    return texts(
        "Only members of this workspace can screen prospects and decide about them, not guests "
        "and not people from other organisations. Please ask a colleague to do it."
    )


_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "not_ahead": marked("The kill date must lie ahead. The earliest is {earliest}."),
        "no_working_day": marked("{day} is no working day. The next one is {next}."),
        "nobody_approves": marked(
            "Nobody could approve it: that takes a manager other than you, and there is none. Have "
            "another manager named first."
        ),
        "kill_too_late": marked("That is more than {days} days ahead. The latest is {latest}."),
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
        "changed_meanwhile": marked(
            "Somebody else changed this since you opened the settings, so nothing was saved. Note "
            "what you have here, close it, open the settings again, and change it there."
        ),
        "no_weekday": marked("Please choose at least one day."),
        "unreadable": marked("There is a character in it that I cannot keep. Please type it anew."),
        "not_a_date": marked("That is not a day. Please choose one from the calendar."),
        "too_early": marked("That day is over. The earliest is {earliest}."),
        "too_late": marked("That is too far ahead. The latest is {latest}."),
        "future": marked("That day has not come yet. The latest is today, {latest}."),
        "empty_name": marked("Please give the prospect a name."),
        "not_a_number": marked("Enter an amount, like 12,000, 12k or 1.5m."),
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


def field_errors(rejected: errors.AnswersRejected, texts: Texts) -> dict[str, str]:
    """Return the sentence that belongs beside each field, by block id."""
    return {problem.question: _field_error(problem, texts) for problem in rejected.problems}


def _field_error(problem: errors.AnswerProblem, texts: Texts) -> str:
    detail = {key: _shown(value, texts) for key, value in problem.detail.items()}
    return texts(_FIELDS[problem.code], **detail)


def _shown(value: object, texts: Texts) -> str:
    match value:
        case date():
            return texts.date(value)
        case _:
            return str(value)


class Viewer(Protocol):
    """Who reads the sentence."""

    @property
    def texts(self) -> Texts:
        """Their language."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """Their zone."""
        ...

    def now_true(self, prospect: Prospect) -> str:
        """Where the prospect stands, who decided it and when."""
        ...


def gone(error: errors.OutcomeGone, reader: Viewer) -> str:
    """Say that an end does not stand any more."""
    nothing = reader.texts("There is nothing to answer about this any more.")
    return f"{nothing} {reader.now_true(error.prospect)}"


def answered(error: errors.OutcomeAnswered, reader: Viewer) -> str:
    """Say what was answered already, by whom and when."""
    texts, latest = reader.texts, error.latest
    known = texts(
        "For {name} this is answered already: “{question}” {answer}. {who} said so on {moment}.",
        name=kit.markup_name(error.prospect.facts.name),
        question=question(ask_of(latest.choice), texts),
        answer=choice_word(latest.choice, texts),
        who=wording.mention(latest.by),
        moment=texts.moment(latest.at, reader.zone),
    )
    return " ".join([known, texts("To correct it, choose another answer.")])


def settled(error: errors.OutcomeSettled, reader: Viewer) -> str:
    """Say why there is nothing to put off or to refuse."""
    name = kit.markup_name(error.prospect.facts.name)
    if error.again_on is not None:
        day = reader.texts.date(error.again_on)
        return reader.texts("I ask about {name} again on {day}.", name=name, day=day)
    if error.is_refused:
        return reader.texts(
            "I do not ask about {name} any more. You can answer in its details.", name=name
        )
    return reader.texts(
        "Everything about {name} is answered. You can correct it in its details.", name=name
    )


def not_open_to(prospect: Prospect, action: Action, now_true: str, texts: Texts) -> str:
    """Return why an open prospect cannot be overridden now, or has no override to answer."""
    name = kit.markup_name(prospect.facts.name)
    if action is Action.APPROVE_OVERRIDE and prospect.request is not None:
        late = texts(
            "Nothing is left to override: {name} can be marked as won. Deny the request.", name=name
        )
    elif action is not Action.OVERRIDE:
        late = texts("There is nothing to answer any more about an override of {name}.", name=name)
    elif prospect.request is not None:
        late = texts("Somebody has asked for an override of {name} already.", name=name)
    else:
        late = texts("There is nothing to override: {name} can be marked as won.", name=name)
    return f"{late} {now_true}"


def nobody_approves(texts: Texts) -> str:
    """Return why an override cannot even be asked for, and who can change that."""
    return texts(
        "Nobody could approve this override: that takes a manager other than you, and there is "
        "none. Nothing was asked for. Ask whoever runs me to name another manager ({setting}), and "
        "go on then; or a manager switches the approval off in {command}.",
        setting="`MANAGERS`",
        command=f"`{ids.COMMAND} settings`",
    )


def kill_date_passed(prospect: Prospect, texts: Texts) -> str:
    """Return why an override cannot be approved any more."""
    request = prospect.request
    day = "" if request is None else texts.date(request.grounds.kill_on)
    return texts(
        "The kill date of this override has passed ({date}): it would be over at once. Deny it; "
        "another override of {name} can be asked for, with a later date.",
        date=day,
        name=kit.markup_name(prospect.facts.name),
    )
