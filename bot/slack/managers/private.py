"""Private messages to a new owner, and to a manager whose channel refuses our messages."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, assert_never

from bot.domain.delivery import MessageKind
from bot.domain.people import OtherAction
from bot.domain.prospects import Stage
from bot.domain.read_models import Overview
from bot.slack import kit
from bot.slack.card import briefs, passages, wording
from bot.slack.client.meanings import MEANINGS, Meaning
from bot.slack.texts import Texts, marked

MEND = "mend"

_BY_CODE: Mapping[str, str] = MappingProxyType(
    {
        "channel_not_found": marked(
            "I can't see that channel. If it's private, invite me with `/invite @Walkaway`; if "
            "it's gone, choose another one with {settings}."
        ),
        "not_in_channel": marked("I'm not in that channel. Invite me with `/invite @Walkaway`."),
        "is_archived": marked(
            "The channel is archived. Restore it, or choose another one with {settings}."
        ),
        "messages_tab_disabled": marked(
            "I can't message people. Your admin has to switch on the Messages Tab on the "
            "app's page, under App Home."
        ),
        "message_limit_exceeded": marked(
            "Ask your Slack admin: this Slack workspace has reached its message limit."
        ),
        "unseen": marked(
            "Slack didn't say whether it arrived, and I'm not allowed to look. If your admin "
            "reinstalls me with the right to read messages, I'll check before I send it again."
        ),
        "looked_too_long": marked(
            "Slack didn't say whether it arrived, and too much has been posted since for me to "
            "find it. Check whether it's there."
        ),
    }
)
"""What mends a cause of death; of ours and of Slack's, where one code says more than its kind."""

_UNSURE: Final = ("unseen", "looked_too_long")
"""Causes with which a message may be there all the same."""

_BY_MEANING: Mapping[Meaning, str] = MappingProxyType(
    {
        Meaning.PLACE: marked(
            "I'm not allowed to post there. Let apps post in that channel, or choose another "
            "one with {settings}."
        ),
        Meaning.PERMISSION: marked(
            "I'm missing a permission to post. Your admin has to reinstall me."
        ),
        Meaning.POLICY: marked(
            "A rule of this Slack workspace keeps me from posting ({cause}). Your Slack admin can "
            "change it."
        ),
        Meaning.READER: marked(
            "This person no longer gets messages in Slack. You or another manager can decide."
        ),
        Meaning.NOBODY: marked(
            "This person no longer gets messages in Slack. You or another manager can decide."
        ),
        Meaning.UNCERTAIN: marked("Slack failed each time I tried ({cause})."),
        Meaning.CALL: marked(
            "Slack didn't take it the way I sent it ({cause}). Show this to your admin."
        ),
        Meaning.SHAPE: marked(
            "Slack didn't take it the way I sent it ({cause}). Show this to your admin."
        ),
    }
)

_LISTED = marked("Nothing is lost: what needs a decision is in Walkaway's Home.")
_SAVED = marked("Nothing is lost: the verdict is saved, and its owner finds it with {command}.")


def owner_chosen(overview: Overview, texts: Texts, revision: int | None = None) -> kit.Rendered:
    """Return the message to a member whom another one has made the owner.

    With a ``revision``, it was a hand-over; else the owner was named in a screening. Of a client
    there is nothing to decide any more, so it gives no reasons.
    """
    name = kit.markup_name(overview.facts.name)
    shown, spoken = (
        _how_it_came(overview, revision, name, texts, names) for names in (None, overview.names)
    )
    channel = f"<#{kit.escape(overview.workspace.settings.verdict_channel)}>"
    to_card = list(briefs.to_card(overview.qualification.card_link, texts))
    if overview.prospect.stage is Stage.WON:
        done = texts(
            "This is already a client, so there's nothing to decide. The card is in {channel}.",
            channel=channel,
        )
        return kit.message(
            "\n".join([spoken, done, *to_card]), kit.paragraphs([shown, done, *to_card])
        )
    title = passages.title(overview, name, texts)
    why = passages.reasons(overview, texts)
    rest = [
        *passages.due_day(overview, texts),
        texts("It's yours to decide: the buttons are on the card in {channel}.", channel=channel),
        *to_card,
    ]
    blocks = kit.paragraphs(
        [shown, kit.bold(title), *(passage.in_markup for passage in why), *rest]
    )
    words = [spoken, title, *(passage.in_words for passage in why), *rest]
    return kit.message("\n".join(words), blocks)


