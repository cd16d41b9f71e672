"""What managers do with the checklists in use: default, retire, download, see changes."""

from collections.abc import Sequence

from bot.checklists.writer import as_yaml
from bot.domain.errors import ChecklistRefused, FileFailed
from bot.domain.screening import ChecklistVersion
from bot.domain.settings.checklists import Adopted
from bot.slack import kit
from bot.slack.error_messages import parts
from bot.slack.interaction import Interaction, Listeners, Reply
from bot.slack.payloads import ids, payloads
from bot.slack.settings import checklist_pages as pages
from bot.slack.settings.changes import checklists_history
from bot.slack.texts import Texts


async def open_checklists(it: Interaction) -> Reply:
    """Open the checklists in use, on top of the settings."""
    it.later(_open_checklists(it))
    return None


async def make_default(it: Interaction) -> Reply:
    """Make a checklist the default for new screenings."""
    it.later(_make_default(it))
    return None


async def retire(it: Interaction) -> Reply:
    """Retire a checklist."""
    it.later(_retire(it))
    return None


async def send(it: Interaction) -> Reply:
    """Send a checklist as a file, privately, in its last version."""
    it.later(_send(it))
    return None


async def send_version(it: Interaction) -> Reply:
    """Send a version out of the history as a file, privately."""
    it.later(_send_version(it))
    return None


async def show_history(it: Interaction) -> Reply:
    """Open the latest changes."""
    it.later(_show_history(it))
    return None


async def in_use(it: Interaction, notes: Sequence[str] = ()) -> kit.Block:
    """Return the view of what is in use now, with notes about what was just done."""
    found = await it.surface.checklists.in_use(it.caller)
    return pages.checklists_view(
        found.adopted,
        found.screened,
        found.offered,
        found.retired,
        (await it.person()).zone,
        await it.texts(),
        notes=notes,
    )


def title_of(adopted: Adopted, texts: Texts) -> str:
    """Return a checklist's title, as markup."""
    return kit.escape(texts.of(adopted.checklist.title))


async def _open_checklists(it: Interaction) -> None:
    await it.open(await in_use(it))


async def _make_default(it: Interaction) -> None:
    texts = await it.texts()
    try:
        found = await it.surface.checklists.make_default(it.caller, it.value)
        note = texts("New screenings begin with “{title}” now.", title=title_of(found, texts))
    except ChecklistRefused as refused:
        note = parts.checklist_refused(refused, texts)
    await it.redraw(await in_use(it, [note]), if_changed=True)


async def _retire(it: Interaction) -> None:
    texts = await it.texts()
    try:
        found = await it.surface.checklists.retire(it.caller, it.value)
        note = texts("“{title}” is retired.", title=title_of(found, texts))
    except ChecklistRefused as refused:
        note = parts.checklist_refused(refused, texts)
    await it.redraw(await in_use(it, [note]), if_changed=True)


async def _send(it: Interaction) -> None:
    note = await _sent(it, it.value)
    await it.redraw(await in_use(it, [note]), if_changed=True)


async def _send_version(it: Interaction) -> None:
    checklist_id, number = payloads.version_of(it.value)
    note = await _sent(it, checklist_id, number)
    await it.redraw(await _history(it, note), if_changed=True)


async def _sent(it: Interaction, checklist_id: str, number: int | None = None) -> str:
    """Send the file, and return a note that says where it is, or why it could not be sent."""
    texts = await it.texts()
    try:
        version = await it.surface.checklists.version(it.caller, checklist_id, number)
        return await _sent_version(it, version, texts)
    except ChecklistRefused as refused:
        return parts.checklist_refused(refused, texts)
    except FileFailed as failed:
        return parts.file_failed(failed, texts)


async def _sent_version(it: Interaction, found: ChecklistVersion, texts: Texts) -> str:
    name = f"{found.checklist.id}.yaml"
    await it.surface.files.send(
        it.caller.workspace_id,
        it.caller.member_id,
        name=name,
        content=as_yaml(found.checklist).encode(),
        title=texts(
            "{title}, version {number}",
            title=texts.of(found.checklist.title),
            number=found.number,
        ),
    )
    return texts("I sent you {file} in our direct messages.", file=f"`{name}`")


async def _show_history(it: Interaction) -> None:
    await it.open(await _history(it))


async def _history(it: Interaction, note: str | None = None) -> kit.Block:
    noted = await it.surface.checklists.changes(it.caller)
    return checklists_history(noted, (await it.person()).zone, await it.texts(), note)


LISTENERS = Listeners(
    elements={
        ids.CHECKLISTS: open_checklists,
        ids.CHECKLIST_DEFAULT: make_default,
        ids.CHECKLIST_RETIRE: retire,
        ids.CHECKLIST_SEND: send,
        ids.CHECKLIST_SEND_VERSION: send_version,
        ids.CHECKLIST_HISTORY: show_history,
    },
    changing_nothing=(
        ids.CHECKLISTS,
        ids.CHECKLIST_SEND,
        ids.CHECKLIST_SEND_VERSION,
        ids.CHECKLIST_HISTORY,
    ),
)
