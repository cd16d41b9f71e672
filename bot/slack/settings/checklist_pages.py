"""The modals about checklists: those in use, one to look at before adopting it, an upload."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.domain.checklist.model import Checklist
from bot.domain.checklist.rules import LANGUAGES
from bot.domain.errors import ChecklistProblem, Language, Sentence
from bot.domain.figures.reports.backtest import Backtest
from bot.domain.screening import ChecklistVersion, StepShown
from bot.domain.settings.checklists import Adoptable, Adopted
from bot.slack import kit
from bot.slack.payloads import ids
from bot.slack.payloads.candidates import CandidateRef
from bot.slack.screening import steps
from bot.slack.settings.backtest_lines import lived_lines, remembered_lines
from bot.slack.texts import Texts

_MOST_PROBLEMS = 30
"""What is named of a file at once; more is counted."""
_LONGEST_PROBLEM = 600
_MOST_RETIRED = 40
"""Beside them, a view has room for all that can be adopted."""


def checklists_view(
    adopted: Sequence[Adopted],
    screened: Mapping[str, int],
    offered: Sequence[Checklist],
    retired: Sequence[ChecklistVersion],
    zone: ZoneInfo,
    texts: Texts,
    *,
    notes: Sequence[str] = (),
) -> kit.Block:
    """Return what is in use, could be and was; `notes` are markup, and stand on top.

    `screened` counts qualifications by the id of their checklist.
    """
    blocks = kit.paragraphs(notes)
    for each in adopted:
        blocks += _in_use(each, screened.get(each.checklist.id, 0), zone, texts)
    if offered:
        blocks.append(kit.header(texts("From Walkaway")))
        blocks += [_offered(each, texts) for each in offered]
    if retired:
        blocks.append(kit.header(texts("Retired")))
        blocks += [_retired(each, texts) for each in retired[:_MOST_RETIRED]]
    blocks += [kit.header(texts("Your own")), *_own(texts)]
    return kit.modal(texts("Checklists"), blocks, callback_id=ids.CHECKLISTS, close=texts("Back"))


def upload_view(
    texts: Texts,
    *,
    most: int,
    may_fetch: bool = True,
    note: str | None = None,
    problems: Sequence[ChecklistProblem] = (),
    picked: str = "",
) -> kit.Block:
    """Return the field for a file of at most this many bytes, with the errors of the previous one.

    `note` is markup. `picked` is the previous file's id, whose field must not be taken for the next
    one's.
    """
    blocks = kit.paragraphs([note] if note else [])
    blocks += kit.paragraphs(_problem_lines(problems, texts))
    if not may_fetch:
        blocks.append(kit.section(kit.markup(_no_upload(texts))))
        return _upload_modal(blocks, texts, submit=None)
    blocks.append(
        kit.labelled(
            f"{ids.CHECKLIST_FILE}.{picked}",
            texts("Your checklist"),
            kit.file_input(),
            hint=texts("A YAML file of up to {limit} kB.", limit=most // 1000),
        )
    )
    return _upload_modal(blocks, texts, submit=texts("Check"))


def checking_view(texts: Texts) -> kit.Block:
    """Return the view while a checklist is fetched, proven and backtested."""
    return sentence_view(texts("Checking… This takes a few seconds."), texts)


def sentence_view(sentence: str, texts: Texts) -> kit.Block:
    """Return a view with one sentence about a checklist, as markup."""
    return kit.notice_view(texts("Checklist"), sentence, texts)


def candidate_view(
    ref: CandidateRef,
    adoptable: Adoptable,
    lived: Backtest,
    remembered: Backtest,
    zone: ZoneInfo,
    texts: Texts,
    *,
    warnings: Sequence[ChecklistProblem] = (),
    note: str | None = None,
) -> kit.Block:
    """Return everything a manager sees before adopting a checklist; `note` is markup."""
    checklist, before = adoptable.checklist, adoptable.before
    blocks = kit.paragraphs([note] if note else [])
    blocks += kit.paragraphs([_heading(checklist, texts), *_findings(adoptable, zone, texts)])
    blocks += kit.paragraphs(_located(each, texts) for each in warnings[:_MOST_PROBLEMS])
    steps_button = kit.button(texts("See the steps"), ids.CHECKLIST_STEP, "0")
    blocks += [kit.actions("steps", [steps_button]), kit.DIVIDER]
    blocks += kit.paragraphs(lived_lines(lived, texts))
    blocks += kit.paragraphs(remembered_lines(remembered, texts))
    may_adopt = adoptable.refusal is None
    if may_adopt and not (before and before.is_default):
        blocks.append(_as_default(texts))
    return kit.modal(
        texts("Preview"),
        blocks,
        callback_id=ids.CHECKLIST_ADOPT,
        metadata=ref.metadata(),
        submit=texts("Adopt") if may_adopt else None,
        close=texts("Back"),
    )


def step_view(ref: CandidateRef, shown: StepShown, texts: Texts) -> kit.Block:
    """Return a step as members will see it; nothing that is entered is stored, or needed."""
    drawn = steps.step_view(shown, texts)
    at, total = shown.position
    blocks = [_quiet(block) for block in drawn["blocks"] if block["type"] != "actions"]
    buttons = [kit.button(texts("Back"), ids.CHECKLIST_STEP_BACK, str(at - 2))]
    if at < total:
        buttons.append(kit.button(texts("Skip"), ids.CHECKLIST_STEP, str(at)))
    preview = kit.context([kit.plain(texts("A preview. Nothing you enter is kept."))])
    return {
        **drawn,
        "callback_id": ids.CHECKLIST_STEP,
        "private_metadata": ref.metadata(at),
        "close": kit.plain(texts("Cancel")),
        "blocks": [preview, *blocks, kit.actions(f"{ids.CHECKLIST_STEP}.preview", buttons)],
    }


def _in_use(each: Adopted, screened: int, zone: ZoneInfo, texts: Texts) -> Iterator[kit.Block]:
    checklist = each.checklist
    title = kit.bold(kit.escape(texts.of(checklist.title)))
    if each.is_default:
        title = texts("{title} (default)", title=title)
    yield kit.section(kit.markup(f"{title}\n{_facts(each, screened, zone, texts)}"))
    buttons = [kit.button(texts("Send me the file"), ids.CHECKLIST_SEND, checklist.id)]
    if not each.is_default:
        default = kit.button(texts("Make default"), ids.CHECKLIST_DEFAULT, checklist.id)
        buttons = [default, *buttons, _retire(checklist.id, texts)]
    yield kit.actions(f"in_use.{checklist.id}", buttons)


def _facts(each: Adopted, screened: int, zone: ZoneInfo, texts: Texts) -> str:
    parts = [_version(each, zone, texts)]
    if screened:
        parts.append(texts.plural("{n} screening", "{n} screenings", screened))
    return " · ".join(parts)


def _version(each: Adopted, zone: ZoneInfo, texts: Texts) -> str:
    number, day = each.version.number, texts.date(each.at.astimezone(zone).date())
    if each.by is None:
        return texts("Version {number}, since {day}", number=number, day=day)
    who = f"<@{kit.escape(each.by)}>"
    return texts("Version {number}, adopted by {who} on {day}", number=number, who=who, day=day)


def _retire(checklist_id: str, texts: Texts) -> kit.Block:
    asked = kit.confirmation(
        texts("Retire it?"),
        texts("New screenings can't use it. Drafts can still be finished."),
        yes=texts("Retire"),
        no=texts("Cancel"),
    )
    return kit.button(texts("Retire"), ids.CHECKLIST_RETIRE, checklist_id, confirmation=asked)


def _offered(checklist: Checklist, texts: Texts) -> kit.Block:
    look = kit.button(
        texts("View"),
        ids.CHECKLIST_LOOK,
        checklist.id,
        spoken=texts("View {title}", title=texts.of(checklist.title)),
    )
    return kit.section(
        kit.markup(_heading(checklist, texts)), block_id=f"offer.{checklist.id}", accessory=look
    )


def _retired(version: ChecklistVersion, texts: Texts) -> kit.Block:
    title = texts.of(version.checklist.title)
    send = kit.button(
        texts("Send me the file"),
        ids.CHECKLIST_SEND,
        version.checklist.id,
        spoken=texts("Send me {title}, version {number}", title=title, number=version.number),
    )
    number = texts("Version {number}", number=version.number)
    line = f"{kit.bold(kit.escape(title))}\n{number}"
    return kit.section(kit.markup(line), block_id=f"retired.{version.checklist.id}", accessory=send)


def _own(texts: Texts) -> Iterator[kit.Block]:
    told = texts("Write your questions and rules into a YAML file, and upload it here.")
    upload = kit.button(texts("Upload"), ids.CHECKLIST_UPLOAD)
    yield kit.section(kit.markup(told), accessory=upload)
    yield kit.actions("history", [kit.button(texts("See changes"), ids.CHECKLIST_HISTORY)])


def _heading(checklist: Checklist, texts: Texts) -> str:
    size = [
        texts.plural("{n} question", "{n} questions", len(checklist.questions)),
        texts.plural("{n} rule", "{n} rules", len(checklist.rules)),
    ]
    return f"{kit.bold(kit.escape(texts.of(checklist.title)))}\n{' · '.join(size)}"


def _findings(adoptable: Adoptable, zone: ZoneInfo, texts: Texts) -> Iterator[str]:
    yield texts("✅ Proven: every answer leads to a verdict, and every rule is needed.")
    languages = adoptable.checklist.languages
    for missing in [each for each in LANGUAGES if each not in languages]:
        yield texts(
            "⚠️ The {missing} texts are missing. Members who read {missing} see {instead}.",
            missing=texts.language_name(missing),
            instead=texts.language_name(languages[0]),
        )
    if adoptable.before is not None and adoptable.refusal is None:
        yield texts("It replaces the version below. Open drafts still finish on that one:")
        yield _version(adoptable.before, zone, texts)


def _as_default(texts: Texts) -> kit.Block:
    yes = kit.option(texts("New screenings begin with it"), "yes")
    return kit.labelled(
        ids.CHECKLIST_AS_DEFAULT,
        texts("Make it the default"),
        kit.checkboxes([yes], ()),
        optional=True,
        watched=False,
    )


def _quiet(block: kit.Block) -> kit.Block:
    """Return an input that doesn't report what is entered."""
    told = {key: value for key, value in block.items() if key != "dispatch_action"}
    if "element" in told:
        element = told["element"].items()
        told["element"] = {k: v for k, v in element if k != "dispatch_action_config"}
    return told


