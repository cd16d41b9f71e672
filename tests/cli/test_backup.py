"""`walkaway backup`: whole while others write, proven, and restored by putting it in place."""

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import walkaway
from bot.storage.database import Database
from bot.storage.schema.migrations import schema_of
from bot.storage.schema.standing import Schema
from tests.office import NO_OFFER, SetClock
from tests.services.agency import OWNER, Agency


@pytest.fixture
def file(migrated_sqlite: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(migrated_sqlite, tmp_path / "walkaway.db"))


@pytest.fixture
async def agency(file: Path, clock: SetClock) -> Agency:
    return Agency(Database.from_url(f"sqlite:///{file}"), clock)


def runs(file: Path | str, target: Path) -> Result:
    url = file if isinstance(file, str) else f"sqlite:///{file}"
    return CliRunner().invoke(walkaway, ["backup", str(target)], env={"DATABASE_URL": url})


def names_in(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM prospects")}


async def test_it_has_what_a_copy_of_the_file_misses(
    agency: Agency, file: Path, tmp_path: Path
) -> None:
    await agency.know_everybody()
    await agency.screen(OWNER, NO_OFFER, "Acme GmbH")

    shutil.copy(file, tmp_path / "plain.db")
    done = runs(file, tmp_path / "backup.db")

    assert done.exit_code == 0, done.output
    assert "backup.db has everything, " in done.output
    assert names_in(tmp_path / "backup.db") == {"Acme GmbH"}
    assert names_in(tmp_path / "plain.db") == set()
    await agency.database.close()


async def test_put_in_its_place_in_an_empty_folder_it_is_the_database(
    agency: Agency, file: Path, tmp_path: Path, clock: SetClock
) -> None:
    await agency.know_everybody()
    prospect = await agency.screen(OWNER, NO_OFFER, "Acme GmbH")
    assert runs(file, tmp_path / "backup.db").exit_code == 0
    await agency.screen(OWNER, NO_OFFER, "Too late")
    await agency.database.close()

    place = tmp_path / "elsewhere" / "walkaway.db"
    place.parent.mkdir()
    shutil.move(tmp_path / "backup.db", place)
    restored = Agency(Database.from_url(f"sqlite:///{place}"), clock)

    assert await schema_of(restored.database) is Schema.OURS
    assert await restored.now(prospect.id) == prospect
    await restored.walk_away(OWNER, prospect)
    assert names_in(place) == {"Acme GmbH"}
    await restored.database.close()


def test_only_its_owner_can_read_it_and_nothing_else_is_left(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    assert runs(file, folder / "one.db").exit_code == 0

    assert [each.name for each in folder.iterdir()] == ["one.db"]
    assert stat.S_IMODE((folder / "one.db").stat().st_mode) == 0o600


def test_what_a_backup_that_was_killed_left_is_no_obstacle(file: Path, tmp_path: Path) -> None:
    (tmp_path / "one.db.unfinished").write_text("half of it")

    assert runs(file, tmp_path / "one.db").exit_code == 0
    assert not (tmp_path / "one.db.unfinished").exists()


def test_what_is_there_already_is_kept(file: Path, tmp_path: Path) -> None:
    (tmp_path / "one.db").write_text("yesterday's")

    done = runs(file, tmp_path / "one.db")

    assert done.exit_code == 1
    assert "already exists. Choose another name, or remove it." in done.output
    assert (tmp_path / "one.db").read_text() == "yesterday's"


def test_without_a_folder_a_database_or_sqlite_it_says_what_to_do(
    file: Path, tmp_path: Path
) -> None:
    nowhere = runs(file, tmp_path / "no" / "one.db")
    nothing = runs(tmp_path / "none.db", tmp_path / "one.db")
    server = runs("postgresql://localhost/walkaway", tmp_path / "one.db")

    assert "There's no folder" in nowhere.output
    assert "There's no database at" in nothing.output
    assert "pg_dump" in server.output
    assert [each.exit_code for each in (nowhere, nothing, server)] == [1, 1, 1]
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_database_leaves_no_backup(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + bytes(len(whole) - 8192))

    done = runs(file, tmp_path / "one.db")

    assert done.exit_code == 1
    assert "damaged" in done.output or "cannot be copied" in done.output
    assert not (tmp_path / "one.db").exists()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but notes" * 100)

    done = runs(tmp_path / "notes.db", tmp_path / "one.db")

    assert "notes.db can't be copied: file is not a database." in done.output
