"""Parts of the refusals: missing rights, wrong fields, outcomes and overrides."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from bot.domain import errors
from bot.domain.decisions import RULES
from bot.domain.outcomes.outcome import ask_of
from bot.domain.people import Action, MemberId, OtherAction, Outsider, Role
from bot.domain.prospects import Prospect
from bot.domain.settings.table import SettingId
from bot.domain.workspace import is_user_group
from bot.slack import kit
from bot.slack.card import actions, wording
from bot.slack.card.outcomes import choice_word, question
from bot.slack.texts import Texts, marked

ABOUT_OVERRIDES = frozenset({Action.OVERRIDE, Action.APPROVE_OVERRIDE, Action.DENY_OVERRIDE})


def not_allowed(error: errors.NotAllowed, texts: Texts) -> str:
    """Return who may do what somebody else tried to do, as markup."""
    if error.nobody_manages:
        return _nobody_manages(texts)
    if error.action is OtherAction.CHANGE_SETTINGS:
        return texts("Only managers can change the settings. Ask one of them.")
    if error.action is OtherAction.CHANGE_CHECKLISTS:
        return texts("Only managers can change the checklists. Ask one of them.")
    if error.action is OtherAction.CHANGE_WEBHOOKS:
        return texts("Only managers can change the webhooks. Ask one of them.")
    refusal = None if error.owner is None else actions.refusal(error.action)
    if error.owner is None or refusal is None:
        return texts("You can't do this. Ask a manager.")
    owner, name = wording.mention(error.owner), kit.markup_name(error.name)
    sentence = texts(refusal, owner=owner, name=name)
    if Role.OWNER not in RULES[error.action].roles:
        return sentence
    return " ".join([sentence, texts("Talk to them.")])


_CHECKLISTS: Mapping[errors.ChecklistRefusal, str] = MappingProxyType(
    {
        errors.ChecklistRefusal.SHIPPED_ID: marked(
            "Give the checklist another id. “{id}” is one of Walkaway's own, and this content "
            "differs."
        ),
        errors.ChecklistRefusal.SAME: marked(
            "Nothing to do. You already use exactly this checklist."
        ),
        errors.ChecklistRefusal.TOO_MANY: marked(
            "Retire a checklist first. You can use {limit} at a time."
        ),
        errors.ChecklistRefusal.CHANGED_MEANWHILE: marked(
            "Check this checklist again before you change it. {who} just changed it."
        ),
        errors.ChecklistRefusal.IS_DEFAULT: marked(
            "Make another checklist the default first. The default can't be retired."
        ),
        errors.ChecklistRefusal.UNKNOWN: marked("You don't use this checklist any more."),
        errors.ChecklistRefusal.NEVER_USED: marked("You've never used this checklist."),
    }
)


def checklist_refused(error: errors.ChecklistRefused, texts: Texts) -> str:
    """Return why the checklists can't be changed that way, as markup."""
    return texts(
        _CHECKLISTS[error.why],
        id=kit.escape(error.checklist_id),
        limit=error.limit,
        who=texts("Your admin") if error.by is None else wording.mention(error.by),
    )


