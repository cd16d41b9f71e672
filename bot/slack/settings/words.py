"""Each setting's name, its field's label, and its value in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, assert_never

from babel import Locale

from bot.domain.checklist.placeholders import NICHE
from bot.domain.days_off import DayOfYear, ListedDays
from bot.domain.retention import NEVER
from bot.domain.settings.fields import LONGEST_REFERRAL, MOST_REFERRALS, OFF, ON
from bot.domain.settings.table import NumberSetting, Page, SettingId
from bot.domain.workspace import OverrideApproval, is_user_group
from bot.slack import kit
from bot.slack.texts import Texts, marked

PAGES: Mapping[Page, str] = MappingProxyType(
    {
        Page.WHO: marked("Who and where"),
        Page.WHEN: marked("When"),
        Page.RULES: marked("Rules"),
        Page.WORDS: marked("Words"),
        Page.DATA: marked("Data"),
    }
)
APPROVALS: Mapping[OverrideApproval, str] = MappingProxyType(
    {
        OverrideApproval.NONE: marked("Only repeated ones"),
        OverrideApproval.MANAGER: marked("Yes, every one"),
    }
)
SWITCHES: Mapping[str, str] = MappingProxyType({OFF: marked("No"), ON: marked("Yes")})
_APPROVALS_STORED: Mapping[OverrideApproval, str] = MappingProxyType(
    {
        OverrideApproval.NONE: marked("only repeated ones"),
        OverrideApproval.MANAGER: marked("every one"),
    }
)
_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "bank": marked("Banks' days off"),
        "catholic": marked("Catholic"),
        "christian": marked("Christian"),
        "government": marked("Government offices' days off"),
        "hebrew": marked("Jewish"),
        "hindu": marked("Hindu"),
        "islamic": marked("Muslim"),
        "optional": marked("Optional"),
        "orthodox": marked("Orthodox"),
    }
)


@dataclass(frozen=True, slots=True)
class SettingWords:
    """The words of a setting."""

    name: str
    """Short, as in the sentence that tells of a change."""
    question: str
    """Above its field."""
    hint: str | None = None


_WHO: Mapping[SettingId, SettingWords] = MappingProxyType(
    {
        SettingId.VERDICT_CHANNEL: SettingWords(
            marked("Channel"),
            marked("Which channel gets the verdicts?"),
            marked("Invite me there first, with /invite @Walkaway."),
        ),
        SettingId.MANAGERS: SettingWords(
            marked("Managers"),
            marked("Who are the managers?"),
            marked("They're told what stays undecided, and can change these settings."),
        ),
        SettingId.LANGUAGE: SettingWords(
            marked("Language"),
            marked("Which language is used in the channel?"),
            marked("Private messages come in each member's own."),
        ),
        SettingId.FORGET_AFTER: SettingWords(
            marked("Delete decided prospects"),
            marked(
                "When should I delete names, texts and amounts of prospects you walked away "
                "from or lost, and of former clients?"
            ),
            marked(
                "Entries from memory too. Reports still count them. I'll tell the channel "
                "before the first time."
            ),
        ),
        SettingId.ZONE: SettingWords(
            marked("Time zone"),
            marked("Which time zone are you in?"),
            marked("Like Europe/Berlin. Members have their own, from Slack."),
        ),
        SettingId.CURRENCY: SettingWords(
            marked("Currency"), marked("Currency of expected values, like EUR")
        ),
        SettingId.WEEKDAYS: SettingWords(
            marked("Working days"),
            marked("Which days do you work on?"),
            marked(
                "Only these bring reminders and count towards due dates. Dates already set stay."
            ),
        ),
    }
)
_WHEN: Mapping[SettingId, SettingWords] = MappingProxyType(
    {
        SettingId.OPENING: SettingWords(
            marked("Start of work"),
            marked("When does your working day start?"),
            marked("Reminders come within the hour after that, in each member's time zone."),
        ),
        SettingId.CLOSING: SettingWords(
            marked("End of work"), marked("When does your working day end?")
        ),
        SettingId.COUNTRY: SettingWords(
            marked("Country and region"),
            marked("Which country's public holidays do you get?"),
            marked("A country and its region, like DE-BY. Empty: none."),
        ),
        SettingId.OBSERVED: SettingWords(
            marked("Extra holidays"),
            marked("Which of these holidays do you have off?"),
        ),
        SettingId.FREE_DAYS: SettingWords(
            marked("More days off"),
            marked("Which other days do you have off?"),
            marked("“24 Dec” comes every year, “2 Jan 2027” only once."),
        ),
        SettingId.WORKED_DAYS: SettingWords(
            marked("Holidays you work on"),
            marked("Which holidays do you work on?"),
            marked("Same format as above."),
        ),
    }
)
_RULES: Mapping[SettingId, SettingWords] = MappingProxyType(
    {
        SettingId.OVERRIDE_APPROVAL: SettingWords(
            marked("Override approval"),
            marked("Do overrides need a manager's approval?"),
            marked("Open requests can still be answered."),
        ),
        SettingId.APPROVAL_FROM: SettingWords(
            marked("Value that needs approval"),
            marked("At what expected value do overrides start to need approval?"),
            marked("An amount in your currency, like 50k. Empty: the value doesn't matter."),
        ),
        SettingId.WALK_AWAY_WITHIN: SettingWords(
            marked("Time to walk away"),
            marked("Working days to carry out a “walk away”"),
        ),
        SettingId.SIGN_OF_LIFE_GIVES: SettingWords(
            marked("Time after a sign of life"),
            marked("Working days to decide after a sign of life"),
        ),
        SettingId.NUDGES: SettingWords(
            marked("Reminders per prospect"),
            marked("Reminders before managers are told"),
        ),
        SettingId.NUDGE_EVERY: SettingWords(
            marked("Days between reminders"),
            marked("Working days between two reminders"),
        ),
        SettingId.MESSAGES_A_WEEK: SettingWords(
            marked("Reminder messages a week"),
            marked("Reminder messages a week, at most"),
            marked("Per member, and never two a day."),
        ),
        SettingId.PROSPECTS_IN_ONE: SettingWords(
            marked("Prospects in a reminder"),
            marked("Prospects in one reminder, at most"),
        ),
        SettingId.SNOOZE_CHOICES: SettingWords(
            marked("Snooze for"),
            marked("Snooze choices for owners, in working days"),
            marked("Up to 5 numbers, like 1, 3, 5."),
        ),
        SettingId.SNOOZES: SettingWords(
            marked("Snoozes per due date"),
            marked("How many times can an owner snooze a prospect?"),
            marked("Per due date. 0: never."),
        ),
        SettingId.LONGEST_SNOOZE: SettingWords(
            marked("Longest snooze by a manager"),
            marked("Working days a manager can snooze a prospect, at most"),
        ),
        SettingId.TALKED_INTO_IT_FROM: SettingWords(
            marked("Chases before the warning"),
            marked("After how many chases should I say you're talking them into it?"),
        ),
        SettingId.ASK_AFTER: SettingWords(
            marked("Time until I ask “Still open?”"),
            marked("Working days without news until I ask “Still open?”"),
            marked("Only for “pursue”. I'll ask again after the same number of days."),
        ),
        SettingId.ASKED_IN_ONE: SettingWords(
            marked("“Still open?” per message"),
            marked("Prospects I ask about in one message, at most"),
        ),
        SettingId.ASKED_IN_VAIN: SettingWords(
            marked("Times I ask before managers are told"),
            marked("How many times in a row do I ask “Still open?” before managers are told?"),
        ),
        SettingId.BACKSTOP_AFTER: SettingWords(
            marked("Undecided for long after"),
            marked("Working days past the first due date before managers are told"),
            marked("No matter what's done in the meantime."),
        ),
        SettingId.BACKSTOP_EVERY: SettingWords(
            marked("Undecided for long, again after"),
            marked("Working days until managers are told again"),
        ),
        SettingId.LONG_PAUSE: SettingWords(
            marked("Managers told of pauses over"),
            marked("Working days a pause can last before managers are told"),
        ),
        SettingId.COUNTED_FROM: SettingWords(
            marked("Card shows counts from"),
            marked("How many signs of life until the card shows a count?"),
            marked("The same goes for hand-overs and chases."),
        ),
        SettingId.GOES_ON_WITHIN: SettingWords(
            marked("Re-screening keeps the first due date for"),
            marked(
                "For how many working days after a decision does re-screening keep the first due "
                "date?"
            ),
            marked("“Undecided for long” counts from it. After that, the count starts over."),
        ),
        SettingId.STOOD_WITHIN: SettingWords(
            marked("Suggestion left out for"),
            marked(
                "For how many working days after “Undecided for long” do I leave out my "
                "suggestion to walk away?"
            ),
            marked("So managers don't get the same prospect twice."),
        ),
        SettingId.DIGEST_ROWS: SettingWords(
            marked("Undecided in the digest"),
            marked("Undecided prospects in the weekly digest, at most"),
        ),
        SettingId.BLOCKS_AGAIN_AFTER: SettingWords(
            marked("Charts and tables retried after"),
            marked("Days until I retry what Slack refused to show"),
            marked("Some workspaces don't have charts, tables or folded parts yet."),
        ),
        SettingId.OVERRIDES_FROM: SettingWords(
            marked("First override that always needs approval"),
            marked("Which override in a row always needs approval?"),
            marked("So does every later one. The card shows the count."),
        ),
        SettingId.REQUEST_AGAIN_AFTER: SettingWords(
            marked("Managers asked again after"),
            marked("Working days until I ask about an override again"),
        ),
        SettingId.REQUEST_LAPSES_AFTER: SettingWords(
            marked("Time to approve"),
            marked("Working days to answer an override request"),
        ),
        SettingId.KILL_WITHIN: SettingWords(
            marked("Latest check-in date"),
            marked("Days until the check-in date, at most"),
        ),
        SettingId.FIGURES_PER_PERSON: SettingWords(
            marked("Figures per person"),
            marked("Do managers see figures per person?"),
            marked(
                "The weekly digest then names who was fastest to say no. Everyone sees their own "
                "either way."
            ),
        ),
    }
)
_WORDS: Mapping[SettingId, SettingWords] = MappingProxyType(
    {
        SettingId.NICHE: SettingWords(
            marked("Niche"),
            marked("What's your niche?"),
            marked("In your own words. A checklist quotes them where it says {placeholder}."),
        ),
        SettingId.REFERRALS: SettingWords(
            marked("Referrals"),
            marked("Who do you refer prospects to?"),
            marked(
                "One per line: name, comma, what they're good at. At most {most} lines, "
                "{longest} characters on each side of the comma."
            ),
        ),
        SettingId.COST_OF_AN_HOUR: SettingWords(
            marked("Cost of an hour"),
            marked("What does an unplanned hour cost you?"),
            marked("In your currency. With it, the report shows what overrides cost."),
        ),
    }
)
WORDS: Mapping[SettingId, SettingWords] = MappingProxyType({**_WHO, **_WHEN, **_RULES, **_WORDS})
"""The words of every setting, still to be translated."""


_NAMED = 3
"""Referrals that are named where there is little room."""


def name_of(it: SettingId, texts: Texts) -> str:
    """Return a setting's name."""
    return texts(WORDS[it].name)


