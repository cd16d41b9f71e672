"""``walkaway evaluate``: answers in, verdict out. No database, no Slack."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click

from bot import checklists
from bot.cli.checklist import readable, today
from bot.domain.amounts import LARGEST_AMOUNT
from bot.domain.calendar import MONDAY_TO_FRIDAY
from bot.domain.checklist.answers import read_answers, read_number
from bot.domain.checklist.model import Checklist
from bot.domain.checklist.placeholders import filled
from bot.domain.checklist.rules import EXPECTED_VALUE, LANGUAGES
from bot.domain.checklist.verdict import Assessment, Reason, assess
from bot.domain.checklist.wording import quoted, what_is_wrong
from bot.domain.errors import AnswerProblem, AnswersRejected, NoVerdict

_LAST_YEAR = 9000
"""Later days leave no room to count working days in."""


@click.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option(
    "--checklist",
    "checklist_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checklist in YAML.  [default: Walkaway's own]",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="The language of the sentences.",
)
@click.option(
    "--on",
    "day",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to judge on, like 2026-12-01. Working days are Monday to Friday, without "
    "holidays.  [default: today]",
)
def evaluate(
    file: str | None, checklist_file: Path | None, language: str, day: datetime | None
) -> None:
    """Judge the answers in FILE, or on standard input.

    Answers are a JSON object; an array of them gives an array of verdicts.

    \b
      echo '{"offer": "clear", "numbers": "ready", "numbers_given": "2 M, 30 %",
             "value": "at_once", "signs": ["haggles", "drains"]}' | walkaway evaluate

    Give the prospect's expected value under the key expected_value.

    The first reason decides. Answers to questions that the other answers leave
    unasked aren't judged; they're named on standard error.
    """  # noqa: D301 - click reads the \b
    on = _day_of_judging(day)
    checklist = checklists.default()
    if checklist_file is not None:
        checklist = readable(checklist_file).checklist
    document = _read_json(file)
    documents = document if isinstance(document, list) else [document]
    indexes = [f"[{n}] " if isinstance(document, list) else "" for n in range(len(documents))]
    assessments = _assess_each(checklist, dict(zip(indexes, documents, strict=True)), on)
    verdicts = [_as_json(assessment, checklist, language) for assessment in assessments]
    output = verdicts if isinstance(document, list) else verdicts[0]
    click.echo(json.dumps(output, ensure_ascii=False, indent=2))


def _day_of_judging(day: datetime | None) -> date:
    if day is None:
        return today()
    if day.year > _LAST_YEAR:
        raise click.BadParameter(f"{day:%Y-%m-%d} is too far ahead.", param_hint="'--on'")
    return day.date()


def _read_json(file: str | None) -> object:
    """The JSON in the file or on standard input; exits with 1 when it is none."""
    try:
        with click.open_file(file or "-", "rb") as stream:
            text = stream.read().decode("utf-8-sig")
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_without_repetition)
    except RecursionError:
        problem = "nested too deeply"
    except OSError as error:
        problem = f"can't be read: {error.strerror}"
    except UnicodeDecodeError:
        problem = "not JSON: not a text in UTF-8"
    except ValueError as error:
        problem = f"not JSON: {error}"
    click.echo(f"{file or 'standard input'}: {problem}.", err=True)
    raise click.exceptions.Exit(1)


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{quoted(key)} appears twice in one object")
        found[key] = value
    return found


def _assess_each(
    checklist: Checklist, documents: Mapping[str, object], on: date
) -> list[Assessment]:
    """Judge all documents, by what to call each; if any is bad, name all problems and exit."""
    assessments = []
    problems = []
    for index, document in documents.items():
        try:
            assessments.append(_assess(checklist, document, on))
        except AnswersRejected as rejected:
            problems += [index + _sentence(problem) for problem in rejected.problems]
        except TypeError as error:
            problems.append(f"{index}{error}")
        except NoVerdict:
            problems.append(f"{index}{_NO_VERDICT}")
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    for index, assessment in zip(documents, assessments, strict=True):
        if assessment.dropped:
            names = ", ".join(assessment.dropped)
            click.echo(f"{index}Not judged, because not asked: {names}.", err=True)
    return assessments


def _assess(checklist: Checklist, document: object, on: date) -> Assessment:
    if not isinstance(document, dict):
        raise TypeError('Answers must be an object, such as {"offer": "clear"}.')
    value, problems = _expected_value(document)
    asked = {key: answer for key, answer in document.items() if key != EXPECTED_VALUE}
    try:
        answers = read_answers(
            checklist, asked, today=on, calendar=MONDAY_TO_FRIDAY, expected_value=value
        )
    except AnswersRejected as rejected:
        raise AnswersRejected([*problems, *rejected.problems]) from None
    if problems:
        raise AnswersRejected(problems)
    return assess(checklist, answers, on=on, calendar=MONDAY_TO_FRIDAY, expected_value=value)


def _expected_value(document: Mapping[str, object]) -> tuple[Decimal | None, list[AnswerProblem]]:
    """What the prospect may be worth, and what is wrong with it."""
    written = document.get(EXPECTED_VALUE)
    if written is None:
        return None, []
    value = read_number(written)
    if value is None:
        return None, [AnswerProblem(EXPECTED_VALUE, "no_number")]
    if not 0 <= value <= LARGEST_AMOUNT:
        code = "too_small" if value < 0 else "too_big"
        detail = {"least": 0, "most": LARGEST_AMOUNT}
        return None, [AnswerProblem(EXPECTED_VALUE, code, detail)]
    return value, []


def _as_json(assessment: Assessment, checklist: Checklist, language: str) -> dict[str, object]:
    return {
        "verdict": assessment.verdict,
        "rule": assessment.rule,
        "reasons": [
            {
                "rule": reason.rule,
                "verdict": reason.verdict,
                "sentence": _sentence_of(reason, assessment, checklist, language),
            }
            for reason in assessment.reasons
        ],
        "decide_within": assessment.decide_within,
        "conditions": [
            {"what": condition.what, "due": condition.due.isoformat()}
            for condition in assessment.conditions
        ],
    }


def _sentence_of(
    reason: Reason, assessment: Assessment, checklist: Checklist, language: str
) -> str:
    text = filled(reason.sentence, checklist, assessment.answers, assessment.given)
    return text.get(language) or next(iter(text.values()))


_NO_VERDICT = "No rule matches these answers: find out why with `walkaway checklist check`."


def _sentence(problem: AnswerProblem) -> str:
    return f"{quoted(problem.question)}: {what_is_wrong(problem)}"
