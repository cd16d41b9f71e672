"""Everything that can be wrong with a checklist file gets its sentence and its place."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import checklists
from bot.checklists.limits import LONGEST_FILLED
from bot.domain.checklist.model import Kind
from bot.domain.errors import ChecklistProblem, ChecklistRejected
from bot.domain.settings.table import LONGEST_NICHE

TUESDAY = date(2026, 12, 1)

WHOLE = """\
id: small
title: {en: Small, de: Klein}
names:
  known: {answered: budget}
steps:
  - id: money
    title: {en: Money, de: Geld}
    questions:
      - id: budget
        kind: one_of
        required: true
        text: {en: Budget, de: Budget}
        options:
          - {id: yes, text: {en: "Yes", de: "Ja"}}
          - {id: no, text: {en: "No", de: "Nein"}}
      - id: proof
        kind: text
        asked_when: {budget: yes}
        text: {en: Proof, de: Beweis}
      - id: proof_due
        kind: date
        due: {default: 2, latest: 4}
        text: {en: By when, de: Bis wann}
rules:
  - id: broke
    when: {budget: no}
    verdict: walk_away
    sentence: {en: Go., de: Geh.}
  - id: proven
    when: {all: [known, {answered: proof}]}
    verdict: pursue
    condition: {what: proof, due: proof_due}
    sentence: {en: Stay., de: Bleib.}
  - id: unproven
    when: otherwise
    verdict: problem
    decide_within: 3
    sentence: {en: Ask., de: Frag.}
