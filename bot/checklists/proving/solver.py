"""The proof that a checklist always comes to a verdict, and needs each of its rules.

A solver looks for answers that show the opposite; if there are none, it says so with certainty.
https://github.com/Z3Prover/z3
"""

from collections.abc import Callable, Iterator
from datetime import date
from threading import Lock
from typing import Any

import z3

from bot.checklists.proving.formulas import Formula, Formulas
from bot.domain.checklist.model import Checklist, Kind
from bot.domain.checklist.rules import EXPECTED_VALUE, Otherwise, Rule, questions_in
from bot.domain.checklist.totality import (
    EmptyCondition,
    Example,
    Finding,
    NeverAsked,
    NeverDecides,
    Proof,
    Revocable,
    Uncovered,
    Unproved,
)

PATIENCE = 10.0
"""Seconds after which the solver gives up."""

_ONE_AT_A_TIME = Lock()
"""Two threads must not touch the solver's formulas at once."""


def prove(
    checklist: Checklist,
    *,
    on: date,
    seconds: Callable[[], float],
    patience: float = PATIENCE,
) -> Proof:
    """Look for everything that is wrong; the examples are answers given on this day.

    ``seconds`` tells how time passes, counted from any moment.
    """
    with _ONE_AT_A_TIME:
        until = seconds() + patience
        search = _Search(checklist, on, lambda: until - seconds())
        return Proof(tuple(search.findings()))


class _GaveUp(Exception):
    """The solver found no answer in time."""


class _Solver:
    """A solver that knows all ways through a checklist, and looks for one among them."""

    def __init__(self, formulas: Formulas, time_left: Callable[[], float]) -> None:
        self.formulas = formulas
        self._time_left = time_left
        self._solver = z3.Solver()
        self._told = 0
        self._names: dict[int, tuple[Formula, Formula]] = {}

    def model(self, *wanted: Formula) -> Any | None:
        """Return a way on which all of this holds, or None if there is none. Raises _GaveUp."""
        if self._time_left() <= 0:
            raise _GaveUp
        assumed = [self._named(each) for each in wanted]
        self._catch_up()
        left = int(self._time_left() * 1000)
        if left <= 0:
            raise _GaveUp
        self._solver.set("timeout", left)
        found = self._solver.check(*assumed)
        if found == z3.unknown:
            raise _GaveUp
        return self._solver.model() if found == z3.sat else None

    def simplest(self, model: Any, *wanted: Formula) -> Any:
        """Return a way like this that says as little as possible; always the same one."""
        fixed = list(wanted)
        try:
            for preferred in self._preferences():
                for formula in preferred:
                    if z3.is_true(model.eval(formula, model_completion=True)):
                        fixed.append(formula)
                        break
                    simpler = self.model(*fixed, formula)
                    if simpler is not None:
                        model = simpler
                        fixed.append(formula)
                        break
        except _GaveUp:
            pass
        return model

    def _preferences(self) -> Iterator[list[Formula]]:
        """Yield for each question in turn: preferably no answer, else the first possible one."""
        for question in (*self.formulas.checklist.questions, None):
            key = EXPECTED_VALUE if question is None else question.id
            taken = [each.is_taken for each in self.formulas.choices[key]]
            if question is not None and question.kind is Kind.ANY_OF:
                yield from ([z3.Not(each)] for each in taken)
            else:
                yield [z3.Not(z3.Or(taken)), *taken]

    def _named(self, formula: Formula) -> Formula:
        """Return a name for a formula, since only names can be assumed."""
        key = formula.get_id()
        if key not in self._names:
            name = z3.Bool(f"#{len(self._names)}")
            self._names[key] = (name, formula)
            self._solver.add(name == formula)
        return self._names[key][0]

    def _catch_up(self) -> None:
        self._solver.add(self.formulas.facts[self._told :])
        self._told = len(self.formulas.facts)


