from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from bot.domain.people import Action, Member, MemberId, OtherAction
from bot.domain.prospects import Prospect, ProspectId
from bot.domain.read_models import Brief, HomeContent, HomeOrder, HomePage, HomeScope
from bot.domain.screening import Draft
from bot.slack.home.home import closed_view, home_view
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts
from sandbox.rules import home_problems
from tests.slack import cases

EN = Texts("en")
ANNA = Member(cases.ANNA, "Anna Nowak", cases.BERLIN, "en-GB")
ALL: list[Mapping[str, object]] = [
    cases.TALKED_INTO,
    cases.NOT_SHOWN,
    cases.FIRE,
    {**cases.FIRE, "value": "not_shown"},
    cases.GOOD,
]


def prospect(number: int, answers: Mapping[str, object], name: str = "Acme GmbH") -> Prospect:
    made = cases.overview(cases.Case(answers, name=name)).prospect
    return replace(made, id=ProspectId(f"p{number}"))


def draft(number: int, name: str) -> Draft:
    return cases.draft(name, number)


def mine(
    *prospects: Prospect,
    drafts: tuple[Draft, ...] = (),
    page: int = 1,
    pages: int = 1,
    scope: HomeScope | None = None,
    briefs: Mapping[ProspectId, Brief] = MappingProxyType({}),
    order: HomeOrder = HomeOrder.DUE,
    decided: tuple[Prospect, ...] = (),
    today: date = cases.TODAY,
) -> HomeContent:
    """What Anna sees; with a scope, as a manager."""
    return HomeContent(
        member=ANNA,
        scope=scope or HomeScope.OWN,
        is_manager=scope is not None,
        today={each.facts.owner: today for each in (*prospects, *decided)},
        calendar=cases.CALENDAR,
        drafts=drafts,
        has_more_drafts=len(drafts) == 5,
        prospects=prospects,
        total=len(prospects) if pages == 1 else 10 * pages,
        page=page,
        pages=pages,
        briefs=briefs,
        order=order,
        decided=decided,
    )


def of_somebody_else(prospect: Prospect) -> Prospect:
    return replace(prospect, facts=replace(prospect.facts, owner=cases.SABINE))


def waiting(number: int, answers: Mapping[str, object], asker: MemberId) -> Prospect:
    """What somebody asked an override for."""
    asked = cases.asked(cases.overview(cases.Case(answers))).prospect
    requests = tuple(replace(each, asked_by=asker) for each in asked.overrides)
    return replace(of_somebody_else(asked), id=ProspectId(f"p{number}"), overrides=requests)


def walked_away(number: int) -> Prospect:
    ended = cases.ended(cases.overview(cases.CASES["ordinary"]), Action.WALK_AWAY).prospect
    return replace(ended, id=ProspectId(f"p{number}"))


