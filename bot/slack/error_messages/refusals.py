"""Each refusal as a sentence: what is true now, and what to do next.

The sentences beside a field are in `parts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain import errors
from bot.domain.people import Action
from bot.domain.prospects import Prospect, Stage
from bot.slack import kit
from bot.slack.card import overrides, wording
from bot.slack.error_messages import parts
from bot.slack.payloads import ids
from bot.slack.texts import Texts, marked


def sentence(error: Exception, texts: Texts, *, zone: ZoneInfo, today: date) -> str:
    """Return the sentence for a refusal, as markup, on the reader's date.

    Raises KeyError for anything that isn't a refusal of ours; ``unknown`` handles those.
    """
    return _SENTENCES[type(error)](error, _Viewer(texts, zone, today))


def outdated(texts: Texts) -> str:
    """Return the sentence for a button or view that this version doesn't know, as markup."""
    return texts(
        "This button is from an older version. Open the newest card, or start again with "
        "{command}.",
        command=f"`{ids.COMMAND}`",
    )


def too_late(texts: Texts) -> str:
    """Return the sentence for when Slack no longer waited for our modal, as markup."""
    return texts("That took too long for Slack. Try again.")


def slow_database(texts: Texts, *, may_be_done: bool) -> str:
    """Return the sentence for a given-up database call, which may still commit, as markup."""
    if may_be_done:
        return texts(
            "My database is slow right now. In a minute, check if it worked. If not, try again: "
            "nothing is recorded twice."
        )
    return texts("My database is slow right now. Try again in a minute.")


def overtaken(error: errors.StaleClick, texts: Texts, *, zone: ZoneInfo, today: date) -> str:
    """Return the sentence for when others decided during a screening, as markup."""
    return " ".join(
        [
            texts(
                "{name} changed while you were screening it.",
                name=kit.markup_name(error.prospect.facts.name),
            ),
            _Viewer(texts, zone, today).now_true(error.prospect),
            texts("Your draft is saved: find it with {command}.", command=f"`{ids.COMMAND}`"),
        ]
    )


def unknown(reference: str, texts: Texts) -> str:
    """Return the sentence for an unforeseen error, as markup."""
    return texts(
        "Nothing was changed: I made a mistake. Try again. If it happens again, give your "
        "admin this reference: {reference}",
        reference=f"`{kit.escape(reference)}`",
    )


_ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Viewer:
    """The reader of the sentence: language, time zone and date."""

    texts: Texts
    zone: ZoneInfo
    today: date

    def now_true(self, prospect: Prospect) -> str:
        """Return where the prospect stands, and who decided it when."""
        if prospect.decision is None:
            is_open = self.texts(
                "{name} is open. The verdict: {verdict}.",
                name=kit.markup_name(prospect.facts.name),
                verdict=wording.verdict_word(prospect.verdict, self.texts),
            )
            overridden = overrides.now_true(prospect, self.texts, self.zone, self.today)
            return " ".join(filter(None, [is_open, overridden]))
        decision = prospect.decision
        moment = self.texts.moment(decision.at, self.zone, today=self.today)
        decided = wording.decision_markup(
            decision, self.texts, wording.mention(decision.by), moment
        )
        return f"{kit.markup_name(prospect.facts.name)}: {decided}"


def _stale(error: errors.StaleClick, reader: _Viewer) -> str:
    return " ".join(
        [
            reader.texts("This button is out of date: something has changed since."),
            reader.now_true(error.prospect),
            reader.texts("Open the card or my newest message to see what you can do now."),
        ]
    )


def _twice(error: errors.ClickedTwice, reader: _Viewer) -> str:
    return " ".join([reader.texts("That's done already."), reader.now_true(error.prospect)])


_HESITATING: Mapping[Action, str] = MappingProxyType(
    {
        Action.SIGN_OF_LIFE: marked(
            "A sign of life only counts while {name} is an undecided "
            "problem. The verdict: {verdict}."
        ),
        Action.CHASED: marked(
            "Chases only count while {name} is an undecided problem. The verdict: {verdict}."
        ),
        Action.SNOOZE: marked("{name} isn't overdue, so there's nothing to snooze."),
        Action.STILL_OPEN: marked("I'm not asking about {name} right now."),
    }
)


