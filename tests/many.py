"""Many prospects at once, for tests that need more of them than anybody would screen."""

from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, insert, select

from bot.storage.database import Database
from bot.storage.prospects.history import history
from bot.storage.prospects.prospects import prospects
from bot.storage.screening import qualifications


async def multiply(database: Database, count: int, there_are: int = 1) -> None:
    """Make `count` prospects of the only one there is, due on days that follow each other.

    `there_are` says how many copies were made of it before, itself included.
    """
    async with database.writing() as connection:
        prospect, qualification, entry = [
            (await connection.execute(select(each).where(~each.c.prospect_id.like("copy%"))))
            .mappings()
            .one()
            for each in (prospects, qualifications, history)
        ]
        new = range(there_are + 1, count + 1)
        copies = [f"copy{number}" for number in new]
        await connection.execute(
            insert(prospects), [_prospect(prospect, f"copy{number}", number) for number in new]
        )
        await connection.execute(
            insert(qualifications),
            [
                {**qualification, "prospect_id": key, "qualification_id": key, "draft_id": key}
                for key in copies
            ],
        )
        await connection.execute(
            insert(history),
            [
                {
                    **entry,
                    "prospect_id": key,
                    "detail": {**entry["detail"], "qualification": key},
                }
                for key in copies
            ],
        )


def _prospect(first: RowMapping, key: str, number: int) -> dict[str, Any]:
    return {
        **first,
        "prospect_id": key,
        "qualification_id": key,
        "name": f"{first['name']} {number}",
        "name_key": f"{first['name_key']}{number}",
        "due_on": first["due_on"] + timedelta(days=number // 7),
    }
