"""What is recorded: members do in the pretend Slack everything that this version knows.

Time stands still and ids are counted, so that the same version makes the same payloads.
"""

import itertools
import json
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from bot.config import Config
from bot.domain.people import Action, OtherAction
from bot.domain.settings.table import Page
from bot.slack.payloads import ids
from bot.slack.payloads.payloads import NEVER, NOT_NOW
from bot.storage.database import Database
from bot.storage.workspaces import workspaces
from bot.wiring import wired
from sandbox import Fault, Slack, counted_ids, payloads
from sandbox.delivery import Kind, Retry
from sandbox.http_delivery import HttpDelivery
from sandbox.member import Member
from sandbox.world import TEAM_ID
from tests.office import (
    CHANNEL,
    GOOD,
    HOMEWORK,
    MONDAY,
    NO_OFFER,
    PATIENT,
    PROBLEM,
    SALES,
    Office,
    SetClock,
    environment,
    served,
)
from tests.test_intake import request

Json = dict[str, Any]
ADDRESS = "http://127.0.0.1:1"
"""Where a recorded response_url leads; nobody listens there."""


def counted(prefix: str) -> Callable[[], str]:
    """Make the ids of a bot, the same in every run."""
    numbers = itertools.count(1)
    return lambda: f"{prefix}{next(numbers):06d}"