_NOTHING_TO_DECLINE = marked("A decline message is only for prospects you walked away from.")


def _wrong_stage(error: errors.WrongStage, reader: _Viewer) -> str:
    prospect = error.prospect
    if error.action is Action.CONDITION_MET and prospect.stage is Stage.OPEN:
        return reader.texts(
            "{name} has no condition left to meet.",
            name=kit.markup_name(prospect.facts.name),
        )
    if error.action in parts.ABOUT_OVERRIDES and prospect.stage is Stage.OPEN:
        now_true = reader.now_true(prospect)
        return parts.not_open_to(prospect, error.action, now_true, reader.texts)
    if error.action in _HESITATING and prospect.stage is Stage.OPEN:
        refused = reader.texts(
            _HESITATING[error.action],
            name=kit.markup_name(prospect.facts.name),
            verdict=wording.verdict_word(prospect.verdict, reader.texts),
        )
        overridden = overrides.now_true(prospect, reader.texts, reader.zone, reader.today)
        return " ".join(filter(None, [refused, overridden]))
    if error.action is Action.UNDO:
        return reader.texts(
            "Nothing to undo: {name} is open.", name=kit.markup_name(prospect.facts.name)
        )
    if error.action is Action.END_CLIENT:
        name = kit.markup_name(prospect.facts.name)
        return " ".join(
            [reader.texts("{name} isn't a client.", name=name), reader.now_true(prospect)]
        )
    if prospect.stage is Stage.WON:
        hint = reader.texts("Not a client any more? Choose “Mark as former client” on the card.")
    else:
        hint = reader.texts("To change that, undo the decision or re-screen the prospect.")
    if error.action is Action.DECLINE_MESSAGE:
        return " ".join([reader.now_true(prospect), reader.texts(_NOTHING_TO_DECLINE)])
    decided = reader.texts("Already decided.")
    return " ".join([decided, reader.now_true(prospect), hint])


def _not_winnable(error: errors.NotWinnable, reader: _Viewer) -> str:
    texts, prospect = reader.texts, error.prospect
    name = kit.markup_name(prospect.facts.name)
    if prospect.unmet:
        missing = prospect.unmet[0]
        return texts(
            "{name} can't be marked as won yet: the condition “{what}” (due {date}) isn't "
            "met. Mark it as met, pursue anyway with an override, or walk away.",
            name=name,
            what=wording.quote_line_markup(missing.what),
            date=texts.day(missing.due, reader.today),
        )
    return texts(
        "{name} can't be marked as won on this verdict: {verdict}. Re-screen it if you know "
        "more now, pursue it anyway with an override, or walk away.",
        name=name,
        verdict=wording.verdict_word(prospect.verdict, texts),
    )


def _undo_too_late(error: errors.UndoTooLate, reader: _Viewer) -> str:
    """Name the last minute, not the midnight after it, which reads as another day."""
    texts = reader.texts
    if error.is_asked:
        return texts(
            "Too late to undo: I've already asked how {name} turned out. If they aren't a "
            "client any more, choose “Mark as former client” on the card.",
            name=kit.markup_name(error.prospect.facts.name),
        )
    late = texts(
        "Too late to undo: that was possible until {moment}.",
        moment=texts.moment(error.until - _ONE_MINUTE, reader.zone, today=reader.today),
    )
    if error.prospect.stage is Stage.WON:
        hint = texts("A manager can still undo it.")
    else:
        hint = texts("You can re-screen the prospect instead.")
    return f"{late} {hint}"


def _nothing_to_hand_over(error: errors.NothingToHandOver, reader: _Viewer) -> str:
    owner = wording.mention(error.owner)
    if error.is_back:
        return reader.texts(
            "{owner} is back and can decide. Hand prospects over one by one, on their cards.",
            owner=owner,
        )
    return reader.texts(
        "{owner} has no open prospects any more: they were handed over or decided.",
        owner=owner,
    )


def _snooze_refused(error: errors.SnoozeRefused, reader: _Viewer) -> str:
    return reader.texts(
        "Decide about {name}, or ask a manager to leave it as it is. You can't snooze it again.",
        name=kit.markup_name(error.prospect.facts.name),
    )


