"""How managers adopt a checklist: view a shipped one or upload one, see its steps, confirm.

The modal remembers which checklist it's about, but not its content. If this process doesn't
remember an uploaded one, it's fetched and proven again, and must be the same version that was
shown.
"""

import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot import checklists
from bot.checklists.proving.checking import Checked
from bot.domain.checklist.model import Checklist
from bot.domain.errors import (
    AnswerProblem,
    AnswersRejected,
    ChecklistProblem,
    ChecklistRefusal,
    ChecklistRefused,
    ChecklistRejected,
    DomainError,
)
from bot.domain.screening import VersionId
from bot.domain.settings.checklists import Adopted
from bot.slack import kit
from bot.slack.error_messages import parts, refusals
from bot.slack.interaction import Interaction, Listeners, Reply
from bot.slack.payloads import ids, payloads, view_state
from bot.slack.payloads.candidates import CandidateRef, candidate_of
from bot.slack.settings import checklist_pages as pages
from bot.slack.settings.checklists import in_use, title_of

log = logging.getLogger(__name__)

Drawing = Callable[[], Coroutine[Any, Any, kit.Block]]
"""Work that ends in what a modal is to show."""


async def look(it: Interaction) -> Reply:
    """Open a shipped checklist, with everything to know before adopting it."""
    it.later(_look(it))
    return None


async def ask_for_file(it: Interaction) -> Reply:
    """Open the upload field, or what to do if Slack doesn't allow us one."""
    it.later(_ask_for_file(it))
    return None


async def check(it: Interaction) -> Reply:
    """Take an uploaded file; the same modal then shows the result."""
    picked = view_state.picked_file(it.view)
    if picked is None:
        raise AnswersRejected([AnswerProblem(ids.CHECKLIST_FILE, "missing")])
    await it.surface.checklists.may_change(it.caller)
    it.later(_fill(it, partial(_checked_view, it, *picked)))
    return await _checking(it)


async def show_step(it: Interaction) -> Reply:
    """Show a step, or return to the summary of the checklist."""
    ref, _ = candidate_of(it.view)
    it.later(_fill(it, partial(_turned_to, it, ref, _number(it.value))))
    return None


async def submit_step(it: Interaction) -> Reply:
    """Go to the next step, by the button that members would use."""
    ref, at = candidate_of(it.view)
    at_hand = _at_hand(it, ref)
    if at_hand is not None and (view := await _step(it, ref, at_hand.checklist, at)) is not None:
        return _instead(view)
    it.later(_fill(it, partial(_turned_to, it, ref, at)))
    return await _checking(it)


async def adopt(it: Interaction) -> Reply:
    """Adopt the checklist as shown. A manager who was too slow sees the new state and can go on."""
    ref, _ = candidate_of(it.view)
    if _at_hand(it, ref) is None:
        it.later(_fill(it, partial(_adopted_view, it, ref)))
        return await _checking(it)
    try:
        adopted = await _adopted(it, ref)
    except ChecklistRefused as refused:
        return _instead(await _candidate(it, ref, refused))
    it.later(it.redraw_below(await in_use(it, [await _note(it, adopted)])))
    return None


async def _look(it: Interaction) -> None:
    await it.surface.checklists.may_change(it.caller)
    view_id = await it.opened(pages.checking_view(await it.texts()))
    await _fill(it, partial(_candidate, it, CandidateRef(shipped=it.value)), view_id)


async def _ask_for_file(it: Interaction) -> None:
    await it.surface.checklists.may_change(it.caller)
    may_fetch = await it.surface.files.may_fetch(it.caller.workspace_id)
    await it.open(
        pages.upload_view(await it.texts(), most=checklists.LARGEST_FILE, may_fetch=may_fetch)
    )


async def _fill(it: Interaction, drawing: Drawing, view_id: str | None = None) -> None:
    """Show the result of the work, or why it failed; no other modal fits on top of this one."""
    view_id = view_id or payloads.sent_text(it.view, "id")
    texts = await it.texts()
    try:
        view = await drawing()
    except DomainError as refused:
        log.info("refused: %s", type(refused).__name__)
        sentence = refusals.sentence(
            refused, texts, zone=(await it.person()).zone, today=await it.today()
        )
        view = pages.sentence_view(sentence, texts)
    except Exception:
        sentence = texts(
            "I made a mistake. Close this, open {checklists} again, and see what's there before "
            "you try again. If it happens again, give your admin this reference: {reference}",
            checklists=kit.bold(texts("Checklists")),
            reference=f"`{kit.escape(it.reference)}`",
        )
        await it.show_in(view_id, pages.sentence_view(sentence, texts))
        raise
    await it.show_in(view_id, view)


