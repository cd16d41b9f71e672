"""What is put in comes out the same, on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.domain.checklist import Checklist
from bot.domain.errors import DraftFiled, ProspectChanged
from bot.domain.people import Action, MemberId
from bot.domain.prospect import Due, DueReason, ProspectFacts, ProspectId, QualificationId
from bot.domain.qualification import DraftId, VersionId
from bot.domain.workspace import Settings, Workspace
from bot.services.ports import CachedMember
from bot.storage.unit_of_work import SqlUnitsOfWork
from tests.storage import samples
from tests.storage.samples import NOW, OWNER, A, B


async def test_a_workspace_comes_back_with_its_groups_resolved(units: SqlUnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.workspaces.set_group_members("S0SALES", [OWNER, MemberId("U0THIRD"), OWNER])
        await work.workspaces.set_group_members("S0OTHER", [MemberId("U0STRANGER")])

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace == Workspace(
        A, samples.SETTINGS, frozenset({samples.MANAGER, OWNER, MemberId("U0THIRD")})
    )


async def test_an_emptied_group_manages_nothing(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.workspaces.set_group_members("S0SALES", [])

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace is not None
    assert workspace.manager_ids == {samples.MANAGER}


async def test_adding_a_workspace_again_changes_nothing(units: SqlUnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units(A) as work:
        await work.workspaces.add(Workspace(A, Settings("C0ELSEWHERE")))

    async with units.reading(A) as work:
        workspace = await work.workspaces.get()
    assert workspace is not None
    assert workspace.settings == samples.SETTINGS


async def test_a_member_is_replaced_by_what_slack_said_last(units: SqlUnitsOfWork) -> None:
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
    units: SqlUnitsOfWork,
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


async def test_a_stored_checklist_comes_back_as_it_was(units: SqlUnitsOfWork) -> None:
    await samples.add_workspace(units, A)

    async with units.reading(A) as work:
        version = await work.checklist_versions.get(samples.VERSION)

    assert version is not None
    assert version.checklist == samples.CHECKLIST


async def test_a_draft_comes_back_as_it_was(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        assert await work.drafts.get(samples.DRAFT) == samples.draft


async def test_a_new_draft_replaces_the_one_of_the_same_member_and_name(
    units: SqlUnitsOfWork,
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


async def test_drafts_of_a_member_come_newest_first(units: SqlUnitsOfWork) -> None:
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


async def test_a_removed_draft_is_gone_and_may_be_removed_again(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.drafts.remove(samples.DRAFT)
        await work.drafts.remove(samples.DRAFT)
        assert await work.drafts.get(samples.DRAFT) is None


async def test_a_prospect_comes_back_as_it_was(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.prospect
        assert await work.prospects.get_to_change(samples.PROSPECT) == samples.prospect


async def test_a_prospect_without_anything_optional_comes_back_as_it_was(
    units: SqlUnitsOfWork,
) -> None:
    await samples.add_workspace(units, A)
    bare = replace(
        samples.prospect,
        facts=replace(samples.FACTS, expected_value=None),
        decide_within=None,
        conditions=(),
        due=None,
    )

    async with units(A) as work:
        await work.prospects.add(bare, NOW)
        await work.qualifications.add(samples.qualification)

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == bare


async def test_a_decision_comes_back_as_it_was_made(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.prospects.save(samples.lost)

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.lost


@pytest.mark.parametrize("revision", [1, 3])
async def test_a_prospect_is_saved_only_one_revision_after_the_other(
    units: SqlUnitsOfWork, revision: int
) -> None:
    await samples.fill(units, A)

    with pytest.raises(ProspectChanged):
        async with units(A) as work:
            await work.prospects.save(replace(samples.lost, revision=revision))

    async with units.reading(A) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.prospect


async def test_open_prospects_come_the_earliest_due_first_then_those_not_due(
    units: SqlUnitsOfWork,
) -> None:
    await samples.fill(units, A)
    await _add(units, "later", due=Due(date(2026, 12, 20), DueReason.VERDICT))
    await _add(units, "never", due=None)
    await _add(units, "earlier", due=Due(date(2026, 12, 2), DueReason.VERDICT))
    await _add(units, "theirs", owner=samples.MANAGER)

    async with units.reading(A) as work:
        found = await work.prospects.open_of(OWNER, 10)
        first = await work.prospects.open_of(OWNER, 1)
    assert [each.id for each in found] == ["earlier", samples.PROSPECT, "later", "never"]
    assert found[1] == samples.prospect
    assert [each.id for each in first] == ["earlier"]


async def test_an_ended_prospect_is_not_among_the_open_ones(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.prospects.save(samples.lost)
        assert await work.prospects.open_of(OWNER, 10) == []


async def test_a_qualification_comes_back_as_it_was(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units.reading(A) as work:
        assert await work.qualifications.get(samples.QUALIFICATION) == samples.qualification
        assert await work.qualifications.of_draft(samples.DRAFT) == samples.qualification


async def test_a_qualification_knows_the_one_that_replaced_it(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)
    next_one = replace(
        samples.qualification,
        id=QualificationId("next"),
        draft_id=DraftId("next"),
        before=samples.QUALIFICATION,
    )

    async with units(A) as work:
        assert await work.qualifications.after(samples.QUALIFICATION) is None
        await work.qualifications.add(next_one)
        assert await work.qualifications.after(samples.QUALIFICATION) == next_one


async def test_a_qualification_keeps_where_its_card_is(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    async with units(A) as work:
        await work.qualifications.set_card(samples.QUALIFICATION, "C0VERDICTS", "1.000100")

    async with units.reading(A) as work:
        found = await work.qualifications.get(samples.QUALIFICATION)
    assert found == replace(samples.qualification, card_channel="C0VERDICTS", card_ts="1.000100")


async def test_a_draft_makes_one_qualification_only(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)

    with pytest.raises(DraftFiled):
        async with units(A) as work:
            await work.qualifications.add(
                replace(samples.qualification, id=QualificationId("second"))
            )


async def test_history_comes_oldest_first(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)
    later = replace(samples.entry, revision=2, action=Action.WALK_AWAY, detail={})

    async with units(A) as work:
        await work.history.append(later)

    async with units.reading(A) as work:
        assert await work.history.of(samples.PROSPECT) == [samples.entry, later]


async def test_workspaces_may_use_the_same_ids(units: SqlUnitsOfWork) -> None:
    await samples.fill(units, A)
    await samples.fill(units, B)

    async with units(A) as work:
        await work.prospects.save(samples.lost)

    async with units.reading(B) as work:
        assert await work.prospects.get(samples.PROSPECT) == samples.prospect


async def _add(
    units: SqlUnitsOfWork,
    name: str,
    *,
    due: Due | None = None,
    owner: MemberId = OWNER,
) -> None:
    added = replace(
        samples.prospect,
        id=ProspectId(name),
        facts=replace(_named(name), owner=owner),
        qualification_id=QualificationId(name),
        conditions=(),
        due=due,
    )
    made_by = replace(
        samples.qualification,
        id=QualificationId(name),
        prospect_id=ProspectId(name),
        draft_id=DraftId(name),
    )
    async with units(A) as work:
        await work.prospects.add(added, NOW)
        await work.qualifications.add(made_by)


def _named(name: str) -> ProspectFacts:
    return replace(samples.FACTS, name=name, expected_value=Decimal("0.01"))


def _with_content(version: str) -> Checklist:
    return replace(samples.CHECKLIST, version=version)