def hint_of(it: SettingId, texts: Texts) -> str | None:
    """Return the hint under its field."""
    hint = WORDS[it].hint
    if hint is None:
        return None
    return texts(hint, most=MOST_REFERRALS, longest=LONGEST_REFERRAL, placeholder=f"{{{NICHE}}}")


def category_word(category: str, texts: Texts) -> str:
    """Return the name of a category of holidays."""
    known = _CATEGORIES.get(category)
    return category.replace("_", " ").capitalize() if known is None else texts(known)


def months_word(months: str, texts: Texts) -> str:
    """Return after how long something is forgotten, in words."""
    if months == NEVER:
        return texts("Never")
    return texts("{n} months after the decision", n=months)


def language_word(language: str, texts: Texts) -> str:
    """Return a language's name."""
    name = Locale(language).get_display_name(texts.language) or language
    return name[:1].upper() + name[1:]


def days_typed(days: ListedDays, texts: Texts) -> list[str]:
    """Return listed days as people type them."""
    yearly = [_in_year(each, texts) for each in sorted(days.yearly)]
    return yearly + [texts.date_typed(each) for each in sorted(days.dates)]


def numbers_typed(numbers: Iterable[int]) -> str:
    """Return several numbers as people type them."""
    return ", ".join(map(str, numbers))


