"""What lapsed or passed by itself, as the history tells it; lines in threads are elsewhere."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.domain.decisions.history import Lapse, Lapsed
from bot.domain.read_models import Dossier
from bot.slack.blocks.escaping import markup_name
from bot.slack.blocks.wording import quoted_markup
from bot.slack.card.passages import who
from bot.slack.texts import Texts, marked

_LAPSES: Final[Mapping[Lapsed, str]] = MappingProxyType(
    {
        Lapsed.CONDITION: marked(
            "The condition has lapsed, because {name} did not meet it by the end of {day}: {words}"
        ),
        Lapsed.REQUEST: marked(
            "The request of {who} for an override has lapsed, because nobody answered by the end "
            "of {day}."
        ),
        Lapsed.OVERRIDE: marked(
            "The kill date of the override of {who} has passed: {day}. The kill criterion, as it "
            "was written: {words}"
        ),
    }
)


def sentence(dossier: Dossier, lapse: Lapse, texts: Texts) -> str:
    """Return what lapsed or passed by itself, as markup in which members are mentioned."""
    return texts(
        _LAPSES[lapse.what],
        name=markup_name(dossier.prospect.facts.name),
        who="" if lapse.asked_by is None else who(lapse.asked_by, None),
        day=texts.date(lapse.day),
        words="" if lapse.words is None else quoted_markup(lapse.words, texts),
    )
