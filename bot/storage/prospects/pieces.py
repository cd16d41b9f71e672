"""The pieces of names: what similar names are looked up by, however many there are.

Triggers cut a name in the transaction that writes it, whoever writes it; they also remove the
pieces of a name that is changed or forgotten. Names from before the triggers are cut by
`cut_names`; until a workspace is noted in `names_cut`, all of its names are compared. So are
those of a small one, which takes less than looking up hundreds of pieces.
"""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from bot.domain.names import LONGEST_CUT, PER_LENGTH
from bot.domain.names.similar import TOO_SHORT
from bot.storage.schema import columns
from bot.storage.schema.dialects import listed
from bot.storage.schema.statements import Statement

name_pieces = sa.Table(
    "name_pieces",
    columns.metadata,
    columns.key("workspace_id"),
    columns.key("piece"),
    columns.key("words"),
    columns.key("prospect_id"),
    columns.in_workspace(),
    sqlite_with_rowid=False,
)

LINE: Final = "\n"
"""Parts names that the database hands over as one text; no name has it."""

names_cut = sa.Table(
    "names_cut", columns.metadata, columns.key("workspace_id"), columns.in_workspace()
)
"""The workspaces that have many names, in which every name that can be cut is cut."""

DERIVED: Final = frozenset({name_pieces, names_cut})
"""Tables that hold nothing which prospects and workspaces do not say."""

_MANY, _OF = PER_LENGTH
_NUMBERS: Final = " UNION ALL ".join(
    f"SELECT {at} AS n" for at in range(LONGEST_CUT * _MANY // _OF + 1)
)


def pieces_in(row: str, source: str = "") -> str:
    """Return a SELECT of the pieces of a row of `prospects`, as `pieces_of` cuts them."""
    words = f"{row}.name_words"
    length = f"LENGTH({words})"
    count = f"({length} * {_MANY} / {_OF} + 1)"
    start = f"n * {length} / {count}"
    size = f"((n + 1) * {length} / {count} - {start})"
    piece = f"{length} || '.' || n || '.' || SUBSTR({words}, {start} + 1, {size}) AS piece"
    return (
        f"SELECT {row}.workspace_id, {piece}, {words}, {row}.prospect_id"  # noqa: S608 - ours
        f" FROM {source}({_NUMBERS}) AS numbers WHERE n < {count} AND {length} <= {LONGEST_CUT}"
        f" AND LENGTH(REPLACE({words}, ' ', '')) > {TOO_SHORT}"
    )


def has_pieces(row: str) -> str:
    """Return the condition that the first piece of a row of `prospects`, so each one, is there."""
    words = f"{row}.name_words"
    length = f"LENGTH({words})"
    first = f"SUBSTR({words}, 1, {length} / ({length} * {_MANY} / {_OF} + 1))"
    return (
        f"EXISTS (SELECT 1 FROM name_pieces WHERE name_pieces.workspace_id = {row}.workspace_id"  # noqa: S608 - ours
        f" AND name_pieces.piece = {length} || '.0.' || {first} AND name_pieces.words = {words}"
        f" AND name_pieces.prospect_id = {row}.prospect_id)"
    )


INTO: Final = "INSERT INTO name_pieces (workspace_id, piece, words, prospect_id)"
_CUT: Final = f"{INTO} {pieces_in('NEW')}"
_REMOVE: Final = (
    "DELETE FROM name_pieces WHERE workspace_id = OLD.workspace_id"  # noqa: S608 - ours
    f" AND piece IN (SELECT piece FROM ({pieces_in('OLD')}) AS its)"
    " AND words = OLD.name_words AND prospect_id = OLD.prospect_id"
)


def _triggers(dialect: str) -> Iterator[str]:
    changed = "WHEN NEW.name_words <> OLD.name_words"
    for name, table, when, work in (
        ("prospects_cut_on_insert", "prospects", "INSERT", (_CUT,)),
        ("prospects_cut_on_update", "prospects", "UPDATE OF name_words", (_REMOVE, _CUT)),
        ("prospects_cut_on_delete", "prospects", "DELETE", (_REMOVE,)),
    ):
        only = changed if when.startswith("UPDATE") else ""
        body = "".join(f" {each};" for each in work)
        if dialect == "sqlite":
            yield f"CREATE TRIGGER {name} AFTER {when} ON {table} {only} BEGIN{body} END"
            continue
        yield (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            f" AS $$ BEGIN{body} RETURN NULL; END $$"
        )
        only = only and f"WHEN ({only.removeprefix('WHEN ')})"
        yield (
            f"CREATE TRIGGER {name} AFTER {when} ON {table}"
            f" FOR EACH ROW {only} EXECUTE FUNCTION {name}()"
        )


columns.run_after_create(columns.metadata, _triggers("sqlite"), _triggers("postgresql"))


def cut_no_names(connection: sa.Connection) -> None:
    """Drop the triggers in a SQLite database where nobody looks for similar names."""
    for at in ("insert", "update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER prospects_cut_on_{at}")


_ITS: Final = sa.bindparam("its_workspace", type_=sa.Text)
IS_CUT: Final = sa.exists().where(names_cut.c.workspace_id == _ITS)
"""Whether pieces are looked up in the workspace `its_workspace`."""

NEAR: Final = Statement(
    sa.select(sa.func.aggregate_strings(name_pieces.c.words, LINE).label("together")).where(
        name_pieces.c.workspace_id == _ITS,
        name_pieces.c.piece.op("IN")(listed(sa.bindparam("pieces", type_=sa.Text))),
    )
)
"""Finds the names that have one of some pieces, which are given as a JSON list.

They come as one text, since reading thousands of rows takes much longer.
"""