"""


DATA = Path(__file__).with_name("data")
CASES = yaml.safe_load((DATA / "broken.yaml").read_text(encoding="utf-8"))
FIT = (DATA / "fit.yaml").read_text(encoding="utf-8")
FIT_CASES = yaml.safe_load((DATA / "broken-fit.yaml").read_text(encoding="utf-8"))


def problems_of(text: str, file: str = "small.yaml") -> tuple[ChecklistProblem, ...]:
    with pytest.raises(ChecklistRejected) as rejected:
        checklists.proved(checklists.loads(text, file), on=TUESDAY)
    return rejected.value.problems


def in_english(problem: ChecklistProblem) -> tuple[str, int | None, str, str]:
    return problem.file, problem.line, problem.path, str(problem.what)


def changed(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1, f"not there once: {old}"
    return WHOLE.replace(old, new)


def test_the_whole_file_is_fine() -> None:
    assert checklists.proved(checklists.loads(WHOLE), on=TUESDAY).holds


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['path']}: {case['into'][:40]}")
def test_it_is_named_with_its_line_and_path(case: dict[str, Any]) -> None:
    problems = problems_of(changed(case["change"], case["into"]))

    wanted = ("small.yaml", case["line"], case["path"], case["what"])
    assert wanted in map(in_english, problems)


@pytest.mark.parametrize("case", FIT_CASES, ids=lambda case: f"{case['path']}: {case['into']}")
def test_so_is_what_is_wrong_with_scores_numbers_dates_and_places(case: dict[str, Any]) -> None:
    assert FIT.count(case["change"]) == 1

    problems = problems_of(FIT.replace(case["change"], case["into"]), "fit.yaml")

    assert in_english(problems[0]) == ("fit.yaml", case["line"], case["path"], case["what"])


def test_a_file_that_is_too_large_says_so(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"#" * 5_000_000)

    with pytest.raises(ChecklistRejected) as rejected:
        checklists.load(file)

    assert str(rejected.value.problems[0].what) == "The file is too large; 256 kB are allowed."


def test_bands_that_overlap_are_both_named_in_a_warning() -> None:
    text = FIT.replace("{score: fit, below: 5}", "{score: fit, below: 8}")

    (warning,) = checklists.loads(text).warnings

    assert warning.path == "rules[5].when"
    assert str(warning.what) == "“strong” and “weak” are bands of fit that overlap, at 5–7."


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("en: It burns", 'en: "{fit} so far"', "steps[0].questions[0].options[0].text.en"),
        ("en: Find the need", 'en: "Find {niche}"', "rules[5].settle.en"),
        ("en: The need,", 'en: "{budget}",', "steps[0].title.en"),
        (
            "{en: SEO, de: SEO}",
            '{en: SEO, de: SEO}, description: {en: "{ fit }", de: SEO}',
            "steps[0].questions[1].options[3].description.en",
        ),
    ],
)
def test_a_place_that_nobody_fills_there_is_named_in_a_warning(
    old: str, new: str, path: str
) -> None:
    assert FIT.count(old) == 1

    (warning,) = checklists.loads(FIT.replace(old, new)).warnings

    assert warning.path == path
    assert "Only sentences and hints can have placeholders" in str(warning.what)


def test_more_evidence_than_a_view_holds_is_refused() -> None:
    option = "options: [{id: a, text: {en: A, de: A}, evidence: required}]"
    asked = "".join(
        f"      - {{id: e{n}, kind: one_of, text: {{en: Q, de: Q}}, {option}}}\n" for n in range(70)
    )
    text = FIT.replace("  - id: money\n", f"{asked}  - id: money\n")
    more = "".join(f"      - {{id: m{n}, kind: text, text: {{en: Q, de: Q}}}}\n" for n in range(20))

    problems = problems_of(text.replace("rules:\n", f"{more}rules:\n"))

    assert [(each.path, str(each.what)) for each in problems] == [
        (
            "steps[1].questions",
            (
                "With every answer, this step can take up to 878 kB; Slack takes 250 kB. "
                "Move some of its questions to another step."
            ),
        ),
        (
            "steps[1].questions",
            "With the evidence for earlier answers, this step has up to 95 fields; Slack takes 90.",
        ),
    ]


def test_a_label_with_its_unit_must_fit() -> None:
    (problem,) = problems_of(FIT.replace("What is the budget?", "B" * 1995))

    assert str(problem.what) == "With its unit, this has 2001 characters; 2000 are allowed."


def test_what_was_taken_in_once_is_not_refused_for_new_reasons() -> None:
    old = FIT.replace("- id: start", "- id: checklist").replace(
        "{date: start,", "{date: checklist,"
    )
    old = old.replace("{start}", "{whatever}")
    content = json.dumps(yaml.safe_load(old))

    assert len(problems_of(old)) == 1
    assert checklists.restore(content).question("checklist").kind is Kind.DATE


@pytest.mark.parametrize(
    ("old", "long", "allowed", "path"),
    [
        ("title: {en: Money", "title: {en: %s", 24, "steps[0].title.en"),
        ("text: {en: Proof", "text: {en: %s", 2000, "steps[0].questions[1].text.en"),
        (
            "asked_when: {budget: yes}",
            "hint: {de: H, en: %s}",
            2000,
            "steps[0].questions[1].hint.en",
        ),
        ('{en: "No"', "{en: %s", 75, "steps[0].questions[0].options[1].text.en"),
        (
            'de: "Nein"}',
            "de: Nein}, description: {de: D, en: %s}",
            75,
            "steps[0].questions[0].options[1].description.en",
        ),
        ("{en: Go.", "{en: %s", 1000, "rules[0].sentence.en"),
        (
            "decide_within: 3",
            "decide_within: 3\n    settle: {de: S, en: %s}",
            150,
            "rules[2].settle.en",
        ),
        ("{en: Small", "{en: %s", 150, "title.en"),
    ],
)
def test_a_text_too_long_for_slack_is_refused_and_the_longest_is_not(
    old: str, long: str, allowed: int, path: str
) -> None:
    checklists.loads(changed(old, long % ("x" * allowed)))
    (problem,) = problems_of(changed(old, long % ("x" * (allowed + 1))))

    assert problem.path == path
    assert str(problem.what) == (
        f"The English text has {allowed + 1} characters; {allowed} are allowed."
    )


def test_a_long_id_is_refused() -> None:
    (problem,) = problems_of(changed("- id: money", f"- id: {'m' * 151}"))

    assert str(problem.what) == "This id has 151 characters; 150 are allowed."


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", None, "The file is empty."),
        ("id: [", 1, "This isn't YAML (column 6). A quote or bracket isn't closed"),
        ("id: a\n b: c", 2, "This isn't YAML (column 3). Put a text with a colon in quotes"),
        ("a: &x 1\nb: *x", 2, "This isn't YAML (column 4). References (*) aren't supported"),
        ("id: !!python/name:os.system", 1, "Tags like python/name:os.system aren't supported."),
        ("[a]: 1", 1, "A key must be a single word."),
        ('id: "\\0"', 1, "There's a character in it that I can't store. Leave it out."),
        ("[" * 5000, 1, "The file is nested too deeply."),
        ("[" * 40 + "]" * 40, 1, "The file is nested too deeply."),
        ("id: a\x07", 1, "Take out the character U+0007. No YAML file can hold it."),
        ("--- 1\n--- 2", 2, "This isn't YAML (column 1). Only one document is taken"),
    ],
)
def test_a_text_that_is_no_plain_yaml_says_so(text: str, line: int | None, what: str) -> None:
    (problem,) = problems_of(text)

    assert (problem.file, problem.line) == ("small.yaml", line)
    assert str(problem.what).startswith(what)


@pytest.mark.parametrize("text", ["- a", "3", "words", "null"])
def test_a_file_that_holds_something_else_is_refused(text: str) -> None:
    assert str(problems_of(text)[0].what) == "This must be keys with values."


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("id: größe".encode("latin-1"))

    with pytest.raises(ChecklistRejected) as rejected:
        checklists.load(file)

    assert (
        str(rejected.value.problems[0].what) == "Save the file as UTF-8. It has another encoding."
    )


def test_everything_wrong_is_said_at_once_and_in_the_order_of_the_file() -> None:
    text = (
        WHOLE.replace("id: small\n", "id: SMALL\n")
        .replace(', de: "Nein"', "")
        .replace("kind: text", "kind: essay")
        .replace("{budget: no}", "{budget: maybe}")
        .replace("decide_within: 3", "decide_within: three")
    )

    assert [(each.line, each.path) for each in problems_of(text)] == [
        (1, "id"),
        (15, "steps[0].questions[0].options[1].text.de"),
        (17, "steps[0].questions[1].kind"),
        (26, "rules[0].when.budget"),
        (37, "rules[2].decide_within"),
    ]


def test_more_options_than_slack_shows_are_refused() -> None:
    more = "".join(f"          - {{id: o{n}, text: {{en: O, de: O}}}}\n" for n in range(99))
    text = changed("      - id: proof\n", f"{more}      - id: proof\n")

    assert str(problems_of(text)[0].what) == "There are 101 options; Slack shows 100."


def test_more_questions_than_a_modal_holds_are_refused() -> None:
    more = "".join(f"      - {{id: q{n}, kind: text, text: {{en: Q, de: Q}}}}\n" for n in range(78))

    assert str(problems_of(changed("rules:\n", f"{more}rules:\n"))[0].what) == (
        "There are 81 questions in this step; it takes 80."
    )


def test_a_checklist_needs_rules() -> None:
    without = WHOLE[: WHOLE.index("rules:")] + "rules: []\n"

    assert str(problems_of(without)[0].what) == "A checklist needs at least one rule."


def test_chosen_options_are_named_in_a_counterexample() -> None:
    text = changed("kind: one_of", "kind: any_of").replace(
        "when: otherwise", "when: {answered: proof}"
    )

    assert str(problems_of(text)[0].what) == (
        'No rule matches when budget has yes, proof isn\'t answered, as in {"budget": ["yes"]}.'
    )


def test_a_final_rule_that_later_answers_could_unmatch_is_refused() -> None:
    text = """\
