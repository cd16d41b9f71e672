"""The sentences that tell of changed checklists, in the channel and in the history."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.delivery.payloads import ChecklistsChanged
from bot.domain.people import MemberId
from bot.domain.settings.checklists import ChecklistAct, ChecklistChange
from bot.slack import kit
from bot.slack.texts import Texts, marked

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


def checklists_line(news: ChecklistsChanged, texts: Texts) -> kit.Rendered:
    """Return the message that tells the channel, a sentence for each change."""
    lines = [change_sentence(each, news.by, texts) for each in news.changes]
    return kit.message("\n".join(lines), kit.paragraphs(lines))


def change_sentence(change: ChecklistChange, by: MemberId | None, texts: Texts) -> str:
    """Say what happened to which checklist, and by whom, as markup."""
    who = texts("Your admin") if by is None else f"<@{kit.escape(by)}>"
    title = kit.escape(texts.of(change.title))
    return texts(_SENTENCES[change.act], who=who, title=title, number=change.number)
