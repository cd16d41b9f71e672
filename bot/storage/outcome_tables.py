"""The tables of outcomes: what is asked about an end, in which message, and what was answered."""

from sqlalchemy import Boolean, Column, Date, ForeignKeyConstraint, Index, Integer, Table

from bot.domain.outcome import Ask, Ending
from bot.storage.append_only import refuse_changes
from bot.storage.columns import UtcDateTime
from bot.storage.constraints import inside_workspace, key, metadata, one_of, required

QUESTION_KEY = ("prospect_id", "ending", "ended_on", "after")
"""What tells one question from the others of a workspace."""


def _its_question() -> ForeignKeyConstraint:
    columns = ("workspace_id", *QUESTION_KEY)
    return ForeignKeyConstraint(columns, [f"outcome_questions.{name}" for name in columns])


outcome_questions = Table(
    "outcome_questions",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    key("ending"),
    Column("ended_on", Date, primary_key=True),
    Column("after", Integer, primary_key=True, autoincrement=False),
    required("owner"),
    Column("not_before", Date),
    Column("asked_on", Date),
    Column("put_off_on", Date),
    required("is_refused", Boolean),
    required("is_waiting", Boolean),
    required("is_dropped", Boolean),
    inside_workspace("prospect_id", "prospects.prospect_id"),
    one_of("ending", Ending),
    Index("ix_outcome_questions_owner", "workspace_id", "owner", "is_waiting"),
)
"""A question whose end was undone is dropped, not deleted: what was answered stays in the record.

`is_waiting` is what the domain says of the question, so that the clock finds those few at once.
"""

outcome_answers = Table(
    "outcome_answers",
    metadata,
    key("workspace_id"),
    key("prospect_id"),
    key("ending"),
    Column("ended_on", Date, primary_key=True),
    Column("after", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("ask"),
    required("choice"),
    required("by"),
    required("at", UtcDateTime),
    _its_question(),
    one_of("ask", Ask),
)
refuse_changes(outcome_answers)

outcome_items = Table(
    "outcome_items",
    metadata,
    key("workspace_id"),
    key("member_id"),
    Column("day", Date, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    required("prospect_id"),
    required("ending"),
    required("ended_on", Date),
    required("after", Integer),
    ForeignKeyConstraint(
        ["workspace_id", "member_id", "day"],
        ["nudge_messages.workspace_id", "nudge_messages.member_id", "nudge_messages.day"],
    ),
    _its_question(),
    Index("ix_outcome_items_prospect", "workspace_id", "prospect_id", "day"),
)
"""What the private message of a day asks, be it a nudge as well or not."""
