"""What a proof can find wrong with a checklist, such as answers that get no verdict.

``bot.checklists.proving.solver`` does the proving.
"""

from dataclasses import dataclass

from bot.domain.checklist.model import Question
from bot.domain.checklist.rules import Answers, Circumstances, Rule

ANY_TEXT = "…"
"""Stands for every text that can be typed."""


@dataclass(frozen=True, slots=True)
class Example:
    """Answers that show something, and the circumstances in which they are given."""

    answers: Answers
    given: Circumstances


@dataclass(frozen=True, slots=True)
class Uncovered:
    """No rule matches these answers."""

    example: Example


@dataclass(frozen=True, slots=True)
class NeverDecides:
    """This rule gives the verdict for no combination of answers."""

    rule: Rule
    is_ever_shown: bool
    """Whether its sentence at least appears somewhere as a further reason."""
    can_match: bool = True
    """Whether any answers fulfil it; if so, a rule above it matches then, too."""


@dataclass(frozen=True, slots=True)
class NeverAsked:
    """No answers lead to this question."""

    question: Question


@dataclass(frozen=True, slots=True)
class Revocable:
    """This final rule matches on the earlier answers, but not on all of them."""

    rule: Rule
    earlier: Answers
    example: Example


@dataclass(frozen=True, slots=True)
class EmptyCondition:
    """This rule sets a condition although nobody said what it is."""

    rule: Rule
    example: Example


@dataclass(frozen=True, slots=True)
class Unproved:
    """Finding out took too long; for one rule or question, or (None) for all rules."""

    of: Rule | Question | None = None


Finding = Uncovered | NeverDecides | NeverAsked | Revocable | EmptyCondition | Unproved


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of a proof: everything that is wrong, or not proved."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether the checklist is total and free of dead rules."""
        return not self.findings

    @property
    def is_unproved(self) -> bool:
        """Whether nothing is known to be wrong, but not everything is proved."""
        return bool(self.findings) and all(isinstance(each, Unproved) for each in self.findings)
