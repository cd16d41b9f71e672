"""The proof by the solver says what going through every combination says."""

from decimal import Decimal
from time import monotonic, process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import checklists
from bot.checklists.proving.solver import prove
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import read_answers, to_document
from bot.domain.checklist.model import Checklist, Kind, Option, Question, Step
from bot.domain.checklist.rules import (
    EXPECTED_VALUE,
    AllOf,
    Answered,
    AnyOf,
    Chosen,
    ConditionTemplate,
    Count,
    DaysAhead,
    Not,
    NumberWithin,
    Otherwise,
    Predicate,
    Rule,
    ScoreWithin,
    Verdict,
)
from bot.domain.checklist.scores import Bounds, Points, Score
from bot.domain.checklist.totality import (
    EmptyCondition,
    Example,
    NeverAsked,
    NeverDecides,
    Proof,
    Revocable,
    Uncovered,
    Unproved,
)
from bot.domain.checklist.verdict import assess
from bot.domain.errors import NoVerdict
from tests.checklists.enumeration import DAY, Enumerated, enumerated

TEXT = {"en": "Text", "de": "Text"}
SIGNS = Question("signs", Kind.ANY_OF, TEXT, options=tuple(Option(x, TEXT) for x in "abcdef"))
EACH_SIGN = tuple(Chosen("signs", frozenset({x})) for x in "abcdef")
REST = Rule("rest", Otherwise(), Verdict.PURSUE, TEXT)
KINDS = {
    "one": (Kind.ONE_OF, "xyz"),
    "any": (Kind.ANY_OF, "pqr"),
    "text": (Kind.TEXT, ""),
    "number": (Kind.NUMBER, ""),
    "day": (Kind.DATE, ""),
}


def checklist(
    questions: tuple[Question, ...], *rules: Rule, scores: tuple[Score, ...] = ()
) -> Checklist:
    return Checklist("x", TEXT, (Step("only", TEXT, questions),), rules, "0", scores=scores)


def proof_of(what: Checklist) -> Proof:
    return prove(what, on=DAY, seconds=monotonic)


def walk_away(when: Predicate) -> Rule:
    return Rule("no", when, Verdict.WALK_AWAY, TEXT)


small = st.integers(0, 4)
bound = small.map(Decimal)


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    low, high = draw(st.none() | bound), draw(st.none() | bound)
    is_open = draw(st.booleans())
    return Bounds(above=low, below=high) if is_open else Bounds(at_least=low, at_most=high)


@st.composite
def simple(draw: st.DrawFn, known: list[str], scores: tuple[Score, ...]) -> Predicate:
    if scores and draw(st.integers(0, 2)) == 0:
        return ScoreWithin(draw(st.sampled_from(scores)), draw(bounds()))
    if not known or draw(st.integers(0, 9)) == 0:
        return NumberWithin(EXPECTED_VALUE, draw(bounds()))
    name = draw(st.sampled_from(known))
    kind, options = KINDS[name[:-1]]
    if kind is Kind.NUMBER:
        return NumberWithin(name, draw(bounds()))
    if kind is Kind.DATE:
        return DaysAhead(name, draw(st.none() | small), draw(st.none() | small))
    if options and draw(st.integers(0, 4)):
        return Chosen(name, frozenset(draw(st.sets(st.sampled_from(options), min_size=1))))
    return Answered(name)


@st.composite
def condition(draw: st.DrawFn, known: list[str], scores: tuple[Score, ...]) -> Predicate:
    first = draw(simple(known, scores))
    shape = draw(st.integers(0, 6))
    if shape < 2:
        return first
    others = tuple(draw(st.lists(simple(known, scores), min_size=1, max_size=2)))
    match shape:
        case 2:
            return Not(first)
        case 3:
            return AllOf((first, *others))
        case 4:
            return AnyOf((first, *others))
        case 5:
            return Not(AllOf((first, Not(others[0]))))
        case _:
            return Count((first, *others), draw(st.none() | st.integers(0, 2)), 2)


