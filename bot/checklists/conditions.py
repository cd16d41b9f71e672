"""Conditions as they are written in a file.

::

    offer: none                         the question has this option
    numbers: [partly, none]             it has one of these
    answered: homework                  it has an answer
    all: [...]    any: [...]    not: ...
    count: {of: signs, at_least: 3}     so many options of a question are chosen
    count: {of: [...], exactly: 2}      so many of these conditions hold
    weak_start                          a combination under ``names``
    otherwise                           no other rule matches (the last rule only)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.checklists.problems import Problems
from bot.checklists.shapes import CountShape, shaped
from bot.checklists.source import Path
from bot.domain.checklist.model import Question
from bot.domain.checklist.rules import All, Answered, Any_, Chosen, Count, Named, Not, Predicate

OTHERWISE = "otherwise"
KEYWORDS = frozenset({"all", "any", "not", "answered", "count"})


@dataclass(slots=True)
class Conditions:
    """Reads conditions about these questions.

    Everything wrong is reported, and the condition is then None. A question that is None exists
    but is broken itself: nothing is said about its options.
    """

    questions: Mapping[str, Question | None]
    written_names: Mapping[str, object]
    problems: Problems
    _names: dict[str, Predicate | None] = field(default_factory=dict)
    _being_read: list[str] = field(default_factory=list)

    def read_names(self) -> None:
        """Read all named combinations, used or not."""
        for name in self.written_names:
            if name == OTHERWISE:
                what = '"otherwise" has a meaning of its own; take another name.'
                self.problems.error(("names", name), what)
            self._predicate_of(name)

    def read(self, written: object, path: Path) -> Predicate | None:
        """The condition as a predicate."""
        match written:
            case str(name):
                return self._named(name, path)
            case dict() if len(written) == 1:
                ((key, value),) = written.items()
                return self._keyed(str(key), value, path)
            case dict() if written:
                keys = ", ".join(map(str, written))
                what = f"These are several conditions ({keys}): put them under all: or any:."
            case _:
                what = "This must be a condition, such as {offer: none}."
        self.problems.error(path, what)
        return None

    def _keyed(self, key: str, value: object, path: Path) -> Predicate | None:
        readers: dict[str, Callable[[object, Path], Predicate | None]] = {
            "all": self._all,
            "any": self._any,
            "not": self._not,
            "answered": self._answered,
            "count": self._count,
        }
        here = (*path, key)
        if key in readers:
            return readers[key](value, here)
        return self._chosen(key, value, here)

    def _named(self, name: str, path: Path) -> Predicate | None:
        if name == OTHERWISE:
            what = '"otherwise" can only be the whole condition of the last rule.'
            self.problems.error(path, what)
        elif name not in self.written_names:
            known = ", ".join(self.written_names) or "none"
            what = f'There is no combination named "{name}"; known are: {known}.'
            self.problems.error(path, what)
        elif name in self._being_read:
            circle = " > ".join((*self._being_read, name))
            self.problems.error(path, f"These combinations go round in a circle: {circle}.")
        elif (predicate := self._predicate_of(name)) is not None:
            return Named(name, predicate)
        return None

    def _predicate_of(self, name: str) -> Predicate | None:
        """The combination of this name, read when it is first needed."""
        if name not in self._names:
            self._being_read.append(name)
            self._names[name] = self.read(self.written_names[name], ("names", name))
            self._being_read.pop()
        return self._names[name]

    def _all(self, value: object, path: Path) -> Predicate | None:
        of = self._each(value, path)
        return None if of is None else All(of)

    def _any(self, value: object, path: Path) -> Predicate | None:
        of = self._each(value, path)
        return None if of is None else Any_(of)

    def _not(self, value: object, path: Path) -> Predicate | None:
        inner = self.read(value, path)
        return None if inner is None else Not(inner)

    def _each(self, value: object, path: Path) -> tuple[Predicate, ...] | None:
        if not isinstance(value, list) or not value:
            self.problems.error(path, "This must be a list of conditions.")
            return None
        found = [self.read(item, (*path, n)) for n, item in enumerate(value)]
        whole = tuple(predicate for predicate in found if predicate is not None)
        return whole if len(whole) == len(found) else None

    def _answered(self, value: object, path: Path) -> Predicate | None:
        if not isinstance(value, str):
            self.problems.error(path, "This must be the id of a question.")
            return None
        return Answered(value) if self._known(value, path) else None

    def _chosen(self, key: str, value: object, path: Path) -> Predicate | None:
        if not self._known(key, path):
            return None
        options = [value] if isinstance(value, str) else value
        if not isinstance(options, list) or not options:
            self.problems.error(path, "This must be the id of an option, or a list of them.")
            return None
        question = self.questions[key]
        if question is not None and not self._are_options(options, question, path):
            return None
        return Chosen(key, frozenset(map(str, options)))

    def _are_options(self, options: list[object], question: Question, path: Path) -> bool:
        known = [option.id for option in question.options]
        if not known:
            what = f'"{question.id}" has no options; only answered: can be asked of it.'
            self.problems.error(path, what)
            return False
        unknown = [option for option in options if option not in known]
        for option in unknown:
            what = f'"{question.id}" has no option "{option}"; it has {", ".join(known)}.'
            self.problems.error(path, what)
        return not unknown

    def _count(self, value: object, path: Path) -> Predicate | None:
        shape = shaped(CountShape, value, path, self.problems)
        if shape is None:
            return None
        of = self._counted(shape.of, (*path, "of"))
        if of is None:
            return None
        if shape.exactly is not None and (shape.at_least, shape.at_most) == (None, None):
            return Count(of, shape.exactly, shape.exactly)
        if shape.exactly is not None or (shape.at_least, shape.at_most) == (None, None):
            self.problems.error(path, "Say at_least, at_most or both of them, or else exactly.")
            return None
        return Count(of, shape.at_least, shape.at_most)

    def _counted(self, value: object, path: Path) -> tuple[Predicate, ...] | None:
        if not isinstance(value, str):
            return self._each(value, path)
        if not self._known(value, path):
            return None
        question = self.questions[value]
        if question is None:
            return None
        if not question.options:
            self.problems.error(path, f'"{value}" has no options that could be counted.')
            return None
        return tuple(Chosen(value, frozenset({option.id})) for option in question.options)

    def _known(self, question: str, path: Path) -> bool:
        if question in self.questions:
            return True
        close = get_close_matches(question, self.questions, n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        self.problems.error(path, f'There is no question "{question}".{hint}')
        return False
