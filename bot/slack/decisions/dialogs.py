"""The dialogs of decisions, the details of a prospect, and a notice."""

from datetime import date

from bot.domain.people import Action
from bot.domain.prospects.prospect import EndedBy, Prospect
from bot.slack.blocks import inputs
from bot.slack.blocks.blocks import (
    Block,
    option,
    paragraphs,
)
from bot.slack.blocks.dialogs import dialog
from bot.slack.blocks.escaping import bold, plain_name
from bot.slack.blocks.wording import condition_markup
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts

LONGEST_SENTENCE = 500


def won_dialog(prospect: Prospect, target: payloads.Target, texts: Texts, *, today: date) -> Block:
    """Return what is asked when a client is won."""
    label = texts("When did {name} become a client?", name=plain_name(prospect.facts.name))
    day = inputs.labelled(ids.DAY, label, inputs.date_input(today))
    verb = texts("Mark as won")
    return dialog(Action.WON, verb, [day], target, texts, submit=verb)


def lost_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> Block:
    """Return what is asked when a prospect is lost."""
    options = [
        option(texts("They did"), EndedBy.THEM),
        option(texts("We did"), EndedBy.US),
    ]
    label = texts("Who ended the talks with {name}?", name=plain_name(prospect.facts.name))
    hint = texts(
        "“We did” means that we wanted them and broke it off all the same, for want of time, say. "
        "If we do not want them as a client, that is walking away: there is a button for it."
    )
    blocks = [
        inputs.labelled(ids.ENDED_BY, label, inputs.radio(options, None), hint=hint),
        inputs.labelled(
            ids.SENTENCE,
            texts("What happened?"),
            inputs.text_input(None, longest=LONGEST_SENTENCE, multiline=True),
            optional=True,
            hint=texts("One sentence, so that the others can learn from it."),
        ),
    ]
    verb = texts("Mark as lost")
    return dialog(Action.LOST, verb, blocks, target, texts, submit=verb)


def condition_met_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> Block:
    """Return what is asked when a prospect met its condition, which is shown once more."""
    due = [condition_markup(each.what, each.due, texts) for each in prospect.unmet]
    label = texts("What did {name} bring?", name=plain_name(prospect.facts.name))
    blocks = [
        *paragraphs([bold(texts("Condition")), *due]),
        inputs.labelled(
            ids.BROUGHT,
            label,
            inputs.text_input(None, longest=LONGEST_SENTENCE, multiline=True),
            hint=texts("Name what you have seen, so that everybody can follow it."),
        ),
    ]
    title, verb = texts("Condition met"), texts("Mark as met")
    return dialog(Action.CONDITION_MET, title, blocks, target, texts, submit=verb)
