"""Keep what lapsed, and refuse every way there is to change what is kept.

What lapsed or passed before is kept with the rest: a request tells when, and of a kill date and the
first of the conditions the line in the thread does, by when it was written. SQLite cannot take the
row number from a table: there it is made anew.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEYS = {
    "history": ("workspace_id", "prospect_id", "revision"),
    "outcome_answers": (
        "workspace_id",
        "prospect_id",
        "ending",
        "ended_on",
        "after",
        "position",
    ),
}
LAPSE = ("workspace_id", "prospect_id", "what", "about")
LAPSES = sa.table(
    "lapses",
    *(sa.column(name, sa.Text()) for name in (*LAPSE, "asked_by", "words")),
    sa.column("day", sa.Date()),
    sa.column("at", sa.DateTime(timezone=True)),
)
OUTBOX = sa.table(
    "outbox",
    *(sa.column(name, sa.Text()) for name in ("workspace_id", "kind", "dedupe_key")),
    *(sa.column(name, sa.Text()) for name in ("prospect_id", "qualification_id")),
    sa.column("written_at", sa.Double()),
)
OVERRIDES = sa.table(
    "overrides",
    *(sa.column(name, sa.Text()) for name in ("workspace_id", "qualification_id", "override_id")),
    *(sa.column(name, sa.Text()) for name in ("asked_by", "kill_criterion")),
    sa.column("kill_on", sa.Date()),
)
QUALIFICATIONS = sa.table(
    "qualifications",
    *(sa.column(name, sa.Text()) for name in ("workspace_id", "qualification_id")),
    sa.column("conditions", sa.JSON()),
)
REFUSED = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
WITHOUT_ROWID = "\n WITHOUT ROWID\n\n"


def upgrade() -> None:
    create_lapses()
    keep_kill_dates()
    keep_conditions()
    for table, key in KEYS.items():
        if on_postgresql():
            refuse_to_truncate(table)
        else:
            make_anew(table, with_rowid=False)
            refuse_to_replace(table, key)


def downgrade() -> None:
    for table in KEYS:
        if on_postgresql():
            op.execute(f"DROP TRIGGER {table}_is_never_truncated ON {table}")
        else:
            op.execute(f"DROP TRIGGER {table}_is_never_replaced")
            make_anew(table, with_rowid=True)
    op.drop_table("lapses")
    if on_postgresql():
        op.execute("DROP FUNCTION refuse_to_change_lapses()")


def create_lapses() -> None:
    op.create_table(
        "lapses",
        *(sa.Column(name, sa.Text(), nullable=False) for name in LAPSE),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.ForeignKeyConstraint(
            ["workspace_id", "prospect_id"],
            ["prospects.workspace_id", "prospects.prospect_id"],
            name="fk_lapses_prospects",
        ),
        sa.CheckConstraint(
            "what IN ('condition', 'request', 'override')", name=op.f("ck_lapses_what")
        ),
        sa.PrimaryKeyConstraint(*LAPSE, name="pk_lapses"),
        sqlite_with_rowid=False,
    )
    if on_postgresql():
        op.execute(
            "CREATE FUNCTION refuse_to_change_lapses() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER lapses_is_append_only BEFORE UPDATE OR DELETE ON lapses"
            " FOR EACH ROW EXECUTE FUNCTION refuse_to_change_lapses()"
        )
        refuse_to_truncate("lapses")
    else:
        for verb in ("update", "delete"):
            op.execute(f"CREATE TRIGGER lapses_is_never_{verb}d BEFORE {verb} ON lapses {REFUSED}")
        refuse_to_replace("lapses", LAPSE)
    op.execute(
        "INSERT INTO lapses (workspace_id, prospect_id, what, about, day, at, asked_by)"
        " SELECT workspace_id, prospect_id, 'request', override_id, lapses_on, over_at, asked_by"
        " FROM overrides WHERE state = 'lapsed'"
    )


def keep_kill_dates() -> None:
    """Keep those of which a line tells, by its key: `kill_date_line:...:QUALIFICATION:OVERRIDE`."""
    begin = sa.literal("kill_date_line:kill_date_line:")
    its_key = begin + OVERRIDES.c.qualification_id + ":" + OVERRIDES.c.override_id
    belongs = (OVERRIDES.c.workspace_id == OUTBOX.c.workspace_id) & (OUTBOX.c.dedupe_key == its_key)
    lines = sa.select(OUTBOX, OVERRIDES).join(OVERRIDES, belongs)
    keep(
        {
            **its_prospect(row),
            "what": "override",
            "about": row.override_id,
            "day": row.kill_on,
            "asked_by": row.asked_by,
            "words": row.kill_criterion,
        }
        for row in op.get_bind().execute(lines).all()
    )


def keep_conditions() -> None:
    """Keep those of the first day: there was one line for each verdict, when they lapsed."""
    belongs = (QUALIFICATIONS.c.workspace_id == OUTBOX.c.workspace_id) & (
        QUALIFICATIONS.c.qualification_id == OUTBOX.c.qualification_id
    )
    lines = sa.select(OUTBOX, QUALIFICATIONS.c.conditions).join(QUALIFICATIONS, belongs)
    kept = []
    for row in op.get_bind().execute(lines.where(OUTBOX.c.kind == "lapse_line")).all():
        first = min(due for _, due in row.conditions)
        kept.append(
            {
                **its_prospect(row),
                "what": "condition",
                "about": f"{row.qualification_id}:{first}",
                "day": date.fromisoformat(first),
                "asked_by": None,
                "words": "; ".join(what for what, due in row.conditions if due == first),
            }
        )
    keep(kept)


def its_prospect(line: sa.Row) -> dict[str, object]:
    at = datetime.fromtimestamp(line.written_at, UTC)
    return {"workspace_id": line.workspace_id, "prospect_id": line.prospect_id, "at": at}


def keep(rows: Iterable[dict[str, object]]) -> None:
    for row in rows:
        op.execute(sa.insert(LAPSES).values(row))


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def refuse_to_truncate(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_{table}()"
    )


def refuse_to_replace(table: str, key: tuple[str, ...]) -> None:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    is_taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of ours
    op.execute(
        f"CREATE TRIGGER {table}_is_never_replaced BEFORE insert ON {table}"
        f" WHEN {is_taken} {REFUSED}"
    )


def make_anew(table: str, *, with_rowid: bool) -> None:
    """Make a table of SQLite anew with its triggers, and with or without a number for each row."""
    connection = op.get_bind()
    create, *others = connection.scalars(
        sa.text(
            "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
            " ORDER BY type = 'table' DESC"
        ),
        {"table": table},
    ).all()
    create = create.removesuffix(WITHOUT_ROWID) if with_rowid else create + WITHOUT_ROWID
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(sa.text(f"CREATE TABLE kept_rows AS SELECT * FROM {table}"))  # noqa: S608
    op.drop_table(table)
    connection.exec_driver_sql(create)
    op.execute(sa.text(f"INSERT INTO {table} SELECT * FROM kept_rows"))  # noqa: S608
    op.drop_table("kept_rows")
    for statement in others:
        connection.exec_driver_sql(statement)
