"""The modal in which a decline message is drafted, edited, and copied or opened as an email."""

from collections.abc import Sequence

from bot.domain.checklist.rules import LANGUAGES
from bot.domain.decisions.decline import DeclineChoice, Declined, Tone
from bot.domain.people import Action
from bot.domain.workspace import referral_key, referral_parts
from bot.slack import kit
from bot.slack.decisions import decline_text
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts, marked, texts_in

MOST_KEPT = 5
"""How many texts of their own a member sees again below a new draft."""

_TONES = {Tone.SHORT: marked("Short"), Tone.WARM: marked("Warm")}


def decline_view(
    declined: Declined,
    choice: DeclineChoice,
    target: payloads.Target,
    texts: Texts,
    *,
    chosen_at: str = "0",
    written: Sequence[str] = (),
    edited: str | None = None,
) -> kit.Block:
    """Return the modal with the chosen draft: first the text, then the choices that shape it.

    The time of the choice tells one draft from another, because Slack keeps an input's content for
    as long as its id stays the same. `written` is what the member made of earlier drafts, the
    latest first; `edited` is the field's current content, which goes into the email.
    """
    spoken = texts_in(choice.language)
    text = decline_text.letter(declined, choice, spoken)
    mailed = text if edited is None else edited
    link = decline_text.mail_link(decline_text.subject(declined, spoken), mailed)
    return kit.modal(
        texts("Decline message"),
        [
            _text(text, f"{ids.DECLINE_TEXT}.{chosen_at}", declined, texts),
            kit.actions(ids.MAIL, [kit.button(texts("Open in email"), ids.MAIL, url=link)]),
            *_about(link, texts),
            *_choices(declined, choice, texts),
            *_kept(written, texts),
        ],
        callback_id=Action.DECLINE_MESSAGE,
        metadata=str(target),
        submit=texts("Close"),
        close=None,
    )


def _choices(declined: Declined, choice: DeclineChoice, texts: Texts) -> list[kit.Block]:
    tones = [kit.option(texts(_TONES[each]), each) for each in Tone]
    languages = [kit.option(texts.language_name(each), each) for each in LANGUAGES]
    blocks = [
        _redrafting(ids.VERSION, texts("Tone"), kit.radio(tones, choice.tone)),
        _redrafting(ids.LANGUAGE, texts("Language"), kit.radio(languages, choice.language)),
    ]
    if not declined.referrals:
        hint = texts(
            "Managers can list referrals with {command}.",
            command=kit.commands.typed(kit.commands.SETTINGS, texts),
        )
        return [*blocks, kit.context([kit.plain(hint)])]
    offered = [kit.option(texts("No referral"), ids.NOBODY)]
    offered += [_referral(each) for each in declined.referrals]
    chosen = ids.NOBODY if choice.referral is None else referral_key(choice.referral)
    menu = kit.select(offered, chosen)
    return [*blocks, _redrafting(ids.REFERRAL, texts("Refer them to"), menu)]


def _referral(listed: str) -> kit.Block:
    """Return an option of the menu; one that is too long for a line takes two."""
    key = referral_key(listed)
    if len(listed) <= kit.LONGEST_OPTION:
        return kit.option(listed, key)
    name, good_at = referral_parts(listed)
    return kit.option(name, key, good_at or None)


def _redrafting(block_id: str, label: str, element: kit.Block) -> kit.Block:
    """Return an input that reports its change at once."""
    dispatching = element | {"action_id": ids.REDRAFT}
    return kit.labelled(block_id, label, dispatching) | {"dispatch_action": True}


def _text(text: str, block_id: str, declined: Declined, texts: Texts) -> kit.Block:
    """Return the draft to edit. Each change is reported, so that the email has it too."""
    element = kit.text_input(text, longest=3000, multiline=True) | {
        "action_id": ids.REWRITE,
        "dispatch_action_config": kit.ON_EACH_KEY,
    }
    field = kit.labelled(
        block_id,
        texts("Your message to {name}", name=kit.plain_name(declined.name)),
        element,
        hint=texts("Add the name, and change what you like. Nothing is sent or saved."),
    )
    return field | {"dispatch_action": True}


def _about(link: str, texts: Texts) -> list[kit.Block]:
    """Return what the email lacks, if anything."""
    if decline_text.has_body(link):
        return []
    hint = texts(
        "The text is too long for a link, so the email only has the subject. Copy the text into it."
    )
    return [kit.context([kit.plain(hint)])]


def _kept(written: Sequence[str], texts: Texts) -> list[kit.Block]:
    if not written:
        return []
    title = kit.context([kit.plain(texts("Your version:"))])
    shown = [
        kit.section(kit.plain(text), block_id=f"{ids.WRITTEN}.{place}")
        for place, text in enumerate(written[:MOST_KEPT])
    ]
    return [title, *shown]