def file_failed(error: errors.FileFailed, texts: Texts) -> str:
    """Return why a file didn't arrive, and what to do, as markup."""
    match error.why:
        case errors.FileTrouble.NOT_ALLOWED:
            scope = f"`{kit.escape(error.scope or 'files:read')}`"
            return texts(
                "Ask your admin to add {scope} to the app and reinstall it. Then try again.",
                scope=scope,
            )
        case errors.FileTrouble.GONE:
            return texts("Upload the file again. It was deleted in Slack.")
        case errors.FileTrouble.TOO_LARGE:
            return texts("Choose a smaller file. {limit} kB are allowed.", limit=error.most // 1000)
        case errors.FileTrouble.AWAY:
            return texts("Slack was slow. Try again in a minute.")
        case _:
            assert_never(error.why)


def not_set_up(gaps: Collection[str], managers: Sequence[str], texts: Texts) -> str:
    """Return what is missing before anything or all works, and who can name it, as markup."""
    settings = kit.commands.shown(kit.commands.SETTINGS, texts)
    if managers:
        return texts(
            "Walkaway needs a channel for its verdicts. {managers} can choose one with {settings}.",
            managers=", ".join(_manager(each) for each in managers),
            settings=settings,
        )
    if SettingId.VERDICT_CHANNEL in gaps:
        return texts(
            "Walkaway needs a channel for its verdicts, and managers. An admin or owner of this "
            "Slack workspace can name them with {settings}.",
            settings=settings,
        )
    return _nobody_manages(texts)


def _nobody_manages(texts: Texts) -> str:
    return texts(
        "Walkaway has no managers yet, so no one is told what stays undecided. An admin or "
        "owner of this Slack workspace can name them with {settings}.",
        settings=kit.commands.shown(kit.commands.SETTINGS, texts),
    )


def _manager(manager: str) -> str:
    if is_user_group(manager):
        return f"<!subteam^{kit.escape(manager)}>"
    return wording.mention(MemberId(manager))


_OUTSIDERS: Mapping[Outsider, str] = MappingProxyType(
    {
        Outsider.GUEST: marked(
            "You're a guest here, and guests can't screen prospects or decide. Ask a colleague."
        ),
        Outsider.FOREIGN: marked(
            "You're from another organisation. Only members of this workspace can screen "
            "prospects and decide. Ask one of them."
        ),
        Outsider.BOT: marked("Bots can't screen prospects or decide. A member has to."),
        Outsider.DEACTIVATED: marked(
            "Your Slack account is deactivated, so you can't screen prospects or decide."
        ),
        Outsider.UNKNOWN: marked(
            "Slack doesn't show me who you are. Only members of this workspace can screen "
            "prospects and decide. Ask one of them."
        ),
    }
)


def not_full_member(error: errors.NotFullMember, texts: Texts) -> str:
    """Return why somebody may do nothing here, and whom to ask instead."""
    return texts(_OUTSIDERS[error.why])


_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "not_ahead": marked("Choose a later check-in date: {earliest} at the earliest."),
        "no_working_day": marked("{day} isn't a working day. The next one is {next}."),
        "nobody_approves_until": marked(
            "Name another manager first. You removed one, so this needs someone else's "
            "approval until the end of {day}, and no one else can give it."
        ),
        "kill_too_late": marked("Choose a day within {days} days: {latest} at the latest."),
        "missing": marked("Answer this question."),
        "remembered_before": marked(
            "Enter another name. {name} is already in, and each counts once."
        ),
        "screened_before": marked(
            "Enter another name. {name} was screened here and already counts."
        ),
        "no_verdict": marked(
            "Leave this one out: the checklist needs a text or a date that isn't asked for here."
        ),
        "not_asked": marked("Leave this empty. It isn't asked any more."),
        "unknown_question": marked("This is no longer asked. Start again."),
        "unknown_option": marked("This answer is no longer offered. Choose another."),
        "wrong_type": marked("I can't read this answer. Enter it again."),
        "line_too_long": marked(
            "Shorten line {line}: at most {limit} characters on each side of the comma."
        ),
        "too_many_lines": marked("Keep it to {limit} lines. It has {count}."),
        "too_long": marked("Shorten it to {limit} characters. It has {length}."),
        "changed_meanwhile": marked(
            "Nothing was saved: someone else changed this while your settings were open. "
            "Reopen the settings and change it there."
        ),
        "no_address": marked("Enter a web address, like https://example.com/hooks/walkaway."),
        "not_https": marked("Start it with https://. Others could read anything else on the way."),
        "has_credentials": marked(
            "Leave out the name and password in front of the @. I sign what I send instead."
        ),
        "address_inside": marked(
            "Enter an address on the open internet. This one is inside a private network; your "
            "admin can allow its host with {variable}."
        ),
        "address_taken": marked("This address has a webhook already. Remove that one first."),
        "too_many_webhooks": marked("Remove a webhook first. You can have {most}."),
        "no_weekday": marked("Choose at least one day."),
        "not_so_many": marked("Enter 1 to {most} numbers, like 1, 3, 5."),
        "not_in_range": marked("Enter a whole number from {least} to {most}."),
        "too_many": marked("List at most {most} days."),
        "unreadable_day": marked("I can't read “{typed}”. Write it like 24 Dec or 2 Jan 2027."),
        "in_both_lists": marked("This day is also one of your days off. Keep one of the two."),
        "closes_too_early": marked("Choose a later time, at least an hour after the start."),
        "unknown_country": marked("I don't know “{typed}”. Write its two letters, like DE or AT."),
        "unknown_region": marked("Choose one of these regions of {country}: {known}."),
        "unknown_zone": marked("I don't know this time zone. Write it like Europe/Berlin."),
        "unknown_currency": marked("I don't know this currency. Write its code, like EUR."),
        "no_manager": marked(
            "Name at least one manager who isn't a guest. Someone has to be able to change these "
            "settings."
        ),
        "unknown_manager": marked("I can't find {typed}. Choose a member, or a group's id (S…)."),
        "managers_unknown": marked("Slack didn't tell me who they are. Try again in a minute."),
        "not_permitted": marked(
            "Ask your admin to add the scope {scope} to Walkaway and reinstall the app."
        ),
        "channel_not_found": marked("I can't see this channel. Invite me with /invite @Walkaway."),
        "channel_not_joined": marked("I'm not in this channel. Invite me with /invite @Walkaway."),
        "channel_archived": marked("This channel is archived. Choose another."),
        "channel_read_only": marked(
            "I'm not allowed to post there. Allow it in Slack, or choose another channel."
        ),
        "channel_shared": marked(
            "Another organisation reads this channel. Choose another channel, or tick “Yes” below."
        ),
        "channel_hidden": marked(
            "Ask your admin to add channels:read (groups:read for a private channel) to the app "
            "and reinstall it. I can't check this channel otherwise."
        ),
        "slack_slow": marked("Slack was slow. Try again in a minute."),
        "unreadable": marked("There's a character in it that I can't store. Leave it out."),
        "not_a_date": marked("That isn't a day. Choose one from the calendar."),
        "too_early": marked("That day is over. The earliest is {earliest}."),
        "too_late": marked("That's too far ahead. The latest is {latest}."),
        "no_number": marked("Enter a number, like 12 or 0.5, with at most 4 decimals."),
        "too_small": marked("Enter {least} or more."),
        "too_big": marked("Enter {most} or less."),
        "future": marked("Choose today or an earlier day: {latest} at the latest."),
        "before_win": marked(
            "They weren't a client before {earliest}. Choose that day or a later one."
        ),
        "empty_name": marked("Give the prospect a name."),
        "not_a_number": marked("Enter an amount, like 12,000, 12k or 1.5m."),
        "negative": marked("Enter an amount of zero or more."),
        "nobody_found": marked("Nothing here has that name. Check the spelling."),
        "other_name": marked("That doesn't match. Type the name exactly as above."),
        "same_owner": marked("They already own it. Choose someone else."),
        "too_large": marked("That's more than I can store. Enter a smaller amount."),
        "not_full_member": marked("Guests and bots can't own a prospect. Choose a member."),
        "unknown_member": marked("I can't find this person in Slack. Choose someone else."),
        "directory_unavailable": marked("Slack was slow. Try again in a minute."),
    }
)


