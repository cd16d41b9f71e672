"""A prospect's facts: the four columns that prospects, qualifications and drafts share."""

from typing import Any

from sqlalchemy import Column, Date, Row

from bot.domain.people import MemberId
from bot.domain.prospects import ProspectFacts
from bot.storage.schema.columns import Money, required


def _facts() -> tuple[Column[Any], ...]:
    return (
        required("name"),
        required("owner"),
        required("first_contact", Date),
        Column("expected_value", Money),
    )


def facts_row(facts: ProspectFacts) -> dict[str, Any]:
    """Return the facts as columns."""
    return {
        "name": facts.name,
        "owner": facts.owner,
        "first_contact": facts.first_contact,
        "expected_value": facts.expected_value,
    }


def facts_of(row: Row[*tuple[Any, ...]]) -> ProspectFacts:
    """Return a row's facts."""
    return ProspectFacts(
        name=row.name,
        owner=MemberId(row.owner),
        first_contact=row.first_contact,
        expected_value=row.expected_value,
    )
