"""`/qualify report`: one private message, which its own buttons rewrite."""

from bot.domain.figures.reports.page import ReportPage
from bot.slack.figures import report
from bot.slack.interaction import Interaction, Listeners
from bot.slack.interaction.private import PrivateMessages
from bot.slack.payloads import ids, payloads


async def show(it: Interaction) -> None:
    """Send the report to the sender, and say where it is if they asked elsewhere."""
    texts = await it.texts()
    content = await it.surface.reports.page(it.caller, ReportPage())
    said = await _private(it).post(report.report(content, texts))
    if it.body.get("channel_id") != said.posted[0]:
        await it.say(report.where_it_is(await _private(it).link_to(said.posted), texts))
    await it.surface.reports.note_refused(it.caller, said.refused)


async def turn_page(it: Interaction) -> None:
    """Show another page of the report, as things stand now."""
    page = payloads.report_page_of(it.value)
    click = payloads.sent_text(it.action, "action_ts")
    place = ".".join(_private(it).place)
    it.surface.redraws.note(place, click)
    it.later(_rewrite(it, page, place, click))


async def _rewrite(it: Interaction, page: ReportPage, place: str, click: str) -> None:
    """Rewrite the message, unless a newer click has; post it anew if it was deleted."""
    content = await it.surface.reports.page(it.caller, page)
    drawn = report.report(content, await it.texts())
    if not it.surface.redraws.is_newest(place, click):
        return
    said = await _private(it).rewrite(drawn) or await _private(it).post(drawn)
    await it.surface.reports.note_refused(it.caller, said.refused)


def _private(it: Interaction) -> PrivateMessages:
    return PrivateMessages(it.client, it.caller.member_id, it.body)


LISTENERS = Listeners(elements={ids.REPORT: turn_page})
