"""A workspace with everything in it that can leave it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from bot import checklists
from bot.domain.decisions.history import Forgetting
from bot.domain.outcomes.outcome import Choice, Ending, PaidAsAgreed, Regret, WouldTakeAgain
from bot.domain.prospects import Prospect
from bot.domain.webhooks.webhooks import Event
from bot.services.ports import Caller
from bot.services.transaction.forgetting import forget
from tests.office import GOOD, HOMEWORK, NO_OFFER, PROBLEM
from tests.services.agency import MANAGER, OTHER, OWNER, PLEA, SECOND_MANAGER, A, Agency

EVERY_KIND: Final = checklists.loads(
    """
id: every-kind
title: {en: Every kind, de: Jede Art}
steps:
  - id: one
    title: {en: One, de: Eins}
    questions:
      - id: size
        kind: one_of
        required: true
        text: {en: Size, de: Größe}
        options:
          - {id: large, text: {en: Large, de: Groß}}
          - {id: small, text: {en: Small, de: Klein}, evidence: required}
  - id: two
    title: {en: Two, de: Zwei}
    questions:
      - id: wishes
        kind: any_of
        text: {en: Wishes, de: Wünsche}
        options:
          - {id: calls, text: {en: Calls, de: Anrufe}}
          - {id: reports, text: {en: Reports, de: Berichte}}
      - {id: budget, kind: number, unit: EUR, text: {en: Budget, de: Budget}}
      - {id: start, kind: date, text: {en: Start, de: Beginn}}
      - {id: words, kind: text, text: {en: Words, de: Worte}}
rules:
  - id: small
    when: {size: small}
    verdict: problem
    decide_within: 5
    sentence: {en: Small., de: Klein.}
  - id: fine
    when: otherwise
    verdict: pursue
    sentence: {en: Fine., de: Gut.}
"""
).checklist
"""With a question of each kind, and evidence for an option."""

ALL_ANSWERED: Final[dict[str, Any]] = {
    "size": "small",
    "size_evidence": '=HYPERLINK("http://127.0.0.1")',
    "wishes": ["reports", "calls"],
    "budget": "1200.5",
    "start": "2027-01-04",
    "words": '\'quoted\nin two lines, "and" more',
}
NAMES: Final = ("=1+1 GmbH", "'Quoted Ltd", "+49 Phones", "@ Home", 'Änne & Söhne, "KG"')
"""What a spreadsheet would take for formulas, and what a CSV has to quote."""


REMEMBERED: Final = """name,offer,numbers,value,signs,became,again,regret
"'=Remembered GmbH",clear,ready,at_once,haggles drains,ended,no,
Refused,none,,,,walked_away,,yes
"""


async def fill(agency: Agency) -> None:
    """Let nearly everything happen that can: some six weeks of it."""
    await agency.everybody_comes()
    for name in NAMES:
        await agency.screen(OWNER, GOOD, name, expected_value="12.345,60")
    won, lost, ended, walked, undone = [
        await agency.screen(OWNER, answers, name)
        for answers, name in (
            (GOOD, "Won"),
            (PROBLEM, "Lost"),
            (GOOD, "Ended"),
            (NO_OFFER, "Walked away"),
            (NO_OFFER, "Undone"),
        )
    ]
    won = await agency.win(OWNER, won)
    await agency.lose(OWNER, lost)
    await agency.end_client(OWNER, await agency.win(OWNER, ended))
    walked = await agency.walk_away(OWNER, walked)
    await agency.undo(OWNER, await agency.walk_away(OWNER, undone))
    await _go_on_against_the_verdict(agency)
    await _act_on_the_open(agency)
    await agency.importing.take_in(A, REMEMBERED)
    await adopt_another_checklist(agency)
    forgotten = await agency.screen(OWNER, PROBLEM, "Forgotten")
    async with agency.units(A) as work:
        await forget(work, forgotten.id, Forgetting.ASKED, MANAGER, agency.clock())
    await agency.follow_up.pause(Caller(A, OTHER), agency.clock().date() + timedelta(days=300))
    await agency.set(referrals="Petra Klein, shops", nudges="4")
    await agency.door.renew(Caller(A, MANAGER))
    webhook = await agency.add_webhook(Event.PROSPECT_DECIDED, Event.OUTCOME_ANSWERED)
    await agency.add_webhook(address="https://other.example.com/hook?key=1")
    await agency.webhooks.switch(Caller(A, MANAGER), webhook.id, on=False)
    await agency.intake.take(A, {"name": "Came in", "owner": OWNER})
    await agency.begin(OWNER, "Only begun")
    await agency.pass_time(agency.clock() + timedelta(days=40), step=timedelta(hours=6))
    await _answer(agency, won, Ending.WON, (PaidAsAgreed.YES, WouldTakeAgain.NO))
    await _answer(agency, walked, Ending.WALKED_AWAY, (Regret.NO,))


async def adopt_another_checklist(agency: Agency) -> None:
    """Adopt a checklist with every kind of question, and screen by it."""
    manager = Caller(A, MANAGER)
    await agency.checklists.adopt(manager, EVERY_KIND, seen=None, as_default=True)
    await agency.screen(OWNER, ALL_ANSWERED, "Every kind")
    await agency.screen(OWNER, {"size": "large"}, "One kind")
    await agency.checklists.make_default(manager, agency.ours.default.id)


async def _go_on_against_the_verdict(agency: Agency) -> None:
    kill_on = agency.clock().date() + timedelta(days=8)
    new_fact = replace(PLEA, fear="new_fact", new_fact="-10 % less", kill_on=kill_on)
    await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, "Overridden"))
    await agency.let_managers_approve()
    asked, approved, denied = [
        await agency.override(OWNER, await agency.screen(OWNER, NO_OFFER, name), new_fact)
        for name in ("Asked", "Approved", "Denied")
    ]
    assert asked.request is not None
    await agency.win(OWNER, await agency.approve(MANAGER, approved))
    await agency.deny(MANAGER, denied)


async def _act_on_the_open(agency: Agency) -> None:
    kept = await agency.screen(OWNER, HOMEWORK, "Homework brought")
    await agency.meet(OWNER, kept)
    await agency.screen(OWNER, HOMEWORK, "Homework forgotten")
    problem = await agency.screen(OWNER, PROBLEM, "Chased")
    problem = await agency.chase(OWNER, await agency.see_life(OWNER, problem))
    problem = await agency.correct(OWNER, problem, name="Renamed")
    problem = await agency.hand_over(OWNER, problem)
    assert problem.facts.owner == SECOND_MANAGER
    again = await agency.screen(OWNER, PROBLEM, "Screened again")
    await agency.screen_again(OWNER, again, GOOD)


async def _answer(
    agency: Agency, prospect: Prospect, ending: Ending, choices: Iterable[Choice]
) -> None:
    async with agency.units.reading(A) as work:
        asked = await work.outcomes.standing(prospect.id)
    key = next(each.key for each in asked if each.ending is ending)
    for choice in choices:
        await agency.outcomes.note_answer(Caller(A, OWNER), key, choice, 0)