def _upload_modal(blocks: Sequence[kit.Block], texts: Texts, *, submit: str | None) -> kit.Block:
    return kit.modal(
        texts("Upload a checklist"),
        blocks,
        callback_id=ids.CHECKLIST_UPLOAD,
        submit=submit,
        close=texts("Back"),
    )


def _no_upload(texts: Texts) -> str:
    return texts(
        "Ask your admin to add {scope} to the app and reinstall it. Until then, they can adopt "
        "your file with {command}.",
        scope="`files:read`",
        command="`walkaway checklist adopt FILE`",
    )


def _problem_lines(problems: Sequence[ChecklistProblem], texts: Texts) -> Iterator[str]:
    """Return what `walkaway checklist check` finds wrong; nothing if nothing is."""
    if not problems:
        return
    yield texts("Correct this, and upload the file again. Nothing has changed.")
    for each in problems[:_MOST_PROBLEMS]:
        yield _located(each, texts)
    left_out = len(problems) - _MOST_PROBLEMS
    if left_out > 0:
        yield texts.plural("… and {n} more", "… and {n} more", left_out)


def _located(problem: ChecklistProblem, texts: Texts) -> str:
    """Return a problem with line and place, as far as they're known."""
    line = "" if problem.line is None else texts("Line {n}", n=problem.line)
    place = ", ".join(part for part in (line, problem.path) if part)
    where = kit.bold(kit.escape(place)) + ": " if place else ""
    return f"• {where}{kit.escape(kit.cut(_sentence(problem.what, texts), _LONGEST_PROBLEM))}"


def _sentence(sentence: Sentence, texts: Texts) -> str:
    """Return a sentence about a file in the reader's language."""
    values = {name: _said_value(value, texts) for name, value in sentence.values.items()}
    return texts(sentence.message, **values)


def _said_value(value: str | Language | Sentence | tuple[Sentence, ...], texts: Texts) -> str:
    match value:
        case Language():
            return texts.language_name(value.code)
        case Sentence():
            return _sentence(value, texts)
        case tuple():
            return ", ".join(_sentence(each, texts) for each in value)
        case str():
            return value
        case _:
            assert_never(value)
