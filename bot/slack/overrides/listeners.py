"""Overrides: requesting one, and a manager's answer."""

from collections.abc import Mapping
from datetime import date

from bot.domain.people import Action
from bot.domain.prospects import Fear
from bot.services.overrides import OverrideInput
from bot.slack.interaction import Interaction, Listeners, asking, typed_text
from bot.slack.overrides.dialogs import deny_dialog, override_dialog
from bot.slack.payloads import ids, payloads, view_state


async def ask_for_grounds(it: Interaction, *, wins_first: bool = False) -> None:
    """Ask for the fear, the reason and the kill criterion, unless a request is refused.

    With ``wins_first`` it explains why, since the member wanted to mark the prospect as won.
    """
    prospect, _ = await it.surface.decisions.may(it.caller, it.click, Action.OVERRIDE)
    waits = await it.surface.overrides.needs_approval(it.caller, prospect)
    settings = (await it.person()).workspace.settings
    view = override_dialog(
        prospect,
        it.target,
        await it.texts(),
        needs_approval=waits,
        kill_within=settings.kill_within,
        wins_first=wins_first,
    )
    it.later(it.open(view))


async def choose_fear(it: Interaction) -> None:
    """Show what became of earlier overrides for the chosen fear."""
    try:
        fear = Fear(it.value)
    except ValueError:
        raise payloads.MalformedPayload from None
    workspace = (await it.person()).workspace
    prospect, _ = await it.surface.decisions.may(it.caller, it.click, Action.OVERRIDE)
    waits = await it.surface.overrides.needs_approval(it.caller, prospect, is_asked=True)
    evidence = await it.surface.reports.evidence(it.caller, fear)
    view = override_dialog(
        prospect,
        it.target,
        await it.texts(),
        needs_approval=waits,
        kill_within=workspace.settings.kill_within,
        fear=fear,
        evidence=evidence,
        wins_first=view_state.has_block(it.view, ids.WINS_FIRST),
    )
    it.later(it.redraw(view, if_changed=True))  # of two quick choices the second counts


async def submit_override(it: Interaction) -> None:
    """Override the verdict, or request it from a manager."""
    await it.surface.overrides.override(it.caller, it.click, _plea(it.typed))


async def approve(it: Interaction) -> None:
    """Approve the override; the card shows the rest."""
    await it.surface.overrides.approve(it.caller, it.click)


ask_why_not = asking(Action.DENY_OVERRIDE, deny_dialog)


async def submit_denial(it: Interaction) -> None:
    """Deny the override with a sentence."""
    refusal = typed_text(it.typed.get(ids.REFUSAL))
    await it.surface.overrides.deny(it.caller, it.click, refusal)


LISTENERS = Listeners(elements={ids.CHOOSE_FEAR: choose_fear}, changing_nothing={ids.CHOOSE_FEAR})
"""Besides the actions."""


def _plea(typed: Mapping[str, view_state.Typed]) -> OverrideInput:
    return OverrideInput(
        fear=typed_text(typed.get(ids.FEAR)) or None,
        new_fact=typed_text(typed.get(ids.NEW_FACT)),
        reason=typed_text(typed.get(ids.REASON)),
        kill_criterion=typed_text(typed.get(ids.KILL_CRITERION)),
        kill_on=_day(typed.get(ids.KILL_ON)),
    )


def _day(typed: view_state.Typed) -> date | None:
    """Return the chosen day; an invalid one counts as missing."""
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        return None