def _answers(_: errors.AnswersRejected, reader: _Viewer) -> str:
    return reader.texts("Some answers don't fit. Correct them and continue.")


def _fixed(message: str) -> Callable[[Any, _Viewer], str]:
    """Return a sentence that needs nothing from its error."""
    return lambda _, reader: reader.texts(message, command=f"`{ids.COMMAND}`")


_BROKEN_CHECKLIST = _fixed(
    marked(
        "Show this to your admin: the checklist has no verdict for these answers. Your draft is "
        "saved: find it with {command}."
    )
)
_BROKEN_SETTINGS = _fixed(
    marked("{command} doesn't work right now: there's a mistake in my settings. Tell your admin.")
)

_SENTENCES: Mapping[type, Callable[[Any, _Viewer], str]] = MappingProxyType(
    {
        errors.AnswersRejected: _answers,
        errors.ChecklistRejected: _BROKEN_SETTINGS,
        errors.ChecklistRefused: lambda error, reader: parts.checklist_refused(error, reader.texts),
        errors.ExportedRecently: lambda error, reader: reader.texts.plural(
            "Try again in {n} minute. Everything was exported just now.",
            "Try again in {n} minutes. Everything was exported just now.",
            max(1, int(error.again_after.total_seconds()) // 60),
        ),
        errors.WebhookGone: lambda _, reader: reader.texts(
            "Someone removed this webhook. Reopen the settings to see what's left."
        ),
        errors.FileFailed: lambda error, reader: parts.file_failed(error, reader.texts),
        errors.NoVerdict: _BROKEN_CHECKLIST,
        errors.UnknownCountry: _BROKEN_SETTINGS,
        errors.UnknownRegion: _BROKEN_SETTINGS,
        errors.NotAllowed: lambda error, reader: parts.not_allowed(error, reader.texts),
        errors.NotFullMember: lambda error, reader: parts.not_full_member(error, reader.texts),
        errors.StaleClick: _stale,
        errors.ClickedTwice: _twice,
        errors.WrongStage: _wrong_stage,
        errors.NotWinnable: _not_winnable,
        errors.KillDatePassed: parts.kill_date_passed,
        errors.NotSetUp: lambda error, reader: parts.not_set_up(
            error.gaps, error.managers, reader.texts
        ),
        errors.ChannelHidden: lambda _, reader: reader.texts(
            "Slack was slow. Try again in a minute."
        ),
        errors.NotPermitted: lambda error, reader: reader.texts(
            "Ask your admin to add the scope {scope} to Walkaway and reinstall the app.",
            scope=f"`{kit.escape(error.permission)}`",
        ),
        errors.NobodyApproves: parts.nobody_approves,
        errors.ApprovalBarred: parts.approval_barred,
        errors.UndoTooLate: _undo_too_late,
        errors.SnoozeRefused: _snooze_refused,
        errors.OutcomeGone: parts.gone,
        errors.TooEarlyToJudge: parts.too_early,
        errors.OutcomeAlreadyAnswered: parts.answered,
        errors.OutcomeSettled: parts.settled,
        errors.NothingToHandOver: _nothing_to_hand_over,
        errors.UnknownProspect: _fixed(
            marked("That prospect is gone. Start again with {command}.")
        ),
        errors.DraftGone: _fixed(marked("This screening is gone. Start again with {command}.")),
        errors.NothingToDiscard: _fixed(marked("This draft is already gone.")),
        errors.NotYourDraft: _fixed(
            marked(
                "Only the person who began this screening can resume or discard it. Start your "
                "own: {command}"
            )
        ),
        errors.DraftTakenUp: lambda error, reader: reader.texts(
            "{who} is working on this draft already.", who=wording.mention(error.by)
        ),
        errors.DraftFiled: _fixed(
            marked("You've already submitted this screening. The verdict is on its card.")
        ),
        errors.ProspectChanged: _fixed(
            marked("Someone else just changed this prospect. Check the card, and try again.")
        ),
        errors.DirectoryUnavailable: _fixed(marked("Slack was slow. Try again in a minute.")),
    }
)
