"""A newer version of the program: one that has one more migration, which only adds.

A process is of that version if it knows the revision and has the scripts.
"""

import asyncio
import shutil
from pathlib import Path
from typing import Final

from bot.storage.schema import migrations
from tests.faults.worker import die_with_the_parent

HEAD: Final = f"9999_for_{migrations.HEAD}"
"""The newest revision that it knows; it only adds, so the code of today works with it."""

_ADDING: Final = f'''
"""Let each prospect have a phase of the moon, and note that this was done."""

import sqlalchemy as sa

from alembic import op

revision = "{HEAD}"
down_revision = "{migrations.HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("moons", sa.Column("phase", sa.Text(), primary_key=True))
    op.execute("INSERT INTO moons VALUES ('new')")
    op.add_column("prospects", sa.Column("moon", sa.Text(), server_default="new", nullable=False))
'''  # noqa: S608 - it is no query


def scripts_in(folder: Path) -> Path:
    """Write down its migrations: those of today, and one more."""
    scripts = shutil.copytree(migrations.SCRIPTS, folder / "alembic")
    (scripts / "versions" / "99991231_0900_add_the_moon.py").write_text(_ADDING, encoding="utf-8")
    return scripts


def migrate(database_url: str, scripts: Path) -> None:
    """Do what its `walkaway migrate` does."""
    die_with_the_parent()
    migrations.SCRIPTS = scripts
    asyncio.run(migrations.upgrade(database_url))
