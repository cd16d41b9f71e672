"""That paths, ports, variables and volumes in `deploy/kubernetes/` are those of the code."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.cli import walkaway
from bot.config import NAMES, Config
from bot.http import Health, create_asgi
from bot.metrics import PATH as METRICS_PATH
from container import instructions
from tests.office import served

ROOT = Path(__file__).parents[1]
FILES = {each.stem: each for each in sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))}
STEPS = dict(instructions((ROOT / "Dockerfile").read_text(encoding="utf-8")))
"""The last of each kind."""
SECRET = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "DATABASE_URL": "postgresql://walkaway@db.example/walkaway",
}
"""What `.env` has."""

Json = dict[str, Any]


async def status_at(path: str) -> int:
    """Return what a process of ours answers there."""

    async def well() -> Health:
        return Health((), ())

    async with (
        served(create_asgi(None, "", lambda: 0.0, well)) as address,
        aiohttp.ClientSession() as session,
        session.get(f"{address}{path}") as answer,
    ):
        return answer.status


def all_of(kind: str, file: str) -> list[Json]:
    """Return the objects of one kind in a file."""
    documents = yaml.safe_load_all(FILES[file].read_text(encoding="utf-8"))
    return [each for each in documents if each["kind"] == kind]


DEPLOYMENTS = [
    pytest.param(file, each["spec"], id=f"{each['metadata']['name']} on {file}")
    for file in FILES
    for each in all_of("Deployment", file)
]


def containers(deployment: Json) -> list[Json]:
    pod = deployment["template"]["spec"]
    return [*pod["initContainers"], *pod["containers"]]


def settings(file: str) -> Config:
    """Read the settings that a pod gets, as the bot does: what comes later wins."""
    [variables] = all_of("ConfigMap", file)
    assert set(variables["data"]) <= set(NAMES)
    return Config.from_environment(SECRET | variables["data"])


def test_there_is_one_file_for_each_database() -> None:
    assert list(FILES) == ["postgresql", "sqlite"]
    assert settings("postgresql").database_url == SECRET["DATABASE_URL"]
    assert settings("sqlite").database_url.startswith("sqlite:///")


@pytest.mark.parametrize(("file", "deployment"), DEPLOYMENTS)
def test_it_migrates_and_runs_commands_that_there_are(file: str, deployment: Json) -> None:
    migrating, running = containers(deployment)

    commands = walkaway.list_commands(None)  # type: ignore[arg-type]  # it isn't looked at
    assert migrating["args"] == ["migrate"]
    assert set(running["args"]) <= set(commands) & {"run", "web", "worker"}
    assert running["name"] == running["args"][0]


@pytest.mark.parametrize(("file", "deployment"), DEPLOYMENTS)
def test_it_listens_where_others_ask(file: str, deployment: Json) -> None:
    [running] = deployment["template"]["spec"]["containers"]
    ports = {each["name"]: each["containerPort"] for each in running["ports"]}
    notes = deployment["template"]["metadata"]["annotations"]
    config = settings(file)

    assert ports == {"http": config.port, "metrics": config.metrics_port}
    assert config.host == "0.0.0.0"  # noqa: S104 - or nobody reaches it
    assert notes == {"prometheus.io/scrape": "true", "prometheus.io/port": str(ports["metrics"])}
    assert METRICS_PATH == "/metrics"  # Prometheus asks there unless it is told otherwise
    for probe in ("livenessProbe", "readinessProbe"):
        assert running[probe]["httpGet"]["port"] in ports


@pytest.mark.parametrize(("file", "deployment"), DEPLOYMENTS)
async def test_there_is_something_at_the_paths_of_the_probes(file: str, deployment: Json) -> None:
    [running] = deployment["template"]["spec"]["containers"]
    paths = [running[each]["httpGet"]["path"] for each in ("livenessProbe", "readinessProbe")]

    assert paths == ["/healthz", "/readyz"]
    for path in paths:
        assert await status_at(path) == 200


@pytest.mark.parametrize(("file", "deployment"), DEPLOYMENTS)
def test_it_is_nobody_and_may_do_nothing_that_it_need_not(file: str, deployment: Json) -> None:
    pod = deployment["template"]["spec"]
    user = f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"

    assert user == STEPS["USER"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False  # of a Service `walkaway` it would get WALKAWAY_PORT
    for each in containers(deployment):
        assert each["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }


@pytest.mark.parametrize(("file", "deployment"), DEPLOYMENTS)
def test_what_is_mounted_is_there_and_is_all_it_writes_to(file: str, deployment: Json) -> None:
    volumes = {each["name"]: each for each in deployment["template"]["spec"]["volumes"]}
    for each in containers(deployment):
        mounted = {it["name"]: it["mountPath"] for it in each["volumeMounts"]}
        assert mounted.keys() == volumes.keys()
        assert mounted["tmp"] == "/tmp"  # noqa: S108 - a volume of the pod alone
        assert mounted.get("data", STEPS["VOLUME"]) == STEPS["VOLUME"]


def test_on_sqlite_there_is_one_and_never_a_second_beside_it() -> None:
    [deployment] = [each["spec"] for each in all_of("Deployment", "sqlite")]
    [claim] = all_of("PersistentVolumeClaim", "sqlite")
    volumes = deployment["template"]["spec"]["volumes"]

    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})
    assert [each["args"] for each in containers(deployment)] == [["migrate"], ["run"]]
    assert settings("sqlite").database_url == f"sqlite:///{STEPS['VOLUME']}/walkaway.db"
    assert {"claimName": claim["metadata"]["name"]} in [
        each.get("persistentVolumeClaim") for each in volumes
    ]


def test_on_postgresql_both_halves_run() -> None:
    running = [containers(each["spec"])[1]["name"] for each in all_of("Deployment", "postgresql")]

    assert running == ["web", "worker"]


@pytest.mark.parametrize("file", FILES)
def test_what_slack_sends_reaches_what_answers_it(file: str) -> None:
    [service] = all_of("Service", file)
    [port] = service["spec"]["ports"]
    answering = [
        each["spec"]["template"]
        for each in all_of("Deployment", file)
        if service["spec"]["selector"] == each["spec"]["template"]["metadata"]["labels"]
    ]

    [pod] = answering
    [running] = pod["spec"]["containers"]
    assert running["name"] in {"run", "web"}
    assert port["targetPort"] in [each["name"] for each in running["ports"]]


@pytest.mark.parametrize(("file", "deployment"), DEPLOYMENTS)
def test_a_deployment_knows_its_pods_and_their_settings(file: str, deployment: Json) -> None:
    [variables] = all_of("ConfigMap", file)
    labels = deployment["template"]["metadata"]["labels"]

    assert deployment["selector"]["matchLabels"] == labels
    for each in containers(deployment):
        assert each["envFrom"] == [
            {"secretRef": {"name": "walkaway"}},
            {"configMapRef": {"name": variables["metadata"]["name"]}},
        ]


def test_the_documentation_names_them() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    for file in FILES.values():
        assert str(file.relative_to(ROOT)) in operations
