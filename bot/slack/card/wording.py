"""The words that several views share: verdicts, stages, people, dates and conditions.

Functions named ``*_markup`` return escaped markup, the others plain text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.checklist.rules import Verdict
from bot.domain.decisions import ActionCounts
from bot.domain.people import Action, MemberId
from bot.domain.prospects import Decision, EndedBy, Prospect, has_passed, lapsed
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.texts import Texts, marked

LONGEST_QUOTE = 500
"""What is quoted of a typed text where there is little room; the details show all of it."""

LONGEST_CONDITION = 120
"""Of what a prospect has to bring, inside a sentence."""

_ENDED: Mapping[Action, str] = MappingProxyType(
    {
        Action.WALK_AWAY: marked("Walked away · {name} (verdict: {verdict})"),
        Action.WON: marked("Won · {name} (verdict: {verdict})"),
        Action.LOST: marked("Lost · {name} (verdict: {verdict})"),
        Action.END_CLIENT: marked("Former client · {name} (verdict: {verdict})"),
    }
)
_OVERRIDDEN: Mapping[bool, str] = MappingProxyType(
    {
        False: marked("{verdict}, pursued anyway · {name}"),
        True: marked("{verdict}, check-in date passed · {name}"),
    }
)
"""By whether its check-in date has passed."""


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """The words of a verdict."""

    sign: str
    """Stands beside words, never instead of them."""
    title: str
    word: str
    """Inside a sentence."""
    level: str
    """Of the alert with which the modal tells it, as Slack calls it."""
    alert: str


_REMINDERS: Mapping[int, str] = MappingProxyType(
    {
        1: marked("One reminder, no decision."),
        2: marked("Two reminders, no decision."),
        3: marked("Three reminders, no decision."),
    }
)


def reminders_without_decision(sent: int, most: int, texts: Texts) -> str:
    """Return that all reminders have been sent; `most` is their number by today's settings."""
    number = max(sent, most)
    if number in _REMINDERS:
        return texts(_REMINDERS[number])
    return texts("{n} reminders, no decision.", n=number)


def verdict_words(verdict: Verdict) -> VerdictWords:
    """Return a verdict's words, untranslated."""
    match verdict:
        case Verdict.PURSUE:
            return VerdictWords(
                "🟢",
                marked("Pursue"),
                marked("pursue"),
                "success",
                marked("Pursue: go for it"),
            )
        case Verdict.PROBLEM:
            return VerdictWords(
                "🟡",
                marked("Problem"),
                marked("problem"),
                "warning",
                marked("Problem: needs a decision"),
            )
        case Verdict.WALK_AWAY:
            return VerdictWords(
                "🔴",
                marked("Walk away"),
                marked("walk away"),
                "error",
                marked("Walk away: say no, kindly and soon"),
            )
        case _:
            assert_never(verdict)


def verdict_word(verdict: Verdict, texts: Texts) -> str:
    """Return the verdict as a word within a sentence."""
    return texts(verdict_words(verdict).word)


def headline(verdict: Verdict, name: str, texts: Texts, *, on_condition: bool) -> str:
    """Return sign, verdict and name, ready for the target surface."""
    told = signed(verdict, texts)
    if on_condition and verdict is Verdict.PURSUE:
        return texts("{verdict}, on condition · {name}", verdict=told, name=name)
    return f"{told} · {name}"


def ended_headline(decision: Decision, verdict: Verdict, name: str, texts: Texts) -> str:
    """Return how a prospect ended, its name and verdict, ready for the target surface."""
    return texts(_ENDED[decision.action], name=name, verdict=verdict_word(verdict, texts))


def standing_headline(prospect: Prospect, today: date, name: str, texts: Texts) -> str:
    """Return where a prospect stands on a day, and its name, ready for the target surface."""
    verdict = prospect.verdict
    if prospect.decision is not None:
        return ended_headline(prospect.decision, verdict, name, texts)
    if prospect.override is not None:
        is_over = has_passed(prospect.override, today)
        if verdict is Verdict.PURSUE and not is_over:
            told = signed(verdict, texts)
            return texts("{verdict}, with an override · {name}", name=name, verdict=told)
        return texts(_OVERRIDDEN[is_over], name=name, verdict=signed(verdict, texts))
    if verdict is Verdict.PURSUE and lapsed(prospect, today):
        told = signed(Verdict.PROBLEM, texts)
        return texts("{verdict}, condition lapsed · {name}", verdict=told, name=name)
    return headline(verdict, name, texts, on_condition=bool(prospect.unmet))


def signed(verdict: Verdict, texts: Texts) -> str:
    """Return the verdict with its sign, as in a title."""
    words = verdict_words(verdict)
    return f"{words.sign} {texts(words.title)}"


