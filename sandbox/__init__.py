"""A pretend Slack on loopback: for a newcomer's desk, and for every test of an app.

It knows nothing of the app but its command line and environment. Start reading in `server`.
"""

from sandbox.inputs import fill
from sandbox.interactions import Submission
from sandbox.problems import AppDidNotAnswer, CannotDo
from sandbox.server import Slack, counted_ids
from sandbox.workspace import ApiCall, Fault, Refusal

__all__ = [
    "ApiCall",
    "AppDidNotAnswer",
    "CannotDo",
    "Fault",
    "Refusal",
    "Slack",
    "Submission",
    "counted_ids",
    "fill",
]
