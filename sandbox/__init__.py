"""A pretend Slack on loopback: for a newcomer's desk, and for every test of an app.

It knows nothing of the app but its command line and environment. Start reading in `server`.

What a person does by the page's own bar, a test does in Python:

    slack.clock.move(working_days=5)    # and move_to_morning(), move(hours=4); forward only
    slack.switches.set_fault("slow", on=True)    # FAULTS names them all
    slack.faults = lambda call: RATE_LIMITED if call.method == "chat.update" else None
    slack.archive("C0SALES"); slack.unarchive("C0SALES")
    slack.deactivate("U0EMMA"); slack.reactivate("U0EMMA")    # the app gets user_change

`slack.clock` is a clock for the app as well: a test in one process hands it over as it is, an
app in a process of its own follows the file of `slack.clock.keep_in` (see `clock` and `child`).
"""

from sandbox.clock import TimeMachine
from sandbox.faults import ANSWER_LOST, CONNECTION_RESET, FAULTS, RATE_LIMITED, SLOW, Weather
from sandbox.inputs import fill
from sandbox.interactions import Submission
from sandbox.problems import AppDidNotAnswer, CannotDo
from sandbox.server import Slack, counted_ids
from sandbox.workspace import ApiCall, Fault, Refusal

__all__ = [
    "ANSWER_LOST",
    "CONNECTION_RESET",
    "FAULTS",
    "RATE_LIMITED",
    "SLOW",
    "ApiCall",
    "AppDidNotAnswer",
    "CannotDo",
    "Fault",
    "Refusal",
    "Slack",
    "Submission",
    "TimeMachine",
    "Weather",
    "counted_ids",
    "fill",
]