MANY = tuple(prospect(number, ALL[number % len(ALL)], f"Kunde {number}") for number in range(10))
LATE = replace(
    mine(prospect(1, cases.TALKED_INTO)), today={cases.ANNA: cases.LATER.date().replace(day=8)}
)
BRIEF, LONG_BRIEF = (cases.brief(cases.CASES[each]) for each in ("ordinary", "longest"))
HOSTILE = mine(
    *(prospect(number, each, cases.HOSTILE[:80]) for number, each in enumerate(ALL)),
    drafts=(draft(1, cases.HOSTILE[:80]), draft(2, "")),
)
SHOWN: Mapping[str, HomeContent] = {
    "none": mine(),
    "one": LATE,
    "brief": mine(prospect(1, cases.NOT_SHOWN), briefs={ProspectId("p1"): BRIEF}),
    "draft": mine(drafts=(draft(1, "Acme GmbH"),)),
    "longest": mine(
        *(prospect(number, cases.FIRE, cases.LONGEST) for number in range(10)),
        drafts=tuple(draft(number, cases.LONGEST) for number in range(5)),
        pages=500,
    ),
    "middle": mine(*MANY, page=250, pages=500),
    "whole": mine(
        of_somebody_else(prospect(1, cases.TALKED_INTO)),
        prospect(2, cases.GOOD),
        drafts=(draft(1, "Acme GmbH"),),
        scope=HomeScope.WHOLE,
    ),
    "whole_longest": mine(
        *(of_somebody_else(prospect(number, cases.FIRE, cases.LONGEST)) for number in range(10)),
        drafts=tuple(draft(number, cases.LONGEST) for number in range(5)),
        pages=500,
        scope=HomeScope.WHOLE,
        briefs={ProspectId(f"p{number}"): LONG_BRIEF for number in range(10)},
    ),
    "whole_asked": mine(
        waiting(1, cases.NOT_SHOWN, cases.SABINE),
        waiting(2, cases.FIRE, cases.ANNA),
        scope=HomeScope.WHOLE,
    ),
    "whole_none": mine(scope=HomeScope.WHOLE),
    "whole_undecided": mine(
        of_somebody_else(prospect(1, cases.TALKED_INTO)),
        prospect(2, cases.NOT_SHOWN),
        prospect(3, cases.GOOD),
        scope=HomeScope.WHOLE,
        briefs={ProspectId(f"p{number}"): BRIEF for number in range(1, 4)},
        decided=(walked_away(4),),
        today=cases.TODAY + timedelta(days=7),
    ),
    "whole_by_owner": mine(
        of_somebody_else(prospect(1, cases.TALKED_INTO)),
        prospect(2, cases.NOT_SHOWN),
        scope=HomeScope.WHOLE,
        order=HomeOrder.OWNER,
    ),
    "whole_by_verdict": mine(*MANY[:2], scope=HomeScope.WHOLE, order=HomeOrder.VERDICT),
    "whole_decided_only": mine(scope=HomeScope.WHOLE, decided=(walked_away(4),)),
    "manager_with_none": mine(scope=HomeScope.OWN),
    "whole_draft": mine(drafts=(draft(1, "Acme GmbH"),), scope=HomeScope.WHOLE),
    "hostile": replace(HOSTILE, member=replace(ANNA, name=cases.HOSTILE)),
    "hostile_none": replace(mine(), member=replace(ANNA, name=cases.HOSTILE * 9)),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("case", SHOWN)
def test_home_looks_as_it_did_and_slack_takes_it(
    case: str, language: str, golden: Callable[[str, Any], None]
) -> None:
    view = home_view(SHOWN[case], Texts(language))

    assert home_problems(view) == []
    golden(f"home.{case}.{language}", view)


@pytest.mark.parametrize("language", ["en", "de"])
def test_home_of_who_has_none_looks_as_it_did(
    language: str, golden: Callable[[str, Any], None]
) -> None:
    view = closed_view("Guests &amp; bots cannot.", Texts(language))

    assert home_problems(view) == []
    golden(f"home.closed.{language}", view)


def buttons(view: dict[str, Any]) -> dict[str, list[tuple[str, str | None]]]:
    return {
        block["block_id"]: [
            (each["action_id"], each.get("value"))
            for each in block["elements"]
            if each["type"] == "button"
        ]
        for block in view["blocks"]
        if block["type"] == "actions"
    }


def test_a_newcomer_is_greeted_and_can_begin() -> None:
    view = home_view(mine(), EN)

    assert view["blocks"][0]["text"]["text"] == "Hello, Anna Nowak"
    assert buttons(view) == {"begin": [(Action.QUALIFY, None), (OtherAction.REMEMBER, None)]}


AGAINST = ["walk_away", "override", "requalify"]
LAST = ["lost", "hand_over"]


@pytest.mark.parametrize(
    ("answers", "shown", "behind"),
    [
        (cases.TALKED_INTO, AGAINST, [*LAST, "won", "correct", "details"]),
        (cases.NOT_SHOWN, AGAINST, ["sign_of_life", "chased", *LAST, "details"]),
        (
            cases.FIRE,
            ["walk_away", "condition_met", "override"],
            ["requalify", *LAST, "won", "details"],
        ),
        (cases.GOOD, ["walk_away", "won", "requalify"], [*LAST, "correct", "details"]),
    ],
)
def test_a_prospect_has_the_buttons_of_its_card_and_its_details(
    answers: Mapping[str, object], shown: list[str], behind: list[str]
) -> None:
    view = home_view(mine(prospect(7, answers)), EN)
    row = next(each for each in view["blocks"] if each.get("block_id") == "decide.p7.1")

    assert buttons(view)["decide.p7.1"] == [(each, "p7.1") for each in shown]
    assert row["elements"][-1]["action_id"] == ids.MORE
    assert [each["value"] for each in row["elements"][-1]["options"]] == [
        f"{each}.p7.1" for each in behind
    ]


def test_what_is_overdue_is_said_to_be() -> None:
    due_on_that_day = replace(LATE, today={cases.ANNA: date(2026, 12, 3)})

    assert "Was due Thu 3 Dec, 3 working days ago." in str(home_view(LATE, EN))
    assert "Was due" not in str(home_view(due_on_that_day, EN))


@pytest.mark.parametrize(
    ("page", "turns"),
    [
        (1, [(ids.LATER, "2")]),
        (2, [(ids.EARLIER, "1"), (ids.LATER, "3")]),
        (3, [(ids.EARLIER, "2")]),
    ],
)
def test_pages_are_turned_by_their_numbers(page: int, turns: list[tuple[str, str]]) -> None:
    view = home_view(mine(*MANY, page=page, pages=3), EN)

    assert buttons(view)["pages"] == turns
    assert view["private_metadata"] == str(page)
    assert f"Page {page} of 3" in str(view)


def test_one_page_needs_no_turning() -> None:
    assert "pages" not in buttons(home_view(mine(*MANY), EN))


def test_more_drafts_than_are_listed_are_mentioned() -> None:
    drafts = tuple(draft(number, f"Kunde {number}") for number in range(5))

    assert "There are more." in str(home_view(mine(drafts=drafts), EN))
    assert "There are more." not in str(home_view(mine(drafts=drafts[:4]), EN))


@pytest.mark.parametrize(
    "page",
    [
        HomePage(3),
        HomePage(1, HomeScope.WHOLE),
        HomePage(2, HomeScope.OWN),
        *(HomePage(7, HomeScope.WHOLE, order) for order in HomeOrder),
    ],
)
def test_a_view_remembers_the_page_of_home_behind_it_beside_its_own_metadata(
    page: HomePage,
) -> None:
    step = {"type": "modal", "private_metadata": "a|b"}

    assert payloads.home_behind(payloads.opened_from_home(step, page)) == (page, step)
    assert payloads.home_behind(payloads.opened_from_home({"type": "modal"}, page))[0] == page
    assert payloads.home_behind(step) == (None, step)
    assert payloads.page_of(payloads.home_page(page)) == page


@pytest.mark.parametrize(
    ("scope", "page"), [(None, HomePage(250)), (HomeScope.WHOLE, HomePage(250, HomeScope.WHOLE))]
)
def test_home_knows_its_page_and_a_manager_whose_it_shows(
    scope: HomeScope | None, page: HomePage
) -> None:
    view = home_view(mine(*MANY, page=250, pages=500, scope=scope), EN)

    assert payloads.home_behind(view)[0] == page


def test_a_manager_can_turn_to_their_own_and_back() -> None:
    whole, own = (
        home_view(mine(*MANY, scope=HomeScope.WHOLE), EN),
        home_view(mine(scope=HomeScope.OWN), EN),
    )

    assert buttons(whole)["begin"] == [
        (Action.QUALIFY, None),
        (ids.SCOPE, "own.1"),
        (ids.BY_OWNER, "whole.owner.1"),
        (ids.BY_VERDICT, "whole.verdict.1"),
    ]
    assert buttons(own)["begin"] == [(Action.QUALIFY, None), (ids.SCOPE, "whole.1")]


def test_the_whole_says_whose_each_is() -> None:
    view = home_view(mine(of_somebody_else(MANY[0]), MANY[1], scope=HomeScope.WHOLE), EN)

    assert f"· <@{cases.SABINE}> ·" in str(view)
    assert f"· <@{cases.ANNA}> ·" in str(view)


def test_the_undecided_stand_above_what_is_open_and_decided() -> None:
    said = str(home_view(SHOWN["whole_undecided"], EN))

    assert 0 < said.index("*Undecided*") < said.index("*Open*") < said.index("*Recently decided*")


def test_undoing_is_only_spoken_of_where_something_was_decided() -> None:
    hint = "Decided too soon? You can undo it on the card until the end of the next working day."

    assert hint in str(home_view(SHOWN["whole_undecided"], EN))
    assert hint not in str(home_view(mine(MANY[0]), EN))


def test_a_page_keeps_its_order() -> None:
    view = home_view(mine(*MANY, pages=9, scope=HomeScope.WHOLE, order=HomeOrder.OWNER), EN)

    assert buttons(view)["pages"] == [(ids.LATER, "whole.owner.2")]
    assert [each[0] for each in buttons(view)["begin"]][-2:] == [ids.BY_DUE, ids.BY_VERDICT]


@pytest.mark.parametrize(
    "metadata",
    ["from_home:x|", "from_home:|", "from_home:٣|", "from_home:3", "from_home:.3|", None, 7],
)
def test_metadata_that_is_not_ours_tells_of_no_home(metadata: object) -> None:
    view = {"type": "modal", "private_metadata": metadata}

    assert payloads.home_behind(view) == (None, view)


@pytest.mark.parametrize(
    "metadata",
    ["", "x", "-1", "9" * 10, "all.1", ".1", "whole.", "whole.x.1", "whole.due.due.1", None],
)
def test_home_without_a_readable_page_is_at_the_first(metadata: object) -> None:
    assert payloads.home_behind({"type": "home", "private_metadata": metadata})[0] == HomePage()


@pytest.mark.parametrize(
    ("seen", "first", "behind"),
    [
        pytest.param(
            mine(waiting(1, cases.FIRE, cases.SABINE), scope=HomeScope.WHOLE),
            ["walk_away", "condition_met", "approve_override"],
            ["deny_override", "requalify"],
            id="of somebody else",
        ),
        pytest.param(
            mine(waiting(1, cases.FIRE, cases.ANNA), scope=HomeScope.WHOLE),
            ["walk_away", "condition_met", "requalify"],
            ["lost", "hand_over"],
            id="of the manager who reads",
        ),
        pytest.param(
            mine(waiting(1, cases.FIRE, cases.SABINE)),
            [],
            ["details"],
            id="of somebody else, to who is no manager",
        ),
        pytest.param(
            replace(
                mine(waiting(1, cases.FIRE, cases.SABINE), scope=HomeScope.WHOLE),
                today={cases.SABINE: date(2027, 1, 11)},
            ),
            ["walk_away", "condition_met", "requalify"],
            ["sign_of_life", "chased"],
            id="lapsed, and the clock is late",
        ),
    ],
)
def test_who_can_answer_a_request_does_so_first(
    seen: HomeContent, first: list[str], behind: list[str]
) -> None:
    view = home_view(seen, EN)

    block = next(
        each for each in view["blocks"] if str(each.get("block_id")).startswith("decide.p1.")
    )
    *shown, menu = block["elements"]
    assert [each["action_id"] for each in shown] == first
    options = [option["value"].partition(".")[0] for option in menu["options"]]
    assert options[:2] == behind
    assert "approve_override" not in options
