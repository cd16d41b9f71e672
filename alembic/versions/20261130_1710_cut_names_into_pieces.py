"""Cut names into pieces, by which similar ones are found.

Triggers cut what is written from now on, also by processes of the version before. What is there
already, is cut afterwards, some at a time, since others would wait for it here. On PostgreSQL,
nobody may write prospects until this is committed: it comes last, and holds them for a moment.
"""

import sqlalchemy as sa

from alembic import op

revision = "0038_for_0032"
down_revision = "0037_for_0032"
branch_labels = None
depends_on = None

NUMBERS = " UNION ALL ".join(f"SELECT {at} AS n" for at in range(9))
INTO = "INSERT INTO name_pieces (workspace_id, piece, words, prospect_id)"


def pieces_in(row: str) -> str:
    words = f"{row}.name_words"
    length = f"LENGTH({words})"
    count = f"({length} * 3 / 14 + 1)"
    start = f"n * {length} / {count}"
    size = f"((n + 1) * {length} / {count} - {start})"
    piece = f"{length} || '.' || n || '.' || SUBSTR({words}, {start} + 1, {size}) AS piece"
    return (
        f"SELECT {row}.workspace_id, {piece}, {words}, {row}.prospect_id"  # noqa: S608
        f" FROM ({NUMBERS}) AS numbers WHERE n < {count} AND {length} <= 40"
        f" AND LENGTH(REPLACE({words}, ' ', '')) > 4"
    )


CUT = f"{INTO} {pieces_in('NEW')}"
REMOVE = (
    "DELETE FROM name_pieces WHERE workspace_id = OLD.workspace_id"  # noqa: S608
    f" AND piece IN (SELECT piece FROM ({pieces_in('OLD')}) AS its)"
    " AND words = OLD.name_words AND prospect_id = OLD.prospect_id"
)
CHANGED = "NEW.name_words <> OLD.name_words"
TRIGGERS = (
    ("prospects_cut_on_insert", "prospects", "INSERT", "", f"{CUT};"),
    ("prospects_cut_on_update", "prospects", "UPDATE OF name_words", CHANGED, f"{REMOVE}; {CUT};"),
    ("prospects_cut_on_delete", "prospects", "DELETE", "", f"{REMOVE};"),
)


def upgrade() -> None:
    op.create_table(
        "name_pieces",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("piece", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("prospect_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_name_pieces_workspaces"
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "piece", "words", "prospect_id", name="pk_name_pieces"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "names_cut",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.workspace_id"], name="fk_names_cut_workspaces"
        ),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_names_cut"),
    )
    for name, table, verb, changed, work in TRIGGERS:
        if on_postgresql():
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                f" AS $$ BEGIN {work} RETURN NULL; END $$"
            )
            when = f"WHEN ({changed})" if changed else ""
            work = f"FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
        else:
            when = f"WHEN {changed}" if changed else ""
            work = f"{when} BEGIN {work} END"
        op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} {work}")


def downgrade() -> None:
    for name, table, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgresql() else ""))
        if on_postgresql():
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("names_cut")
    op.drop_table("name_pieces")


def on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
