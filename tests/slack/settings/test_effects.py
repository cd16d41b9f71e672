"""Each rule that changes what is read has its effect there."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.workspace import Settings
from bot.slack.nudges import why_overdue
from bot.slack.texts import Texts
from tests.slack import cases


@pytest.mark.parametrize(("least", "is_said"), [(1, True), (2, False)])
def test_it_is_talking_them_into_it_from_as_many_chases_as_the_rules_say(
    least: int, is_said: bool
) -> None:
    prospect = replace(cases.overview(cases.CASES["ordinary"]).prospect, chases=1)
    settings = Settings(talked_into_it_from=least)

    lines = list(why_overdue(prospect, date(2026, 12, 20), Texts("en"), settings))

    assert any("talking them into it" in line for line in lines) is is_said
