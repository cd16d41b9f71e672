"""What a member does at their Slack client in the played year, and what they wait for meanwhile.

It goes by what stands in messages and modals, as a person does.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

from sandbox.elements import find_element, options_of
from sandbox.inputs import fill
from sandbox.member import Member
from sandbox.messages import Message
from sandbox.problems import CannotDo
from sandbox.server import Slack
from sandbox.world import BOT_USER, VERDICTS

PATIENCE: Final = 20.0
"""Seconds for what takes milliseconds on an idle machine."""
AT_ONCE: Final = frozenset({"walk_away", "undo", "chased", "approve_override"})
"""What a click does; everything else asks something in a modal first."""
SCREENED_AGAIN: Final = "requalify"
JUDGED: Final = "judge"
"""What a manager says of a client who is not theirs; the card does not change."""


class Desk:
    """The clients of all members."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def screen(self, member_id: str, name: str, entries: Mapping[str, Any]) -> Message:
        """Type `/qualify NAME` and answer to the end; return the card of the verdict."""
        member = self._slack.member(member_id)
        await member.command("/qualify", name)
        return await self._answer_all(member, name, entries)

    async def screen_again(
        self, member_id: str, card: Message, name: str, entries: Mapping[str, Any]
    ) -> Message:
        """Screen a prospect again with other answers; return its new card."""
        member = self._slack.member(member_id)
        await self._press(member, card, SCREENED_AGAIN)
        return await self._answer_all(member, name, entries)

    async def act(
        self, member_id: str, card: Message, action: str, entries: Mapping[str, Any]
    ) -> None:
        """Do something on a card, and wait until the card says so."""
        before, member = card.edited_ts, self._slack.member(member_id)
        await self._press(member, card, action)
        if action not in AT_ONCE:
            await self._fill_in(member, entries)
        await self._slack.wait_for(lambda: card.edited_ts != before, PATIENCE)

    async def remember(self, member_id: str, memories: Iterable[Mapping[str, Any]]) -> None:
        """Type `/qualify remember` and enter one after another."""
        member = self._slack.member(member_id)
        await member.command("/qualify", "remember")
        view = await member.wait_for_view(PATIENCE)
        for entries in memories:
            form = view["private_metadata"]
            while view["private_metadata"] == form:  # it asks for more as long as it lacks some
                await self._submit(member, view, entries)
                view = await member.wait_for_view(PATIENCE)
        await member.close(everything=True)

    async def judge(self, member_id: str, card: Message, answers: Mapping[str, str]) -> None:
        """Say in the details of a client how it turned out, as a second judge."""
        member = self._slack.member(member_id)
        found = find_element(card.blocks, "more")
        options = [each["value"] for each in options_of(found[1])] if found else []
        option = next(each for each in options if each.startswith("details."))
        await member.click("more", option=option, channel=card.channel, message_ts=card.ts)
        details = await member.wait_for_view(PATIENCE)
        for ask, choice in answers.items():
            asked = [each["block_id"] for each in details["blocks"] if "block_id" in each]
            block_id = next(each for each in asked if each.startswith(f"{ask}."))
            await member.click(f"answer_outcome.{choice}", block_id)
            details = await self._redrawn(member, details)
        await member.close(everything=True)

    async def _redrawn(self, member: Member, before: dict[str, Any]) -> dict[str, Any]:
        """Wait until the view on top is drawn anew, and return it."""
        await self._slack.wait_for(
            lambda: (member.view or before)["hash"] != before["hash"], PATIENCE
        )
        return await member.wait_for_view(PATIENCE)

    @staticmethod
    def waits_for_manager(card: Message) -> bool:
        """Tell whether a card asks for an override to be approved."""
        return find_element(card.blocks, "approve_override") is not None

    async def _answer_all(self, member: Member, name: str, entries: Mapping[str, Any]) -> Message:
        """Answer every step of the modal on top, read the verdict and close it."""
        before = self._newest_card(name)
        view: dict[str, Any] | None = await member.wait_for_view(PATIENCE)
        while view is not None and view["submit"]:
            await self._submit(member, view, entries)
            view = member.view
        await member.close(everything=True)
        card = await self._slack.wait_for(lambda: self._card_after(before, name), PATIENCE)
        assert card is not None  # noqa: S101 - or the waiting had failed
        return card

    async def _press(self, member: Member, card: Message, action: str) -> None:
        """Use the button of a card, the entry of its menu, or the button in the details."""
        where: Any = {"channel": card.channel, "message_ts": card.ts}
        if find_element(card.blocks, action):
            await member.click(action, **where)
            return
        found = find_element(card.blocks, "more")
        options = [each["value"] for each in options_of(found[1])] if found else []
        entries = {each.partition(".")[0]: each for each in options}
        if action in entries:
            await member.click("more", option=entries[action], **where)
            return
        await member.click("more", option=entries["details"], **where)
        details = await member.wait_for_view(PATIENCE)
        if not find_element(details["blocks"], action):
            raise CannotDo(f"The card of {card.text!r} does not offer {action}.")
        await member.click(action)
        await self._slack.wait_for(lambda: member.view != details, PATIENCE)

    async def _fill_in(self, member: Member, entries: Mapping[str, Any]) -> None:
        """Fill in the dialog that opens; a fear is chosen first, and answered with figures."""
        view = await member.wait_for_view(PATIENCE)
        if "fear" in entries:
            await member.click("choose_fear", option=entries["fear"])
            view = await self._redrawn(member, view)
        await self._submit(member, view, entries)

    async def _submit(
        self, member: Member, view: dict[str, Any], entries: Mapping[str, Any]
    ) -> None:
        asked = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        given = {name: value for name, value in entries.items() if name in asked}
        submission = await member.submit(fill(view, given))
        if submission.errors:
            raise CannotDo(f"{view['callback_id']} was refused: {submission.errors}")

    def _newest_card(self, name: str) -> Message | None:
        shown = escape(name, quote=False)
        cards = [
            message
            for message in self._slack.workspace.messages.lasting(VERDICTS)
            if message.user == BOT_USER and not message.is_reply and shown in message.text
        ]
        return cards[-1] if cards else None

    def _card_after(self, before: Message | None, name: str) -> Message | None:
        card = self._newest_card(name)
        return None if card is before else card
