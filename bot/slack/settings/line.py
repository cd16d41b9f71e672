"""The sentences that tell of changed settings, in the channel and in the history."""

from bot.domain.delivery.payloads import SettingsChanged
from bot.domain.people import MemberId
from bot.domain.settings.changes import Change
from bot.domain.settings.table import SettingId
from bot.slack import kit
from bot.slack.settings.words import name_of, value_text
from bot.slack.texts import Texts

_LONGEST = 300
"""Characters of a value."""


def settings_line(news: SettingsChanged, texts: Texts) -> kit.Rendered:
    """Return the message that tells the channel, a sentence for each setting."""
    lines = [change_sentence(each, news.by, texts) for each in news.changes]
    text = "\n".join(lines)
    return kit.message(text, kit.paragraphs(lines))


def change_sentence(change: Change, by: MemberId | None, texts: Texts) -> str:
    """Say which setting changed, from what to what, and by whom, as markup."""
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
