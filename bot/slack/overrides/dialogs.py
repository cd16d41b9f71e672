"""The dialogs of an override: requesting it, with the evidence about its fear, and denying it."""

from collections.abc import Iterator

from bot.domain.checklist.rules import Verdict
from bot.domain.figures.evidence import Evidence
from bot.domain.people import Action
from bot.domain.prospects import Fear, Prospect
from bot.domain.spans import DEFAULT_SPANS
from bot.slack import kit
from bot.slack.card import overrides
from bot.slack.figures.evidence import evidence_lines
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts


def override_dialog(
    prospect: Prospect,
    target: payloads.Target,
    texts: Texts,
    *,
    needs_approval: bool,
    kill_within: int = DEFAULT_SPANS.kill_within,
    fear: Fear | None = None,
    evidence: Evidence | None = None,
    wins_first: bool = False,
) -> kit.Block:
    """Return the dialog for going on against the verdict.

    Once a ``fear`` is chosen, it shows what became of earlier overrides for that fear. The inputs
    keep their ids and get no initial values then, so that Slack keeps what was typed.
    """
    name = kit.plain_name(prospect.facts.name)
    blocks = [
        *(_before_winning(prospect, texts) if wins_first else []),
        _fear(name, texts),
        *([] if fear is None else _after_fear(fear, evidence, texts)),
        _text(ids.REASON, texts("Why pursue {name} anyway?", name=name), None),
        _text(
            ids.KILL_CRITERION,
            texts("What would make you stop?"),
            texts("Something anyone can check, like: no signed offer."),
        ),
        kit.labelled(
            ids.KILL_ON,
            texts("Check-in date"),
            kit.date_input(None),
            hint=_kill_date_hint(texts, needs_approval=needs_approval, within=kill_within),
        ),
    ]
    title = texts("Pursue anyway")
    verb = texts("Ask a manager") if needs_approval else texts("Pursue anyway")
    return kit.dialog(Action.OVERRIDE, title, blocks, target, texts, submit=verb)


def _before_winning(prospect: Prospect, texts: Texts) -> list[kit.Block]:
    """Return why somebody who clicked to mark it as won is asked for this."""
    name = kit.markup_name(prospect.facts.name)
    why = (
        texts(
            "{name} hasn't met the condition yet. Before you mark it as won anyway, say why.",
            name=name,
        )
        if prospect.verdict is Verdict.PURSUE
        else texts("Before you mark {name} as won despite the verdict, say why.", name=name)
    )
    then = texts("Mark it as won once the override takes effect.")
    return [kit.section(kit.markup(f"{why} {then}"), block_id=ids.WINS_FIRST)]


def deny_dialog(prospect: Prospect, target: payloads.Target, texts: Texts) -> kit.Block:
    """Return the dialog for a manager who denies an override."""
    name = kit.plain_name(prospect.facts.name)
    field = _text(
        ids.REFUSAL,
        texts("Why deny the override for {name}?", name=name),
        texts("One sentence. Everyone reads it in the card's thread."),
    )
    title, verb = texts("Deny the override"), texts("Deny")
    return kit.dialog(Action.DENY_OVERRIDE, title, [field], target, texts, submit=verb)


def _fear(name: str, texts: Texts) -> kit.Block:
    """Return the menu of fears, which reports a choice at once."""
    options = [kit.option(texts(label), fear) for fear, label in overrides.FEARS.items()]
    element: kit.Block = {
        "type": "static_select",
        "action_id": ids.CHOOSE_FEAR,
        "options": options,
    }
    field = kit.labelled(
        ids.FEAR, texts("What do you fear if you walk away from {name}?", name=name), element
    )
    return {**field, "dispatch_action": True}


def _after_fear(fear: Fear, evidence: Evidence | None, texts: Texts) -> Iterator[kit.Block]:
    if fear is Fear.NEW_FACT:
        yield _text(
            ids.NEW_FACT,
            texts("What do you know now that you didn't know then?"),
            texts("If it changes an answer, re-screen the prospect instead."),
        )
        heading = texts("How earlier overrides with a new fact turned out")
    else:
        heading = texts("How earlier overrides for the same fear turned out")
    yield from kit.paragraphs([kit.bold(heading), *evidence_lines(evidence, texts)])


def _kill_date_hint(texts: Texts, *, needs_approval: bool, within: int) -> str:
    hint = texts(
        "A working day, at most {days} days ahead. I'll show you your own words the next "
        "working day.",
        days=within,
    )
    if not needs_approval:
        return hint
    waits = texts("The override takes effect once a manager approves it.")
    return f"{hint} {waits}"


def _text(block_id: str, label: str, hint: str | None) -> kit.Block:
    field = kit.text_input(None, longest=kit.LONGEST_SENTENCE, multiline=True)
    return kit.labelled(block_id, label, field, hint=hint)
