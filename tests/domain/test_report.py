"""The report: the same figures about everybody and about one owner."""

from datetime import date

from bot.domain.discipline import figures
from bot.domain.evidence import evidence_for, regret
from bot.domain.report import report_of
from tests.domain.stories import ANNA, BEN, CALENDAR, left, overridden, screened, tell, won

TODAY = date(2027, 1, 29)
HERS = [
    tell(screened("12-03"), left("12-04"), owner=ANNA),
    tell(screened("12-03"), overridden("12-04", "not_for_us"), won("12-10"), owner=ANNA),
]
HIS = [tell(screened("12-03"), overridden("12-04", "no_other_client"), owner=BEN)]


def test_the_report_of_an_owner_knows_only_their_prospects() -> None:
    made = report_of([*HERS, *HIS], owner=ANNA, today=TODAY, calendar=CALENDAR)

    assert made == report_of(HERS, owner=ANNA, today=TODAY, calendar=CALENDAR)
    assert made.prospects == 2
    assert made.figures == figures(HERS, today=TODAY, calendar=CALENDAR)
    assert made.regret == regret(HERS)


def test_the_report_about_everybody_has_each_fear_that_was_named_in_the_order_of_the_fears() -> (
    None
):
    everything = [*HERS, *HIS]

    made = report_of(everything, owner=None, today=TODAY, calendar=CALENDAR)

    assert made.prospects == 3
    assert made.evidence == (
        evidence_for("no_other_client", everything),
        evidence_for("not_for_us", everything),
    )
