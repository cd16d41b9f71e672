"""What is put in comes out the same, on both databases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.domain.calendar import MONDAY_TO_FRIDAY_WEEKDAYS
from bot.domain.checklist.model import Checklist
from bot.domain.decisions import acts
from bot.domain.decisions.history import Lapsed
from bot.domain.people import CachedMember, MemberId
from bot.domain.prospects import ProspectFacts
from bot.domain.screening import DraftId, VersionId
from bot.domain.workspace import OverrideApproval, Settings, Workspace
from bot.storage.unit_of_work import UnitsOfWork
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


async def test_referrals_come_back_in_order_and_make_room_for_others(
    units: UnitsOfWork,
) -> None:
    await samples.fill(units, A)
    async with units.reading(A) as work:
        assert await work.referrals.listed() == samples.REFERRALS

    for lines in (("Z", "A", "M"), ("A",), ()):
        async with units(A) as work:
            await work.referrals.replace(lines)
        async with units.reading(A) as work:
            assert await work.referrals.listed() == lines


async def test_the_working_days_are_changed_alone_and_say_whether_they_were(
    units: UnitsOfWork,
) -> None:
    await samples.add_workspace(units, A)

    for weekdays, is_new in (
        (MONDAY_TO_FRIDAY_WEEKDAYS, False),
        (samples.WEEKDAYS, True),
        (samples.WEEKDAYS, False),
        (MONDAY_TO_FRIDAY_WEEKDAYS, True),
        (samples.WEEKDAYS, True),
    ):
        async with units(A) as work:
            assert await work.workspaces.change_weekdays(weekdays) is is_new

    async with units(A) as work:
        await work.workspaces.change_settings(samples.SETTINGS)
        workspace = await work.workspaces.get()
        found = await work.workspaces.with_member(OWNER)
    kept = replace(samples.SETTINGS, weekdays=samples.WEEKDAYS)
    assert workspace is not None
    assert found is not None
    assert workspace.settings == found[0].settings == kept


async def test_who_approves_overrides_is_changed_alone_and_no_settings_replace_it(
    units: UnitsOfWork,
) -> None:
    await samples.add_workspace(units, A)
    elsewhere = replace(samples.SETTINGS, verdict_channel="C0ELSEWHERE")
    assert elsewhere.override_approval is OverrideApproval.MANAGER

    async with units(A) as work:
        await work.workspaces.change_override_approval(OverrideApproval.NONE)
        await work.workspaces.change_settings(elsewhere)

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace is not None
    assert workspace.settings == replace(elsewhere, override_approval=OverrideApproval.NONE)


async def test_adding_a_workspace_again_changes_nothing(units: UnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.workspaces.add(Workspace(A, Settings("C0ELSEWHERE")))

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
            await work.history.note(lapse)

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
