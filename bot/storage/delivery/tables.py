"""The tables of the outbox and its lanes."""

from enum import StrEnum

import sqlalchemy as sa

from bot.domain.delivery import MessageKind
from bot.storage.schema import columns


class RowState(StrEnum):
    """The state of an outbox row."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"


_UNFINISHED = "state IN ('pending', 'claimed')"
_NOT_FINISHED = "state NOT IN ('sent', 'dead')"
"""The same in other words: so nobody looks for the rest of a lane in the index of what is due.

PostgreSQL takes both for equally small until it has counted anew, and then reads all that is due
for each row that is due.
"""
_IS_ASKED = "ask_at IS NOT NULL"
FINISHED: list[sa.ColumnElement[str]] = [
    sa.literal_column("'sent'"),
    sa.literal_column("'dead'"),
]
UNFINISHED: list[sa.ColumnElement[str]] = [
    sa.literal_column("'pending'"),
    sa.literal_column("'claimed'"),
]
"""Literals, or the partial indexes would not be used."""

outbox = sa.Table(
    "outbox",
    columns.metadata,
    sa.Column("row_id", columns.RowId, sa.Identity(), primary_key=True),
    columns.required("workspace_id"),
    columns.required("kind"),
    columns.required("recipient"),
    columns.required("dedupe_key"),
    sa.Column("prospect_id", sa.Text),
    sa.Column("qualification_id", sa.Text),
    sa.Column("revision", sa.Integer),
    columns.required("detail", sa.JSON),
    columns.required("state"),
    columns.required("due_at", sa.Double),
    columns.required("fence", sa.Integer),
    columns.required("attempts", sa.Integer),
    columns.required("may_be_out", sa.Boolean),
    sa.Column("cause", sa.Text),
    sa.Column("channel", sa.Text),
    sa.Column("ts", sa.Text),
    sa.Column("sent_at", sa.Double),
    columns.required("may_be_twice", sa.Boolean),
    columns.required("written_at", sa.Double),
    sa.Column("died_at", sa.Double),
    sa.Column("ask_at", sa.Double),
    columns.in_workspace(),
    columns.inside_workspace("prospect_id", "prospects.prospect_id", **columns.AT_COMMIT),
    columns.inside_workspace(
        "qualification_id", "qualifications.qualification_id", **columns.AT_COMMIT
    ),
    sa.UniqueConstraint("workspace_id", "dedupe_key"),
    columns.one_of("kind", MessageKind),
    columns.one_of("state", RowState),
    sa.CheckConstraint(
        "(state = 'sent') = (sent_at IS NOT NULL)"
        " AND (sent_at IS NULL) = (channel IS NULL) AND (channel IS NULL) = (ts IS NULL)",
        name="sent",
    ),
    columns.partial_index("ix_outbox_due", "due_at", only=_UNFINISHED),
    columns.partial_index(
        "ix_outbox_lane", "workspace_id", "recipient", "row_id", only=_NOT_FINISHED
    ),
    columns.partial_index("ix_outbox_ask", "ask_at", only=_IS_ASKED),
    sa.Index("ix_outbox_prospect", "workspace_id", "prospect_id"),
    sa.Index("ix_outbox_qualification", "workspace_id", "qualification_id"),
    sqlite_autoincrement=True,
)
"""Messages; their times are seconds since 1970 by the database's clock.

A claimed row is due again when its lease ends, so one column says when a row needs somebody. What
is dead has the time at which it is tried whether it can be sent by now, if that is to be tried; and
it keeps the time of its death until it is sent.
SQLite reads whatever points to a prospect or a qualification when one is added: hence an index for
each way there.
"""

lanes = sa.Table(
    "lanes",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("recipient"),
    columns.required("not_before", sa.Double),
    columns.required("turn", sa.Integer),
    columns.in_workspace(),
)
"""When the next message may go to a channel or person, on the clock of `outbox.due_at`.

The turn grows when a message gets through, and when what died is sent again.
"""