def undeliverable(
    recipient: str, cause: str, texts: Texts, what: MessageKind | None = None
) -> kit.Rendered:
    """Return the message to a manager about an undelivered message, and how to mend that.

    ``cause`` is a code of Slack's or ours, or the class name of an exception of ours.
    """
    lines = [
        _what_happened(recipient, cause, texts),
        _mend(cause, texts),
        *_when_it_is_fixed(cause, texts),
        *_what_is_kept(what, texts),
    ]
    button = kit.button(texts("Send again"), OtherAction.SEND_AGAIN, recipient)
    return kit.message("\n".join(lines), [*kit.paragraphs(lines), kit.actions(MEND, [button])])


def sent_again(recipient: str, count: int, texts: Texts) -> kit.Rendered:
    """Return the answer to a manager who has resent undelivered messages."""
    place = _mention(recipient)
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


def _mention(recipient: str) -> str:
    place = kit.escape(recipient)
    return f"<@{place}>" if place[:1] in {"U", "W"} else f"<#{place}>"


def _what_happened(recipient: str, cause: str, texts: Texts) -> str:
    place = _mention(recipient)
    if cause in _UNSURE:
        return texts("I don't know whether a message reached {place}.", place=place)
    return texts("A message didn't reach {place}.", place=place)


def _mend(cause: str, texts: Texts) -> str:
    sentence = _BY_CODE.get(cause)
    if sentence is None and (meaning := MEANINGS.get(cause)) is not None:
        sentence = _BY_MEANING.get(meaning)
    if sentence is not None:
        settings = kit.commands.shown(kit.commands.SETTINGS, texts)
        return texts(sentence, cause=kit.escape(cause), settings=settings)
    if cause == cause.lower():
        return texts("Slack says: {cause}. Show this to your admin.", cause=kit.escape(cause))
    return texts(
        "I couldn't build it, or lost the connection while sending ({cause}). Show this "
        "to your admin: the log says more.",
        cause=kit.escape(cause),
    )


def _when_it_is_fixed(cause: str, texts: Texts) -> Iterator[str]:
    """Yield when it is sent again, unless nothing here can be fixed: the reader is gone."""
    if MEANINGS.get(cause) not in {Meaning.READER, Meaning.NOBODY}:
        yield texts(
            "Once it's fixed, press the button and I'll send what's waiting. I'll also retry "
            "on my own: in an hour, then once a day for two weeks."
        )


def _what_is_kept(what: MessageKind | None, texts: Texts) -> Iterator[str]:
    """Yield what is not lost with the message."""
    match what:
        case (
            None
            | MessageKind.CARD
            | MessageKind.CARD_REWRITE
            | MessageKind.THREAD_LINE
            | MessageKind.LAPSE_LINE
            | MessageKind.CLOSING_LINE
            | MessageKind.REQUEST_LINE
            | MessageKind.KILL_DATE_LINE
        ):
            yield texts(_SAVED, command=kit.commands.shown(kit.commands.LIST, texts))
        case (
            MessageKind.NUDGE
            | MessageKind.NUDGE_REWRITE
            | MessageKind.MANAGERS
            | MessageKind.MANAGERS_REWRITE
            | MessageKind.HANDED_OVER
            | MessageKind.OWNER_CHOSEN
        ):
            yield texts(_LISTED)
        case (
            MessageKind.OVERRIDE_ASKED
            | MessageKind.OVERRIDE_REWRITE
            | MessageKind.OVERRIDE_NEWS
            | MessageKind.OVERRIDE_LAPSED
        ):
            yield texts("The request itself is saved, and the buttons are on the card.")
        case MessageKind.INTAKE | MessageKind.INTAKE_REWRITE:
            yield texts("The draft itself is saved, and a reminder will bring it back.")
        case MessageKind.DIGEST | MessageKind.DIGEST_LINE:
            report = kit.commands.shown(kit.commands.REPORT, texts)
            yield texts("The figures are in {command}.", command=report)
        case MessageKind.SETTINGS_CHANGED:
            settings = kit.commands.shown(kit.commands.SETTINGS, texts)
            yield texts("The settings are saved: {command} shows them.", command=settings)
        case MessageKind.ERASURE | MessageKind.PRIVATE_ERASURE:
            yield texts(
                "Ask someone with permission to delete a message there. The prospect is "
                "deleted, but that message still names it."
            )
        case MessageKind.RETENTION:
            settings = kit.commands.shown(kit.commands.SETTINGS, texts)
            yield texts(
                "The channel hasn't heard that I'll delete old prospects, and I'll delete them "
                "anyway. To stop that, choose “Never” with {settings}, on the Data page.",
                settings=settings,
            )
        case MessageKind.OUTCOME | MessageKind.UNDELIVERABLE:
            return
        case _:
            assert_never(what)
