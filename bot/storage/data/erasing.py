"""Erases a prospect's name, texts and amounts from every row; what figures count stays.

The caller asks `naming` beforehand which of our messages name it. Afterwards, nobody could tell.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.checklist.bands import Bands, bands_of
from bot.domain.checklist.model import Checklist, Kind
from bot.domain.checklist.rules import EXPECTED_VALUE
from bot.domain.decisions import Forgetting
from bot.domain.decisions.acts import without_words
from bot.domain.delivery import MessageKind, Posted, payloads
from bot.domain.people import Action, MemberId
from bot.domain.prospects import ProspectId, QualificationId
from bot.domain.read_models import ForgetCandidate
from bot.domain.remembered.recall import RememberedId
from bot.domain.screening import VersionId
from bot.domain.webhooks.attempts import DeliveryState
from bot.domain.workspace import WorkspaceId
from bot.storage.checklists import ChecklistVersionRepository, checklist_versions
from bot.storage.data.sweeping import schedule_sweep
from bot.storage.delivery.tables import outbox
from bot.storage.digests import digest_items, digests
from bot.storage.figures.locks import lock_facts
from bot.storage.figures.tables import facts
from bot.storage.intake.tables import MORNINGS as LISTING_DRAFTS
from bot.storage.intake.tables import intake_messages, intakes
from bot.storage.managers import (
    managers_items,
    managers_listings,
    managers_offers,
    managers_pauses,
    proposals,
)
from bot.storage.nudges import looks, nudge_items
from bot.storage.outcomes import outcome_items, outcome_questions
from bot.storage.overrides import overrides
from bot.storage.prospects.acts import to_act, to_detail
from bot.storage.prospects.history import forgettings, history, lapses, remembered_forgettings
from bot.storage.prospects.names import names_row, stored_key
from bot.storage.prospects.prospects import conditions, former_names, ids_with_name, prospects
from bot.storage.remembered import remembered
from bot.storage.schema.columns import FORGOTTEN
from bot.storage.schema.dialects import insert_unless_there
from bot.storage.screening import drafts, qualifications
from bot.storage.webhooks.tables import webhook_deliveries

ANSWERED: Final = "…"
"""Stands for a text of which only that it was given is still known."""

_REWRITES = [kind for kind in MessageKind if kind.rules.is_rewrite]
_MORNINGS: tuple[tuple[sa.Table, Callable[[date], payloads.Morning]], ...] = (
    (nudge_items, payloads.OwnersMorning),
    (outcome_items, payloads.OwnersMorning),
    (managers_items, payloads.ManagersMorning),
    (managers_listings, payloads.ManagersMorning),
)
_PRAISED: Final = timedelta(days=28)
"""For how long after a no a digest may praise it: weeks without a working day have none."""
_OFFERS = (managers_offers, managers_pauses)


@dataclass(frozen=True, slots=True)
class Card:
    """A card posted in a channel."""

    prospect_id: ProspectId
    of: QualificationId
    channel: str


@dataclass(frozen=True, slots=True)
class ForgettingRecord:
    """That a prospect, or somebody remembered, was forgotten: all that is told of it."""

    id: ProspectId | RememberedId
    why: Forgetting
    by: MemberId | None
    """None: an operator, or the clock."""
    at: datetime


Naming = str | tuple[MemberId, payloads.Morning] | payloads.OfWeek
"""A message of ours that names a prospect: by its dedupe key, its reader and day, or its week."""


class ErasingRepository:
    """Erases in one workspace."""

    def __init__(
        self,
        connection: AsyncConnection,
        workspace_id: WorkspaceId,
        versions: ChecklistVersionRepository,
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._versions = versions

    async def find(self, name_or_id: str) -> Sequence[ForgetCandidate]:
        """Return the prospect with this id, or those with this name, latest first.

        Without one, return the remembered clients with this id or name.
        """
        its = prospects.c
        query = sa.select(its.prospect_id, its.name, its.stage, its.owner, its.created_at).where(
            its.workspace_id == self._workspace_id, its.stage != FORGOTTEN
        )
        is_named = its.prospect_id.in_(ids_with_name(self._workspace_id, stored_key(name_or_id)))
        for which in (its.prospect_id == name_or_id, is_named):
            rows = (
                await self._connection.execute(query.where(which).order_by(its.created_at.desc()))
            ).all()
            if rows:
                return [
                    ForgetCandidate(
                        ProspectId(row.prospect_id),
                        row.name,
                        row.stage,
                        MemberId(row.owner),
                        row.created_at,
                    )
                    for row in rows
                ]
        return await self._remembered(name_or_id)

    async def _remembered(self, name_or_id: str) -> Sequence[ForgetCandidate]:
        its = remembered.c
        query = sa.select(its.remembered_id, its.name, its.became, its.by, its.at).where(
            its.workspace_id == self._workspace_id,
            its.name != "",
            sa.or_(its.remembered_id == name_or_id, its.name_key == stored_key(name_or_id)),
        )
        return [
            ForgetCandidate(
                RememberedId(row.remembered_id),
                row.name,
                row.became,
                None if row.by is None else MemberId(row.by),
                row.at,
                is_remembered=True,
            )
            for row in await self._connection.execute(query.order_by(its.at.desc()))
        ]

    async def cards(self, prospect_id: ProspectId) -> Sequence[Posted]:
        """Return where a prospect's cards are, starting with the first verdict's."""
        its = qualifications.c
        query = (
            sa.select(its.card_channel, its.card_ts)
            .where(self._about(qualifications, prospect_id), its.card_ts.is_not(None))
            .order_by(its.at)
        )
        return [(row.card_channel, row.card_ts) for row in await self._connection.execute(query)]

    async def told_to_be_others(self, prospect_id: ProspectId) -> Sequence[Card]:
        """Return the cards of prospects that somebody told apart from this one of the same name.

        They link to its card, which is about to go.
        """
        query = (
            sa.select(
                qualifications.c.prospect_id,
                qualifications.c.qualification_id,
                qualifications.c.card_channel,
                history.c.detail,
            )
            .select_from(prospects)
            .join(qualifications, _same_prospect(qualifications))
            .join(history, _same_prospect(history))
            .where(
                prospects.c.workspace_id == self._workspace_id,
                prospects.c.name_key.in_(self._keys_of(prospect_id)),
                history.c.action == Action.QUALIFY,
                qualifications.c.card_ts.is_not(None),
            )
            .order_by(qualifications.c.at)
        )
        return [
            Card(
                ProspectId(row.prospect_id), QualificationId(row.qualification_id), row.card_channel
            )
            for row in await self._connection.execute(query)
            if row.detail.get("namesake") == prospect_id
        ]

    async def naming(self, prospect_id: ProspectId) -> Sequence[Naming]:
        """Return the messages that name a prospect."""
        found: set[Naming] = set()
        for items, morning in _MORNINGS:
            query = sa.select(items.c.member_id, items.c.day).where(self._about(items, prospect_id))
            found.update(await self._mornings(query, morning))
        owners = await self._owners(prospect_id)
        for offers in _OFFERS:
            query = sa.select(offers.c.member_id, offers.c.day).where(
                offers.c.workspace_id == self._workspace_id, offers.c.owner.in_(owners)
            )
            found.update(await self._mornings(query, payloads.ManagersMorning))
        drafts_of_it = await self._drafts_of(prospect_id)
        for morning, (items, _) in LISTING_DRAFTS.items():
            query = sa.select(items.c.member_id, items.c.day).where(
                items.c.workspace_id == self._workspace_id, items.c.draft_id.in_(drafts_of_it)
            )
            found.update(await self._mornings(query, morning))
        weeks = map(payloads.OfWeek, await self._digests(prospect_id))
        own = [*await self._own_messages(prospect_id), *await self._told_of(drafts_of_it)]
        return [*own, *sorted(found, key=repr), *weeks]

    async def erase(
        self, prospect_id: ProspectId, why: Forgetting, by: MemberId | None, now: datetime
    ) -> bool:
        """Forget a locked prospect; False if it was already forgotten.

        If it goes by age, it stays known that a text was answered, and which band of the rules an
        amount was in, so that rules and figures don't change.
        """
        key = {"workspace_id": self._workspace_id, "prospect_id": prospect_id}
        noted = {**key, "why": why, "at": now, "by": by}
        if await self.is_forgotten(prospect_id):
            return False
        name_keys = (await self._connection.scalars(self._keys_of(prospect_id))).all()
        if not name_keys:
            return False
        # Who tells facts now read what is to be forgotten, and would keep it after us.
        await lock_facts(self._connection, self._workspace_id)
        await insert_unless_there(self._connection, forgettings, noted, (*key, "why"))
        await self._erase_history(prospect_id)
        await self._erase_words(prospect_id)
        bands = await self._bands() if why is Forgetting.AGE else None
        await self._erase_answers(prospect_id, bands)
        await self._erase_remembered(name_keys, bands, {"why": why, "at": now, "by": by})
        await self._erase_intakes(prospect_id)
        await self._remove_drafts(prospect_id, name_keys)
        await self._erase_deliveries(prospect_id)
        await self._plan_nothing(prospect_id)
        for table in (facts, former_names):
            its = self._about(table, prospect_id)
            await self._connection.execute(sa.delete(table).where(its))
        await self._update(
            prospects,
            prospect_id,
            name="",
            expected_value=None,
            decision_sentence=None,
            stage=FORGOTTEN,
            **names_row(""),
        )
        await schedule_sweep(self._connection, self._workspace_id, now)
        return True

    async def erase_remembered(
        self, name: str, why: Forgetting, by: MemberId | None, now: datetime
    ) -> bool:
        """Forget the remembered clients with a name; False if there are none. Their counts stay."""
        name_key = stored_key(name)
        its = sa.select(remembered.c.remembered_id).where(
            remembered.c.workspace_id == self._workspace_id, remembered.c.name_key == name_key
        )
        if not name or (await self._connection.execute(its)).first() is None:
            return False
        bands = await self._bands() if why is Forgetting.AGE else None
        await self._erase_remembered([name_key], bands, {"why": why, "at": now, "by": by})
        await schedule_sweep(self._connection, self._workspace_id, now)
        return True

    async def remove_remembered(self, remembered_id: RememberedId, now: datetime) -> bool:
        """Remove a remembered client that was entered by mistake; False if it's already gone."""
        removed = await self._connection.execute(
            sa.delete(remembered).where(
                remembered.c.workspace_id == self._workspace_id,
                remembered.c.remembered_id == remembered_id,
            )
        )
        if not removed.rowcount:
            return False
        await schedule_sweep(self._connection, self._workspace_id, now)
        return True

    async def notes(self) -> Sequence[ForgettingRecord]:
        """Return who was forgotten, why, by whom and when, latest first."""
        found: list[ForgettingRecord] = []
        for table, key, kind in (
            (forgettings, forgettings.c.prospect_id, ProspectId),
            (remembered_forgettings, remembered_forgettings.c.remembered_id, RememberedId),
        ):
            query = sa.select(key, table.c.why, table.c.by, table.c.at).where(
                table.c.workspace_id == self._workspace_id
            )
            found += [
                ForgettingRecord(
                    kind(whom), Forgetting(why), None if by is None else MemberId(by), at
                )
                for whom, why, by, at in await self._connection.execute(query)
            ]
        return sorted(found, key=lambda each: (each.at, each.id), reverse=True)

    async def is_forgotten(self, prospect_id: ProspectId) -> bool:
        """Tell whether nothing is left of a prospect except what figures count."""
        query = sa.select(prospects.c.stage).where(self._about(prospects, prospect_id))
        return await self._connection.scalar(query) == FORGOTTEN

    async def _owners(self, prospect_id: ProspectId) -> set[str]:
        """Return everyone whose open prospects included it."""
        query = sa.select(history.c.detail).where(
            self._about(history, prospect_id), history.c.action == Action.HAND_OVER
        )
        given = [row.detail for row in await self._connection.execute(query)]
        owner = sa.select(prospects.c.owner).where(self._about(prospects, prospect_id))
        named = {each[key] for each in given for key in ("from", "to")}
        return named | set(await self._connection.scalars(owner))

    async def _mornings(
        self, query: sa.Select[*tuple[Any, ...]], morning: Callable[[date], payloads.Morning]
    ) -> list[Naming]:
        rows = await self._connection.execute(query)
        return [(MemberId(row.member_id), morning(row.day)) for row in rows]

    async def _own_messages(self, prospect_id: ProspectId) -> list[str]:
        names = sa.or_(
            outbox.c.prospect_id == prospect_id, outbox.c.kind == MessageKind.HANDED_OVER
        )
        query = (
            sa.select(outbox.c.dedupe_key, outbox.c.kind, outbox.c.detail)
            .where(
                outbox.c.workspace_id == self._workspace_id, names, outbox.c.kind.not_in(_REWRITES)
            )
            .order_by(outbox.c.row_id)
        )
        return [
            row.dedupe_key
            for row in await self._connection.execute(query)
            if row.kind != MessageKind.HANDED_OVER or prospect_id in row.detail["prospects"]
        ]

    async def _drafts_of(self, prospect_id: ProspectId) -> Sequence[str]:
        """Return the drafts that may be about it or became it, even if they no longer exist."""
        name_keys = self._keys_of(prospect_id)
        of_name = [
            sa.select(table.c.draft_id).where(
                table.c.workspace_id == self._workspace_id, table.c.name_key.in_(name_keys)
            )
            for table in (drafts, intakes)
        ]
        of_it = [
            sa.select(table.c.draft_id).where(self._about(table, prospect_id))
            for table in (drafts, qualifications)
        ]
        return sorted(await self._connection.scalars(sa.union(*of_name, *of_it)))

    def _keys_of(self, prospect_id: ProspectId) -> sa.CompoundSelect[Any]:
        """Select the keys of its name, and of those it had before a correction."""
        return sa.union(
            *(
                sa.select(table.c.name_key).where(self._about(table, prospect_id))
                for table in (prospects, former_names)
            )
        )

    async def _told_of(self, draft_ids: Sequence[str]) -> Sequence[str]:
        """Return the messages that announced one of these drafts."""
        query = (
            sa.select(intake_messages.c.dedupe_key)
            .where(
                intake_messages.c.workspace_id == self._workspace_id,
                intake_messages.c.draft_id.in_(draft_ids),
            )
            .order_by(intake_messages.c.dedupe_key)
        )
        return list(await self._connection.scalars(query))

    async def _erase_intakes(self, prospect_id: ProspectId) -> None:
        """Keep only the key of what came in, so that a repetition isn't accepted again."""
        await self._connection.execute(
            sa.update(intakes)
            .where(
                intakes.c.workspace_id == self._workspace_id,
                intakes.c.draft_id.in_(await self._drafts_of(prospect_id)),
            )
            .values(name_key=stored_key(""), answer={})
        )

    async def _digests(self, prospect_id: ProspectId) -> Iterable[date]:
        """Return the digests that name it, and older ones of its time whose names are unknown."""
        of_it = sa.select(digest_items.c.monday).where(self._about(digest_items, prospect_id))
        since = sa.select(sa.func.date(prospects.c.created_at)).where(
            self._about(prospects, prospect_id)
        )
        created = await self._connection.scalar(since)
        if created is None:
            return []
        found = {*await self._connection.scalars(of_it)}
        first, ends = date.fromisoformat(str(created)), await self._walked_away_on(prospect_id)
        for row in await self._connection.execute(_older_digests(self._workspace_id)):
            may_praise = any(each <= row.monday <= each + _PRAISED for each in ends)
            if may_praise or (row.monday >= first and not row.has_items):
                found.add(row.monday)
        return sorted(found)

    async def _walked_away_on(self, prospect_id: ProspectId) -> Sequence[date]:
        query = sa.select(history.c.at).where(
            self._about(history, prospect_id), history.c.action == Action.WALK_AWAY
        )
        return [each.date() for each in await self._connection.scalars(query)]

    async def _erase_history(self, prospect_id: ProspectId) -> None:
        """Erase the history's texts, which the database permits only during forgetting."""
        its = self._about(history, prospect_id)
        query = sa.select(history.c.revision, history.c.action, history.c.detail).where(its)
        for row in (await self._connection.execute(query)).all():
            detail = to_detail(without_words(to_act(Action(row.action), row.detail)))
            if detail != row.detail:
                await self._connection.execute(
                    sa.update(history)
                    .where(its, history.c.revision == row.revision)
                    .values(detail=detail)
                )
        await self._update(lapses, prospect_id, lapses.c.words.is_not(None), words=None)

    async def _erase_words(self, prospect_id: ProspectId) -> None:
        await self._update(
            conditions, prospect_id, what="", brought=_emptied("brought", conditions)
        )
        await self._update(
            overrides,
            prospect_id,
            reason="",
            kill_criterion="",
            new_fact=_emptied("new_fact", overrides),
            refusal=_emptied("refusal", overrides),
        )

    async def _bands(self) -> Mapping[str, Bands]:
        """Return the bands of every checklist version known here, used or only adopted."""
        query = sa.select(checklist_versions.c.version_id).where(
            checklist_versions.c.workspace_id == self._workspace_id
        )
        ids = (await self._connection.scalars(query)).all()
        versions = [await self._versions.get(VersionId(each)) for each in ids]
        return bands_of(each.checklist for each in versions if each is not None)

    async def _erase_answers(
        self, prospect_id: ProspectId, bands: Mapping[str, Bands] | None
    ) -> None:
        its = qualifications.c
        query = sa.select(
            its.qualification_id, its.version_id, its.answers, its.conditions, its.expected_value
        ).where(self._about(qualifications, prospect_id))
        for row in (await self._connection.execute(query)).all():
            version = await self._versions.get(VersionId(row.version_id))
            assert version is not None, row.version_id  # noqa: S101 - a foreign key says so
            left = _without_words(version.checklist, row.answers, bands)
            await self._connection.execute(
                sa.update(qualifications)
                .where(
                    its.workspace_id == self._workspace_id,
                    its.qualification_id == row.qualification_id,
                )
                .values(
                    name="",
                    expected_value=_value_left(row.expected_value, bands),
                    answers=left,
                    conditions=[["", due] for _, due in row.conditions],
                    card_channel=None,
                    card_ts=None,
                    card_link=None,
                )
            )

    async def _erase_remembered(
        self,
        name_keys: Sequence[str],
        bands: Mapping[str, Bands] | None,
        noted: Mapping[str, Any],
    ) -> None:
        """What was entered from memory under these names counts on, without them."""
        its = sa.and_(
            remembered.c.workspace_id == self._workspace_id, remembered.c.name_key.in_(name_keys)
        )
        query = sa.select(
            remembered.c.remembered_id, remembered.c.version_id, remembered.c.answers
        ).where(its)
        for row in (await self._connection.execute(query)).all():
            version = await self._versions.get(VersionId(row.version_id))
            assert version is not None, row.version_id  # noqa: S101 - a foreign key says so
            left = _without_words(version.checklist, row.answers, bands)
            erased = await self._connection.execute(
                sa.update(remembered)
                .where(its, remembered.c.remembered_id == row.remembered_id)
                .values(name="", name_key=stored_key(""), answers=left)
            )
            if erased.rowcount:  # else another transaction did so, and noted it
                key = {"workspace_id": self._workspace_id, "remembered_id": row.remembered_id}
                await self._connection.execute(sa.insert(remembered_forgettings), {**key, **noted})

    async def _remove_drafts(self, prospect_id: ProspectId, name_keys: Sequence[str]) -> None:
        """Those of it, and all of its names: they may be of it, and have its name anyway."""
        await self._connection.execute(
            sa.delete(drafts).where(
                drafts.c.workspace_id == self._workspace_id,
                sa.or_(drafts.c.prospect_id == prospect_id, drafts.c.name_key.in_(name_keys)),
            )
        )

    async def _erase_deliveries(self, prospect_id: ProspectId) -> None:
        """Cancel waiting deliveries, and erase answers, which may quote what was sent."""
        pending = webhook_deliveries.c.state == DeliveryState.PENDING
        await self._connection.execute(
            sa.delete(webhook_deliveries).where(
                self._about(webhook_deliveries, prospect_id), pending
            )
        )
        await self._update(webhook_deliveries, prospect_id, excerpt="")

    async def _plan_nothing(self, prospect_id: ProspectId) -> None:
        for table in (looks, proposals):
            await self._connection.execute(sa.delete(table).where(self._about(table, prospect_id)))
        await self._update(outcome_questions, prospect_id, is_waiting=False)

    async def _update(
        self,
        table: sa.Table,
        prospect_id: ProspectId,
        *which: sa.ColumnElement[bool],
        **values: Any,
    ) -> None:
        its = self._about(table, prospect_id)
        await self._connection.execute(sa.update(table).where(its, *which).values(values))

    def _about(self, table: sa.Table, prospect_id: ProspectId) -> sa.ColumnElement[bool]:
        return sa.and_(
            table.c.workspace_id == self._workspace_id, table.c.prospect_id == prospect_id
        )


