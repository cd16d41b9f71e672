"""The tables of the outbox and its lanes."""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Double,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from bot.domain.delivery.outbox import MessageKind
from bot.storage.schema.columns import (
    AT_COMMIT,
    RowId,
    in_workspace,
    inside_workspace,
    key,
    one_of,
    partial_index,
    required,
)
from bot.storage.schema.columns import metadata as metadata


class RowState(StrEnum):
    """What became of an outbox row so far."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    DEAD = "dead"


_UNFINISHED: Final = "state IN ('pending', 'claimed')"
_NOT_FINISHED: Final = "state NOT IN ('sent', 'dead')"
"""The same in other words: so nobody looks for the rest of a lane in the index of what is due.

PostgreSQL takes both for equally small until it has counted anew, and then reads all that is due
for each row that is due.
"""
FINISHED: Final[list[ColumnElement[str]]] = [literal_column("'sent'"), literal_column("'dead'")]
UNFINISHED: Final[list[ColumnElement[str]]] = [
    literal_column("'pending'"),
    literal_column("'claimed'"),
]
"""Literals, or the partial indexes would not be used."""

outbox = Table(
    "outbox",
    metadata,
    Column("row_id", RowId, Identity(), primary_key=True),
    required("workspace_id"),
    required("kind"),
    required("recipient"),
    required("dedupe_key"),
    Column("prospect_id", Text),
    Column("qualification_id", Text),
    Column("revision", Integer),
    required("detail", JSON),
    required("state"),
    required("due_at", Double),
    required("fence", Integer),
    required("attempts", Integer),
    required("may_be_out", Boolean),
    Column("cause", Text),
    Column("channel", Text),
    Column("ts", Text),
    Column("sent_at", Double),
    required("may_be_twice", Boolean),
    required("written_at", Double),
    in_workspace(),
    inside_workspace("prospect_id", "prospects.prospect_id", **AT_COMMIT),
    inside_workspace("qualification_id", "qualifications.qualification_id", **AT_COMMIT),
    UniqueConstraint("workspace_id", "dedupe_key"),
    one_of("kind", MessageKind),
    one_of("state", RowState),
    CheckConstraint(
        "(state = 'sent') = (sent_at IS NOT NULL)"
        " AND (sent_at IS NULL) = (channel IS NULL) AND (channel IS NULL) = (ts IS NULL)",
        name="sent",
    ),
    partial_index("ix_outbox_due", "due_at", only=_UNFINISHED),
    partial_index("ix_outbox_lane", "workspace_id", "recipient", "row_id", only=_NOT_FINISHED),
    Index("ix_outbox_prospect", "workspace_id", "prospect_id"),
    Index("ix_outbox_qualification", "workspace_id", "qualification_id"),
    sqlite_autoincrement=True,
)
"""Messages; their times are seconds since 1970 by the database's clock.

A claimed row is due again when its lease ends, so one column says when a row needs somebody.
SQLite reads whatever points to a prospect or a qualification when one is added: hence an index for
each way there.
"""

lanes = Table(
    "lanes",
    metadata,
    key("workspace_id"),
    key("recipient"),
    required("not_before", Double),
    required("turn", Integer),
    in_workspace(),
)
"""When the next message may go to a channel or person, on the clock of `outbox.due_at`.

The turn grows when a message gets through, and when what died is sent again.
"""
