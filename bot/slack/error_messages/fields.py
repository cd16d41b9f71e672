"""What is wrong with a field, as a plain sentence that stands beside it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from bot.domain import errors
from bot.slack.error_messages import overrides
from bot.slack.texts import Texts, marked

_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **overrides.FIELDS,
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