def _same_prospect(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.workspace_id == prospects.c.workspace_id,
        table.c.prospect_id == prospects.c.prospect_id,
    )


def _older_digests(workspace_id: WorkspaceId) -> sa.Select[tuple[date, bool]]:
    """Select posted digests for which it's unknown whom they name."""
    has_items = sa.exists().where(
        digest_items.c.workspace_id == digests.c.workspace_id,
        digest_items.c.monday == digests.c.monday,
    )
    return sa.select(digests.c.monday, has_items.label("has_items")).where(
        digests.c.workspace_id == workspace_id, digests.c.ts.is_not(None), ~digests.c.names_known
    )


def _emptied(column: str, table: sa.Table) -> sa.ColumnElement[Any]:
    """Return an empty text in place of a text; null stays null, as it means there was none."""
    return sa.case((table.c[column].is_(None), sa.null()), else_="")


def _value_left(value: Decimal | None, bands: Mapping[str, Bands] | None) -> Decimal | None:
    """Return what stays of an expected value: its band, if a rule looks at it."""
    if value is None or bands is None or EXPECTED_VALUE not in bands:
        return None
    return bands[EXPECTED_VALUE].stand_in(value)


def _without_words(
    checklist: Checklist, answers: dict[str, Any], bands: Mapping[str, Bands] | None
) -> dict[str, Any]:
    """Return the answers without texts and amounts; options and dates stay.

    With bands, it also keeps that a text was given, and which band each amount was in.
    """
    return dict(_kept_answers(checklist, answers, bands))


def _kept_answers(
    checklist: Checklist, answers: dict[str, Any], bands: Mapping[str, Bands] | None
) -> Iterator[tuple[str, Any]]:
    kinds = {each.id: each.kind for each in (*checklist.questions, *checklist.evidence.values())}
    for question, answer in answers.items():
        if kinds[question] in _WORDLESS:
            yield question, answer
        elif bands is not None and kinds[question] is Kind.NUMBER:
            yield question, f"{bands[question].stand_in(Decimal(answer)):f}"
        elif bands is not None:
            yield question, ANSWERED


_WORDLESS: Final[Collection[Kind]] = frozenset({Kind.ONE_OF, Kind.ANY_OF, Kind.DATE})
