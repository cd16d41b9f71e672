"""The dialogs of decisions."""

from collections.abc import Sequence
from datetime import date

from bot.domain.people import Action
from bot.domain.prospects import EndedBy, Prospect, Stage
from bot.domain.settings.table import MOST_SNOOZE_CHOICES
from bot.slack import kit
from bot.slack.card import buttons, wording
from bot.slack.card.actions import WORDS
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts


def confirm_dialog(
    action: Action,
    prospect: Prospect,
    target: payloads.Target,
    texts: Texts,
    undo_by: str | None = None,
) -> kit.Block:
    """Return the question before an action from a menu is carried out."""
    asked = buttons.confirmation(action, prospect, texts, undo_by)
    assert asked is not None, action  # noqa: S101 - only what asks once more is opened here
    question = kit.section(kit.plain(asked.question))
    title = texts(WORDS[action].label)
    return kit.dialog(action, title, [question], target, texts, submit=asked.yes)


def won_dialog(
    prospect: Prospect, target: payloads.Target, texts: Texts, *, today: date
) -> kit.Block:
    """Return the dialog for winning a client."""
    label = texts("When did {name} become a client?", name=kit.plain_name(prospect.facts.name))
    day = kit.labelled(ids.DAY, label, kit.date_input(today))
    verb = texts("Mark as won")
    return kit.dialog(Action.WON, verb, [day], target, texts, submit=verb)


def lost_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> kit.Block:
    """Return the dialog for losing a prospect."""
    options = [
        kit.option(texts("They did"), EndedBy.THEM),
        kit.option(texts("We did"), EndedBy.US),
    ]
    label = texts("Who ended the talks with {name}?", name=kit.plain_name(prospect.facts.name))
    hint = texts("“We did”: we wanted them, but broke it off. Don't want them? Walk away instead.")
    blocks = [
        kit.labelled(ids.ENDED_BY, label, kit.radio(options, None), hint=hint),
        _what_happened(texts),
    ]
    verb = texts("Mark as lost")
    return kit.dialog(Action.LOST, verb, blocks, target, texts, submit=verb)


def end_client_dialog(
    prospect: Prospect, target: payloads.Target, texts: Texts, *, today: date
) -> kit.Block:
    """Return the dialog for ending a client."""
    name = kit.plain_name(prospect.facts.name)
    options = [
        kit.option(texts("We did"), EndedBy.US),
        kit.option(texts("The client did"), EndedBy.THEM),
    ]
    blocks = [
        kit.labelled(
            ids.DAY, texts("Until when was {name} a client?", name=name), kit.date_input(today)
        ),
        kit.labelled(
            ids.ENDED_BY,
            texts("Who ended the work with {name}?", name=name),
            kit.radio(options, None),
            hint=texts("I'll still ask how it turned out."),
        ),
        _what_happened(texts),
    ]
    verb = texts("Mark as former client")
    return kit.dialog(Action.END_CLIENT, verb, blocks, target, texts, submit=verb)


def condition_met_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> kit.Block:
    """Return the dialog for a met condition, which it quotes."""
    due = [wording.condition_markup(each.what, each.due, texts) for each in prospect.unmet]
    label = texts("What did {name} bring?", name=kit.plain_name(prospect.facts.name))
    blocks = [
        *kit.paragraphs([kit.bold(texts("Condition")), *due]),
        kit.labelled(
            ids.BROUGHT,
            label,
            kit.text_input(None, longest=kit.LONGEST_SENTENCE, multiline=True),
            hint=texts("Say what you've seen, so others can understand."),
        ),
    ]
    title, verb = texts("Condition met"), texts("Mark as met")
    return kit.dialog(Action.CONDITION_MET, title, blocks, target, texts, submit=verb)


SHOWN_SNOOZES = (1, 3, 5, 10, 15, 20)
"""Of the working days that somebody may choose, those that are offered."""


def sign_of_life_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> kit.Block:
    """Return the dialog for a sign of life from the prospect."""
    field = kit.labelled(
        ids.SIGN,
        texts("What did you hear from {name}?", name=kit.plain_name(prospect.facts.name)),
        kit.text_input(None, longest=kit.LONGEST_SENTENCE),
        hint=texts(
            "Something they did: answered, sent numbers, booked a meeting. Our own message "
            "doesn't count."
        ),
    )
    title = texts("Sign of life")
    return kit.dialog(Action.SIGN_OF_LIFE, title, [field], target, texts, submit=texts("Save"))


