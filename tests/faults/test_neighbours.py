"""Two bots of two workspaces on one database: each says its own, whatever befalls the other."""

from dataclasses import replace

from bot.domain.workspace import WorkspaceId
from sandbox import ApiCall, Fault, Slack
from tests.faults.ledger import said, tally
from tests.faults.letters import make_room
from tests.faults.processes import until
from tests.faults.scene import Scene
from tests.office import PATIENT
from tests.storage import samples

THEIRS = WorkspaceId("T0NEIGHBOURS")
IDENTITY = {"ok": True, "team_id": THEIRS, "team": "Them", "user_id": "U0THEM", "bot_id": "B0THEM"}


def theirs(call: ApiCall) -> Fault | None:
    """Be the Slack of the other workspace."""
    return Fault(body=IDENTITY) if call.method == "auth.test" else None


async def test_two_bots_on_one_database_each_say_their_own(scene: Scene) -> None:
    """The channels have the same ids in both; one bot comes later, its Slack away at first."""
    async with Slack.serving(delivery="http", **PATIENT) as slack:
        make_room(slack)
        await samples.add_workspace(scene.units, THEIRS)
        other = replace(scene, slack=slack, team=THEIRS, meant=[])
        await other.settle_in()
        slack.faults = lambda call: theirs(call) or Fault(reset=True)
        await scene.write(range(4), lines=0)
        await other.write(range(4, 8), lines=0)
        scene.crew.start(scene.order())
        await until(lambda: tally(scene.slack, scene.meant).is_exact)
        waiting = [row for row in await scene.rows() if row.workspace_id == THEIRS]
        assert {(row.attempts, row.fence) for row in waiting} == {(0, 0)}
        scene.crew.start(other.order())
        await until(lambda: any(call.method == "chat.postMessage" for call in slack.calls))
        slack.faults = theirs
        await scene.delivered()

        assert scene.count("two bots on one database: ours").is_exact
        assert other.count("two bots on one database: theirs").is_exact
        assert set(said(scene.slack)) == set(scene.meant)
        assert set(said(slack)) == set(other.meant)
