"""Which tables are exported as which file, and which aren't, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from bot.storage.checklists import adopted_checklists, checklist_choices, checklist_history
from bot.storage.intake.tables import intake_history
from bot.storage.managers import departures, long_pauses
from bot.storage.outcomes import outcome_answers, outcome_questions
from bot.storage.overrides import overrides
from bot.storage.people import pauses
from bot.storage.prospects.history import forgettings, history, lapses, remembered_forgettings
from bot.storage.prospects.prospects import conditions, former_names, prospects
from bot.storage.remembered import remembered
from bot.storage.screening import qualifications
from bot.storage.webhooks.tables import webhook_history, webhooks
from bot.storage.workspaces import settings_history, variables_seen

WORKSPACE: Final = "workspace_id"
"""No file has this column: a whole export is of one workspace, which `settings.json` names."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table exported as a CSV file, with a line for each row."""

    file: str
    """Its name, without the ending."""
    table: sa.Table
    order: tuple[sa.ColumnElement[Any], ...]
    """As people read it; and a row comes after those that it points to."""
    left_out: frozenset[str] = frozenset()
    """Columns that mean something here only, or follow from others."""
    may_be_missing: bool = False
    """Whether a folder without this file can be taken in: it may be taken out for a reader."""

    @property
    def columns(self) -> tuple[sa.Column[Any], ...]:
        """The exported columns."""
        left_out = self.left_out | {WORKSPACE}
        return tuple(each for each in self.table.columns if each.name not in left_out)


PROSPECTS: Final = Sheet(
    "prospects",
    prospects,
    (prospects.c.created_at, prospects.c.prospect_id),
    frozenset({"name_key", "name_words"}),
)
QUALIFICATIONS: Final = Sheet(
    "qualifications",
    qualifications,
    (
        qualifications.c.at,
        qualifications.c.before_id.is_not(None),
        qualifications.c.qualification_id,
    ),
    frozenset({"answers", "card_channel", "card_ts", "card_link"}),
)
"""Its answers leave in a column for each question of each version of a checklist."""

FORMER_NAMES: Final = Sheet(
    "former_names",
    former_names,
    (former_names.c.prospect_id, former_names.c.revision),
    frozenset({"name_key"}),
    may_be_missing=True,
)
REMEMBERED: Final = Sheet(
    "remembered",
    remembered,
    (remembered.c.at, remembered.c.remembered_id),
    frozenset({"name_key"}),
)


WEBHOOKS: Final = Sheet(
    "webhooks",
    webhooks,
    (webhooks.c.added_at, webhooks.c.webhook_id),
    frozenset({"secret", "state", "failing_since"}),
    may_be_missing=True,
)
"""They are off where they are taken in, until a manager makes a new secret."""


def _in_order_of_key(file: str, table: sa.Table) -> Sheet:
    return Sheet(file, table, tuple(each for each in table.primary_key if each.name != WORKSPACE))


REMEMBERED_FORGETTINGS: Final = replace(
    _in_order_of_key("remembered_forgettings", remembered_forgettings), may_be_missing=True
)
"""Exports of before have none."""

SHEETS: Final = (
    PROSPECTS,
    QUALIFICATIONS,
    FORMER_NAMES,
    _in_order_of_key("conditions", conditions),
    Sheet("overrides", overrides, (overrides.c.asked_at, overrides.c.override_id)),
    _in_order_of_key("history", history),
    _in_order_of_key("lapses", lapses),
    _in_order_of_key("forgettings", forgettings),
    _in_order_of_key("outcome_questions", outcome_questions),
    _in_order_of_key("outcomes", outcome_answers),
    REMEMBERED,
    REMEMBERED_FORGETTINGS,
    WEBHOOKS,
)
"""In the order in which they are taken in again."""

BESIDE: Final = (
    adopted_checklists,
    checklist_history,
    checklist_choices,
    settings_history,
    intake_history,
    webhook_history,
    variables_seen,
    pauses,
    long_pauses,
    departures,
)
"""Small tables that leave us inside `settings.json`."""

HISTORIES: Final = (checklist_history, settings_history, intake_history, webhook_history)
"""Of these: the database refuses to remove anything of them."""

STAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "workspaces": "leaves us as the settings themselves",
        "checklist_versions": "leaves us as a YAML file each, listed in settings.json",
        "drafts": "nobody has finished them",
        "intake_doors": "a secret stays where it was made",
        "intakes": "the drafts that came in stay, too",
        "intake_messages": "what was said stands in Slack",
        "nudge_drafts": "of such a message",
        "managers_drafts": "of such a message",
        "members": "Slack tells it again",
        "user_groups": "Slack tells it again",
        "managers": "made anew from the settings",
        "outbox": "what was said stands in Slack",
        "lanes": "of the outbox",
        "webhook_deliveries": "what a webhook was told stands at its receiver",
        "workspace_pauses": "of the outbox",
        "nudge_messages": "what was said stands in Slack",
        "nudge_items": "of such a message",
        "outcome_items": "of such a message",
        "managers_messages": "what was said stands in Slack",
        "managers_items": "of such a message",
        "managers_listings": "of such a message",
        "managers_offers": "of such a message",
        "managers_pauses": "of such a message",
        "digests": "what was said stands in Slack",
        "digest_items": "of such a message",
        "proposals": "planned anew",
        "looks": "planned anew",
        "rounds": "planned anew",
        "heartbeats": "of a running process",
        "sweeps": "of this database",
        "sweeps_due": "of this database",
        "swept_tables": "of this database",
        "facts": "told anew from what happened",
        "facts_counted": "told anew from what happened",
        "facts_due": "told anew from what happened",
        "facts_told": "told anew from what happened",
        "name_pieces": "cut anew from the names",
        "names_cut": "of this database",
        "keepings": "planned anew",
        "referrals": "only the version before reads it",
        "working_weeks": "only the version before reads it",
    }
)
"""Tables that do not leave us, and why."""
