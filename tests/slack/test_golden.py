"""Each main view as it looks, in both languages; what Slack would refuse fails here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from bot import checklists
from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry, Lapse, Lapsed
from bot.domain.delivery import MessageKind
from bot.domain.delivery.payloads import ChecklistsChanged
from bot.domain.people import Action, MemberId, Role
from bot.domain.prospects import EndedBy, ProspectId, QualificationId, Stage
from bot.domain.read_models import NameAsked, Namesake, Overview
from bot.domain.screening import ChecklistVersion, DraftId, StepRef, VersionId
from bot.domain.settings.checklists import ChecklistAct, change_of
from bot.slack.card import details, verdict
from bot.slack.decisions import dialogs as decisions_dialogs
from bot.slack.home import lists
from bot.slack.kit import dialogs
from bot.slack.kit.blocks import Block, Rendered, classic
from bot.slack.managers import private
from bot.slack.payloads import payloads
from bot.slack.screening import drafts, names, steps
from bot.slack.settings.changes import checklists_line
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.checklists.own import OWN, retitled
from tests.slack import cases

Draw = Callable[[cases.Case, Texts], Rendered | Block]


def _step(index: int, *, prefilled: bool = True, again: bool = False) -> Draw:
    return lambda case, texts: steps.step_view(
        cases.step(case, index, prefilled=prefilled, again=again), texts
    )


def _card_after(action: Action) -> Draw:
    return lambda case, texts: verdict.card(
        cases.ended(cases.overview(case), action, case.sentence), texts
    )


def _drafts(case: cases.Case, texts: Texts) -> Block:
    return drafts.drafts_view([cases.draft(case.name)], case.name, texts, zone=cases.BERLIN)


def _met(case: cases.Case, texts: Texts) -> Rendered:
    return verdict.card(cases.met(cases.overview(case), case.sentence or "The numbers"), texts)


def _new_card(case: cases.Case, texts: Texts) -> Rendered:
    first, second = cases.screened_again(cases.overview(case), cases.TALKED_INTO)
    links = {first.qualification.id: "https://sandbox.example/archives/C0/p1?a=1&b=2"}
    return verdict.card(second, texts, links=links)


def _old_card(case: cases.Case, texts: Texts) -> Rendered:
    first, second = cases.screened_again(cases.overview(case), cases.TALKED_INTO)
    links = {second.qualification.id: "https://sandbox.example/archives/C0/p2"}
    return verdict.card(first, texts, links=links)


def _apart_card(case: cases.Case, texts: Texts) -> Rendered:
    made = cases.overview(case)
    other = replace(made.qualification, id=QualificationId("q0"), at=cases.NOW - timedelta(days=9))
    links = {other.id: "https://sandbox.example/archives/C0/p0"}
    return verdict.card(replace(made, namesake=other), texts, links=links)


def _namesake(case: cases.Case, number: int, **changed: Any) -> Namesake:
    made = cases.overview(case)
    facts = replace(made.prospect.facts, **changed)
    prospect = replace(made.prospect, id=ProspectId(f"p{number}"), facts=facts)
    return Namesake(prospect, cases.BEN, cases.NOW, number % 2 == 1, cases.TODAY)


def _names(*, is_exact: bool) -> Draw:
    def drawn(case: cases.Case, texts: Texts) -> Block:
        ref = StepRef(DraftId("d1"), VersionId("v1"), 0, is_redrawn=True)
        former = replace(_namesake(case, 2, name="Zenith AG"), was_named=case.name)
        same = (_namesake(case, 1), former) if is_exact else ()
        similar = (_namesake(case, 3, name=f"{case.name[:79]}x"),)
        asked = NameAsked(ref, case.name, same, similar)
        return names.name_view(asked, texts, zone=cases.BERLIN)

    return drawn


def _with_entry(case: cases.Case, act: acts.Act) -> Overview:
    made = cases.overview(case)
    entry = HistoryEntry(made.prospect.id, act, cases.SABINE, cases.LATER, 2)
    prospect = replace(made.prospect, revision=2)
    return replace(made, prospect=prospect, history=(*made.history, entry))


def _won(made: Overview) -> Overview:
    return replace(made, prospect=replace(made.prospect, stage=Stage.WON, due=None))


def _chased(case: cases.Case, texts: Texts) -> Rendered:
    made = _with_entry(case, acts.Chased(3))
    return verdict.card(replace(made, today=date(2026, 12, 18)), texts)


def _lapsed(case: cases.Case, texts: Texts) -> Rendered:
    return verdict.card(replace(cases.overview(case), today=date(2026, 12, 9)), texts)


def _target(case: cases.Case) -> payloads.Target:
    return payloads.Target(cases.overview(case).prospect.id, 1)


def _details(case: cases.Case, texts: Texts) -> Block:
    made = cases.overview(case)
    act = acts.Lost(EndedBy.US, case.sentence)
    lost = HistoryEntry(made.prospect.id, act, cases.SABINE, cases.LATER, 2)
    made = cases.ended(replace(made, history=(*made.history, lost)), Action.LOST, case.sentence)
    words = case.sentence or "no signed offer by then"
    next_day = cases.NOW + timedelta(days=1)
    request = Lapse(made.prospect.id, Lapsed.REQUEST, "o1", cases.TODAY, next_day, cases.ANNA)
    override = replace(request, what=Lapsed.OVERRIDE, words=words)
    condition = replace(request, what=Lapsed.CONDITION, asked_by=None, words=words)
    made = replace(made, lapses=(condition, request, override))
    return details.details_view(made, texts, zone=cases.BERLIN)


def _corrected(case: cases.Case) -> tuple[Overview, HistoryEntry]:
    act = acts.Corrected(
        acts.CorrectedValue("Acem <GmbH>", case.name),
        acts.CorrectedValue(None, case.value),
        acts.CorrectedValue(date(2026, 12, 1), date(2026, 11, 24)),
    )
    made = _with_entry(case, act)
    return made, made.history[-1]


def _all_acts(by: MemberId | None) -> ChecklistsChanged:
    version = ChecklistVersion(VersionId("v2"), 2, retitled(OWN, "Ads & <more>"))
    return ChecklistsChanged(tuple(change_of(act, version) for act in ChecklistAct), by)


DRAWN: Mapping[str, Draw] = {
    "step_first": _step(0),
    "step_last": _step(2, again=True),
    "drafts": _drafts,
    "verdict": lambda case, texts: verdict.verdict_view(
        cases.overview(case), texts, zone=cases.BERLIN
    ),
    "card": lambda case, texts: verdict.card(cases.overview(case), texts),
    "card_lost": _card_after(Action.LOST),
    "card_won": _card_after(Action.WON),
    "card_ended": _card_after(Action.END_CLIENT),
    "end_client_dialog": lambda case, texts: decisions_dialogs.end_client_dialog(
        cases.overview(case).prospect, _target(case), texts, today=cases.TODAY
    ),
    "card_walked_away": _card_after(Action.WALK_AWAY),
    "card_new": _new_card,
    "card_old": _old_card,
    "card_apart": _apart_card,
    "names": _names(is_exact=True),
    "names_similar": _names(is_exact=False),
    "details": _details,
    "lost_dialog": lambda case, texts: decisions_dialogs.lost_dialog(
        cases.overview(case).prospect, _target(case), texts
    ),
    "won_dialog": lambda case, texts: decisions_dialogs.won_dialog(
        cases.overview(case).prospect, _target(case), texts, today=cases.TODAY
    ),
    "card_lapsed": _lapsed,
    "card_chased": _chased,
    "sign_of_life_dialog": lambda case, texts: decisions_dialogs.sign_of_life_dialog(
        cases.overview(case).prospect, _target(case), texts
    ),
    "snooze_dialog": lambda case, texts: decisions_dialogs.snooze_dialog(
        cases.overview(case).prospect, (1, 3, 5), _target(case), texts
    ),
    "leave_it_dialog": lambda case, texts: decisions_dialogs.snooze_dialog(
        cases.overview(case).prospect, range(1, 21), _target(case), texts
    ),
    "hand_over_dialog": lambda case, texts: decisions_dialogs.hand_over_dialog(
        cases.overview(case).prospect, _target(case), texts
    ),
    "hand_over_client_dialog": lambda case, texts: decisions_dialogs.hand_over_dialog(
        _won(cases.overview(case)).prospect, _target(case), texts
    ),
    "correct_dialog": lambda case, texts: decisions_dialogs.correct_dialog(
        cases.overview(case).prospect, _target(case), texts, currency="EUR"
    ),
    "details_to_correct": lambda case, texts: details.details_view(
        replace(cases.overview(case), held=frozenset({Role.OWNER})), texts, zone=cases.BERLIN
    ),
    "line_corrected": lambda case, texts: verdict.thread_line(*_corrected(case), texts),
    "handed_over": lambda case, texts: private.owner_chosen(
        _with_entry(case, acts.OwnerChanged(cases.ANNA, cases.BEN)), texts, 2
    ),
    "handed_over_late": lambda case, texts: private.owner_chosen(
        replace(
            _with_entry(case, acts.OwnerChanged(cases.ANNA, cases.BEN)),
            today=date(2026, 12, 30),
        ),
        texts,
        2,
    ),
    "handed_over_client": lambda case, texts: private.owner_chosen(
        _won(_with_entry(case, acts.OwnerChanged(cases.ANNA, cases.BEN))), texts, 2
    ),
    "list": lambda case, texts: lists.prospect_list(
        [cases.overview(case).prospect],
        texts,
        today=cases.TODAY,
        calendar=cases.CALENDAR,
        links={ProspectId("p1"): "https://sandbox.example/archives/C0/p1?a=1&b=2"},
    ),
    "owner_chosen": lambda case, texts: private.owner_chosen(cases.overview(case), texts),
}
SHOWN = [pair for pair in product(DRAWN, cases.CASES) if pair != ("step_last", "empty")]
"""A final rule ends the empty screening before its last step."""
ON_CONDITION: Mapping[str, Draw] = {
    "step_evidence": _step(1),
    "card_met": _met,
    "condition_met_dialog": lambda case, texts: decisions_dialogs.condition_met_dialog(
        cases.overview(case).prospect, _target(case), texts
    ),
}
FIXED: Mapping[str, Callable[[Texts], Rendered | Block]] = {
    "help": lists.help_text,
    "step_first.choice": lambda texts: steps.step_view(
        replace(cases.step(cases.CASES["empty"], 0), offered=(OWN, checklists.default())), texts
    ),
    "checklists_line.all": lambda texts: checklists_line(_all_acts(cases.SABINE), texts),
    "checklists_line.operator": lambda texts: checklists_line(_all_acts(None), texts),
    "list.none": lambda texts: lists.prospect_list(
        [], texts, today=cases.TODAY, calendar=cases.CALENDAR
    ),
    "undeliverable": lambda texts: private.undeliverable("C0GONE", "is_archived", texts),
    "undeliverable.unknown": lambda texts: private.undeliverable("U0ANNA", "<odd>", texts),
    "undeliverable.policy": lambda texts: private.undeliverable(
        "U0ANNA", "ekm_access_denied", texts, MessageKind.NUDGE
    ),
    "undeliverable.gone": lambda texts: private.undeliverable("U0ANNA", "user_disabled", texts),
    "sent_again": lambda texts: private.sent_again("C0VERDICTS", 2, texts),
    "sent_again.one": lambda texts: private.sent_again("C0VERDICTS", 1, texts),
    "sent_again.none": lambda texts: private.sent_again("C0VERDICTS", 0, texts),
    "undeliverable.unseen": lambda texts: private.undeliverable("C0VERDICTS", "unseen", texts),
    "undeliverable.ours": lambda texts: private.undeliverable("C0VERDICTS", "KeyError", texts),
    "pause": lambda texts: decisions_dialogs.pause_dialog(date(2026, 12, 14), texts),
    "paused": lambda texts: decisions_dialogs.paused_view(date(2026, 12, 14), texts),
    "paused.not": lambda texts: decisions_dialogs.paused_view(None, texts),
    "notice": lambda texts: dialogs.notice_view("Walkaway", "Nothing to do here.", texts),
}


def _plain(drawn: Rendered | Block) -> dict[str, Any]:
    if isinstance(drawn, Rendered):
        return {"text": drawn.text, "blocks": drawn.blocks}
    return drawn


def _problems(drawn: Rendered | Block) -> list[Any]:
    if isinstance(drawn, Rendered):
        return [
            problem
            for each in (drawn, classic(drawn))
            for problem in message_problems(_plain(each))
        ]
    return list(view_problems(drawn))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("view", "case"), SHOWN)
def test_view_looks_as_it_did_and_slack_takes_it(
    view: str, case: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = DRAWN[view](cases.CASES[case], Texts(language))

    assert _problems(drawn) == []
    golden(f"{view}.{case}.{language}", _plain(drawn))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("case", ["longest", "hostile"])
@pytest.mark.parametrize("view", ON_CONDITION)
def test_view_about_a_condition_looks_as_it_did_and_slack_takes_it(
    view: str, case: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = ON_CONDITION[view](cases.CASES[case], Texts(language))

    assert _problems(drawn) == []
    golden(f"{view}.{case}.{language}", _plain(drawn))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("view", FIXED)
def test_fixed_view_looks_as_it_did_and_slack_takes_it(
    view: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    drawn = FIXED[view](Texts(language))

    assert _problems(drawn) == []
    golden(f"{view}.{language}", _plain(drawn))