def snooze_dialog(
    prospect: Prospect, choices: Sequence[int], target: payloads.Target, texts: Texts
) -> kit.Block:
    """Return the dialog for postponing a nudge."""
    is_manager = len(choices) > MOST_SNOOZE_CHOICES
    shown = sorted({*SHOWN_SNOOZES, max(choices)} & {*choices}) if is_manager else choices
    options = [
        kit.option(texts.plural("{n} working day", "{n} working days", days), str(days))
        for days in shown
    ]
    name = kit.plain_name(prospect.facts.name)
    if is_manager:
        title = texts("Leave it")
        asked = texts("Leave {name} as it is for how long?", name=name)
        hint = texts("The due date stays. The owner gets reminders again after that.")
    else:
        title = texts("Snooze")
        asked = texts("Snooze {name} for how long?", name=name)
        hint = texts("The due date stays. Only the reminder comes later.")
    field = kit.labelled(ids.DAYS, asked, kit.radio(options, None), hint=hint)
    return kit.dialog(Action.SNOOZE, title, [field], target, texts, submit=title)


def hand_over_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> kit.Block:
    """Return the dialog for handing a prospect, or a client, over to another owner."""
    if prospect.stage is Stage.WON:
        hint = texts("Questions about how it turned out go to them now.")
    else:
        hint = texts("They get the reminders from now on. The due date stays.")
    field = kit.labelled(
        ids.OWNER,
        texts("Who takes over {name}?", name=kit.plain_name(prospect.facts.name)),
        kit.member_input(""),
        hint=hint,
    )
    verb = texts("Hand over")
    return kit.dialog(Action.HAND_OVER, verb, [field], target, texts, submit=verb)


def correct_dialog(
    prospect: Prospect, target: payloads.Target, texts: Texts, *, currency: str
) -> kit.Block:
    """Return the prefilled dialog for correcting a prospect's facts."""
    facts = prospect.facts
    value = None if facts.expected_value is None else texts.amount(facts.expected_value)
    blocks = [
        kit.labelled(ids.NAME, texts("Prospect"), kit.name_input(facts.name)),
        kit.labelled(
            ids.EXPECTED_VALUE,
            texts("Expected value in {currency}", currency=currency),
            kit.amount_input(value),
            optional=True,
            watched=False,
        ),
        kit.labelled(
            ids.FIRST_CONTACT,
            texts("First contact"),
            kit.date_input(facts.first_contact),
            hint=texts("Verdict and due date stay as they are."),
        ),
    ]
    verb = texts("Fix a mistake")
    return kit.dialog(Action.CORRECT, verb, blocks, target, texts, submit=texts("Save"))


def pause_dialog(running: date | None, texts: Texts) -> kit.Block:
    """Return the dialog for pausing nudges, prefilled with a running pause."""
    field = kit.labelled(
        ids.UNTIL,
        texts("When do you want reminders again?"),
        kit.date_input(running),
        optional=True,
        watched=False,
        hint=texts("Leave it empty for no pause. Due dates don't move."),
    )
    return kit.modal(
        texts("Pause"),
        [field],
        callback_id=ids.PAUSE,
        submit=texts("Save"),
        close=texts("Cancel"),
    )


def paused_view(again: date | None, texts: Texts) -> kit.Block:
    """Return the view that says when nudges resume."""
    sentence = (
        texts("Your reminders aren't paused.")
        if again is None
        else texts("No reminders before the morning of {date}.", date=texts.date(again))
    )
    return kit.modal(
        texts("Pause"),
        kit.paragraphs([sentence]),
        callback_id=ids.NOTICE,
        close=texts("Close"),
    )


def _what_happened(texts: Texts) -> kit.Block:
    return kit.labelled(
        ids.SENTENCE,
        texts("What happened?"),
        kit.text_input(None, longest=kit.LONGEST_SENTENCE, multiline=True),
        optional=True,
        hint=texts("One sentence, so others can learn from it."),
    )
