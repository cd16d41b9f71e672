"""Private messages: to a new owner, and to a manager whose channel does not take our messages."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.domain.people import Errand
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import briefs, passages, wording
from bot.slack.texts import Texts, marked

MEND = "mend"

_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "channel_not_found": marked(
            "I can't see that channel. If it's private, invite me with `/invite`; if it's "
            "gone, choose another one with `/qualify settings`."
        ),
        "not_in_channel": marked("I'm not in that channel. Invite me with `/invite`."),
        "is_archived": marked(
            "The channel is archived. Restore it, or choose another one with `/qualify settings`."
        ),
        "restricted_action": marked(
            "I'm not allowed to post there. Let apps post in that channel, or choose another "
            "one with `/qualify settings`."
        ),
        "missing_scope": marked(
            "I'm missing a permission to post. Your admin has to reinstall me."
        ),
    }
)
_OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "is_inactive": "is_archived",
        "restricted_action_read_only_channel": "restricted_action",
        "no_permission": "restricted_action",
    }
)


_UNCERTAIN: Mapping[str, str] = MappingProxyType(
    {
        "unseen": marked(
            "Slack didn't say whether it arrived, and I'm not allowed to look. Your admin "
            "can reinstall me with the right to read messages; then press the button, and "
            "I'll look."
        ),
        "looked_too_long": marked(
            "Slack didn't say whether it arrived, and too much was said since for me to find "
            "it. Check whether it's there."
        ),
    }
)


_GONE = frozenset({"cannot_dm_bot", "user_disabled", "user_not_found"})


def owner_chosen(overview: Overview, texts: Texts, revision: int | None = None) -> kit.Rendered:
    """Return what tells somebody that another member made them the owner.

    With the ``revision`` of a handing over, it was that; else the owner was named in a screening.
    """
    name = kit.markup_name(overview.facts.name)
    shown, spoken = (
        _how_it_came(overview, revision, name, texts, names) for names in (None, overview.names)
    )
    title = passages.title(overview, name, texts)
    why = passages.reasons(overview, texts)
    rest = [
        *passages.due_day(overview, texts),
        texts(
            "It's yours to decide: the buttons are on the card in {channel}.",
            channel=f"<#{kit.escape(overview.workspace.settings.verdict_channel)}>",
        ),
        *briefs.to_card(overview.qualification.card_link, texts),
    ]
    blocks = kit.paragraphs(
        [shown, kit.bold(title), *(passage.in_markup for passage in why), *rest]
    )
    words = [spoken, title, *(passage.in_words for passage in why), *rest]
    return kit.message("\n".join(words), blocks)


def undeliverable(recipient: str, cause: str, texts: Texts) -> kit.Rendered:
    """Return what tells a manager that a message did not arrive, and what mends it.

    ``cause`` is a code of Slack, in small letters, or the class of an exception of ours.
    """
    place = kit.escape(recipient)
    mention = f"<@{place}>" if place[:1] in {"U", "W"} else f"<#{place}>"
    lines = [
        texts("A message didn't reach {place}.", place=mention),
        *_mend(cause, texts),
        texts(
            "Nothing is lost: the verdict is saved, and its owner finds it with `/qualify list`."
        ),
    ]
    blocks = kit.paragraphs(lines)
    if mention.startswith("<#") and _is_mendable(cause):
        label = texts("Send again")
        blocks.append(kit.actions(MEND, [kit.button(label, Errand.SEND_AGAIN, recipient)]))
    return kit.message("\n".join(lines), blocks)


def sent_again(channel: str, count: int, texts: Texts) -> kit.Rendered:
    """Return what answers a manager who has a channel sent again what it did not take."""
    place = f"<#{kit.escape(channel)}>"
    if not count:
        return kit.Rendered(texts("Nothing is waiting for {place} any more.", place=place), [])
    sentence = texts.plural(
        "{n} message is on its way to {place} again. I'll tell you if it doesn't arrive.",
        "{n} messages are on their way to {place} again. I'll tell you if one doesn't arrive.",
        count,
        place=place,
    )
    return kit.Rendered(sentence, [])


def _how_it_came(
    overview: Overview,
    revision: int | None,
    name: str,
    texts: Texts,
    names: Mapping[str, str] | None,
) -> str:
    if revision is None:
        screener = wording.who(overview.qualification.member_id, names)
        return texts("{who} screened {name} and made you the owner.", who=screener, name=name)
    giver = next(entry.by for entry in overview.history if entry.revision == revision)
    return texts("{who} handed {name} over to you.", who=wording.who(giver, names), name=name)


def _is_mendable(cause: str) -> bool:
    return _OTHERS.get(cause, cause) in _CAUSES or cause == "unseen"


def _mend(cause: str, texts: Texts) -> Iterator[str]:
    known = _CAUSES.get(_OTHERS.get(cause, cause))
    if known is not None:
        yield texts(known)
        yield texts(
            "Then press the button, and I'll post what's waiting. If you chose another channel, "
            "it goes there after a restart."
        )
    elif cause in _UNCERTAIN:
        yield texts(_UNCERTAIN[cause])
    elif cause in _GONE:
        yield texts("This person no longer gets messages in Slack. The managers can decide.")
    elif cause == cause.lower():
        yield texts("Slack says: {cause}. Show this to your admin.", cause=kit.escape(cause))
    else:
        yield texts(
            "I couldn't build it, or lost the connection while sending ({cause}). Show this "
            "to your admin: the log says more.",
            cause=kit.escape(cause),
        )
