"""Changes of settings and checklists: the channel's line, and the modal of the latest ones."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.delivery.payloads import ChecklistsChanged, SettingsChanged
from bot.domain.people import MemberId
from bot.domain.settings.changes import RecordedChange, SettingChange
from bot.domain.settings.checklists import ChecklistAct, ChecklistChange, NotedChecklistChange
from bot.domain.settings.table import SettingId
from bot.domain.workspace import Settings
from bot.slack import kit
from bot.slack.payloads import ids
from bot.slack.settings.words import name_of, value_text
from bot.slack.texts import Texts, marked

_LONGEST = 300
"""Characters of a value."""
_SENTENCES: Mapping[ChecklistAct, str] = MappingProxyType(
    {
        ChecklistAct.ADOPTED: marked("{who} adopted the checklist “{title}” (version {number})."),
        ChecklistAct.RENEWED: marked(
            "Walkaway was updated: new screenings use version {number} of the checklist “{title}”."
        ),
        ChecklistAct.MADE_DEFAULT: marked("{who} made “{title}” the default checklist."),
        ChecklistAct.RETIRED: marked(
            "{who} retired the checklist “{title}”. Drafts can still be finished."
        ),
    }
)


def settings_line(news: SettingsChanged, texts: Texts) -> kit.Rendered:
    """Return the message that tells the channel, one sentence for each setting."""
    lines = [_setting_changed(each, news.by, texts) for each in news.changes]
    text = "\n".join(lines)
    return kit.message(text, kit.paragraphs(lines))


def checklists_line(news: ChecklistsChanged, texts: Texts) -> kit.Rendered:
    """Return the message that tells the channel, one sentence for each change."""
    lines = [_checklist_changed(each, news.by, texts) for each in news.changes]
    return kit.message("\n".join(lines), kit.paragraphs(lines))


def settings_history(
    noted: Sequence[RecordedChange], settings: Settings, texts: Texts
) -> kit.Block:
    """Return the latest changes, newest first."""
    lines = [
        f"{texts.moment(each.at, settings.zone)}: {_setting_changed(each.change, each.by, texts)}"
        for each in noted
    ]
    return kit.changes_view(lines, texts)


def checklists_history(
    noted: Sequence[NotedChecklistChange], zone: ZoneInfo, texts: Texts, note: str | None = None
) -> kit.Block:
    """Return the latest changes, the newest first, each version's last one with its file.

    `note` is markup, and stands on top.
    """
    blocks, seen = kit.paragraphs([note] if note else []), set[str]()
    for each in noted:
        line = f"{texts.moment(each.at, zone)}: {_checklist_changed(each.change, each.by, texts)}"
        version = f"{each.change.checklist_id}.{each.change.number}"
        send = None if version in seen else _send(version, each.change, texts)
        seen.add(version)
        blocks.append(kit.section(kit.markup(line), accessory=send))
    return kit.changes_modal(blocks, texts)


def _send(version: str, change: ChecklistChange, texts: Texts) -> kit.Block:
    spoken = texts(
        "Send me {title}, version {number}", title=texts.of(change.title), number=change.number
    )
    return kit.button(texts("Send me the file"), ids.CHECKLIST_SEND_VERSION, version, spoken=spoken)


def _setting_changed(change: SettingChange, by: MemberId | None, texts: Texts) -> str:
    """Say who changed which setting, from what to what, as markup."""
    values = {
        "name": name_of(change.setting, texts),
        "before": _value(change.setting, change.before, texts),
        "after": _value(change.setting, change.after, texts),
    }
    if by is None:
        variable = f"`{change.setting.setting.variable}`"
        return texts(
            "Your admin changed {variable}. {name}: {before} → {after}.",
            variable=variable,
            **values,
        )
    return texts(
        "<@{who}> changed a setting. {name}: {before} → {after}.",
        who=kit.escape(by),
        **values,
    )


def _value(setting: SettingId, value: object, texts: Texts) -> str:
    read = value_text(setting, value, texts)
    return read if len(read) <= _LONGEST else texts("a long list")


def _checklist_changed(change: ChecklistChange, by: MemberId | None, texts: Texts) -> str:
    """Say who did what to which checklist, as markup."""
    who = texts("Your admin") if by is None else f"<@{kit.escape(by)}>"
    title = kit.escape(texts.of(change.title))
    return texts(_SENTENCES[change.act], who=who, title=title, number=change.number)
