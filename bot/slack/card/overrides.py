"""Overrides in words: on the card, in nudges, in the thread, and after a late click.

Everything here is escaped markup. Without ``names``, members are mentioned. The dialogs and private
messages of overrides are in `bot.slack.overrides`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.decisions import acts
from bot.domain.overrides import has_lapsed
from bot.domain.prospects import Fear, Grounds, Override, OverrideState, Prospect, Stage, has_passed
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import wording
from bot.slack.texts import Texts, marked

FEARS: Mapping[Fear, str] = MappingProxyType(
    {
        Fear.NO_OTHER_CLIENT: marked("No other client will come"),
        Fear.REPUTATION: marked("Our reputation will suffer"),
        Fear.NOBODY_LEFT: marked("With a higher bar, no one is left"),
        Fear.NOT_FOR_US: marked("Saying no won't work for us"),
        Fear.NEW_FACT: marked("None: I've learned something new"),
    }
)
"""What each is called, for a person who has it."""


_APPROVED = marked("{who} asked for an override. {manager} approved it on {moment}.")
_STATES: Mapping[OverrideState, str] = MappingProxyType(
    {
        OverrideState.ASKED: marked("{who} asks for an override."),
        OverrideState.STANDING: marked("{who} overrode the verdict on {moment}."),
        OverrideState.DENIED: marked(
            "{who} asked for an override. {manager} denied it on {moment}."
        ),
        OverrideState.LAPSED: marked("{who} asked for an override. No one answered in time."),
        OverrideState.WITHDRAWN: marked("{who}'s override request is withdrawn."),
        OverrideState.ENDED: marked("{who}'s override has ended."),
        OverrideState.REPLACED: marked("{who}'s override has ended."),
    }
)


def grounds(named_: Grounds, texts: Texts, today: date) -> Iterator[str]:
    """Yield the fear or new fact, the reason, and the kill criterion in its own words."""
    yield fear(named_, texts)
    yield texts("Reason: {reason}", reason=wording.quoted_markup(named_.reason, texts))
    yield texts(
        "Check-in on {date}. Stop if: {criterion}",
        date=texts.day(named_.kill_on, today),
        criterion=wording.quoted_markup(named_.kill_criterion, texts),
    )


def fear(named_: Grounds, texts: Texts) -> str:
    """Return the named fear, or the new fact."""
    if named_.new_fact is not None:
        return texts("New fact: {fact}", fact=wording.quoted_markup(named_.new_fact, texts))
    return texts("Fear: {fear}.", fear=texts(FEARS[named_.fear]))


def standing(
    overview: Overview, texts: Texts, zone: ZoneInfo | None, names: Mapping[str, str] | None
) -> Iterator[str]:
    """Yield what became of the latest override, if it still matters today."""
    prospect = overview.prospect
    if overview.after is not None:
        return
    if prospect.stage is not Stage.OPEN:
        yield from _until_decided(prospect, texts, names)
        return
    reader_zone = zone or overview.workspace.settings.zone
    for override in _lines(prospect):
        if override.is_asked and has_lapsed(prospect, overview.today):
            yield _state(_lapsed(override), texts, reader_zone, names, names_zone=zone is None)
            continue
        yield _state(override, texts, reader_zone, names, names_zone=zone is None)
        if override.state in {OverrideState.ASKED, OverrideState.STANDING}:
            yield from (f"• {line}" for line in grounds(override.grounds, texts, overview.today))
            asked = _asked(overview, override)
            number = None if asked is None else asked.alone
            yield from (f"• {line}" for line in alone(number, texts))
        if override.state is OverrideState.STANDING and has_passed(override, overview.today):
            yield texts("The check-in date has passed. Needs a decision.")


def alone(number: int | None, texts: Texts) -> Iterator[str]:
    """Yield that an override needed another manager's approval, but there was no other manager.

    `number` says which override in a row it was; None if it needed none or there was one.
    """
    if number == 1:
        yield texts("It took effect because no one else could approve.")
    elif number is not None:
        yield texts(
            "It took effect because no one else could approve it (override no. {n} in a row).",
            n=number,
        )


def _asked(overview: Overview, override: Override) -> acts.OverrideAsked | None:
    found = (entry.act for entry in overview.history)
    asked = (act for act in found if isinstance(act, acts.OverrideAsked))
    return next((act for act in asked if act.override == override.id), None)


def _until_decided(
    prospect: Prospect, texts: Texts, names: Mapping[str, str] | None
) -> Iterator[str]:
    """Return the override that a decision ended, so that a win against the verdict shows."""
    at = prospect.decision and prospect.decision.at
    ended = [each for each in prospect.overrides if each.state is OverrideState.ENDED]
    for override in (each for each in ended if each.over_at == at):
        who = wording.who(override.asked_by, names)
        yield (
            texts("Won with {who}'s override.", who=who)
            if prospect.stage is Stage.WON
            else texts("{who} had overridden the verdict.", who=who)
        )
        yield f"• {fear(override.grounds, texts)}"
        if override.answered_by is not None:
            approved = texts(
                "Approved by {manager}.", manager=wording.who(override.answered_by, names)
            )
            yield f"• {approved}"


def now_true(prospect: Prospect, texts: Texts, zone: ZoneInfo, today: date) -> str | None:
    """Return what became of the latest override, for someone who clicked too late."""
    told = _lines(prospect)
    return _state(told[-1], texts, zone, None, names_zone=False, today=today) if told else None


def lapse_sentence(prospect: Prospect, texts: Texts) -> str:
    """Return that nobody answered the override request in time."""
    return texts(
        "The override request for {name} has lapsed: no one answered in time.",
        name=kit.markup_name(prospect.facts.name),
    )


def kill_date_sentence(prospect: Prospect, texts: Texts, override_id: str | None = None) -> str:
    """Return that an override's kill date has passed; by its id, or of the only one.

    While somebody has to decide because of it, it quotes the kill criterion.
    """
    name = kit.markup_name(prospect.facts.name)
    override = prospect.override
    if override is None or override_id not in {None, override.id}:
        return texts("The check-in date for {name} has passed.", name=name)
    return texts(
        "The check-in date for {name} has passed, and it needs a decision. The plan was to "
        "stop if: {criterion}",
        name=name,
        criterion=wording.quoted_markup(override.grounds.kill_criterion, texts),
    )


def asked_sentence(prospect: Prospect, texts: Texts, names: Mapping[str, str] | None = None) -> str:
    """Return who asks for an override, or that nobody does any more."""
    request = prospect.request
    if request is None:
        return answered_sentence(prospect, texts)
    return texts(
        "{who} asks to pursue {name} anyway. The verdict: {verdict}.",
        who=wording.who(request.asked_by, names),
        name=kit.markup_name(prospect.facts.name),
        verdict=wording.verdict_word(prospect.verdict, texts),
    )


def answered_sentence(prospect: Prospect, texts: Texts) -> str:
    """Return that a request has been answered, or is over."""
    name = kit.markup_name(prospect.facts.name)
    return texts("Closed: override request for {name}", name=name)


def became(
    request: Override,
    texts: Texts,
    zone: ZoneInfo,
    names: Mapping[str, str] | None,
    *,
    names_zone: bool,
) -> str:
    """Return what became of a request that is over, even if the clock is late to record it.

    It tells of an approval, but not of what became of the override afterwards.
    """
    if request.is_asked:
        request = _lapsed(request)
    elif request.answered_by is not None and request.refusal is None:
        request = replace(request, state=OverrideState.STANDING)
    return _state(request, texts, zone, names, names_zone=names_zone)


def _lapsed(request: Override) -> Override:
    """Return the request as the clock will leave it, in case it's late."""
    return replace(request, state=OverrideState.LAPSED)


def _lines(prospect: Prospect) -> list[Override]:
    """Yield the standing override, then the request, or what became of the latest one."""
    latest = prospect.overrides[-1:]
    override = prospect.override
    is_both = override is not None and override not in latest
    return [override, *latest] if override is not None and is_both else list(latest)


def _state(
    override: Override,
    texts: Texts,
    zone: ZoneInfo,
    names: Mapping[str, str] | None,
    *,
    names_zone: bool,
    today: date | None = None,
) -> str:
    """Return how an override ended: by whom, and when."""
    by = override.answered_by
    at = override.answered_at or override.over_at or override.asked_at
    approved = override.state is OverrideState.STANDING and by is not None
    sentence = texts(
        _APPROVED if approved else _STATES[override.state],
        who=wording.who(override.asked_by, names),
        manager="" if by is None else wording.who(by, names),
        moment=wording.moment(at, texts, None if names_zone else zone, zone, names, today),
    )
    if override.refusal is None:
        return sentence
    return f"{sentence} {wording.quoted_markup(override.refusal, texts)}"