def field_errors(rejected: errors.AnswersRejected, texts: Texts, *, today: date) -> dict[str, str]:
    """Return the sentence for beside each field, by block id."""
    return {problem.question: _field_error(problem, texts, today) for problem in rejected.problems}


def _field_error(problem: errors.AnswerProblem, texts: Texts, today: date) -> str:
    detail = {key: _shown(value, texts, today) for key, value in problem.detail.items()}
    return texts(_FIELDS[problem.code], **detail)


def _shown(value: object, texts: Texts, today: date) -> str:
    match value:
        case date():
            return texts.day(value, today)
        case Decimal():
            return texts.decimal(value)
        case tuple():
            return texts.listed(list(map(str, value)))
        case _:
            return str(value)


class Viewer(Protocol):
    """The reader of the sentence."""

    @property
    def texts(self) -> Texts:
        """The texts in their language."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone."""
        ...

    @property
    def today(self) -> date:
        """Today's date where they are."""
        ...

    def now_true(self, prospect: Prospect) -> str:
        """Return where the prospect stands, and who decided it when."""
        ...


def gone(error: errors.OutcomeGone, reader: Viewer) -> str:
    """Say that an end no longer stands."""
    nothing = reader.texts("There's nothing left to answer here.")
    return f"{nothing} {reader.now_true(error.prospect)}"