class Recorder:
    """Stands between the pretend Slack and the bot, and writes down what passes."""

    def __init__(self, slack: Slack) -> None:
        assert isinstance(slack.delivery, HttpDelivery)
        self.recorded: list[Json] = []
        self._name = ""
        self._base_url = slack.workspace.base_url
        self._send = slack.delivery.send
        slack.delivery._clock = lambda: datetime.now(UTC)  # a signature is of now
        slack.delivery.send = self._pass_on  # type: ignore[method-assign]

    def call(self, name: str) -> None:
        """Give the next payload this name."""
        self._name = name

    async def _pass_on(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Json:
        text = json.dumps(payload).replace(self._base_url, ADDRESS)
        self.recorded.append({"name": self._name, "kind": kind, "payload": json.loads(text)})
        return await self._send(kind, payload, retry)


class Story:
    """Plays it, one payload after another."""

    def __init__(self, office: Office, recorder: Recorder) -> None:
        self.office = office
        self._recorder = recorder

    async def play(self) -> None:
        await self._words()
        await self._drafts()
        await self._condition()
        await self._decisions()
        await self._namesake()
        await self._menu()
        await self._home()
        await self._shortcuts()
        await self._events()
        await self._hesitating()
        await self._mending()
        await self._leaving()
        await self._declining()
        await self._overriding()
        await self._outcomes()
        await self._home_of_a_manager()
        await self._discarding()
        await self._correcting()
        await self._ending()
        await self._asking()
        await self._remembering()
        await self._data()
        await self._webhooks()
        await self._setting_up()
        await self._checklists()
        await self._forms()
        await self._webhook_edited()
        await self._version_of_the_history()

    async def settle(self) -> None:
        """Let everything happen that follows an answer."""
        await self.office.answered()
        await self.office.delivered()

    async def command(self, name: str, text: str, member: Member | None = None) -> None:
        self._recorder.call(name)
        await (member or self.office.jonas).command("/qualify", text)
        await self.settle()

    async def click(self, name: str, action_id: str, **more: Any) -> None:
        self._recorder.call(name)
        member = more.pop("member", self.office.jonas)
        await member.click(action_id, **more)
        await self.settle()

    async def submit(self, name: str, /, **entries: Any) -> None:
        self._recorder.call("answer")
        await self.office.follow(self.office.jonas, **entries)
        self._recorder.call(name)
        await self.office.hand_in(self.office.jonas, **entries)
        await self.settle()

    async def screen(
        self, name: str, prospect: str, answers: Json, *, opens_card: bool = False
    ) -> Json:
        """Screen a prospect to the end, and return where its card stands."""
        jonas = self.office.jonas
        await self.command(f"{name}_begins", prospect)
        while jonas.view and jonas.view["callback_id"] == ids.STEP:
            await self.submit(f"{name}_step", **answers)
        if opens_card:
            await self.click("open_card", ids.OPEN_CARD)
        await jonas.close(everything=True)
        return {"channel": CHANNEL, "message_ts": self.office.cards[-1]["ts"]}

    async def _words(self) -> None:
        self._recorder.call("url_verification")
        await self.office.slack.verify_request_url()
        await self.command("command_help", "help")
        await self.command("command_list_empty", "list")
        await self.command("command_report", "report")
        report = self.office.jonas.direct_messages[-1]
        [turns, *_] = [each for each in report["blocks"] if each["type"] == "actions"]
        turn = turns["elements"][-1]["action_id"]
        await self.click("report_turned", turn, message_ts=report["ts"])
        await self.command("command_by_a_guest", "Acme GmbH", self.office.slack.member("U0GIL"))

    async def _drafts(self) -> None:
        jonas = self.office.jonas
        await self.command("draft_begins", "Beta AG")
        await self.submit("draft_first_step", expected_value="12000", **HOMEWORK)
        await self.click("draft_back", ids.BACK)
        await self.click(
            "draft_emptied", ids.ANSWER, block_id=ids.EXPECTED_VALUE, element={"value": ""}
        )
        view = self.office.slack.workspace.views.stack(jonas.id)[-1]
        workspace = self.office.slack.workspace
        closed = payloads.view_closed(workspace, jonas.profile, view, is_cleared=True)
        self._recorder.call("view_closed")
        await self.office.slack.delivery.send("interactive", closed)
        await jonas.close(everything=True)
        await self.command("command_with_a_draft", "")
        await self.click("draft_continued", ids.CONTINUE_DRAFT)
        await self.submit("draft_first_step_again", **HOMEWORK)
        await jonas.close(everything=True)
        await self.command("command_with_a_draft_again", "")
        await self.click("draft_started_anew", ids.START_NEW)
        await jonas.close(everything=True)

    async def _discarding(self) -> None:
        jonas = self.office.jonas
        for prospect in ("Sigma GmbH", "Tau GmbH"):
            await self.command("unwanted_begins", prospect)
            await self.submit("unwanted_step", **GOOD)
            await jonas.close(everything=True)
        await self.command("command_with_unwanted_drafts", "")
        await self.click("draft_discarded", ids.DISCARD_DRAFT)
        await jonas.close(everything=True)
        await self._open_home("event_home_opened_with_a_draft", jonas)
        await self.click("home_draft_discarded", ids.DISCARD_DRAFT, channel="home")

    async def _correcting(self) -> None:
        jonas = self.office.jonas
        await self.screen("mistyped", "Ypsilno AG", PROBLEM)
        await self.command("command_list_with_a_mistyped_one", "list")
        await self.click("details_of_a_mistyped_one", "details", message_ts=self._latest(jonas))
        await self.click("correct_asked", "correct")
        await self.submit("correct_answered", name="Ypsilon AG", expected_value="12k")

    async def _ending(self) -> None:
        card = await self.screen("client", "Omega GmbH", GOOD)
        await self.click("client_won_asked", "won", **card)
        await self.submit("client_won_answered", day="2026-11-27")
        await self.click("end_client_asked", "end_client", **card)
        await self.submit("end_client_answered", ended_by="us", sentence="No respect for our time")

    async def _asking(self) -> None:
        """Jonas is asked about what he did nothing about for a month."""
        await self.screen("quiet", "Psi AG", GOOD)
        self.office.clock.now = datetime(2027, 2, 1, 9, tzinfo=UTC)
        await self.office.bot.nudges.tick()
        await self.settle()
        ts = self.office.jonas.direct_messages[-1]["ts"]
        await self.click("still_open", "still_open", message_ts=ts)

    async def _remembering(self) -> None:
        """Jonas remembers a prospect that was lost, and looks at the form from Home."""
        jonas, became = self.office.jonas, "remembered.became"
        await self.command("command_remember", "remember")
        for question, option in (("offer", "none"), (became, "lost")):
            assert jonas.view is not None
            inputs = [each for each in jonas.view["blocks"] if each["type"] == "input"]
            asked = next(each for each in inputs if each["block_id"] == question)
            action_id = asked["element"]["action_id"]
            await self.click("remembered_answer", action_id, block_id=question, option=option)
        self._recorder.call("remembered_saved")
        await self.office.hand_in(jonas, name="Rho GmbH", offer="none", **{became: "lost"})
        await jonas.close(everything=True)
        await self._open_home("event_home_opened_to_remember", jonas)
        await self.click("home_remember", OtherAction.REMEMBER)
        await jonas.close(everything=True)

    def _latest(self, member: Member) -> str:
        return str(member.ephemerals[-1]["ts"])

    async def _condition(self) -> None:
        jonas = self.office.jonas
        card = await self.screen("homework", "Gamma SE", HOMEWORK)
        await self.click("menu_won_on_condition", ids.MORE, option=self._option("won"), **card)
        await jonas.close(everything=True)
        await self.click("condition_met_asked", "condition_met", **card)
        await self.submit("condition_met_answered", brought="All the numbers of last year")
        await self.click("requalify", "requalify", **card)
        await self.submit("requalify_first_step", **HOMEWORK)
        await jonas.close(everything=True)

    async def _decisions(self) -> None:
        card = await self.screen("no_offer", "Delta KG", NO_OFFER)
        await self.click("walk_away", "walk_away", **card)
        await self.click("undo", "undo", **card)
        for action in (Action.WALK_AWAY, Action.UNDO):
            asked = f"menu_{action}_asked"
            await self.click(asked, ids.MORE, element=self._in_a_menu(action), **card)
            await self.submit(f"menu_{action}_confirmed")
        card = await self.screen("good", "Epsilon GmbH", GOOD | {"owner": "U0EMMA"})
        sabine = self.office.sabine
        await self.click("walk_away_by_another", "walk_away", **card)
        await self.click("won_asked", "won", member=sabine, **card)
        await sabine.close(everything=True)
        card = await self.screen("ours", "Zeta OHG", GOOD)
        await self.click("won_asked_by_owner", "won", **card)
        await self.submit("won_answered", day="2026-11-27")

    async def _namesake(self) -> None:
        for choice, name in ((ids.SAME_ONE, "Delta AG"), (ids.ANOTHER_ONE, "Zeta AG")):
            await self.command(f"{choice}_begins", name)
            await self.submit(f"{choice}_asked", **HOMEWORK)
            await self.click(choice, choice)
            await self.office.jonas.close(everything=True)

    async def _menu(self) -> None:
        jonas = self.office.jonas
        card = await self.screen("another", "Eta GbR", GOOD)
        await self.click("menu_details", ids.MORE, option=self._option("details"), **card)
        await jonas.close(everything=True)
        await self.click("menu_lost", ids.MORE, option=self._option("lost"), **card)
        await self.submit("lost_answered", ended_by="us", sentence="They wanted it for nothing")
        await self.click("details", ids.MORE, option=self._option("details"), **card)
        await jonas.close(everything=True)
        await self.screen("left_open", "Theta eG", HOMEWORK)
        await self.command("command_list", "list")

    async def _home(self) -> None:
        jonas, here = self.office.jonas, {"channel": "home"}
        await self._open_home("event_home_opened_by_a_newcomer", self.office.emma)
        with patch("bot.services.home.PAGE", 2):
            await self._open_home("event_home_opened", jonas)
            await self.click("home_later", ids.LATER)
            await self.click("home_earlier", ids.EARLIER)
            await self.click("home_begins", Action.QUALIFY)
            await jonas.close(everything=True)
            await self.click("home_draft_continued", ids.CONTINUE_DRAFT, **here)
            await self.submit("home_draft_step", **HOMEWORK)
            await jonas.close(everything=True)
            await self.click("home_walk_away", "walk_away", **here)

    async def _shortcuts(self) -> None:
        jonas = self.office.jonas
        message = jonas.say("Iota UG\nwants to know what we cost", SALES)
        for name, callback_id, where in (
            ("shortcut", ids.SHORTCUT, {}),
            ("message_shortcut", ids.MESSAGE_SHORTCUT, {"channel": SALES, "ts": message["ts"]}),
        ):
            self._recorder.call(name)
            await jonas.shortcut(callback_id, **where)
            await self.settle()
            await jonas.close(everything=True)

    async def _open_home(self, name: str, member: Member) -> None:
        self._recorder.call(name)
        await member.open_home()
        await self.settle()

    async def _events(self) -> None:
        here = {"user": "U0JONAS", "channel": CHANNEL}
        ts = self.office.slack.workspace.messages.next_ts()
        for body in (
            {"type": "app_uninstalled"},
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0WALKAWAY"]}},
            {"type": "member_joined_channel", **here, "channel_type": "C", "team": TEAM_ID},
            {"type": "message", **here, "channel_type": "channel", "text": "Hi", "ts": ts},
        ):
            self._recorder.call(f"event_{body['type']}")
            await self.office.slack.send_event(body)

    async def _hesitating(self) -> None:
        await self.command("pause", "pause")
        await self.submit("pause_answered", until="2026-12-07")
        await self.office.jonas.close(everything=True)
        card = await self.screen("hesitating", "Kappa GmbH", PROBLEM)
        await self.click("chased", ids.MORE, option=self._option("chased"), **card)
        asked = "sign_of_life_asked"
        await self.click(asked, ids.MORE, option=self._option("sign_of_life"), **card)
        await self.submit("sign_of_life_answered", sign="They called")
        await self.click("hand_over_asked", ids.MORE, option=self._option("hand_over"), **card)
        await self.submit("hand_over_answered", owner="U0EMMA")
        card = await self.screen("overdue", "Lambda GmbH", PROBLEM)
        self.office.clock.move(days=14)
        await self._open_home("event_home_opened_when_overdue", self.office.jonas)
        home = self.office.jonas.home
        assert home is not None
        snooze = next(
            option["value"]
            for block in home["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
            for option in element.get("options", ())
            if option["value"].startswith("snooze.")
        )
        block_id = f"decide.{snooze.partition('.')[2]}"
        where = {"channel": "home", "block_id": block_id}
        await self.click("snooze_asked", ids.MORE, option=snooze, **where)
        await self.submit("snooze_answered", days="3")

    async def _mending(self) -> None:
        closed = Fault(body={"ok": False, "error": "is_archived"})
        posts = {"method": "chat.postMessage", "channel": CHANNEL}
        self.office.slack.faults = lambda call: (
            closed
            if posts == {"method": call.method, "channel": call.args.get("channel")}
            else None
        )
        await self.command("undeliverable_begins", "Mu GmbH")
        await self.submit("undeliverable_step", first_contact="2026-11-27", **NO_OFFER)
        await self.office.jonas.close(everything=True)
        self.office.slack.faults = None
        told = self.office.sabine.direct_messages[-1]["ts"]
        await self.click(
            "send_again", OtherAction.SEND_AGAIN, member=self.office.sabine, message_ts=told
        )

    async def _leaving(self) -> None:
        """Emma, who owns Epsilon and Kappa, is gone; Sabine gives everything to Jonas."""
        self._recorder.call("event_user_change")
        await self.office.leave("U0EMMA")
        await self.settle()
        sabine = self.office.sabine
        self.office.clock.now = datetime(2026, 12, 15, 9, tzinfo=UTC)
        await self.office.bot.managers.tick()
        await self.settle()
        offer = sabine.direct_messages[-1]
        asked, ts = "hand_all_over_asked", offer["ts"]
        await self.click(asked, ids.HAND_ALL_OVER, member=sabine, message_ts=ts)
        self._recorder.call("hand_all_over_answered")
        await self.office.submit(sabine, owner="U0JONAS")
        await self.settle()

    async def _declining(self) -> None:
        sabine = self.office.sabine
        await self.command("settings", "settings", sabine)
        await self.click("settings_page", ids.SETTINGS_PAGE, member=sabine, block_id=Page.WORDS)
        self._recorder.call("settings_answered")
        await self.office.submit(sabine, referrals="Petra Klein, websites for small shops")
        await self.settle()
        await self.click("settings_history", ids.SETTINGS_HISTORY, member=sabine)
        await sabine.close(everything=True)
        await self.click("decline_asked", Action.DECLINE_MESSAGE, channel=CHANNEL)
        chosen = {"block_id": ids.VERSION, "option": "warm"}
        await self.click("decline_drafted_anew", ids.REDRAFT, **chosen)
        await self.click("decline_mail", ids.MAIL)
        view = self.office.jonas.view
        assert view is not None
        text = next(b["block_id"] for b in view["blocks"] if "max_length" in b.get("element", {}))
        typed = {"type": "plain_text_input", "value": "Dear Ann"}
        await self.click("decline_rewritten", ids.REWRITE, block_id=text, element=typed)
        await self.submit("decline_done", **{text: "Dear Ann"})

    async def _overriding(self) -> None:
        self.office.clock.now = MONDAY  # whoever replays this stands still there
        async with self.office.database.writing() as connection:
            await connection.execute(update(workspaces).values(override_approval="manager"))
        sabine = self.office.sabine
        card = await self.screen("overridden", "Nu GmbH", NO_OFFER, opens_card=True)
        await self._ask_for_override(card)
        await self.click("deny_override", "deny_override", member=sabine, **card)
        self._recorder.call("deny_override_answered")
        await self.office.submit(sabine, refusal="They never paid")
        await self.settle()
        await self._ask_for_override(card)
        await self.click("approve_override", "approve_override", member=sabine, **card)

    async def _ask_for_override(self, card: Json) -> None:
        await self.click("override", "override", **card)
        await self.click("fear_chosen", ids.CHOOSE_FEAR, option="new_fact")
        await self.submit(
            "override_answered",
            new_fact="A new boss",
            reason="He wants to do it properly",
            kill_criterion="no signed offer",
            kill_on="2026-12-21",
        )

    async def _outcomes(self) -> None:
        """Jonas is asked what came of Zeta, which was won a month ago."""
        jonas = self.office.jonas
        self.office.clock.now = datetime(2026, 12, 28, 9, tzinfo=UTC)
        await self.office.bot.nudges.tick()
        await self.settle()
        ts = jonas.direct_messages[-1]["ts"]
        await self.click("outcome_answered", f"{OtherAction.ANSWER_OUTCOME}.not_due", message_ts=ts)
        await self.click("outcome_not_now", NOT_NOW, message_ts=ts)
        await self.click("outcome_never", NEVER, message_ts=ts)

    async def _home_of_a_manager(self) -> None:
        sabine = self.office.sabine
        await self._open_home("event_home_opened_by_a_manager", sabine)
        await self.click("home_scope_own", ids.SCOPE, member=sabine)
        await self.click("home_scope_whole", ids.SCOPE, member=sabine)
        for order in (ids.BY_OWNER, ids.BY_VERDICT, ids.BY_DUE):
            await self.click(order, order, member=sabine)

    async def _setting_up(self) -> None:
        async with self.office.database.writing() as connection:
            await connection.execute(update(workspaces).values(verdict_channel=""))
        self.office.bot.membership.forget_greeted()
        sabine = self.office.sabine
        await self._open_home("event_home_opened_without_a_channel", sabine)
        await self.click("set_up", ids.SET_UP, member=sabine, channel="home")
        await sabine.close(everything=True)

    async def _checklists(self) -> None:
        async with self.office.database.writing() as connection:
            await connection.execute(update(workspaces).values(verdict_channel=CHANNEL))
        self.office.bot.membership.forget_greeted()
        sabine = self.office.sabine
        await self.command("command_settings_for_checklists", "settings", sabine)
        await self.click("checklists", ids.CHECKLISTS, member=sabine)
        await self.click(
            "checklist_looked_at", ids.CHECKLIST_LOOK, member=sabine, block_id="offer.bant"
        )
        await self.click("checklist_step", ids.CHECKLIST_STEP, member=sabine)
        await self.click("checklist_step_back", ids.CHECKLIST_STEP_BACK, member=sabine)
        await self.click("checklist_step_again", ids.CHECKLIST_STEP, member=sabine)
        await self._hand_in("checklist_step_submitted", need="yes", timing="yes", name="Anyone")
        await self.click("checklist_step_back_again", ids.CHECKLIST_STEP_BACK, member=sabine)
        await self.click("checklist_at_first", ids.CHECKLIST_STEP_BACK, member=sabine)
        await self._hand_in("checklist_adopted")
        bant = {"member": sabine, "block_id": "in_use.bant"}
        await self.click("checklist_made_default", ids.CHECKLIST_DEFAULT, **bant)
        await self.click("checklist_sent", ids.CHECKLIST_SEND, **bant)
        ours = {"member": sabine, "block_id": "in_use.walk-away"}
        await self.click("checklist_retired", ids.CHECKLIST_RETIRE, **ours)
        await self.click("checklist_history", ids.CHECKLIST_HISTORY, member=sabine)
        await sabine.close()
        await self.click("checklist_file_asked", ids.CHECKLIST_UPLOAD, member=sabine)
        file = sabine.pick("ours.yaml", b"id: ours")
        await self._hand_in("checklist_uploaded", **{f"{ids.CHECKLIST_FILE}.": [file]})
        await sabine.close(everything=True)

    async def _version_of_the_history(self) -> None:
        sabine = self.office.sabine
        await self.command("command_settings_for_history", "settings", sabine)
        await self.click("checklists_for_history", ids.CHECKLISTS, member=sabine)
        await self.click("checklist_history_again", ids.CHECKLIST_HISTORY, member=sabine)
        await self.click("checklist_version_sent", ids.CHECKLIST_SEND_VERSION, member=sabine)
        await sabine.close(everything=True)

    async def _data(self) -> None:
        """Sabine takes out everything, and forgets a prospect for good."""
        sabine = self.office.sabine
        await self.command("command_settings_for_data", "settings", sabine)
        await self.click("settings_data", ids.SETTINGS_PAGE, member=sabine, block_id=Page.DATA)
        await self.click("export", OtherAction.EXPORT, member=sabine)
        await sabine.close(everything=True)
        card = await self.screen("forgettable", "Sigma GmbH", GOOD)
        details = {"option": self._option("details"), "member": sabine}
        await self.click("details_of_a_forgettable_one", ids.MORE, **details, **card)
        await self.click("forget_asked", OtherAction.FORGET, member=sabine)
        await self._hand_in("forgotten", **{ids.CONFIRM: "Sigma GmbH"})
        await sabine.close(everything=True)

    async def _webhooks(self) -> None:
        """Sabine adds a webhook, does all that can be done with it, and removes it."""
        sabine = self.office.sabine
        await self.command("command_settings_for_webhooks", "settings", sabine)
        await self.click("webhooks", ids.WEBHOOKS, member=sabine)
        await self.click("webhook_asked", ids.WEBHOOK_ADD, member=sabine)
        await self._hand_in("webhook_added", address="https://hooks.example.com/walkaway")
        await sabine.close()
        await self.click("webhook_tested", ids.WEBHOOK_TEST, member=sabine)
        await self.click("webhook_deliveries", ids.WEBHOOK_DELIVERIES, member=sabine)
        await self.click("webhook_refreshed", ids.WEBHOOK_REFRESH, member=sabine)
        await sabine.close()
        await self.click("webhook_secret", ids.WEBHOOK_SECRET, member=sabine)
        await sabine.close()
        await self.click("webhook_off", ids.WEBHOOK_OFF, member=sabine)
        await self.click("webhook_on", ids.WEBHOOK_ON, member=sabine)
        await self.click("webhook_removed", ids.WEBHOOK_REMOVE, member=sabine)
        await self.click("webhook_history", ids.WEBHOOK_HISTORY, member=sabine)
        await sabine.close(everything=True)

    async def _webhook_edited(self) -> None:
        """Sabine changes what a webhook hears of."""
        sabine = self.office.sabine
        await self.command("command_settings_for_a_webhook", "settings", sabine)
        await self.click("webhooks_later", ids.WEBHOOKS, member=sabine)
        await self.click("webhook_asked_later", ids.WEBHOOK_ADD, member=sabine)
        await self._hand_in("webhook_added_later", address="https://hooks.example.com/later")
        await sabine.close()
        await self.click("webhook_edit", ids.WEBHOOK_EDIT, member=sabine)
        await self._hand_in("webhook_edited", **{ids.WEBHOOK_EVENTS: ["prospect.decided"]})
        await sabine.close(everything=True)

    async def _forms(self) -> None:
        """Sabine opens the door, and drafts come in: for Jonas, and for nobody."""
        jonas, sabine = self.office.jonas, self.office.sabine
        await self.command("command_settings_for_forms", "settings", sabine)
        await self.click("forms", ids.INTAKE, member=sabine)
        await self.click("forms_address_made", ids.INTAKE_RENEW, member=sabine)
        address = re.search(r"/hooks/[\w-]+", json.dumps(sabine.view))
        assert address is not None
        await sabine.close(everything=True)
        await self._send(address[0], name="Omikron GmbH", owner=jonas.id)
        its = {"message_ts": jonas.direct_messages[-1]["ts"]}
        await self.click("draft_continued", ids.INTAKE_CONTINUE, **its)
        await jonas.close(everything=True)
        await self.click("incoming_draft_discarded", ids.INTAKE_DISCARD, **its)
        await self._send(address[0], name="Pi GmbH")
        its = {"message_ts": sabine.direct_messages[-1]["ts"], "member": sabine}
        await self.click("draft_taken_over", ids.INTAKE_TAKE, **its)
        await sabine.close(everything=True)
        await self._send(address[0], name="Rho GmbH")
        its = {"message_ts": sabine.direct_messages[-1]["ts"], "member": sabine}
        await self.click("draft_to_be_assigned", OtherAction.ASSIGN_DRAFT, **its)
        await self._hand_in("draft_assigned", **{ids.OWNER: jonas.id})
        await self._send(address[0], name="Sigma GmbH")
        its = {"message_ts": sabine.direct_messages[-1]["ts"], "member": sabine}
        await self.click("draft_thrown_away", ids.INTAKE_THROW_AWAY, **its)
        await self.command("command_settings_to_close_the_door", "settings", sabine)
        await self.click("forms_again", ids.INTAKE, member=sabine)
        await self.click("forms_off", ids.INTAKE_CLOSE, member=sabine)
        await sabine.close(everything=True)

    async def _send(self, address: str, **lead: object) -> None:
        """Let a form send a lead."""
        status, *_ = await request(self.office.bot.hooks, address, lead)
        assert status == 201
        await self.settle()

    async def _hand_in(self, name: str, /, **entries: Any) -> None:
        """Let the manager submit the modal on top."""
        self._recorder.call(name)
        await self.office.hand_in(self.office.sabine, **entries)
        await self.settle()

    def _in_a_menu(self, action: str) -> Json:
        """Choose what is a button on the newest card, and in the menu of another message."""
        target = self._option("details").partition(".")[2]
        text = {"type": "plain_text", "text": action}
        return {
            "type": "overflow",
            "selected_option": {"text": text, "value": f"{action}.{target}"},
        }

    def _option(self, action: str) -> str:
        """Find the value of a menu's entry on the newest card."""
        elements = [
            element
            for block in self.office.cards[-1]["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
        ]
        options = [option for element in elements for option in element.get("options", ())]
        return next(str(o["value"]) for o in options if str(o["value"]).startswith(f"{action}."))


@asynccontextmanager
async def staged(migrated: Path, folder: Path) -> AsyncIterator[tuple[Office, Recorder]]:
    """Open an office over signed HTTP in which every id is counted."""
    file = shutil.copy(migrated, folder / "story.db")
    url = f"sqlite:///{file}"
    clock = SetClock()
    serving = Slack.serving(delivery="http", clock=clock, new_id=counted_ids(), **PATIENT)
    async with serving as slack:
        recorder = Recorder(slack)
        config = Config.from_environment(environment(slack, url, "http"))
        beside = Database.from_url(url, is_throwaway=True)
        try:
            unhurried = wired(config, clock=clock, new_id=counted("id"), hurried=True, patience=600)
            async with unhurried as bot:
                bot.start_slack()
                async with served(bot.asgi) as address:
                    slack.request_url = f"{address}/slack/events"
                    await bot.adopted.wait()
                    yield Office(slack, bot, clock, config, beside), recorder
        finally:
            await beside.close()
