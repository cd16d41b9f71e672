"""Drafts: how each one is listed, also in App Home, and the modal that offers them."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.domain.screening import Draft
from bot.slack import kit
from bot.slack.payloads import ids, payloads
from bot.slack.texts import Texts

MOST_DRAFTS = 20


def drafts_view(drafts: Sequence[Draft], name: str, texts: Texts, *, zone: ZoneInfo) -> kit.Block:
    """Return the modal that asks whether to continue a draft or start new."""
    shown = drafts[:MOST_DRAFTS]
    intro = texts.plural(
        "You have an unfinished screening.",
        "You have {n} unfinished screenings.",
        len(shown),
    )
    kept = texts("Anything after your last “Next” wasn't saved.")
    start_new = kit.button(texts("Start a new one"), ids.START_NEW, name[: kit.LONGEST_VALUE])
    return kit.modal(
        texts("Resume?"),
        [
            kit.section(kit.plain(f"{intro}\n{kept}")),
            *(block for draft in shown for block in draft_blocks(draft, texts, zone)),
            kit.actions("new", [start_new]),
        ],
        callback_id=ids.DRAFTS,
        metadata=payloads.drafts_metadata(name),
        close=texts("Cancel"),
    )


def draft_blocks(draft: Draft, texts: Texts, zone: ZoneInfo) -> Iterator[kit.Block]:
    """Yield a draft, with buttons to continue or discard it."""
    named = kit.markup_name(draft.facts.name) or texts("No name yet")
    line = _standing(draft, texts, zone)
    yield kit.section(kit.markup(f"{kit.bold(named)}\n{line}"), block_id=f"draft.{draft.id}")
    yield kit.actions(f"draft_buttons.{draft.id}", list(_buttons(draft, texts)))


def _standing(draft: Draft, texts: Texts, zone: ZoneInfo) -> str:
    if draft.waits_since is not None:
        return texts(
            "Came in through your form, {moment}", moment=texts.moment(draft.updated_at, zone)
        )
    return texts(
        "Step {step}, last changed {moment}",
        step=draft.step + 1,
        moment=texts.moment(draft.updated_at, zone),
    )


def _buttons(draft: Draft, texts: Texts) -> Iterator[kit.Block]:
    name = kit.plain_name(draft.facts.name)
    yield kit.button(
        texts("Resume"),
        ids.CONTINUE_DRAFT,
        draft.id,
        spoken=texts("Resume {name}", name=name)
        if name
        else texts("Resume the draft without a name"),
    )
    yield kit.button(
        texts("Discard"),
        ids.DISCARD_DRAFT,
        draft.id,
        confirmation=kit.confirmation(
            texts("Discard this draft?"),
            _what_is_lost(draft, texts),
            yes=texts("Discard"),
            no=texts("Keep it"),
            style="danger",
        ),
        spoken=texts("Discard the draft about {name}", name=name)
        if name
        else texts("Discard the draft without a name"),
    )


def _what_is_lost(draft: Draft, texts: Texts) -> str:
    if not draft.facts.name:
        return texts("Your answers will be gone for good.")
    name = kit.plain_name(draft.facts.name)
    if draft.waits_since is not None:
        return texts("What came in about {name} will be gone for good.", name=name)
    return texts("Your answers about {name} will be gone for good.", name=name)
