"""Reads the rules of a file."""

from collections.abc import Sequence

from bot.checklists import limits
from bot.checklists.conditions import OTHERWISE, Conditions
from bot.checklists.problems import Problems
from bot.checklists.shapes import ConditionShape, RuleShape, shaped
from bot.checklists.source import Path
from bot.domain.checklist.model import Kind
from bot.domain.checklist.rules import ConditionTemplate, Otherwise, Predicate, Rule, Verdict


def read_rules(written: object, conditions: Conditions, problems: Problems) -> tuple[Rule, ...]:
    """Read all rules; leave out what is broken."""
    items = written if isinstance(written, list) else []
    if written == []:
        problems.error(("rules",), "A checklist needs at least one rule.")
    shapes = [shaped(RuleShape, item, ("rules", n), problems) for n, item in enumerate(items)]
    limits.check_unique(
        [(shape.id, ("rules", n)) for n, shape in enumerate(shapes) if shape is not None], problems
    )
    rules = [
        _rule(shape, ("rules", n), n == len(shapes) - 1, conditions)
        for n, shape in enumerate(shapes)
        if shape is not None
    ]
    return tuple(rule for rule in rules if rule is not None)


def _rule(shape: RuleShape, path: Path, is_last: bool, conditions: Conditions) -> Rule | None:
    problems = conditions.problems
    limits.check_id(shape.id, path, problems)
    limits.check_texts(shape.sentence, limits.SENTENCE, (*path, "sentence"), problems)
    _check_time(shape, path, problems)
    if shape.condition is not None:
        _check_condition(shape, shape.condition, (*path, "condition"), conditions)
    when = _when(shape, path, is_last, conditions)
    if when is None:
        return None
    condition = None
    if shape.condition is not None:
        condition = ConditionTemplate(shape.condition.what, shape.condition.due)
    return Rule(
        id=shape.id,
        when=when,
        verdict=Verdict(shape.verdict),
        sentence=shape.sentence,
        decide_within=shape.decide_within,
        final=shape.final,
        condition=condition,
    )


def _when(shape: RuleShape, path: Path, is_last: bool, conditions: Conditions) -> Predicate | None:
    if shape.when != OTHERWISE:
        return conditions.read(shape.when, (*path, "when"))
    if not is_last:
        conditions.problems.error((*path, "when"), 'Only the last rule can be "otherwise".')
    if shape.final:
        what = 'A rule "otherwise" cannot be final: any later answer may match another rule.'
        conditions.problems.error((*path, "final"), what)
    return Otherwise()


def _check_time(shape: RuleShape, path: Path, problems: Problems) -> None:
    is_problem = shape.verdict == "problem"
    if is_problem and shape.decide_within is None:
        what = "A problem must say within how many working days it is to be decided."
        problems.error((*path, "decide_within"), what)
    if not is_problem and shape.decide_within is not None:
        what = f"Only a problem has a time to decide, {shape.verdict} has none."
        problems.error((*path, "decide_within"), what)


def _check_condition(
    rule: RuleShape, shape: ConditionShape, path: Path, conditions: Conditions
) -> None:
    if rule.verdict == "walk_away":
        conditions.problems.error(path, "After walk_away there is nothing left to do on condition.")
    _check_kind(shape.what, [Kind.TEXT], (*path, "what"), conditions)
    _check_kind(shape.due, [Kind.DATE], (*path, "due"), conditions)
    due = conditions.questions.get(shape.due)
    if due is not None and due.kind is Kind.DATE and due.due_default is None:
        what = f'"{shape.due}" needs a due default, for when it is left open.'
        conditions.problems.error((*path, "due"), what)


def _check_kind(name: str, kinds: Sequence[Kind], path: Path, conditions: Conditions) -> None:
    if name not in conditions.questions:
        conditions.problems.error(path, f'There is no question "{name}".')
        return
    question = conditions.questions[name]
    if question is not None and question.kind not in kinds:
        what = f'"{name}" is a question of the kind {question.kind}; this takes {kinds[0]}.'
        conditions.problems.error(path, what)
