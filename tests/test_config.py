"""What the operator may choose: everything wrong is named at once, and no secret is quoted."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import config as config_module
from bot.config import NAMES, Config, ConfigError, database_url
from bot.domain.settings.table import SettingId
from bot.domain.workspace import OverrideApproval, Settings

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-canary-1", "xapp-canary-2", "canary-3"
LEAST = {
    "SLACK_BOT_TOKEN": BOT_TOKEN,
    "SLACK_APP_TOKEN": APP_TOKEN,
    "VERDICT_CHANNEL": "C0VERDICTS",
}


def read(**more: str) -> Config:
    return Config.from_environment(LEAST | more)


def problems_of(environ: dict[str, str]) -> dict[str, str]:
    with pytest.raises(ConfigError) as error:
        Config.from_environment(environ)
    return {problem.variable: problem.sentence for problem in error.value.problems}


def test_the_least_that_must_be_set_is_enough() -> None:
    config = read()

    assert (config.database_url, config.host, config.port, config.log_level) == (
        "sqlite:///walkaway.db",
        "127.0.0.1",
        3000,
        "INFO",
    )
    assert config.slack_api_url == "https://slack.com/api/"
    assert (config.slack_signing_secret, config.log_format) == (None, None)
    assert config.webhook_allowed_hosts == frozenset()
    assert config.settings == Settings("C0VERDICTS")


def test_everything_can_be_chosen() -> None:
    config = read(
        SLACK_SIGNING_SECRET=SIGNING_SECRET,
        SLACK_API_URL="http://127.0.0.1:1234/api",
        DATABASE_URL="postgres://me@db.example/walkaway",
        HOST="0.0.0.0",  # noqa: S104 - what an operator may choose
        PORT="8080",
        LOG_LEVEL="debug",
        LOG_FORMAT="JSON",
        WEBHOOK_ALLOWED_HOSTS=" CRM.office, localhost.;127.0.0.1 ::1",
        SENTRY_DSN="https://canary@sentry.example/1",
        MANAGERS=" U0SABINE, S0BOSSES;W0ANNA ",
        LANGUAGE="de",
        COUNTRY="de-be",
        TIMEZONE="Europe/Berlin",
        CURRENCY="chf",
        OVERRIDE_APPROVAL="Manager",
    )

    assert config.slack_api_url == "http://127.0.0.1:1234/api/"
    assert (config.port, config.log_level, config.log_format) == (8080, "DEBUG", "json")
    assert config.webhook_allowed_hosts == {"crm.office", "localhost", "127.0.0.1", "::1"}
    assert config.settings == Settings(
        "C0VERDICTS",
        ("U0SABINE", "S0BOSSES", "W0ANNA"),
        "de",
        "DE-BE",
        ZoneInfo("Europe/Berlin"),
        "CHF",
        OverrideApproval.MANAGER,
    )


def test_nothing_set_names_everything_that_is_missing() -> None:
    assert set(problems_of({})) == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_empty_variable_counts_as_missing(empty: str) -> None:
    assert set(problems_of(LEAST | {"SLACK_BOT_TOKEN": empty})) == {"SLACK_BOT_TOKEN"}
    assert read(PORT=empty).port == 3000


def test_http_needs_the_signing_secret_and_no_app_token() -> None:
    environ = LEAST | {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SIGNING_SECRET}

    assert Config.from_environment(environ).slack_app_token is None


@pytest.mark.parametrize(
    ("value", "language"),
    [("de", "de"), ("DE", "de"), ("de_DE:de:en", "de"), ("fr:de_AT.UTF-8", "de"), ("en_US", "en")],
)
def test_a_language_is_read_as_gettext_writes_it(value: str, language: str) -> None:
    config = read(LANGUAGE=value)

    assert (config.settings.language, config.warnings) == (language, ())


@pytest.mark.parametrize("value", ["fr", "C.UTF-8", "deutsch", "fr_FR:fr"])
def test_a_language_that_is_none_of_ours_is_passed_over_with_a_warning(value: str) -> None:
    config = read(LANGUAGE=value)

    assert config.settings.language == "en"
    assert SettingId.LANGUAGE not in config.first_values.named
    assert [warning.partition(" ")[0] for warning in config.warnings] == ["LANGUAGE"]


def test_a_signing_secret_that_looks_like_none_is_pointed_out_and_not_quoted() -> None:
    [warning] = read(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=SIGNING_SECRET).warnings

    assert warning.startswith("SLACK_SIGNING_SECRET doesn't look like one")
    assert SIGNING_SECRET not in warning
    assert read(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="0123456789abcdef" * 2).warnings == ()


def test_a_signing_secret_that_nothing_uses_is_pointed_out() -> None:
    [warning] = read(SLACK_SIGNING_SECRET=SIGNING_SECRET).warnings

    assert warning == "SLACK_SIGNING_SECRET isn't used with SLACK_APP_TOKEN (Socket Mode)"


def test_a_zone_is_read_in_any_case() -> None:
    assert read(TIMEZONE="europe/berlin").settings.zone == ZoneInfo("Europe/Berlin")


def test_only_what_a_variable_names_is_a_first_value() -> None:
    config = read(COUNTRY="de-be", MANAGERS="-")

    assert config.first_values.stored == {"VERDICT_CHANNEL": "C0VERDICTS", "COUNTRY": "DE-BE"}


ODD = {
    "SLACK_BOT_TOKEN": ["xoxp-canary", "canary"],
    "SLACK_APP_TOKEN": ["xoxb-canary", "canary"],
    "SLACK_API_URL": ["slack.com/api", "ftp://slack.com/", "https://"],
    "DATABASE_URL": ["walkaway.db", "sqlite://", "sqlite:///", "mysql://h/db", "postgres://h"],
    "DATABASE_CONNECTIONS": ["1", "0", "many", "-5", "1001"],
    "PORT": ["0", "65536", "-1", "http", "3000.5", "٣٠٠٠"],
    "LOG_LEVEL": ["LOUD"],
    "LOG_FORMAT": ["xml"],
    "WEBHOOK_ALLOWED_HOSTS": ["https://crm.office", "crm.office:8080", "crm.office/hooks", "*"],
    "SENTRY_DSN": [
        "canary",
        "https://sentry.example/1",
        "https://canary@sentry.example",
        "http://[",
    ],
    "VERDICT_CHANNEL": ["#verdicts", "verdicts", "U0SABINE", "c0verdicts"],
    "MANAGERS": ["@sabine", "U0SABINE, sabine", "C0VERDICTS"],
    "COUNTRY": ["Germany", "XX", "DE-XX"],
    "TIMEZONE": ["Berlin", "Europe/Atlantis", "../../etc/passwd"],
    "CURRENCY": ["€", "EURO", "XYZ"],
    "OVERRIDE_APPROVAL": ["managers", "yes"],
    "SLACK_CLIENT_ID": ["1.2"],
    "SLACK_CLIENT_SECRET": ["canary"],
}


@pytest.mark.parametrize(
    ("variable", "value"), [(name, value) for name, values in ODD.items() for value in values]
)
def test_an_odd_value_is_named_with_what_to_do(variable: str, value: str) -> None:
    problems = problems_of(LEAST | {variable: value})

    assert set(problems) == {variable}
    assert len(problems[variable]) > 20
    assert "canary" not in problems[variable]


def cases() -> Iterator[tuple[str, str, str]]:
    table = Path(__file__).parent / "cases" / "environment.tsv"
    for line in table.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            variable, value, outcome = line.split("\t")
            yield variable, value, outcome


@pytest.mark.parametrize(("variable", "value", "outcome"), [*cases()])
def test_a_value_is_read_refused_or_passed_over(variable: str, value: str, outcome: str) -> None:
    if outcome == "refused":
        assert set(problems_of(LEAST | {variable: value})) == {variable}
        return
    config = read(**{variable: value})

    assert bool(config.warnings) == (outcome == "passed over")
    if variable == "LANGUAGE" and outcome != "passed over":
        assert config.settings.language == outcome


def test_an_address_of_postgresql_is_passed_on_as_the_database_takes_it() -> None:
    for scheme in ("postgres+asyncpg", "postgresql+psycopg2", "POSTGRES"):
        url = read(
            DATABASE_URL=f"{scheme}://me:secret@db.example/walkaway?pgbouncer=true"
        ).database_url

        assert url == "postgresql://me:secret@db.example/walkaway?pgbouncer=true"
    with pytest.raises(ConfigError):
        database_url({"DATABASE_URL": "postgres"})


@pytest.mark.parametrize("token", ["xoxb-", "xoxb-…", "xoxb-1 2", "xoxb-1\nxoxb-2", "xoxb-\u200b1"])
def test_a_token_that_cannot_be_one_is_not_sent_to_slack(token: str) -> None:
    assert set(problems_of(LEAST | {"SLACK_BOT_TOKEN": token})) == {"SLACK_BOT_TOKEN"}


def test_everything_odd_is_named_at_once() -> None:
    assert set(problems_of({name: values[0] for name, values in ODD.items()})) == set(ODD)


def test_the_database_alone_can_be_read_without_slack() -> None:
    assert database_url({"DATABASE_URL": "sqlite:///x.db"}) == "sqlite:///x.db"
    assert database_url({}) == "sqlite:///walkaway.db"
    with pytest.raises(ConfigError):
        database_url({"DATABASE_URL": "x"})


def test_no_secret_is_shown_by_a_config_or_its_error() -> None:
    config = read(
        SLACK_SIGNING_SECRET=SIGNING_SECRET, DATABASE_URL="postgres://me:canary-4@h.example/db"
    )
    with pytest.raises(ConfigError) as error:
        Config.from_environment(LEAST | {"PORT": "x", "SLACK_SIGNING_SECRET": SIGNING_SECRET})

    shown: list[Any] = [repr(config), str(config), repr(error.value), str(error.value)]
    assert not any("canary" in each for each in shown)


def test_a_variable_with_our_prefix_wins() -> None:
    config = Config.from_environment({**LEAST, "CURRENCY": "EUR", "WALKAWAY_CURRENCY": "CHF"})

    assert config.settings.currency == "CHF"


def test_a_name_like_ours_that_is_none_is_pointed_out() -> None:
    config = Config.from_environment({**LEAST, "WALKAWAY_CURENCY": "CHF"})

    [warning] = config.warnings
    assert "did you mean WALKAWAY_CURRENCY?" in warning


@pytest.mark.parametrize("text", ['"CHF"', "'CHF'"])
def test_quotes_that_docker_keeps_are_called_that(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environment({**LEAST, "CURRENCY": text})

    assert "docker --env-file" in caught.value.problems[0].sentence


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite:////:memory:", "sqlite://:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_environment({**LEAST, "DATABASE_URL": url})

    assert "in memory" in caught.value.problems[0].sentence


def test_every_variable_that_is_read_has_its_name_in_the_list() -> None:
    read = set(re.findall(r'read\.\w+\("([A-Z_]+)"', Path(config_module.__file__).read_text()))

    assert read | {"SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"} == set(NAMES)
