"""The steps of the `/qualify` modal; drafts and the verdict are elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, assert_never

from cachetools import LRUCache

from bot.domain.checklist.answers import LONGEST_TEXT
from bot.domain.checklist.model import Kind, Question, Step
from bot.domain.screening import EvidenceAsked, StepShown
from bot.slack import kit
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts

_EMPTY: Final[LRUCache[tuple[int, str, str, bool], tuple[Question, kit.Block]]] = LRUCache(2_000)
"""Inputs without an answer; the question beside it keeps its identity from being given again."""

_NAVIGATION: Final = f"{ids.STEP}.navigation"
"""With a point in it, since any id without one can be that of a question."""


def step_view(shown: StepShown, texts: Texts) -> kit.Block:
    """Return the modal at one step of the checklist."""
    at, total = shown.position
    step = _step(shown)
    return kit.modal(
        texts("Evidence") if step is None else texts.of(step.title),
        list(_step_blocks(shown, texts)),
        callback_id=ids.STEP,
        metadata=payloads.step_metadata(shown.ref),
        submit=texts("Get the verdict") if at == total else texts("Next"),
        close=texts("Cancel"),
    )


def back_button(texts: Texts) -> kit.Block:
    """Return the button that leads to the previous step."""
    return kit.button(texts("Back"), ids.BACK)


def _step_blocks(shown: StepShown, texts: Texts) -> Iterator[kit.Block]:
    is_first = shown.position[0] == 1
    step = _step(shown)
    yield kit.context([kit.plain(_where(shown, texts))])
    if shown.offered:
        yield _choice(shown, texts)
    for evidence in shown.evidence:
        yield _evidence(evidence, shown, texts)
    if step is not None and step.intro is not None:
        yield kit.section(kit.plain(texts.of(step.intro)))
    for question in shown.questions:
        yield _question(question, shown, texts)
    if is_first:
        yield kit.DIVIDER
        yield from _facts(shown, texts)
    else:
        yield kit.actions(_NAVIGATION, [back_button(texts)])


def _step(shown: StepShown) -> Step | None:
    """Return the checklist's step; None for the view that only asks for evidence."""
    steps = shown.version.checklist.steps
    return steps[shown.ref.step] if shown.ref.step < len(steps) else None


def _evidence(evidence: EvidenceAsked, shown: StepShown, texts: Texts) -> kit.Block:
    """Return the input for a sentence that shows why an option was chosen."""
    options = texts.listed([texts.of(each.text) for each in evidence.options])
    return kit.labelled(
        evidence.id,
        texts("What makes you say “{option}”?", option=options),
        kit.text_input(shown.answers.get(evidence.id), longest=LONGEST_TEXT, multiline=True),
        hint=texts.of(evidence.question.text),
    )


def _choice(shown: StepShown, texts: Texts) -> kit.Block:
    """Return the menu of checklists; choosing another one redraws the step."""
    options = [kit.long_option(texts.of(each.title), each.id) for each in shown.offered]
    return kit.labelled(
        ids.CHECKLIST,
        texts("Checklist"),
        kit.select(options, shown.version.checklist.id),
        is_deciding=True,
    )


def _where(shown: StepShown, texts: Texts) -> str:
    at, total = shown.position
    parts = [texts("Step {at} of {total}", at=at, total=total)]
    if shown.facts.name:
        parts.append(kit.plain_name(shown.facts.name))
    if shown.ref.prospect_id is not None:
        parts.append(texts("Re-screening"))
    return " · ".join(parts)


