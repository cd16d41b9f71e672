"""From the plain content of a file to a ``Checklist``, or every reason why it is none.

Whether its rules are total is proved in ``proof``.
"""

import hashlib
import json

from bot.checklists import limits
from bot.checklists.asking import draft_steps, finished_steps, questions_by_id
from bot.checklists.conditions import Conditions
from bot.checklists.judging import read_rules
from bot.checklists.problems import Problems
from bot.checklists.shapes import ChecklistShape, shaped
from bot.checklists.source import Source
from bot.domain.checklist.model import Checklist
from bot.domain.errors import ChecklistProblem, ChecklistRejected


def read_checklist(source: Source) -> tuple[Checklist, tuple[ChecklistProblem, ...]]:
    """The checklist, and warnings about it.

    Raises:
        ChecklistRejected: With everything that is wrong, in the order of the file.
    """
    problems = Problems(source, list(source.twice))
    shape = shaped(ChecklistShape, source.content, (), problems)
    top = source.content if isinstance(source.content, dict) else {}
    drafts = draft_steps(top.get("steps"), problems)
    names = top.get("names")
    names = names if isinstance(names, dict) else {}
    conditions = Conditions(questions_by_id(drafts), names, problems)
    conditions.read_names()
    steps = finished_steps(drafts, conditions, problems)
    rules = read_rules(top.get("rules"), conditions, problems)
    if shape is not None:
        limits.check_id(shape.id, (), problems, hyphens=True)
        limits.check_texts(shape.title, limits.CHECKLIST_TITLE, ("title",), problems)
    if problems.errors or shape is None:
        raise ChecklistRejected(sorted(problems.errors, key=lambda each: each.line or 0))
    content = _canonical(source.content)
    version = hashlib.sha256(content.encode()).hexdigest()
    checklist = Checklist(shape.id, shape.title, steps, rules, version, content)
    return checklist, tuple(problems.warnings)


def _canonical(content: object) -> str:
    """The same text for the same content, however it was written down."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
