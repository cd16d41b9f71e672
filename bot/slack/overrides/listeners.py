"""Overrides: the dialog that asks for one, and the answer of a manager."""

from collections.abc import Mapping
from datetime import date

from bot.domain.people import Action
from bot.domain.prospects import Fear
from bot.services.overrides import OverrideInput, needs_approval
from bot.slack.interaction.dialogs import ask, carry_out, click_of, dialog_click, typed_text
from bot.slack.interaction.interaction import Interaction, Reply
from bot.slack.overrides.dialogs import deny_dialog, override_dialog
from bot.slack.payloads import ids, payloads, view_state


async def ask_for_grounds(it: Interaction, target: payloads.Target) -> Reply:
    """Ask for the fear, the reason and the kill criterion, unless nobody could approve it."""
    await it.person()
    prospect, _ = await it.surface.decisions.may(it.caller, click_of(target), Action.OVERRIDE)
    waits = await it.surface.overrides.needs_approval(it.caller)
    it.later(it.open(override_dialog(prospect, target, await it.texts(), needs_approval=waits)))
    return None


async def choose_fear(it: Interaction) -> Reply:
    """Show what became of earlier overrides for the fear that was chosen."""
    try:
        fear = Fear(it.value)
    except ValueError:
        raise payloads.MalformedPayload from None
    waits = needs_approval((await it.person()).workspace)
    target = payloads.Target.of_dialog(it.view)
    prospect, _ = await it.surface.decisions.may(it.caller, click_of(target), Action.OVERRIDE)
    evidence = await it.surface.reports.evidence(it.caller, fear)
    view = override_dialog(
        prospect, target, await it.texts(), needs_approval=waits, fear=fear, evidence=evidence
    )
    it.later(it.redraw(view, if_changed=True))  # of two quick choices the second counts
    return None


async def approve(it: Interaction, target: payloads.Target) -> Reply:
    """Let the override take effect; the card tells the rest."""
    await it.person()
    await it.surface.overrides.approve(it.caller, click_of(target))
    return None


async def ask_why_not(it: Interaction, target: payloads.Target) -> Reply:
    """Ask a manager for the sentence with which they deny an override."""
    return await ask(
        it,
        target,
        Action.DENY_OVERRIDE,
        lambda prospect, texts, _: deny_dialog(prospect, target, texts),
    )


async def submit_override(it: Interaction) -> Reply:
    """Override the verdict, or ask a manager for it."""

    async def override(typed: Mapping[str, view_state.Typed]) -> None:
        await it.surface.overrides.override(it.caller, dialog_click(it), _plea(typed))

    return await carry_out(it, override)


async def submit_denial(it: Interaction) -> Reply:
    """Deny the override with a sentence."""

    async def deny(typed: Mapping[str, view_state.Typed]) -> None:
        refusal = typed_text(typed.get(ids.REFUSAL))
        await it.surface.overrides.deny(it.caller, dialog_click(it), refusal)

    return await carry_out(it, deny)


def _plea(typed: Mapping[str, view_state.Typed]) -> OverrideInput:
    return OverrideInput(
        fear=typed_text(typed.get(ids.FEAR)) or None,
        new_fact=typed_text(typed.get(ids.NEW_FACT)),
        reason=typed_text(typed.get(ids.REASON)),
        kill_criterion=typed_text(typed.get(ids.KILL_CRITERION)),
        kill_on=_day(typed.get(ids.KILL_ON)),
    )


def _day(typed: view_state.Typed) -> date | None:
    """The day that was chosen; what is none is missing."""
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        return None