def _facts(shown: StepShown, texts: Texts) -> Iterator[kit.Block]:
    """Return the inputs for a prospect's facts, below the questions of the first step."""
    facts = shown.facts
    value = None if facts.expected_value is None else texts.amount(facts.expected_value)
    stands: dict[str, Any] = {
        ids.NAME: facts.name,
        ids.OWNER: facts.owner,
        ids.EXPECTED_VALUE: value,
        ids.FIRST_CONTACT: facts.first_contact,
        **shown.typed,
    }
    yield kit.labelled(
        ids.NAME,
        texts("Prospect"),
        kit.name_input(stands[ids.NAME]),
        hint=texts("The company or person that wants to become a client."),
    )
    yield kit.labelled(
        ids.OWNER,
        texts("Owner"),
        kit.member_input(stands[ids.OWNER]),
        hint=texts("Looks after this prospect and decides."),
    )
    yield kit.labelled(
        ids.EXPECTED_VALUE,
        texts("Expected value in {currency}", currency=shown.currency),
        kit.amount_input(stands[ids.EXPECTED_VALUE]),
        optional=True,
    )
    yield kit.labelled(
        ids.FIRST_CONTACT, texts("First contact"), kit.date_input(stands[ids.FIRST_CONTACT])
    )


def _question(question: Question, shown: StepShown, texts: Texts) -> kit.Block:
    step = _step(shown)
    is_deciding = step is not None and question.id in step.deciding
    hint = _hint(question, shown, texts)
    block = question_block(question, shown.answers, texts, hint=hint, is_deciding=is_deciding)
    return _of_its_checklist(block, shown.version.checklist.id) if shown.offered else block


def _of_its_checklist(block: kit.Block, checklist_id: str) -> kit.Block:
    """Return an input that is no other checklist's, though their questions share an id.

    Slack keeps what was typed in an input of the same ids when the step is drawn anew.
    """
    element = {**block["element"], "action_id": f"{ids.ANSWER}.{checklist_id}"}
    return {**block, "element": element}


def question_block(
    question: Question, answers: Mapping[str, Any], texts: Texts, *, hint: str, is_deciding: bool
) -> kit.Block:
    """Return a question's input, with the known answer.

    Without an answer it's the same for everyone, and blocks are never changed once made, so it's
    cached.
    """
    if answers.get(question.id):
        return _question_block(question, answers, texts, hint=hint, is_deciding=is_deciding)
    key = id(question), texts.language, hint, is_deciding
    kept = _EMPTY.get(key)
    if kept is None:
        block = _question_block(question, {}, texts, hint=hint, is_deciding=is_deciding)
        kept = _EMPTY[key] = question, block
    return kept[1]


def _question_block(
    question: Question, answers: Mapping[str, Any], texts: Texts, *, hint: str, is_deciding: bool
) -> kit.Block:
    unit = f" ({question.unit})" if question.unit else ""
    return kit.labelled(
        question.id,
        texts.of(question.text) + unit,
        _element(question, answers, texts),
        optional=not question.required,
        hint=hint,
        is_deciding=is_deciding,
    )


def _element(question: Question, answers: Mapping[str, Any], texts: Texts) -> kit.Block:
    answer = answers.get(question.id)
    match question.kind:
        case Kind.ONE_OF:
            return kit.one_of(_options(question, texts), answer)
        case Kind.ANY_OF:
            return kit.any_of(_options(question, texts), answer or ())
        case Kind.TEXT:
            return kit.text_input(answer, longest=LONGEST_TEXT, multiline=True)
        case Kind.DATE:
            return kit.date_input(answer)
        case Kind.NUMBER:
            return kit.number_input(answer, question.least, question.most)
        case _:
            assert_never(question.kind)


def _options(question: Question, texts: Texts) -> list[kit.Block]:
    return [
        kit.option(
            texts.of(each.text),
            each.id,
            None if each.description is None else texts.of(each.description),
        )
        for each in question.options
    ]


def _hint(question: Question, shown: StepShown, texts: Texts) -> str:
    """Return the checklist's hint; for a date, the default day and the latest one."""
    written = shown.hints.get(question.id, question.hint)
    hint = "" if written is None else texts.of(written)
    if question.id not in shown.dates:
        return hint
    default, latest = shown.dates[question.id]
    days = texts(
        "If you leave it empty: {default}. Latest: {latest}.",
        default=texts.date(default),
        latest=texts.date(latest),
    )
    return f"{hint} {days}".strip()