def too_early(error: errors.TooEarlyToJudge, reader: Viewer) -> str:
    """Say from when on a second judge can answer."""
    return reader.texts(
        "You can say how {name} turned out from {day} on.",
        name=kit.markup_name(error.prospect.facts.name),
        day=reader.texts.day(error.since, reader.today),
    )


def answered(error: errors.OutcomeAlreadyAnswered, reader: Viewer) -> str:
    """Say what was already answered, by whom and when."""
    texts, latest = reader.texts, error.latest
    known = texts(
        "“{question}” is already answered for {name}: {answer}, by {who} on {moment}.",
        name=kit.markup_name(error.prospect.facts.name),
        question=question(ask_of(latest.choice), texts),
        answer=choice_word(latest.choice, texts),
        who=wording.mention(latest.by),
        moment=texts.moment(latest.at, reader.zone, today=reader.today),
    )
    return " ".join([known, texts("To correct it, choose another answer.")])


def settled(error: errors.OutcomeSettled, reader: Viewer) -> str:
    """Say why there is nothing to postpone or refuse."""
    name = kit.markup_name(error.prospect.facts.name)
    if error.again_on is not None:
        day = reader.texts.day(error.again_on, reader.today)
        return reader.texts("I'll ask about {name} again on {day}.", name=name, day=day)
    if error.is_refused:
        return reader.texts(
            "I won't ask about {name} again. To answer anyway, open the details.", name=name
        )
    return reader.texts(
        "All answered for {name}. To correct an answer, open the details.", name=name
    )


def not_open_to(prospect: Prospect, action: Action, now_true: str, texts: Texts) -> str:
    """Return why an open prospect can't be overridden now, or has no override to answer."""
    name = kit.markup_name(prospect.facts.name)
    if action is Action.APPROVE_OVERRIDE and prospect.request is not None:
        late = texts(
            "No override needed: {name} can be marked as won. Deny the request.", name=name
        )
    elif action is not Action.OVERRIDE:
        late = texts("The override request for {name} is already closed.", name=name)
    elif prospect.request is not None:
        late = texts("An override for {name} is already requested.", name=name)
    else:
        late = texts("No override needed: {name} can be marked as won.", name=name)
    return f"{late} {now_true}"


def nobody_approves(error: errors.NobodyApproves, reader: Viewer) -> str:
    """Return why an override can't even be asked for, and who can change that."""
    texts = reader.texts
    return texts(
        "Name another manager with {command} first. You removed one, so an override of yours "
        "needs someone else's approval until the end of {day}, and no one else can give it.",
        command=kit.commands.shown(kit.commands.SETTINGS, texts),
        day=reader.texts.day(error.until, reader.today),
    )


def approval_barred(error: errors.ApprovalBarred, reader: Viewer) -> str:
    """Return why a manager can't approve for a while, and who can instead."""
    return reader.texts(
        "Another manager has to approve this. You removed a manager, so you can't approve until "
        "the end of {day}.",
        day=reader.texts.day(error.until, reader.today),
    )


def kill_date_passed(error: errors.KillDatePassed, reader: Viewer) -> str:
    """Return why an override can no longer be approved."""
    texts, prospect = reader.texts, error.prospect
    request = prospect.request
    day = "" if request is None else texts.day(request.grounds.kill_on, reader.today)
    return texts(
        "Deny it: the check-in date has passed ({date}), so the override would end at once. A "
        "new one for {name} can be requested with a later date.",
        date=day,
        name=kit.markup_name(prospect.facts.name),
    )
