"""The proof tells apart what matters, and finds what is wrong."""

from time import process_time

from bot import checklists
from bot.domain.checklist.model import Checklist, Kind, Option, Question, Step
from bot.domain.checklist.rules import Answered, Chosen, Count, Otherwise, Rule, Verdict
from bot.domain.checklist.totality import TooMany, Uncovered, distinct_answers, prove

TEXT = {"en": "Text", "de": "Text"}
SIGNS = Question("signs", Kind.ANY_OF, TEXT, options=tuple(Option(x, TEXT) for x in "abcdef"))
EACH_SIGN = tuple(Chosen("signs", frozenset({x})) for x in "abcdef")
REST = Rule("rest", Otherwise(), Verdict.PURSUE, TEXT)


def checklist(questions: tuple[Question, ...], *rules: Rule) -> Checklist:
    return Checklist("x", TEXT, (Step("only", TEXT, questions),), rules, "0")


def walk_away(when: Count | Chosen | Answered) -> Rule:
    return Rule("no", when, Verdict.WALK_AWAY, TEXT)


def test_signs_that_are_only_counted_collapse_to_the_counts_that_matter() -> None:
    counted = checklist((SIGNS,), walk_away(Count(EACH_SIGN, at_least=3)), REST)

    assert len(distinct_answers(counted)["signs"]) == 2
    assert prove(counted).combinations == 2


def test_a_sign_that_is_looked_at_alone_is_told_apart() -> None:
    three = Rule("three", Count(EACH_SIGN, at_least=3), Verdict.WALK_AWAY, TEXT)
    first = Rule("first", EACH_SIGN[0], Verdict.PROBLEM, TEXT, 5)

    assert prove(checklist((SIGNS,), three, first, REST)).combinations == 4


def test_signs_counted_together_with_something_else_are_told_apart_one_by_one() -> None:
    text = Question("text", Kind.TEXT, TEXT)
    mixed = checklist((SIGNS, text), walk_away(Count((*EACH_SIGN, Answered("text")), 3)), REST)

    assert prove(mixed).combinations == 2**6 * 2


def test_a_question_that_nothing_looks_at_has_one_sort_of_answer() -> None:
    idle = Question("idle", Kind.ONE_OF, TEXT, options=(Option("x", TEXT), Option("y", TEXT)))

    assert distinct_answers(checklist((idle,), REST)) == {"idle": ("x",)}


def test_a_required_question_is_always_answered() -> None:
    required = Question("text", Kind.TEXT, TEXT, required=True)

    assert prove(checklist((required,), walk_away(Answered("text")))).holds


def test_an_optional_question_may_be_left_out() -> None:
    optional = Question("text", Kind.TEXT, TEXT)

    proof = prove(checklist((optional,), walk_away(Answered("text"))))

    assert proof.findings == (Uncovered({}),)
    assert not proof.holds


def test_too_many_combinations_are_not_gone_through() -> None:
    mixed = checklist((SIGNS,), walk_away(Count((*EACH_SIGN, Answered("x")), 3)), REST)
    with_x = checklist((SIGNS, Question("x", Kind.TEXT, TEXT)), *mixed.rules)

    proof = prove(with_x, limit=100)

    assert proof.findings == (TooMany(100),)


def test_the_default_checklist_is_proved_within_two_seconds() -> None:
    default = checklists.default()
    begin = process_time()

    proof = prove(default)

    assert proof.holds
    assert process_time() - begin < 2