id: hasty
title: {en: Hasty, de: Hastig}
steps:
  - id: one
    title: {en: One, de: Eins}
    questions:
      - id: budget
        kind: one_of
        required: true
        text: {en: Budget, de: Budget}
        options:
          - {id: yes, text: {en: "Yes", de: "Ja"}}
          - {id: no, text: {en: "No", de: "Nein"}}
  - id: two
    title: {en: Two, de: Zwei}
    questions:
      - {id: favour, kind: text, text: {en: Favour, de: Gefallen}}
rules:
  - id: broke
    when: {all: [{budget: no}, {not: {answered: favour}}]}
    verdict: walk_away
    final: true
    sentence: {en: Go., de: Geh.}
  - {id: fine, when: otherwise, verdict: pursue, sentence: {en: Stay., de: Bleib.}}
"""
    (problem,) = problems_of(text)

    assert problem.line == 19
    assert str(problem.what) == (
        "“broke” can't be final. It matches when budget is no, but stops matching when, later on, "
        "favour is answered."
    )


def test_a_long_question_and_many_questions_only_warn() -> None:
    many = "".join(f"      - {{id: q{n}, kind: text, text: {{en: Q, de: Q}}}}\n" for n in range(10))
    text = changed("rules:\n", f"{many}rules:\n").replace("{en: Proof,", f"{{en: {'P' * 151},")

    warnings = checklists.loads(text).warnings

    assert [(warning.path, str(warning.what)) for warning in warnings] == [
        (
            "steps[0].questions[1].text.en",
            "The question has 151 characters; people read about 150.",
        ),
        ("steps", "There are 13 questions. Beyond 12, people stop answering."),
    ]


def test_a_question_may_hang_on_an_earlier_one_of_its_step_and_on_no_later_one() -> None:
    assert checklists.loads(WHOLE).warnings == ()

    later = changed("required: true", "asked_when: {answered: proof}")
    assert "which isn't asked any earlier" in "".join(str(each.what) for each in problems_of(later))


def test_a_broken_question_brings_no_complaints_about_those_who_look_at_it() -> None:
    text = changed("kind: one_of", "kind: many_of")

    assert [problem.path for problem in problems_of(text)] == ["steps[0].questions[0].kind"]


def heavy(questions: int) -> str:
    """Write a step whose questions each have a hundred options, as long as options may be."""
    text = {"en": "Ä" * 75}
    asked = [
        {
            "id": f"q{n}",
            "kind": "any_of",
            "text": {"en": "Which?"},
            "options": [
                {"id": f"o{at}", "text": dict(text), "description": dict(text)} for at in range(100)
            ],
        }
        for n in range(questions)
    ]
    rule = {"id": "any", "when": "otherwise", "verdict": "pursue", "sentence": {"en": "Go."}}
    steps = [{"id": "one", "title": {"en": "One"}, "questions": asked}]
    file = {"id": "heavy", "title": {"en": "Heavy"}, "languages": ["en"], "steps": steps}
    return str(yaml.safe_dump({**file, "rules": [rule]}, sort_keys=False, allow_unicode=True))


def test_a_step_that_weighs_more_than_slack_takes_is_named_with_its_line() -> None:
    (problem,) = problems_of(heavy(3))

    assert (problem.line, problem.path) == (
        heavy(3).split("\n").index("  questions:") + 1,
        "steps[0].questions",
    )
    assert "can take up to 282 kB; Slack takes 250 kB" in str(problem.what)
    assert checklists.loads(heavy(2)).checklist.id == "heavy"


def test_a_hint_may_not_grow_beyond_what_slack_takes() -> None:
    hint = "x" * 1960 + " {fit} "
    whole = FIT.replace('en: "Fit so far: {fit}', f'en: "{hint}')
    assert whole != FIT

    (problem,) = problems_of(whole, "fit.yaml")

    assert problem.path == "steps[1].questions[0].hint.en"
    assert "Filled in, this can have" in str(problem.what)
    assert LONGEST_FILLED == LONGEST_NICHE
