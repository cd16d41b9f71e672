"""What is put in comes out the same, on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from bot.domain.checklist.model import Checklist
from bot.domain.decisions import acts
from bot.domain.decisions.history import Lapsed
from bot.domain.people import CachedMember, MemberId
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import DraftId, VersionId
from bot.domain.settings.changes import SettingChange
from bot.domain.settings.table import SettingId
from bot.domain.workspace import RefusedBlock, Settings, Workspace
from bot.storage.database import Database
from bot.storage.unit_of_work import UnitsOfWork
from bot.storage.workspaces import referrals, working_weeks, workspaces
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A, B


async def test_a_workspace_comes_back_with_its_groups_resolved(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.workspaces.set_group_members("S0SALES", [OWNER, MemberId("U0THIRD"), OWNER])
        await work.workspaces.set_group_members("S0OTHER", [MemberId("U0STRANGER")])

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace == Workspace(
        A, samples.SETTINGS, frozenset({samples.MANAGER, OWNER, MemberId("U0THIRD")})
    )


async def test_an_emptied_group_manages_nothing(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.workspaces.set_group_members("S0SALES", [])

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace is not None
    assert workspace.manager_ids == {samples.MANAGER}


async def test_every_setting_comes_back_as_it_was_kept(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    for settings in (samples.CHOSEN, Settings("C0ELSEWHERE"), samples.CHOSEN):
        async with units(A) as work:
            await work.workspaces.change_settings(settings)
        async with units.reading(A) as work:
            workspace = await work.workspaces.get()
            found = await work.workspaces.with_member(OWNER)
        assert workspace is not None
        assert found is not None
        assert workspace.settings == found[0].settings == settings


async def test_what_a_later_version_keeps_besides_is_passed_over(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.fill(units, A)
    async with database.writing() as connection:
        await connection.execute(update(workspaces).values(chosen={"mood": 3, "nudges": 4}))

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()

    assert workspace is not None
    assert workspace.settings == replace(samples.SETTINGS, nudges=4)


async def test_what_slack_refused_is_kept_until_it_takes_it(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)
    later = NOW + timedelta(days=3)

    async with units(A) as work:
        await work.workspaces.note_refused({"container", "data_table"}, NOW)
    async with units(A) as work:
        await work.workspaces.note_refused({"data_table"}, later)
        await work.workspaces.note_taken("container")
        await work.workspaces.note_taken("moon_phase")

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace is not None
    assert workspace.refused_blocks == (RefusedBlock("data_table", later),)


async def test_the_version_before_still_finds_its_working_days_and_referrals(
    units: UnitsOfWork, database: Database
) -> None:
    await samples.fill(units, A)

    async with database.reading() as connection:
        week = await connection.scalar(select(working_weeks.c.weekdays))
        lines = list(await connection.scalars(select(referrals.c.line)))

    assert week == "01236"
    assert tuple(lines) == samples.CHOSEN.referrals


async def test_the_history_of_settings_has_the_newest_first(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)
    managers = SettingChange(SettingId.MANAGERS, ["U1", "U2"], ["U1"])
    async with units(A) as work:
        await work.workspaces.note_changes([samples.CHANGE], OWNER, NOW)
        await work.workspaces.note_changes([managers, samples.CHANGE], None, NOW)
        await work.workspaces.note_changes([], OWNER, NOW)

    async with units.reading(A) as work:
        history = await work.workspaces.history(9)
        latest = await work.workspaces.history(1)
        of_managers = await work.workspaces.history(9, of=SettingId.MANAGERS)

    assert [(each.change, each.by) for each in history] == [
        (samples.CHANGE, None),
        (managers, None),
        (samples.CHANGE, OWNER),
    ]
    assert list(latest) == list(history[:1])
    assert [each.change for each in of_managers] == [managers]
    assert {each.at for each in history} == {NOW}


async def test_what_a_variable_said_last_is_kept(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)
    async with units(A) as work:
        assert await work.workspaces.variables_seen() == {}
        await work.workspaces.store_variables_seen({"CURRENCY": "EUR", "MANAGERS": ["U1"]})
        await work.workspaces.store_variables_seen({"CURRENCY": "CHF"})

    async with units.reading(A) as work:
        seen = await work.workspaces.variables_seen()
    assert seen == {"CURRENCY": "CHF", "MANAGERS": ["U1"]}


async def test_adding_a_workspace_again_changes_nothing(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        assert not await work.workspaces.add(Workspace(A, Settings("C0ELSEWHERE")))

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace is not None
    assert workspace.settings == samples.SETTINGS


async def test_a_member_is_replaced_by_what_slack_said_last(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    renamed = CachedMember(
        replace(samples.MEMBER, name="Ada L.", locale=None), NOW + timedelta(days=1)
    )

    async with units(A) as work:
        before = await work.members.get(OWNER)
        await work.members.put(renamed)

    async with units.reading(A) as work:
        assert before == CachedMember(samples.MEMBER, NOW)
        assert await work.members.get(OWNER) == renamed


async def test_checklist_versions_are_numbered_in_the_order_of_their_first_use(
    units: UnitsOfWork,
) -> None:
    changed = _with_content("0" * 64)
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.checklist_versions.add(VersionId("again"), samples.CHECKLIST, NOW)
        await work.checklist_versions.add(VersionId("second"), changed, NOW)
        first = await work.checklist_versions.find(samples.CHECKLIST)
        second = await work.checklist_versions.find(changed)

    assert first is not None
    assert second is not None
    assert (first.id, first.number) == (samples.VERSION, 1)
    assert (second.id, second.number) == (VersionId("second"), 2)


async def test_a_stored_checklist_comes_back_as_it_was(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units.reading(A) as work:
        version = await work.checklist_versions.get(samples.VERSION)

    assert version is not None
    assert version.checklist == samples.CHECKLIST


async def test_a_draft_comes_back_as_it_was(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        assert await work.drafts.get(samples.DRAFT) == samples.draft


async def test_of_more_members_than_a_statement_takes_all_are_found(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    strangers = [MemberId(f"U{number:08}") for number in range(20_000)]

    async with units(A) as work:
        await work.members.put(CachedMember(replace(samples.MEMBER, id=strangers[-1]), NOW))
        await work.members.pause(strangers[0], date(2026, 12, 24))
    async with units.reading(A) as work:
        found = await work.members.all_of([OWNER, *strangers])
        with_pauses = await work.members.with_pauses([*strangers, OWNER])
        until = await work.members.paused_until(OWNER)

    assert [each.member.id for each in found] == [strangers[-1], OWNER]
    assert until is not None
    assert with_pauses == {
        strangers[0]: (None, date(2026, 12, 24)),
        strangers[-1]: (found[0], None),
        OWNER: (found[1], until),
    }


async def test_a_new_draft_replaces_the_one_of_the_same_member_and_name(
    units: UnitsOfWork,
) -> None:
    await samples.fill(units, A)
    facts = replace(samples.FACTS, name=samples.FACTS.name.upper())
    newer = replace(samples.draft, id=DraftId("newer"), facts=facts)
    of_another_name = replace(samples.draft, id=DraftId("other"), facts=_named("Other"))
    of_another_member = replace(samples.draft, id=DraftId("theirs"), member_id=samples.MANAGER)

    async with units(A) as work:
        await work.drafts.put(of_another_name)
        await work.drafts.put(of_another_member)
        await work.drafts.put(newer)

    async with units.reading(A) as work:
        assert await work.drafts.get(samples.DRAFT) is None
        assert {each.id for each in await work.drafts.of_member(OWNER)} == {"newer", "other"}
        assert await work.drafts.get(DraftId("theirs")) == of_another_member


async def test_a_draft_is_read_with_the_one_of_its_name(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    other = replace(samples.draft, id=DraftId("other"), facts=_named("Other"))
    theirs = replace(samples.draft, id=DraftId("theirs"), member_id=samples.MANAGER)
    async with units(A) as work:
        await work.drafts.put(other)
        await work.drafts.put(theirs)

    for asked, name, its, named in (
        (samples.DRAFT, samples.FACTS.name.upper(), samples.draft, samples.draft),
        (samples.DRAFT, "Other", samples.draft, other),
        (theirs.id, "Other", theirs, other),
        (DraftId("new"), "Other", None, other),
        (other.id, "Nobody's", other, None),
        (DraftId("new"), "Nobody's", None, None),
    ):
        async with units(A) as work:
            found = await work.drafts.get_to_change_with_name(asked, OWNER, name)
            assert found == its
            assert await work.drafts.of_name_to_change(OWNER, name) == named


async def test_drafts_of_a_member_come_newest_first(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)
    async with units(A) as work:
        for hours in (1, 3, 2):
            await work.drafts.put(
                replace(
                    samples.draft,
                    id=DraftId(f"draft-{hours}"),
                    facts=_named(f"Name {hours}"),
                    prospect_id=None,
                    updated_at=NOW + timedelta(hours=hours),
                )
            )

    async with units.reading(A) as work:
        found = await work.drafts.of_member(OWNER)
    assert [draft.id for draft in found] == ["draft-3", "draft-2", "draft-1"]


async def test_a_removed_draft_is_gone_and_may_be_removed_again(units: UnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.drafts.remove(samples.DRAFT)
        await work.drafts.remove(samples.DRAFT)
        assert await work.drafts.get(samples.DRAFT) is None


async def test_history_comes_oldest_first(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    later = replace(samples.entry, revision=2, act=acts.WalkedAway())

    async with units(A) as work:
        await work.history.append(later)

    async with units.reading(A) as work:
        assert await work.history.of(samples.PROSPECT) == [samples.entry, later]


async def test_each_thing_lapses_once(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    noted_again = replace(samples.LAPSE, at=samples.NOW + timedelta(days=1))
    another = replace(noted_again, what=Lapsed.REQUEST, words=None)

    for lapse in (noted_again, another, another):
        async with units(A) as work:
            await work.history.note([lapse])

    async with units.reading(A) as work:
        assert await work.history.lapses_of(samples.PROSPECT) == [samples.LAPSE, another]


async def test_workspaces_may_use_the_same_ids(units: UnitsOfWork) -> None:
    await samples.fill(units, A)
    await samples.fill(units, B)

    async with units(A) as work:
        await work.prospects.save(samples.lost)

    async with units.reading(B) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.prospect


def _named(name: str) -> ProspectFacts:
    return replace(samples.FACTS, name=name, expected_value=Decimal("0.01"))


def _with_content(version: str) -> Checklist:
    return replace(samples.CHECKLIST, version=version)