@st.composite
def small_checklists(draw: st.DrawFn) -> Checklist:
    steps, questions, known = [], [], list[str]()
    for at in range(draw(st.integers(1, 3))):
        of_step = []
        for n in range(draw(st.integers(1, 2))):
            name = f"{draw(st.sampled_from(list(KINDS)))}{2 * at + n}"
            kind, options = KINDS[name[:-1]]
            earlier = [each for each in known if at or not each.startswith("number")]
            when = draw(st.none() | condition(earlier, ())) if known else None
            least, most = draw(st.sampled_from([(None, None), (Decimal(1), Decimal(3))]))
            question = Question(
                name,
                kind,
                TEXT,
                options=tuple(Option(each, TEXT) for each in options),
                required=draw(st.booleans()),
                asked_when=when,
                least=least if kind is Kind.NUMBER else None,
                most=most if kind is Kind.NUMBER else None,
            )
            of_step.append(question)
            known.append(name)
        questions += of_step
        steps.append(Step(f"s{at}", TEXT, tuple(of_step)))
    scores = draw(scores_over(questions))
    return Checklist("x", TEXT, tuple(steps), draw(rules_over(known, scores)), "0", scores=scores)


@st.composite
def scores_over(draw: st.DrawFn, questions: list[Question]) -> tuple[Score, ...]:
    points = [
        Points(
            each.id,
            {option.id: draw(st.integers(-2, 3)) for option in each.options},
            each.kind is Kind.ANY_OF,
        )
        for each in questions
        if each.options
    ]
    has_score: bool = draw(st.booleans())
    return (Score("fit", TEXT, tuple(points)),) if points and has_score else ()


