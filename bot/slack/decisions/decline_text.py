"""The complete text of a decline message, and the link that opens it in a mail program.

Each tone is one letter, not a kit: the reason is put into it, and the referral if there is one. A
prospect isn't one of our members, so the German is formal ("Sie"), unlike everything that our own
members read. The salutation stays open, because nobody told us the recipient's name.
"""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote

from bot.domain.decisions.decline import DeclineChoice, Declined, KindReason, Tone
from bot.slack import kit
from bot.slack.texts import Texts, marked

LONGEST_LINK = 3000
"""Of the address behind a button; Slack takes no longer one."""

_SUBJECT = marked("Our answer about working with {company}")

_LETTERS: Mapping[Tone, str] = MappingProxyType(
    {
        Tone.SHORT: marked(
            "Hello [name],\n"
            "\n"
            "Thank you for your interest in working with us. I don't want to keep you "
            "waiting: we won't be taking on {company} as a client. {reason}\n"
            "\n"
            "I wish you every success.\n"
            "\n"
            "Kind regards\n"
            "{sender}"
        ),
        Tone.WARM: marked(
            "Hello [name],\n"
            "\n"
            "Thank you for telling us about {company}, and for your time. Before we say yes to "
            "anyone, we ask ourselves whether we can really help. This time my answer is no, "
            "and I'd rather tell you openly than keep you waiting.\n"
            "\n"
            "{reason}\n"
            "\n"
            "Please don't read this as a judgement of you or of what you're building. I wish "
            "you and {company} all the best, and I hope you soon find a partner who really "
            "suits you.\n"
            "\n"
            "Kind regards\n"
            "{sender}"
        ),
    }
)
_LETTERS_WITH_REFERRAL: Mapping[Tone, str] = MappingProxyType(
    {
        Tone.SHORT: marked(
            "Hello [name],\n"
            "\n"
            "Thank you for your interest in working with us. I don't want to keep you "
            "waiting: we won't be taking on {company} as a client. {reason}\n"
            "\n"
            "You may be in better hands here: {referral}.\n"
            "\n"
            "I wish you every success.\n"
            "\n"
            "Kind regards\n"
            "{sender}"
        ),
        Tone.WARM: marked(
            "Hello [name],\n"
            "\n"
            "Thank you for telling us about {company}, and for your time. Before we say yes "
            "to anyone, we ask ourselves whether we can really help. This time my answer is "
            "no, and I'd rather tell you openly than keep you waiting.\n"
            "\n"
            "{reason}\n"
            "\n"
            "Please don't read this as a judgement of you or of what you're building. You "
            "may be in better hands here: {referral}.\n"
            "\n"
            "I wish you and {company} all the best.\n"
            "\n"
            "Kind regards\n"
            "{sender}"
        ),
    }
)
_REASONS: Mapping[KindReason, str] = MappingProxyType(
    {
        KindReason.OFFER_NOT_CLEAR: marked(
            "Our work only succeeds once it's clear what's being sold and to whom, and we "
            "didn't get to that point together. Until then, your money wouldn't be well spent with "
            "us."
        ),
        KindReason.NUMBERS_MISSING: marked(
            "We plan around your numbers (revenue, leads, close rate). Without all of them "
            "we can't honestly promise a return, and I don't want you to take that risk."
        ),
        KindReason.VALUE_NOT_SEEN: marked(
            "We didn't manage to convince you of the value right away, so this isn't the right "
            "moment to start. Working together goes well when both sides want it from the "
            "beginning."
        ),
        KindReason.VALUE_NOT_SHOWN: marked(
            "We haven't managed to show you in concrete terms what working with us would "
            "bring you. Without that, it wouldn't be fair to ask you for a decision, let "
            "alone for money."
        ),
        KindReason.DOES_NOT_PAY: marked(
            "We did the sums, and the numbers don't work for either of us. We could only do "
            "it half-heartedly, and you deserve better."
        ),
        KindReason.TERMS_APART: marked(
            "We're too far apart on price and terms. We could only get closer by "
            "leaving out what makes our work good, and neither of us would be happy with "
            "that."
        ),
        KindReason.WAYS_DIFFER: marked(
            "Our conversations made it clear that we work in very different ways. Over time, "
            "that would cost us both more energy than it should."
        ),
        KindReason.OUTSIDE_OUR_FIELD: marked(
            "What you need is outside what we do every day. Someone who really knows your field "
            "will get you there faster, with fewer detours."
        ),
        KindReason.NO_MATCH: marked(
            "We've thought carefully about whether we're the right people for what you need, "
            "and the honest answer is that we aren't. A clear no is worth more to you now "
            "than a half-hearted yes."
        ),
    }
)


def subject(declined: Declined, texts: Texts) -> str:
    """Return the email's subject, in the language of the texts."""
    return texts(_SUBJECT, company=kit.undirected(declined.name))


def letter(declined: Declined, choice: DeclineChoice, texts: Texts) -> str:
    """Return the complete message, in the language of the texts."""
    places = {
        "company": kit.undirected(declined.name),
        "reason": texts(_REASONS[declined.reason]),
        "sender": kit.undirected(declined.sender),
    }
    if choice.referral is None:
        return texts(_LETTERS[choice.tone], **places)
    referral = kit.undirected(choice.referral).rstrip(".")
    return texts(_LETTERS_WITH_REFERRAL[choice.tone], referral=referral, **places)


def mail_link(about: str, text: str) -> str:
    """Return the address that opens an email with this subject and text, and no recipient yet.

    If it would be too long for Slack, it has only the subject.
    """
    address = f"mailto:?subject={_encoded(about)}"
    whole = f"{address}&body={_encoded(text)}"
    return whole if len(whole) <= LONGEST_LINK else address


def has_body(link: str) -> bool:
    """Tell whether a mail link includes the text."""
    return "&body=" in link


def _encoded(text: str) -> str:
    """Percent-encode a text; RFC 6068 requires CR and LF at the end of a line."""
    return quote(text.replace("\n", "\r\n"), safe="", errors="replace")