def value_text(  # noqa: C901 - a table: one case for each kind of value
    it: SettingId, value: Any, texts: Texts
) -> str:
    """Return a stored value as it reads after its setting's name, as markup."""
    none, unset = texts("none"), texts("not set")
    match it:
        case SettingId.VERDICT_CHANNEL:
            return f"<#{kit.escape(value)}>" if value else unset
        case SettingId.MANAGERS:
            return ", ".join(_mention(each) for each in value) or none
        case SettingId.LANGUAGE:
            return language_word(value, texts)
        case SettingId.FORGET_AFTER:
            return months_word(value, texts)
        case SettingId.WEEKDAYS:
            return _weekdays(value, texts)
        case SettingId.OBSERVED:
            return texts.listed([category_word(each, texts) for each in value]) or none
        case SettingId.FREE_DAYS | SettingId.WORKED_DAYS:
            return texts.listed(days_typed(ListedDays.restored(value), texts)) or none
        case SettingId.OVERRIDE_APPROVAL:
            return texts(_APPROVALS_STORED[OverrideApproval(value)])
        case SettingId.APPROVAL_FROM | SettingId.COST_OF_AN_HOUR:
            return unset if value is None else texts.amount(Decimal(value))
        case SettingId.FIGURES_PER_PERSON:
            return texts(SWITCHES[value])
        case SettingId.SNOOZE_CHOICES:
            return numbers_typed(value)
        case SettingId.REFERRALS:
            names = [kit.escape(each.partition(",")[0]) for each in value[:_NAMED]]
            left_out = len(value) - _NAMED
            more = [texts.plural("{n} more", "{n} more", left_out)] if left_out > 0 else []
            return texts.listed(names + more) or none
        case (
            SettingId.ZONE
            | SettingId.CURRENCY
            | SettingId.OPENING
            | SettingId.CLOSING
            | SettingId.COUNTRY
            | SettingId.NICHE
        ):
            return kit.escape(str(value)) if value else unset
        case _:
            return _number_text(it, value, texts)