def mention(member_id: MemberId) -> str:
    """Return markup that shows a member's name and notifies them."""
    return f"<@{kit.escape(member_id)}>"


def named(member_id: MemberId, names: Mapping[str, str]) -> str:
    """Return a member's name as markup, or a mention if the name is unknown."""
    name = names.get(member_id)
    return mention(member_id) if name is None else kit.unstyled(name)


def who(member_id: MemberId, names: Mapping[str, str] | None) -> str:
    """Return a member as markup: the name, or without ``names`` a mention."""
    return mention(member_id) if names is None else named(member_id, names)


def moment(
    at: datetime,
    texts: Texts,
    zone: ZoneInfo | None,
    home: ZoneInfo,
    names: Mapping[str, str] | None,
    today: date | None = None,
) -> str:
    """Return day and time: in the reader's own zone, or as Slack shows it to each reader.

    With ``names``, text that is read aloud to everyone names the workspace's zone, its ``home``.
    """
    if zone is not None:
        return texts.moment(at, zone, today=today)
    if names is None:
        return texts.instant(at, home)
    return texts.moment(at, home, names_zone=True)


def value(overview: Overview, texts: Texts) -> str | None:
    """Return the expected value with its currency, as markup; None if it's unknown."""
    return None if overview.value is None else kit.escape(texts.money(*overview.value))


def counted(counts: ActionCounts, texts: Texts) -> Iterator[str]:
    """Return how often each thing has happened, in a few words each."""
    if counts.signs_of_life:
        yield texts.plural("{n} sign of life", "{n} signs of life", counts.signs_of_life)
    if counts.chases:
        yield texts.plural("{n} chase", "{n} chases", counts.chases)
    if counts.hand_overs:
        yield texts.plural("{n} hand-over", "{n} hand-overs", counts.hand_overs)
    if counts.overrides:
        yield texts.plural("{n} override", "{n} overrides", counts.overrides)
    if counts.screenings:
        yield texts.plural("{n} re-screening", "{n} re-screenings", counts.screenings)
    if counts.undone:
        yield texts.plural("{n} decision undone", "{n} decisions undone", counts.undone)
    if counts.snoozes:
        yield texts.plural("{n} snooze", "{n} snoozes", counts.snoozes)


def quote_markup(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return typed text, keeping its lines."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return kit.unstyled(kit.cut("\n".join(filter(None, lines)), longest))


def quoted_markup(text: str, texts: Texts) -> str:
    """Return typed text in quotation marks."""
    return texts("“{quote}”", quote=quote_markup(text))


def quote_line_markup(text: str, longest: int = LONGEST_QUOTE) -> str:
    """Return typed text on one line."""
    return kit.unstyled(kit.cut(" ".join(text.split()), longest))


def condition_markup(what: str, due: date, texts: Texts, today: date | None = None) -> str:
    """Return what the prospect has to bring, and by when; without ``today`` with the year."""
    day = texts.date(due) if today is None else texts.day(due, today)
    return texts("By {date}: {what}", date=day, what=quote_markup(what))


def decision_markup(decision: Decision, texts: Texts, who: str, moment: str) -> str:
    """Return the decision with who made it and when; ``who`` is markup."""
    match decision.action:
        case Action.WON:
            day = decision.day or decision.at.date()
            return texts(
                "Won on {day}, marked by {who} on {moment}.",
                day=texts.day(day, decision.at.date()),
                who=who,
                moment=moment,
            )
        case Action.LOST:
            sentence = texts(_lost(decision.ended_by), who=who, moment=moment)
        case Action.END_CLIENT:
            until = texts.day(decision.day or decision.at.date(), decision.at.date())
            sentence = texts(_ended(decision.ended_by), day=until, who=who, moment=moment)
        case _:
            sentence = texts("{who} walked away on {moment}.", who=who, moment=moment)
    if decision.sentence:
        sentence += " " + quoted_markup(decision.sentence, texts)
    return sentence


def _ended(ended_by: EndedBy | None) -> str:
    if ended_by is EndedBy.US:
        return marked("A client until {day}: we ended it. Marked by {who} on {moment}.")
    return marked("A client until {day}: they ended it. Marked by {who} on {moment}.")


def _lost(ended_by: EndedBy | None) -> str:
    match ended_by:
        case EndedBy.THEM:
            return marked("Lost: they ended it. Marked by {who} on {moment}.")
        case EndedBy.US:
            return marked("Lost: we ended it. Marked by {who} on {moment}.")
        case None:
            return marked("Lost, marked by {who} on {moment}.")
