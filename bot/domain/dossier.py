"""All that is known of one qualification and its prospect, gathered to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bot.domain.history import HistoryEntry
from bot.domain.prospect import Prospect
from bot.domain.qualification import ChecklistVersion, Qualification
from bot.domain.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a card, a thread line or the details of a prospect are drawn from."""

    workspace: Workspace
    prospect: Prospect
    qualification: Qualification
    version: ChecklistVersion
    history: tuple[HistoryEntry, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Member id to name, for plain texts."""
    before: Qualification | None = None
    """The qualification that this one replaced."""
    after: Qualification | None = None
    """The qualification that replaced this one: its card has no buttons."""

    @property
    def value(self) -> tuple[Decimal, str] | None:
        """The expected value with its currency."""
        value = self.qualification.facts.expected_value
        return None if value is None else (value, self.workspace.settings.currency)