def _number_text(it: NumberSetting, value: int, texts: Texts) -> str:
    """Return a number with its unit, unless the setting's name has it."""
    match it:
        case (
            SettingId.SIGN_OF_LIFE_GIVES
            | SettingId.WALK_AWAY_WITHIN
            | SettingId.LONGEST_SNOOZE
            | SettingId.ASK_AFTER
            | SettingId.BACKSTOP_AFTER
            | SettingId.BACKSTOP_EVERY
            | SettingId.LONG_PAUSE
            | SettingId.NUDGE_EVERY
            | SettingId.GOES_ON_WITHIN
            | SettingId.STOOD_WITHIN
            | SettingId.REQUEST_AGAIN_AFTER
            | SettingId.REQUEST_LAPSES_AFTER
        ):
            return texts.plural("{n} working day", "{n} working days", value)
        case SettingId.BLOCKS_AGAIN_AFTER:
            return texts.plural("{n} day", "{n} days", value)
        case SettingId.KILL_WITHIN:
            return texts.plural("{n} day ahead", "{n} days ahead", value)
        case (
            SettingId.SNOOZES
            | SettingId.TALKED_INTO_IT_FROM
            | SettingId.ASKED_IN_ONE
            | SettingId.ASKED_IN_VAIN
            | SettingId.COUNTED_FROM
            | SettingId.NUDGES
            | SettingId.MESSAGES_A_WEEK
            | SettingId.PROSPECTS_IN_ONE
            | SettingId.DIGEST_ROWS
            | SettingId.OVERRIDES_FROM
        ):
            return str(value)
        case _:
            assert_never(it)


def _mention(manager: str) -> str:
    return f"<!subteam^{manager}>" if is_user_group(manager) else f"<@{kit.escape(manager)}>"


def _in_year(day: DayOfYear, texts: Texts) -> str:
    return texts.day_of_year_typed(day.month, day.day)


def _weekdays(numbers: Sequence[int], texts: Texts) -> str:
    """Name days of the week, in order; three or more in a row by the first and the last."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and last - first == len(numbers) - 1:
        return texts("{first} to {last}", first=texts.weekday(first), last=texts.weekday(last))
    return texts.listed([texts.weekday(each) for each in numbers])
