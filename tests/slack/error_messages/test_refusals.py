import inspect
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.remembered import SENTENCES_OF_FILES
from bot.domain import errors
from bot.domain.checklist.answers import PROBLEM_CODES
from bot.domain.checklist.rules import LANGUAGES
from bot.domain.checklist.wording import SENTENCES
from bot.domain.decisions import RULES
from bot.domain.outcomes.outcome import Hours, OutcomeAnswer
from bot.domain.overrides import close, lapse
from bot.domain.people import Action, Outsider
from bot.domain.prospects import Prospect
from bot.domain.read_models import Overview
from bot.slack.error_messages import parts, refusals
from bot.slack.error_messages.parts import ABOUT_OVERRIDES
from bot.slack.texts import Texts
from tests.slack import cases

ROOT = Path(__file__).parents[3]
EN = Texts("en")
DUE = date(2026, 12, 15)
TODAY = date(2026, 12, 8)
OF_FIELDS: Mapping[str, Mapping[str, object]] = {
    "empty_name": {},
    "future": {"latest": DUE},
    "before_win": {"earliest": DUE},
    "not_full_member": {},
    "unknown_member": {},
    "directory_unavailable": {},
    "same_owner": {},
    "nobody_found": {},
    "other_name": {},
    "no_weekday": {},
    "no_address": {},
    "not_https": {},
    "has_credentials": {},
    "address_inside": {"variable": "WEBHOOK_ALLOWED_HOSTS"},
    "address_taken": {},
    "too_many_webhooks": {"most": 10},
    "changed_meanwhile": {},
    "line_too_long": {"line": 3, "limit": 75},
    "too_many_lines": {"limit": 20, "count": 21},
    "not_ahead": {"earliest": DUE},
    "no_working_day": {"day": DUE, "next": DUE},
    "kill_too_late": {"days": 60, "latest": DUE},
    "nobody_approves_until": {"day": DUE},
    "not_a_number": {},
    "negative": {},
    "too_large": {"limit": 1},
    "not_in_range": {"least": 1, "most": 10},
    "too_many": {"most": 5},
    "unreadable_day": {"typed": "soon"},
    "in_both_lists": {},
    "closes_too_early": {},
    "unknown_country": {"typed": "XX"},
    "unknown_region": {"country": "DE", "known": ("BE", "BY")},
    "unknown_zone": {},
    "unknown_currency": {},
    "no_manager": {},
    "unknown_manager": {"typed": "U0NOBODY"},
    "not_permitted": {"scope": "users:read"},
    "managers_unknown": {},
    "channel_not_found": {},
    "channel_not_joined": {},
    "channel_archived": {},
    "channel_read_only": {},
    "channel_shared": {},
    "channel_hidden": {},
    "slack_slow": {},
    "remembered_before": {"name": "Acme GmbH"},
    "screened_before": {"name": "Acme GmbH"},
    "no_verdict": {},
    "not_asked": {},
}
OF_ANSWERS: Mapping[str, Mapping[str, object]] = {
    "too_long": {"length": 3001, "limit": 3000},
    "too_early": {"earliest": DUE},
    "too_late": {"latest": DUE, "working_days": 10},
    "too_small": {"least": 0},
    "too_big": {"most": 100},
}


def _open() -> Overview:
    return cases.overview(cases.CASES["ordinary"])


def _in_dispute() -> list[Prospect]:
    """Prospects of which an override is asked for, stands, was denied, has lapsed or ended."""
    asked = cases.asked(_open())
    overridden = cases.overridden(_open()).prospect
    return [
        asked.prospect,
        cases.approved(asked).prospect,
        cases.denied(asked, "No").prospect,
        lapse(asked.prospect, now=cases.LATER),
        overridden,
        close(overridden, now=cases.LATER),
        close(asked.prospect, now=cases.LATER),
    ]


def _refusals() -> list[errors.DomainError]:
    prospect = _open().prospect
    ended = cases.ended(_open(), Action.WALK_AWAY).prospect
    until = datetime(2026, 12, 8, 23, tzinfo=UTC)
    return [
        errors.AnswersRejected([]),
        errors.ChecklistRejected([]),
        *(
            errors.ChecklistRefused(why, "a<b", limit=10, by=by)
            for why in errors.ChecklistRefusal
            for by in (None, cases.ANNA)
        ),
        errors.NoVerdict("walk-away", {}),
        errors.UnknownCountry("XX", []),
        errors.UnknownRegion("DE", "XX", []),
        *(errors.NotAllowed(action, owner=cases.ANNA, name="<Acme>") for action in RULES),
        *(errors.NotFullMember(Action.QUALIFY, why) for why in Outsider),
        errors.StaleClick(prospect),
        errors.StaleClick(ended),
        errors.ClickedTwice(ended),
        errors.NotPermitted("users:read"),
        *(errors.WrongStage(ended, action) for action in Action),
        *(errors.WrongStage(prospect, action) for action in Action),
        errors.NotWinnable(prospect),
        errors.NotWinnable(cases.overview(cases.CASES["hostile"]).prospect),
        *(
            error
            for each in _in_dispute()
            for error in (
                errors.StaleClick(each),
                errors.KillDatePassed(each),
                *(errors.WrongStage(each, action) for action in ABOUT_OVERRIDES),
            )
        ),
        errors.NobodyApproves(DUE),
        errors.ApprovalBarred(DUE),
        errors.NotSetUp(["verdict_channel"], ["U0SABINE", "S0BOSSES"]),
        errors.ChannelHidden(),
        errors.UndoTooLate(ended, until=until),
        errors.UndoTooLate(cases.ended(_open(), Action.WON).prospect, until=until),
        errors.SnoozeRefused(prospect),
        errors.OutcomeGone(prospect),
        errors.TooEarlyToJudge(prospect, DUE),
        errors.OutcomeAlreadyAnswered(ended, OutcomeAnswer(Hours.UP_TO_5, cases.ANNA, cases.LATER)),
        errors.OutcomeSettled(ended, is_refused=False, again_on=DUE),
        errors.OutcomeSettled(ended, is_refused=True, again_on=None),
        errors.OutcomeSettled(ended, is_refused=False, again_on=None),
        errors.NothingToHandOver(cases.ANNA, is_back=False),
        errors.NothingToHandOver(cases.ANNA, is_back=True),
        errors.UnknownProspect(),
        errors.DraftGone(),
        errors.NothingToDiscard(),
        errors.NotYourDraft(),
        errors.DraftTakenUp(cases.ANNA),
        errors.DraftFiled(),
        errors.ProspectChanged(),
        errors.DirectoryUnavailable(),
        errors.ExportedRecently(timedelta(minutes=10)),
        errors.WebhookGone(),
        *(errors.FileFailed(why, scope="files:write", most=256_000) for why in errors.FileTrouble),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    for refusal in _refusals():
        said = refusals.sentence(refusal, Texts(language), zone=cases.BERLIN, today=TODAY)

        assert said.endswith((".", "”", "“", "`")), said
        assert "{" not in said


def test_every_class_of_refusal_is_among_them() -> None:
    classes = {
        each
        for _, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, errors.DomainError) and each is not errors.DomainError
    }

    assert classes == {type(refusal) for refusal in _refusals()}


