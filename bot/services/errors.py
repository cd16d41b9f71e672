"""What goes wrong between people who act at the same time.

::

    DomainError
    ├── ProspectChanged     somebody else changed the prospect meanwhile
    └── DraftAlreadyUsed    the draft has made its qualification already
"""
# ruff: noqa: N818 - the names state facts, like those in bot.domain.errors

from bot.domain.errors import DomainError
from bot.domain.prospect import ProspectId
from bot.domain.qualification import DraftId


class ProspectChanged(DomainError):
    """The prospect is no longer as it was when it was read; nothing was written."""

    def __init__(self, prospect_id: ProspectId) -> None:
        super().__init__(prospect_id)
        self.prospect_id = prospect_id


class DraftAlreadyUsed(DomainError):
    """The draft has made its one qualification: read that one, and nothing else is to do."""

    def __init__(self, draft_id: DraftId) -> None:
        super().__init__(draft_id)
        self.draft_id = draft_id
