"""Gathers the read models behind cards, verdict views and the details of prospects."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.calendar import today_in
from bot.domain.checklist.placeholders import filled
from bot.domain.decisions import HistoryEntry, counts, last_day_to_undo, may
from bot.domain.delivery.contents import (
    GoneOwner,
    IncomingDraft,
    ProposedProspect,
    UndecidedProspect,
)
from bot.domain.errors import UnknownProspect
from bot.domain.intake import answered
from bot.domain.outcomes.asking import judged_from
from bot.domain.outcomes.outcome import OutcomeQuestion
from bot.domain.people import CachedMember, MemberId, OtherAction, Role
from bot.domain.prospects import Prospect, ProspectId, QualificationId
from bot.domain.read_models import Brief, Overview
from bot.domain.screening import ChecklistVersion, Draft, Qualification
from bot.domain.workspace import Settings, Workspace
from bot.services.outcomes import outcome_as_asked
from bot.services.transaction.announcements import NAMED
from bot.services.transaction.planning import zone_of
from bot.storage.unit_of_work import UnitOfWork


async def gone_owner(work: UnitOfWork, owner: MemberId) -> GoneOwner:
    """Gather what somebody leaves behind who can't decide any more."""
    cached = await work.members.get(owner)
    prospects = tuple(await work.prospects.open_of(owner, NAMED))
    return GoneOwner(
        owner,
        await work.prospects.count_open_of(owner),
        prospects,
        is_back=cached is not None and cached.member.is_full,
        links=await links_of(work, prospects),
    )


async def away_owner(
    work: UnitOfWork, workspace: Workspace, owner: MemberId, now: datetime
) -> GoneOwner:
    """Gather the prospects of a pausing owner that are due, or will be."""
    until = await work.members.paused_until(owner)
    today = today_in(await zone_of(work, workspace, owner), now)
    prospects = tuple(await work.prospects.open_of(owner, NAMED, only_due=True))
    return GoneOwner(
        owner,
        await work.prospects.count_open_of(owner, only_due=True),
        prospects,
        is_back=until is None or until <= today,
        away_until=until,
        links=await links_of(work, prospects),
    )


async def undecided_prospects(
    work: UnitOfWork, rows: Sequence[ProposedProspect]
) -> list[UndecidedProspect]:
    """Gather what kept long undecided prospects open."""
    histories = await work.history.of_each([row.prospect.id for row in rows])
    owners = await work.members.with_pauses({row.prospect.facts.owner for row in rows})
    found = []
    for row in rows:
        prospect = row.prospect
        counted = counts(histories.get(prospect.id, ()), prospect.in_question)
        _, away_until = owners.get(prospect.facts.owner, (None, None))
        is_away = away_until is not None and away_until > row.today
        found.append(UndecidedProspect(row, counted, away_until if is_away else None))
    return found


async def incoming_draft(
    work: UnitOfWork, draft: Draft, zone: ZoneInfo, now: datetime
) -> IncomingDraft:
    """Gather what a message says about an incoming draft to a reader in this time zone."""
    version = await work.checklist_versions.get(draft.version_id)
    assert version is not None  # noqa: S101 - a foreign key says so
    given, asked = answered(draft, version.checklist, today_in(zone, now))
    came_on = today_in(zone, draft.waits_since or draft.came_at or draft.updated_at)
    return IncomingDraft(draft, given, asked, came_on)


async def names_of(work: UnitOfWork, people: Iterable[MemberId]) -> dict[str, str]:
    """Return the names of members, as far as they are known."""
    return {each.member.id: each.member.name for each in await work.members.all_of(set(people))}


async def links_of(work: UnitOfWork, prospects: Iterable[Prospect]) -> dict[ProspectId, str]:
    """Return the permalinks of the cards of prospects, as far as they are known."""
    cards = await work.qualifications.of([each.qualification_id for each in prospects])
    return {each.prospect_id: each.card_link for each in cards.values() if each.card_link}


async def briefs_of(
    work: UnitOfWork, prospects: Collection[Prospect], settings: Settings
) -> dict[ProspectId, Brief]:
    """Gather what lines about prospects say about their latest verdicts."""
    cards = await work.qualifications.of([each.qualification_id for each in prospects])
    briefs = {}
    for prospect in prospects:
        card = cards.get(prospect.qualification_id)
        version = card and await work.checklist_versions.get(card.version_id)
        if card and version:
            checklist = version.checklist
            rule = checklist.rule(card.reasons[0])
            value = prospect.facts.expected_value
            briefs[prospect.id] = Brief(
                filled(
                    rule.sentence,
                    checklist,
                    card.answers,
                    card.given(settings.zone),
                    settings.niche,
                ),
                rule.settle,
                None if value is None else (value, settings.currency),
                card.card_link,
            )
    return briefs