def test_what_is_no_refusal_of_ours_is_left_to_others() -> None:
    with pytest.raises(KeyError):
        refusals.sentence(ZeroDivisionError(), EN, zone=cases.BERLIN, today=TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_of_a_field_has_a_sentence(language: str) -> None:
    for code in [*PROBLEM_CODES, *OF_FIELDS]:
        detail = OF_ANSWERS.get(code) or OF_FIELDS.get(code) or {}
        rejected = errors.AnswersRejected([errors.AnswerProblem("q", code, detail)])

        said = parts.field_errors(rejected, Texts(language), today=TODAY)["q"]

        assert said.endswith(".")
        assert "{" not in said


def test_every_code_that_is_written_for_a_field_has_a_sentence() -> None:
    written = {
        code
        for path in (ROOT / "bot").rglob("*.py")
        for code in re.findall(
            r'(?:AnswerProblem\(\s*[^,()]+,\s*|_rejected\()"(\w+)"',
            path.read_text(encoding="utf-8"),
        )
    }

    assert len(written) > 10
    assert written <= {*PROBLEM_CODES, *OF_FIELDS, *SENTENCES_OF_FILES, *SENTENCES}


def test_a_day_too_far_ahead_is_told_the_latest() -> None:
    late = errors.AnswerProblem("homework_due", "too_late", {"latest": DUE, "working_days": 10})

    said = parts.field_errors(errors.AnswersRejected([late]), EN, today=TODAY)

    assert said == {"homework_due": "That's too far ahead. The latest is Tue 15 Dec."}


def test_a_late_click_is_told_who_decided_and_when() -> None:
    ended = cases.ended(_open(), Action.WALK_AWAY).prospect

    said = refusals.sentence(errors.StaleClick(ended), EN, zone=cases.BERLIN, today=TODAY)

    assert "Acme GmbH: <@U0SABINE> walked away on Mon 7 Dec at 15:30." in said


def test_who_may_not_is_told_who_may_and_names_are_escaped() -> None:
    refusal = errors.NotAllowed(Action.WALK_AWAY, owner=cases.ANNA, name="<!channel>")

    said = refusals.sentence(refusal, EN, zone=cases.BERLIN, today=TODAY)

    assert said == (
        "Only <@U0ANNA> and the managers can walk away from &lt;!channel&gt;. Talk to them."
    )


def test_a_late_answer_is_told_what_became_of_the_override() -> None:
    denied = cases.denied(cases.asked(_open()), "They never paid.").prospect

    said = refusals.sentence(errors.StaleClick(denied), EN, zone=cases.BERLIN, today=TODAY)

    assert "<@U0SABINE> denied it on Mon 7 Dec at 15:30. “They never paid.”" in said


def test_nobody_is_sent_to_the_owner_for_an_approval() -> None:
    refusal = errors.NotAllowed(Action.APPROVE_OVERRIDE, owner=cases.ANNA, name="Acme")

    assert "Talk to them" not in refusals.sentence(refusal, EN, zone=cases.BERLIN, today=TODAY)


def test_who_may_not_undo_is_not_sent_to_nobody() -> None:
    refusal = errors.NotAllowed(Action.UNDO, owner=cases.ANNA, name="Acme")

    assert "Talk to them" not in refusals.sentence(refusal, EN, zone=cases.BERLIN, today=TODAY)


def test_who_was_overtaken_is_told_what_is_true_now_and_where_the_draft_is() -> None:
    ended = cases.ended(_open(), Action.WALK_AWAY).prospect

    said = refusals.overtaken(errors.StaleClick(ended), EN, zone=cases.BERLIN, today=TODAY)

    assert said.startswith("Acme GmbH changed while you were screening it.")
    assert "<@U0SABINE> walked away on Mon 7 Dec at" in said
    assert said.endswith("Your draft is saved: find it with `/qualify`.")


def test_who_was_too_slow_for_slack_is_told_to_try_again() -> None:
    assert refusals.too_late(EN) == "That took too long for Slack. Try again."


def test_the_unforeseen_shows_only_its_reference() -> None:
    assert refusals.unknown("7f3a", EN).endswith("this reference: `7f3a`")