class _Search:
    """Looks for everything that is wrong, except what takes too long."""

    def __init__(self, checklist: Checklist, on: date, time_left: Callable[[], float]) -> None:
        self._checklist = checklist
        self._on = on
        self._time_left = time_left
        self._ways = Formulas(checklist, is_cut=True)
        self._solver = _Solver(self._ways, time_left)
        self._matches = [self._ways.matches(rule.when) for rule in checklist.rules]
        self._reached: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with the rules together, each condition, question and rule."""
        dead = list(self._dead())
        yield from self._uncovered()
        yield from self._revocable()
        yield from self._empty_conditions()
        yield from self._silent()
        yield from dead

    def _uncovered(self) -> Iterator[Finding]:
        if isinstance(self._checklist.rules[-1].when, Otherwise):
            return
        none = [z3.Not(each) for each in self._matches]
        try:
            model = self._solver.model(*none)
        except _GaveUp:
            yield Unproved()
            return
        if model is not None:
            yield Uncovered(self._example(self._solver.simplest(model, *none)))

    def _dead(self) -> Iterator[Finding]:
        for n, rule in enumerate(self._checklist.rules):
            try:
                model = self._solver.model(*self._decides(n))
            except _GaveUp:
                yield Unproved(rule)
                continue
            if model is None:
                is_ever_shown = self._is_ever_shown(n)
                can_match = is_ever_shown or self._can_match(rule)
                yield NeverDecides(rule, is_ever_shown=is_ever_shown, can_match=can_match)
            else:
                self._remember(model)

    def _decides(self, n: int) -> list[Formula]:
        return [self._matches[n], *(z3.Not(each) for each in self._matches[:n])]

    def _is_ever_shown(self, n: int) -> bool:
        """Tell whether a rule that never decides is a further reason for another's verdict."""
        severity = self._checklist.rules[n].verdict.severity
        above = [
            at
            for at, rule in enumerate(self._checklist.rules[:n])
            if rule.verdict.severity <= severity
        ]
        if isinstance(self._checklist.rules[n].when, Otherwise):
            return False
        try:
            return any(
                self._solver.model(*self._decides(at), self._matches[n]) is not None for at in above
            )
        except _GaveUp:
            return True

    def _can_match(self, rule: Rule) -> bool:
        """Tell whether any answers meet a rule, even those that a final rule above it drops."""
        ways = Formulas(self._checklist, is_cut=False)
        try:
            return _Solver(ways, self._time_left).model(ways.matches(rule.when)) is not None
        except _GaveUp:
            return True

    def _silent(self) -> Iterator[Finding]:
        """Yield the questions that nobody is ever asked."""
        for question in self._checklist.questions:
            if question.id in self._reached:
                continue
            try:
                model = self._solver.model(self._ways.asked[question.id])
            except _GaveUp:
                yield Unproved(question)
                continue
            if model is None:
                yield NeverAsked(question)
            else:
                self._remember(model)

    def _empty_conditions(self) -> Iterator[Finding]:
        for rule, matches in zip(self._checklist.rules, self._matches, strict=True):
            if rule.condition is None:
                continue
            wanted = [matches, z3.Not(self._ways.answered(rule.condition.what))]
            if isinstance(rule.when, Otherwise):
                wanted += [z3.Not(each) for each in self._matches[:-1]]
            try:
                model = self._solver.model(*wanted)
            except _GaveUp:
                yield Unproved(rule)
                continue
            if model is not None:
                yield EmptyCondition(rule, self._example(self._solver.simplest(model, *wanted)))

    def _revocable(self) -> Iterator[Finding]:
        """Yield the final rules that later answers could unmatch, if those were asked for."""
        finals = [each for each in self._checklist.final_rules if self._looks_ahead(each)]
        if not finals:
            return
        ways = Formulas(self._checklist, is_cut=False)
        solver = _Solver(ways, self._time_left)
        for rule in finals:
            try:
                found = next(_revoked(rule, ways, solver), None)
            except _GaveUp:
                yield Unproved(rule)
                continue
            if found is not None:
                at, model = found
                example = self._example(model, ways)
                earlier = ways.example(model, self._on, at + 1).answers
                yield Revocable(rule, earlier, example)

    def _looks_ahead(self, rule: Rule) -> bool:
        """Tell whether anything the rule depends on is asked after the first step."""
        found = set(questions_in(rule.when))
        for question in reversed(self._checklist.questions):
            if question.id in found and question.asked_when is not None:
                found |= questions_in(question.asked_when)
        return bool(found - {each.id for each in self._checklist.steps[0].questions})

    def _remember(self, model: Any) -> None:
        """Note which questions are asked on a way that was found."""
        for question, asked in self._ways.asked.items():
            if z3.is_true(model.eval(asked)):
                self._reached.add(question)

    def _example(self, model: Any, ways: Formulas | None = None) -> Example:
        return (ways or self._ways).example(model, self._on)


def _revoked(rule: Rule, ways: Formulas, solver: _Solver) -> Iterator[tuple[int, Any]]:
    """Yield the step after which the rule matches although it no longer does in the end."""
    for at in range(len(ways.checklist.steps) - 1):
        wanted = [ways.matches(rule.when, at), z3.Not(ways.matches(rule.when))]
        if at:
            wanted.append(z3.Not(ways.over[at - 1]))
        model = solver.model(*wanted)
        if model is not None:
            yield at, solver.simplest(model, *wanted)