async def overview_of(work: UnitOfWork, qualification: Qualification, now: datetime) -> Overview:
    """Gather everything about a qualification; raises UnknownProspect without its prospect."""
    after = await work.qualifications.after(qualification.id)
    found = await _overviews(work, [(qualification, after)], now)
    if not found:
        raise UnknownProspect
    return found[qualification.id]


async def overviews_of(
    work: UnitOfWork, ids: Collection[QualificationId], now: datetime
) -> Mapping[QualificationId, Overview]:
    """Gather everything about qualifications at once; those without a prospect are left out."""
    cards = await work.qualifications.with_later(ids)
    return await _overviews(work, list(cards.values()), now)


async def _overviews(
    work: UnitOfWork,
    cards: Sequence[tuple[Qualification, Qualification | None]],
    now: datetime,
) -> Mapping[QualificationId, Overview]:
    prospects = {
        each.id: each
        for each in await work.prospects.all_of([card.prospect_id for card, _ in cards])
    }
    histories = await work.history.of_each(prospects)
    people = {each.facts.owner for each in prospects.values()} | {
        card.member_id for card, _ in cards
    }
    people = people.union(*(entry.members for of in histories.values() for entry in of))
    found = await work.workspaces.with_members(people)
    if found is None or not prospects:
        return {}
    workspace, members = found
    named = {each for each in (card.before for card, _ in cards) if each is not None}
    before = await work.qualifications.of(named) if named else {}
    overviews = {}
    for card, after in cards:
        prospect = prospects.get(card.prospect_id)
        version = await work.checklist_versions.get(card.version_id)
        if prospect is None or version is None:
            continue
        history, owner = tuple(histories.get(prospect.id, ())), members.get(prospect.facts.owner)
        earlier = None if card.before is None else before.get(card.before)
        zone = workspace.zone_of(None if owner is None else owner.member)
        overview = Overview(
            workspace=workspace,
            prospect=prospect,
            qualification=card,
            version=version,
            today=today_in(zone, now),
            history=history,
            before=earlier,
            after=after,
            other_checklist=await _other_checklist(work, version, earlier),
            namesake=await _namesake(work, history),
            undo_by=None
            if prospect.decision is None
            else last_day_to_undo(prospect, calendar=workspace.settings.calendar, zone=zone),
        )
        overviews[card.id] = _with_names(overview, members)
    return overviews


async def _other_checklist(
    work: UnitOfWork, version: ChecklistVersion, before: Qualification | None
) -> ChecklistVersion | None:
    """Return what judged the previous qualification, if that was another checklist."""
    other = None if before is None else await work.checklist_versions.get(before.version_id)
    return None if other is None or other.checklist.id == version.checklist.id else other


async def _namesake(work: UnitOfWork, history: Sequence[HistoryEntry]) -> Qualification | None:
    """Return the latest qualification of the namesake that this prospect is said not to be."""
    named = next((entry.namesake for entry in history if entry.namesake), None)
    other = None if named is None else await work.prospects.get(named)
    return None if other is None else await work.qualifications.get(other.qualification_id)


async def latest_overview(work: UnitOfWork, prospect_id: ProspectId, now: datetime) -> Overview:
    """Gather everything about a prospect as last screened; raises UnknownProspect."""
    prospect = await work.prospects.get(prospect_id)
    qualification = prospect and await work.qualifications.get(prospect.qualification_id)
    if not qualification:
        raise UnknownProspect
    return await overview_of(work, qualification, now)


async def with_details(work: UnitOfWork, overview: Overview, held: frozenset[Role]) -> Overview:
    """Add what only the details show: what was asked about its ends, answered, and lapsed."""
    prospect, settings = overview.prospect, overview.workspace.settings
    standing = await work.outcomes.standing(prospect.id)
    shown = [each for each in standing if each.answers or _is_on(each, overview)]
    answered = tuple(await work.outcomes.answers_about(prospect.id))
    lapses = tuple(await work.history.lapses_of(prospect.id))
    others = {each.by for each in answered} - overview.names.keys()
    names = {**overview.names, **await names_of(work, others)}
    return replace(
        overview,
        outcomes=tuple(outcome_as_asked(prospect, each.key, each, settings) for each in shown),
        answered=answered,
        lapses=lapses,
        names=names,
        may_answer=may(OtherAction.ANSWER_OUTCOME, held),
        held=held,
    )


def _is_on(question: OutcomeQuestion, overview: Overview) -> bool:
    """Tell whether it was asked, or its day has come."""
    return question.asked_on is not None or judged_from(question) <= overview.today


def _with_names(overview: Overview, known: Mapping[MemberId, CachedMember]) -> Overview:
    """Add the names of everybody in it, for the texts that are read aloud."""
    people = {overview.prospect.facts.owner, overview.qualification.member_id}
    people = people.union(*(entry.members for entry in overview.history))
    names = {str(each): known[each].member.name for each in sorted(people) if each in known}
    return replace(overview, names=names)
