"""The question whether a prospect is one that was screened before, or another of its name."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.domain.prospects import Stage
from bot.domain.screening import NameAsked, Namesake
from bot.slack.card.wording import decision_markup, due_sentence, mention, verdict_word
from bot.slack.kit.blocks import Block, actions, button, markup, modal, paragraphs, section
from bot.slack.kit.escaping import bold, markup_name, plain_name
from bot.slack.payloads import ids, payloads
from bot.slack.screening.steps import back_button
from bot.slack.texts import Texts


def name_view(asked: NameAsked, texts: Texts, *, zone: ZoneInfo) -> Block:
    """Return the modal that asks it; a member may choose only what they may screen again."""
    intro = texts.plural(
        "A prospect named {name} was screened before. Is it the same one?",
        "{n} prospects named {name} were screened before. Is it one of them?",
        len(asked.namesakes),
        name=bold(markup_name(asked.name)),
    )
    return modal(
        texts("Known already?"),
        [
            *paragraphs([intro]),
            *(block for each in asked.namesakes for block in _namesake(each, texts, zone)),
            actions("navigation", [_another(asked, texts), back_button(texts)]),
        ],
        callback_id=ids.NAME_ASKED,
        metadata=payloads.step_metadata(asked.ref),
        close=texts("Cancel"),
    )


def _namesake(namesake: Namesake, texts: Texts, zone: ZoneInfo) -> Iterator[Block]:
    """When it was screened, by whom, with which verdict, and what became of it."""
    prospect = namesake.prospect
    name = plain_name(prospect.facts.name)
    screened = texts(
        "{name}: screened by {member} on {moment}. Verdict: {verdict}.",
        name=bold(markup_name(prospect.facts.name)),
        member=mention(namesake.screened_by),
        moment=texts.moment(namesake.screened_at, zone),
        verdict=verdict_word(prospect.verdict, texts),
    )
    text = markup("\n".join([screened, *_what_became(namesake, texts, zone)]))
    if not namesake.may_be_chosen:
        yield section(text, block_id=f"namesake.{prospect.id}")
        return
    same = button(
        texts("The same one"),
        ids.SAME_ONE,
        prospect.id,
        spoken=texts("Screen {name} again", name=name),
    )
    yield section(text, block_id=f"namesake.{prospect.id}", accessory=same)


def _what_became(namesake: Namesake, texts: Texts, zone: ZoneInfo) -> Iterator[str]:
    prospect = namesake.prospect
    if prospect.decision is not None:
        decision = prospect.decision
        moment = texts.moment(decision.at, zone)
        yield decision_markup(decision, texts, mention(decision.by), moment)
    else:
        yield due_sentence(prospect, texts) or texts("It is open; nothing is due.")
    if namesake.may_be_chosen:
        return
    if prospect.stage is Stage.WON:
        yield texts("It is a client already, so it is not screened again.")
    else:
        yield texts(
            "It belongs to {owner}: only they or a manager can screen it again.",
            owner=mention(prospect.facts.owner),
        )


def _another(asked: NameAsked, texts: Texts) -> Block:
    return button(
        texts("Another one"),
        ids.ANOTHER_ONE,
        asked.ref.draft_id,
        spoken=texts("Screen another prospect named {name}", name=plain_name(asked.name)),
    )
