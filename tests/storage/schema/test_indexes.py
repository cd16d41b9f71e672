"""What refers to a row is found by an index when that row is changed or removed."""

import pytest
import sqlalchemy as sa

from bot.storage.tables import metadata

NEVER_REMOVED = {"checklist_versions"}
"""Nobody changes the key of such a row, or removes one, so nobody looks for what refers to it."""

REFERENCES = [
    each
    for table in metadata.sorted_tables
    for each in sorted(table.foreign_key_constraints, key=lambda it: it.referred_table.name)
    if each.referred_table.name not in NEVER_REMOVED
]


def sought_by(table: sa.Table) -> list[tuple[str, ...]]:
    """Return the columns of everything on a table by which any of its rows is found."""
    found = [table.primary_key.columns]
    found += [it.columns for it in table.constraints if isinstance(it, sa.UniqueConstraint)]
    whole = [it for it in table.indexes if it.dialect_options["sqlite"]["where"] is None]
    names = [tuple(column.name for column in columns) for columns in found]
    return names + [tuple(column.name for column in it.columns) for it in whole]


@pytest.mark.parametrize(
    "reference", REFERENCES, ids=lambda it: f"{it.table.name}-{it.referred_table.name}"
)
def test_what_refers_to_a_row_is_found_by_an_index(reference: sa.ForeignKeyConstraint) -> None:
    of_the_reference = {column.name for column in reference.columns}
    narrowed_down_by = min(2, len(of_the_reference))

    leading = [set(columns[:narrowed_down_by]) for columns in sought_by(reference.table)]

    assert any(each <= of_the_reference for each in leading), sorted(of_the_reference)