async def _checked_view(it: Interaction, file_id: str, name: str) -> kit.Block:
    """Return an uploaded checklist, or what is wrong with it and a field for another file."""
    texts = await it.texts()
    problems: Sequence[ChecklistProblem] = ()
    try:
        return await _candidate(it, CandidateRef(file=file_id))
    except ChecklistRejected as rejected:
        note = texts("{file} can't be adopted yet.", file=kit.bold(kit.escape(name)))
        problems = rejected.problems
    except DomainError as refused:
        note = refusals.sentence(
            refused, texts, zone=(await it.person()).zone, today=await it.today()
        )
    return pages.upload_view(
        texts, most=checklists.LARGEST_FILE, note=note, problems=problems, picked=file_id
    )


async def _turned_to(it: Interaction, ref: CandidateRef, at: int) -> kit.Block:
    checked = await _fetched(it, ref)
    return await _step(it, ref, checked.checklist, at) or await _candidate(it, ref)


async def _step(
    it: Interaction, ref: CandidateRef, checklist: Checklist, at: int
) -> kit.Block | None:
    """Return a view of the checklist as members will see it; None after the last one."""
    shown = await it.surface.screening.preview_step(await it.person(), checklist, at)
    return None if shown is None else pages.step_view(ref, shown, await it.texts())


async def _candidate(
    it: Interaction, ref: CandidateRef, refused: ChecklistRefused | None = None
) -> kit.Block:
    """Return the summary of a checklist; above it, why it couldn't be adopted just now."""
    checked, texts = await _fetched(it, ref), await it.texts()
    found = await it.surface.checklists.preview(it.caller, checked.checklist)
    refusal = refused or found.adoptable.refusal
    return pages.candidate_view(
        replace(ref, version=checked.checklist.version, seen=found.adoptable.seen or ""),
        found.adoptable,
        found.lived,
        found.remembered,
        (await it.person()).zone,
        texts,
        warnings=checked.warnings,
        note=None if refusal is None else parts.checklist_refused(refusal, texts),
    )


async def _adopted_view(it: Interaction, ref: CandidateRef) -> kit.Block:
    """Return what follows an adoption that had to fetch the checklist first."""
    try:
        adopted = await _adopted(it, ref)
    except ChecklistRefused as refused:
        return await _candidate(it, ref, refused)
    note = await _note(it, adopted)
    await it.redraw_below(await in_use(it, [note]))
    return pages.sentence_view(note, await it.texts())


async def _adopted(it: Interaction, ref: CandidateRef) -> Adopted:
    checked = await _fetched(it, ref)
    return await it.surface.checklists.adopt(
        it.caller,
        checked.checklist,
        seen=VersionId(ref.seen) if ref.seen else None,
        as_default=bool(it.typed.get(ids.CHECKLIST_AS_DEFAULT)),
    )


async def _note(it: Interaction, adopted: Adopted) -> str:
    texts = await it.texts()
    return texts("“{title}” is in use now.", title=title_of(adopted, texts))


def _at_hand(it: Interaction, ref: CandidateRef) -> Checked | None:
    """Return the checklist without fetching it. Raises ChecklistRefused if it has changed."""
    if ref.shipped:
        found: Checked | None = Checked(_ours(ref.shipped))
    else:
        found = it.surface.checked_files.get(it.caller.workspace_id, ref.file)
    if found is not None and ref.version not in {"", found.checklist.version}:
        raise ChecklistRefused(ChecklistRefusal.CHANGED_MEANWHILE, found.checklist.id)
    return found


def _ours(checklist_id: str) -> Checklist:
    ours = checklists.shipped(checklist_id)
    if ours is None:
        raise payloads.MalformedPayload
    return ours


async def _fetched(it: Interaction, ref: CandidateRef) -> Checked:
    """Return the checklist, fetched and proven if needed. Raises ChecklistRejected, FileFailed."""
    at_hand = _at_hand(it, ref)
    if at_hand is not None:
        return at_hand
    workspace_id, files = it.caller.workspace_id, it.surface.files
    content = await files.fetch(workspace_id, ref.file, most=checklists.LARGEST_FILE)
    checked = await it.surface.checklists.checked(it.caller, content)
    it.surface.checked_files.put(workspace_id, ref.file, checked)
    return await _fetched(it, ref)


async def _checking(it: Interaction) -> Reply:
    return _instead(pages.checking_view(await it.texts()))


def _instead(view: kit.Block) -> Reply:
    return {"response_action": "update", "view": view}


def _number(value: str) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise payloads.MalformedPayload from error


LISTENERS = Listeners(
    elements={
        ids.CHECKLIST_LOOK: look,
        ids.CHECKLIST_UPLOAD: ask_for_file,
        ids.CHECKLIST_STEP: show_step,
        ids.CHECKLIST_STEP_BACK: show_step,
    },
    submissions={
        ids.CHECKLIST_UPLOAD: check,
        ids.CHECKLIST_STEP: submit_step,
        ids.CHECKLIST_ADOPT: adopt,
    },
    changing_nothing=(
        ids.CHECKLIST_LOOK,
        ids.CHECKLIST_UPLOAD,
        ids.CHECKLIST_STEP,
        ids.CHECKLIST_STEP_BACK,
    ),
)
