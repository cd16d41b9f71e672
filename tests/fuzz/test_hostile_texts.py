"""Whatever people type, it stays text: in whole cards, views, lines of a thread and lists."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.decisions import acts
from bot.domain.decisions.history import HistoryEntry
from bot.domain.names import NAME_LENGTH, clean_name, clean_text
from bot.domain.people import Action
from bot.domain.prospects import EndedBy
from bot.slack.card import details, verdict
from bot.slack.decisions import dialogs
from bot.slack.home import lists
from bot.slack.kit.blocks import Rendered, classic
from bot.slack.managers import private
from bot.slack.payloads import payloads
from bot.slack.screening import drafts, steps
from bot.slack.texts import Texts
from sandbox.rules import message_problems, view_problems
from tests.slack import cases

PIECES = [
    *"<>&!@#|*_~`a \n", "<!channel>", "<!here>", "<@U1>", "<#C1>", "<https://x.example|y>", "&amp",
    "&lt;", "<!subteam^S1>", "<!date^1^{date}^x|y>", "https://x.example", "@channel", "\u202e",
    "\u2067", "\u200b", "א", "ع", "👩🏽‍🚀", "e\u0301", "{name}", "{0}", "%s", "x" * 200,
]  # fmt: skip
TYPED = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=300)
OURS = re.compile(
    r"<!date\^\d+\^\{date_short\} (?:at|um) \{time\}\|[^<>|]+>"
    r"|<@U0(?:ANNA|BEN|SABINE)>|<#C0VERDICTS>|<https://sandbox\.example/archives/[^<>|]+\|[^<>|]+>"
)
"""The mentions and links that we write ourselves."""
WHOLE = re.compile(r"(?:[^&<>]|&(?:amp|lt|gt);)*")

Json = dict[str, Any]
Draw = Callable[[cases.Case, str, Texts], Rendered | Json]


def _with_history(case: cases.Case, said: str) -> Any:
    made = cases.ended(cases.overview(case), Action.LOST, said)
    lost = HistoryEntry(made.prospect.id, acts.Lost(EndedBy.US, said), cases.SABINE, cases.LATER, 2)
    return replace(made, history=(*made.history, lost)), lost


def _line(case: cases.Case, said: str, texts: Texts) -> Rendered:
    made, lost = _with_history(case, said)
    return verdict.thread_line(made, lost, texts)


def _again(case: cases.Case, texts: Texts) -> Rendered:
    first, second = cases.screened_again(cases.overview(case), cases.TALKED_INTO)
    links = {first.qualification.id: "https://sandbox.example/archives/C0/p1?a=1&b=2"}
    return verdict.card(second, texts, links=links)


def _drafts(case: cases.Case, texts: Texts) -> Json:
    return drafts.drafts_view([cases.draft(case.name)], case.name, texts, zone=cases.BERLIN)


DRAWN: Mapping[str, Draw] = {
    "card": lambda case, _, texts: verdict.card(cases.overview(case), texts),
    "card lost": lambda case, said, texts: verdict.card(_with_history(case, said)[0], texts),
    "card met": lambda case, said, texts: verdict.card(
        cases.met(cases.overview(case), said), texts
    ),
    "card again": lambda case, _, texts: _again(case, texts),
    "thread line": _line,
    "verdict": lambda case, _, texts: verdict.verdict_view(
        cases.overview(case), texts, zone=cases.BERLIN
    ),
    "details": lambda case, said, texts: details.details_view(
        _with_history(case, said)[0], texts, zone=cases.BERLIN
    ),
    "condition": lambda case, _, texts: dialogs.condition_met_dialog(
        cases.overview(case).prospect, payloads.Target(cases.overview(case).prospect.id, 1), texts
    ),
    "first step": lambda case, _, texts: steps.step_view(cases.step(case, 0), texts),
    "second step": lambda case, _, texts: steps.step_view(cases.step(case, 1), texts),
    "drafts": lambda case, _, texts: _drafts(case, texts),
    "list": lambda case, _, texts: lists.prospect_list(
        [cases.overview(case).prospect], texts, today=cases.TODAY, calendar=cases.CALENDAR
    ),
    "owner chosen": lambda case, _, texts: private.owner_chosen(cases.overview(case), texts),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("drawn", DRAWN)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=TYPED, homework=TYPED, said=TYPED)
@example(name=cases.HOSTILE, homework=cases.HOSTILE, said=cases.HOSTILE)
@example(name="<" * 300, homework="&" * 3000, said=">" * 500)
@example(name="&lt;" * 20, homework="<!channel>" * 290, said="<@U1>" * 100)
def test_what_is_typed_stays_text(
    drawn: str, language: str, name: str, homework: str, said: str
) -> None:
    case = cases.Case(
        {**cases.FIRE, "homework": kept(homework), "numbers_given": kept(said)},
        name=clean_name(name)[:NAME_LENGTH].strip() or "A",
    )

    made = DRAWN[drawn](case, kept(said)[:500], Texts(language))

    for payload in _shapes(made):
        assert _problems(payload) == []
        for text in _marked_up(payload):
            assert WHOLE.fullmatch(OURS.sub("", text)), text


def kept(typed: str) -> str:
    """Return what is kept of a typed text, or something if that is nothing."""
    return clean_text(typed)[:3000].strip() or "x"


def _shapes(made: Rendered | Json) -> list[Json]:
    if not isinstance(made, Rendered):
        return [made]
    return [{"text": each.text, "blocks": each.blocks} for each in (made, classic(made))]


def _problems(payload: Json) -> list[Any]:
    return list(view_problems(payload) if "type" in payload else message_problems(payload))


def _marked_up(part: Any) -> Iterator[str]:
    """Yield every text in which Slack looks for mentions and links."""
    if isinstance(part, list):
        for each in part:
            yield from _marked_up(each)
    elif isinstance(part, dict):
        is_message = "type" not in part and isinstance(part.get("text"), str)
        if (part.get("type") == "mrkdwn") or is_message:
            yield part["text"]
        for key, each in part.items():
            if key != "text" or not isinstance(each, str):
                yield from _marked_up(each)