@st.composite
def rules_over(draw: st.DrawFn, known: list[str], scores: tuple[Score, ...]) -> tuple[Rule, ...]:
    texts = [each for each in known if each.startswith("text")]
    has_condition: bool = draw(st.booleans())
    rules = [
        Rule(
            f"r{n}",
            draw(condition(known, scores)),
            draw(st.sampled_from([Verdict.PURSUE, Verdict.WALK_AWAY])),
            TEXT,
            final=draw(st.integers(0, 3)) == 0,
            condition=ConditionTemplate(texts[0], "day0") if texts and has_condition else None,
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    return (*rules, REST) if draw(st.booleans()) else tuple(rules)


def as_enumerated(proof: Proof) -> Enumerated:
    """What the solver found, as the enumeration says it."""
    found = Enumerated()
    for finding in proof.findings:
        match finding:
            case Uncovered():
                found.is_total = False
            case NeverDecides(rule, is_ever_shown):
                found.dead.add(rule.id)
                found.never_shown |= set() if is_ever_shown else {rule.id}
            case NeverAsked(question):
                found.silent.add(question.id)
            case Revocable(rule):
                found.revocable.add(rule.id)
            case EmptyCondition(rule):
                found.without_condition.add(rule.id)
            case _:
                raise AssertionError(finding)
    return found


@settings(deadline=None, max_examples=150)
@given(small_checklists())
def test_solver_and_enumeration_agree(what: Checklist) -> None:
    proof = proof_of(what)

    expected = enumerated(what)
    expected.ways = 0
    assert as_enumerated(proof) == expected
    for finding in proof.findings:
        if isinstance(finding, Uncovered):
            assert_no_rule_matches(what, finding.example)


def assert_no_rule_matches(what: Checklist, shown: Example) -> None:
    """The counterexample is a document that can be judged, and gets no verdict."""
    value = shown.given.expected_value
    document = to_document(shown.answers)
    answers = read_answers(
        what, document, today=DAY, calendar=MONDAY_TO_FRIDAY, expected_value=value
    )
    with pytest.raises(NoVerdict):
        assess(what, answers, on=DAY, calendar=MONDAY_TO_FRIDAY, expected_value=value)


def test_signs_that_are_only_counted_collapse_to_the_counts_that_matter() -> None:
    counted = checklist((SIGNS,), walk_away(Count(EACH_SIGN, at_least=3)), REST)

    assert enumerated(counted).ways == 2
    assert proof_of(counted).holds


def test_a_sign_that_is_looked_at_alone_is_told_apart() -> None:
    three = Rule("three", Count(EACH_SIGN, at_least=3), Verdict.WALK_AWAY, TEXT)
    first = Rule("first", EACH_SIGN[0], Verdict.PROBLEM, TEXT, 5)

    assert enumerated(checklist((SIGNS,), three, first, REST)).ways == 4


def test_a_required_question_is_always_answered() -> None:
    required = Question("text", Kind.TEXT, TEXT, required=True)

    assert proof_of(checklist((required,), walk_away(Answered("text")))).holds


def test_an_optional_question_may_be_left_out() -> None:
    optional = Question("text", Kind.TEXT, TEXT)

    proof = proof_of(checklist((optional,), walk_away(Answered("text"))))

    (found,) = proof.findings
    assert isinstance(found, Uncovered)
    assert found.example.answers == {}
    assert not proof.holds


def test_a_gap_between_two_bands_is_shown_by_answers_that_fall_into_it() -> None:
    points = Points("signs", dict.fromkeys("abcdef", 1), adds_up=True)
    score = Score("fit", TEXT, (points,))
    low = Rule("low", ScoreWithin(score, Bounds(below=Decimal(2))), Verdict.WALK_AWAY, TEXT)
    high = Rule("high", ScoreWithin(score, Bounds(above=Decimal(2))), Verdict.PURSUE, TEXT)

    (found,) = proof_of(checklist((SIGNS,), low, high, scores=(score,))).findings

    assert isinstance(found, Uncovered)
    assert score.of(found.example.answers) == 2


def test_the_shown_answers_are_as_few_as_can_be() -> None:
    number = Question("n", Kind.NUMBER, TEXT)
    text = Question("idle", Kind.TEXT, TEXT)
    low = walk_away(NumberWithin("n", Bounds(below=Decimal(7))))
    high = Rule("high", Not(Answered("n")), Verdict.PURSUE, TEXT)

    (found,) = proof_of(checklist((number, text, SIGNS), low, high)).findings

    assert isinstance(found, Uncovered)
    assert found.example.answers == {"n": 7}


def test_what_takes_too_long_is_not_proved_and_says_what() -> None:
    text = Question("text", Kind.TEXT, TEXT, required=True)
    what = checklist((text,), walk_away(Answered("text")))
    ticks = iter(range(1000))

    proof = prove(what, on=DAY, seconds=lambda: float(next(ticks)), patience=0.5)

    assert Unproved() in proof.findings
    assert Unproved(what.rules[0]) in proof.findings
    assert proof.is_unproved
    assert not proof.holds


def test_the_default_checklist_is_proved_within_two_seconds() -> None:
    default = checklists.default()
    begin = process_time()

    proof = proof_of(default)

    assert proof.holds
    assert process_time() - begin < 2


def test_an_ordinary_large_checklist_is_proved() -> None:
    proof = proof_of(thirty_questions())

    assert proof.holds


def thirty_questions() -> Checklist:
    """30 questions of 5 options with two scores, and rules down to the last band."""
    questions = tuple(
        Question(f"q{n}", Kind.ONE_OF, TEXT, options=tuple(Option(o, TEXT) for o in "abcde"))
        for n in range(30)
    )
    scores = tuple(
        Score(
            name,
            TEXT,
            tuple(
                Points(each.id, {o: at * (1 + n % weight) for at, o in enumerate("abcde")}, False)
                for n, each in enumerate(questions)
            ),
        )
        for name, weight in (("fit", 3), ("risk", 4))
    )
    bands = [(150, None), (100, 150), (50, 100), (None, 50)]
    rules: list[Rule] = [
        Rule(
            f"{at}",
            ScoreWithin(
                scores[0],
                Bounds(
                    at_least=None if low is None else Decimal(low),
                    below=None if high is None else Decimal(high),
                ),
            ),
            Verdict.PURSUE,
            TEXT,
        )
        for at, (low, high) in enumerate(bands)
    ]
    risk = Rule(
        "risk", ScoreWithin(scores[1], Bounds(at_least=Decimal(200))), Verdict.WALK_AWAY, TEXT
    )
    return checklist(questions, risk, *rules, scores=scores)
